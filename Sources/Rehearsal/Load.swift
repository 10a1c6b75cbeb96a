// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// A load generator for the benchmarks: many connections on one thread, each keeping a fixed number of QoS 1 messages (MQTT 3.1.1)
/// under way, so that what is measured is acknowledged messages a second. With QoS 0 each sends as much as its socket takes. Messages are rendered once and patched in place; sockets are raw, waited for
/// with poll(2), written once per wake-up: the generator must cost less than what it measures.
package final class MQTTLoad {
    /// One connection and the assets whose readings it sends, in turn.
    package struct Gateway: Sendable {
        package var clientID: String
        package var topic: String
        package var assets: [String]
        package var user: String?
        package var password: String?
        package init(clientID: String, topic: String, assets: [String], user: String? = nil, password: String? = nil) {
            (self.clientID, self.topic, self.assets, self.user, self.password) = (clientID, topic, assets, user, password)
        }
    }

    package struct Plan: Sendable {
        /// An IPv4 address.
        package var host: String
        package var port: Int
        package var gateways: [Gateway]
        /// Messages under way on each connection, 1 to 1 000.
        package var window: Int
        /// Ends after this many seconds, or after this many messages, whichever comes first.
        package var seconds: Double
        package var messages: Int
        /// 1, or 0: then `window` is how many messages are written at once.
        package var qos: UInt8
        package init(
            host: String = "127.0.0.1", port: Int, gateways: [Gateway], window: Int, seconds: Double, messages: Int = .max, qos: UInt8 = 1
        ) {
            (self.host, self.port, self.gateways, self.qos) = (host, port, gateways, qos)
            (self.window, self.seconds, self.messages) = (max(1, min(1_000, window)), seconds, messages)
        }
    }

    package struct Result: Sendable {
        /// Messages that were written (and taken by a socket), and those that were acknowledged: none with QoS 0.
        package var sent = 0
        package var acknowledged = 0
        /// From the first message sent to the last acknowledgement; with QoS 0 to the last byte taken.
        package var seconds = 0.0
        package var perSecond: Double { seconds > 0 ? Double(acknowledged) / seconds : 0 }
        /// From the write to the acknowledgement, in milliseconds (upper edges of buckets 6 % wide).
        package var p50 = 0.0
        package var p99 = 0.0
        package var slowest = 0.0
        /// Seconds until all connections were accepted.
        package var connectSeconds = 0.0
        /// Sent and not acknowledged five seconds after the end.
        package var missing = 0
        package var lostConnections = 0
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private let plan: Plan
    private let clock: Clock
    private var lines: [LoadLine] = []
    private var polls: [pollfd] = []
    private var result = Result()
    private var latencies = LatencyBuckets()
    private var sent = 0

    package init(_ plan: Plan, clock: Clock) { (self.plan, self.clock) = (plan, clock) }

    /// Runs the whole plan on the calling thread.
    package func run() throws -> Result {
        defer { for line in lines { line.close() } }
        let begun = LoadLine.monotonicNanoseconds()
        try connect()
        let start = LoadLine.monotonicNanoseconds()
        result.connectSeconds = Double(start - begun) / 1e9
        let end = start + UInt64(plan.seconds * 1e9)
        for line in lines { fill(line, plan.window) }
        if plan.qos == 0 { for i in polls.indices { polls[i].events = Int16(POLLIN | POLLOUT) } }
        var last = start
        while sent < plan.messages {
            let now = LoadLine.monotonicNanoseconds()
            if now >= end { break }
            pass(isSending: true)
            last = LoadLine.monotonicNanoseconds()
        }
        let patience = LoadLine.monotonicNanoseconds() + 5_000_000_000
        while lines.contains(where: { $0.isOpen && ($0.underWay > 0 || $0.isBlocked) }), LoadLine.monotonicNanoseconds() < patience {
            if pass(isSending: false) { last = LoadLine.monotonicNanoseconds() }
        }
        result.seconds = Double(last - start) / 1e9
        result.sent = sent
        result.missing = plan.qos == 0 ? 0 : sent - result.acknowledged
        result.lostConnections = lines.count { !$0.isOpen }
        (result.p50, result.p99, result.slowest) = (latencies.quantile(0.5), latencies.quantile(0.99), latencies.quantile(1))
        return result
    }

    /// All TCP connections and CONNECTs first, 256 at a time, then their CONNACKs.
    private func connect() throws {
        for start in stride(from: 0, to: plan.gateways.count, by: 256) {
            let part = plan.gateways[start..<min(start + 256, plan.gateways.count)]
            let opened = try part.map { try LoadLine(host: plan.host, port: plan.port, gateway: $0, window: plan.window, qos: plan.qos) }
            lines += opened
            for line in opened { try line.awaitAcceptance() }
        }
        polls = lines.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    private func fill(_ line: LoadLine, _ count: Int) {
        let allowed = min(count, plan.messages - sent)
        guard allowed > 0, line.isOpen else { return }
        line.write(allowed, at: clock.now().milliseconds)
        sent += allowed
    }

    /// One wait and what follows from it. True where something was acknowledged, or, with QoS 0, written.
    @discardableResult
    private func pass(isSending: Bool) -> Bool {
        guard poll(&polls, nfds_t(polls.count), 100) > 0 else { return false }
        var count = 0
        var hasWritten = false
        for i in polls.indices where polls[i].revents != 0 {
            let line = lines[i]
            if polls[i].revents & Int16(POLLOUT) != 0 {
                line.writeOn()
                if plan.qos == 0 { hasWritten = true }
                if plan.qos == 0, isSending, !line.isBlocked { fill(line, plan.window) }
            }
            if polls[i].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                let n = line.read(into: &latencies)
                count += n
                if isSending, n > 0 { fill(line, n) }
            }
            let waitsToWrite = line.isBlocked || plan.qos == 0 && isSending
            polls[i].events = line.isOpen ? Int16(waitsToWrite ? POLLIN | POLLOUT : POLLIN) : 0
            if !line.isOpen { polls[i].fd = -1 }
        }
        result.acknowledged += count
        return count > 0 || hasWritten
    }
}

/// How long things took, in buckets 6 % wide.
struct LatencyBuckets {
    private var counts = [Int](repeating: 0, count: 64 * 16)

    mutating func add(nanoseconds: UInt64) {
        let n = max(16, nanoseconds)
        let top = 63 - n.leadingZeroBitCount
        counts[top * 16 + Int(n >> UInt64(top - 4)) & 15] += 1
    }

    /// Milliseconds below which this share of all lies.
    func quantile(_ share: Double) -> Double {
        let total = counts.reduce(0, +)
        var left = Int((Double(total) * share).rounded(.up))
        for (i, count) in counts.enumerated() where count > 0 {
            left -= count
            if left <= 0 { return Double((UInt64(i & 15) + 17) << UInt64(max(0, i / 16 - 4))) / 1e6 }
        }
        return 0
    }
}
