// SPDX-License-Identifier: EUPL-1.2

/// CRC-32C (Castagnoli, RFC 3720 §12.1): polynomial 0x1EDC6F41 reflected, initial and final XOR of all ones; eight bytes a step.
enum CRC32C {
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for byte in 0..<256 {
            for k in 1..<8 {
                let before = tables[(k - 1) * 256 + byte]
                tables[k * 256 + byte] = (before >> 8) ^ tables[Int(before & 0xFF)]
            }
        }
        return tables
    }()

    /// The checksum of `bytes` after those that gave `seed`.
    static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard let start = bytes.baseAddress else { return seed }
        return tables.withUnsafeBufferPointer { t in
            var crc = ~seed
            var i = 0
            while i + 8 <= bytes.count {
                let word = UInt64(littleEndian: (start + i).loadUnaligned(as: UInt64.self)) ^ UInt64(crc)
                crc =
                    t[1792 + Int(word & 0xFF)] ^ t[1536 + Int(word >> 8 & 0xFF)]
                    ^ t[1280 + Int(word >> 16 & 0xFF)] ^ t[1024 + Int(word >> 24 & 0xFF)]
                crc =
                    crc ^ t[768 + Int(word >> 32 & 0xFF)] ^ t[512 + Int(word >> 40 & 0xFF)]
                    ^ t[256 + Int(word >> 48 & 0xFF)] ^ t[Int(word >> 56)]
                i += 8
            }
            while i < bytes.count {
                crc = (crc >> 8) ^ t[Int((crc ^ UInt32(bytes[i])) & 0xFF)]
                i += 1
            }
            return ~crc
        }
    }
}
