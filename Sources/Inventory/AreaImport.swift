// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The import of boundaries and of streets from GeoJSON.
package enum AreaImport {
    /// What was taken, and what was not and why.
    package struct Report: Sendable {
        package var taken = 0
        package var refused: [ImportReport.Note] = []
        /// Assets whose commune is another now.
        package var moved = 0
        package var change: Int64?
    }

    /// Adds or replaces communes by their code, then finds the commune of every asset anew.
    /// - Throws: `ImportProblem`, `JSON.Malformed`, `JournalError`.
    package static func areas(
        _ bytes: [UInt8], file: String, crs: CoordinateSystem? = nil, author: String, isDryRun: Bool = false, into journal: Journal,
        at now: Instant
    ) throws -> Report {
        var report = Report()
        var areas: [String: Area] = [:]
        try eachFeature(bytes, crs, &report) { feature, properties, locate throws(LineRefused) in
            let area = try area(feature, properties, locate)
            if areas[area.code] != nil {
                throw LineRefused(field: "code", value: area.code, reason: "stands twice in the file", right: "one feature for each code")
            }
            areas[area.code] = area
        }
        report.taken = areas.count
        guard !isDryRun, !areas.isEmpty else { return report }
        let found = areas.values.sorted { $0.code < $1.code }
        return try journal.writeHere { transaction in
            var report = report
            var change = try ChangeStore.begin(.areas, author: author, source: file, at: now, in: transaction)
            try AreaStore.put(found, change: change.number, in: transaction)
            report.moved = try settle(change.number, in: transaction)
            (change.accepted, change.changed, change.refused) = (report.taken, report.moved, report.refused.count)
            try ChangeStore.finish(change, in: transaction)
            report.change = change.number
            return report
        }
    }

    /// Replaces all streets.
    package static func streets(
        _ bytes: [UInt8], file: String, crs: CoordinateSystem? = nil, author: String, isDryRun: Bool = false, into journal: Journal,
        at now: Instant
    ) throws -> Report {
        var report = Report()
        var streets: [Street] = []
        try eachFeature(bytes, crs, &report) { feature, properties, locate throws(LineRefused) in
            for line in try lines(feature, locate) {
                streets.append(
                    Street(
                        number: Int64(streets.count + 1),
                        name: text(properties, ["name", "nom", "lib_off", "nom_voie", "libelle", "voie"]),
                        class: text(properties, ["class", "highway", "hierarchie", "nature", "type"]), line: line))
            }
        }
        report.taken = streets.count
        guard !isDryRun, !streets.isEmpty else { return report }
        let found = streets
        return try journal.writeHere { transaction in
            var report = report
            var change = try ChangeStore.begin(.streets, author: author, source: file, at: now, in: transaction)
            try AreaStore.replace(found, change: change.number, in: transaction)
            (change.accepted, change.refused) = (report.taken, report.refused.count)
            try ChangeStore.finish(change, in: transaction)
            report.change = change.number
            return report
        }
    }

    /// Every asset whose commune is not the one in which it lies gets it, as a change with its history.
    private static func settle(_ change: Int64, in transaction: Transaction) throws -> Int {
        let index = AreaIndex(try AreaStore.areas(in: transaction))
        var moved: [(before: AssetRecord, after: AssetRecord)] = []
        try AssetStore.load(in: transaction) { record in
            guard let place = record.place else { return }
            var after = record
            after.commune = index.commune(at: place)
            after.revision = change
            if after.commune != record.commune { moved.append((record, after)) }
        }
        for one in moved { try AssetRowsStore.replace(one.after, in: transaction) }
        try AssetRowsStore.addHistory(
            moved.map { ($0.after.number, .changed, RecordFields.difference($0.before, $0.after)) }, change: change, in: transaction)
        return moved.count
    }

    private typealias Locate = (Place) -> Place

    private static func eachFeature(
        _ bytes: [UInt8], _ crs: CoordinateSystem?, _ report: inout Report,
        _ body: (GeoJSONReader.Feature, [String: String], Locate) throws(LineRefused) -> Void
    ) throws {
        let text = try FileText(bytes)
        try text.bytes.withUnsafeBytes { raw in
            var reader = GeoJSONReader(raw)
            var number = 0
            while let feature = try reader.next() {
                number += 1
                var properties: [String: String] = [:]
                for (key, value) in feature.properties {
                    properties[ColumnName.normal(key)] = value.textOrNil ?? value.numberOrNil.map(JSON.write) ?? ""
                }
                do throws(LineRefused) {
                    try body(feature, properties) { place in (crs ?? guess(place)).place(x: place.longitude, y: place.latitude) }
                } catch {
                    report.refused.append(
                        ImportReport.Note(
                            line: number, id: error.id, isRefusal: true, field: error.field, value: error.value, reason: error.reason,
                            right: error.right))
                }
            }
        }
    }

    private static func guess(_ place: Place) -> CoordinateSystem {
        CoordinateSystem.guess(x: place.longitude, y: place.latitude) ?? .wgs84
    }

    private static func area(
        _ feature: GeoJSONReader.Feature, _ properties: [String: String], _ locate: Locate
    ) throws(LineRefused) -> Area {
        let code = text(properties, ["insee", "code_insee", "insee_com", "code"])
        guard code.utf8.count == 5 else {
            throw LineRefused(
                field: "insee", value: code, reason: "is no INSEE code", right: "a property 'insee' of five characters, such as 21231")
        }
        let polygons: [[[Place]]]
        do {
            guard let coordinates = feature.coordinates else { throw Geometry.Invalid("the feature has no geometry") }
            switch feature.type {
            case "Polygon": polygons = [try Geometry.polygon(coordinates)]
            case "MultiPolygon": polygons = try Geometry.multiPolygon(coordinates)
            default: throw Geometry.Invalid("a boundary is a Polygon or MultiPolygon, not '\(feature.type)'")
            }
        } catch {
            throw LineRefused(
                id: code, field: "geometry", value: feature.type, reason: "\(error)", right: "a GeoJSON Polygon or MultiPolygon")
        }
        let placed = polygons.map { $0.map { $0.map(locate) } }
        try check(placed.joined().joined(), id: code)
        return Area(
            code: code, name: text(properties, ["nom", "name", "nom_com", "libelle"]),
            population: Int(text(properties, ["pop_mun_2024", "population", "pop", "pop_mun"])), polygons: placed)
    }

    private static func lines(_ feature: GeoJSONReader.Feature, _ locate: Locate) throws(LineRefused) -> [[Place]] {
        let lines: [[Place]]
        do {
            guard let coordinates = feature.coordinates else { throw Geometry.Invalid("the feature has no geometry") }
            switch feature.type {
            case "LineString": lines = [try Geometry.line(coordinates)]
            case "MultiLineString": lines = try (coordinates.listOrNil ?? []).map(Geometry.line)
            default: throw Geometry.Invalid("a street is a LineString or MultiLineString, not '\(feature.type)'")
            }
        } catch {
            throw LineRefused(field: "geometry", value: feature.type, reason: "\(error)", right: "a GeoJSON LineString")
        }
        let placed = lines.map { $0.map(locate) }
        try check(placed.joined(), id: "")
        return placed
    }

    private static func check(_ places: some Sequence<Place>, id: String) throws(LineRefused) {
        if let wrong = places.first(where: { !$0.isValid }) {
            throw LineRefused(
                id: id, field: "geometry", value: "\(wrong.longitude) \(wrong.latitude)", reason: "is no place",
                right: "longitudes and latitudes in degrees, or --crs lambert93")
        }
    }

    private static func text(_ properties: [String: String], _ names: [String]) -> String {
        names.lazy.compactMap { properties[$0] }.first { !$0.isEmpty } ?? ""
    }
}
