// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The night's programmes of a town: dimming plans, each at a place (for the sun), and which commune follows which. Data, not code.
package struct LightingProgramme: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var plan: DimmingPlan
        package var place: Place
        package init(plan: DimmingPlan, place: Place) { (self.plan, self.place) = (plan, place) }
    }

    /// Number 0 is for communes that are not listed, and for lamps outside all communes.
    package let entries: [Entry]
    private let entryOf: [String: Int]
    /// Nodes of the electrical tree by identity whose lamps follow a programme of their own, whatever their commune.
    package let entryOfNode: [String: Int]
    private let wall: WallTime

    /// Communes that name an entry which does not exist follow entry 0. `entries` must not be empty.
    package init(entries: [Entry], entryOf: [String: Int], entryOfNode: [String: Int] = [:], wall: WallTime) {
        precondition(!entries.isEmpty, "a town needs at least one lighting programme")
        (self.entries, self.entryOf, self.wall) = (entries, entryOf.filter { entries.indices.contains($0.value) }, wall)
        self.entryOfNode = entryOfNode.filter { entries.indices.contains($0.value) }
    }

    package static let referenceCity = LightingProgramme(
        entries: ReferenceCity.plans.map { Entry(plan: $0, place: ReferenceCity.centre) }, entryOf: ReferenceCity.planOf,
        wall: ReferenceCity.wall)

    package func number(commune insee: String) -> Int { entryOf[insee] ?? 0 }

    package func level(_ number: Int, at instant: Instant) -> UInt8 {
        entries[number].plan.level(at: instant, place: entries[number].place, wall: wall)
    }

    package func nextChange(_ number: Int, after: Instant) -> Instant {
        entries[number].plan.nextChange(after: after, place: entries[number].place, wall: wall)
    }

    /// Is the sun above the horizon there? Between sunset and the lamps' hour a burning lamp is no scandal.
    package func isDay(_ number: Int, at instant: Instant) -> Bool { Sun.isUp(at: instant, place: entries[number].place) }
}

extension StreetLighting {
    package var programmeCount: Int { programmes.entries.count }
    package func programme(kindIndex: UInt8, commune: String) -> Int? {
        isOrderable(kindIndex: kindIndex) ? programmes.number(commune: commune) : nil
    }
    package var programmeOfNode: [String: Int] { programmes.entryOfNode }
    package func level(programme: Int, at instant: Instant) -> UInt8 { programmes.level(programme, at: instant) }
    package func nextChange(programme: Int, after: Instant) -> Instant { programmes.nextChange(programme, after: after) }
    package func isDay(programme: Int, at instant: Instant) -> Bool { programmes.isDay(programme, at: instant) }
    package func title(programme: Int) -> Words { programmes.entries[programme].plan.title }
}
