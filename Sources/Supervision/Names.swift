// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How numbers and codes are called on a page: identities of assets, names of communes, titles of kinds and states.
package struct Names: Sendable {
    package let directory: Directory
    /// INSEE code to name.
    package let communes: [String: String]

    package init(directory: Directory, communes: [String: String]) { (self.directory, self.communes) = (directory, communes) }

    /// The identity on the pole; `#12` for a number that is no longer in the inventory.
    package func id(_ asset: Asset.Number) -> String { directory.id(of: asset)?.text ?? "#\(asset.value)" }

    package func commune(_ commune: Commune) -> Words { self.commune(commune.insee) }

    package func commune(_ insee: String) -> Words {
        if insee.isEmpty { return Words("hors des communes", "outside all communes") }
        let name = communes[insee] ?? insee
        return Words(name, name)
    }

    package func kind(_ name: Asset.KindName) -> Kind? { directory.kinds.first { $0.name == name } }
    package func title(_ name: Asset.KindName) -> Words { kind(name)?.title ?? Words(name.text, name.text) }

    package func state(_ code: UInt8, of kind: Kind) -> StateSpec {
        kind.states.indices.contains(Int(code))
            ? kind.states[Int(code)] : StateSpec(key: "unknown", title: Words("Inconnu", "Unknown"), tone: .unknown)
    }

    /// The address of an asset's sheet.
    package func sheet(_ asset: Asset.Number) -> String { "/console/assets/\(id(asset))" }
}

extension Severity {
    package var title: Words {
        switch self {
        case .minor: Words("mineure", "minor")
        case .moderate: Words("modérée", "moderate")
        case .major: Words("majeure", "major")
        case .safety: Words("sécurité des personnes", "safety of people")
        }
    }
}

extension Urgency {
    package var title: Words {
        switch self {
        case .days: Words("sous quelques jours", "within days")
        case .shift: Words("pendant le poste", "within the shift")
        case .hour: Words("dans l'heure", "within the hour")
        case .now: Words("tout de suite", "at once")
        }
    }
}
