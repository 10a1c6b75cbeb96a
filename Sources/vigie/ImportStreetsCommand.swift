// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Interventions
import Inventory
import Journal
import Rounds

/// `vigie import streets`: GeoJSON for the base map, or an OSM extract for the crews' travel times; the file says which.
struct ImportStreetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "streets", abstract: "Streets: GeoJSON for the base map, or an OSM extract for the ways of the crews.",
        discussion: """
            GeoJSON: lines with a name; they replace those before.
            .osm.pbf, .osm, .osm.gz: the road network for travel times. Of a region's file (Geofabrik) only what lies within 3 km of the \
            communes is taken, where those are imported. One network is in force; --replace puts another in its place.
            """)

    /// Streets so far outside the communes are taken, too: ways between two places may lead there.
    static let margin = 3_000.0

    @OptionGroup var options: GeometryImportOptions
    @Flag(help: "OSM: puts it in the place of the network that is there.") var replace = false
    @Flag(help: "OSM: takes the whole file, also what lies far from the communes.") var whole = false

    func run() throws {
        let house = try ImportHouse(options.configuration)
        var bytes: [UInt8] = []
        try house.guarded { bytes = try house.bytes(options.file) }
        if StreetFile.sort(bytes) == .gzip {
            guard let plain = StreetFile.gunzip(bytes) else { throw refused("the gzip file is cut or damaged, or holds more than 8 GB.") }
            bytes = plain
        }
        switch StreetFile.sort(bytes) {
        case .geoJSON: try options.run("streets", house: house, bytes: bytes, AreaImport.streets)
        case .bzip2: throw refused("bzip2 is not read. Right would be: the .osm.pbf of the same place.")
        case .pbf, .xml, .gzip, .unknown: try network(bytes, house)
        }
    }

    private func network(_ bytes: [UInt8], _ house: ImportHouse) throws {
        let box = whole ? nil : try box(house)
        let progress = ProgressLine(clock: house.clock)
        let (extract, network): (OSMExtract, StreetNetwork)
        do throws(StreetFault) {
            extract = try StreetFile.extract(bytes, inside: box) { progress.show("reading", $0, bytes.count) }
            progress.finish()
            network = try StreetNetwork(extract)
        } catch {
            progress.finish()
            guard box != nil, error == .noStreets else { throw refused(error.words.english) }
            throw refused("No passable street within 3 km of the communes: is it the right place? (--whole takes all of it)")
        }
        let name = URL(filePath: options.file).lastPathComponent
        let outcome = try house.journal.writeHere {
            try StreetImport.run(
                extract, network, .init(file: name, author: options.by, mayReplace: replace, isDryRun: options.dryRun),
                at: house.clock.now(), in: $0)
        }
        var text = "\(name): \(network.junctions) junctions, \(network.arcs) ways to drive, \(network.restrictions) turn restrictions"
        if network.skipped > 0 { text += ", \(network.skipped) elements make no sense and were left out" }
        if let asOf = extract.asOf { text += "; OSM of \(asOf.iso8601.prefix(10))" }
        if box != nil { text += "; cut to the communes" }
        switch outcome {
        case .written(let revision): print("\(text); revision \(revision)")
        case .same: print("\(text); nothing changed")
        case .dryRun: print("\(text); dry run, nothing is written")
        case .standsInTheWay(let standing):
            throw refused(
                "a network is there already (\(standing.file), imported on \(standing.importedAt.iso8601.prefix(10)), "
                    + "\(standing.junctions) junctions). Right would be: --replace, to put this one in its place.")
        }
    }

    private func box(_ house: ImportHouse) throws -> StreetBox? {
        let areas = try house.journal.readHere { try AreaStore.areas(in: $0) }
        return StreetBox(around: areas.lazy.flatMap { $0.polygons.joined().joined() }, metres: ImportStreetsCommand.margin)
    }

    private func refused(_ reason: String) -> ExitCode {
        FileHandle.standardError.write(Data("Nothing was imported: \(reason)\n".utf8))
        return ExitCode(65)
    }
}
