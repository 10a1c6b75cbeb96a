// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal

/// `vigie import addresses`: the table of the Base Adresse Nationale.
struct ImportAddressesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "addresses", abstract: "Addresses: the CSV of the Base Adresse Nationale (adresse.data.gouv.fr).",
        discussion:
            "Lines are known by their key (id): the same file again changes nothing. What a file does not name stays, unless --whole.")

    @Argument(help: "CSV: id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat, other columns are left alone.")
    var file: String?

    @Flag(help: "Says what would happen and writes nothing.")
    var dryRun = false

    @Flag(help: "The file holds all addresses of its communes: those that it does not name are removed.")
    var whole = false

    @Option(help: ArgumentHelp("Writes the outcome of every line to this CSV.", valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp("Takes back the import of addresses of this number; no file is read.", valueName: "run"))
    var undo: Int64?

    @Option(help: ArgumentHelp("Who imports, as the history says.", valueName: "login"))
    var by: String = ProcessInfo.processInfo.userName

    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        guard (file == nil) != (undo == nil) else {
            throw ValidationError("Give the file to import, or --undo with the number of an import of addresses.")
        }
    }

    func run() throws {
        let house = try ImportHouse(configuration)
        try house.guarded {
            if let undo {
                let done = try house.journal.writeHere { try AddressStore.undo(undo, by: by, at: house.clock.now(), in: $0) }
                print(
                    "Import \(undo): \(done.removed) addresses removed, \(done.restored) as before, "
                        + "\(done.kept) left as a later import made them")
                return
            }
            let path = file ?? ""
            let made = try AddressImport.run(
                try house.bytes(path),
                .init(author: by, file: URL(filePath: path).lastPathComponent, isDryRun: dryRun, isWhole: whole), into: house.journal,
                at: house.clock.now())
            if let report { try made.lines.csv().write(toFile: report, atomically: true, encoding: .utf8) }
            print(ImportText.summary(made.lines, of: "addresses"))
            if made.removed > 0 { print("  \(made.removed) \(dryRun ? "would be removed" : "removed"): the file does not name them") }
        }
    }
}
