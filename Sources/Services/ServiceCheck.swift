// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What may be wrong with the city's services, each fault with the line of its part and what would be right.
struct ServiceCheck {
    private(set) var faults: [ServiceImport.Line] = []
    private let lines: [String: Int]

    init(_ catalogue: ServiceCatalogue, _ lines: [String: Int]) {
        self.lines = lines
        tiles(catalogue)
        places(catalogue)
        waste(catalogue)
        notices(catalogue)
        if let bulky = catalogue.bulky { self.bulky(bulky) }
        stations(catalogue.stations ?? [])
    }

    private mutating func refuse(_ key: String, _ reason: String) {
        faults.append(.init(line: lines[key] ?? 0, code: key, outcome: .refused, reason: reason))
    }

    private mutating func codes(_ name: String, _ codes: [String]) {
        var seen: Set<String> = []
        for code in codes {
            if !ServiceCheck.isCode(code) { refuse("\(name)/\(code)", "a code has 1 to 60 of a-z 0-9 and '-'") }
            if !seen.insert(code).inserted { refuse("\(name)/\(code)", "this code stands twice in the file") }
        }
        if codes.count > 20_000 { refuse(name, "more than 20 000 entries") }
    }

    private mutating func title(_ key: String, _ title: Words) {
        if title.french.isEmpty { refuse(key, "fr: is its title") }
    }

    private mutating func web(_ key: String, _ address: String, ownToo: Bool = false) {
        let isRight =
            address.isEmpty || address.hasPrefix("https://") || address.hasPrefix("http://") || ownToo && address.hasPrefix("/app")
        let isPlain = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F } && address.utf8.count <= 500
        if !isRight || !isPlain { refuse(key, "'\(address)' is no address of the web; right would be: https://…") }
    }

    private mutating func phone(_ key: String, _ phone: String) {
        let isRight =
            phone.isEmpty
            || phone.utf8.count <= 30 && phone.contains(where: \.isNumber) && phone.allSatisfy { "+0123456789 .-()".contains($0) }
        if !isRight { refuse(key, "'\(phone)' is no telephone number; right would be: 03 80 00 00 00") }
    }

    private mutating func tiles(_ catalogue: ServiceCatalogue) {
        codes("tiles", catalogue.tiles.map(\.code))
        for tile in catalogue.tiles {
            let key = "tiles/\(tile.code)"
            title(key, tile.title)
            web(key, tile.link, ownToo: true)
            phone(key, tile.phone)
            if tile.link.isEmpty, tile.phone.isEmpty { refuse(key, "link: or phone: says where it leads") }
            if let hours = tile.hours { self.hours(key, hours) }
        }
    }

    private mutating func places(_ catalogue: ServiceCatalogue) {
        codes("categories", catalogue.categories.map(\.code))
        for category in catalogue.categories { title("categories/\(category.code)", category.title) }
        codes("places", catalogue.places.map(\.code))
        for place in catalogue.places {
            let key = "places/\(place.code)"
            title(key, place.title)
            if catalogue.category(place.category) == nil {
                refuse(key, "category: '\(place.category)' is none of the file; right would be: \(list(catalogue.categories.map(\.code)))")
            }
            if let at = place.place, !at.isValid { refuse(key, "at: longitude, latitude in degrees; right would be: [5.041, 47.322]") }
            web(key, place.web)
            phone(key, place.phone)
            if !place.email.isEmpty, !EmailText.isAddress(place.email) { refuse(key, "'\(place.email)' is no e-mail address") }
            commune(key, place.commune)
            if let hours = place.hours { self.hours(key, hours) }
        }
    }

    private mutating func commune(_ key: String, _ insee: String) {
        let isRight = insee.isEmpty || insee.utf8.count == 5 && insee.utf8.allSatisfy { (48...57).contains($0) || $0 == 65 || $0 == 66 }
        if !isRight { refuse(key, "'\(insee)' is no INSEE code of a commune; right would be: \"21231\"") }
    }

    private mutating func hours(_ key: String, _ hours: OpeningHours) {
        for ranges in hours.rules.map(\.ranges) + hours.exceptions.map(\.ranges) {
            self.ranges(key, ranges)
        }
        for exception in hours.exceptions where exception.until < exception.from {
            refuse(key, "an exception ends (\(exception.until.iso)) before it begins (\(exception.from.iso))")
        }
        for season in hours.rules.compactMap(\.season) { self.season(key, season) }
    }

    private mutating func ranges(_ key: String, _ ranges: [DayRange]) {
        let sorted = ranges.sorted { $0.from < $1.from }
        for (i, range) in sorted.enumerated() {
            if range.from < 0 || range.until > 1440 || range.until <= range.from {
                refuse(key, "hours go from earlier to later within a day; right would be: 08:00-12:30")
            } else if i > 0, range.from < sorted[i - 1].until {
                refuse(key, "two ranges of hours lie over each other")
            }
        }
    }

    private mutating func season(_ key: String, _ season: Season) {
        for at in [season.from, season.until] where CivilDay("2024-\(two(at / 100))-\(two(at % 100))") == nil {
            refuse(key, "'\(two(at / 100))-\(two(at % 100))' is no day of a year; right would be: 04-01")
        }
    }

    private func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }

    private mutating func territory(_ key: String, _ territory: Territory) {
        if territory.streets.isEmpty, territory.communes.isEmpty { refuse(key, "streets: or communes: says where it holds") }
        for insee in territory.communes { commune(key, insee) }
        for street in territory.streets {
            commune(key, street.commune)
            if TerritoryRules.plain(street.name).isEmpty { refuse(key, "a street without a name") }
            if let houses = street.houses, houses.from < 1 || houses.until < houses.from {
                refuse(key, "street '\(street.name)': houses go from a smaller number to a greater one; right would be: 1-47")
            }
        }
    }

    private mutating func waste(_ catalogue: ServiceCatalogue) {
        codes("waste.kinds", catalogue.wasteKinds.map(\.code))
        for kind in catalogue.wasteKinds { title("waste.kinds/\(kind.code)", kind.title) }
        codes("waste.sectors", catalogue.wasteSectors.map(\.code))
        for sector in catalogue.wasteSectors {
            let key = "waste.sectors/\(sector.code)"
            title(key, sector.title)
            territory(key, sector.territory)
            if sector.collections.isEmpty { refuse(key, "collections: says what is fetched when") }
            for collection in sector.collections {
                if catalogue.wasteKind(collection.kind) == nil {
                    refuse(key, "kind: '\(collection.kind)' is none of the file; right would be: \(list(catalogue.wasteKinds.map(\.code)))")
                }
                if collection.days.isEmpty { refuse(key, "days: says on which days; right would be: mon, thu") }
                if let season = collection.season { self.season(key, season) }
            }
            for shift in sector.shifts {
                if let to = shift.to, abs(to - shift.from) > 60 { refuse(key, "\(shift.from.iso) is moved by more than 60 days") }
            }
        }
    }

    private mutating func notices(_ catalogue: ServiceCatalogue) {
        codes("alerts", catalogue.notices.map(\.code))
        for notice in catalogue.notices {
            let key = "alerts/\(notice.code)"
            title(key, notice.title)
            if let until = notice.until, until <= notice.from { refuse(key, "it ends before it begins") }
            for insee in notice.communes { commune(key, insee) }
            web(key, notice.link, ownToo: true)
        }
    }

    private mutating func bulky(_ bulky: Bulky) {
        codes("bulky.items", bulky.items.map(\.code))
        codes("bulky.sectors", bulky.sectors.map(\.code))
        if bulky.items.isEmpty || bulky.sectors.isEmpty { refuse("bulky", "items: and sectors: are both needed") }
        if !(1...30).contains(bulky.notice) { refuse("bulky", "notice: is between 1 and 30 days") }
        if !(7...366).contains(bulky.ahead) || bulky.ahead <= bulky.notice {
            refuse("bulky", "ahead: is between 7 and 366 days, and beyond notice:")
        }
        if !(100...50_000).contains(bulky.mostLitres) { refuse("bulky", "most: is between 0.1 and 50 m³") }
        for item in bulky.items {
            title("bulky.items/\(item.code)", item.title)
            if !(1...50_000).contains(item.litres) { refuse("bulky.items/\(item.code)", "volume: in m³; right would be: 0.6") }
            if !(1...100).contains(item.most) { refuse("bulky.items/\(item.code)", "most: is between 1 and 100") }
            if item.litres > bulky.mostLitres { refuse("bulky.items/\(item.code)", "one of it is more than a booking may hold") }
        }
        for sector in bulky.sectors {
            let key = "bulky.sectors/\(sector.code)"
            title(key, sector.title)
            territory(key, sector.territory)
            if sector.days.isEmpty { refuse(key, "days: says on which days") }
            if !(100...1_000_000).contains(sector.litres) { refuse(key, "capacity: in m³ a day; right would be: 12") }
            ranges(key, [sector.window])
        }
    }

    private mutating func stations(_ sources: [StationSource]) {
        codes("stations", sources.map(\.code))
        if sources.count > 50 { refuse("stations", "more than 50 networks") }
        for (place, source) in sources.enumerated() {
            let key = "stations/\(source.code)"
            if !(1...60).contains(source.name.count) { refuse(key, "name: has 1 to 60 characters") }
            if sources[..<place].contains(where: { $0.name == source.name }) { refuse(key, "name: '\(source.name)' stands twice") }
            for address in [source.gbfs, source.information, source.status] { web(key, address) }
            if source.gbfs.isEmpty == (source.information.isEmpty && source.status.isEmpty)
                || source.information.isEmpty != source.status.isEmpty
            {
                refuse(key, "gbfs: says where it is; right would be: https://…/gbfs.json, or information: and status: instead")
            }
            if !(30...3600).contains(source.every) { refuse(key, "every: is between 30 and 3600 seconds") }
        }
    }

    private func list(_ codes: [String]) -> String { codes.sorted().prefix(12).joined(separator: ", ") }

    static func isCode(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count) && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
