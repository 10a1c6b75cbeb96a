// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Synchronization

/// Keep-alive HTTP/1.1 requests over a few loopback connections, each on a thread of its own; bounded by time.
struct HTTPLoad: Sendable {
    var port: Int
    var connections: Int
    var seconds: Double
    /// The whole request of a connection's nth turn.
    var request: @Sendable (_ connection: Int, _ turn: Int) -> [UInt8]

    struct Result: Sendable {
        var answers = 0
        var failures = 0
        /// Milliseconds of each request.
        var times: [Double] = []
        var elapsed = 0.0
    }

    func run() -> Result {
        let total = Mutex(Result())
        let done = DispatchGroup()
        let began = ContinuousClock.now
        for connection in 0..<connections {
            done.enter()
            let thread = Thread {
                let part = drive(connection, began)
                total.withLock { total in
                    total.answers += part.answers
                    total.failures += part.failures
                    total.times += part.times
                }
                done.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        done.wait()
        var result = total.withLock { $0 }
        result.elapsed = vigie.seconds(since: began)
        return result
    }

    private func drive(_ connection: Int, _ began: ContinuousClock.Instant) -> Result {
        var part = Result()
        guard let fd = connectLoopback(port) else {
            part.failures = 1
            return part
        }
        defer { close(fd) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var turn = 0
        while vigie.seconds(since: began) < seconds {
            let bytes = request(connection, turn)
            turn += 1
            let sent = ContinuousClock.now
            guard HTTPLoad.sendAll(fd, bytes), let status = HTTPLoad.answer(fd, &buffer) else {
                part.failures += 1
                return part
            }
            part.times.append(vigie.seconds(since: sent) * 1000)
            if (200..<300).contains(status) { part.answers += 1 } else { part.failures += 1 }
        }
        return part
    }

    private static func sendAll(_ fd: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let n = bytes.withUnsafeBytes { send(fd, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard n > 0 else { return false }
            sent += n
        }
        return true
    }

    /// Reads one whole answer (Content-Length or chunked) and gives its status.
    private static func answer(_ fd: Int32, _ buffer: inout [UInt8]) -> Int? {
        var filled = 0
        while true {
            if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
            let n = buffer.withUnsafeMutableBytes { recv(fd, $0.baseAddress! + filled, $0.count - filled, 0) }
            guard n > 0 else { return nil }
            filled += n
            guard let head = headEnd(buffer, filled) else { continue }
            let text = String(decoding: buffer[0..<head], as: UTF8.self).lowercased()
            let status = Int(text.dropFirst(9).prefix(3))
            if let range = text.range(of: "content-length: ") {
                let length = Int(text[range.upperBound...].prefix { $0.isNumber }) ?? 0
                if filled >= head + length { return status }
            } else if text.contains("chunked") {
                if filled >= 5, buffer[filled - 5..<filled].elementsEqual(Array("0\r\n\r\n".utf8)) { return status }
            } else {
                return status
            }
        }
    }

    private static func headEnd(_ bytes: [UInt8], _ count: Int) -> Int? {
        guard count >= 4 else { return nil }
        for i in 0...(count - 4) where bytes[i] == 13 && bytes[i + 1] == 10 && bytes[i + 2] == 13 && bytes[i + 3] == 10 { return i + 4 }
        return nil
    }
}
