// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// A feeder of a substation: the cable that supplies several cabinets. Few are metered; all are roots of the electrical tree.
package enum Feeder {
    package static let kind = supply(
        name: "feeder", title: Words("Départ", "Feeder"),
        alarm: Condition(
            key: "feeder.tripped", title: Words("Départ déclenché", "Feeder tripped"),
            cause: Words(
                "Protection du départ ouverte : court-circuit, câble arraché par des travaux, surcharge.",
                "The feeder's protection opened: short circuit, cable torn by road works, overload."),
            consequence: Words(
                "Plusieurs armoires et quelques centaines de lampes sont noires.", "Several cabinets and some hundreds of lamps are dark."),
            response: Words(
                "Appeler le gestionnaire de réseau, vérifier les chantiers proches, informer la police municipale.",
                "Call the network operator, check road works nearby, tell the municipal police."),
            severity: .major, urgency: .hour, offDelay: .seconds(10), grouping: .supply))

    /// Feeder and substation measure the same things; only their alarm differs.
    static func supply(name: Asset.KindName, title: Words, alarm: Condition) -> Kind {
        Kind(
            name: name, title: title,
            properties: [
                Property(key: "voltage", title: Words("Tension", "Voltage"), unit: "V", decimals: 1, range: 0...500_000),
                Property(key: "current", title: Words("Courant", "Current"), unit: "A", decimals: 2, range: 0...1_000_000),
                Property(
                    key: "flags", title: Words("Contacts", "Contacts"), unit: "", decimals: 0, range: 0...255, nature: .flags,
                    flags: [Words("déclenché", "tripped")]),
            ],
            conditions: [alarm],
            states: CommonState.states(
                never: Words("Sans mesure", "Not metered"),
                [
                    StateSpec(key: "idle", title: Words("Au repos", "Idle"), tone: .idle),
                    StateSpec(key: "feeding", title: Words("Sous tension", "Feeding"), tone: .active),
                    StateSpec(key: "dead", title: Words("Sans tension", "Dead"), tone: .warning),
                    .unused, .unused,
                    StateSpec(key: "fault", title: Words("Déclenché", "Tripped"), tone: .alarm),
                ], lost: Words("Perdu", "Lost")),
            period: .minutes(15))
    }
}

/// The transformer station at the root of the electrical tree.
package enum Substation {
    package static let kind = Feeder.supply(
        name: "substation", title: Words("Poste de transformation", "Substation"),
        alarm: Condition(
            key: "substation.outage", title: Words("Poste hors tension", "Substation dead"),
            cause: Words(
                "Panne du réseau de distribution ou déclenchement du poste.", "Outage of the distribution network, or the station tripped."),
            consequence: Words(
                "Tout un quartier est noir ; feux et caméras peuvent l'être aussi.",
                "A whole quarter is dark; signals and cameras may be too."),
            response: Words(
                "Appeler le gestionnaire de réseau, informer le superviseur et la police municipale.",
                "Call the network operator, tell the supervisor and the municipal police."),
            severity: .major, urgency: .now, offDelay: .seconds(10), grouping: .supply))
}

/// What is now true of a feeder or a substation.
package enum FeederRules {
    package static func judge(_ s: Situation) -> Verdict {
        if s.standing.contains(.outOfService) { return Verdict(state: CommonState.outOfService, conditions: 0, memory: s.memory) }
        if s.present == 0 { return Verdict(state: CommonState.unknown, conditions: s.conditions, memory: s.memory) }
        let isTripped = s.present & 4 != 0 && s.values[2] & 1 != 0
        let conditions: UInt32 = isTripped ? 1 : 0
        let isDead = s.present & 1 != 0 && s.values[0] < 1000
        let isFeeding = s.present & 2 != 0 && s.values[1] >= 10
        return Verdict(state: isTripped ? 6 : isDead ? 3 : isFeeding ? 2 : 1, conditions: conditions, memory: s.memory)
    }
}
