// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Reports

@Suite struct WhileTypingTests {
    @Test func whatIsOpenIsFoundAsItIsTyped() async throws {
        let world = try await World.make()
        #expect(try await world.reports.whileTyping("trou", category: "pothole", place: World.forges, isStaff: false).likely.isEmpty)
        let first = try await world.reports.create(World.pothole(description: "Un gros trou devant la boulangerie")).report
        let near = Place(longitude: World.forges.longitude + 0.0001, latitude: World.forges.latitude)
        let found = try await world.reports.whileTyping("il y a un trou près de la boul", category: nil, place: near, isStaff: false)
        #expect(found.guesses.first?.code == "pothole")
        #expect(found.likely.map(\.report.number) == [first.number])
        #expect(found.likely[0].reason.french.hasPrefix("même catégorie, à 8 m, il y a moins d'une heure"))
        #expect(found.likely[0].reason.french.hasSuffix("mots communs : trou"))
    }

    @Test func whatIsClosedOrJoinedIsFoundNoMore() async throws {
        let world = try await World.make()
        let first = try await world.reports.create(World.pothole()).report
        func likely() async throws -> [Report.Number] {
            try await world.reports.whileTyping("trou", category: "pothole", place: World.forges, isStaff: true).likely.map(
                \.report.number)
        }
        #expect(try await likely() == [first.number])
        let second = try await world.reports.create(World.pothole()).report
        _ = try await world.reports.act(.duplicate(of: first.number), on: second.number, by: .staff("op"))
        #expect(try await likely() == [first.number])
        _ = try await world.reports.act(.reject(reason: "Rien vu"), on: first.number, by: .staff("op"))
        #expect(try await likely().isEmpty)
        _ = try await world.reports.act(.reopen(reason: "Si"), on: first.number, by: .staff("op"))
        #expect(try await likely() == [first.number])
    }

    @Test func aCitizenIsNotToldOfWhatOnlyStaffSees() async throws {
        var categories = World.tree.categories
        categories.append(Category(code: "distress", parent: "cleaning", title: Words("Détresse", "Distress"), visibility: .sender))
        let tree = CategoryTree(
            categories: categories, departments: World.tree.departments, bodies: World.tree.bodies, fallback: "front")
        let world = try await World.make(tree: tree)
        var draft = World.pothole()
        (draft.category, draft.answers) = ("distress", [:])
        _ = try await world.reports.create(draft)
        for (isStaff, count) in [(true, 1), (false, 0)] {
            let found = try await world.reports.whileTyping("", category: "distress", place: World.forges, isStaff: isStaff)
            #expect(found.likely.count == count)
        }
    }

    /// Many at once, while others are made: every one that is open in the end is found.
    @Test func nothingIsLostBetweenReadingAndHearing() async throws {
        let world = try await World.make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for i in 0..<60 {
                group.addTask {
                    var draft = World.pothole()
                    draft.place = Place(longitude: 5.01 + Double(i) * 0.0005, latitude: 47.31)
                    _ = try await world.reports.create(draft)
                }
                group.addTask {
                    _ = try await world.reports.whileTyping("trou", category: "pothole", place: World.forges, isStaff: true)
                }
            }
            try await group.waitForAll()
        }
        for i in 0..<60 {
            let place = Place(longitude: 5.01 + Double(i) * 0.0005, latitude: 47.31)
            let found = try await world.reports.whileTyping("trou", category: "pothole", place: place, isStaff: true)
            #expect(found.likely.first?.report.place == place, "\(i)")
        }
    }
}
