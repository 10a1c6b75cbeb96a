// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// How a ledger lies in the journal: written once when the order is placed (the base), then one append-only step a turn with the
/// rows that moved in it. All whole numbers little-endian. Folding the steps over the base gives the ledger back.
///
/// - base: per row 7 bytes: asset u32, level before u8, first status u8, interlock u8
/// - step: per row 7 bytes: row u32, status u8 (bit 7: the want is over), sends u8, target u8
enum LedgerPacking {
    static let baseWidth = 7
    static let stepWidth = 7
    /// Rows in one base blob, so that a ledger of a million stays in blobs of a few hundred kilobytes.
    static let segment = 65_536

    static func base(_ ledger: Ledger, rows: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * baseWidth)
        for row in rows {
            append(ledger.assets[row], to: &bytes)
            bytes.append(ledger.before[row])
            bytes.append(ledger.status[row].rawValue)
            bytes.append(ledger.interlock[row])
        }
        return bytes
    }

    static func appendStep(_ ledger: Ledger, row: Int, to bytes: inout [UInt8]) {
        append(UInt32(row), to: &bytes)
        bytes.append(ledger.status[row].rawValue | (ledger.isReleased[row] ? 0x80 : 0))
        bytes.append(ledger.sends[row])
        bytes.append(ledger.target[row])
    }

    /// False where the blob is damaged: its length is no multiple, or a status does not exist.
    static func unpackBase(_ bytes: [UInt8], into ledger: inout Ledger) -> Bool {
        guard bytes.count % baseWidth == 0 else { return false }
        for at in stride(from: 0, to: bytes.count, by: baseWidth) {
            guard let status = LedgerStatus(rawValue: bytes[at + 5]) else { return false }
            ledger.append(asset: word(bytes, at), before: bytes[at + 4], status: status, interlock: Interlock(rawValue: bytes[at + 6]))
        }
        return true
    }

    /// Folds one step; `offset` is its time in milliseconds after the placing.
    static func fold(_ bytes: [UInt8], offset: UInt32, into ledger: inout Ledger) -> Bool {
        guard bytes.count % stepWidth == 0 else { return false }
        for at in stride(from: 0, to: bytes.count, by: stepWidth) {
            let row = Int(word(bytes, at))
            guard row < ledger.count, let status = LedgerStatus(rawValue: bytes[at + 4] & 0x7F) else { return false }
            ledger.move(row, to: status)
            ledger.isReleased[row] = bytes[at + 4] & 0x80 != 0
            ledger.sends[row] = bytes[at + 5]
            ledger.target[row] = bytes[at + 6]
            ledger.changed[row] = offset
        }
        return true
    }

    private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word >> 16))
        bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
}
