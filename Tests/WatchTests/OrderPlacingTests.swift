// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing
import Watch

@Suite struct OrderPlacingTests {
    @Test func thePreviewCountsWhereWhatAndHowMuch() throws {
        let world = OrderTestWorld()
        world.board.cells[0].standing = .conflictArea
        world.board.cells[1].standing = .outOfService
        world.board.cells[2].level = 40
        world.board.cells[43].set(.linkDown, true)
        for n in 0..<40 { world.board.cells[n].state = 2 }
        let preview = try world.book.preview(world.draft(0), by: OrderTestWorld.local, at: world.now)
        #expect(preview.selected == 40)
        #expect(preview.count == 38)
        #expect(preview.communes.map(\.count) == [19, 19])
        #expect(preview.cabinetCount == 2)
        #expect(preview.cabinets.map(\.count) == [20, 18])
        #expect(preview.gatewayCount == 4)
        #expect(preview.changes == [.init(from: 100, to: 0, count: 37), .init(from: 40, to: 0, count: 1)])
        #expect(preview.blocked.map(\.interlock) == [.outOfService, .conflictArea])
        #expect(preview.blocked.map(\.examples) == [[Asset.Number(1)], [Asset.Number(0)]])
        #expect(preview.unreachable == 10)
        #expect(preview.powerBefore == 37 * 1000 + 400)
        #expect(preview.powerAfter == 0)
        #expect(preview.lacksRight == ["21617"])
        #expect(preview.needsSecondPerson == false)
        #expect(world.turn().records.isEmpty)
    }

    @Test func interlockedLampsAreNeverSentTo() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1)
        world.board.cells[0].standing = .conflictArea
        let id = try world.place(world.draft(0))
        world.turn()
        #expect(world.commands.map(\.asset) == [1, 2, 3])
        let blocked = try #require(world.book.ledger(id, only: [.blocked]))
        #expect(blocked.lines.map(\.interlock) == [.conflictArea])
        // Dimming is allowed there.
        try world.place(world.draft(50, world.one(0)))
        world.turn()
        #expect(world.commands.last?.asset == 0)
        #expect(throws: OrderError.nothingToSend(blocked: 1)) { try world.place(world.draft(0, world.one(0))) }
    }

    @Test func rightsAreByTradeAndCommune() throws {
        let world = OrderTestWorld()
        #expect(throws: OrderError.noRight(communes: ["21231", "21617"])) {
            try world.place(world.draft(50), by: OrderTestWorld.viewer)
        }
        #expect(throws: OrderError.noRight(communes: ["21617"])) { try world.place(world.draft(50), by: OrderTestWorld.local) }
        let id = try world.place(world.draft(50, .area("21231")), by: OrderTestWorld.local)
        #expect(world.counts(id).total == 20)
        let other = try world.place(world.draft(50, .area("21617")))
        #expect(throws: OrderError.noRight(communes: ["21617"])) {
            try world.book.rollBack(other, by: OrderTestWorld.local, at: world.now)
        }
        #expect(throws: OrderError.noRight(communes: ["21231"])) {
            try world.place(world.draft(50, world.one(0), authority: .safety), by: OrderTestWorld.second)
        }
    }

    @Test func aLargeOrderWaitsForAnotherPerson() throws {
        let world = OrderTestWorld(lamps: 120)
        let id = try world.place(world.draft(50))
        #expect(world.book.order(id)?.phase == .proposed)
        world.turn(5)
        #expect(world.commands.isEmpty)
        #expect(world.board.cells[0].flags.contains(.override) == false)
        #expect(throws: OrderError.samePerson) { try world.book.approve(id, by: OrderTestWorld.everywhere, at: world.now) }
        #expect(throws: OrderError.self) { try world.book.approve(id, by: OrderTestWorld.viewer, at: world.now) }
        world.board.cells[7].standing = .outOfService
        let approved = try world.book.approve(id, by: OrderTestWorld.second, at: world.now)
        #expect(approved.approvedBy == "bob")
        world.turn()
        #expect(world.commands.count == 119)
        #expect(world.counts(id)[.blocked] == 1)
        #expect(throws: OrderError.notProposed) { try world.book.approve(id, by: OrderTestWorld.second, at: world.now) }
    }

    @Test func aProposalLapsesOrIsTakenBack() throws {
        let world = OrderTestWorld(lamps: 120)
        let lapsing = try world.place(world.draft(50))
        let rejected = try world.place(world.draft(40))
        #expect(try world.book.reject(rejected, by: OrderTestWorld.second, at: world.now).end == .withdrawn)
        let out = world.turn(3600)
        #expect(out.records.orders.first { $0.id == lapsing }?.end == .lapsed)
        #expect(world.commands.isEmpty)
        #expect(world.book.current.isEmpty)
    }

    @Test func badDraftsAreRefusedWithTheReason() throws {
        let world = OrderTestWorld(lamps: 4)
        #expect(throws: OrderError.badLevel(101)) { try world.place(world.draft(101)) }
        #expect(throws: OrderError.untilIsPast) { try world.place(world.draft(50, seconds: 0)) }
        #expect(throws: OrderError.nothingSelected) { try world.place(world.draft(50, .assets([]))) }
        #expect(throws: OrderError.nothingSelected) { try world.place(world.draft(50, .area("99999"))) }
        #expect(throws: OrderError.nothingToSend(blocked: 1)) { try world.place(world.draft(50, .assets([.none]))) }
        #expect(throws: OrderError.unknownGroup(7)) { try world.place(world.draft(50, .group(7))) }
        #expect(throws: OrderError.badAuthority) { try world.place(world.draft(50, authority: .programme)) }
        #expect(throws: OrderError.unknownOrder(12)) { try world.book.rollBack(12, by: OrderTestWorld.everywhere, at: world.now) }
        var draft = world.draft(50)
        draft.reason = "  "
        #expect(throws: OrderError.noReason) { try world.place(draft) }
        #expect(OrderError.badLevel(101).words.french.contains("101"))
    }

    @Test func aSelectionIsATreeAnAreaOrASavedGroup() throws {
        let world = OrderTestWorld()
        let cabinet = Asset.Number(44)
        #expect(try world.book.assets(of: .supply(cabinet)).map(\.index) == Array(0..<20))
        #expect(try world.book.assets(of: .gateway(Asset.Number(41))).map(\.index) == Array(stride(from: 1, to: 40, by: 4)))
        let group = try world.book.saveGroup(
            "Place de la Libération", members: .supply(cabinet), by: OrderTestWorld.everywhere, at: world.now)
        #expect(try world.book.assets(of: .group(group.id)).count == 20)
        #expect(throws: OrderError.badName) {
            try world.book.saveGroup("Place de la Libération", members: world.one(1), by: OrderTestWorld.everywhere, at: world.now)
        }
        #expect(throws: OrderError.unknownGroup(group.id)) {
            try world.book.saveGroup("tour", members: .group(group.id), by: OrderTestWorld.everywhere, at: world.now)
        }
        try world.book.removeGroup(group.id)
        #expect(throws: OrderError.unknownGroup(group.id)) { try world.book.assets(of: .group(group.id)) }
    }

    @Test func theHighestAuthorityIsSentFirst() throws {
        let world = OrderTestWorld(lamps: 4, gateways: 1, limits: OrderLimits(commandsPerSecond: 1, burst: 2))
        try world.place(world.draft(50, .assets([Asset.Number(0), Asset.Number(1)])))
        let safety = try world.place(world.draft(100, .assets([Asset.Number(2), Asset.Number(3)]), authority: .safety))
        world.turn()
        #expect(world.commands.map(\.order) == [safety, safety])
    }
}
