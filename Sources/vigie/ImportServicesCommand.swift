// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Services

/// `vigie import services`: tiles, places with their hours, waste collection, alerts, bulky waste.
struct ImportServicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "Services to citizens: tiles, places, waste collection, alerts, bulky waste; they replace those before.")

    @Argument(help: "YAML (docs/desks/services.md; examples/services.yaml).") var file: String?
    @Flag(help: "Says what would happen and writes nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Writes the outcome of every entry to this CSV.", valueName: "file")) var report: String?
    @Option(help: ArgumentHelp("Takes back the newest import; no file is read.", valueName: "revision")) var undo: Int64?
    @Option(help: ArgumentHelp("Who imports, as the history says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (file == nil) != (undo == nil) else {
            throw ValidationError("Give the file to import, or --undo with the revision of the newest import.")
        }
    }

    func run() throws {
        let house = try ImportHouse(configuration)
        if let undo { return try takeBack(undo, house) }
        let (path, zone) = (file ?? "", try configuration.load().timezone)
        var made: ServiceImport.Report?
        try house.guarded {
            let read = ServiceFile(String(decoding: try house.bytes(path), as: UTF8.self), wall: WallTime(zone: zone))
            made = try house.journal.writeHere { transaction in
                try ServiceImport.run(
                    read.catalogue, lines: read.lines, problems: read.problems, file: URL(filePath: path).lastPathComponent, by: by,
                    isDryRun: dryRun, at: house.clock.now(), in: transaction)
            }
        }
        guard let made else { return }
        if let report { try made.csv.write(toFile: report, atomically: true, encoding: .utf8) }
        if made.isRefused {
            let lines = made.lines.filter { $0.outcome == .refused }.map { "  line \($0.line) \($0.code): \($0.reason)" }
            FileHandle.standardError.write(Data(("Nothing was imported:\n" + lines.prefix(50).joined(separator: "\n") + "\n").utf8))
            throw ExitCode(65)
        }
        let counts = ServiceImport.Outcome.allCases.filter { made.count($0) > 0 }.map { "\(made.count($0)) \($0.rawValue)" }
        let end = dryRun ? "dry run, nothing is written" : made.revision.map { "revision \($0)" } ?? "nothing changed"
        print("\(path): \(counts.joined(separator: ", ")); \(end)")
    }

    private func takeBack(_ revision: Int64, _ house: ImportHouse) throws {
        do {
            let made = try house.journal.writeHere { try ServiceImport.undo(revision, by: by, at: house.clock.now(), in: $0) }
            print("revision \(revision) is taken back; revision \(made)")
        } catch let fault as ServiceImport.UndoFault {
            switch fault {
            case .unknown: throw ValidationError("There is no revision \(revision) of services.")
            case .notNewest(let newest): throw ValidationError("Only the newest import can be taken back: --undo \(newest).")
            }
        }
    }
}
