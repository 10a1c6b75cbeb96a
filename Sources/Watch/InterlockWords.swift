// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

extension Interlock {
    /// Why such an asset is left out of an order, as the preview says it.
    package var words: Words {
        switch self {
        case .outOfService: Words("Hors service dans l'inventaire", "Out of service in the inventory")
        case .conflictArea:
            Words(
                "Zone de conflit de circulation : ne doit pas être éteinte ni trop abaissée",
                "Traffic conflict area: must not go dark or too dim")
        case .notOrderable: Words("Ce genre d'équipement ne reçoit pas d'ordre", "This kind of asset takes no orders")
        case .feedsOthers:
            Words("Alimente un autre équipement : peut être abaissée, pas éteinte", "Feeds other equipment: may be dimmed, not cut")
        case .noGateway: Words("Aucune passerelle connue dans l'inventaire", "No gateway known in the inventory")
        }
    }
}
