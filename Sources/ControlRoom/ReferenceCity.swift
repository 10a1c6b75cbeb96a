// SPDX-License-Identifier: EUPL-1.2

/// The reference city's own night: which commune follows which dimming plan (70 % of the flux from 22 h to 5 h, in some
/// communes 50 % from 23 h to 5 h, in some dark from 0 h to 5 h). The simulated lamps carry the same plans in their gateways,
/// as real ones do, so this stands in the vocabulary and not in a desk.
package enum ReferenceCity {
    /// Dijon, place de la Libération.
    package static let centre = Place(longitude: 5.0415, latitude: 47.3220)
    package static let wall = WallTime.paris

    /// Number 0 is the one for communes that are not listed.
    package static let plans = [
        DimmingPlan(
            key: "70-22-5", title: Words("70 % de 22 h à 5 h", "70% from 22:00 to 05:00"),
            steps: [.init(from: 22 * 60, to: 5 * 60, level: 70)]),
        DimmingPlan(
            key: "50-23-5", title: Words("50 % de 23 h à 5 h", "50% from 23:00 to 05:00"),
            steps: [.init(from: 23 * 60, to: 5 * 60, level: 50)]),
        DimmingPlan(
            key: "off-0-5", title: Words("éteint de 0 h à 5 h", "off from 00:00 to 05:00"),
            steps: [.init(from: 0, to: 5 * 60, level: 0), .init(from: 22 * 60, to: 24 * 60, level: 70)]),
    ]

    /// By INSEE code: the index into `plans`.
    package static let planOf: [String: Int] = [
        "21003": 1, "21223": 1, "21452": 1, "21481": 1, "21485": 1, "21540": 1, "21605": 1,
        "21105": 2, "21106": 2, "21192": 2, "21263": 2, "21270": 2, "21315": 2, "21370": 2, "21473": 2,
    ]

    package static func plan(commune insee: String) -> DimmingPlan { plans[planOf[insee] ?? 0] }
}
