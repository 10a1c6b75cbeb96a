// SPDX-License-Identifier: EUPL-1.2

/// Functions made of +, −, ×, ÷ and √ alone. IEEE 754 rounds those the same everywhere, whereas `sin` and `pow` of two C
/// libraries may differ in the last bit: a city drawn with these is the same file on every machine.
enum SteadyMath {
    static let turn = 6.283185307179586

    /// Sine of an angle in radians, |error| < 1e-12 for the angles of a town plan.
    static func sine(_ angle: Double) -> Double {
        let x = angle - turn * (angle / turn).rounded()
        let y = x * x
        // Taylor's series to x^25, summed from the smallest term.
        var sum = 1.0
        var k = 25.0
        while k > 1 {
            sum = 1 - y / (k * (k - 1)) * sum
            k -= 2
        }
        return x * sum
    }

    static func cosine(_ angle: Double) -> Double { sine(angle + turn / 4) }

    /// x to the power 0.8, by Newton's method on the fifth root; x ≥ 0.
    static func powerFourFifths(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        var root = x > 1 ? x.squareRoot() : 1
        for _ in 0..<80 {
            let fourth = root * root * root * root
            root -= (root - x / fourth) / 5
        }
        return x / root
    }
}
