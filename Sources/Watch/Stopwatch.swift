// SPDX-License-Identifier: EUPL-1.2

/// Measures the parts of a turn for the vitals. Monotonic; nothing is judged by it.
struct Stopwatch {
    private let began = ContinuousClock.now
    private var last = ContinuousClock.now

    /// Milliseconds since the last lap.
    mutating func lap() -> Double {
        let now = ContinuousClock.now
        defer { last = now }
        return Stopwatch.milliseconds(now - last)
    }

    var total: Double { Stopwatch.milliseconds(ContinuousClock.now - began) }

    private static func milliseconds(_ d: Duration) -> Double {
        Double(d.components.seconds) * 1000 + Double(d.components.attoseconds) / 1e15
    }
}
