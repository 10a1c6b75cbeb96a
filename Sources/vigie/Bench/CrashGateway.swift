// SPDX-License-Identifier: EUPL-1.2

import Fieldbus
import Foundation

/// A gateway that remembers what it sent and what was acknowledged, over any number of connections: what it was not told of before the line
/// went down it sends again on the next, unchanged and in order, as a device does.
final class CrashGateway {
    struct Message {
        var lamp: Int
        /// Milliseconds since 1970; no two of a lamp are the same.
        var time: Int64
        var sequence: Int
        var isAcknowledged = false
    }

    let number: Int
    private(set) var messages: [Message] = []
    private(set) var resent = 0
    private(set) var socket: Int32 = -1
    private let world: BenchWorld
    private let lamps: [Int]
    private let window: Int
    /// The first that was not acknowledged.
    private var oldest = 0
    private var input: [UInt8] = []

    /// - Parameter lamps: fewer than `window`, so that several readings of a lamp are under way at once.
    init(_ number: Int, world: BenchWorld, lamps: [Int], window: Int) {
        (self.number, self.world, self.lamps, self.window) = (number, world, lamps, window)
    }

    var isOpen: Bool { socket >= 0 }
    var isAllAcknowledged: Bool { oldest == messages.count }

    /// Connects and sends again what is open.
    func connect(port: Int) throws {
        guard let fd = connectLoopback(port) else { throw POSIXError(.ECONNREFUSED) }
        socket = fd
        input.removeAll()
        send(MQTTWriter.packet(.v3) { $0.connect(MQTTConnect(version: .v3, clientID: world.gateway(number))) })
        var answer = [UInt8](repeating: 0, count: 4)
        guard recv(fd, &answer, 4, Int32(MSG_WAITALL)) == 4, answer[3] == 0 else { throw POSIXError(.ECONNREFUSED) }
        _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
        let open = (oldest..<messages.count).filter { !messages[$0].isAcknowledged }
        resent += open.count
        send(open.flatMap { packet($0) })
    }

    /// New readings until the window is full.
    func fill(now: Int64) {
        var bytes: [UInt8] = []
        while isOpen, messages.count - oldest < window {
            let index = messages.count
            let time = max(now, (index >= lamps.count ? messages[index - lamps.count].time : 0) + 1)
            messages.append(Message(lamp: lamps[index % lamps.count], time: time, sequence: index / lamps.count + 1))
            bytes += packet(index)
        }
        if !bytes.isEmpty { send(bytes) }
    }

    /// Takes in what the room acknowledged; closes where the line is down.
    func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while isOpen {
            let n = recv(socket, &buffer, buffer.count, 0)
            if n > 0 {
                input += buffer[0..<n]
            } else if n < 0, errno == EAGAIN {
                break
            } else {
                close()
            }
        }
        var at = 0
        while at + 4 <= input.count {
            if input[at] == 0x40 { acknowledged(Int(input[at + 2]) << 8 | Int(input[at + 3])) }
            at += 4
        }
        input.removeFirst(at)
    }

    func close() {
        guard isOpen else { return }
        _ = Foundation.close(socket)
        socket = -1
    }

    private func acknowledged(_ packetID: Int) {
        for index in oldest..<messages.count where CrashGateway.packetID(index) == packetID { messages[index].isAcknowledged = true }
        while oldest < messages.count, messages[oldest].isAcknowledged { oldest += 1 }
    }

    private static func packetID(_ index: Int) -> Int { index % 65_535 + 1 }

    private func packet(_ index: Int) -> [UInt8] {
        let message = messages[index]
        let text = """
            {"id":"\(world.lamp(message.lamp))","t":\(message.time),"seq":\(message.sequence),"level":\(message.sequence % 100),"power":38.2,\
            "energy":1023.114,"voltage":231.4,"temperature":31.5,"faults":0}
            """
        return MQTTWriter.packet(.v3) {
            $0.publish(
                topic: "vigie/1/\(world.gateway(number))/readings", payload: Array(text.utf8), qos: 1,
                packetID: UInt16(CrashGateway.packetID(index)))
        }
    }

    private func send(_ bytes: [UInt8]) {
        var sent = 0
        while isOpen, sent < bytes.count {
            let n = bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            if n > 0 {
                sent += n
            } else if n < 0, errno == EAGAIN {
                usleep(200)
            } else {
                // What the room acknowledged before it went is still to be read; the next read finds the end.
                return
            }
        }
    }
}
