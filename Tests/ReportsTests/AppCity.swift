// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting

@testable import Reports

/// A small city for the citizens' app: one commune, some categories, a clock that stands.
struct AppCity: Sendable {
    let journal: Journal
    let reports: Reports

    static let start = Instant(year: 2026, month: 11, day: 21, hour: 8)
    static let lamp = Asset.Number(7)

    static func make() async throws -> AppCity {
        let journal = try TestJournal.open(.sqlite, InventorySchema.migrations + AddressSchema.migrations + Reports.migrations)
        try await journal.write { transaction in
            try CategoryStore.put(tree, from: "test.yaml", by: "test", at: start, in: transaction)
        }
        let square =
            #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"insee":"21231","nom":"Dijon"},"geometry":{"type":"#
            + #""Polygon","coordinates":[[[5.0,47.3],[5.06,47.3],[5.06,47.35],[5.0,47.35],[5.0,47.3]]]}}]}"#
        _ = try AreaImport.areas(Array(square.utf8), file: "areas.geojson", author: "test", into: journal, at: start)
        return AppCity(journal: journal, reports: Reports(journal: journal, clock: Clock { start }))
    }

    static let tree = CategoryTree(
        categories: [
            Category(
                code: "roads", title: Words("Voirie", "Roads"), delay: .days(10), department: "front", precision: .exact),
            Category(
                code: "pothole", parent: "roads", title: Words("Nid-de-poule", "Pothole"), delay: .hours(48),
                questions: [
                    Question(
                        key: "where", title: Words("Où ?", "Where?"), sort: .choice,
                        choices: [.init(key: "lane", title: Words("chaussée", "lane"))], isRequired: true)
                ]),
            Category(code: "car", parent: "roads", title: Words("Voiture ventouse", "Abandoned car"), visibility: .sender),
            Category(code: "secret", parent: "roads", title: Words("Interne", "Internal"), visibility: .staff),
            Category(code: "lighting", title: Words("Éclairage", "Lighting"), assetKind: "lamp", department: "front"),
            Category(code: "dead-lamp", parent: "lighting", title: Words("Lampadaire éteint", "Dead lamp")),
            Category(code: "old", parent: "lighting", title: Words("Ancienne", "Old"), isRetired: true),
        ],
        departments: [Department(code: "front", title: Words("Accueil", "Front desk"))],
        bodies: [OutsideBody(code: "prefecture", title: Words("Préfecture", "Prefecture"), phone: "0380440000")],
        fallback: "front", outside: "prefecture")
}
