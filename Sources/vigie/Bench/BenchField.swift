// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Fieldbus
import Foundation
import Synchronization

/// Gateways that send what a test tells them, when it tells them: blocking sockets, QoS 0, one thread.
final class BenchField {
    private var sockets: [Int32] = []
    private var packet: [UInt8] = []
    private let world: BenchWorld
    private var sequence = 0

    /// Connects the first `connections` gateways of a world.
    init(_ world: BenchWorld, port: Int, connections: Int) throws {
        self.world = world
        for i in 0..<min(connections, world.gateways) {
            guard let fd = connectLoopback(port) else { throw POSIXError(.ECONNREFUSED) }
            sockets.append(fd)
            let hello = MQTTWriter.packet(.v3) { $0.connect(MQTTConnect(version: .v3, clientID: world.gateway(i))) }
            try BenchField.send(fd, hello)
            var answer = [UInt8](repeating: 0, count: 4)
            guard recv(fd, &answer, 4, Int32(MSG_WAITALL)) == 4, answer[3] == 0 else { throw POSIXError(.ECONNREFUSED) }
        }
    }

    deinit { for fd in sockets { close(fd) } }

    /// One reading of one lamp through its gateway's connection, written at once.
    func report(lamp: Int, faults: Int, level: Int = 70) throws {
        let gateway = world.gateway(ofLamp: lamp)
        sequence += 1
        let now = BenchWorld.clock.now().milliseconds
        let text = """
            {"id":"\(world.lamp(lamp))","t":\(now),"seq":\(sequence),"level":\(level),"power":38.2,"energy":1023.114,\
            "voltage":\(faults & 4 != 0 ? "12.0" : "231.4"),"temperature":31.5,"faults":\(faults)}
            """
        let payload = Array(text.utf8)
        let bytes = MQTTWriter.packet(.v3) {
            $0.publish(topic: "vigie/1/\(world.gateway(gateway))/readings", payload: payload, qos: 0, packetID: 0)
        }
        try BenchField.send(sockets[gateway], bytes)
    }

    private static func send(_ fd: Int32, _ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let n = bytes.withUnsafeBytes { Foundation.send(fd, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            guard n > 0 else { throw POSIXError(.EPIPE) }
            sent += n
        }
    }
}

/// An operator's stream: remembers when rows came in it.
final class BenchEye: Sendable {
    private let seen = Mutex<[ContinuousClock.Instant]>([])
    private let done = Mutex(false)

    /// Opens `/live` on a topic; throws where it is refused.
    init(_ world: BenchWorld, port: Int, topic: String) throws {
        guard let fd = connectLoopback(port, timeout: 1) else { throw POSIXError(.ECONNREFUSED) }
        let head = "GET /live?topics=\(topic) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(world.keys[0])\r\n\r\n"
        _ = Array(head.utf8).withUnsafeBytes { send(fd, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        var first = [UInt8](repeating: 0, count: 4096)
        let n = recv(fd, &first, first.count, 0)
        let answer = String(decoding: first[0..<max(0, n)], as: UTF8.self)
        guard answer.hasPrefix("HTTP/1.1 200") else {
            throw CocoaError(.fileReadUnknown, userInfo: [NSLocalizedDescriptionKey: String(answer.prefix(200))])
        }
        Thread { self.listen(fd) }.start()
    }

    private func listen(_ fd: Int32) {
        let mark = Array("event: rows".utf8)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var tail: [UInt8] = []
        while !done.withLock({ $0 }) {
            let n = recv(fd, &buffer, buffer.count, 0)
            if n == 0 { break }
            guard n > 0 else { continue }
            let now = ContinuousClock.now
            let bytes = tail + buffer[0..<n]
            if bytes.firstRange(of: mark) != nil { seen.withLock { $0.append(now) } }
            tail = Array(bytes.suffix(mark.count - 1))
        }
        close(fd)
    }

    /// When rows came, in order.
    func times() -> [ContinuousClock.Instant] { seen.withLock { $0 } }
    func end() { done.withLock { $0 = true } }
}
