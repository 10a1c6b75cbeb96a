// SPDX-License-Identifier: EUPL-1.2

/// A decimal number as it was written: `mantissa × 10^exponent`, at most 18 significant digits.
struct DecimalNumber {
    /// Below 10^18 in size.
    var mantissa: Int64
    /// Bounded by the length of the document plus 100 000.
    var exponent: Int

    @inline(__always) mutating func append(digit: UInt8, isFraction: Bool) {
        if mantissa < 100_000_000_000_000_000 {
            mantissa = mantissa &* 10 &+ Int64(digit)
            if isFraction { exponent &-= 1 }
        } else if !isFraction {
            exponent &+= 1
        }
    }

    /// The number times ten to `decimals` as a whole number, rounded half away from zero; nil where it does not fit.
    @inline(__always) func scaled(decimals: Int) -> Int64? {
        let shift = exponent &+ decimals
        if shift == 0 || mantissa == 0 { return mantissa }
        if shift > 0 {
            guard shift <= 18 else { return nil }
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: DecimalNumber.power(shift))
            return overflow ? nil : product
        }
        guard shift >= -18 else { return 0 }
        let divisor = DecimalNumber.power(0 &- shift)
        let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: divisor)
        guard rest.magnitude >= (divisor.magnitude &+ 1) / 2 else { return quotient }
        return mantissa < 0 ? quotient &- 1 : quotient &+ 1
    }

    /// Ten to `n`, for 0…18.
    @inline(__always) private static func power(_ n: Int) -> Int64 {
        var power: Int64 = 1
        for _ in 0..<n { power = power &* 10 }
        return power
    }
}
