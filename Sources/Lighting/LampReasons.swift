// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Watch

/// Why a lamp is shown as it is: the rule of `LampRules` that decided, with the figures that it saw.
package enum LampReasons {
    package static func reason(_ s: Situation, _ limits: LampLimits) -> Reason {
        let verdict = LampRules.judge(s, limits)
        let lamp = LampRules.Sight(s, limits)
        if s.state == CommonState.stale || s.state == CommonState.lost {
            return Reason("lamp.silence", Words("Sans message depuis le \(s.at.iso8601).", "No message since \(s.at.iso8601)."))
        }
        switch verdict.state {
        case CommonState.outOfService:
            return Reason("lamp.outOfService", Words("Mise hors service dans l'inventaire.", "Taken out of service in the inventory."))
        case CommonState.unknown:
            return Reason("lamp.neverHeard", Words("Aucun message de cette lampe à ce jour.", "No message of this lamp so far."))
        case Lamp.State.fault: return fault(s, verdict, lamp)
        case Lamp.State.mismatch:
            return Reason(
                "lamp.mismatch",
                Words(
                    "Voulue à \(s.wanted) %, vue à \(lamp.observed) % (\(watts(lamp.power))), au-delà du délai de \(grace(s, limits)) min.",
                    "Wanted at \(s.wanted)%, seen at \(lamp.observed)% (\(watts(lamp.power))), beyond the \(grace(s, limits)) min of grace."
                ))
        case Lamp.State.override:
            return Reason(
                "lamp.ordered",
                Words("Un ordre la veut à \(s.wanted) %, et elle y est.", "An order wants it at \(s.wanted)%, and so it is."))
        default:
            return Reason(
                "lamp.observed",
                Words(
                    "Vue à \(lamp.observed) % (\(watts(lamp.power))).\(waiting(s, lamp, limits)(.french))",
                    "Seen at \(lamp.observed)% (\(watts(lamp.power))).\(waiting(s, lamp, limits)(.english))"))
        }
    }

    private static func fault(_ s: Situation, _ verdict: Verdict, _ lamp: LampRules.Sight) -> Reason {
        let held = Lamp.conditions.indices.first { verdict.conditions & Lamp.Fault.broken & (1 << UInt32($0)) != 0 } ?? 0
        let condition = Lamp.conditions[held]
        let seen = lamp.hasPower ? " \(watts(lamp.power))" : ""
        let level = lamp.hasLevel ? " \(lamp.level) %" : ""
        let said = Lamp.flags.enumerated().filter { lamp.faults & (1 << Int32($0.offset)) != 0 }.map(\.element)
        let (french, english) = (said.map(\.french).joined(separator: ", "), said.map(\.english).joined(separator: ", "))
        return Reason(
            condition.key,
            Words(
                "\(condition.title.french). Dernière mesure :\(level)\(seen)\(said.isEmpty ? "" : " ; le nœud dit : \(french)").",
                "\(condition.title.english). Last seen:\(level)\(seen)\(said.isEmpty ? "" : "; the node says: \(english)")."))
    }

    private static func waiting(_ s: Situation, _ lamp: LampRules.Sight, _ limits: LampLimits) -> Words {
        let isProved = LampOrders.proves(wanted: s.wanted, observed: lamp.observed, within: limits.levelTolerance)
        guard lamp.isWanted, !lamp.isSettled, !isProved else { return Words("", "") }
        return Words(" Voulue à \(s.wanted) % depuis peu.", " Wanted at \(s.wanted)% since a short while.")
    }

    private static func watts(_ tenths: Int32) -> String { "\(tenths / 10),\(abs(tenths % 10)) W" }
    private static func grace(_ s: Situation, _ limits: LampLimits) -> Int64 {
        (s.isOrdered ? limits.grace : limits.programmeGrace).seconds / 60
    }
}
