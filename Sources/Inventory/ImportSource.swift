// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// A file of things as rows of texts, whether it is CSV or GeoJSON. Columns of a GeoJSON file are the properties met so far (they may
/// grow from row to row), and `@lon`, `@lat`, `@geometry`, `@id`.
final class ImportSource {
    enum Unit: String { case line, feature }

    private(set) var columns: [String]
    let unit: Unit
    let size: Int
    private var csv: CSVReader?
    private var json: GeoJSONReader?
    private let storage: UnsafeMutableRawBufferPointer
    private var columnOf: [String: Int] = [:]
    private var features = 0

    /// - Throws: `ImportProblem` where the file is empty or names a column twice.
    init(_ text: FileText, separator: UInt8?) throws {
        size = text.bytes.count
        guard let first = text.bytes.first(where: { $0 > 0x20 }) else {
            throw ImportProblem("the file is empty", right: "a header line and a line for each asset, or GeoJSON")
        }
        if first == UInt8(ascii: "{") {
            storage = .allocate(byteCount: text.bytes.count, alignment: 1)
            storage.copyBytes(from: text.bytes)
            json = GeoJSONReader(UnsafeRawBufferPointer(storage))
            unit = .feature
            columns = ["@lon", "@lat", "@geometry", "@id"]
        } else {
            storage = .allocate(byteCount: 0, alignment: 1)
            var reader = CSVReader(text.bytes, separator: separator ?? CSVReader.separator(of: text.bytes))
            var header: [String] = []
            _ = try reader.next(into: &header)
            csv = reader
            unit = .line
            columns = header.map(ColumnName.normal)
            let twice = Dictionary(grouping: columns.filter { !$0.isEmpty }) { $0 }.first { $0.value.count > 1 }
            if let twice { throw ImportProblem("the header names the column '\(twice.key)' twice", right: "one name for each column") }
        }
        for (i, column) in columns.enumerated() { columnOf[column] = i }
    }

    deinit { storage.deallocate() }

    var position: Int { csv?.position ?? json?.position ?? 0 }

    /// The coordinate system that the file itself names.
    var crsName: String? { json?.crsName }

    /// The next row; nil at the end. `values` may be shorter than `columns`.
    /// - Returns: its line, or the number of the feature, from 1.
    func next(into values: inout [String]) throws -> Int? {
        if csv != nil { return try csv!.next(into: &values) ? csv!.recordLine : nil }
        guard let feature = try json!.next() else { return nil }
        features += 1
        values = [String](repeating: "", count: columns.count)
        for (key, value) in feature.properties { set(ColumnName.normal(key), ImportSource.text(value), in: &values) }
        values[2] = feature.type
        values[3] = feature.members["id"].map(ImportSource.text) ?? ""
        if feature.type == "Point", let coordinates = feature.coordinates, let place = try? Geometry.position(coordinates) {
            (values[0], values[1]) = (place.longitude.description, place.latitude.description)
        }
        return features
    }

    private func set(_ column: String, _ text: String, in values: inout [String]) {
        if let index = columnOf[column] {
            values[index] = text
        } else {
            columnOf[column] = columns.count
            columns.append(column)
            values.append(text)
        }
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .text(let text): text
        case .number(let number): JSON.write(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list, .object: value.description
        }
    }
}

/// Names of columns as they are compared: lower case, no accents, one '_' for spaces, without the dBase suffix (`NOM,C,50` is `nom`).
enum ColumnName {
    static func normal(_ name: String) -> String {
        var name = Substring(name)
        if let comma = name.firstIndex(of: ","), isSuffix(name[comma...]) { name = name[..<comma] }
        let words = Folding.fold(String(name)).split { $0 == " " || $0 == "_" }
        return words.joined(separator: "_")
    }

    /// `,C,50` or `,N,19,8` or `,D`.
    private static func isSuffix(_ text: Substring) -> Bool {
        let parts = text.dropFirst().split(separator: ",", omittingEmptySubsequences: false)
        guard let type = parts.first, type.count == 1, "CNDLFM".contains(type) else { return false }
        return parts.dropFirst().allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    }
}
