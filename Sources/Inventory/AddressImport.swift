// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The import of addresses from a file of the Base Adresse Nationale (CSV, adresse.data.gouv.fr, 'adresses-csv').
package enum AddressImport {
    package struct Options: Sendable {
        package var author: String
        /// The file's name as the history keeps it.
        package var file: String
        package var isDryRun: Bool
        /// The file holds all addresses of its communes: those that it no longer names are removed.
        package var isWhole: Bool
        package init(author: String, file: String, isDryRun: Bool = false, isWhole: Bool = false) {
            (self.author, self.file, self.isDryRun, self.isWhole) = (author, file, isDryRun, isWhole)
        }
    }

    package struct Report: Sendable {
        package var lines: ImportReport
        /// Addresses that the file no longer names.
        package var removed = 0
    }

    /// One transaction: all that is accepted stands, or nothing. The same file again writes nothing.
    /// - Throws: `ImportProblem` where the file is no such table; `JournalError`.
    package static func run(_ bytes: [UInt8], _ options: Options, into journal: Journal, at now: Instant) throws -> Report {
        let text = try FileText(bytes)
        var report = ImportReport(file: options.file, unit: "line", isDryRun: options.isDryRun)
        report.encoding = text.encoding.rawValue
        let drafts = try read(text, &report)
        func plan(_ transaction: Transaction, _ report: inout ImportReport) throws -> AddressStore.Plan {
            var standing: [String: Address] = [:]
            try AddressStore.each(in: transaction) { standing[$0.id] = $0 }
            return compare(drafts, standing, isWhole: options.isWhole, &report)
        }
        if options.isDryRun {
            let planned = try journal.readHere { try plan($0, &report) }
            return Report(lines: report, removed: planned.removed.count)
        }
        return try journal.writeHere { transaction in
            var report = report
            let plan = try plan(transaction, &report)
            if !plan.isEmpty {
                report.change = try AddressStore.write(
                    plan, refused: report.count(.refused), author: options.author, source: options.file, at: now, in: transaction)
            }
            return Report(lines: report, removed: plan.removed.count)
        }
    }

    private static func compare(
        _ drafts: [(line: Int32, address: Address)], _ standing: [String: Address], isWhole: Bool, _ report: inout ImportReport
    ) -> AddressStore.Plan {
        var plan = AddressStore.Plan()
        for (line, address) in drafts {
            guard let old = standing[address.id] else {
                plan.added.append(address)
                report.set(.accepted, line: line, id: address.id)
                continue
            }
            if old != address { plan.changed.append(address) }
            report.set(old == address ? .unchanged : .changed, line: line, id: address.id)
        }
        if isWhole {
            let named = Set(drafts.map(\.address.id)), communes = Set(drafts.map(\.address.insee))
            plan.removed = standing.values.filter { communes.contains($0.insee) && !named.contains($0.id) }.map(\.id).sorted()
        }
        return plan
    }

    private static func read(_ text: FileText, _ report: inout ImportReport) throws -> [(line: Int32, address: Address)] {
        let source = try ImportSource(text, separator: nil)
        guard source.unit == .line else {
            throw ImportProblem("the file is GeoJSON", right: "the CSV of the Base Adresse Nationale ('adresses-21.csv')")
        }
        let columns = try Columns(source.columns)
        report.crs = columns.crs.description
        var drafts: [(line: Int32, address: Address)] = []
        var seen: Set<String> = []
        var values: [String] = []
        while let line = try source.next(into: &values) {
            let line32 = Int32(truncatingIfNeeded: line)
            do throws(LineRefused) {
                let address = try columns.address(values)
                guard seen.insert(address.id).inserted else {
                    throw LineRefused(
                        id: address.id, field: "id", value: address.id, reason: "stands twice in the file", right: "one line for each key")
                }
                drafts.append((line32, address))
            } catch {
                report.set(.refused, line: line32, id: error.id)
                report.add(
                    ImportReport.Note(
                        line: line, id: error.id, isRefusal: true, field: error.field, value: error.value, reason: error.reason,
                        right: error.right))
            }
        }
        return drafts
    }

    /// Where the columns of the format stand in this file.
    private struct Columns {
        private let at: [String: Int]
        let crs: CoordinateSystem

        init(_ columns: [String]) throws {
            let at = Dictionary(columns.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
            let needed = ["id", "numero", "nom_voie", "code_insee", "nom_commune"]
            let missing = needed.filter { at[$0] == nil }
            guard missing.isEmpty else {
                throw ImportProblem(
                    "the header lacks \(missing.joined(separator: ", "))",
                    right: "the columns id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat of the Base Adresse Nationale"
                )
            }
            let hasDegrees = at["lon"] != nil && at["lat"] != nil
            guard hasDegrees || at["x"] != nil && at["y"] != nil else {
                throw ImportProblem("the header has no position", right: "the columns lon and lat, or x and y in Lambert-93")
            }
            (self.at, crs) = (at, hasDegrees ? .wgs84 : .lambert93)
        }

        func address(_ values: [String]) throws(LineRefused) -> Address {
            func text(_ column: String) -> String { at[column].flatMap { $0 < values.count ? values[$0] : nil } ?? "" }
            let id = text("id")
            func refused(_ field: String, _ reason: String, _ right: String) -> LineRefused {
                LineRefused(id: id, field: field, value: text(field), reason: reason, right: right)
            }
            guard (1...80).contains(id.utf8.count) else { throw refused("id", "is no key", "1 to 80 characters: 21231_4370_00012") }
            guard let house = Int(text("numero")), (0...99_999).contains(house) else {
                throw refused("numero", "is no house number", "a whole number from 0 to 99999; 'bis' stands in the column rep")
            }
            let street = text("nom_voie")
            guard (1...200).contains(street.utf8.count) else { throw refused("nom_voie", "names no street", "1 to 200 characters") }
            let insee = text("code_insee")
            guard insee.utf8.count == 5 else { throw refused("code_insee", "is no INSEE code", "five characters, such as 21231") }
            let postcode = text("code_postal")
            guard postcode.isEmpty || postcode.utf8.count == 5 && postcode.utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw refused("code_postal", "is no postcode", "five digits, or nothing")
            }
            let (easting, northing) = crs == .wgs84 ? ("lon", "lat") : ("x", "y")
            guard let x = NumberText.number(text(easting)) else { throw refused(easting, "is no number", "a coordinate") }
            guard let y = NumberText.number(text(northing)) else { throw refused(northing, "is no number", "a coordinate") }
            let place = crs.place(x: x, y: y)
            guard place.isValid else {
                throw LineRefused(
                    id: id, field: "position", value: "\(x) \(y)", reason: "is no place", right: "degrees in lon and lat (WGS84)")
            }
            return Address(
                id: id, house: house, suffix: Folding.fold(text("rep")), street: street, postcode: postcode, insee: insee,
                commune: text("nom_commune"), place: place)
        }
    }
}
