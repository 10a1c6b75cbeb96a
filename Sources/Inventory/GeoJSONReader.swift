// SPDX-License-Identifier: EUPL-1.2

/// Reads GeoJSON (RFC 7946) one feature at a time: a FeatureCollection, a single Feature, or features one a line. The rest of
/// the file is never held as values, so that a million features need the memory of one.
struct GeoJSONReader {
    private let cursorBytes: UnsafeRawBufferPointer
    private var cursor: JSONCursor
    private var isInside = false
    private var isDone = false
    /// The name of the coordinate system where the file has one (GeoJSON 2008 `crs`), as `urn:ogc:def:crs:EPSG::2154`.
    private(set) var crsName: String?

    init(_ bytes: UnsafeRawBufferPointer) { (cursorBytes, cursor) = (bytes, JSONCursor(bytes)) }

    struct Feature {
        var members: JSON
        var properties: [(key: String, value: JSON)] {
            if case .object(let members)? = members["properties"] { members } else { [] }
        }
        var geometry: JSON? { members["geometry"] }
        var type: String { geometry?["type"]?.textOrNil ?? "" }
        var coordinates: JSON? { geometry?["coordinates"] }
    }

    var position: Int { cursor.offset }

    /// The next feature; nil at the end.
    /// - Throws: `JSON.Malformed`, `ImportProblem`.
    mutating func next() throws -> Feature? {
        guard !isDone else { return nil }
        if !isInside {
            cursor.skipSpace()
            if cursor.isAtEnd { return nil }
            guard let first = try enter() else {
                isInside = true
                return try next()
            }
            return first
        }
        if cursor.take(UInt8(ascii: "]")) {
            isDone = true
            return nil
        }
        _ = cursor.take(UInt8(ascii: ","))
        return Feature(members: try cursor.value())
    }

    /// At the start of an object: goes into its `features`, or gives it where it is itself a feature.
    private mutating func enter() throws -> Feature? {
        let start = cursor.offset
        guard cursor.take(UInt8(ascii: "{")) else {
            throw ImportProblem("the file is not GeoJSON: it does not begin with '{'", right: "a FeatureCollection (RFC 7946)")
        }
        var type = ""
        if !cursor.take(UInt8(ascii: "}")) {
            repeat {
                let key = try cursor.key()
                if key == "features", cursor.take(UInt8(ascii: "[")) { return nil }
                let value = try cursor.value()
                if key == "type" { type = value.textOrNil ?? "" }
                if key == "crs" { crsName = value["properties"]?["name"]?.textOrNil }
            } while cursor.take(UInt8(ascii: ","))
            try cursor.expect(UInt8(ascii: "}"))
        }
        guard type == "Feature" else {
            throw ImportProblem("a GeoJSON of type '\(type)' without features", right: "a FeatureCollection or Feature (RFC 7946)")
        }
        var again = JSONCursor(cursorBytes, at: start)
        return Feature(members: try again.value())
    }
}
