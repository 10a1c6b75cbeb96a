// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// The cabinet that feeds twenty to eighty lamps: breaker, meter, door contact, a battery for its node.
package enum Cabinet {
    package enum Slot {
        package static let power = 0
        package static let energy = 1
        package static let voltage = 2
        package static let current = 3
        package static let flags = 4
    }

    package enum Flag {
        package static let door: Int32 = 1 << 0
        package static let breaker: Int32 = 1 << 1
        package static let leakage: Int32 = 1 << 2
        package static let battery: Int32 = 1 << 3
    }

    package enum State {
        package static let idle: UInt8 = 1
        package static let feeding: UInt8 = 2
        package static let open: UInt8 = 3
        package static let battery: UInt8 = 4
        package static let voltage: UInt8 = 5
        package static let fault: UInt8 = 6
    }

    package enum Fault {
        package static let door: UInt32 = 1 << 0
        package static let breaker: UInt32 = 1 << 1
        package static let leakage: UInt32 = 1 << 2
        package static let battery: UInt32 = 1 << 3
        package static let lost: UInt32 = 1 << 4
        package static let voltage: UInt32 = 1 << 5
        package static let never: UInt32 = 1 << 6
    }

    package static let kind = Kind(
        name: "cabinet", title: Words("Armoire d'éclairage", "Lighting cabinet"),
        properties: [
            Property(key: "power", title: Words("Puissance", "Power"), unit: "W", decimals: 0, range: -1000...1_000_000),
            Property(
                key: "energy", title: Words("Énergie", "Energy"), unit: "kWh", decimals: 1, range: 0...2_147_483_647,
                nature: .counter),
            Property(key: "voltage", title: Words("Tension", "Voltage"), unit: "V", decimals: 1, range: 0...5000),
            Property(key: "current", title: Words("Courant", "Current"), unit: "A", decimals: 2, range: 0...100_000),
            Property(
                key: "flags", title: Words("Contacts", "Contacts"), unit: "", decimals: 0, range: 0...255, nature: .flags,
                flags: [
                    Words("porte ouverte", "door open"), Words("disjoncteur déclenché", "breaker tripped"),
                    Words("fuite à la terre", "earth leakage"), Words("sur batterie", "on battery"),
                ]),
        ],
        conditions: [
            Condition(
                key: "cabinet.doorOpen", title: Words("Porte d'armoire ouverte", "Cabinet door open"),
                cause: Words(
                    "Contact de porte ouvert : travaux, vandalisme ou serrure cassée.",
                    "Door contact open: work, vandalism or a broken lock."),
                consequence: Words(
                    "Pièces nues sous tension à portée de main ; eau dans l'armoire.", "Live parts within reach; water in the cabinet."),
                response: Words(
                    "Vérifier qu'une équipe est annoncée sur place ; sinon envoyer la police municipale puis l'astreinte.",
                    "Check that a crew is announced there; else send the municipal police, then the crew on call."),
                severity: .major, urgency: .hour, onDelay: .minutes(2), offDelay: .seconds(30)),
            Condition(
                key: "cabinet.breaker", title: Words("Disjoncteur d'armoire déclenché", "Main breaker tripped"),
                cause: Words(
                    "Court-circuit, surcharge ou défaut à la terre en aval ; foudre.",
                    "Short circuit, overload or earth fault downstream; lightning."),
                consequence: Words("Toutes les lampes de l'armoire sont noires.", "All lamps of the cabinet are dark."),
                response: Words(
                    "Envoyer l'astreinte ; ne pas réenclencher à distance plus d'une fois.",
                    "Send the crew on call; do not close it from afar more than once."),
                severity: .major, urgency: .hour, offDelay: .seconds(10), grouping: .supply),
            Condition(
                key: "cabinet.leakage", title: Words("Défaut d'isolement à l'armoire", "Earth leakage at the cabinet"),
                cause: Words(
                    "Courant de fuite mesuré au départ : câble blessé, mât mouillé.",
                    "Leakage measured at the feeder: damaged cable, wet pole."),
                consequence: Words("Un mât de l'armoire peut être sous tension.", "A pole of this cabinet may be live."),
                response: Words(
                    "Couper l'armoire et envoyer l'astreinte sans attendre.", "Cut the cabinet and send the crew on call at once."),
                severity: .safety, urgency: .now, isLatching: true),
            Condition(
                key: "cabinet.battery", title: Words("Armoire sur batterie", "Cabinet on battery"),
                cause: Words(
                    "Plus de secteur à l'entrée de l'armoire : panne du réseau ou fusible général.",
                    "No mains at the cabinet's entry: network outage or main fuse."),
                consequence: Words(
                    "Lampes noires ; le nœud de l'armoire se taira dans quelques heures.",
                    "Lamps dark; the cabinet's node will fall silent within hours."),
                response: Words(
                    "Appeler le gestionnaire de réseau ; noter l'heure de rétablissement annoncée.",
                    "Call the network operator; note the announced time of return."),
                severity: .moderate, urgency: .hour, onDelay: .seconds(10), offDelay: .seconds(30), grouping: .supply),
            Condition(
                key: "cabinet.lost", title: Words("Armoire muette", "Cabinet silent"),
                cause: Words(
                    "Aucun message depuis trois périodes : liaison ou nœud de l'armoire.",
                    "No message for three periods: link or node of the cabinet."),
                consequence: Words(
                    "Ni mesure ni commande de l'armoire ; la coupure à distance n'est plus possible.",
                    "No metering and no command; it cannot be cut from afar."),
                response: Words(
                    "Voir la passerelle ; si les lampes répondent, seul le nœud de l'armoire est en cause.",
                    "Look at the gateway; if lamps answer, only the cabinet's node is at fault."),
                severity: .moderate, urgency: .shift, grouping: .link),
            Condition(
                key: "cabinet.voltage", title: Words("Tension d'armoire hors limites", "Cabinet voltage out of band"),
                cause: Words("Tension hors de 207 à 253 V (EN 50160).", "Voltage outside 207 to 253 V (EN 50160)."),
                consequence: Words("Toutes les lampes de l'armoire souffrent.", "All lamps of the cabinet suffer."),
                response: Words(
                    "Prévenir le gestionnaire de réseau ; couper au-delà de 265 V.", "Call the network operator; cut above 265 V."),
                severity: .moderate, urgency: .hour, onDelay: .minutes(2), offDelay: .minutes(2)),
            Condition(
                key: "cabinet.never", title: Words("Armoire jamais entendue", "Cabinet never heard"),
                cause: Words(
                    "En service depuis trois périodes sans un seul message : armoire sans nœud, nœud non alimenté, ou autre identité que dans l'inventaire.",
                    "In service for three periods without a single message: no node, a node without power, or another identity than in the inventory."
                ),
                consequence: Words(
                    "Ni mesure ni contacts : disjoncteur et porte ne seront pas vus d'ici.",
                    "No metering and no contacts: breaker and door will not be seen from here."),
                response: Words(
                    "Comparer l'identité du nœud à l'inventaire ; si l'armoire n'est pas équipée, la mettre hors service.",
                    "Compare the node's identity with the inventory; if the cabinet is not equipped, take it out of service."),
                severity: .minor, urgency: .days, grouping: .link),
        ],
        states: CommonState.states(
            never: Words("Jamais entendue", "Never heard"),
            [
                StateSpec(key: "idle", title: Words("Au repos", "Idle"), tone: .idle),
                StateSpec(key: "feeding", title: Words("Sous tension", "Feeding"), tone: .active),
                StateSpec(key: "open", title: Words("Porte ouverte", "Door open"), tone: .warning),
                StateSpec(key: "battery", title: Words("Sur batterie", "On battery"), tone: .warning),
                StateSpec(key: "voltage", title: Words("Tension hors limites", "Voltage out of band"), tone: .warning),
                StateSpec(key: "fault", title: Words("En défaut", "Faulty"), tone: .alarm),
            ], lost: Words("Perdue", "Lost")),
        period: .minutes(5))
}

/// What is now true of a cabinet.
package enum CabinetRules {
    package static func judge(_ s: Situation) -> Verdict {
        if s.standing.contains(.outOfService) { return Verdict(state: CommonState.outOfService, conditions: 0, memory: s.memory) }
        if s.present == 0 { return Verdict(state: CommonState.unknown, conditions: s.conditions, memory: s.memory) }
        let flags = s.present & (1 << UInt16(Cabinet.Slot.flags)) != 0 ? s.values[Cabinet.Slot.flags] : 0
        var held: UInt32 = 0
        if flags & Cabinet.Flag.door != 0 { held |= Cabinet.Fault.door }
        if flags & Cabinet.Flag.breaker != 0 { held |= Cabinet.Fault.breaker }
        if flags & Cabinet.Flag.leakage != 0 { held |= Cabinet.Fault.leakage }
        if flags & Cabinet.Flag.battery != 0 { held |= Cabinet.Fault.battery }
        // Without mains there is no band to be in.
        if s.present & (1 << UInt16(Cabinet.Slot.voltage)) != 0, held & (Cabinet.Fault.breaker | Cabinet.Fault.battery) == 0 {
            let volts = s.values[Cabinet.Slot.voltage]
            let band: Int32 = s.conditions & Cabinet.Fault.voltage != 0 ? 20 : 0
            if volts < 2070 + band || volts > 2530 - band { held |= Cabinet.Fault.voltage }
        }
        return Verdict(state: state(s, held), conditions: held, memory: s.memory)
    }

    private static func state(_ s: Situation, _ held: UInt32) -> UInt8 {
        if held & (Cabinet.Fault.breaker | Cabinet.Fault.leakage) != 0 { return Cabinet.State.fault }
        if held & Cabinet.Fault.battery != 0 { return Cabinet.State.battery }
        if held & Cabinet.Fault.door != 0 { return Cabinet.State.open }
        if held & Cabinet.Fault.voltage != 0 { return Cabinet.State.voltage }
        let isFeeding = s.present & (1 << UInt16(Cabinet.Slot.power)) != 0 && s.values[Cabinet.Slot.power] >= 50
        return isFeeding ? Cabinet.State.feeding : Cabinet.State.idle
    }
}
