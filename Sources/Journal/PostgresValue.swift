// SPDX-License-Identifier: EUPL-1.2

/// Values in PostgreSQL's binary form (big-endian; `src/include/catalog/pg_type.dat` gives the type numbers).
enum PostgresValue {
    static let (bool, bytea, int8, int2, int4, text, float4, float8, numeric) =
        (UInt32(16), UInt32(17), UInt32(20), UInt32(21), UInt32(23), UInt32(25), UInt32(700), UInt32(701), UInt32(1700))

    /// The type that a value goes out as; 0 lets the server find it.
    static func type(_ value: Value) -> UInt32 {
        switch value {
        case .null: 0
        case .integer: int8
        case .real: float8
        case .text: text
        case .blob: bytea
        }
    }

    static func bytes(_ value: Value) -> [UInt8]? {
        switch value {
        case .null: nil
        case .integer(let n): big(n)
        case .real(let d): big(d.bitPattern)
        // PostgreSQL has no zero byte in text.
        case .text(let s): s.utf8.contains(0) ? Array(s.utf8).map { $0 == 0 ? 0x20 : $0 } : Array(s.utf8)
        case .blob(let b): b
        }
    }

    /// A value for a column of a given type, as COPY wants it, with its length before it.
    /// - Throws: `JournalError.constraint` where the value does not fit the column.
    static func appendField(_ value: Value, type: UInt32, to out: inout [UInt8]) throws {
        func put(_ bytes: [UInt8]) {
            out += big(Int32(bytes.count))
            out += bytes
        }
        switch (value, type) {
        case (.null, _): out += big(Int32(-1))
        case (.integer(let n), int8): put(big(n))
        case (.integer(let n), int4) where Int32(exactly: n) != nil: put(big(Int32(n)))
        case (.integer(let n), int2) where Int16(exactly: n) != nil: put(big(Int16(n)))
        case (.integer(let n), float8): put(big(Double(n).bitPattern))
        case (.integer(let n), bool): put([n == 0 ? 0 : 1])
        case (.real(let d), float8): put(big(d.bitPattern))
        case (.real(let d), float4): put(big(Float(d).bitPattern))
        case (.real(let d), int8): put(big(Int64(exactly: d.rounded()) ?? 0))
        case (.text, text), (.text, 1043), (.text, 1042), (.blob, bytea): put(bytes(value)!)
        default: throw JournalError.constraint("\(value.typeName) does not go into a column of PostgreSQL type \(type)")
        }
    }

    static func value(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Value {
        switch (type, bytes.count) {
        case (int8, 8): .integer(load(bytes))
        case (int4, 4): .integer(Int64(load(bytes) as Int32))
        case (int2, 2): .integer(Int64(load(bytes) as Int16))
        case (bool, 1): .integer(Int64(bytes[0]))
        case (float8, 8): .real(Double(bitPattern: load(bytes)))
        case (float4, 4): .real(Double(Float(bitPattern: load(bytes))))
        case (bytea, _): .blob(Array(bytes))
        case (numeric, 8...): number(bytes)
        default: .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// NUMERIC (what SUM of a BIGINT gives): digits to the base 10 000, the place of the first, a sign, decimals to show.
    private static func number(_ bytes: UnsafeRawBufferPointer) -> Value {
        func short(_ i: Int) -> Int { Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: i * 2, as: Int16.self))) }
        let (count, weight, sign) = (short(0), short(1), short(2))
        guard sign == 0 || sign == 0x4000, count >= 0, bytes.count >= 8 + 2 * count else { return .null }
        var (whole, isWhole, real) = (Int64(0), true, 0.0)
        for i in 0..<max(count, weight + 1) where i <= weight || i < count {
            let digit = i < count ? short(4 + i) : 0
            if i <= weight {
                let (a, overflow) = whole.multipliedReportingOverflow(by: 10_000)
                let (b, again) = a.addingReportingOverflow(Int64(digit))
                (whole, isWhole) = (b, isWhole && !overflow && !again)
                real = real * 10_000 + Double(digit)
            } else {
                if digit != 0 { isWhole = false }
                var part = Double(digit)
                for _ in weight..<i { part /= 10_000 }
                real += part
            }
        }
        return isWhole ? .integer(sign == 0 ? whole : -whole) : .real(sign == 0 ? real : -real)
    }

    static func big<T: FixedWidthInteger>(_ n: T) -> [UInt8] { withUnsafeBytes(of: n.bigEndian) { Array($0) } }

    private static func load<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> T { T(bigEndian: bytes.loadUnaligned(as: T.self)) }
}
