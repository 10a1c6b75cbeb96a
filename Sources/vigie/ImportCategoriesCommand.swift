// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Reports
import Watch

/// `vigie import categories`: what citizens may report, who does what, where else to turn.
struct ImportCategoriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "categories", abstract: "Categories of reports, departments, rules and standard answers; they replace those before.")

    @Argument(
        help:
            "YAML (docs/desks/reports.md; examples/categories.yaml), or the categories alone as .csv, as 'vigie export categories' writes.")
    var file: String
    @Flag(help: "Says what would happen and writes nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Writes the outcome of every category to this CSV.", valueName: "file")) var report: String?
    @Option(help: ArgumentHelp("Who imports, as the history says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let house = try ImportHouse(configuration)
        let kinds = try configuration.load().trades.flatMap(\.kinds)
        var made: CategoryImport.Report?
        try house.guarded {
            let bytes = try house.bytes(file)
            let isTable = file.lowercased().hasSuffix(".csv")
            let whole = isTable ? nil : CategoryFile(String(decoding: bytes, as: UTF8.self))
            made = try house.journal.writeHere { transaction in
                func run(_ tree: CategoryTree, _ lines: [String: Int], _ problems: [CategoryImport.Line]) throws -> CategoryImport.Report {
                    try CategoryImport.run(
                        tree, lines: lines, problems: problems, file: URL(filePath: file).lastPathComponent, by: by,
                        isDryRun: dryRun, at: house.clock.now(), in: transaction)
                }
                if let whole { return try run(whole.tree, whole.lines, whole.problems + whole.unknownAlarms(kinds)) }
                let table = CategoryTable(Array(bytes), before: try CategoryStore.current(in: transaction))
                return try run(table.tree, table.lines, table.problems)
            }
        }
        guard let made else { return }
        if let report { try made.csv.write(toFile: report, atomically: true, encoding: .utf8) }
        if made.isRefused {
            let lines = made.lines.filter { $0.outcome == .refused }.map { "  line \($0.line) \($0.code): \($0.reason)" }
            FileHandle.standardError.write(Data(("Nothing was imported:\n" + lines.prefix(50).joined(separator: "\n") + "\n").utf8))
            throw ExitCode(65)
        }
        let counts = CategoryImport.Outcome.allCases.filter { made.count($0) > 0 }.map { "\(made.count($0)) \($0.rawValue)" }
        let end = dryRun ? "dry run, nothing is written" : made.revision.map { "revision \($0)" } ?? "nothing changed"
        print("\(file): \(counts.joined(separator: ", ")); \(end)")
    }
}
