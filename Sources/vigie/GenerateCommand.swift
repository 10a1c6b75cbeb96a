// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Rehearsal

/// `vigie generate city`: draws the demo city.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Draws a city by rule, to try Vigie on.", subcommands: [GenerateCity.self])
}

struct GenerateCity: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "city",
        abstract:
            "Writes areas.geojson, streets.geojson, streets.osm, addresses.csv and assets.csv of a city in the 23 communes of Dijon métropole.",
        discussion:
            "The same seed gives the same bytes on every machine. The borders, streets and lamps are invented; the communes are not.")

    @Option(help: "How many lamps, 1 to 20000000.") var lamps = 34_000
    @Option(help: "The seed that everything is drawn from.") var seed: UInt64 = 21_231
    @Option(help: "The folder to write to; made where it is missing.") var out: String

    mutating func run() throws {
        let city = try City(lamps: lamps, seed: seed)
        let shows = isatty(2) == 1
        let tally = try city.write(to: out) { done in
            if shows { FileHandle.standardError.write(Data("\r\(done) / \(lamps) lamps".utf8)) }
        }
        if shows { FileHandle.standardError.write(Data("\n".utf8)) }
        print(
            "\(out): \(tally.lamps) lamps on \(tally.streets) streets with \(tally.addresses) addresses, "
                + "\(tally.cabinets) cabinets, \(tally.feeders) feeders, \(tally.substations) substations, \(tally.gateways) gateways")
    }
}
