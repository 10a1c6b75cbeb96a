// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The number of one alarm of this installation, from 1: given in the order of raising, never reused.
package struct AlarmID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let value: UInt64
    package init(_ value: UInt64) { self.value = value }
    package static func < (a: AlarmID, b: AlarmID) -> Bool { a.value < b.value }
    package var description: String { String(value) }
}

/// The number of one incident, from 1: given in the order in which incidents form.
package struct IncidentID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let value: UInt64
    package init(_ value: UInt64) { self.value = value }
    package static func < (a: IncidentID, b: IncidentID) -> Bool { a.value < b.value }
    package var description: String { String(value) }
}

/// What an operator acts on: one line of the alarm list. In addresses `a812` is an alarm, `i44` an incident.
package enum AlarmTarget: Hashable, Sendable, Comparable, CustomStringConvertible {
    case alarm(AlarmID)
    case incident(IncidentID)

    package init?(_ text: String) {
        guard let number = UInt64(text.dropFirst()), number > 0, number <= UInt64(Int64.max) else { return nil }
        switch text.first {
        case "a": self = .alarm(AlarmID(number))
        case "i": self = .incident(IncidentID(number))
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .alarm(let id): "a\(id)"
        case .incident(let id): "i\(id)"
        }
    }

    package static func < (a: AlarmTarget, b: AlarmTarget) -> Bool {
        switch (a, b) {
        case (.alarm(let x), .alarm(let y)): x < y
        case (.incident(let x), .incident(let y)): x < y
        case (.incident, .alarm): true
        case (.alarm, .incident): false
        }
    }
}

/// The states of an alarm: those of the state diagram of ANSI/ISA-18.2-2016 §5.2 (IEC 62682:2022 likewise), with its letters.
/// The raw values are in the journal and never change.
package enum AlarmState: UInt8, Sendable, Codable, Hashable, CaseIterable {
    case normal = 0
    case unacknowledged = 1
    case acknowledged = 2
    case returned = 3
    case latched = 4
    case latchedAcknowledged = 5
    case shelved = 6
    case suppressed = 7
    case outOfService = 8

    /// The letter in the standard's diagram.
    package var letter: Character {
        switch self {
        case .normal: "A"
        case .unacknowledged: "B"
        case .acknowledged: "C"
        case .returned: "D"
        case .latched: "E"
        case .latchedAcknowledged: "F"
        case .shelved: "G"
        case .suppressed: "H"
        case .outOfService: "I"
        }
    }

    package var title: Words {
        switch self {
        case .normal: Words("Normal", "Normal")
        case .unacknowledged: Words("À acquitter", "To acknowledge")
        case .acknowledged: Words("Acquittée", "Acknowledged")
        case .returned: Words("Disparue, à acquitter", "Returned, to acknowledge")
        case .latched: Words("Mémorisée, à acquitter", "Latched, to acknowledge")
        case .latchedAcknowledged: Words("Mémorisée, à réarmer", "Latched, to reset")
        case .shelved: Words("Mise de côté", "Shelved")
        case .suppressed: Words("Inhibée par règle", "Suppressed by design")
        case .outOfService: Words("Hors service", "Out of service")
        }
    }

    /// Must somebody still say that they have seen it?
    package var wantsAcknowledgement: Bool { self == .unacknowledged || self == .returned || self == .latched }
    /// Taken away from the operator's eye, on purpose and on record.
    package var isHeld: Bool { self == .shelved || self == .suppressed || self == .outOfService }
    /// The key in addresses and exports: `unacknowledged`.
    package var key: String { String(describing: self) }
}

/// What happens to an alarm or an incident. The raw values are in the journal and never change.
package enum AlarmEvent: UInt8, Sendable, Codable, Hashable, CaseIterable {
    // Of the process.
    case raised = 1
    case returned = 2
    // Of people.
    case acknowledged = 3
    case reset = 4
    case shelved = 5
    case suppressed = 7
    case removedFromService = 9
    case assigned = 11
    case commented = 12
    // Ends of a hold; the state depends on whether the condition still holds. By people, or by the clock.
    case unshelved = 6
    case unsuppressed = 8
    case restoredToService = 10
    // Of the book itself.
    case escalated = 13
    case flapping = 14
    case settled = 15
    // Of an incident.
    case gathered = 16
    case split = 17
    case closed = 18
    case handedOver = 19

    package var title: Words {
        switch self {
        case .raised: Words("Apparue", "Raised")
        case .returned: Words("Disparue", "Returned to normal")
        case .acknowledged: Words("Acquittée", "Acknowledged")
        case .reset: Words("Réarmée", "Reset")
        case .shelved: Words("Mise de côté", "Shelved")
        case .unshelved: Words("Remise en liste", "Unshelved")
        case .suppressed: Words("Inhibée par règle", "Suppressed by design")
        case .unsuppressed: Words("Inhibition levée", "Suppression lifted")
        case .removedFromService: Words("Mise hors service", "Removed from service")
        case .restoredToService: Words("Remise en service", "Restored to service")
        case .assigned: Words("Attribuée", "Assigned")
        case .commented: Words("Commentée", "Commented")
        case .escalated: Words("Escaladée : personne n'a acquitté", "Escalated: nobody acknowledged")
        case .flapping: Words("Battement : tenue apparue", "Flapping: held as raised")
        case .settled: Words("Battement terminé", "No longer flapping")
        case .gathered: Words("Incident formé", "Incident formed")
        case .split: Words("Incident scindé", "Incident split")
        case .closed: Words("Close", "Closed")
        case .handedOver: Words("Transmise à la relève", "Handed over")
        }
    }

    package var key: String { String(describing: self) }
}
