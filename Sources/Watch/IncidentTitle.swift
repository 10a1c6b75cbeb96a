// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// How an incident is called: what went, and what it holds.
enum IncidentTitle {
    /// - Parameter places: of one under the virtual root that reaches less than half of the city: the highest nodes that are out; otherwise nil.
    static func words(_ incident: Incident, _ kind: Kind, _ condition: Condition, _ topology: Topology, places: Int?) -> Words {
        let held = Words(
            "\(incident.count) × \(kind.title.french) : \(condition.title.french)",
            "\(incident.count) × \(kind.title.english): \(condition.title.english)")
        if incident.gathering == .scattered {
            let places = incident.parents.count
            return Words("Dispersées (\(places) points) : \(held.french)", "Scattered (\(places) places): \(held.english)")
        }
        let network = incident.gathering == .supply ? Words("Alimentation", "Supply") : Words("Communication", "Communication")
        guard incident.root != UInt32.max, let root = topology.kind(of: Asset.Number(incident.root)) else {
            let reach =
                places.map { Words("\($0) points de la ville", "\($0) places in the city") } ?? Words("toute la ville", "the whole city")
            return Words("\(network.french), \(reach.french) : \(held.french)", "\(network.english), \(reach.english): \(held.english)")
        }
        if incident.causeIsRoots {
            let others = incident.count - 1
            return Words(
                "\(root.title.french) : \(condition.title.french), et \(others) alarme\(others > 1 ? "s" : "") en dépendant",
                "\(root.title.english): \(condition.title.english), and \(others) alarm\(others == 1 ? "" : "s") that depend on it")
        }
        return Words("\(root.title.french) : \(held.french)", "\(root.title.english): \(held.english)")
    }
}
