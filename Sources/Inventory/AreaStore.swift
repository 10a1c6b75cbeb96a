// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Journal

/// Communes and streets as rows.
package enum AreaStore {
    /// Of the newest change of areas or streets; 0 before the first.
    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(number), 0) FROM inventory_change WHERE act IN ('areas', 'streets')")?.integer(0) ?? 0
    }

    package static func areas(in transaction: Transaction) throws -> [Area] {
        try transaction.rows("SELECT code, name, population, boundary FROM area ORDER BY code").map { row in
            Area(
                code: row.text(0), name: row.text(1), population: row.integerOrNil(2).map { Int($0) },
                polygons: (try? Geometry.multiPolygon(JSON(row.text(3)))) ?? [])
        }
    }

    package static func names(in transaction: Transaction) throws -> [(code: String, name: String)] {
        try transaction.rows("SELECT code, name FROM area ORDER BY code").map { ($0.text(0), $0.text(1)) }
    }

    package static func streets(in transaction: Transaction, _ each: (Street) throws -> Void) throws {
        try transaction.each("SELECT number, name, class, line FROM street ORDER BY number") { row in
            guard let line = try? Geometry.line(JSON(row.text(3))) else { return }
            try each(Street(number: row.integer(0), name: row.text(1), class: row.text(2), line: line))
        }
    }

    /// Adds or replaces areas by code; others stay.
    static func put(_ areas: [Area], change: Int64, in transaction: Transaction) throws {
        try transaction.insert(
            into: "area", ["code", "name", "population", "boundary", "revision"],
            rows: areas.map {
                [
                    .text($0.code), .text($0.name), $0.population.map { .integer(Int64($0)) } ?? .null,
                    .text(Geometry.json($0.polygons).description), .integer(change),
                ]
            }, key: ["code"])
    }

    /// The streets of a file replace all streets: a file has no identity for them.
    static func replace(_ streets: [Street], change: Int64, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM street")
        try transaction.insert(
            into: "street", ["number", "name", "class", "line", "revision"],
            rows: streets.map {
                [
                    .integer($0.number), .text($0.name), .text($0.class), .text(Geometry.json($0.line).description), .integer(change),
                ]
            })
    }
}
