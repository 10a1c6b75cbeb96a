// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

extension BenchRun {
    /// kill -9 at random instants under load. This process, outside the room, knows what was acknowledged to it; at the end it asks the room
    /// through its public doors what is there, and counts what is missing and what is there twice.
    func crash() throws {
        let world = try BenchWorld(lamps: 1_700, in: root + "/crash")
        let gateways = (0..<world.gateways).map { g in
            CrashGateway(g, world: world, lamps: (0..<10).map { (g * world.lamps + world.gateways - 1) / world.gateways + $0 }, window: 20)
        }
        let first = BenchWorld.clock.now().milliseconds
        let began = ContinuousClock.now
        for _ in 0..<rounds {
            let server = try BenchServer(folder: world.folder)
            defer { server.kill() }
            for gateway in gateways { try gateway.connect(port: server.mqttPort) }
            drive(gateways, seconds: Double.random(in: 0.02...0.35), isSending: true)
            server.kill()
            for gateway in gateways {
                gateway.read()
                gateway.close()
            }
        }
        let perRound = vigie.seconds(since: began) / Double(max(1, rounds))
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        for gateway in gateways { try gateway.connect(port: server.mqttPort) }
        drive(gateways, seconds: 20, isSending: false)
        for gateway in gateways { gateway.close() }
        let unanswered = gateways.count { !$0.isAllAcknowledged }
        let open = try countedTwice(gateways, world, server, from: first - 1000)
        server.stop()
        let (missing, twice) = try exported(gateways, world)
        let again = try BenchServer(folder: world.folder)
        defer { again.stop() }
        let doubled = max(twice, try countedTwice(gateways, world, again, from: first - 1000))
        let sent = gateways.reduce(0) { $0 + $1.messages.count }
        let resent = gateways.reduce(0) { $0 + $1.resent }
        let note = """
            \(rounds) rounds, \(sent) readings acknowledged, \(resent) sent again after a kill, \(missing) missing, \(doubled) there twice \
            (\(open) counted twice by the series before late readings were merged); \
            \(Figure.print(perRound)) s a round
            """
        let figure = Figure("crash-lost", Double(missing + doubled), "readings", must: 0, aim: rounds >= 1_000 ? 0 : nil, note: note)
        tell(figure.void(sent == 0 ? "nothing was sent" : unanswered > 0 ? "\(unanswered) gateways had no answer at the end" : nil))
    }

    /// Load, or only the wait for what is open, for so long.
    private func drive(_ gateways: [CrashGateway], seconds: Double, isSending: Bool) {
        let began = ContinuousClock.now
        while vigie.seconds(since: began) < seconds {
            if !isSending, gateways.allSatisfy(\.isAllAcknowledged) { return }
            let now = BenchWorld.clock.now().milliseconds
            if isSending { for gateway in gateways { gateway.fill(now: now) } }
            var polls = gateways.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
            _ = poll(&polls, nfds_t(polls.count), 10)
            for (i, gateway) in gateways.enumerated() where polls[i].revents != 0 { gateway.read() }
        }
    }

    /// The series of the API counts each reading that history holds: how many more than were sent.
    private func countedTwice(_ gateways: [CrashGateway], _ world: BenchWorld, _ server: BenchServer, from: Int64) throws -> Int {
        var sent: [Int: Int] = [:]
        for gateway in gateways { for message in gateway.messages { sent[message.lamp, default: 0] += 1 } }
        let to = BenchWorld.clock.now().milliseconds + 60_000
        var more = 0
        for (lamp, count) in sent {
            let path = "/api/assets/\(world.lamp(lamp))/series?property=level&from=\(from)&to=\(to)&points=100"
            let answer = try rawHTTP(port: server.httpPort, path: path, headers: world.bearer)
            guard answer.hasPrefix("HTTP/1.1 200") else { throw BenchMetrics.Trouble.refused(String(answer.prefix(60))) }
            let counts = answer.components(separatedBy: "\"count\":").dropFirst().map { Int($0.prefix { $0.isNumber }) ?? 0 }
            more += max(0, counts.reduce(0, +) - count)
        }
        return more
    }

    /// `vigie export readings` of the closed house: acknowledged and not there; there more than once.
    private func exported(_ gateways: [CrashGateway], _ world: BenchWorld) throws -> (missing: Int, twice: Int) {
        let path = world.folder + "/readings.ndjson"
        let export = Process()
        export.executableURL = URL(fileURLWithPath: ownPath())
        export.arguments = ["export", "readings", "--format", "ndjson", "--data", world.folder, "--output", path]
        export.standardError = FileHandle.nullDevice
        try export.run()
        export.waitUntilExit()
        guard export.terminationStatus == 0 else { throw POSIXError(.EIO) }
        var found: [String: [String: Int]] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).utf8.split(separator: 10) {
            // {"id":"L-100000000","t":"2026-11-21T12:00:00.000Z",…
            let parts = line.split(separator: UInt8(ascii: "\""), maxSplits: 8, omittingEmptySubsequences: false)
            guard parts.count > 7 else { continue }
            found[String(Substring(parts[3])), default: [:]][String(Substring(parts[7])), default: 0] += 1
        }
        var missing = 0
        for gateway in gateways {
            for message in gateway.messages where message.isAcknowledged {
                if found[world.lamp(message.lamp)]?[Instant(milliseconds: message.time).iso8601] == nil { missing += 1 }
            }
        }
        return (missing, found.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 - 1 } })
    }
}
