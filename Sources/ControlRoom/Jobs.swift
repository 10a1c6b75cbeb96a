// SPDX-License-Identifier: EUPL-1.2

// What the desks say to each other about work in the street. Reports ask for it and listen to what became of it; Interventions does it;
// the call desk and the citizens' app tell of it. No desk knows another: the composition hands each a `JobDesk` (Watch).

/// From what a job came. One source has at most one open job: asking again returns it.
package enum JobSource: Sendable, Hashable, Codable {
    /// Number of a report.
    case report(Int64)
    /// Number of an alarm's entry.
    case alarm(Int64)
    /// Number of a maintenance plan, and the day (since 1970-01-01) for which it is due.
    case plan(Int64, day: Int64)
    /// Number of a booking of bulky waste.
    case booking(Int64)
    /// By hand; the key makes the asking repeatable.
    case hand(String)

    /// May anybody know of it? A report is told by its own desk, where its category is public; a booking is a household's.
    package var isPublic: Bool {
        switch self {
        case .report, .booking: false
        case .alarm, .plan, .hand: true
        }
    }
}

/// Work that somebody wants done, without anything that names a person.
package struct JobNeed: Sendable, Hashable {
    package var source: JobSource
    /// Code of the department or contractor in charge, as the categories' file says it.
    package var department: String
    /// Code of the category or of the kind of fault: says how long it takes and what it needs. '' for unknown.
    package var category: String
    package var title: Words
    /// For the crew; released words only.
    package var details: String
    package var place: Place?
    package var address: String
    package var commune: Commune
    package var asset: Asset.Number?
    package var urgency: Urgency
    /// What was promised to whoever asked; nil where nothing was.
    package var promisedAt: Instant?

    package init(
        source: JobSource, department: String, category: String, title: Words, details: String = "", place: Place?, address: String = "",
        commune: Commune, asset: Asset.Number? = nil, urgency: Urgency, promisedAt: Instant? = nil
    ) {
        (self.source, self.department, self.category, self.title, self.details) = (source, department, category, title, details)
        (self.place, self.address, self.commune, self.asset) = (place, address, commune, asset)
        (self.urgency, self.promisedAt) = (urgency, promisedAt)
    }
}

/// Where a job is in its life.
package enum JobState: String, Sendable, Hashable, Codable, CaseIterable {
    case wanted, planned, started, blocked, done, cancelled

    package var isOpen: Bool { self != .done && self != .cancelled }
}

/// A job as other desks and the public may see it: nothing in it names a person.
package struct JobGlance: Sendable, Hashable {
    package var number: Int64
    package var source: JobSource
    package var department: String
    package var title: Words
    package var place: Place?
    package var commune: Commune
    package var state: JobState
    /// When a crew is expected there; nil while it is not planned.
    package var expectedAt: Instant?
    package var updatedAt: Instant

    package init(
        number: Int64, source: JobSource, department: String, title: Words, place: Place?, commune: Commune, state: JobState,
        expectedAt: Instant?, updatedAt: Instant
    ) {
        (self.number, self.source, self.department, self.title) = (number, source, department, title)
        (self.place, self.commune, self.state) = (place, commune, state)
        (self.expectedAt, self.updatedAt) = (expectedAt, updatedAt)
    }
}

/// By what a done job is proved.
package enum JobProof: Sendable, Hashable, Codable {
    /// Pictures from before and after were taken.
    case photos
    /// The word of whoever did it: the crew's name.
    case word(String)
}

/// One step of a job, in the order of keeping. Whoever listens keeps the position with what follows from it, so that each step counts once.
package struct JobNews: Sendable, Hashable {
    package var position: Int64
    package var at: Instant
    /// The job as it was after this step.
    package var job: JobGlance
    /// Only of a step to `done`.
    package var proof: JobProof?
    /// Why it is blocked or cancelled, in words for the public; '' for none.
    package var because: String

    package init(position: Int64, at: Instant, job: JobGlance, proof: JobProof?, because: String = "") {
        (self.position, self.at, self.job, self.proof, self.because) = (position, at, job, proof, because)
    }
}

/// When a job of this kind would be done if it were asked for now, computed from what waits and who works.
package struct JobExpectation: Sendable, Hashable {
    package var at: Instant
    /// Open jobs of the same department that come before it.
    package var ahead: Int
    package var because: Words
    package init(at: Instant, ahead: Int, because: Words) { (self.at, self.ahead, self.because) = (at, ahead, because) }
}

/// A photo that a crew took at a job. Nobody outside sees it before a person has released it.
package struct JobPicture: Sendable, Hashable {
    package enum Stage: String, Sendable, Hashable, CaseIterable { case before, after }

    /// Number of the job, and of the photo within it.
    package var job: Int64
    package var place: Int
    package var at: Instant
    package var stage: Stage
    /// In points.
    package var width: Int
    package var height: Int

    package init(job: Int64, place: Int, at: Instant, stage: Stage, width: Int, height: Int) {
        (self.job, self.place, self.at, self.stage, self.width, self.height) = (job, place, at, stage, width, height)
    }
}
