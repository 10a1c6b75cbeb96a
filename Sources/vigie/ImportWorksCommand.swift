// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Interventions
import Inventory
import Journal

/// `vigie import works`: the list of works of whoever owns networks or roads.
struct ImportWorksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "works", abstract: "Works by street (CSV or GeoJSON), known by the number that their source gives them.",
        discussion: "Lines that are wrong are said and left out, the others are kept. The same list again changes nothing.")

    @Argument(help: "CSV or GeoJSON (docs/desks/interventions.md).") var file: String?
    @Option(help: ArgumentHelp("Whose list it is; always the same name for the same body.", valueName: "name")) var source: String?
    @Flag(help: "Says what would happen and writes nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Takes back the import of this number; no file is read.", valueName: "import")) var undo: Int64?
    @Option(help: ArgumentHelp("Who imports, as the log says.", valueName: "login")) var by: String = ProcessInfo.processInfo.userName
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (file == nil) != (undo == nil) else {
            throw ValidationError("Give the file to import, or --undo with the number of an import.")
        }
        if file != nil {
            guard let source else { throw ValidationError("--source: whose list it is, always by the same name, such as 'grdf'.") }
            guard WorksImport.isSource(source) else { throw ValidationError("--source: \(WorksImport.sourceFault.message.english)") }
        }
    }

    /// Undoes what was proposed for a dry run.
    private struct DryRun: Error { var outcome: WorksImport.Outcome }

    func run() throws {
        let house = try ImportHouse(configuration)
        let now = house.clock.now()
        if let undo {
            do {
                let done = try house.journal.writeHere { try WorksImport.undo(undo, by: by, at: now, in: $0) }
                print("Import \(undo) undone: \(done.undone) works put back, \(done.kept) changed since and left.")
            } catch JobFault.unknown { throw ValidationError("There is no import \(undo) of works that stands.") }
            return
        }
        var bytes: [UInt8] = []
        try house.guarded { bytes = try house.bytes(file ?? "") }
        let (names, areas) = try house.journal.readHere { transaction in
            (
                Dictionary(try AreaStore.names(in: transaction).map { ($0.code, $0.name) }) { first, _ in first },
                AreaIndex(try AreaStore.areas(in: transaction))
            )
        }
        let list = WorksFile(bytes, communes: names) { areas.commune(at: $0) }
        let name = URL(filePath: file ?? "").lastPathComponent
        var outcome: WorksImport.Outcome
        do {
            outcome = try house.journal.writeHere { transaction in
                let proposed = try WorksImport.propose(list, name: name, source: source ?? "", at: now, in: transaction)
                if dryRun || proposed.rows.allSatisfy({ $0.outcome == .same }) { throw DryRun(outcome: proposed) }
                return try WorksImport.accept(proposed.number ?? 0, by: by, at: now, in: transaction).outcome
            }
        } catch let dry as DryRun {
            outcome = dry.outcome
            outcome.number = nil
        }
        for fault in outcome.faults.prefix(50) { FileHandle.standardError.write(Data((fault.text.english + "\n").utf8)) }
        if outcome.faults.count > 50 { FileHandle.standardError.write(Data("… and \(outcome.faults.count - 50) more\n".utf8)) }
        let end = outcome.number.map { "import \($0)" } ?? (dryRun ? "dry run, nothing is written" : "nothing changed")
        let left = Set(outcome.faults.map(\.line)).count
        print(
            "\(name): \(outcome.count(.made)) new, \(outcome.count(.changed)) changed, \(outcome.count(.same)) as before, \(left) left out; \(end)"
        )
        if outcome.rows.isEmpty, !outcome.faults.isEmpty { throw ExitCode(65) }
    }
}
