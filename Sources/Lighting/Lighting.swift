// SPDX-License-Identifier: EUPL-1.2

// The lighting desk: every light point of the metropolis and what feeds and carries it.
//
// Here belong: the kinds (lamp, cabinet, feeder, substation, gateway) with all that they measure and all that can be wrong with
// them, each alarm explained where it is declared; the rules that judge a reading; the programmes of the night; what may be asked
// of a lamp and how an order is proved. Here do not belong: how bytes arrive (Fieldbus), who holds an alarm or an order (Watch),
// how a page is built (Console), and any other trade. A rule is a pure function: values in, verdict out.
//
// Begin with `Lamp.swift` (the noun), then `LampRules.swift`, `LightingProgramme.swift`, `LampOrders.swift`. `StreetLighting`
// below is the desk's one face to the floor.

package import ControlRoom
package import Watch

/// The trade as the floor knows it.
package struct StreetLighting: Trade {
    package let name = "lighting"
    package let kinds = [Lamp.kind, Cabinet.kind, Feeder.kind, Substation.kind, Gateway.kind]
    package let programmes: LightingProgramme
    /// An order to more lamps than this needs a second person.
    package let secondPersonAbove: Int
    package let patience: Patience
    package let limits: LampLimits

    package init(
        programmes: LightingProgramme = .referenceCity, secondPersonAbove: Int = 500, patience: Patience = LampOrders.patience,
        limits: LampLimits = LampLimits()
    ) {
        (self.programmes, self.secondPersonAbove, self.patience, self.limits) = (programmes, secondPersonAbove, patience, limits)
    }

    /// `kindIndex` by name: the order of `kinds`.
    package enum Index {
        package static let lamp: UInt8 = 0
        package static let cabinet: UInt8 = 1
        package static let feeder: UInt8 = 2
        package static let substation: UInt8 = 3
        package static let gateway: UInt8 = 4
    }

    package func judge(_ situation: Situation) -> Verdict {
        switch situation.kindIndex {
        case Index.lamp: LampRules.judge(situation, limits)
        case Index.cabinet: CabinetRules.judge(situation)
        case Index.feeder, Index.substation: FeederRules.judge(situation)
        default: GatewayRules.judge(situation)
        }
    }

    package func reason(_ situation: Situation) -> Reason {
        switch situation.kindIndex {
        case Index.lamp: LampReasons.reason(situation, limits)
        default: kindReason(situation)
        }
    }

    /// For the smaller kinds the state's own name and the conditions that hold say it all.
    private func kindReason(_ situation: Situation) -> Reason {
        let kind = kinds[min(Int(situation.kindIndex), kinds.count - 1)]
        let verdict = judge(situation)
        let held = kind.conditions.indices.first { verdict.conditions & (1 << UInt32($0)) != 0 }
        if let held { return Reason(kind.conditions[held].key, kind.conditions[held].cause) }
        // A gateway without a word is not connected, though its readings would say nothing against it.
        let isUnheard = situation.present == 0 && situation.state == CommonState.unknown
        let state = kind.states[isUnheard ? Int(CommonState.unknown) : min(Int(verdict.state), kind.states.count - 1)]
        return Reason("\(kind.name).\(state.key)", state.title)
    }

    package func neverConditions(kindIndex: UInt8) -> UInt32 { silence(kindIndex).never }
    package func lostConditions(kindIndex: UInt8) -> UInt32 { silence(kindIndex).lost }

    /// Feeders and substations are seldom metered: that nothing is heard of one is no fault.
    private func silence(_ kindIndex: UInt8) -> (never: UInt32, lost: UInt32) {
        switch kindIndex {
        case Index.lamp: (Lamp.Fault.never, Lamp.Fault.lost)
        case Index.cabinet: (Cabinet.Fault.never, Cabinet.Fault.lost)
        case Index.gateway: (Gateway.Fault.never, Gateway.Fault.lost)
        default: (0, 0)
        }
    }
}
