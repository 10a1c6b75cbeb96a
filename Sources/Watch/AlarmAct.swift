// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a person may do to lines of the alarm list. Rights are checked before, at the route.
package enum AlarmAct: Sendable, Hashable {
    case acknowledge
    /// Of a latched alarm that was acknowledged and whose condition is gone.
    case reset
    case shelve(until: Instant, why: String)
    case unshelve
    case suppress(why: String)
    case unsuppress
    case removeFromService(why: String)
    case restoreToService
    /// Nil: nobody.
    case assign(to: String?)
    case comment(String)

    package var event: AlarmEvent {
        switch self {
        case .acknowledge: .acknowledged
        case .reset: .reset
        case .shelve: .shelved
        case .unshelve: .unshelved
        case .suppress: .suppressed
        case .unsuppress: .unsuppressed
        case .removeFromService: .removedFromService
        case .restoreToService: .restoredToService
        case .assign: .assigned
        case .comment: .commented
        }
    }
}

/// What became of an act: how many lines it reached, how many alarms in them, and which lines refused and why.
package struct AlarmActReport: Sendable, Hashable {
    package var done: [AlarmTarget] = []
    package var alarms = 0
    package var refused: [Refused] = []

    package struct Refused: Sendable, Hashable {
        package var target: AlarmTarget
        package var why: Why
    }

    package enum Why: String, Sendable, Hashable, CaseIterable {
        case unknown, notInThisState, tooLong, alreadyOver, needsReason

        package var title: Words {
            switch self {
            case .unknown: Words("Cette alarme n'existe plus", "This alarm no longer stands")
            case .notInThisState: Words("Son état ne le permet pas", "Its state does not allow this")
            case .tooLong: Words("La durée dépasse le maximum permis", "Longer than the longest allowed")
            case .alreadyOver: Words("L'heure de fin est déjà passée", "The end is already past")
            case .needsReason: Words("Un motif est nécessaire", "A reason is needed")
            }
        }
    }
}

/// A line for the log that the floor writes: what a person did to alarms, or what the room must be able to prove later.
package struct AlarmLogDraft: Sendable, Hashable {
    package var at: Instant
    /// The sign-in name, or '' for the room itself.
    package var by: String
    package var event: AlarmEvent
    package var target: AlarmTarget
    package var asset: Asset.Number?
    package var text: Words
    package var note: String
}
