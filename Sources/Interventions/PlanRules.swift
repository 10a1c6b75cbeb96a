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
