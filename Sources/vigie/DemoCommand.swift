// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Rehearsal

/// `vigie demo`: a city by rule, a room, and the simulated city as a process of its own that talks MQTT to it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Makes a demonstration city, opens the room on it and lets it live.")

    @Option(help: "How many lamps.") var lamps = 34_000
    @Option(help: "Where everything of the demonstration lies; remove it to begin anew.") var folder = ".vigie/demo"
    @Option(help: "Port of the web site.") var port = 8080
    @Option(help: "Port of the MQTT listener.") var mqttPort = 1883
    @Option(help: "Port of 127.0.0.1 on which the simulated city takes lines of script (`vigie simulate say`).") var controlPort = 18_831
    @Option(help: "The hour of the exercise: now, dusk, dawn, noon, midnight or 19:40. Room and city go ahead of the clock together.")
    var startAt = "dusk"
    @Option(help: "A script of what is to happen.") var script: String?

    func run() async throws {
        let (data, city) = (folder + "/data", folder + "/city")
        // With a journal elsewhere (VIGIE_JOURNAL) no import makes it.
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try prepare(data: data, city: city)
        let accounts = try makeAccounts(data)
        let key = try makeKey(data)
        let now = Composition.liveClock.now()
        guard let hour = StartAt(startAt) else {
            throw ValidationError("--start-at \(startAt): give now, dusk, dawn, noon, midnight or 19:40")
        }
        // Never back: what the room has recorded stays in its past.
        var ahead = (hour.cityTime(at: now) - now).seconds
        if ahead < 0 { ahead += 86_400 }
        let simulator = try startSimulator(city: city, key: key, ahead: ahead)
        defer { simulator.terminate() }
        let exchange = try startExchange(data: data, ahead: ahead)
        defer { exchange.terminate() }
        say(accounts)
        let serve = try ServeCommand.parse([
            "--data", data, "--set", "http.port=\(port)", "--set", "mqtt.port=\(mqttPort)", "--set", "log.level=warning",
            "--set", "exercise.clock-ahead=\(ahead)s",
        ])
        try await serve.run()
    }

    private func prepare(data: String, city: String) throws {
        if !FileManager.default.fileExists(atPath: city + "/assets.csv") {
            step("1/4 drawing a city of \(lamps) lamps")
            try own(["generate", "city", "--lamps", "\(lamps)", "--out", city])
        }
        guard !FileManager.default.fileExists(atPath: data + "/imported") else { return }
        step("2/4 the communes, streets and addresses")
        try own(["import", "areas", city + "/areas.geojson", "--data", data])
        try own(["import", "streets", city + "/streets.geojson", "--data", data])
        if FileManager.default.fileExists(atPath: city + "/streets.osm") {
            try own(["import", "streets", city + "/streets.osm", "--data", data])
        }
        if FileManager.default.fileExists(atPath: city + "/addresses.csv") {
            try own(["import", "addresses", city + "/addresses.csv", "--data", data])
        }
        step("3/4 the inventory")
        try own(["import", "assets", city + "/assets.csv", "--data", data])
        if let categories = ExampleFiles.find("categories.yaml") { try own(["import", "categories", categories, "--data", data]) }
        if let crews = ExampleFiles.find("crews.yaml") { try own(["import", "crews", crews, "--data", data]) }
        if let services = ExampleFiles.find("services.yaml") { try own(["import", "services", services, "--data", data]) }
        try Data().write(to: URL(fileURLWithPath: data + "/imported"))
    }

    /// The three accounts of the demonstration, made once; their passwords lie in a file that only this user may read.
    private func makeAccounts(_ data: String) throws -> String {
        let file = folder + "/accounts.txt"
        if let known = try? String(contentsOfFile: file, encoding: .utf8) { return known }
        step("4/4 accounts and gateway keys")
        var lines = ""
        for (login, name, right) in [
            ("admin", "Administratrice", "configure"), ("chef", "Chef de salle", "manage"), ("operateur", "Opérateur", "operate"),
        ] {
            lines += try own(["user", "add", login, "--name", name, "--right", right, "--make-password", "--data", data], reading: true)
        }
        try writePrivately(lines, file)
        return lines
    }

    private func makeKey(_ data: String) throws -> String {
        let file = folder + "/gateway-key.txt"
        if let known = try? String(contentsOfFile: file, encoding: .utf8) { return known }
        let line = try own(["gateway", "key", "--missing", "--same", "--data", data], reading: true)
        let key = String(line.split(separator: ";").last ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        try writePrivately(key, file)
        return key
    }

    private func startSimulator(city: String, key: String, ahead: Int64) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ownPath())
        process.arguments = [
            "simulate", "--city", city, "--mqtt", "127.0.0.1:\(mqttPort)", "--password", key, "--ahead", "\(ahead)", "--control",
            "\(controlPort)",
        ]
        process.arguments! += ["--truth", folder + "/truth.jsonl"] + (script.map { ["--script", $0] } ?? [])
        let log = folder + "/simulate.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        return process
    }

    /// A telephone exchange that tells of a fortnight of calls, once, and of today's as they come; half of these ring until somebody takes
    /// them.
    private func startExchange(data: String, ahead: Int64) throws -> Process {
        let file = folder + "/exchange-key.txt"
        let isFirst = !FileManager.default.fileExists(atPath: file)
        if isFirst {
            try own(
                [
                    "user", "add", "standard", "--name", "Standard téléphonique", "--right", "operate", "--trade", "exchange",
                    "--make-password", "--data", data,
                ],
                reading: true)
            let key = try own(
                ["user", "key", "standard", "--title", "standard", "--right", "operate", "--trade", "exchange", "--data", data],
                reading: true)
            try writePrivately(key.trimmingCharacters(in: .whitespacesAndNewlines), file)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ownPath())
        process.arguments = [
            "simulate", "calls", "--port", "\(port)", "--key", try String(contentsOfFile: file, encoding: .utf8), "--per-day", "400",
            "--agents", "5",
            "--days", isFirst ? "14" : "0", "--live", "--shared", "--ahead", "\(ahead)", "--patience", "120",
        ]
        let log = folder + "/exchange.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        return process
    }

    private func say(_ accounts: String) {
        print(
            """

            The room:      http://127.0.0.1:\(port)
            Accounts:
            \(accounts.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))

            What to look at:
              map          http://127.0.0.1:\(port)/console/map       \(lamps) lamps as they report; zoom in, click one, ask 'why?'
              alarms       http://127.0.0.1:\(port)/console/alarms    in another terminal:
                           \(CommandLine.arguments[0]) simulate say --control \(controlPort) 'trip feeder F-01'    one line for hundreds of lamps
              orders       select lamps on the map, dim them, see each one proved
              reports      http://127.0.0.1:\(port)/console/reports   make one by hand, ask why that department
              calls        http://127.0.0.1:\(port)/allo             the city's telephone: t takes a call, ? shows the keys; statistics of a fortnight
              citizens     http://127.0.0.1:\(port)/app               a report in a minute, followed by its link, also without a network
              jobs         http://127.0.0.1:\(port)/console/jobs      what the crews have to do, and when it is expected to be over
              log          http://127.0.0.1:\(port)/console/log       every act, chained by hash
              health       http://127.0.0.1:\(port)/console/health
            The simulated city is a process of its own (log: \(folder)/simulate.log, truth: \(folder)/truth.jsonl).
            Every device says how it is within a minute, then every 15 minutes. Ctrl-C ends both.

            """)
        fflush(nil)
    }

    private func step(_ text: String) {
        print("— \(text)")
        fflush(nil)
    }

    /// Runs this program with other arguments and waits; its progress goes to the terminal.
    @discardableResult
    private func own(_ arguments: [String], reading: Bool = false) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ownPath())
        process.arguments = arguments
        let pipe = Pipe()
        if reading { process.standardOutput = pipe }
        try process.run()
        let text = reading ? String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) : ""
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
        return text
    }

    private func writePrivately(_ text: String, _ file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw ValidationError("\(file) cannot be written")
        }
    }
}

/// The files that come with the program: beside the executable, in its share, or in the working folder.
enum ExampleFiles {
    static func find(_ name: String) -> String? {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let beside = URL(fileURLWithPath: executable).deletingLastPathComponent().path
        return [
            FileManager.default.currentDirectoryPath + "/examples/", beside + "/examples/", beside + "/../share/vigie/examples/",
            beside + "/../../../examples/",
        ].map { $0 + name }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
