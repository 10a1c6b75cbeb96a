// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One telephone call to the city's desk: when it rang, who took it, what came of it. It names nobody: the caller is a pseudonym, the
/// number in clear stands apart (`call_number`) and goes when the call is closed.
package struct Call: Sendable, Hashable {
    /// Given once, from 1 on, in the order of keeping.
    package struct Number: Sendable, Hashable, Comparable {
        package let value: Int64
        package init(_ value: Int64) { self.value = value }
        package static func < (a: Number, b: Number) -> Bool { a.value < b.value }
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        /// It rings, or waits in the queue.
        case ringing
        case answered
        /// The line is free again, the work on it is not done.
        case wrapping
        case closed
        /// The caller hung up before anybody took it.
        case abandoned

        /// Somebody has something to do with it.
        package var isOpen: Bool { self == .ringing || self == .answered || self == .wrapping }
    }

    package var number: Number
    /// The same for the same telephone, and for the reports made from it. '' where the number was withheld.
    package var caller: String
    /// The number or queue that was called; '' for unknown.
    package var line: String
    /// Login of whoever took it, or the name that the exchange gives; '' for nobody.
    package var agent: String
    package var state: State
    package var startedAt: Instant
    package var answeredAt: Instant?
    package var endedAt: Instant?
    package var closedAt: Instant?
    package var isTransferred: Bool

    package init(
        number: Number, caller: String, line: String, agent: String, state: State, startedAt: Instant, answeredAt: Instant?,
        endedAt: Instant?, closedAt: Instant?, isTransferred: Bool
    ) {
        (self.number, self.caller, self.line, self.agent, self.state) = (number, caller, line, agent, state)
        (self.startedAt, self.answeredAt, self.endedAt, self.closedAt) = (startedAt, answeredAt, endedAt, closedAt)
        self.isTransferred = isTransferred
    }
}

/// What the telephone exchange says about a call.
package struct CallSignal: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable, Codable {
        case ringing, answered, ended, abandoned, transferred
        /// Whoever took it is free for the next: the work after the call is done.
        case ready
    }

    /// The exchange's own name of the call: the same event of the same call counts once.
    package var call: String
    package var what: What
    package var at: Instant
    /// The caller's number as the exchange writes it; '' where it is withheld.
    package var from: String
    package var line: String
    package var agent: String
    /// To whom it was transferred.
    package var to: String

    package init(
        call: String, _ what: What, at: Instant, from: String = "", line: String = "", agent: String = "", to: String = ""
    ) {
        (self.call, self.what, self.at, self.from, self.line, self.agent, self.to) = (call, what, at, from, line, agent, to)
    }
}

/// What came of a call. A call may have several.
package struct CallOutcome: Sendable, Hashable {
    package enum Sort: String, Sendable, Hashable, CaseIterable {
        case information, request, joined, transferred, callback, nothing
    }

    /// From 1 on within the call.
    package var place: Int
    package var at: Instant
    package var sort: Sort
    /// Code of the category that it was about; '' for none.
    package var category: String
    package var report: Report.Number?
    /// Code of the body or department to which it was transferred.
    package var target: String
    /// It was a mistake.
    package var undoneAt: Instant?
}

/// One line of a call's history: appended, never edited. Names and texts in it end on their own day.
package struct CallEvent: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable {
        case ringing, answered, ended, abandoned, transferred, ready
        case outcome, undone, reopened, caller, looked, forgotten
    }

    package var place: Int
    package var at: Instant
    package var what: What
    package var facts: [String: String]
    /// Login of staff; nil for the exchange and for Vigie, or past its day.
    package var author: String?
    package var text: String
}

/// Somebody who is to be called back: who, when, why. The number stands in clear until it is done or given up.
package struct CallBack: Sendable, Hashable {
    package enum End: String, Sendable, Hashable, CaseIterable { case done, givenUp }

    package var number: Int64
    package var call: Call.Number
    package var caller: String
    /// '' where none was given, or once it is over.
    package var name: String
    package var why: String
    package var dueAt: Instant
    package var createdAt: Instant
    package var endedAt: Instant?
    package var end: End?
    /// How often nobody answered.
    package var tries: Int

    package func isLate(at now: Instant) -> Bool { endedAt == nil && dueAt < now }
}

/// What stands in the form of a call before it is a report: kept with each pause in typing, so that nothing is typed twice.
package struct CallDraft: Sendable, Hashable, Codable {
    package var address = ""
    package var place: Place?
    package var category = ""
    /// Which lamp is meant: a number among the nearest; nil for unknown.
    package var asset: UInt32?
    package var description = ""
    package var answers: [String: String] = [:]
    package var name = ""
    /// The caller wants to be told, so that the number goes to the report.
    package var wantsNews = false
    package init() {}

    package var isEmpty: Bool { self == CallDraft() }
}
