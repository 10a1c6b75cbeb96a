// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

extension OrderStore {
    /// The newest orders that had an asset in their ledger, newest first. Looks back over at most `reach` orders and 16 MB of ledgers, so that
    /// the sheet of one lamp stays quick in a house that orders its whole city every night.
    package static func touching(
        _ asset: Asset.Number, limit: Int = 20, reach: Int = 300, in transaction: Transaction
    ) throws -> [OrderRecord] {
        var found: [OrderRecord] = []
        var bytes = 0
        for order in try search(Filter(), limit: reach, in: transaction) where found.count < limit && bytes < 16 << 20 {
            var isHeld = false
            try transaction.each("SELECT body FROM order_ledger WHERE order_number = \(order.id) ORDER BY segment") { row in
                let body = row.blob(0)
                bytes += body.count
                isHeld = isHeld || LedgerPacking.holds(asset.value, body)
            }
            if isHeld { found.append(order) }
        }
        return found
    }
}

extension LedgerPacking {
    /// Is the asset in this segment of a base?
    static func holds(_ asset: UInt32, _ base: [UInt8]) -> Bool {
        base.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - baseWidth + 1, by: baseWidth).contains {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)) == asset
            }
        }
    }
}
