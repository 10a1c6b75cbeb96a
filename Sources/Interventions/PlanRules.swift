// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Work that comes back: what, where, how often. Each day on which it is due becomes one job, some days ahead.
package struct MaintenancePlan: Sendable, Hashable {
    package var number: Int64
    package var title: String
    package var department: String
    package var category: String
    package var place: Place?
    package var address: String
    package var commune: Commune
    package var asset: Asset.Number?
    package var every: Int
    package var unit: Unit
    /// The first day on which it is due, since 1970-01-01.
    package var from: Int64
    /// Days before it is due that its job is made.
    package var ahead: Int
    /// Days up to which jobs were made; one before `from` at first.
    package var madeUntil: Int64
    /// Since when it makes no more; nil while it does.
    package var endedAt: Instant?

    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case day, week, month, year

        package var title: Words {
            switch self {
            case .day: Words("jours", "days")
            case .week: Words("semaines", "weeks")
            case .month: Words("mois", "months")
            case .year: Words("ans", "years")
            }
        }
    }
}

/// When plans are due. Values in, verdict out.
package enum PlanRules {
    /// The n-th day on which a plan is due, from 0 on. The 31st of a shorter month is its last day.
    package static func day(_ plan: MaintenancePlan, _ n: Int) -> Int64 {
        switch plan.unit {
        case .day: return plan.from + Int64(n * plan.every)
        case .week: return plan.from + Int64(n * plan.every * 7)
        case .month, .year:
            let (year, month, day) = Instant(seconds: plan.from * 86_400).civilDate
            let months = year * 12 + month - 1 + n * plan.every * (plan.unit == .year ? 12 : 1)
            let (y, m) = (months / 12, months % 12 + 1)
            let next = Instant(year: m == 12 ? y + 1 : y, month: m == 12 ? 1 : m + 1, day: 1)
            let first = Instant(year: y, month: m, day: 1)
            let length = Int((next - first).seconds / 86_400)
            return floorDivide(first.seconds, 86_400) + Int64(min(day, length) - 1)
        }
    }

    /// The days for which jobs are to be made now. Of those that passed while nobody made any, only the last.
    package static func due(_ plan: MaintenancePlan, today: Int64) -> [Int64] {
        guard plan.endedAt == nil else { return [] }
        let horizon = today + Int64(plan.ahead)
        var (days, n): ([Int64], Int) = ([], 0)
        // A plan of one day's step since 1970 is 20 000 steps: cheap, and no guess is needed where it stands.
        while true {
            let day = day(plan, n)
            if day > horizon { break }
            if day > plan.madeUntil { days.append(day) }
            n += 1
        }
        let passed = days.filter { $0 < today }
        return passed.suffix(1) + days.filter { $0 >= today }
    }

    package static func faults(_ plan: MaintenancePlan) -> [JobFault.Field] {
        var faults: [JobFault.Field] = []
        func refuse(_ name: String, _ french: String, _ english: String) { faults.append(.init(name, Words(french, english))) }
        if plan.title.isEmpty || plan.title.count > 200 {
            refuse("title", "Un titre de 1 à 200 caractères.", "A title of 1 to 200 characters.")
        }
        if !(1...1000).contains(plan.every) { refuse("every", "De 1 à 1000.", "From 1 to 1000.") }
        if !(0...365).contains(plan.ahead) { refuse("ahead", "De 0 à 365 jours.", "From 0 to 365 days.") }
        if plan.place == nil, plan.address.isEmpty { refuse("address", "Une adresse ou une position.", "An address or a position.") }
        return faults
    }
}

/// Works announced for a street: a span of days in which it is dug up, resurfaced or otherwise taken.
package struct StreetWorks: Sendable, Hashable {
    package enum Sort: String, Sendable, Hashable, CaseIterable {
        /// The road gets a new surface.
        case surface
        /// The ground is opened: water, gas, fibre, heat.
        case dig
        case other

        package var title: Words {
            switch self {
            case .surface: Words("revêtement", "resurfacing")
            case .dig: Words("tranchée (eau, gaz, fibre…)", "digging (water, gas, fibre…)")
            case .other: Words("autre", "other")
            }
        }
    }

    package var number: Int64
    package var street: String
    package var commune: Commune
    package var title: String
    package var sort: Sort
    /// The body that does them; no person.
    package var body: String
    /// Days since 1970-01-01, both included.
    package var from: Int64
    package var to: Int64
    package init(
        number: Int64, street: String, commune: Commune, title: String, sort: Sort, body: String, from: Int64, to: Int64
    ) {
        (self.number, self.street, self.commune, self.title) = (number, street, commune, title)
        (self.sort, self.body, self.from, self.to) = (sort, body, from, to)
    }
}

/// Works of one street that should know of each other.
package enum WorksRules {
    /// A new surface is not opened again within so many days.
    package static let surfaceProtected: Int64 = 3 * 365

    package struct Conflict: Sendable, Hashable {
        package var first: StreetWorks
        package var second: StreetWorks
        package var because: Words
    }

    /// - Parameter key: what makes two names of a street the same.
    package static func conflicts(_ works: [StreetWorks], key: (StreetWorks) -> String) -> [Conflict] {
        Dictionary(grouping: works, by: key).values.flatMap { row -> [Conflict] in
            let row = row.sorted { ($0.from, $0.number) < ($1.from, $1.number) }
            return row.indices.flatMap { i in row[(i + 1)...].compactMap { conflict(row[i], $0) } }
        }.sorted { ($0.second.from, $0.second.number) < ($1.second.from, $1.second.number) }
    }

    /// - Parameter b: begins no earlier than `a`.
    static func conflict(_ a: StreetWorks, _ b: StreetWorks) -> Conflict? {
        if b.from <= a.to {
            return Conflict(
                first: a, second: b, because: Words("En même temps, dans la même rue.", "At the same time in the same street."))
        }
        guard a.sort == .surface, b.sort == .dig, b.from - a.to <= surfaceProtected else { return nil }
        let weeks = max(1, (b.from - a.to) / 7)
        return Conflict(
            first: a, second: b,
            because: Words(
                "Le revêtement neuf serait rouvert \(weeks) semaine(s) après : creuser d'abord.",
                "The new surface would be opened again \(weeks) week(s) later: dig first."))
    }

    package static func faults(_ works: StreetWorks) -> [JobFault.Field] {
        var faults: [JobFault.Field] = []
        if works.street.isEmpty || works.street.count > 200 {
            faults.append(.init("street", Words("Une rue de 1 à 200 caractères.", "A street of 1 to 200 characters.")))
        }
        if works.title.isEmpty || works.title.count > 200 {
            faults.append(.init("title", Words("Un titre de 1 à 200 caractères.", "A title of 1 to 200 characters.")))
        }
        if works.to < works.from || works.to - works.from > 3660 {
            faults.append(
                .init("to", Words("La fin vient après le début, dans les dix ans.", "The end comes after the beginning, within ten years."))
            )
        }
        return faults
    }
}
