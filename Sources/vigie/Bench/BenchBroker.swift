// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Rehearsal

extension BenchRun {
    /// The city's own broker between the gateways and the room: Debian's mosquitto, Vigie as its client. Beside it the same broker with a
    /// subscriber that acknowledges and does nothing else.
    func broker() throws {
        let name = "ingest-mqtt-broker"
        guard let program = findProgram("mosquitto") else {
            return skip(name, "mosquitto is neither on PATH nor in /usr/sbin: apt-get install mosquitto")
        }
        let world = try BenchWorld(lamps: 34_000, in: root + "/broker")
        let gateways = world.loads(connections: 400)
        func load(_ port: Int, _ seconds: Double) throws -> MQTTLoad.Result {
            try MQTTLoad(.init(port: port, gateways: gateways, window: 20, seconds: seconds), clock: BenchWorld.clock).run()
        }
        let bare = try withMosquitto(program, in: world.folder) { port in
            let subscriber = try NullSubscriber(port: port, filter: "vigie/1/+/readings")
            defer { subscriber.end() }
            let began = ContinuousClock.now
            let sent = try load(port, min(2, seconds)).acknowledged
            return Double(subscriber.wait(for: sent)) / max(0.001, subscriber.seconds(since: began))
        }
        try withMosquitto(program, in: world.folder) { port in
            let server = try BenchServer(folder: world.folder, settings: ["mqtt.brokers=mqtt://127.0.0.1:\(port)"])
            defer { server.stop() }
            guard try isSubscribed(world, server, load: { try load(port, 0.2) }) else {
                return skip(name, "the room did not subscribe at the broker within twenty seconds")
            }
            let before = try BenchMetrics(world, server)
            let (cpu, began) = (server.cpuSeconds, ContinuousClock.now)
            let result = try load(port, seconds)
            let sending = vigie.seconds(since: began)
            let (tally, drained) = try BenchTally.settled(world, server, since: before, expected: result.acknowledged)
            let elapsed = sending + drained
            let note = """
                \(gateways.count) connections × 20 into mosquitto, which acknowledged \(result.acknowledged) in \(Figure.print(sending)) s; \(tally.judged) \
                judged, \(tally.refused) refused, the last \(Figure.print(drained)) s later; each acknowledged to the broker after it was on disk; \
                \(Figure.print((server.cpuSeconds - cpu) / elapsed)) cores of the room
                """
            let figure = Figure(
                name, Double(tally.judged) / elapsed, "messages/s", baseline: bare, "mosquitto to a subscriber that only acknowledges",
                must: 12_000, aim: 35_000, isRate: true, note: note)
            tell(figure.void(tally.trouble(acknowledged: result.acknowledged, missing: result.missing)))
        }
    }

    /// Sends a little until the room judges some of it, then waits until it has judged all.
    private func isSubscribed(_ world: BenchWorld, _ server: BenchServer, load: () throws -> MQTTLoad.Result) throws -> Bool {
        let began = ContinuousClock.now
        while vigie.seconds(since: began) < 20 {
            let before = try BenchMetrics(world, server)
            let sent = try load().acknowledged
            if try BenchTally.settled(world, server, since: before, expected: sent).tally.judged > 0 { return true }
        }
        return false
    }

    /// mosquitto as a process of its own on a free port: nothing kept on its disk, nothing dropped from its queues.
    private func withMosquitto<T>(_ program: String, in folder: String, _ body: (Int) throws -> T) throws -> T {
        let port = try freePort()
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous true", "persistence false", "log_dest stderr", "log_type error",
            "max_inflight_messages 1000", "max_queued_messages 0",
        ]
        if geteuid() == 0 { lines.append("user root") }
        let path = folder + "/mosquitto.conf"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-c", path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { endAtOnce(process) }
        try awaitPort(port, of: process)
        return try body(port)
    }
}

/// Where a program is, on PATH or among the system's daemons; nil where it is not.
func findProgram(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
    return folders.map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Ends a program of others whose data nobody wants. Not by SIGTERM: it inherits the signals that a thread of the pool holds back.
func endAtOnce(_ process: Process) {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
}

/// Returns once somebody listens on the port; throws where the process ended, or ten seconds have passed.
func awaitPort(_ port: Int, of process: Process) throws {
    let began = ContinuousClock.now
    while process.isRunning, seconds(since: began) < 10 {
        if let fd = connectLoopback(port) {
            close(fd)
            return
        }
        usleep(10_000)
    }
    throw POSIXError(.ECONNREFUSED)
}
