// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Services
import Yams

/// The YAML file of the city's services; docs/desks/services.md explains it. Whatever is wrong is gathered with its line.
struct ServiceFile {
    private(set) var catalogue = ServiceCatalogue()
    private(set) var lines: [String: Int] = [:]
    private(set) var problems: [ServiceImport.Line] = []
    private let wall: WallTime

    /// - Parameter wall: the clock by which the file says when alerts begin and end.
    init(_ text: String, wall: WallTime) {
        self.wall = wall
        read(text)
    }

    private mutating func read(_ text: String) {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            refuse(0, "", "the file is not YAML: \(error)")
            return
        }
        guard let top = node?.mapping else { return refuse(1, "", "the file is a list of settings; right would be: places:") }
        for (key, value) in top { section(key, value) }
    }

    private mutating func section(_ key: Node, _ value: Node) {
        switch key.string ?? "" {
        case "holidays":
            if let rule = PublicHolidays(rawValue: value.string ?? "") {
                catalogue.holidays = rule
            } else {
                refuse(line(value), "holidays", "'\(value.string ?? "")'; right would be: metropole or alsace-moselle")
            }
        case "tiles": each(value, "tiles") { $0.tile($1, $2, $3) }
        case "categories":
            each(value, "categories") { file, code, key, node in
                file.check(node, key, ["fr", "en", "icon"])
                file.catalogue.categories.append(
                    PlaceCategory(code: code, title: file.words(node), icon: file.text(node, "icon", or: "pin")))
            }
        case "places": each(value, "places") { $0.place($1, $2, $3) }
        case "waste":
            check(value, "waste", ["kinds", "sectors"])
            if let kinds = value["kinds"] {
                each(kinds, "waste.kinds") { file, code, key, node in
                    file.check(node, key, ["fr", "en", "help"])
                    file.catalogue.wasteKinds.append(
                        WasteKind(code: code, title: file.words(node), help: file.words(node["help"])))
                }
            }
            if let sectors = value["sectors"] { each(sectors, "waste.sectors") { $0.wasteSector($1, $2, $3) } }
        case "alerts": each(value, "alerts") { $0.notice($1, $2, $3) }
        case "bulky": bulky(value)
        case "stations":
            catalogue.stations = []
            each(value, "stations") { file, code, key, node in
                file.check(node, key, ["name", "gbfs", "information", "status", "every"])
                let source = StationSource(
                    code: code, name: file.text(node, "name"), gbfs: file.text(node, "gbfs"),
                    information: file.text(node, "information"), status: file.text(node, "status"),
                    every: file.integer(node, "every", or: 60, key))
                file.catalogue.stations?.append(source)
            }
        case let other:
            refuse(
                line(key), other,
                "'\(other)' is unknown; right would be: holidays, tiles, categories, places, waste, alerts, bulky, stations")
        }
    }

    // MARK: Places

    private mutating func tile(_ code: String, _ key: String, _ node: Node) {
        check(node, key, ["fr", "en", "help", "link", "phone", "icon", "hours", "exceptions", "open-on-holidays", "words"])
        catalogue.tiles.append(
            Tile(
                code: code, title: words(node), help: words(node["help"]), link: text(node, "link"), phone: text(node, "phone"),
                icon: text(node, "icon", or: "external"), hours: hours(node, key), words: list(node["words"])))
    }

    private mutating func place(_ code: String, _ key: String, _ node: Node) {
        check(
            node, key,
            [
                "fr", "en", "category", "help", "address", "commune", "at", "phone", "email", "web", "access", "hours", "exceptions",
                "open-on-holidays", "words",
            ])
        catalogue.places.append(
            CityPlace(
                code: code, category: text(node, "category"), title: words(node), help: words(node["help"]),
                address: text(node, "address"), commune: text(node, "commune"), place: position(node["at"], key),
                phone: text(node, "phone"),
                email: text(node, "email"), web: text(node, "web"), access: words(node["access"]), hours: hours(node, key),
                words: list(node["words"])))
    }

    /// `[5.041, 47.322]`: longitude, latitude.
    private mutating func position(_ node: Node?, _ key: String) -> Place? {
        guard let node else { return nil }
        let numbers = node.sequence?.compactMap { $0.string.flatMap { Double($0) } } ?? []
        guard numbers.count == 2, node.sequence?.count == 2 else {
            refuse(line(node), key, "at: longitude and latitude in degrees; right would be: [5.041, 47.322]")
            return nil
        }
        return Place(longitude: numbers[0], latitude: numbers[1])
    }

    // MARK: Hours

    private mutating func hours(_ node: Node, _ key: String) -> OpeningHours? {
        guard let hours = node["hours"] else {
            if let stray = node["exceptions"] { refuse(line(stray), key, "exceptions: without hours:") }
            return nil
        }
        guard let rules = hours.sequence else {
            refuse(line(hours), key, "hours: a list; right would be: - {days: mon-fri, open: 08:00-12:30 13:30-17:30}")
            return nil
        }
        var read = OpeningHours(rules: [], openOnHolidays: text(node, "open-on-holidays") == "true")
        for rule in rules {
            check(rule, key, ["days", "open", "from", "until"])
            read.rules.append(.init(days: days(rule["days"], key), ranges: ranges(rule["open"], key), season: season(rule, key)))
        }
        for exception in node["exceptions"]?.sequence ?? [] {
            check(exception, key, ["on", "from", "until", "open", "why"])
            let from = day(exception["on"] ?? exception["from"], exception, key)
            let until = exception["until"].map { day($0, exception, key) } ?? from
            if let from, let until {
                let ranges = text(exception, "open", or: "closed") == "closed" ? [] : ranges(exception["open"], key)
                read.exceptions.append(.init(from: from, until: until, ranges: ranges, why: words(exception["why"])))
            }
        }
        return read
    }

    private static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `mon-fri`, `mon, thu`, `daily`.
    private mutating func days(_ node: Node?, _ key: String) -> [Int] {
        let text = node?.string ?? list(node).joined(separator: ",")
        if text == "daily" { return Array(1...7) }
        var found: Set<Int> = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let ends = part.split(separator: "-").map { ServiceFile.dayNames.firstIndex(of: String($0)) }
            if ends.count == 1, let one = ends[0] {
                found.insert(one + 1)
            } else if ends.count == 2, let first = ends[0], let last = ends[1], first <= last {
                found.formUnion((first + 1)...(last + 1))
            } else {
                refuse(node.map(line) ?? 0, key, "days: '\(part)'; right would be: mon-fri, or mon, thu, or daily")
            }
        }
        return found.sorted()
    }

    /// `08:00-12:30 13:30-17:30`.
    private mutating func ranges(_ node: Node?, _ key: String) -> [DayRange] {
        let text = node?.string ?? list(node).joined(separator: " ")
        return text.split(whereSeparator: { $0 == "," || $0 == " " }).compactMap { part in
            let ends = part.split(separator: "-").map { ServiceFile.minute($0) }
            if ends.count == 2, let from = ends[0], let until = ends[1] { return DayRange(from, until) }
            refuse(node.map(line) ?? 0, key, "'\(part)' are no hours; right would be: 08:00-12:30")
            return nil
        }
    }

    /// `08:30` as minutes of the day; up to `24:00`.
    private static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
            (0...59).contains(minute), hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// `from: 04-01`, `until: 09-30`; nil where neither stands.
    private mutating func season(_ node: Node, _ key: String) -> Season? {
        guard node["from"] != nil || node["until"] != nil else { return nil }
        func read(_ name: String) -> Int? {
            let parts = text(node, name).split(separator: "-").compactMap { Int($0) }
            return parts.count == 2 ? parts[0] * 100 + parts[1] : nil
        }
        guard let from = read("from"), let until = read("until") else {
            refuse(line(node), key, "a season has from: and until: as month and day; right would be: {from: 04-01, until: 09-30}")
            return nil
        }
        return Season(from: from, until: until)
    }

    private mutating func day(_ node: Node?, _ owner: Node, _ key: String) -> CivilDay? {
        // YAML takes an unquoted day as text here: it is read by its letters.
        if let text = node?.string, let day = CivilDay(text) { return day }
        refuse(line(node ?? owner), key, "'\(node?.string ?? "")' is no day; right would be: 2026-12-24")
        return nil
    }

    // MARK: Waste and alerts

    private mutating func territory(_ node: Node, _ key: String) -> Territory {
        var streets: [Territory.Street] = []
        for street in node["streets"]?.sequence ?? [] {
            if let name = street.string {
                streets.append(.init(name: name))
                continue
            }
            check(street, key, ["name", "commune", "side", "houses"])
            let side = text(street, "side", or: "both")
            if Territory.Side(rawValue: side) == nil { refuse(line(street), key, "side: '\(side)'; right would be: both, even or odd") }
            var houses: DayRange?
            if let given = street["houses"]?.string {
                let ends = given.split(separator: "-").compactMap { Int($0) }
                if ends.count == 2 {
                    houses = DayRange(ends[0], ends[1])
                } else {
                    refuse(line(street), key, "houses: '\(given)'; right would be: 1-47")
                }
            }
            streets.append(
                .init(
                    name: text(street, "name"), commune: text(street, "commune"), side: Territory.Side(rawValue: side) ?? .both,
                    houses: houses))
        }
        return Territory(streets: streets, communes: list(node["communes"]))
    }

    private mutating func wasteSector(_ code: String, _ key: String, _ node: Node) {
        check(node, key, ["fr", "en", "streets", "communes", "collections", "holidays", "shifts"])
        let rule = text(node, "holidays", or: "usual")
        if WasteSector.HolidayRule(rawValue: rule) == nil {
            let right = WasteSector.HolidayRule.allCases.map(\.rawValue).joined(separator: ", ")
            refuse(line(node), key, "holidays: '\(rule)'; right would be: \(right)")
        }
        var collections: [WasteSector.Collection] = []
        for one in node["collections"]?.sequence ?? [] {
            check(one, key, ["kind", "days", "weeks", "from", "until", "out"])
            let weeks = text(one, "weeks", or: "every")
            if WasteSector.Weeks(rawValue: weeks) == nil {
                refuse(line(one), key, "weeks: '\(weeks)'; right would be: every, even or odd")
            }
            collections.append(
                .init(
                    kind: text(one, "kind"), days: days(one["days"], key), weeks: WasteSector.Weeks(rawValue: weeks) ?? .every,
                    season: season(one, key), out: words(one["out"])))
        }
        var shifts: [WasteSector.Shift] = []
        for (from, to) in node["shifts"]?.mapping ?? [:] {
            guard let day = day(from, from, key) else { continue }
            if to.string == "cancelled" {
                shifts.append(.init(from: day, to: nil))
            } else if let target = self.day(to, to, key) {
                shifts.append(.init(from: day, to: target))
            }
        }
        catalogue.wasteSectors.append(
            WasteSector(
                code: code, title: words(node), territory: territory(node, key), collections: collections,
                holidays: WasteSector.HolidayRule(rawValue: rule) ?? .usual, shifts: shifts))
    }

    private mutating func notice(_ code: String, _ key: String, _ node: Node) {
        check(node, key, ["fr", "en", "text", "level", "from", "until", "communes", "link"])
        let level = text(node, "level", or: "info")
        if Notice.Level(rawValue: level) == nil { refuse(line(node), key, "level: '\(level)'; right would be: info, warning or alarm") }
        guard let from = instant(node["from"], node, key) else { return }
        catalogue.notices.append(
            Notice(
                code: code, level: Notice.Level(rawValue: level) ?? .info, title: words(node), text: words(node["text"]), from: from,
                until: node["until"].flatMap { instant($0, node, key) }, communes: list(node["communes"]), link: text(node, "link")))
    }

    /// `2026-12-01` or `2026-12-01 18:30`, by the clock on the wall.
    private mutating func instant(_ node: Node?, _ owner: Node, _ key: String) -> Instant? {
        let parts = (node?.string ?? "").split(whereSeparator: { $0 == " " || $0 == "T" })
        if let first = parts.first, let day = CivilDay(first), parts.count <= 2 {
            let minute = parts.count == 2 ? ServiceFile.minute(parts[1]) : 0
            if let minute { return wall.instant(day, minute: minute) }
        }
        refuse(line(node ?? owner), key, "'\(node?.string ?? "")' is no time; right would be: 2026-12-01 18:30")
        return nil
    }

    // MARK: Bulky waste

    private mutating func bulky(_ node: Node) {
        check(
            node, "bulky",
            ["items", "sectors", "notice", "ahead", "most", "closed", "help", "department", "category"])
        lines["bulky"] = line(node)
        var read = Bulky(
            items: [], sectors: [], help: words(node["help"]), department: text(node, "department"), category: text(node, "category"))
        read.notice = integer(node, "notice", or: 2, "bulky")
        read.ahead = integer(node, "ahead", or: 42, "bulky")
        if let most = node["most"] { read.mostLitres = litres(most, "bulky") }
        for one in node["closed"]?.sequence ?? [] { if let day = day(one, one, "bulky") { read.closed.append(day) } }
        if let items = node["items"] {
            each(items, "bulky.items") { file, code, key, node in
                file.check(node, key, ["fr", "en", "volume", "most"])
                let litres = node["volume"].map { file.litres($0, key) } ?? 0
                read.items.append(
                    .init(code: code, title: file.words(node), litres: litres, most: file.integer(node, "most", or: 10, key)))
            }
        }
        if let sectors = node["sectors"] {
            each(sectors, "bulky.sectors") { file, code, key, node in
                file.check(node, key, ["fr", "en", "streets", "communes", "days", "capacity", "window"])
                let window = file.ranges(node["window"], key).first ?? DayRange(360, 780)
                read.sectors.append(
                    .init(
                        code: code, title: file.words(node), territory: file.territory(node, key), days: file.days(node["days"], key),
                        litres: node["capacity"].map { file.litres($0, key) } ?? 0, window: window))
            }
        }
        catalogue.bulky = read
    }

    /// m³ as litres: `0.6` is 600.
    private mutating func litres(_ node: Node, _ key: String) -> Int {
        if let value = node.string.flatMap({ Double($0) }), value.isFinite, (0...100_000).contains(value) {
            return Int((value * 1000).rounded())
        }
        refuse(line(node), key, "'\(node.string ?? "")' is no volume in m³; right would be: 0.6")
        return 0
    }

    private mutating func integer(_ node: Node, _ name: String, or otherwise: Int, _ key: String) -> Int {
        guard let value = node[name] else { return otherwise }
        if let number = value.string.flatMap({ Int($0) }) { return number }
        refuse(line(value), key, "\(name): '\(value.string ?? "")' is no whole number")
        return otherwise
    }

    // MARK: Nodes

    private mutating func each(_ node: Node, _ name: String, _ body: (inout ServiceFile, String, String, Node) -> Void) {
        guard let mapping = node.mapping else {
            return refuse(line(node), name, "a code and a colon on each line; right would be: mairie: {fr: Mairie, en: Town hall}")
        }
        for (key, value) in mapping {
            let code = key.string ?? ""
            let path = "\(name)/\(code)"
            if lines[path] == nil { lines[path] = line(key) }
            guard value.mapping != nil else {
                refuse(line(key), path, "it says nothing; right would be: {fr: …}")
                continue
            }
            body(&self, code, path, value)
        }
    }

    private mutating func check(_ node: Node, _ key: String, _ known: Set<String>) {
        guard let mapping = node.mapping else { return refuse(line(node), key, "names and values; right would be: {fr: …}") }
        for (name, _) in mapping where !known.contains(name.string ?? "") {
            refuse(line(name), key, "'\(name.string ?? "")' is unknown; right would be: \(known.sorted().joined(separator: ", "))")
        }
    }

    private func line(_ node: Node) -> Int { node.mark?.line ?? 0 }
    /// `fr`, and `en` where it is written; a plain text is French.
    private func words(_ node: Node?) -> Words {
        if let text = node?.string { return Words(text, "") }
        return Words(node?["fr"]?.string ?? "", node?["en"]?.string ?? "")
    }
    private func text(_ node: Node, _ key: String, or otherwise: String = "") -> String { node[key]?.string ?? otherwise }
    /// A list, or one value.
    private func list(_ node: Node?) -> [String] { node?.sequence?.compactMap(\.string) ?? node?.string.map { [$0] } ?? [] }

    private mutating func refuse(_ line: Int, _ code: String, _ reason: String) {
        problems.append(.init(line: line, code: code, outcome: .refused, reason: reason))
    }
}
