// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// Slows guessing down without letting a stranger lock an account for ever. Failures are counted by (account, network), by network
/// and by account. A pair waits from the fifth failure on, doubling up to 15 minutes. A network that fails on many accounts waits as a
/// whole. An account under attack from many networks waits at most 30 seconds, and never for a network from which its owner signed in
/// before: so the owner at the desk comes in while the attacker outside waits.
package final class Lockout: Sendable {
    private let state = Mutex(State())

    private struct State {
        var pairs: [String: Failures] = [:]
        var networks: [String: Failures] = [:]
        var accounts: [String: Failures] = [:]
        var known: [String: Instant] = [:]
    }

    private struct Failures {
        var count = 0
        var last = Instant.distantPast
    }

    /// More entries than this and the oldest half is forgotten: an attacker cannot fill the memory.
    static let capacity = 20_000
    static let forgetAfter = Span.hours(24)

    package init() {}

    /// Seconds still to wait before a try is looked at, or nil.
    package func wait(login: String, peer: String, at now: Instant) -> Int? {
        let network = Self.network(peer)
        return state.withLock { state in
            let pair = Self.remaining(state.pairs["\(login) \(network)"], free: 4, longest: .minutes(15), now)
            let whole = Self.remaining(state.networks[network], free: 50, longest: .minutes(15), now)
            let isKnown = state.known["\(login) \(network)"] != nil
            let account = isKnown ? 0 : Self.remaining(state.accounts[login], free: 20, longest: .seconds(30), now)
            let longest = max(pair, whole, account)
            return longest > 0 ? longest : nil
        }
    }

    package func failed(login: String, peer: String, at now: Instant) {
        let network = Self.network(peer)
        state.withLock { state in
            Self.count(&state.pairs, "\(login) \(network)", now)
            Self.count(&state.networks, network, now)
            Self.count(&state.accounts, login, now)
        }
    }

    package func succeeded(login: String, peer: String, at now: Instant) {
        let network = Self.network(peer)
        state.withLock { state in
            state.pairs["\(login) \(network)"] = nil
            state.accounts[login] = nil
            if state.known.count >= Self.capacity { state.known.removeAll() }
            state.known["\(login) \(network)"] = now
        }
    }

    /// An IPv4 address, or the /64 of an IPv6 address, which one subscriber owns as a whole.
    static func network(_ peer: String) -> String {
        guard peer.contains(":"), !peer.hasPrefix("::ffff:") else { return peer }
        let halves = peer.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [Substring] = []
        for group in halves where groups.count < 4 {
            if group.isEmpty { break }
            groups.append(group)
        }
        return groups.joined(separator: ":") + "::/64"
    }

    private static func remaining(_ failures: Failures?, free: Int, longest: Span, _ now: Instant) -> Int {
        guard let failures, failures.count > free, now - failures.last < forgetAfter else { return 0 }
        let doublings = min(20, failures.count - free - 1)
        let delay = min(longest.milliseconds, 1000 << Int64(doublings))
        let left = delay - (now - failures.last).milliseconds
        return left <= 0 ? 0 : Int((left + 999) / 1000)
    }

    private static func count(_ table: inout [String: Failures], _ key: String, _ now: Instant) {
        if table.count >= capacity, table[key] == nil {
            let median = table.values.map(\.last).sorted()[table.count / 2]
            table = table.filter { $0.value.last > median }
        }
        var failures = table[key] ?? Failures()
        if now - failures.last >= forgetAfter { failures.count = 0 }
        failures.count = min(failures.count + 1, 1_000)
        failures.last = now
        table[key] = failures
    }
}
