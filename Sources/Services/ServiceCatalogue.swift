// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Everything that the city's file of services says, whole. Each import is a revision of it.
package struct ServiceCatalogue: Sendable, Hashable, Codable {
    /// 0 where nothing was imported yet.
    package var revision: Int64 = 0
    package var holidays = PublicHolidays.metropole
    package var tiles: [Tile] = []
    package var categories: [PlaceCategory] = []
    package var places: [CityPlace] = []
    package var wasteKinds: [WasteKind] = []
    package var wasteSectors: [WasteSector] = []
    package var notices: [Notice] = []
    package var bulky: Bulky?
    /// Networks whose figures are fetched; nil in files of before there were any.
    package var stations: [StationSource]?

    package init() {}

    package func place(_ code: String) -> CityPlace? { places.first { $0.code == code } }
    package func category(_ code: String) -> PlaceCategory? { categories.first { $0.code == code } }
    package func wasteKind(_ code: String) -> WasteKind? { wasteKinds.first { $0.code == code } }
}

/// A way to a service elsewhere: the family portal, the library's catalogue, whom to call about a blocked drain.
package struct Tile: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var help: Words
    /// An address of the web (`https://…`), or of the app (`/app/…`); '' where it is a telephone only.
    package var link: String
    package var phone: String
    package var icon: String
    package var hours: OpeningHours?
    /// What people say for it.
    package var words: [String]

    package init(
        code: String, title: Words, help: Words = Words("", ""), link: String = "", phone: String = "", icon: String = "external",
        hours: OpeningHours? = nil, words: [String] = []
    ) {
        (self.code, self.title, self.help, self.link, self.phone) = (code, title, help, link, phone)
        (self.icon, self.hours, self.words) = (icon, hours, words)
    }
}

/// A kind of place: town halls, pools.
package struct PlaceCategory: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var icon: String
    package init(code: String, title: Words, icon: String = "pin") { (self.code, self.title, self.icon) = (code, title, icon) }
}

/// Somewhere to go: a town hall, a library, a recycling centre, a point of interest.
package struct CityPlace: Sendable, Hashable, Codable {
    package var code: String
    package var category: String
    package var title: Words
    package var help: Words
    package var address: String
    /// INSEE code; '' for unknown.
    package var commune: String
    package var place: Place?
    package var phone: String
    package var email: String
    package var web: String
    /// How one gets in with a wheelchair, a pram, a guide dog; '' for unknown.
    package var access: Words
    package var hours: OpeningHours?
    package var words: [String]

    package init(
        code: String, category: String, title: Words, help: Words = Words("", ""), address: String = "", commune: String = "",
        place: Place? = nil, phone: String = "", email: String = "", web: String = "", access: Words = Words("", ""),
        hours: OpeningHours? = nil, words: [String] = []
    ) {
        (self.code, self.category, self.title, self.help, self.address) = (code, category, title, help, address)
        (self.commune, self.place, self.phone, self.email, self.web) = (commune, place, phone, email, web)
        (self.access, self.hours, self.words) = (access, hours, words)
    }
}

/// Minutes of a day, the first included, the last not: 08:00 to 12:30 is 480 to 750. At most 1440.
package struct DayRange: Sendable, Hashable, Codable {
    package var from: Int
    package var until: Int
    package init(_ from: Int, _ until: Int) { (self.from, self.until) = (from, until) }
}

/// From a day of the year to another, both included, whatever the year; it may go over New Year's Eve.
package struct Season: Sendable, Hashable, Codable {
    /// month * 100 + day.
    package var from: Int
    package var until: Int
    package init(from: Int, until: Int) { (self.from, self.until) = (from, until) }

    package func contains(_ day: CivilDay) -> Bool {
        let date = day.date
        let at = date.month * 100 + date.day
        return from <= until ? (from...until).contains(at) : at >= from || at <= until
    }
}

/// When something is open: by weekday and season, with exceptions of single days.
package struct OpeningHours: Sendable, Hashable, Codable {
    package struct Rule: Sendable, Hashable, Codable {
        /// 1 is Monday; ascending.
        package var days: [Int]
        package var ranges: [DayRange]
        /// Nil for the whole year. On a day for which some rule has a season, the others do not count.
        package var season: Season?
        package init(days: [Int], ranges: [DayRange], season: Season? = nil) {
            (self.days, self.ranges, self.season) = (days, ranges, season)
        }
    }

    package struct Exception: Sendable, Hashable, Codable {
        package var from: CivilDay
        package var until: CivilDay
        /// Empty for closed.
        package var ranges: [DayRange]
        package var why: Words
        package init(from: CivilDay, until: CivilDay, ranges: [DayRange], why: Words = Words("", "")) {
            (self.from, self.until, self.ranges, self.why) = (from, until, ranges, why)
        }
    }

    package var rules: [Rule]
    package var exceptions: [Exception]
    package var isOpenOnHolidays: Bool

    package init(rules: [Rule], exceptions: [Exception] = [], openOnHolidays: Bool = false) {
        (self.rules, self.exceptions, isOpenOnHolidays) = (rules, exceptions, openOnHolidays)
    }
}

/// Streets, and communes for all the rest of their streets.
package struct Territory: Sendable, Hashable, Codable {
    package enum Side: String, Sendable, Hashable, Codable, CaseIterable { case both, even, odd }

    package struct Street: Sendable, Hashable, Codable {
        package var name: String
        /// INSEE code; '' where the name stands for itself.
        package var commune: String
        package var side: Side
        /// House numbers, both included; nil for all.
        package var houses: DayRange?
        package init(name: String, commune: String = "", side: Side = .both, houses: DayRange? = nil) {
            (self.name, self.commune, self.side, self.houses) = (name, commune, side, houses)
        }
    }

    package let streets: [Street]
    package let communes: [String]
    /// Places in `streets` by the plain name: folded once, not at each question.
    let byName: [String: [Int]]

    package init(streets: [Street] = [], communes: [String] = []) {
        (self.streets, self.communes) = (streets, communes)
        byName = Dictionary(grouping: streets.indices) { TerritoryRules.plain(streets[$0].name) }
    }

    private enum CodingKeys: CodingKey { case streets, communes }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            streets: try container.decode([Street].self, forKey: .streets),
            communes: try container.decode([String].self, forKey: .communes))
    }
}

/// What is thrown into one bin.
package struct WasteKind: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var help: Words
    package init(code: String, title: Words, help: Words = Words("", "")) { (self.code, self.title, self.help) = (code, title, help) }
}

/// Streets whose bins are emptied on the same days.
package struct WasteSector: Sendable, Hashable, Codable {
    package enum Weeks: String, Sendable, Hashable, Codable, CaseIterable { case every, even, odd }

    /// What becomes of a collection on a public holiday.
    package enum HolidayRule: String, Sendable, Hashable, Codable, CaseIterable {
        /// As on any day.
        case usual
        /// The next day that is no holiday.
        case next
        /// The last day before it that is no holiday.
        case previous
        /// It and all later ones of the same week move by one day.
        case restOfWeek = "rest-of-week"
        case cancelled
    }

    package struct Collection: Sendable, Hashable, Codable {
        package var kind: String
        package var days: [Int]
        package var weeks: Weeks
        package var season: Season?
        /// When the bin is to stand outside.
        package var out: Words
        package init(kind: String, days: [Int], weeks: Weeks = .every, season: Season? = nil, out: Words = Words("", "")) {
            (self.kind, self.days, self.weeks, self.season, self.out) = (kind, days, weeks, season, out)
        }
    }

    /// A day that the city moved by hand; `to` nil: it does not take place.
    package struct Shift: Sendable, Hashable, Codable {
        package var from: CivilDay
        package var to: CivilDay?
        package init(from: CivilDay, to: CivilDay?) { (self.from, self.to) = (from, to) }
    }

    package var code: String
    package var title: Words
    package var territory: Territory
    package var collections: [Collection]
    package var holidays: HolidayRule
    package var shifts: [Shift]

    package init(
        code: String, title: Words, territory: Territory, collections: [Collection], holidays: HolidayRule = .usual, shifts: [Shift] = []
    ) {
        (self.code, self.title, self.territory, self.collections) = (code, title, territory, collections)
        (self.holidays, self.shifts) = (holidays, shifts)
    }
}

/// Something that everybody in some communes should know: a cut of water, a storm, a closed bridge.
package struct Notice: Sendable, Hashable, Codable {
    package enum Level: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case info, warning, alarm
        package static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .info ? 0 : self == .warning ? 1 : 2 }
    }

    /// Of the file: its code. Published in the room: its number.
    package var code: String
    package var level: Level
    package var title: Words
    package var text: Words
    package var from: Instant
    /// Nil until somebody ends it.
    package var until: Instant?
    /// INSEE codes; empty for all.
    package var communes: [String]
    /// An address of the web; '' for none.
    package var link: String

    package init(
        code: String, level: Level, title: Words, text: Words, from: Instant, until: Instant? = nil, communes: [String] = [],
        link: String = ""
    ) {
        (self.code, self.level, self.title, self.text) = (code, level, title, text)
        (self.from, self.until, self.communes, self.link) = (from, until, communes, link)
    }

    package func isOn(at now: Instant) -> Bool { from <= now && until.map { now < $0 } ?? true }
}

/// How bulky waste is booked: what is taken, and how much of it on which day of which sector.
package struct Bulky: Sendable, Hashable, Codable {
    package struct Item: Sendable, Hashable, Codable {
        package var code: String
        package var title: Words
        package var litres: Int
        /// Of one booking.
        package var most: Int
        package init(code: String, title: Words, litres: Int, most: Int = 10) {
            (self.code, self.title, self.litres, self.most) = (code, title, litres, most)
        }
    }

    package struct Sector: Sendable, Hashable, Codable {
        package var code: String
        package var title: Words
        package var territory: Territory
        package var days: [Int]
        /// Of one day.
        package var litres: Int
        /// When it is fetched, on the clock of the day.
        package var window: DayRange
        package init(code: String, title: Words, territory: Territory, days: [Int], litres: Int, window: DayRange) {
            (self.code, self.title, self.territory, self.days) = (code, title, territory, days)
            (self.litres, self.window) = (litres, window)
        }
    }

    package var items: [Item]
    package var sectors: [Sector]
    /// Days between the booking and the first day that may be chosen; at least 1.
    package var notice: Int
    /// Days ahead that may be chosen.
    package var ahead: Int
    /// Of one booking.
    package var mostLitres: Int
    /// Days on which nobody comes, beside public holidays.
    package var closed: [CivilDay]
    /// What is not taken, and where it goes instead.
    package var help: Words
    /// Who fetches it (a code of the categories' file), and what kind of work that is.
    package var department: String
    package var category: String

    package init(
        items: [Item], sectors: [Sector], notice: Int = 2, ahead: Int = 42, mostLitres: Int = 3000, closed: [CivilDay] = [],
        help: Words = Words("", ""), department: String = "", category: String = ""
    ) {
        (self.items, self.sectors, self.notice, self.ahead) = (items, sectors, notice, ahead)
        (self.mostLitres, self.closed, self.help) = (mostLitres, closed, help)
        (self.department, self.category) = (department, category)
    }

    package func item(_ code: String) -> Item? { items.first { $0.code == code } }
    package func sector(_ code: String) -> Sector? { sectors.first { $0.code == code } }
}
