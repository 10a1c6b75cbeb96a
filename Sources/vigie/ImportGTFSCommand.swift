// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Services

/// `vigie import gtfs`: stops and planned departures of a network.
struct ImportGTFSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gtfs", abstract: "A timetable (GTFS Schedule, ZIP or folder); it replaces the one of that name.")

    @Argument(help: "ZIP archive or folder with stops.txt, routes.txt, trips.txt, stop_times.txt, calendar.txt.") var file: String
    @Option(help: "Name of the network, as citizens read it.") var name: String
    @Flag(help: "Says what would happen and writes nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Who imports, as the log says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (1...60).contains(name.count) else { throw ValidationError("--name has 1 to 60 characters.") }
    }

    func run() throws {
        let house = try ImportHouse(configuration)
        let feed: TransitFeed
        do {
            feed = try TransitReading.feed(try files(house))
        } catch let fault as TransitReading.Fault {
            throw refused(fault.description)
        } catch let fault as ZipArchive.Fault {
            throw refused(fault.description)
        }
        let reach = feed.reach.map { "\($0.lowerBound.iso) to \($0.upperBound.iso)" } ?? "no day"
        let text = "\(feed.stops.count) stops, \(feed.lines.count) lines, \(feed.tripOf.count) departures, \(reach)"
        guard !dryRun else { return print("\(file): \(text); dry run, nothing is written") }
        let revision = try house.journal.writeHere {
            try TransitStore.put(
                feed, name: name, from: URL(filePath: file).lastPathComponent, by: by, at: house.clock.now(), in: $0)
        }
        print("\(file): \(text); revision \(revision)")
    }

    private func files(_ house: ImportHouse) throws -> [String: [UInt8]] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue else {
            var bytes: [UInt8] = []
            try house.guarded { bytes = try house.bytes(file) }
            return try ZipArchive.files(bytes, wanted: TransitReading.files)
        }
        var found: [String: [UInt8]] = [:]
        for name in TransitReading.files {
            if let data = FileManager.default.contents(atPath: file + "/" + name) { found[name] = Array(data) }
        }
        return found
    }

    private func refused(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("Nothing was imported: \(reason)\n".utf8))
        return ExitCode(65)
    }
}
