// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Journal
import Watch

/// `vigie restore FILE`: a backup into an empty place.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Brings a backup back into an empty place; never overwrites.",
        discussion: "Checks the file against its manifest first. The room must not be running there.")

    @Argument(help: "The file that 'vigie backup' wrote.") var file: String
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load()
        let manager = FileManager.default
        let data = configuration.dataFolder
        for folder in ["intake", "floor"] where !((try? manager.contentsOfDirectory(atPath: data + "/" + folder)) ?? []).isEmpty {
            throw KeepingHouse.failed(
                "\(data)/\(folder) is not empty. Right would be: an empty data folder, or this one moved away first.", 73)
        }
        guard manager.fileExists(atPath: file) else {
            throw KeepingHouse.failed("There is no file \(file). Right would be: the path that 'vigie backup' printed.", 66)
        }
        try KeepingHouse.run(65) { try RestoreCommand.inspect(file + ".floor") }
        try KeepingHouse.run(73) { try manager.createDirectory(atPath: data, withIntermediateDirectories: true) }
        let journal = try KeepingHouse.run(65) {
            do {
                return try Journal.restore(
                    from: file, to: configuration.journal, migrations: Schemas.all, log: KeepingHouse.log(configuration))
            } catch JournalError.occupied(let why) { throw KeepingHouse.failed(why, 73) }
        }
        var parts = "the journal of \(file) is"
        if manager.fileExists(atPath: file + ".floor") {
            try KeepingHouse.run {
                for folder in ["intake", "floor"] {
                    try? manager.removeItem(atPath: data + "/" + folder)
                    try manager.copyItem(atPath: file + ".floor/" + folder, toPath: data + "/" + folder)
                }
            }
            parts = "the journal and the floor of \(file) are"
        } else {
            print("There is no \(file).floor: readings that were not in the journal yet are not brought back.")
        }
        let settings = Floor.Settings(folder: data, alarms: configuration.rules.alarms, orders: configuration.rules.orders)
        let findings = try KeepingHouse.run { try HouseCheck.findings(journal: journal, settings: settings, trades: configuration.trades) }
        for finding in findings { print(finding) }
        guard findings.isEmpty else { throw KeepingHouse.failed("Brought back, but not sound.", 65) }
        print("\(parts) in \(data), and sound; 'vigie serve' goes on from there")
    }

    /// The manifest holds the journal to its SHA-256; the intake and the snapshots beside it carry sums of their own.
    private static func inspect(_ floor: String) throws {
        guard FileManager.default.fileExists(atPath: floor) else { return }
        let problems =
            try Intake.inspect(folder: floor + "/intake")
            + Snapshot.positions(floor + "/floor").filter { Snapshot.newest(folder: floor + "/floor", through: $0)?.position != $0 }.map {
                "the snapshot of turn \($0) is damaged"
            }
        guard problems.isEmpty else { throw BackupFiles.BackupProblem("\(floor) is damaged, nothing was written", problems) }
    }
}
