// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// What may be done to a job. A pure value: the same on the desk's page, on a crew's telephone that was offline all day, and in a test.
package enum JobAct: Sendable, Hashable {
    case plan(crew: String, at: Instant)
    case unplan
    case start
    /// The crew stops the clock for a while, and goes on.
    case pause
    case proceed
    case block(because: String)
    case resume
    case finish(JobProof, text: String)
    case cancel(because: String)
    case reopen(because: String)
    case note(String)
    case photo(JobPhotoStore.Stage, CleanPhoto)
    /// Working time of the crew, in minutes.
    case time(minutes: Int)
    /// In cents, and for what.
    case cost(Int, what: String)
    case parts(String, count: Int)
    /// Of whoever received the work, as they wrote their name.
    case sign(String)
    case confirm(Safety)
    case revoke(Safety)
    case change(JobNeeds, opensAt: Instant?, closesAt: Instant?)
    /// It can start only once the other one is done.
    case order(after: Job.Number)
    case lock(Bool)

    package enum Sort: String, Sendable, Hashable, CaseIterable {
        case plan, unplan, start, pause, proceed, block, resume, finish, cancel, reopen, note, photo, time, cost, parts, sign, confirm,
            revoke, change
        case order, lock
    }

    package var sort: Sort {
        switch self {
        case .plan: .plan
        case .unplan: .unplan
        case .start: .start
        case .pause: .pause
        case .proceed: .proceed
        case .block: .block
        case .resume: .resume
        case .finish: .finish
        case .cancel: .cancel
        case .reopen: .reopen
        case .note: .note
        case .photo: .photo
        case .time: .time
        case .cost: .cost
        case .parts: .parts
        case .sign: .sign
        case .confirm: .confirm
        case .revoke: .revoke
        case .change: .change
        case .order: .order
        case .lock: .lock
        }
    }
}

/// An act with what makes it mergeable: a key of the doer's own, so that it counts once however often it comes, and the time on their clock.
package struct JobDeed: Sendable, Hashable {
    /// 8 to 80 of `A-Z a-z 0-9 - _`; '' where the act is not repeated.
    package var key: String
    /// nil for now.
    package var at: Instant?
    package var act: JobAct
    /// Crew of whoever did it; '' for the desk.
    package var crew: String
    /// Who says so, where the law wants a name; '' for none.
    package var signed: String
    /// What else its line of the history says.
    package var facts: [String: String]

    package init(
        _ act: JobAct, key: String = "", at: Instant? = nil, crew: String = "", signed: String = "", facts: [String: String] = [:]
    ) {
        (self.act, self.key, self.at, self.crew, self.signed, self.facts) = (act, key, at, crew, signed, facts)
    }
}

/// In whose name something is done.
package enum JobBy: Sendable, Hashable {
    case staff(String)
    /// A tablet of this crew.
    case crew(String)
    case vigie

    /// Who stands in the history and the log; nil for Vigie itself.
    package var login: String? {
        switch self {
        case .staff(let login): login
        case .crew(let code): JobBy.crewLead + code
        case .vigie: nil
        }
    }

    static let crewLead = "crew:"
    /// The crew that an author of the history is; nil for a person.
    static func crew(ofAuthor author: String) -> String? {
        author.hasPrefix(crewLead) ? String(author.dropFirst(crewLead.count)) : nil
    }
}

/// What became of an act.
package struct JobOutcome: Sendable, Hashable {
    package enum Fate: String, Sendable, Hashable {
        case done
        /// Its key was known: nothing was changed.
        case known
        /// It did not fit any more: kept in the history, without effect.
        case conflict
        /// There is no such job, so there is no history in which it could be kept.
        case unknown
        /// A photo that cannot be read.
        case unreadable
    }

    package var job: Job?
    package var fate: Fate
    /// Why it is a conflict.
    package var because: Words?
}

/// Why a job is not made, or an act not done.
package enum JobFault: Error, Sendable, Hashable {
    case fields([Field])
    case unknown
    /// The act does not fit the state.
    case impossible(JobAct.Sort, JobState)
    case refused(Words)

    package struct Field: Sendable, Hashable {
        package var name: String
        package var message: Words
        package init(_ name: String, _ message: Words) { (self.name, self.message) = (name, message) }
    }

    package static func field(_ name: String, _ french: String, _ english: String) -> JobFault {
        .fields([Field(name, Words(french, english))])
    }
}
