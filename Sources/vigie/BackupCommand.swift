// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Watch

/// `vigie backup`: the whole installation while it runs, verified.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the installation while it runs, and verifies the copy.",
        discussion:
            "Writes FILE (the journal), FILE.manifest.json (its SHA-256 and rows) and FILE.floor/ (readings that are not in the journal yet)."
    )

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A file that does not exist yet, or a folder: the name is then the time.", valueName: "file|folder"))
    var out = "."
    @Flag(help: "The portable format, to move between SQLite and PostgreSQL.") var archive = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let house = try KeepingHouse(options)
        let path = BackupFiles.path(out, at: Composition.liveClock.now())
        guard !FileManager.default.fileExists(atPath: path + ".floor") else {
            throw KeepingHouse.failed("\(path).floor exists already: a backup never overwrites", 73)
        }
        let manifest = try KeepingHouse.run(73) { try house.journal.backup(to: path, asArchive: archive) }
        let files = try KeepingHouse.run {
            do {
                return try BackupFiles.copyFloor(house.settings, to: path + ".floor")
            } catch {
                for end in ["", ".manifest.json", ".floor"] { try? FileManager.default.removeItem(atPath: path + end) }
                throw error
            }
        }
        print("\(path): \(manifest.bytes) bytes, \(manifest.rows.values.reduce(0, +)) rows, \(files) files of the floor")
        print("sha256 \(manifest.sha256)")
        print("log up to entry \(manifest.logHead), \(manifest.logHash)")
    }
}

/// What lies beside the journal: the newest snapshots and the intake after the oldest of them. The copy is made after the journal's,
/// so it covers at least as much; a turn that is just being written is cut at the next start, and was not acknowledged.
enum BackupFiles {
    static func path(_ out: String, at now: Instant) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: out, isDirectory: &isFolder), isFolder.boolValue else { return out }
        let time = now.iso8601.prefix(19).filter { $0 != "-" && $0 != ":" }
        return out + "/vigie-\(time)Z.backup"
    }

    /// A snapshot or a segment that the running room let go meanwhile is not waited for: the copy begins again with what is there then.
    /// - Returns: how many files were copied.
    static func copyFloor(_ settings: Floor.Settings, to folder: String) throws -> Int {
        for _ in 0..<4 {
            do {
                return try copyOnce(settings, to: folder)
            } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
        return try copyOnce(settings, to: folder)
    }

    private static func copyOnce(_ settings: Floor.Settings, to folder: String) throws -> Int {
        let manager = FileManager.default
        let whole = Snapshot.files(settings.snapshotFolder).filter { !$0.isHourly }
        let snapshots = whole.map { URL(filePath: $0.path).lastPathComponent }
        let intake = try Intake.files(folder: settings.intakeFolder, after: Snapshot.positions(settings.snapshotFolder).first ?? 0)
        guard !snapshots.isEmpty || !intake.isEmpty else { return 0 }
        try manager.createDirectory(atPath: folder + "/floor", withIntermediateDirectories: true)
        try manager.createDirectory(atPath: folder + "/intake", withIntermediateDirectories: true)
        for name in snapshots { try manager.copyItem(atPath: settings.snapshotFolder + "/" + name, toPath: folder + "/floor/" + name) }
        for path in intake { try manager.copyItem(atPath: path, toPath: folder + "/intake/" + URL(filePath: path).lastPathComponent) }
        let problems = try Intake.inspect(folder: folder + "/intake")
        guard problems.isEmpty else { throw BackupProblem("the copy of the intake is not sound", problems) }
        return snapshots.count + intake.count
    }

    struct BackupProblem: Error, CustomStringConvertible {
        let description: String
        init(_ what: String, _ problems: [String]) { description = what + ": " + problems.joined(separator: "; ") }
    }
}
