// SPDX-License-Identifier: EUPL-1.2

/// A day at a city's telephone desk: who calls when, who waits, who hangs up, how long it takes. From chance with a seed, or from calls
/// that were recorded elsewhere; always by a queue with so many at the desk.
package struct CallPlan: Sendable {
    package struct Call: Sendable, Hashable {
        /// Seconds after midnight at which it rings.
        package var at: Double
        /// Seconds until it is answered or the caller hangs up.
        package var wait: Double
        /// Seconds on the line, and of the work after it; 0 where nobody answered.
        package var talk: Double
        package var wrap: Double
        /// From 0 on; nil where the caller hung up.
        package var agent: Int?
        /// The caller: the same line calls again at times.
        package var caller: Int
    }

    /// A call that was recorded: only when it came, how long it took and how long the caller would wait count here.
    package struct Recorded: Sendable, Hashable {
        package var at: Double
        package var talk: Double
        package init(at: Double, talk: Double) { (self.at, self.talk) = (at, talk) }
    }

    package private(set) var calls: [Call] = []
    package let agents: Int
    /// Seconds after midnight between which the desk is open.
    package static let opens = 8 * 3600.0
    package static let closes = 20 * 3600.0

    /// Calls a quarter-hour over the day, as parts: a town hall's morning, a quiet noon, an afternoon that ends.
    private static let shape: [Double] = (0..<96).map { quarter in
        switch quarter {
        case 32..<36: 1.0
        case 36..<46: 1.9
        case 46..<50: 1.3
        case 50..<56: 0.9
        case 56..<66: 1.5
        case 66..<72: 1.0
        case 72..<80: 0.45
        default: 0
        }
    }

    /// - Parameter recorded: times and lengths to draw from; empty for those of `shape`.
    package init(calls count: Int, agents: Int, seed: UInt64, recorded: [Recorded] = []) {
        self.agents = max(1, agents)
        var dice = Dice(seed: seed)
        let open = recorded.filter { (CallPlan.opens..<CallPlan.closes).contains($0.at) && $0.talk > 0 }
        var wanted: [Recorded] = (0..<max(0, count)).map { _ in
            open.isEmpty
                ? Recorded(at: CallPlan.time(&dice), talk: CallPlan.length(&dice))
                : Recorded(
                    at: open[dice.whole(0...(open.count - 1))].at + dice.between(-300, 300),
                    talk: open[dice.whole(0...(open.count - 1))].talk)
        }
        wanted = wanted.map { Recorded(at: min(CallPlan.closes, max(CallPlan.opens, $0.at)), talk: $0.talk) }.sorted { $0.at < $1.at }
        queue(wanted, &dice)
    }

    private static func time(_ dice: inout Dice) -> Double {
        var left = dice.unit() * shape.reduce(0, +)
        for (quarter, part) in shape.enumerated() {
            if left < part { return Double(quarter) * 900 + left / part * 900 }
            left -= part
        }
        return closes - 1
    }

    /// Seconds on the line: most are short, some are long. The mean is about 180.
    private static func length(_ dice: inout Dice) -> Double { min(1800, max(15, 140 * power(2, dice.normal()))) }

    /// By squaring halves: the same on every machine, without a mathematical library.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var (result, rest, root) = (1.0, exponent < 0 ? -exponent : exponent, base)
        while rest >= 1 { (result, rest) = (result * base, rest - 1) }
        for _ in 0..<30 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 { (result, rest) = (result * root, rest - 1) }
        }
        return exponent < 0 ? 1 / result : result
    }

    /// First come, first served; whoever waits longer than they like hangs up.
    private mutating func queue(_ wanted: [Recorded], _ dice: inout Dice) {
        var free = [Double](repeating: CallPlan.opens, count: agents)
        let callers = max(1, wanted.count * 4 / 5)
        for one in wanted {
            let patience = dice.between(5, 60) + (dice.chance(0.6) ? dice.between(30, 400) : 0)
            let next = free.indices.min { free[$0] < free[$1] } ?? 0
            // Nobody picks up before it has rung once.
            let wait = max(2 + dice.unit() * 6, free[next] - one.at)
            let caller = dice.whole(0...(callers - 1))
            if wait > patience {
                calls.append(Call(at: one.at, wait: patience, talk: 0, wrap: 0, agent: nil, caller: caller))
                continue
            }
            let wrap = dice.between(5, 60)
            free[next] = one.at + wait + one.talk + wrap
            calls.append(Call(at: one.at, wait: wait, talk: one.talk, wrap: wrap, agent: next, caller: caller))
        }
    }
}
