// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Watch

/// A light point: one luminaire with its driver and its node, on a pole or a wall. What can be wrong with it stands in
/// `LampConditions.swift`.
package enum Lamp {
    /// Slots of the properties.
    package enum Slot {
        package static let level = 0
        package static let power = 1
        package static let energy = 2
        package static let voltage = 3
        package static let temperature = 4
        package static let faults = 5
    }

    /// Bits of the property `faults`, as the node says.
    package enum Flag {
        package static let lamp: Int32 = 1 << 0
        package static let driver: Int32 = 1 << 1
        package static let supply: Int32 = 1 << 2
        package static let temperature: Int32 = 1 << 3
        package static let leakage: Int32 = 1 << 4
        package static let communication: Int32 = 1 << 5
        package static let impact: Int32 = 1 << 6
        package static let refuses: Int32 = 1 << 7
    }

    /// Codes of the display states.
    package enum State {
        package static let unknown: UInt8 = 0
        package static let off: UInt8 = 1
        package static let on: UInt8 = 2
        package static let dimmed: UInt8 = 3
        package static let override: UInt8 = 4
        package static let mismatch: UInt8 = 5
        package static let fault: UInt8 = 6
    }

    /// Masks of the conditions, in the order of `conditions`.
    package enum Fault {
        package static let failure: UInt32 = 1 << 0
        package static let dayBurner: UInt32 = 1 << 1
        package static let cycling: UInt32 = 1 << 2
        package static let overpower: UInt32 = 1 << 3
        package static let underpower: UInt32 = 1 << 4
        package static let supplyLoss: UInt32 = 1 << 5
        package static let lost: UInt32 = 1 << 6
        package static let voltage: UInt32 = 1 << 7
        package static let temperature: UInt32 = 1 << 8
        package static let leakage: UInt32 = 1 << 9
        package static let impact: UInt32 = 1 << 10
        package static let refuses: UInt32 = 1 << 11
        package static let lies: UInt32 = 1 << 12
        package static let driver: UInt32 = 1 << 13
        package static let never: UInt32 = 1 << 14
        /// Those that make the lamp itself faulty to the eye.
        package static let broken = failure | cycling | supplyLoss | leakage | impact | driver
    }

    package static let kind = Kind(
        name: "lamp", title: Words("Point lumineux", "Lamp"),
        properties: [
            Property(key: "level", title: Words("Niveau", "Level"), unit: "%", decimals: 0, range: 0...100),
            Property(key: "power", title: Words("Puissance", "Power"), unit: "W", decimals: 1, range: -100...50_000),
            Property(
                key: "energy", title: Words("Énergie", "Energy"), unit: "kWh", decimals: 3, range: 0...2_147_483_647,
                nature: .counter),
            Property(key: "voltage", title: Words("Tension", "Voltage"), unit: "V", decimals: 1, range: 0...5000),
            Property(key: "temperature", title: Words("Température", "Temperature"), unit: "°C", decimals: 1, range: -600...2000),
            Property(
                key: "faults", title: Words("Défauts", "Faults"), unit: "", decimals: 0, range: 0...255, nature: .flags, flags: flags),
        ],
        conditions: conditions,
        states: CommonState.states(
            never: Words("Jamais entendu", "Never heard"),
            [
                StateSpec(key: "off", title: Words("Éteint", "Off"), tone: .idle),
                StateSpec(key: "on", title: Words("Allumé", "On"), tone: .active),
                StateSpec(key: "dimmed", title: Words("Abaissé", "Dimmed"), tone: .active),
                StateSpec(key: "override", title: Words("Sur ordre", "By order"), tone: .notice),
                StateSpec(key: "mismatch", title: Words("Autre que voulu", "Not as wanted"), tone: .warning),
                StateSpec(key: "fault", title: Words("En défaut", "Faulty"), tone: .alarm),
            ], lost: Words("Perdu", "Lost")),
        period: .minutes(15), attributes: attributes)

    static let flags = [
        Words("lampe", "lamp"), Words("alimentation (driver)", "driver"), Words("secteur absent", "no mains"),
        Words("température", "temperature"), Words("fuite à la terre", "earth leakage"), Words("communication", "communication"),
        Words("choc", "impact"), Words("ordre refusé", "order refused"),
    ]

    /// What the inventory may say beyond place and parents. The flags must be typed: an interlock hangs on each.
    package static let attributes = [
        AttributeSpec(key: "source", title: Words("Source", "Light source")),
        AttributeSpec(key: "mast_height", title: Words("Hauteur du mât", "Mast height"), unit: "m", form: .number(0...60)),
        AttributeSpec(
            key: "conflict_area", title: Words("Zone de conflit de circulation", "Traffic conflict area"), form: .flag),
        AttributeSpec(key: "feeds_others", title: Words("Alimente un autre équipement", "Feeds other equipment"), form: .flag),
    ]
}
