// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Services

/// `vigie import gbfs`: bike stations and car parks with what is free; run it as often as the source is fetched.
struct ImportGBFSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gbfs", abstract: "Stations with what is free there (GBFS 2 or 3); they replace those of that name.")

    @Argument(help: "Folder with station_information.json and station_status.json.") var folder: String
    @Option(help: "Name of the network, as citizens read it.") var name: String
    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (1...60).contains(name.count) else { throw ValidationError("--name has 1 to 60 characters.") }
    }

    func run() throws {
        let house = try ImportHouse(configuration)
        var made: StationFeed?
        try house.guarded {
            do {
                made = try StationReading.feed(
                    information: try house.bytes(folder + "/station_information.json"),
                    status: try house.bytes(folder + "/station_status.json"))
            } catch let fault as StationReading.Fault {
                FileHandle.standardError.write(Data("Nothing was imported: \(fault.description)\n".utf8))
                throw ExitCode(65)
            }
        }
        guard let made else { return }
        try house.journal.writeHere { try StationStore.put(made, name: name, at: house.clock.now(), in: $0) }
        print("\(folder): \(made.stations.count) stations, figures of \(made.reportedAt.iso8601)")
    }
}
