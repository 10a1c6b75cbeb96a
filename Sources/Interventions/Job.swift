// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Work that somebody wants done, and what became of it. Nothing in it names a person: who did what stands apart (`job_note`), with an end.
package struct Job: Sendable, Hashable {
    /// Given once, from 1 on, in the order of keeping.
    package struct Number: Sendable, Hashable, Comparable {
        package let value: Int64
        package init(_ value: Int64) { self.value = value }
        package static func < (a: Number, b: Number) -> Bool { a.value < b.value }
    }

    package var number: Number
    package var source: JobSource
    package var department: String
    package var category: String
    package var title: Words
    package var details: String
    package var place: Place?
    package var address: String
    package var commune: Commune
    package var asset: Asset.Number?
    package var urgency: Urgency
    /// What was promised to whoever asked; nil where nothing was.
    package var promisedAt: Instant?
    package var needs: JobNeeds
    /// Which safety measures somebody has confirmed.
    package var confirmed: Set<Safety>
    /// Not before and not after; nil for any time.
    package var opensAt: Instant?
    package var closesAt: Instant?
    package var state: JobState
    /// Code of the crew that has it or had it; '' for none yet.
    package var crew: String
    /// When the crew is to begin it; nil while it is not planned.
    package var plannedAt: Instant?
    /// No solver moves it.
    package var isLocked: Bool
    /// When it should be over: planned, or from the queue. nil where nobody works.
    package var expectedAt: Instant?
    /// The first that was ever said; never changed.
    package var firstExpectedAt: Instant?
    package var startedAt: Instant?
    package var endedAt: Instant?
    package var createdAt: Instant
    package var updatedAt: Instant
    /// Working time of the crew, and what it all cost.
    package var minutes: Int
    package var cents: Int
    package var proof: ProofSort?

    package enum ProofSort: String, Sendable, Hashable, CaseIterable { case photos, word }

    package var isOpen: Bool { state.isOpen }
    /// Safety measures that are still to be confirmed.
    package var unconfirmed: [Safety] { needs.safety.filter { !confirmed.contains($0) } }
    package var plannedEnd: Instant? { plannedAt.map { $0 + .minutes(Int64(needs.minutes)) } }

    package func isLate(at now: Instant) -> Bool { isOpen && promisedAt.map { $0 < now } ?? false }
    /// The promise is not broken yet and will be, as things stand.
    package func isAtRisk(at now: Instant) -> Bool {
        guard isOpen, let promisedAt, promisedAt >= now, let expectedAt else { return false }
        return expectedAt > promisedAt
    }

    package var glance: JobGlance {
        JobGlance(
            number: number.value, source: source, department: department, title: title, place: place, commune: commune, state: state,
            expectedAt: expectedAt, updatedAt: updatedAt)
    }
}

/// What a job takes.
package struct JobNeeds: Sendable, Hashable, Codable {
    /// Of one crew on the spot.
    package var minutes: Int
    package var skills: [String]
    package var equipment: [String]
    package var parts: [String: Int]
    package var safety: [Safety]
    /// Room in the vehicle for what is taken away, in litres.
    package var litres: Int

    package init(
        minutes: Int = 60, skills: [String] = [], equipment: [String] = [], parts: [String: Int] = [:], safety: [Safety] = [],
        litres: Int = 0
    ) {
        (self.minutes, self.skills, self.equipment, self.parts) = (minutes, skills, equipment, parts)
        (self.safety, self.litres) = (safety, litres)
    }
}

/// What must be confirmed by somebody who is named before a job may start.
package enum Safety: String, Sendable, Hashable, Codable, CaseIterable {
    /// The road authority's permit to narrow or close a lane.
    case permit
    /// The cabinet or network is switched off and locked.
    case lockout

    package var title: Words {
        switch self {
        case .permit: Words("Arrêté de circulation", "Traffic permit")
        case .lockout: Words("Consignation de l'armoire", "Lock-out of the cabinet")
        }
    }
}

/// One line of a job's history: appended, never edited. Names and free text in it end on their own day, the line does not.
package struct JobEvent: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable {
        case wanted, planned, unplanned, started, paused, proceeded, blocked, resumed, done, cancelled, reopened
        case noted, photo, time, cost, parts, signed, confirmed, revoked, changed, ordered, locked, unlocked, expected
    }

    /// In the order of keeping over all jobs, from 1 on.
    package var position: Int64
    package var job: Job.Number
    /// When it happened, by the clock of whoever did it, and when it was kept.
    package var at: Instant
    package var keptAt: Instant
    package var what: What
    /// The state that the job has after it, and when it is expected to be over.
    package var state: JobState
    package var expectedAt: Instant?
    /// It did not fit the state when it came in: kept and shown, and without effect.
    package var isConflict: Bool
    /// Made by whoever did it; '' for none. Seen twice, it counts once.
    package var key: String
    package var facts: [String: String]
    /// Login of staff; nil for Vigie itself, or past its day.
    package var author: String?
    package var text: String
    /// Who signed, or whose word it is.
    package var signed: String
}
