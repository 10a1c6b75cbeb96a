// SPDX-License-Identifier: EUPL-1.2

import Fieldbus
import Foundation
import Synchronization

/// A subscriber that acknowledges what it gets, QoS 1 over MQTT 3.1.1, and does nothing else with it.
final class NullSubscriber: Sendable {
    private struct State {
        var count = 0
        var last = ContinuousClock.now
        var isOver = false
    }
    private let state = Mutex(State())

    /// Connects and subscribes; throws where either is refused.
    init(port: Int, filter: String) throws {
        guard let fd = connectLoopback(port, timeout: 1) else { throw POSIXError(.ECONNREFUSED) }
        var bytes = MQTTWriter.packet(.v3) { $0.connect(MQTTConnect(version: .v3, clientID: "bench-null")) }
        bytes += MQTTWriter.packet(.v3) { $0.subscribe(packetID: 1, [MQTTSubscription(filter: filter, qos: 1)]) }
        _ = bytes.withUnsafeBytes { send(fd, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        var answer = [UInt8](repeating: 0, count: 9)
        guard recv(fd, &answer, 9, Int32(MSG_WAITALL)) == 9, answer[3] == 0, answer[4] == 0x90, answer[8] == 1 else {
            close(fd)
            throw POSIXError(.ECONNREFUSED)
        }
        Thread { self.listen(fd) }.start()
    }

    private func listen(_ fd: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var filled = 0
        var answers: [UInt8] = []
        while !state.withLock({ $0.isOver }) {
            let n = buffer.withUnsafeMutableBytes { recv(fd, $0.baseAddress! + filled, $0.count - filled, 0) }
            if n == 0 { break }
            guard n > 0 else { continue }
            filled += n
            answers.removeAll(keepingCapacity: true)
            let (used, count) = NullSubscriber.acknowledge(buffer, filled, into: &answers)
            buffer.withUnsafeMutableBytes { bytes in _ = memmove(bytes.baseAddress!, bytes.baseAddress! + used, filled - used) }
            filled -= used
            _ = answers.withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            state.withLock { state in
                state.count += count
                if count > 0 { state.last = .now }
            }
        }
        close(fd)
    }

    /// PUBACKs for the whole PUBLISH packets at the front: how many bytes those take, and how many they are.
    private static func acknowledge(_ bytes: [UInt8], _ filled: Int, into answers: inout [UInt8]) -> (used: Int, count: Int) {
        var (at, count) = (0, 0)
        while at + 2 <= filled {
            var (length, header) = (0, 1)
            while header < 5, at + header < filled {
                length |= Int(bytes[at + header] & 127) << (7 * (header - 1))
                header += 1
                if bytes[at + header - 1] < 128 { break }
            }
            guard bytes[at + header - 1] < 128, at + header + length <= filled else { break }
            if bytes[at] >> 4 == 3, bytes[at] & 0x06 != 0 {
                let id = at + header + 2 + (Int(bytes[at + header]) << 8 | Int(bytes[at + header + 1]))
                answers += [0x40, 2, bytes[id], bytes[id + 1]]
                count += 1
            }
            at += header + length
        }
        return (at, count)
    }

    /// Waits until so many have come, or none comes for two seconds; how many came.
    func wait(for expected: Int) -> Int {
        let began = ContinuousClock.now
        while true {
            let (count, last) = state.withLock { ($0.count, $0.last) }
            if count >= expected || vigie.seconds(since: max(last, began)) > 2 { return count }
            usleep(5_000)
        }
    }

    /// Seconds from a moment to the last message.
    func seconds(since began: ContinuousClock.Instant) -> Double {
        let d = (state.withLock { $0.last } - began).components
        return Double(d.seconds) + Double(d.attoseconds) / 1e18
    }

    func end() { state.withLock { $0.isOver = true } }
}
