// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Numbers and readings as JSON bytes, written straight into a buffer.
enum ReadingText {
    static func append(_ text: StaticString, _ out: inout [UInt8]) {
        text.withUTF8Buffer { out.append(contentsOf: $0) }
    }

    static func append(_ value: Int64, _ out: inout [UInt8]) {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var rest = value.magnitude
        var count = 0
        // At most 20 digits, kept eight to a word from the last one.
        repeat {
            let digit = UInt64(rest % 10)
            switch count / 8 {
            case 0: digits.0 |= digit << UInt64(8 * (count % 8))
            case 1: digits.1 |= digit << UInt64(8 * (count % 8))
            default: digits.2 |= digit << UInt64(8 * (count % 8))
            }
            rest /= 10
            count += 1
        } while rest > 0
        for i in stride(from: count - 1, through: 0, by: -1) {
            let word = i / 8 == 0 ? digits.0 : i / 8 == 1 ? digits.1 : digits.2
            out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word >> UInt64(8 * (i % 8))))
        }
    }

    /// A number with `decimals` digits behind the point.
    static func append(_ value: Double, decimals: Int, _ out: inout [UInt8]) {
        var factor: Int64 = 1
        for _ in 0..<decimals { factor *= 10 }
        let scaled = Int64((value * Double(factor)).rounded())
        if scaled < 0 { out.append(UInt8(ascii: "-")) }
        append(Int64(scaled.magnitude) / factor, &out)
        guard decimals > 0 else { return }
        out.append(UInt8(ascii: "."))
        var rest = Int64(scaled.magnitude) % factor
        var divisor = factor / 10
        while divisor > 0 {
            out.append(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// `{"id":"L-…","t":1795284245120,"seq":812` — the head of every reading; the time in milliseconds since 1970.
    static func head(_ id: ArraySlice<UInt8>, at: Instant, sequence: UInt32, _ out: inout [UInt8]) {
        append("{\"id\":\"", &out)
        out.append(contentsOf: id)
        append("\",\"t\":", &out)
        append(at.milliseconds, &out)
        append(",\"seq\":", &out)
        append(Int64(sequence), &out)
    }

    static func field(_ name: StaticString, _ value: Double, decimals: Int, _ out: inout [UInt8]) {
        append(",\"", &out)
        append(name, &out)
        append("\":", &out)
        append(value, decimals: decimals, &out)
    }
}
