// SPDX-License-Identifier: EUPL-1.2

import Fieldbus
import Foundation

/// One connection of the load generator: a raw socket, its rendered messages, its window.
final class LoadLine {
    /// A rendered PUBLISH with the places that change; one for all ids of a length, so that a million assets need no million of them.
    private struct Template {
        var bytes: [UInt8]
        var idAt: Int
        /// Nil with QoS 0.
        var packetIDAt: Int?
        var timeAt: Int
        var sequenceAt: Int
        var digitAt: Int
    }

    private(set) var descriptor: Int32
    private(set) var isOpen = true
    private(set) var underWay = 0
    private let assets: [String]
    /// By the length of the asset's id in bytes.
    private var templates: [Template?]
    private var next = 0
    private var sequence: UInt64 = 1_000_000_000
    private var packetID: UInt16 = 0
    private var sentAt: [UInt64]
    private var out: [UInt8] = []
    private var outFrom = 0
    private var carry: [UInt8] = []
    private var scratch = [UInt8](repeating: 0, count: 16_384)

    init(host: String, port: Int, gateway: MQTTLoad.Gateway, window: Int, qos: UInt8) throws {
        assets = gateway.assets
        templates = [Template?](repeating: nil, count: 1 + (assets.map(\.utf8.count).max() ?? 0))
        for asset in assets where templates[asset.utf8.count] == nil {
            templates[asset.utf8.count] = LoadLine.template(topic: gateway.topic, asset: asset, qos: qos)
        }
        sentAt = [UInt64](repeating: 0, count: window + 1)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw MQTTLoad.Failure(description: "no socket: \(String(cString: strerror(errno)))") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw MQTTLoad.Failure(description: "'\(host)' is not an IPv4 address")
        }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.connect(descriptor, $0, size) }
        }
        guard status == 0 else {
            let reason = String(cString: strerror(errno))
            close()
            throw MQTTLoad.Failure(description: "cannot connect to \(host):\(port): \(reason)")
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(4))
        var connect = MQTTConnect(version: .v3, clientID: gateway.clientID)
        connect.user = gateway.user
        connect.password = gateway.password.map { Array($0.utf8) }
        let packet = MQTTWriter.packet(.v3) { $0.connect(connect) }
        _ = packet.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Waits for CONNACK, then goes over to non-blocking.
    func awaitAcceptance() throws {
        var ack = [UInt8](repeating: 0, count: 4)
        var n = 0
        while n < 4 {
            let r = ack.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + n, 4 - n) }
            guard r > 0 else { throw MQTTLoad.Failure(description: "the listener closed the connection before CONNACK") }
            n += r
        }
        guard ack[0] == 0x20, ack[3] == 0 else { throw MQTTLoad.Failure(description: "the listener refused: return code \(ack[3])") }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    var isBlocked: Bool { outFrom < out.count }

    /// Appends `count` messages and writes what the socket takes.
    func write(_ count: Int, at milliseconds: Int64) {
        let now = LoadLine.monotonicNanoseconds()
        if !isBlocked {
            out.removeAll(keepingCapacity: true)
            outFrom = 0
        }
        for _ in 0..<count { append(milliseconds, now) }
        writeOn()
    }

    private func append(_ milliseconds: Int64, _ now: UInt64) {
        let at = out.count
        let asset = assets[next].utf8
        guard let template = templates[asset.count] else { return }
        out.append(contentsOf: template.bytes)
        var idAt = at + template.idAt
        for byte in asset {
            out[idAt] = byte
            idAt += 1
        }
        if let packetIDAt = template.packetIDAt {
            packetID = packetID == .max ? 1 : packetID + 1
            sentAt[Int(packetID) % sentAt.count] = now
            underWay += 1
            out[at + packetIDAt] = UInt8(packetID >> 8)
            out[at + packetIDAt + 1] = UInt8(truncatingIfNeeded: packetID)
        }
        LoadLine.digits(UInt64(milliseconds), 13, &out, at + template.timeAt)
        LoadLine.digits(sequence, 10, &out, at + template.sequenceAt)
        out[at + template.digitAt] = 0x30 + UInt8(sequence % 10)
        next += 1
        if next == assets.count {
            next = 0
            sequence += 1
        }
    }

    func writeOn() {
        while isOpen, outFrom < out.count {
            let n = out.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress! + outFrom, $0.count - outFrom, Int32(MSG_NOSIGNAL)) }
            if n > 0 {
                outFrom += n
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                return close()
            }
        }
    }

    /// Takes PUBACKs in; how many.
    func read(into latencies: inout LatencyBuckets) -> Int {
        let n = scratch.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
        guard n > 0 else {
            if n == 0 || errno != EAGAIN && errno != EINTR { close() }
            return 0
        }
        let now = LoadLine.monotonicNanoseconds()
        let isPlain = carry.isEmpty
        if !isPlain { carry.append(contentsOf: scratch[0..<n]) }
        let total = isPlain ? n : carry.count
        var count = 0
        var at = 0
        while at + 4 <= total {
            let byte = { (i: Int) in isPlain ? self.scratch[i] : self.carry[i] }
            if byte(at) == 0x40 {
                let id = Int(byte(at + 2)) << 8 | Int(byte(at + 3))
                latencies.add(nanoseconds: now - min(now, sentAt[id % sentAt.count]))
                count += 1
            }
            at += 4
        }
        carry = at == total ? [] : isPlain ? Array(scratch[at..<total]) : Array(carry[at...])
        underWay -= count
        return count
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Foundation.close(descriptor)
    }

    static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func digits(_ value: UInt64, _ width: Int, _ out: inout [UInt8], _ at: Int) {
        var rest = value
        for i in stride(from: at + width - 1, through: at, by: -1) {
            out[i] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
    }

    private static func template(topic: String, asset: String, qos: UInt8) -> Template {
        let start = #"{"id":""#
        let head = start + asset + #"","t":"#
        let middle = #"0000000000000,"seq":"#
        let tail = #"0000000000,"level":70,"power":38.2,"energy":1023.114,"voltage":231.4,"faults":0,"temperature":31."#
        let payload = Array((head + middle + tail + "0}").utf8)
        let bytes = MQTTWriter.packet(.v3) { $0.publish(topic: topic, payload: payload, qos: qos, packetID: 1) }
        let at = bytes.count - payload.count
        return Template(
            bytes: bytes, idAt: at + start.utf8.count, packetIDAt: qos == 0 ? nil : at - 2, timeAt: at + head.utf8.count,
            sequenceAt: at + head.utf8.count + middle.utf8.count,
            digitAt: bytes.count - 2)
    }
}
