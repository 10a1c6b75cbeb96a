// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Watch

/// `vigie check …`: is this installation as it should be?
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks an installation, also while it runs.",
        subcommands: [CheckHouseCommand.self, CheckConfigCommand.self, CheckLogCommand.self], defaultSubcommand: CheckHouseCommand.self)
}

struct CheckHouseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "house", abstract: "The journal, the log's chain, alarms, orders, the intake and the snapshots.",
        discussion: "Ends with 0 where all is well, 1 where something is not: each finding is a line.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let house = try KeepingHouse(options)
        let findings = try KeepingHouse.run {
            try HouseCheck.findings(journal: house.journal, settings: house.settings, trades: house.configuration.trades)
        }
        for finding in findings { print(finding) }
        guard findings.isEmpty else { throw ExitCode(1) }
        print("all is well: schema, integrity, log, history, alarms, orders, intake, snapshots, and the last turns judged again")
    }
}

struct CheckLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Verifies the chain of the log (main courante); prints its head, to be noted elsewhere.",
        discussion: "Ends with 0 where the chain is intact, 1 where it is not.")

    @Option(help: ArgumentHelp("Also writes the verified entries, one JSON object a line.", valueName: "file")) var export: String?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let house = try KeepingHouse(options)
        let output = try export.map { try LineOutput($0) }
        let chain = try KeepingHouse.run {
            // One picture: what is exported is what was verified.
            try house.journal.readHere { transaction in
                let chain = try Logbook.verify(in: transaction)
                if let output { try Logbook.export(to: chain.head, in: transaction) { try output.write($0) } }
                return chain
            }
        }
        try output?.flush()
        for fault in chain.faults { print(fault) }
        guard chain.isIntact else { throw ExitCode(1) }
        print("intact: \(chain.checked) entries up to number \(chain.head), hash \(chain.headHash)")
    }
}
