// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// The gateway through which some hundred lamps speak. Its link's up and down come from the connection itself (birth, will,
/// disconnection), its own readings tell how well it hears.
package enum Gateway {
    package enum Slot {
        package static let rssi = 0
        package static let queue = 1
        package static let uptime = 2
    }

    package enum State {
        package static let restarted: UInt8 = 1
        package static let connected: UInt8 = 2
        package static let weak: UInt8 = 3
        package static let backlog: UInt8 = 4
    }

    package enum Fault {
        package static let lost: UInt32 = 1 << 0
        package static let weak: UInt32 = 1 << 1
        package static let backlog: UInt32 = 1 << 2
        package static let never: UInt32 = 1 << 3
    }

    package static let kind = Kind(
        name: "gateway", title: Words("Passerelle", "Gateway"),
        properties: [
            Property(key: "rssi", title: Words("Signal reçu", "Signal strength"), unit: "dBm", decimals: 0, range: -150...20),
            Property(key: "queue", title: Words("File d'attente", "Queue"), unit: "", decimals: 0, range: 0...10_000_000),
            Property(
                key: "uptime", title: Words("En marche depuis", "Uptime"), unit: "s", decimals: 0, range: 0...2_147_483_647,
                nature: .counter),
        ],
        conditions: [
            Condition(
                key: "gateway.lost", title: Words("Passerelle déconnectée", "Gateway disconnected"),
                cause: Words(
                    "Liaison rompue : opérateur mobile, fibre, alimentation ou passerelle arrêtée.",
                    "Link broken: mobile operator, fibre, supply, or the gateway stopped."),
                consequence: Words(
                    "Toutes ses lampes deviennent muettes ; elles suivent leur dernier programme, aucun ordre ne passe.",
                    "All its lamps fall silent; they follow their last programme and no order reaches them."),
                response: Words(
                    "Si plusieurs tombent ensemble : opérateur ou réseau. Si elle est seule : son alimentation, puis intervention.",
                    "If several fall together: operator or network. If it is alone: its supply, then a job."),
                severity: .major, urgency: .shift, onDelay: .seconds(0), offDelay: .seconds(10), grouping: .link),
            Condition(
                key: "gateway.weak", title: Words("Signal faible", "Weak signal"),
                cause: Words(
                    "Réception sous −110 dBm : antenne, végétation, brouillage.",
                    "Reception below −110 dBm: antenna, vegetation, interference."),
                consequence: Words("Messages perdus, ordres lents.", "Messages lost, orders slow."),
                response: Words("Contrôler l'antenne à la prochaine tournée.", "Check the antenna on the next round."),
                severity: .minor, urgency: .days, onDelay: .minutes(30), offDelay: .minutes(30)),
            Condition(
                key: "gateway.backlog", title: Words("Passerelle en retard", "Gateway lags behind"),
                cause: Words(
                    "Plus de mille messages en attente : liaison trop lente ou revenue d'une coupure.",
                    "Over a thousand messages waiting: slow link, or just back from an outage."),
                consequence: Words("L'état affiché de ses lampes est ancien.", "The state shown of its lamps is old."),
                response: Words(
                    "Attendre ; si la file ne baisse pas en une heure, contrôler la liaison.",
                    "Wait; if the queue does not fall in an hour, check the link."),
                severity: .minor, urgency: .shift, onDelay: .minutes(15), offDelay: .minutes(5)),
            Condition(
                key: "gateway.never", title: Words("Passerelle jamais entendue", "Gateway never heard"),
                cause: Words(
                    "En service depuis trois périodes sans connexion ni message : passerelle non posée, sans clé ou avec une clé fausse, adresse de la salle fausse, ou autre identité que dans l'inventaire.",
                    "In service for three periods without a connection or a message: not fitted, no key or a wrong one, wrong address of the room, or another identity than in the inventory."
                ),
                consequence: Words(
                    "Aucune de ses lampes ne peut être entendue ni commandée.", "None of its lamps can be heard or ordered."),
                response: Words(
                    "Vérifier sa clé (vigie gateway key), son adresse et les connexions refusées à la page Santé ; si elle n'est pas posée, la mettre hors service.",
                    "Check its key (vigie gateway key), its address and the connections turned away on the health page; if it is not fitted, take it out of service."
                ),
                severity: .minor, urgency: .days, grouping: .link),
        ],
        states: CommonState.states(
            never: Words("Jamais entendue", "Never heard"),
            [
                StateSpec(key: "restarted", title: Words("Vient de redémarrer", "Just restarted"), tone: .notice),
                StateSpec(key: "connected", title: Words("Connectée", "Connected"), tone: .active),
                StateSpec(key: "weak", title: Words("Signal faible", "Weak signal"), tone: .warning),
                StateSpec(key: "backlog", title: Words("En retard", "Lagging"), tone: .warning),
            ], lost: Words("Déconnectée", "Disconnected")),
        period: .minutes(5))
}

/// What is now true of a gateway. Whether its link is up is not judged here: the floor knows it first-hand.
package enum GatewayRules {
    package static func judge(_ s: Situation) -> Verdict {
        if s.standing.contains(.outOfService) { return Verdict(state: CommonState.outOfService, conditions: 0, memory: s.memory) }
        var held: UInt32 = 0
        // −110 dBm begins, −106 ends; a thousand begins, five hundred ends.
        if s.present & 1 != 0, s.values[Gateway.Slot.rssi] < (s.conditions & Gateway.Fault.weak != 0 ? -106 : -110) {
            held |= Gateway.Fault.weak
        }
        if s.present & 2 != 0, s.values[Gateway.Slot.queue] > (s.conditions & Gateway.Fault.backlog != 0 ? 500 : 1000) {
            held |= Gateway.Fault.backlog
        }
        let isYoung = s.present & 4 != 0 && s.values[Gateway.Slot.uptime] < 300
        let state: UInt8 =
            held & Gateway.Fault.backlog != 0
            ? Gateway.State.backlog
            : held & Gateway.Fault.weak != 0 ? Gateway.State.weak : isYoung ? Gateway.State.restarted : Gateway.State.connected
        return Verdict(state: state, conditions: held, memory: s.memory)
    }
}
