// SPDX-License-Identifier: EUPL-1.2

/// The life cycle of an alarm as data: from which state, by what, to which. What is not written here is refused.
/// Letters are those of the state diagram in ANSI/ISA-18.2-2016 §5.2; the clause of each row says where the standard speaks of it.
package struct AlarmTransition: Sendable, Hashable {
    package var from: AlarmState
    package var by: Cause
    package var to: AlarmState
    package var clause: String

    /// What moves an alarm. Ends of a hold come in two: with the condition holding, and without.
    package enum Cause: UInt8, Sendable, Hashable, CaseIterable {
        case raise, clear, clearLatching, acknowledge, reset
        case shelve, unshelveActive, unshelveNormal
        case suppress, unsuppressActive, unsuppressNormal
        case remove, restoreActive, restoreNormal
    }

    init(_ from: AlarmState, _ by: Cause, _ to: AlarmState, _ clause: String) {
        (self.from, self.by, self.to, self.clause) = (from, by, to, clause)
    }

    /// The whole table.
    package static let table: [AlarmTransition] = occurrence + acknowledgement + holds

    private static let occurrence = [
        AlarmTransition(.normal, .raise, .unacknowledged, "§5.2 A→B alarm occurs"),
        AlarmTransition(.returned, .raise, .unacknowledged, "§5.2 D→B re-alarm before acknowledgement"),
        AlarmTransition(.latched, .raise, .unacknowledged, "§5.2 E→B re-alarm of a latched alarm"),
        AlarmTransition(.latchedAcknowledged, .raise, .unacknowledged, "§5.2 F→B re-alarm of a latched alarm"),
        AlarmTransition(.unacknowledged, .clear, .returned, "§5.2 B→D process returns to normal"),
        AlarmTransition(.acknowledged, .clear, .normal, "§5.2 C→A process returns to normal"),
        AlarmTransition(.unacknowledged, .clearLatching, .latched, "§5.2 B→E a latching alarm's process returns to normal"),
        AlarmTransition(.acknowledged, .clearLatching, .latchedAcknowledged, "§5.2 C→F a latching alarm's process returns to normal"),
    ]

    private static let acknowledgement = [
        AlarmTransition(.unacknowledged, .acknowledge, .acknowledged, "§5.2 B→C acknowledge"),
        AlarmTransition(.returned, .acknowledge, .normal, "§5.2 D→A acknowledge after return"),
        AlarmTransition(.latched, .acknowledge, .latchedAcknowledged, "§5.2 E→F acknowledge a latched alarm"),
        AlarmTransition(.latchedAcknowledged, .reset, .normal, "§5.2 F→A reset"),
    ]

    /// A hold may be laid on every standing alarm and on each other hold; its end asks again whether the condition holds.
    private static let holds: [AlarmTransition] = {
        let laid: [(AlarmTransition.Cause, AlarmState, String)] = [
            (.shelve, .shelved, "§5.2 →G shelve (§11: shelving has an end)"),
            (.suppress, .suppressed, "§5.2 →H suppress by design (§12)"),
            (.remove, .outOfService, "§5.2 →I remove from service (§15)"),
        ]
        let lifted: [(AlarmTransition.Cause, AlarmTransition.Cause, AlarmState, String)] = [
            (.unshelveActive, .unshelveNormal, .shelved, "§5.2 G→"),
            (.unsuppressActive, .unsuppressNormal, .suppressed, "§5.2 H→"),
            (.restoreActive, .restoreNormal, .outOfService, "§5.2 I→"),
        ]
        return laid.flatMap { cause, to, clause in
            AlarmState.allCases.filter { $0 != to && !(cause == .shelve && $0.isHeld) }.map { AlarmTransition($0, cause, to, clause) }
        }
            + lifted.flatMap { active, normal, from, clause in
                [
                    AlarmTransition(from, active, .unacknowledged, clause + "B the condition holds"),
                    AlarmTransition(from, normal, .normal, clause + "A the condition is gone"),
                ]
            }
    }()

    /// By state and cause; nil where the standard knows no such step.
    static func next(_ state: AlarmState, _ cause: Cause) -> AlarmState? {
        let code = compiled[Int(state.rawValue) * Cause.allCases.count + Int(cause.rawValue)]
        return code == 255 ? nil : AlarmState(rawValue: code)
    }

    private static let compiled: [UInt8] = {
        var compiled = [UInt8](repeating: 255, count: AlarmState.allCases.count * Cause.allCases.count)
        for row in table { compiled[Int(row.from.rawValue) * Cause.allCases.count + Int(row.by.rawValue)] = row.to.rawValue }
        return compiled
    }()
}
