// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Inventory
import Yams

/// The small YAML file that says which column is what; docs/operating/import.md explains it.
enum ImportMappingFile {
    private static let keys = ["fields", "attributes", "missing", "separator", "encoding", "crs"]
    private static let units: [String: Double] = ["W": 1, "kW": 1000, "MW": 1_000_000, "s": 1, "min": 60, "h": 3600]

    /// - Throws: `ImportProblem` with where in the file and what would be right.
    static func read(_ path: String) throws -> ImportMapping {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ImportProblem("the mapping \(path) cannot be read", right: "the path of a YAML file")
        }
        return try parse(String(decoding: data, as: UTF8.self), name: path)
    }

    static func parse(_ text: String, name: String) throws -> ImportMapping {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            throw ImportProblem("\(name) is not YAML: \(error)", right: "fields:, with a line such as 'id: numero' below it")
        }
        guard let top = node?.mapping else {
            throw ImportProblem("\(name) holds no settings", right: "fields:, with a line such as 'id: numero' below it")
        }
        var mapping = ImportMapping()
        for (key, value) in top {
            let at = "\(name):\(key.mark?.line ?? 1)"
            switch key.scalar?.string ?? "" {
            case "fields": mapping.fields = try fields(value, at: at)
            case "attributes": mapping.attributes = try attributes(value, at: at)
            case "missing": mapping.missing.formUnion(value.sequence?.compactMap { $0.scalar?.string } ?? [])
            case "separator": mapping.separator = try separator(value, at: at)
            case "encoding": mapping.encoding = try encoding(value, at: at)
            case "crs": mapping.crs = try crs(value.scalar?.string ?? "", at: at)
            case let other: throw unknown(other, keys, at: at)
            }
        }
        return mapping
    }

    /// nil for 'auto'.
    static func crs(_ name: String, at: String) throws -> CoordinateSystem? {
        if name == "auto" { return nil }
        guard let crs = CoordinateSystem(name: name) else {
            throw ImportProblem("\(at): '\(name)' is no coordinate system that is known", right: "auto, wgs84, lambert93, or cc42 to cc50")
        }
        return crs
    }

    private static func fields(_ node: Node, at: String) throws -> [ImportMapping.Field: ImportMapping.Source] {
        guard let mapping = node.mapping else { throw ImportProblem("\(at): fields are given one a line", right: "id: numero") }
        var fields: [ImportMapping.Field: ImportMapping.Source] = [:]
        for (key, value) in mapping {
            let at = "\(at.prefix { $0 != ":" }):\(key.mark?.line ?? 1)"
            let name = key.scalar?.string ?? ""
            guard let field = ImportMapping.Field(rawValue: name) else {
                throw unknown(name, ImportMapping.Field.allCases.map(\.rawValue), at: at)
            }
            fields[field] = try source(value, at: at)
        }
        return fields
    }

    private static func attributes(_ node: Node, at: String) throws -> [String: ImportMapping.Source] {
        if node.scalar?.string == "none" { return [:] }
        guard let mapping = node.mapping else {
            throw ImportProblem("\(at): attributes are given one a line", right: "mast: TYPE_MAT, or attributes: none")
        }
        var attributes: [String: ImportMapping.Source] = [:]
        for (key, value) in mapping { attributes[key.scalar?.string ?? ""] = try source(value, at: at) }
        return attributes
    }

    /// `numero` is a column, `"L-{place}"` a template; `{column: …, unit: …}`, `{constant: …}`, `{template: …}` say it in full.
    private static func source(_ node: Node, at: String) throws -> ImportMapping.Source {
        if let text = node.scalar?.string {
            return text.contains("{") ? .init(.template(try template(text, at: at))) : .init(.column(text))
        }
        guard let mapping = node.mapping else { throw ImportProblem("\(at): a list says nothing here", right: "the name of a column") }
        var origin: ImportMapping.Source.Origin?
        var factor = 1.0
        for (key, value) in mapping {
            let text = value.scalar?.string ?? ""
            switch key.scalar?.string ?? "" {
            case "column": origin = .column(text)
            case "constant": origin = .constant(text)
            case "template": origin = .template(try template(text, at: at))
            case "unit":
                guard let unit = units[text] else {
                    throw ImportProblem("\(at): the unit '\(text)' is not known", right: units.keys.sorted().joined(separator: ", "))
                }
                factor = unit
            case "scale":
                guard let scale = Double(text), scale.isFinite, scale != 0 else {
                    throw ImportProblem("\(at): scale is '\(text)'", right: "a number such as 0.001")
                }
                factor = scale
            case let other: throw unknown(other, ["column", "constant", "template", "unit", "scale"], at: at)
            }
        }
        guard let origin else { throw ImportProblem("\(at): neither column, constant nor template", right: "{column: P_KW, unit: kW}") }
        return ImportMapping.Source(origin, factor: factor)
    }

    private static func template(_ text: String, at: String) throws -> Template {
        guard let template = Template(text) else {
            throw ImportProblem("\(at): '\(text)' is no template", right: "pairs of braces around a column, such as \"L-{insee}-{line:6}\"")
        }
        return template
    }

    private static func separator(_ node: Node, at: String) throws -> UInt8 {
        let text = node.scalar?.string ?? ""
        if text == "tab" { return 0x09 }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte != 0x22, byte >= 0x20 || byte == 0x09 else {
            throw ImportProblem("\(at): the separator is '\(text)'", right: "one character in quotes, such as \";\", or tab")
        }
        return byte
    }

    private static func encoding(_ node: Node, at: String) throws -> FileText.Encoding? {
        let text = node.scalar?.string ?? ""
        if text == "auto" { return nil }
        guard let encoding = FileText.Encoding(rawValue: text.lowercased().replacing("-", with: "")) else {
            throw ImportProblem("\(at): the encoding '\(text)' is not known", right: "auto, utf8 or cp1252")
        }
        return encoding
    }

    private static func unknown(_ key: String, _ known: [String], at: String) -> ImportProblem {
        let nearest = known.min { EditDistance.between($0, key) < EditDistance.between($1, key) } ?? ""
        return ImportProblem(
            "\(at): '\(key)' is not known here", right: "one of \(known.joined(separator: ", ")); the nearest is \(nearest)")
    }
}
