// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Journal
import Reports

/// `vigie export categories`: what citizens may report, as a table.
struct ExportCategoriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "categories", abstract: "Categories of reports, as CSV that 'vigie import categories' reads back.")

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to; else the standard output.", valueName: "file")) var output: String?
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let house = try ImportHouse(configuration)
        let lines = try LineOutput(output)
        try house.guarded {
            try lines.write(CategoryTable.csv(try house.journal.readHere { try CategoryStore.current(in: $0) }))
            try lines.flush()
        }
    }
}
