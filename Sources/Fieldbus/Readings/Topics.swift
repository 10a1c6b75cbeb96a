// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The topic convention, version 1 (docs/protocols.md): `vigie/1/<gateway>/<what>`, where the gateway is its asset identity.
package enum Topics {
    package static let prefix = "vigie/1/"

    package static func readings(_ gateway: Asset.ID) -> String { "\(prefix)\(gateway.text)/readings" }
    package static func packed(_ gateway: Asset.ID) -> String { "\(prefix)\(gateway.text)/packed" }
    package static func link(_ gateway: Asset.ID) -> String { "\(prefix)\(gateway.text)/link" }
    package static func orders(_ gateway: Asset.ID) -> String { "\(prefix)\(gateway.text)/orders" }
    package static func receipts(_ gateway: Asset.ID) -> String { "\(prefix)\(gateway.text)/receipts" }

    /// The filters that together hold all that gateways send up.
    package static let upward = ["+/readings", "+/readings/+", "+/packed", "+/link", "+/receipts"].map { prefix + $0 }
}

/// What a topic means.
struct Route: Equatable {
    enum What: Equatable { case readings, packed, link, receipts }
    var what: What
    var gateway: Asset.Number
    /// The asset that the topic names (`…/readings/<asset>`), or nil.
    var asset: Asset.Number?

    enum Found: Equatable { case route(Route), badForm, unknownGateway, unknownAsset }

    /// Takes a topic apart; nothing is allocated. `topic` was checked to be a topic name.
    static func find(_ topic: UnsafeRawBufferPointer, directory: Directory) -> Found {
        var rest = topic[...]
        guard next(&rest).elementsEqual("vigie".utf8), next(&rest).elementsEqual("1".utf8) else { return .badForm }
        let name = next(&rest)
        let leaf = next(&rest)
        let what: What
        switch leaf.count {
        case 8 where leaf.elementsEqual("readings".utf8): what = .readings
        case 8 where leaf.elementsEqual("receipts".utf8): what = .receipts
        case 6 where leaf.elementsEqual("packed".utf8): what = .packed
        case 4 where leaf.elementsEqual("link".utf8): what = .link
        default: return .badForm
        }
        guard let gateway = directory.find(letters(name)) else { return .unknownGateway }
        if rest.isEmpty, topic.last != UInt8(ascii: "/") { return .route(Route(what: what, gateway: gateway)) }
        guard what == .readings, !rest.isEmpty, !rest.contains(UInt8(ascii: "/")) else { return .badForm }
        guard let asset = directory.find(letters(rest)) else { return .unknownAsset }
        return .route(Route(what: what, gateway: gateway, asset: asset))
    }

    private static func next(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return rest[rest.startIndex..<end]
    }

    private static func letters(_ slice: Slice<UnsafeRawBufferPointer>) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: slice).assumingMemoryBound(to: UInt8.self)
    }
}
