// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Interventions
import Journal

/// `vigie import crews`: who works when, with what, and how long things take.
struct ImportCrewsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crews", abstract: "Crews, vehicles, shifts, on-call rota and estimates; they replace those before.")

    @Argument(help: "YAML (docs/desks/interventions.md; examples/crews.yaml).") var file: String
    @Flag(help: "Says what would happen and writes nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Who imports, as the log says.", valueName: "login")) var by: String = ProcessInfo.processInfo.userName
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let house = try ImportHouse(configuration)
        let read = CrewFile(String(decoding: try house.bytes(file), as: UTF8.self))
        var made: CrewImport.Outcome?
        try house.guarded {
            made = try house.journal.writeHere { transaction in
                try CrewImport.run(
                    read.plan, faults: read.faults, file: URL(filePath: file).lastPathComponent, by: by, isDryRun: dryRun,
                    at: house.clock.now(), in: transaction)
            }
        }
        guard let made else { return }
        if !made.faults.isEmpty {
            let lines = made.faults.prefix(50).map { $0.line == 0 ? "  \($0.what)" : "  line \($0.line): \($0.what)" }
            FileHandle.standardError.write(Data(("Nothing was imported:\n" + lines.joined(separator: "\n") + "\n").utf8))
            throw ExitCode(65)
        }
        let end = dryRun ? "dry run, nothing is written" : made.revision.map { "revision \($0)" } ?? "nothing changed"
        print(
            "\(file): \(read.plan.crews.count) crews, \(read.plan.vehicles.count) vehicles, \(read.plan.work.count) sorts of work; \(end)")
    }
}
