// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import JournalTesting
import Synchronization

@testable import Reports
@testable import Watch

/// A small city on a journal of its own: two communes side by side, a lamp, seven categories.
struct World: Sendable {
    let journal: Journal
    let reports: Reports
    let calls: Calls
    let setTime: @Sendable (Instant) -> Void
    let now: @Sendable () -> Instant
    /// 0 for on, 1 for faulty.
    let setLamp: @Sendable (UInt8) -> Void

    static let start = Instant(year: 2026, month: 11, day: 21, hour: 8)
    /// In commune 21231, on the Rue des Forges.
    static let forges = Place(longitude: 5.0405, latitude: 47.3220)
    /// In commune 21515.
    static let east = Place(longitude: 5.0805, latitude: 47.3320)
    /// In none.
    static let far = Place(longitude: 4.8, latitude: 47.1)
    static let lamp = Asset.Number(7)

    static func make(
        _ engine: Engine = .sqlite, tree: CategoryTree = World.tree, hasAreas: Bool = true, jobs: (any JobDesk)? = nil
    ) async throws -> World {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AddressSchema.migrations + Reports.migrations)
        try await journal.write { transaction in
            try CategoryStore.put(tree, from: "test.yaml", by: "test", at: start, in: transaction)
            guard hasAreas else { return }
            let change = try ChangeStore.begin(.areas, author: "test", source: "world", at: start, in: transaction)
            for (code, name, west) in [("21231", "Dijon", 5.0), ("21515", "Quetigny", 5.06)] {
                let ring = "[[[[\(west),47.3],[\(west + 0.06),47.3],[\(west + 0.06),47.35],[\(west),47.35],[\(west),47.3]]]]"
                try transaction.run(
                    "INSERT INTO area (code, name, population, boundary, revision) VALUES (\(code), \(name), 1, \(ring), \(change.number))")
            }
            for (number, name, line) in [
                (1, "Rue des Forges", "[[5.0400,47.3220],[5.0420,47.3220]]"), (2, "A31", "[[5.0500,47.3000],[5.0500,47.3500]]"),
            ] {
                try transaction.run(
                    "INSERT INTO street (number, name, class, line, revision) VALUES (\(number), \(name), '', \(line), \(change.number))")
            }
            try ChangeStore.finish(change, in: transaction)
        }
        let time = TestTime()
        let clock = Clock { time.now.withLock { $0 } }
        let reports = Reports(
            journal: journal, clock: clock,
            asset: { number in number == lamp ? World.view(state: time.lampState.withLock { $0 }) : nil }, jobs: jobs)
        return World(
            journal: journal, reports: reports,
            calls: Calls(
                reports: reports, addresses: AddressShelf(journal: journal), surroundings: [ReportSurroundings(reports)],
                assets: { _, kind in kind.text == "lamp" ? [lamp] : [] }),
            setTime: { at in time.now.withLock { $0 = at } }, now: { clock.now() },
            setLamp: { state in time.lampState.withLock { $0 = state } })
    }

    final class TestTime: Sendable {
        let now = Mutex(World.start)
        let lampState = Mutex<UInt8>(1)
    }

    static let lampKind = Kind(
        name: Asset.KindName("lamp"), title: Words("lampadaire", "lamp"), properties: [], conditions: [],
        states: [
            StateSpec(key: "on", title: Words("Allumé", "On"), tone: .active),
            StateSpec(key: "fault", title: Words("En défaut", "Faulty"), tone: .alarm),
        ], period: .minutes(15))

    static func view(state: UInt8) -> AssetView {
        AssetView(
            number: lamp, kind: lampKind, state: state, stateSince: start, lastHeard: nil, lastReading: nil, values: [], conditions: 0,
            level: nil, wanted: nil, wantedSince: nil, isOutOfService: false, isLinkDown: false, commune: "21231", place: forges,
            period: .minutes(15))
    }

    static let tree = CategoryTree(
        categories: [
            Category(
                code: "roads", title: Words("Voirie", "Roads"), delay: .days(10), department: "roads", precision: .exact),
            Category(
                code: "pothole", parent: "roads", title: Words("Nid-de-poule", "Pothole"), urgency: .shift, delay: .hours(48),
                questions: [
                    Question(key: "width", title: Words("Largeur en cm ?", "Width in cm?"), sort: .number),
                    Question(
                        key: "where", title: Words("Où ?", "Where?"), sort: .choice,
                        choices: [
                            .init(key: "lane", title: Words("chaussée", "lane")), .init(key: "path", title: Words("trottoir", "path")),
                        ],
                        isRequired: true),
                ], departments: ["21515": "quetigny"], words: ["trou", "ornière"]),
            Category(
                code: "lighting", title: Words("Éclairage", "Lighting"), assetKind: "lamp", department: "lighting"),
            Category(code: "dead-lamp", parent: "lighting", title: Words("Lampadaire éteint", "Dead lamp"), delay: .days(5)),
            Category(code: "cleaning", title: Words("Propreté", "Cleaning")),
            Category(code: "graffiti", parent: "cleaning", title: Words("Graffiti", "Graffiti"), words: ["tag"]),
            Category(
                code: "old", parent: "cleaning", title: Words("Ancienne", "Old"), isRetired: true),
        ],
        departments: [
            Department(code: "roads", title: Words("Voirie", "Roads")), Department(code: "lighting", title: Words("Éclairage", "Lighting")),
            Department(code: "quetigny", title: Words("Voirie de Quetigny", "Roads of Quetigny")),
            Department(code: "front", title: Words("Accueil", "Front desk")),
        ],
        bodies: [
            OutsideBody(code: "dir", title: Words("DIR Centre-Est", "DIR Centre-Est"), phone: "0800000000"),
            OutsideBody(code: "prefecture", title: Words("Préfecture", "Prefecture"), web: "https://example.org"),
        ],
        rules: [RoadRule(title: Words("Autoroutes", "Motorways"), roads: ["A31"], categories: ["roads"], body: "dir")],
        answers: [StandardAnswer(code: "thanks", title: Words("Merci", "Thanks"), text: Words("Merci.", "Thank you."))],
        fallback: "front", outside: "prefecture")

    static func pothole(
        _ key: String = "", contact: ReportContact = ReportContact(), description: String = "Un gros trou"
    ) -> ReportDraft {
        ReportDraft(
            key: key, category: "pothole", place: forges, address: "12 rue des Forges", description: description,
            answers: ["where": "lane"], channel: .app, contact: contact)
    }
}
