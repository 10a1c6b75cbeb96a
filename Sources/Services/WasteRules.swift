// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// When is what collected at a home?
package enum WasteRules {
    package struct Pickup: Sendable, Hashable {
        package var day: CivilDay
        package var kind: String
        package var out: Words
        /// The usual day, where it was moved, and because of what.
        package var moved: (from: CivilDay, why: Words)?

        package static func == (a: Pickup, b: Pickup) -> Bool {
            a.day == b.day && a.kind == b.kind && a.out == b.out && a.moved?.from == b.moved?.from && a.moved?.why == b.moved?.why
        }
        package func hash(into hasher: inout Hasher) {
            hasher.combine(day)
            hasher.combine(kind)
        }
    }

    /// Sectors of a home: for each kind of waste those that name the street, else those that name the commune.
    package static func sectors(_ sectors: [WasteSector], for home: Home) -> [(sector: WasteSector, kinds: Set<String>)] {
        // Each sector is asked once, not once for each kind.
        let held = sectors.map { (sector: $0, hold: TerritoryRules.hold($0.territory, home)) }.filter { $0.hold != .none }
        var found: [(sector: WasteSector, kinds: Set<String>)] = []
        for kind in Set(held.flatMap { $0.sector.collections.map(\.kind) }).sorted() {
            let those = held.filter { $0.sector.collections.contains { $0.kind == kind } }
            let most = those.map(\.hold).max()
            for one in those where one.hold == most {
                if let at = found.firstIndex(where: { $0.sector.code == one.sector.code }) {
                    found[at].kinds.insert(kind)
                } else {
                    found.append((one.sector, [kind]))
                }
            }
        }
        return found
    }

    /// All pickups at a home on `count` days from `first` on, by day.
    package static func pickups(
        _ catalogue: ServiceCatalogue, for home: Home, from first: CivilDay, days count: Int
    ) -> [Pickup] {
        let all = sectors(catalogue.wasteSectors, for: home).flatMap { one in
            pickups(of: one.sector, catalogue.holidays, from: first, days: count).filter { one.kinds.contains($0.kind) }
        }
        // The order of the file.
        let order = Dictionary(catalogue.wasteKinds.enumerated().map { ($1.code, $0) }) { first, _ in first }
        var seen: Set<String> = []
        return all.sorted { ($0.day, order[$0.kind] ?? 0) < ($1.day, order[$1.kind] ?? 0) }
            .filter { seen.insert("\($0.day.number) \($0.kind)").inserted }
    }

    package static func pickups(
        of sector: WasteSector, _ holidays: PublicHolidays, from first: CivilDay, days count: Int
    ) -> [Pickup] {
        guard count > 0 else { return [] }
        let last = first + (count - 1)
        // What the city moved by hand may come from far; what a holiday moves stays near.
        let far = sector.shifts.compactMap { shift in shift.to.map { abs($0 - shift.from) } }.max() ?? 0
        let reach = min(60, max(8, far))
        var found: [Pickup] = []
        for number in (first.number - reach)...(last.number + reach) {
            let usual = CivilDay(number: number)
            for collection in sector.collections where falls(collection, on: usual) {
                guard let (day, why) = target(of: usual, sector, holidays), first <= day, day <= last else { continue }
                found.append(Pickup(day: day, kind: collection.kind, out: collection.out, moved: why.map { (usual, $0) }))
            }
        }
        return found
    }

    private static func falls(_ collection: WasteSector.Collection, on day: CivilDay) -> Bool {
        guard collection.days.contains(day.weekday), collection.season?.contains(day) != false else { return false }
        switch collection.weeks {
        case .every: return true
        case .even: return day.week % 2 == 0
        case .odd: return day.week % 2 == 1
        }
    }

    /// The day on which the collection of a usual day takes place; nil where it does not.
    static func target(of usual: CivilDay, _ sector: WasteSector, _ holidays: PublicHolidays) -> (day: CivilDay, why: Words?)? {
        if let shift = sector.shifts.first(where: { $0.from == usual }) {
            let why = holidays.name(of: usual) ?? Words("décidé par la ville", "decided by the city")
            return shift.to.map { ($0, why) }
        }
        let holiday = holidays.name(of: usual)
        switch sector.holidays {
        case .usual: return (usual, nil)
        case .cancelled: return holiday == nil ? (usual, nil) : nil
        case .next, .previous:
            guard let holiday else { return (usual, nil) }
            var day = usual
            while holidays.name(of: day) != nil { day = sector.holidays == .next ? day + 1 : day - 1 }
            return (day, holiday)
        case .restOfWeek:
            let monday = usual - (usual.weekday - 1)
            for day in monday.number...usual.number {
                if let name = holidays.name(of: CivilDay(number: day)) { return (usual + 1, name) }
            }
            return (usual, nil)
        }
    }
}
