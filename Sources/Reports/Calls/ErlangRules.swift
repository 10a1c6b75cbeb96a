// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// How many must be at the telephones: Erlang's delay formula (M/M/c: calls come by chance at an even rate, last exponentially, whoever
/// waits goes on waiting). Real callers hang up, so that these figures ask for a little more staff than is needed, never less.
package enum ErlangRules {
    /// Erlang B: the share of calls that find all `agents` busy where nobody may wait. By recursion over the agents: no factorial, no
    /// overflow.
    /// - Parameter load: calls a second times seconds of a call, in erlang.
    package static func loss(agents: Int, load: Double) -> Double {
        guard load > 0 else { return 0 }
        var inverse = 1.0
        for agent in 0..<max(0, agents) { inverse = 1 + inverse * Double(agent + 1) / load }
        return 1 / inverse
    }

    /// Erlang C: the share of calls that must wait. 1 where the load is more than the agents can carry: the queue then grows without end.
    package static func waiting(agents: Int, load: Double) -> Double {
        guard load > 0 else { return 0 }
        guard Double(agents) > load else { return 1 }
        let loss = loss(agents: agents, load: load)
        let use = load / Double(agents)
        return loss / (1 - use * (1 - loss))
    }

    /// The share of calls that are answered within so many seconds.
    /// - Parameter handling: seconds that a call and the work after it take, on average.
    package static func answered(within seconds: Double, agents: Int, load: Double, handling: Double) -> Double {
        guard load > 0 else { return 1 }
        guard Double(agents) > load, handling > 0 else { return 0 }
        return 1 - waiting(agents: agents, load: load) * exp(-(Double(agents) - load) * seconds / handling)
    }

    /// Seconds that a call waits, on average over all calls; infinite where the queue grows without end.
    package static func meanWait(agents: Int, load: Double, handling: Double) -> Double {
        guard load > 0 else { return 0 }
        guard Double(agents) > load else { return .infinity }
        return waiting(agents: agents, load: load) * handling / (Double(agents) - load)
    }

    /// The fewest with whom so many are answered in time.
    /// - Parameters:
    ///   - target: share, at most 0.999.
    ///   - load: erlang; at most 10 000.
    package static func agents(for target: Double, within seconds: Double, load: Double, handling: Double) -> Int {
        guard load > 0, load.isFinite, handling > 0 else { return 0 }
        let load = min(load, 10_000)
        var agents = Int(load.rounded(.down)) + 1
        while answered(within: seconds, agents: agents, load: load, handling: handling) < min(target, 0.999) { agents += 1 }
        return agents
    }
}
