// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing

/// `vigie serve` as a process of its own, which can be killed at any instant.
final class ServedHouse {
    let process = Process()
    let port: Int

    /// Beside the test bundle; nil where it was not built.
    static let executable: String? = {
        var folders = CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(filePath: $0).deletingLastPathComponent().path() }
        folders.append(URL(filePath: #filePath).deletingLastPathComponent().path() + "../../.build/debug/")
        return folders.map { $0 + "vigie" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    init(folder: String, port: Int) throws {
        self.port = port
        process.executableURL = URL(filePath: try #require(ServedHouse.executable))
        process.arguments = [
            "serve", "--data", folder, "--set", "mqtt.port=\(port)", "--set", "mqtt.bind=127.0.0.1", "--set", "mqtt.anonymous=true",
            "--set", "http.bind=127.0.0.1", "--set", "http.port=\(try ServedHouse.freePort())", "--set", "log.level=critical",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func end() {
        process.terminate()
        process.waitUntilExit()
    }

    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1 }
        }
        try #require(code == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// A gateway with nothing but a socket: MQTT 3.1.1 written by hand, so that the test does not trust Vigie's own client.
final class PlainGateway {
    private var socket: Int32 = -1
    private var bytes: [UInt8] = []

    /// Tries until somebody listens, and waits for CONNACK.
    init(port: Int, id: String) throws {
        for _ in 0..<1500 {
            socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = ServedHouse.address(port)
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if code == 0 { break }
            close(socket)
            socket = -1
            usleep(10_000)
        }
        try #require(socket >= 0, "nobody listens on port \(port)")
        var patience = timeval(tv_sec: 0, tv_usec: 20_000)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        send(0x10, PlainGateway.text("MQTT") + [4, 2, 0, 60] + PlainGateway.text(id))
        for _ in 0..<250 where bytes.count < 4 { receive() }
        try #require(bytes.starts(with: [0x20, 2]) && bytes.count >= 4 && bytes[3] == 0, "no CONNACK: \(bytes)")
        bytes.removeFirst(4)
    }

    deinit { if socket >= 0 { close(socket) } }

    /// QoS 1. `packet` from 1 to 65535.
    func publish(_ packet: Int, topic: String, _ payload: String) {
        send(0x32, PlainGateway.text(topic) + [UInt8(packet >> 8), UInt8(packet & 255)] + Array(payload.utf8))
    }

    /// Packets that were acknowledged since the last time.
    func acknowledged() -> [Int] {
        receive()
        var packets: [Int] = []
        while bytes.count >= 2, bytes.count >= 2 + Int(bytes[1]) {
            let length = 2 + Int(bytes[1])
            if bytes[0] == 0x40, length >= 4 { packets.append(Int(bytes[2]) << 8 | Int(bytes[3])) }
            bytes.removeFirst(length)
        }
        return packets
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count > 0 { bytes += buffer.prefix(count) }
    }

    private func send(_ head: UInt8, _ body: [UInt8]) {
        var length: [UInt8] = []
        var rest = body.count
        repeat {
            length.append(UInt8(rest & 127) | (rest > 127 ? 128 : 0))
            rest >>= 7
        } while rest > 0
        let all = [head] + length + body
        _ = Foundation.send(socket, all, all.count, Int32(MSG_NOSIGNAL))
    }

    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)] + Array(text.utf8) }
}
