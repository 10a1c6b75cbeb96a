// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Logging
import Rehearsal

/// `vigie simulate`: brings a generated city to life over MQTT.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Lets a simulated city speak to Vigie over MQTT.",
        subcommands: [SimulateRun.self, SimulateSay.self, SimulateScore.self, SimulateCalls.self],
        defaultSubcommand: SimulateRun.self)
}

struct SimulateRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the simulated city until it is interrupted.",
        discussion: """
            The city is a process of its own and knows Vigie only through its listener. Readings bear the time of the wall clock; with \
            --start-at or --speed only the behaviour of the lamps moves (see docs/operating/rehearsal.md).
            """)

    @Option(help: "The folder that `vigie generate city` wrote.") var city: String
    @Option(help: "Vigie's MQTT listener, host:port.") var mqtt = "127.0.0.1:1883"
    @Option(help: "The password of every gateway; its user name is its identity.") var password: String?
    @Option(
        name: .customLong("tls-trust"), help: "Speak TLS and trust what this PEM file's authority signed; --mqtt is then the TLS listener.")
    var trust: String?
    @Option(help: "How many times as fast as real time the city lives, 1 to 3600.") var speed = 1
    @Option(name: .customLong("start-at"), help: "The city's hour at the start: now, dusk, dawn, noon, midnight or 19:40.") var startAt =
        "now"
    @Option(help: "A script of what is to happen.") var script: String?
    @Option(help: "The seed of faults, radio and behaviour.") var seed: UInt64 = 21_231
    @Option(help: "Write what is really wrong to this file, one JSON object a line.") var truth: String?
    @Option(help: "Listen for lines of script on this port of 127.0.0.1; 0 for any.") var control = 18_831
    @Option(help: "Seconds between two reports of a lamp.") var period = 900
    @Option(help: "How many times the usual number of faults; 0 for none.") var faults = 1.0
    @Option(help: "Share of lamps that are faulty at the start.") var standing = 0.006
    @Option(help: "Seconds by which its clock goes ahead of the machine's, as the room's own (exercise.clock-ahead).") var ahead = 0
    @Flag(help: "Answer orders at once and lose no message: for measuring.") var instant = false

    func validate() throws {
        guard (1...3600).contains(speed) else { throw ValidationError("--speed \(speed): give a whole number from 1 to 3600") }
        guard (1...86_400).contains(period) else { throw ValidationError("--period \(period): give seconds from 1 to 86400") }
        guard (0...0.5).contains(standing) else { throw ValidationError("--standing \(standing): give a share from 0 to 0.5") }
        guard faults >= 0, faults <= 100_000 else { throw ValidationError("--faults \(faults): give a factor from 0 to 100000") }
        guard StartAt(startAt) != nil else {
            throw ValidationError("--start-at \(startAt): give now, dusk, dawn, noon, midnight or a time such as 19:40")
        }
        if let trust, !FileManager.default.isReadableFile(atPath: trust) { throw ValidationError("--tls-trust \(trust): cannot be read") }
        guard address != nil else { throw ValidationError("--mqtt \(mqtt): give host:port, such as 127.0.0.1:1883") }
        guard (0...65_535).contains(control) else { throw ValidationError("--control \(control): give a port from 0 to 65535") }
    }

    private var address: (host: String, port: Int)? {
        guard let colon = mqtt.lastIndex(of: ":"), let port = Int(mqtt[mqtt.index(after: colon)...]), (1...65_535).contains(port),
            colon > mqtt.startIndex
        else { return nil }
        return (mqtt[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port)
    }

    mutating func run() async throws {
        let shift = Int64(ahead) * 1000
        let clock = Clock { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded()) + shift) }
        var rehearsing = Rehearsing()
        if let address { (rehearsing.host, rehearsing.port) = (address.host, address.port) }
        (rehearsing.password, rehearsing.trust) = (password, trust)
        rehearsing.controlPort = control
        rehearsing.truth = truth
        rehearsing.settings.seed = seed
        rehearsing.settings.period = period
        rehearsing.settings.faults = faults
        rehearsing.settings.standing = standing
        rehearsing.settings.isInstant = instant
        if instant { rehearsing.settings.radioLoss = 0 }
        if let script {
            guard let data = FileManager.default.contents(atPath: script) else {
                throw ValidationError("--script \(script): cannot be read")
            }
            do { rehearsing.script = try Script(String(decoding: data, as: UTF8.self)) } catch {
                throw ValidationError("\(script) \(error)")
            }
        }
        let roster = try Roster(folder: city)
        let now = clock.now()
        let pace = Pace(wallStart: now, cityStart: StartAt(startAt)?.cityTime(at: now), speed: speed)
        let (lamps, gateways, target) = (roster.lamps.count, roster.gateways.count, mqtt)
        try await rehearsing.run(roster: roster, pace: pace, clock: clock, log: Logger(label: "simulate")) { port in
            print(
                "\(lamps) lamps behind \(gateways) gateways → \(target)"
                    + (port.map { "; `vigie simulate say --control \($0) status` tells how it goes" } ?? ""))
            fflush(nil)
        }
    }
}

struct SimulateSay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say", abstract: "Says one line of script to the running city: vigie simulate say 'trip feeder F-03'.")

    @Option(help: "The control port of the running city.") var control = 18_831
    @Argument(help: "The line, in one argument or several.") var words: [String]

    mutating func run() async throws {
        let answer: String
        do {
            answer = try await say(words.joined(separator: " "), toRehearsalAt: control)
        } catch {
            throw ValidationError(
                "no rehearsal answers on 127.0.0.1:\(control) (\(error)); is `vigie simulate` running with --control \(control)?")
        }
        print(answer)
        if answer.hasPrefix("error") { throw ExitCode.failure }
    }
}
