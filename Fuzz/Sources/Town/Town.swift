// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One gateway and two lamps for the parsers that look assets up.
package enum Town {
    package static let gateway = Asset.Number(0)

    package static let directory = Directory(
        kinds: [
            Kind(
                name: "lamp", title: Words("Point lumineux", "Lamp"),
                properties: [
                    Property(key: "level", title: Words("Niveau", "Level"), unit: "%", decimals: 0, range: 0...100),
                    Property(key: "power", title: Words("Puissance", "Power"), unit: "W", decimals: 1, range: 0...20_000),
                    Property(
                        key: "energy", title: Words("Énergie", "Energy"), unit: "kWh", decimals: 3, range: 0...2_000_000_000,
                        nature: .counter),
                    Property(key: "temperature", title: Words("Température", "Temperature"), unit: "°C", decimals: 1, range: -600...2_000),
                    Property(key: "faults", title: Words("Défauts", "Faults"), unit: "", decimals: 0, range: 0...255, nature: .flags),
                ], conditions: [], states: [], period: .minutes(5))
        ],
        entries: [
            .init(number: gateway, id: Asset.ID("G-1")!, kind: "lamp"),
            .init(number: Asset.Number(1), id: Asset.ID("L-1")!, kind: "lamp", gateway: gateway),
            .init(number: Asset.Number(2), id: Asset.ID("L-2")!, kind: "lamp"),
        ])
}
