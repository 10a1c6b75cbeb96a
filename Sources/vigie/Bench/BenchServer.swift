// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// `vigie serve` as a process of its own, on ports and in a folder of its own: measured from outside, as a city would.
final class BenchServer {
    let folder: String
    let httpPort: Int
    let mqttPort: Int
    private(set) var process: Process
    /// Seconds from the start of the process until /readyz says 200 and the MQTT port is open.
    private(set) var startSeconds = 0.0

    enum Trouble: Error, CustomStringConvertible {
        case notReady(String)
        var description: String {
            switch self {
            case .notReady(let log): "the server did not become ready:\n\(log)"
            }
        }
    }

    /// The program that is measured: this one, or, to compare two builds, the one that BENCH_PROGRAM names.
    static let program = ProcessInfo.processInfo.environment["BENCH_PROGRAM"] ?? ownPath()

    /// - Parameter settings: further `key=value`.
    init(folder: String, settings: [String] = [], patience: Double = 120) throws {
        self.folder = folder
        httpPort = try freePort()
        mqttPort = try freePort()
        process = Process()
        process.executableURL = URL(fileURLWithPath: BenchServer.program)
        var arguments = ["serve", "--data", folder, "--set", "http.port=\(httpPort)", "--set", "mqtt.port=\(mqttPort)"]
        arguments += [
            "--set", "mqtt.anonymous=true", "--set", "log.level=warning", "--set", "mqtt.rate=0", "--set", "mqtt.connections=20000",
            // What is measured is the room, not the limit of one key.
            "--set", "http.requests-per-minute=100000000",
        ]
        for setting in settings { arguments += ["--set", setting] }
        process.arguments = arguments
        let log = folder + "/serve.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle(forWritingAtPath: log)
        let began = ContinuousClock.now
        try process.run()
        while !isReady() {
            let elapsed = seconds(since: began)
            guard process.isRunning, elapsed < patience else {
                process.terminate()
                throw Trouble.notReady((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
            }
            usleep(elapsed < 2 ? 2_000 : 20_000)
        }
        startSeconds = seconds(since: began)
    }

    /// Pages are served and gateways may come in.
    private func isReady() -> Bool { (try? rawHTTP(port: httpPort, path: "/readyz"))?.hasPrefix("HTTP/1.1 200") ?? false }

    /// Megabytes (2^20) resident now, and the most that ever were.
    var memory: (now: Double, peak: Double) {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        func value(_ key: String) -> Double {
            for line in status.split(separator: "\n") where line.hasPrefix(key) {
                return Double(line.filter(\.isNumber)).map { $0 / 1024 } ?? 0
            }
            return 0
        }
        return (value("VmRSS:"), value("VmHWM:"))
    }

    /// CPU seconds used so far, user and system.
    var cpuSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}

/// The path of the running executable.
func ownPath() -> String { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0] }

func seconds(since began: ContinuousClock.Instant) -> Double {
    let d = (ContinuousClock.now - began).components
    return Double(d.seconds) + Double(d.attoseconds) / 1e18
}

/// A loopback TCP port that nobody listens on now, below those that the system gives to clients: one that knocks at a killed server would
/// else be given the very port that it knocks at, and hold it.
func freePort() throws -> Int {
    for _ in 0..<200 {
        let port = Int.random(in: 20_000..<32_000)
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        var address = loopback(port)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
        if bound { return port }
    }
    throw POSIXError(.EADDRINUSE)
}

func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

/// A blocking loopback connection, or nil.
func connectLoopback(_ port: Int, timeout: Int = 10) -> Int32? {
    let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port)
    var patience = timeval(tv_sec: timeout, tv_usec: 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
    if connected { return fd }
    close(fd)
    return nil
}

/// One HTTP/1.1 request over a connection of its own, blocking; the whole answer as text.
func rawHTTP(port: Int, method: String = "GET", path: String, headers: [String: String] = [:], body: [UInt8] = []) throws -> String {
    guard let fd = connectLoopback(port) else { throw POSIXError(.ECONNREFUSED) }
    defer { close(fd) }
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method != "GET" { head += "Content-Length: \(body.count)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + body
    var sent = 0
    while sent < bytes.count {
        let n = bytes.withUnsafeBytes { send(fd, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
        guard n > 0 else { throw POSIXError(.EPIPE) }
        sent += n
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let n = recv(fd, &buffer, buffer.count, 0)
        if n <= 0 { break }
        answer += buffer[0..<n]
    }
    return String(decoding: answer, as: UTF8.self)
}
