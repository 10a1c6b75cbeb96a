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

    enum Wrong: Error, Equatable { case form, unknownGateway, unknownAsset }

    /// Takes a topic apart; nothing is allocated. `topic` was checked to be a topic name.
    init(_ topic: UnsafeRawBufferPointer, directory: Directory) throws(Wrong) {
        var rest = topic[...]
        guard Route.next(&rest).elementsEqual("vigie".utf8), Route.next(&rest).elementsEqual("1".utf8) else { throw .form }
        let name = Route.next(&rest)
        let leaf = Route.next(&rest)
        switch leaf.count {
        case 8 where leaf.elementsEqual("readings".utf8): what = .readings
        case 8 where leaf.elementsEqual("receipts".utf8): what = .receipts
        case 6 where leaf.elementsEqual("packed".utf8): what = .packed
        case 4 where leaf.elementsEqual("link".utf8): what = .link
        default: throw .form
        }
        guard let gateway = directory.find(Route.letters(name)) else { throw .unknownGateway }
        self.gateway = gateway
        asset = nil
        guard !rest.isEmpty || topic.last == UInt8(ascii: "/") else { return }
        guard what == .readings, !rest.isEmpty, !rest.contains(UInt8(ascii: "/")) else { throw .form }
        guard let found = directory.find(Route.letters(rest)) else { throw .unknownAsset }
        asset = found
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
