// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Inventory
import Journal

/// `vigie export …`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes what Vigie knows as files.",
        subcommands: [ExportInventoryCommand.self, ExportCategoriesCommand.self, ExportLogCommand.self, ExportReadingsCommand.self])
}

struct ExportInventoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", abstract: "All assets that stand, as CSV that 'vigie import assets' reads back.")

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to; else the standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let house = try ImportHouse(configuration)
        var handle = FileHandle.standardOutput
        if let output {
            guard FileManager.default.createFile(atPath: output, contents: nil), let file = FileHandle(forWritingAtPath: output) else {
                throw ValidationError("\(output) cannot be written: does its folder exist, and may this user write there?")
            }
            handle = file
        }
        var buffer = Data()
        try house.journal.readHere { transaction in
            try InventoryExport.csv(in: transaction) { text in
                buffer.append(contentsOf: text.utf8)
                guard buffer.count > 1 << 20 else { return }
                try handle.write(contentsOf: buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try handle.write(contentsOf: buffer)
    }
}
