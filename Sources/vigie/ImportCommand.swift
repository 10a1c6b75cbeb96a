// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal
import Lighting
import Logging

/// `vigie import …`: files of a city into the inventory.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Brings files of a city into the inventory.",
        subcommands: [
            ImportAssetsCommand.self, ImportLampsCommand.self, ImportAreasCommand.self, ImportStreetsCommand.self,
            ImportAddressesCommand.self, ImportCategoriesCommand.self, ImportCrewsCommand.self, ImportWorksCommand.self,
            ImportServicesCommand.self, ImportGTFSCommand.self, ImportGBFSCommand.self,
        ])
}

/// What `import assets` and `import lamps` share.
struct AssetImportOptions: ParsableArguments {
    @Argument(help: "CSV (any separator, UTF-8 or Windows-1252) or GeoJSON.")
    var file: String?

    @Option(help: ArgumentHelp("YAML that says which column is what (docs/operating/import.md).", valueName: "file"))
    var mapping: String?

    @Option(help: "Coordinates: auto, wgs84, lambert93, cc42 to cc50.")
    var crs = "auto"

    @Flag(help: "Says what would happen and writes nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Writes the outcome of every line to this CSV.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Takes back the import of this number; no file is read.", valueName: "run"))
    var undo: Int64?

    @Option(help: ArgumentHelp("Who imports, as the history says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName

    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (file == nil) != (undo == nil) else {
            throw ValidationError("Give the file to import, or --undo with the number of an import.")
        }
    }

    func run(defaultKind: String) throws {
        let house = try ImportHouse(configuration)
        if let undo { return try house.undo(undo, by: by) }
        try house.guarded {
            var mapping = try self.mapping.map(ImportMappingFile.read) ?? ImportMapping()
            if let chosen = try ImportMappingFile.crs(crs, at: "--crs") { mapping.crs = chosen }
            let path = file ?? ""
            let options = AssetImport.Options(
                mapping: mapping, defaultKind: defaultKind, kinds: StreetLighting().kinds, isDryRun: dryRun, author: by,
                file: URL(filePath: path).lastPathComponent, mostNotes: report == nil ? 10_000 : .max)
            let progress = ProgressLine(clock: house.clock)
            let made = try AssetImport.run(try house.bytes(path), options, into: house.journal, at: house.clock.now()) {
                stage, done, total in
                progress.show(ImportText.title(stage), done, total)
            }
            progress.finish()
            if let report { try made.csv().write(toFile: report, atomically: true, encoding: .utf8) }
            print(ImportText.summary(made))
        }
    }
}

struct ImportAssetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "assets", abstract: "Assets of any kind; the file says which.")
    @OptionGroup var options: AssetImportOptions
    func run() throws { try options.run(defaultKind: "") }
}

struct ImportLampsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lamps", abstract: "Lamps: lines that do not say their kind are lamps.")
    @OptionGroup var options: AssetImportOptions
    func run() throws { try options.run(defaultKind: "lamp") }
}

/// What `import areas` and `import streets` share.
struct GeometryImportOptions: ParsableArguments {
    @Argument(help: "The file.")
    var file: String

    @Option(help: "Coordinates: auto, wgs84, lambert93, cc42 to cc50.")
    var crs = "auto"

    @Flag(help: "Says what would happen and writes nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Who imports, as the history says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName

    @OptionGroup var configuration: ConfigurationOptions

    typealias Taking = ([UInt8], String, CoordinateSystem?, String, Bool, Journal, Instant) throws -> AreaImport.Report

    /// Reads the file, gives it to `take`, prints what became of it.
    /// - Parameters: house and bytes, where they are there already.
    func run(_ what: String, house: ImportHouse? = nil, bytes: [UInt8]? = nil, _ take: Taking) throws {
        let house = try house ?? ImportHouse(configuration)
        try house.guarded {
            let report = try take(
                try bytes ?? house.bytes(file), URL(filePath: file).lastPathComponent, try ImportMappingFile.crs(crs, at: "--crs"), by,
                dryRun,
                house.journal, house.clock.now())
            print(ImportText.summary(report, of: what, isDryRun: dryRun))
        }
    }
}

struct ImportAreasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "areas", abstract: "Communes: polygons with 'insee' and 'nom'; finds the commune of every asset anew.")
    @OptionGroup var options: GeometryImportOptions

    func run() throws { try options.run("areas", AreaImport.areas) }
}
