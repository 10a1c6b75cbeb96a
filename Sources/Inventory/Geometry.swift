// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Coordinates of GeoJSON (RFC 7946 §3.1): lists of [longitude, latitude].
enum Geometry {
    /// What is wrong with a geometry, as a sentence.
    struct Invalid: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    static func position(_ json: JSON) throws -> Place {
        guard case .list(let numbers) = json, numbers.count >= 2, let x = numbers[0].numberOrNil, let y = numbers[1].numberOrNil else {
            throw Invalid("a position is two numbers, [longitude, latitude]")
        }
        return Place(longitude: x, latitude: y)
    }

    static func line(_ json: JSON) throws -> [Place] {
        guard case .list(let items) = json, items.count >= 2 else { throw Invalid("a line has two positions or more") }
        return try items.map(position)
    }

    /// A closed ring of four positions or more (RFC 7946 §3.1.6).
    static func ring(_ json: JSON) throws -> [Place] {
        guard case .list(let items) = json, items.count >= 4 else { throw Invalid("a ring has four positions or more") }
        let ring = try items.map(position)
        guard ring.first == ring.last else { throw Invalid("a ring ends where it begins") }
        return ring
    }

    static func polygon(_ json: JSON) throws -> [[Place]] {
        guard case .list(let items) = json, !items.isEmpty else { throw Invalid("a polygon has one ring or more") }
        return try items.map(ring)
    }

    static func multiPolygon(_ json: JSON) throws -> [[[Place]]] {
        guard case .list(let items) = json, !items.isEmpty else { throw Invalid("a boundary has one polygon or more") }
        return try items.map(polygon)
    }

    static func json(_ polygons: [[[Place]]]) -> JSON { .list(polygons.map { .list($0.map(json)) }) }
    static func json(_ line: [Place]) -> JSON { .list(line.map { .list([.number($0.longitude), .number($0.latitude)]) }) }
}
