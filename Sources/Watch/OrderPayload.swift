// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The document that goes to a gateway: `{"order":812,"until":"2026-11-22T05:00:00Z","commands":[{"id":"L-1","level":60}]}`.
/// A gateway that gets the same order for the same asset again does it again and nothing else: commands are idempotent.
/// `until` null: until something else comes. `"programme":true`: back to the asset's own programme.
package struct OrderPayload {
    private var bytes: [UInt8] = []
    package private(set) var count = 0

    package init(order: UInt64, until: Instant) {
        bytes.reserveCapacity(8192)
        add("{\"order\":\(order),\"until\":")
        add(until == .distantFuture ? "null" : "\"\(until.iso8601)\"")
        add(",\"commands\":[")
    }

    package var size: Int { bytes.count + 2 }

    /// `level` 255 gives the asset back to its programme. An identity needs no escaping (see `Asset.ID`).
    package mutating func append(_ id: Asset.ID, level: UInt8) {
        if count > 0 { bytes.append(UInt8(ascii: ",")) }
        add("{\"id\":\"")
        bytes.append(contentsOf: id.text.utf8)
        add(level == Ledger.toProgramme ? "\",\"programme\":true}" : "\",\"level\":\(level)}")
        count += 1
    }

    package consuming func finish() -> [UInt8] {
        add("]}")
        return bytes
    }

    private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
