// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// Assets near a place that say themselves that they are out: what a citizen would report, and the room knows already.
package struct OutageSurroundings: Surroundings {
    /// Assets in a box of ground as they stand now.
    let assets: @Sendable (Box) async -> [AssetView]
    private static let most = 20

    package init(assets: @escaping @Sendable (Box) async -> [AssetView]) { self.assets = assets }

    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        // A degree of latitude is 111 km; of longitude less by the cosine, taken here for 60° at most.
        let (high, wide) = (meters / 111_000, meters / 55_000)
        let box = Box(
            west: place.longitude - wide, south: place.latitude - high, east: place.longitude + wide, north: place.latitude + high)
        let near = await assets(box).compactMap { view -> (view: AssetView, trouble: ReportKnown.Trouble, meters: Double)? in
            guard let at = view.place, let trouble = Reports.trouble(view) else { return nil }
            let metres = at.metres(to: place)
            return metres <= meters ? (view, trouble, metres) : nil
        }
        return near.sorted { $0.meters < $1.meters }.prefix(OutageSurroundings.most).map { one in
            Surrounding(
                sort: .outage,
                title: Words(
                    "\(one.trouble.kind.french) : \(one.trouble.state.french)", "\(one.trouble.kind.english): \(one.trouble.state.english)"),
                detail: Words("La ville le sait déjà.", "The city knows already."), place: one.view.place, meters: one.meters,
                isPublic: true)
        }
    }
}
