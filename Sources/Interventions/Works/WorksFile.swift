// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// A list of works as an owner of networks sends it: CSV or GeoJSON. What is right of it is read; each line that is not says what is wrong, in
/// which field, and what would be right.
package struct WorksFile: Sendable {
    /// One line that is right by itself. Facts that the file has no column for are not among them.
    package struct Draft: Sendable, Hashable, Codable {
        package var line: Int
        package var reference: String
        package var facts: [String: String]
    }

    package struct Fault: Sendable, Hashable, Codable {
        /// From 1; of GeoJSON the number of the feature. 0 for the whole file.
        package var line: Int
        package var field: String
        package var what: Words
        package var right: Words

        package var text: Words {
            let place = line == 0 ? Words("", "") : Words("ligne \(line), ", "line \(line), ")
            return Words(
                "\(place.french)\(field) : \(what.french) ; il faut : \(right.french)",
                "\(place.english)\(field): \(what.english); right would be: \(right.english)")
        }
    }

    package private(set) var drafts: [Draft] = []
    package private(set) var faults: [Fault] = []
    package private(set) var lines = 0
    private var seen: [String: Int] = [:]
    private let communes: [String: String]
    private let commune: @Sendable (Place) -> Commune

    package static let mostBytes = 8 * 1024 * 1024
    package static let mostLines = 5_000

    /// - Parameters:
    ///   - communes: names by INSEE code.
    ///   - commune: of a place; for lines that do not say theirs.
    package init(_ bytes: [UInt8], communes: [String: String], commune: @escaping @Sendable (Place) -> Commune) {
        (self.communes, self.commune) = (communes, commune)
        guard bytes.count <= WorksFile.mostBytes else {
            faults = [WorksFile.whole("\(bytes.count) octets", "\(bytes.count) bytes", "8 Mo au plus", "8 MB at most")]
            return
        }
        do {
            let text = try FileText(bytes)
            let first = text.bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            if first == UInt8(ascii: "{") { try readGeoJSON(text.bytes) } else { try readCSV(text.bytes) }
        } catch let problem as ImportProblem {
            faults.append(WorksFile.whole(problem.reason, problem.reason, problem.right, problem.right))
        } catch {
            faults.append(WorksFile.whole("\(error)", "\(error)", "CSV ou GeoJSON", "CSV or GeoJSON"))
        }
        if lines == 0, faults.isEmpty {
            faults.append(
                WorksFile.whole("rien à lire", "nothing to read", "un en-tête et une ligne au moins", "a header and one line at least"))
        }
    }

    private static func whole(_ french: String, _ english: String, _ right: String, _ rightEnglish: String) -> Fault {
        Fault(line: 0, field: "fichier", what: Words(french, english), right: Words(right, rightEnglish))
    }

    // MARK: Names of columns

    enum Column: String, CaseIterable {
        case reference, street, commune, section, title, sort, body, from, to, impact, stage, longitude, latitude
    }

    /// What a column may be called, folded, in either language.
    static let names: [Column: [String]] = [
        .reference: ["numero", "reference", "ref", "id", "identifiant", "code", "number", "num"],
        .street: ["rue", "voie", "street", "nom voie", "adresse", "address", "nom de la voie", "road"],
        .commune: ["commune", "insee", "code insee", "ville", "city", "town"],
        .section: ["troncon", "section", "localisation", "de a"],
        .title: ["objet", "titre", "quoi", "libelle", "title", "description", "what", "intitule"],
        .sort: ["nature", "sorte", "type", "sort", "nature travaux", "type travaux"],
        .body: ["maitre d ouvrage", "maitre ouvrage", "moa", "body", "owner", "qui", "concessionnaire"],
        .from: ["debut", "date debut", "from", "start", "du", "date de debut"],
        .to: ["fin", "date fin", "to", "end", "au", "date de fin"],
        .impact: ["circulation", "emprise", "impact", "traffic", "gene"],
        .stage: ["etat", "statut", "stage", "status", "avancement"],
        .longitude: ["longitude", "lon", "lng", "x"], .latitude: ["latitude", "lat", "y"],
    ]

    private static let needed: [Column] = [.reference, .street, .title, .from, .to]

    private static func column(_ name: String) -> Column? {
        let key = StreetWorks.key(name)
        return Column.allCases.first { $0.rawValue == key } ?? Column.allCases.first { names[$0]?.contains(key) ?? false }
    }

    // MARK: CSV

    private mutating func readCSV(_ bytes: [UInt8]) throws {
        var reader = CSVReader(bytes, separator: CSVReader.separator(of: bytes))
        var fields: [String] = []
        guard try reader.next(into: &fields) else { return }
        guard fields.count <= 200 else {
            faults.append(WorksFile.whole("\(fields.count) colonnes", "\(fields.count) columns", "200 au plus", "200 at most"))
            return
        }
        var found: [Column: Int] = [:]
        for (index, name) in fields.enumerated() {
            if let column = WorksFile.column(name), found[column] == nil { found[column] = index }
        }
        let missing = WorksFile.needed.filter { found[$0] == nil }
        guard missing.isEmpty else {
            for column in missing {
                let names = WorksFile.names[column]?.prefix(3).joined(separator: ", ") ?? ""
                faults.append(
                    Fault(
                        line: reader.recordLine, field: WorksFile.names[column]?.first ?? column.rawValue,
                        what: Words("aucune colonne de ce nom", "no column of this name"),
                        right: Words("une colonne nommée \(names)", "a column called \(names)")))
            }
            return
        }
        let width = fields.count
        while try reader.next(into: &fields) {
            guard take(reader.recordLine) else { return }
            guard fields.count <= width else {
                faults.append(
                    Fault(
                        line: reader.recordLine, field: "ligne",
                        what: Words("\(fields.count) champs", "\(fields.count) fields"),
                        right: Words("\(width), comme dans l'en-tête", "\(width), as in the header")))
                continue
            }
            var values: [Column: String] = [:]
            for (column, index) in found { values[column] = index < fields.count ? fields[index] : "" }
            line(reader.recordLine, values, shape: nil)
        }
    }

    private mutating func take(_ line: Int) -> Bool {
        lines += 1
        if lines > WorksFile.mostLines {
            faults.append(
                WorksFile.whole(
                    "plus de \(WorksFile.mostLines) lignes ; la suite n'est pas lue",
                    "more than \(WorksFile.mostLines) lines; the rest is not read",
                    "plusieurs fichiers", "several files"))
            return false
        }
        return true
    }

    // MARK: GeoJSON

    private mutating func readGeoJSON(_ bytes: [UInt8]) throws {
        let json = try bytes.withUnsafeBytes { try JSON($0) }
        let features: [JSON]
        switch json["type"]?.textOrNil {
        case "FeatureCollection": features = json["features"]?.listOrNil ?? []
        case "Feature": features = [json]
        default:
            faults.append(
                WorksFile.whole("pas de FeatureCollection", "no FeatureCollection", "du GeoJSON (RFC 7946)", "GeoJSON (RFC 7946)"))
            return
        }
        for (index, feature) in features.enumerated() {
            let number = index + 1
            guard take(number) else { return }
            guard case .object(let members)? = feature["properties"] else {
                faults.append(
                    Fault(
                        line: number, field: "properties", what: Words("absent", "missing"),
                        right: Words("un objet avec les champs", "an object with the fields")))
                continue
            }
            var values: [Column: String] = [:]
            for (name, value) in members {
                guard let column = WorksFile.column(name), values[column] == nil else { continue }
                switch value {
                case .text(let text): values[column] = text
                case .number, .flag: values[column] = value.description
                default: values[column] = ""
                }
            }
            if values[.reference] == nil, let id = feature["id"] {
                values[.reference] = id.textOrNil ?? id.numberOrNil.map { _ in id.description }
            }
            var shape: WorksShape?
            if let geometry = feature["geometry"], case .object = geometry {
                shape = WorksShape(geometry)
                if shape == nil {
                    faults.append(
                        Fault(
                            line: number, field: "geometry", what: Words("géométrie illisible", "geometry that cannot be read"),
                            right: Words(
                                "un point, des lignes ou un polygone en WGS84, \(WorksShape.most) sommets au plus",
                                "a point, lines or a polygon in WGS84, at most \(WorksShape.most) vertices")))
                    continue
                }
            }
            line(number, values, shape: shape)
        }
    }

    // MARK: One line

    private mutating func line(_ line: Int, _ values: [Column: String], shape: WorksShape?) {
        var (facts, wrong): ([String: String], [Fault]) = ([:], [])
        func refuse(_ column: Column, _ what: Words, _ right: Words) {
            wrong.append(Fault(line: line, field: WorksFile.names[column]?.first ?? column.rawValue, what: what, right: right))
        }
        func quoted(_ text: String) -> Words { Words("« \(text.prefix(60)) »", "'\(text.prefix(60))'") }
        func text(_ column: Column, most: Int, isNeeded: Bool) -> String? {
            guard let value = values[column] else {
                if isNeeded { refuse(column, Words("absent", "missing"), Words("un texte", "a text")) }
                return nil
            }
            let clean =
                value.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
                ? String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 })) : value
            if clean.allSatisfy(\.isWhitespace), isNeeded {
                refuse(column, Words("vide", "empty"), Words("un texte", "a text"))
            } else if clean.unicodeScalars.count > most {
                refuse(
                    column, Words("\(clean.unicodeScalars.count) caractères", "\(clean.unicodeScalars.count) characters"),
                    Words("\(most) au plus", "at most \(most)"))
            }
            return clean
        }
        func day(_ column: Column) -> Int64? {
            guard let value = text(column, most: 40, isNeeded: true), !value.allSatisfy(\.isWhitespace) else { return nil }
            if let day = WorksFile.day(value) { return day }
            refuse(column, quoted(value), Words("une date comme 2026-11-30 ou 30/11/2026", "a date such as 2026-11-30 or 30/11/2026"))
            return nil
        }
        func choice<T>(_ column: Column, _ words: [(T, [String])], _ right: Words) -> T? {
            guard let value = values[column] else { return nil }
            let key = StreetWorks.key(value)
            if key.isEmpty { return nil }
            // Whole words by their beginning: 'eau' is water and no part of 'bureau'.
            let parts = key.split(separator: " ")
            for (one, stems) in words where parts.contains(where: { part in stems.contains { part.hasPrefix($0) } }) { return one }
            refuse(column, quoted(value), right)
            return nil
        }

        let reference = text(.reference, most: 80, isNeeded: true) ?? ""
        facts["street"] = text(.street, most: 200, isNeeded: true)
        facts["title"] = text(.title, most: 200, isNeeded: true)
        facts["section"] = text(.section, most: 200, isNeeded: false)
        facts["body"] = text(.body, most: 200, isNeeded: false)
        if let street = facts["street"], !street.isEmpty, StreetWorks.key(street).isEmpty {
            refuse(.street, quoted(street), Words("un nom de rue", "the name of a street"))
        }
        let (from, to) = (day(.from), day(.to))
        if let from, let to, to < from || to - from > 3660 {
            refuse(
                .to, quoted(values[.to] ?? ""),
                Words(
                    "un jour entre le début (\(WallText.day(from))) et dix ans après",
                    "a day from the beginning (\(WallText.day(from))) to ten years later"))
        }
        facts["from"] = from.map(WallText.day)
        facts["to"] = to.map(WallText.day)
        if values[.sort] != nil {
            facts["sort"] = (choice(.sort, WorksFile.sorts, WorksFile.sortRight) ?? StreetWorks.Sort.other).rawValue
        }
        if values[.impact] != nil {
            facts["impact"] = (choice(.impact, WorksFile.impacts, WorksFile.impactRight) ?? StreetWorks.Impact.none).rawValue
        }
        if values[.stage] != nil {
            let stage = choice(.stage, WorksFile.stages, WorksFile.stageRight) ?? "planned"
            facts["cancelled"] = stage == "cancelled" ? "yes" : ""
            if stage != "cancelled" { facts["stage"] = stage }
        }
        var shape = shape
        if shape == nil, let x = values[.longitude], let y = values[.latitude], !x.isEmpty || !y.isEmpty {
            func degrees(_ text: String) -> Double? { Double(text.replacing(",", with: ".")) }
            shape = degrees(x).flatMap { x in degrees(y).flatMap { WorksShape(lines: [[Place(longitude: x, latitude: $0)]]) } }
            if shape == nil {
                refuse(.longitude, quoted("\(x), \(y)"), Words("longitude et latitude en degrés", "longitude and latitude in degrees"))
            }
        }
        if let shape { facts["shape"] = shape.text }
        place(line, values[.commune], shape, &facts, &wrong)
        if wrong.isEmpty, let first = seen[reference] {
            refuse(
                .reference, quoted(reference),
                Words("un numéro par ligne (déjà ligne \(first))", "one number a line (line \(first) has it)"))
        }
        guard wrong.isEmpty else {
            faults += wrong
            return
        }
        seen[reference] = line
        drafts.append(Draft(line: line, reference: reference, facts: facts))
    }

    /// The commune by code, by name, or by where the shape lies.
    private func place(_ line: Int, _ said: String?, _ shape: WorksShape?, _ facts: inout [String: String], _ wrong: inout [Fault]) {
        let text = (said ?? "").trimmed
        if !text.isEmpty {
            let key = StreetWorks.key(text)
            if let code = communes[text] == nil ? communes.first(where: { StreetWorks.key($0.value) == key })?.key : text {
                facts["commune"] = code
            } else {
                wrong.append(
                    Fault(
                        line: line, field: "commune", what: Words("« \(text.prefix(60)) »", "'\(text.prefix(60))'"),
                        right: Words("le code INSEE ou le nom d'une commune connue", "the INSEE code or the name of a known commune")))
            }
            return
        }
        if let found = shape.map({ commune($0.middle) }), found != .outside {
            facts["commune"] = found.insee
        } else if communes.count == 1, let only = communes.keys.first, shape == nil {
            facts["commune"] = only
        } else {
            wrong.append(
                Fault(
                    line: line, field: "commune", what: Words("absente", "missing"),
                    right: Words("un code INSEE, ou un tracé dans une commune connue", "an INSEE code, or a shape within a known commune")))
        }
    }

    /// `2026-11-30`, with or without a time, or `30/11/2026`.
    static func day(_ text: String) -> Int64? {
        let text = text.trimmed
        if text.count > 10, let first = text.dropFirst(10).first, first == "T" || first == " " {
            return WallText.day(String(text.prefix(10)))
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return WallText.day(text) }
        func two(_ part: Substring) -> String { part.count == 1 ? "0\(part)" : String(part) }
        return WallText.day("\(parts[2])-\(two(parts[1]))-\(two(parts[0]))")
    }

    private static let sorts: [(StreetWorks.Sort, [String])] = [
        (.surface, ["surface", "resurfac", "revetement", "chaussee", "enrobe", "tapis", "refection"]),
        (
            .dig,
            [
                "dig", "tranchee", "reseau", "eau", "gaz", "fibre", "assainissement", "electri", "chauffage", "chaleur", "telecom",
                "fouille",
                "branchement", "water", "gas", "canalisation",
            ]
        ),
        (.other, ["other", "autre", "echafaudage", "grue", "demenagement", "elagage", "evenement"]),
    ]
    private static let sortRight = Words(
        "revêtement, tranchée (ou eau, gaz, fibre…) ou autre", "surface, dig (or water, gas, fibre…) or other")
    private static let impacts: [(StreetWorks.Impact, [String])] = [
        (.closed, ["closed", "barre", "ferme", "interdit", "coupe"]), (.alternate, ["alternat"]),
        (.narrowed, ["narrow", "retreci", "voie"]), (.parking, ["parking", "stationnement"]), (.sidewalk, ["sidewalk", "trottoir"]),
        (.none, ["none", "aucun", "sans", "non"]),
    ]
    private static let impactRight = Words(
        "barrée, alternat, rétrécie, stationnement, trottoir ou aucune", "closed, alternate, narrowed, parking, sidewalk or none")
    private static let stages: [(String, [String])] = [
        ("cancelled", ["cancel", "annul", "abandon"]), ("urgent", ["urgent", "urgence"]),
        ("wished", ["wish", "demand", "souhait", "projet", "etude", "previsionnel"]),
        ("planned", ["plan", "inscrit", "program", "confirm", "accord", "valid", "en"]),
    ]
    private static let stageRight = Words("demandé, programmé, urgent ou annulé", "wished, planned, urgent or cancelled")
}

extension String {
    fileprivate var trimmed: String {
        var slice = Substring(self)
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}
