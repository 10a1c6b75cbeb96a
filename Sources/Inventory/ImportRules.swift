// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// From one row of a file to a draft: pure, given the mapping bound to the file's columns.
struct ImportRules {
    private enum Cell {
        case column(Int)
        case constant(String)
        case template([BoundPiece])
    }
    private enum BoundPiece {
        case literal(String)
        case column(Int, width: Int)
        case line(width: Int)
        case place
        case twin
    }
    private struct Bound {
        var cell: Cell
        var factor: Double
        var name: String
    }

    private var fields: [ImportMapping.Field: Bound] = [:]
    private var attributes: [(key: String, bound: Bound)] = []
    private let missing: Set<String>
    private let crs: CoordinateSystem
    private let geometryColumn: Int?
    /// By kind and key.
    private let specs: [String: [String: AttributeSpec]]
    private let defaultKind: String

    /// - Throws: `ImportProblem` where the mapping names a column that the file does not have, or nothing gives an identity.
    init(_ mapping: ImportMapping, columns: [String], crs: CoordinateSystem, kinds: [Kind], defaultKind: String, isGrowing: Bool) throws {
        missing = mapping.missing
        self.crs = crs
        self.defaultKind = defaultKind
        geometryColumn = columns.firstIndex(of: "@geometry")
        specs = Dictionary(
            kinds.map { kind in (kind.name.text, Dictionary(kind.attributes.map { ($0.key, $0) }) { a, _ in a }) },
            uniquingKeysWith: { a, _ in a })
        let indexes = Dictionary(columns.enumerated().map { ($1, $0) }) { a, _ in a }
        var used = Set<Int>()
        for field in ImportMapping.Field.allCases {
            if let source = mapping.fields[field] {
                fields[field] = try ImportRules.bind(source, indexes, columns, isGrowing: isGrowing, used: &used)
            } else if let name = ImportMapping.usual[field]?.first(where: { indexes[$0] != nil }), let index = indexes[name] {
                fields[field] = Bound(cell: .column(index), factor: 1, name: name)
                used.insert(index)
            }
        }
        if let chosen = mapping.attributes {
            for (key, source) in chosen.sorted(by: { $0.key < $1.key }) {
                if let bound = try ImportRules.bind(source, indexes, columns, isGrowing: isGrowing, used: &used) {
                    attributes.append((key, bound))
                }
            }
        } else {
            for (index, column) in columns.enumerated() where !used.contains(index) && !column.isEmpty && !column.hasPrefix("@") {
                attributes.append((column, Bound(cell: .column(index), factor: 1, name: column)))
            }
            attributes.sort { $0.key < $1.key }
        }
        guard fields[.id] != nil else {
            throw ImportProblem(
                "the file has no column for the identity (its columns: \(columns.joined(separator: ", ")))",
                right: "a mapping that names it (id: {column: …}), or builds one: id: \"L-{place}{twin}\"")
        }
    }

    private static func bind(
        _ source: ImportMapping.Source, _ indexes: [String: Int], _ columns: [String], isGrowing: Bool, used: inout Set<Int>
    ) throws -> Bound? {
        func index(_ name: String) throws -> Int? {
            if let index = indexes[name] {
                used.insert(index)
                return index
            }
            // A property that no feature had so far may still come.
            if isGrowing { return nil }
            throw ImportProblem(
                "the mapping names a column '\(name)', which the file does not have", right: "one of \(columns.joined(separator: ", "))")
        }
        switch source.origin {
        case .constant(let text): return Bound(cell: .constant(text), factor: source.factor, name: text)
        case .column(let name):
            let name = ColumnName.normal(name)
            return try index(name).map { Bound(cell: .column($0), factor: source.factor, name: name) }
        case .template(let template):
            let pieces: [BoundPiece] = try template.pieces.map { piece in
                switch piece {
                case .literal(let text): return .literal(text)
                case .line(let width): return .line(width: width)
                case .place: return .place
                case .twin: return .twin
                case .column(let name, let width): return .column(try index(name) ?? -1, width: width)
                }
            }
            return Bound(cell: .template(pieces), factor: source.factor, name: "template")
        }
    }

    /// - Parameter twins: how often each templated identity came so far; one for the whole file.
    func draft(_ values: [String], line: Int, twins: inout [String: Int]) throws(LineRefused) -> AssetDraft {
        let place = try self.place(values)
        if place == .empty || place == .nothing, isMadeOfPlace {
            throw LineRefused(
                field: "id", value: "", reason: "is made of the position, and there is none", right: "a longitude and a latitude")
        }
        let idText = text(.id, values, line, place, &twins) ?? ""
        guard let id = Asset.ID(idText) else { throw wrongIdentity(idText) }
        var draft = AssetDraft(line: Int32(truncatingIfNeeded: line), id: id)
        draft.place = place
        do {
            try fill(&draft, values, line, &twins)
        } catch {
            var refused = error
            refused.id = id.text
            throw refused
        }
        return draft
    }

    private var isMadeOfPlace: Bool {
        guard case .template(let pieces) = fields[.id]?.cell else { return false }
        return pieces.contains { if case .place = $0 { true } else { false } }
    }

    private func fill(_ draft: inout AssetDraft, _ values: [String], _ line: Int, _ twins: inout [String: Int]) throws(LineRefused) {
        let place = draft.place
        draft.kind = text(.kind, values, line, place, &twins).flatMap { $0.isEmpty ? nil : $0 }
        draft.name = try PlainText.taken(text(.name, values, line, place, &twins), "name")
        draft.address = try PlainText.taken(text(.address, values, line, place, &twins), "address")
        draft.commune = text(.commune, values, line, place, &twins)
        draft.supplyParent = said(text(.supplyParent, values, line, place, &twins))
        draft.linkParent = said(text(.linkParent, values, line, place, &twins))
        if let text = text(.power, values, line, place, &twins) {
            draft.power = try number(text, .power, 0...10_000_000).map { .value($0) } ?? .empty
        }
        if let text = text(.period, values, line, place, &twins) {
            draft.period = try number(text, .period, 1...31_536_000).map { .value(.seconds(Int64($0.rounded()))) } ?? .empty
        }
        if let text = text(.commissioned, values, line, place, &twins), !text.isEmpty {
            guard let day = NumberText.day(text) else {
                throw LineRefused(
                    field: "commissioned", value: text, reason: "is not a day", right: "2026-11-21 or 21/11/2026")
            }
            draft.commissioned = Instant(year: day.year, month: day.month, day: day.day)
        }
        let specs = specs[draft.kind ?? defaultKind] ?? [:]
        draft.attributes.reserveCapacity(attributes.count)
        for (key, bound) in attributes {
            let text = try PlainText.taken(text(bound, values, line, place, &twins), key) ?? ""
            draft.attributes.append(
                (key, text.isEmpty ? nil : try AttributeRules.value(text, key: key, spec: specs[key], factor: bound.factor)))
        }
    }

    private func said(_ text: String?) -> AssetDraft.Said<String> {
        guard let text else { return .nothing }
        return text.isEmpty ? .empty : .value(text)
    }

    private func place(_ values: [String]) throws(LineRefused) -> AssetDraft.Said<Place> {
        guard let lon = fields[.lon], let lat = fields[.lat] else { return .nothing }
        var none: [String: Int] = [:]
        let (x, y) = (text(lon, values, 0, .nothing, &none), text(lat, values, 0, .nothing, &none))
        if let geometryColumn, geometryColumn < values.count, lon.name == "@lon", !["", "Point"].contains(values[geometryColumn]) {
            throw LineRefused(
                field: "geometry", value: values[geometryColumn], reason: "an asset stands at one place",
                right: "a Point; lines are imported with 'vigie import streets', polygons with 'vigie import areas'")
        }
        if x.isEmpty && y.isEmpty { return .empty }
        guard let x = NumberText.number(x), let y = NumberText.number(y) else {
            throw LineRefused(
                field: "position", value: "\(x) \(y)", reason: "is not two numbers",
                right: "numbers such as 5.0415 and 47.3216 (or with commas)")
        }
        let place = crs.place(x: x, y: y)
        guard place.isValid else {
            throw LineRefused(
                field: "position", value: "\(x) \(y)", reason: "is no place in \(crs)",
                right: CoordinateSystem.guess(x: x, y: y).map { "these numbers look like \($0)" } ?? "a longitude and a latitude")
        }
        return .value(place)
    }

    private func number(_ text: String, _ field: ImportMapping.Field, _ range: ClosedRange<Double>) throws(LineRefused) -> Double? {
        if text.isEmpty { return nil }
        let factor = fields[field]?.factor ?? 1
        guard let number = NumberText.number(text), range.contains(number * factor) else {
            throw LineRefused(
                field: field.rawValue, value: text, reason: "is not a number in its range",
                right: "a number from \(JSON.write(range.lowerBound / factor)) to \(JSON.write(range.upperBound / factor))")
        }
        return number * factor
    }

    private func text(
        _ field: ImportMapping.Field, _ values: [String], _ line: Int, _ place: AssetDraft.Said<Place>, _ twins: inout [String: Int]
    ) -> String? {
        guard let bound = fields[field] else { return nil }
        return text(bound, values, line, place, &twins)
    }

    private func text(
        _ bound: Bound, _ values: [String], _ line: Int, _ place: AssetDraft.Said<Place>, _ twins: inout [String: Int]
    ) -> String {
        switch bound.cell {
        case .constant(let text): return text
        case .column(let index):
            guard index < values.count else { return "" }
            let text = values[index]
            return missing.contains(text) ? "" : text
        case .template(let pieces): return fill(pieces, values, line, place, &twins)
        }
    }

    private func fill(
        _ pieces: [BoundPiece], _ values: [String], _ line: Int, _ place: AssetDraft.Said<Place>, _ twins: inout [String: Int]
    ) -> String {
        var out = ""
        var twinAt: String.Index?
        for piece in pieces {
            switch piece {
            case .literal(let text): out += text
            case .column(let index, let width): out += ImportRules.padded(values.indices.contains(index) ? values[index] : "", width)
            case .line(let width): out += ImportRules.padded(String(line), width)
            case .place:
                if case .value(let place) = place {
                    out += ImportRules.degrees(place.longitude) + "_" + ImportRules.degrees(place.latitude)
                }
            case .twin: twinAt = out.endIndex
            }
        }
        guard let twinAt else { return out }
        let count = twins[out, default: 0] + 1
        twins[out] = count
        if count > 1 { out.insert(contentsOf: "-\(count)", at: twinAt) }
        return out
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Six decimals: a tenth of a metre.
    private static func degrees(_ value: Double) -> String {
        let millionths = Int64((value * 1_000_000).rounded())
        let (whole, rest) = abs(millionths).quotientAndRemainder(dividingBy: 1_000_000)
        return (millionths < 0 ? "-" : "") + "\(whole)." + padded(String(rest), 6)
    }

    private func wrongIdentity(_ text: String) -> LineRefused {
        let cleaned = String(
            Folding.fold(text).uppercased().utf8.map { Asset.ID.allows($0) ? Character(UnicodeScalar($0)) : "-" }.prefix(64))
        return LineRefused(
            field: "id", value: text, reason: text.isEmpty ? "the identity is empty" : "is not an identity",
            right: "1 to 64 of A–Z a–z 0–9 . _ : -" + (cleaned.isEmpty ? "" : ", such as '\(cleaned)'"))
    }
}

/// The value of an attribute from its text, by its declaration, or as it looks.
enum AttributeRules {
    static func value(_ text: String, key: String, spec: AttributeSpec?, factor: Double) throws(LineRefused) -> AttributeValue {
        switch spec?.form {
        case nil:
            if let number = NumberText.canonical(text) ?? (factor == 1 ? nil : NumberText.number(text)) { return .number(number * factor) }
            return text == "true" ? .flag(true) : text == "false" ? .flag(false) : .text(text)
        case .text: return .text(text)
        case .number(let range):
            guard let number = NumberText.number(text), range.contains(number * factor) else {
                throw LineRefused(
                    field: key, value: text, reason: "is not a number in its range",
                    right: "a number from \(JSON.write(range.lowerBound)) to \(JSON.write(range.upperBound)) \(spec?.unit ?? "")")
            }
            return .number(number * factor)
        case .flag:
            switch Folding.fold(text) {
            case "true", "oui", "yes", "1", "vrai", "o": return .flag(true)
            case "false", "non", "no", "0", "faux", "n": return .flag(false)
            default: throw LineRefused(field: key, value: text, reason: "is neither yes nor no", right: "oui or non, true or false")
            }
        case .choice(let names):
            guard let name = names.first(where: { Folding.fold($0) == Folding.fold(text) }) else {
                throw LineRefused(field: key, value: text, reason: "is none of the known values", right: names.joined(separator: ", "))
            }
            return .text(name)
        }
    }
}
