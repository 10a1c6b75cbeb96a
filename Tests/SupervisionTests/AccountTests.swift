// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import Logging
import Testing

@testable import Supervision

@Suite struct AccountTests {
    private let journal: Journal
    private let now = Instant(year: 2026, month: 11, day: 21)

    init() throws {
        journal = try Journal.open(
            .memory, migrations: Supervision.migrations, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func open(_ login: String, _ grants: [Grant] = [Grant(right: .configure)]) throws -> Int64 {
        try journal.writeHere {
            try AccountStore.create(
                login: login, name: login, language: .french, password: "hash", grants: grants, by: "test", at: now, in: $0)
        }
    }

    @Test func anAccountIsFoundAgainWithItsGrants() throws {
        let number = try open("ada", [Grant(right: .operate, trade: "orders", communes: ["21231", "21171"])])
        let account = try journal.readHere { try AccountStore.find(login: "ada", in: $0) }
        #expect(account?.number == number && account?.isOpen == true)
        #expect(account?.person.grants == [Grant(right: .operate, trade: "orders", communes: ["21231", "21171"])])
    }

    @Test func aGrantNamesOnlyWhatIsKnown() throws {
        let known = [(code: "21166", name: "Chenôve"), (code: "21355", name: "Marsannay-la-Côte")]
        let grant = try GrantRules.grant(.operate, trade: "orders", communes: "chenove; 21355", known: known)
        #expect(grant == Grant(right: .operate, trade: "orders", communes: ["21166", "21355"]))
        #expect(try GrantRules.grant(.view, trade: "", communes: "21166 21355", known: known).communes == ["21166", "21355"])
        #expect(try GrantRules.grant(.view, trade: "", communes: " ,", known: known).communes.isEmpty)
        #expect(throws: GrantRules.Fault.trade("lighting")) { try GrantRules.grant(.view, trade: "lighting", communes: "", known: known) }
        #expect(throws: GrantRules.Fault.commune("99999")) { try GrantRules.grant(.view, trade: "", communes: "99999", known: known) }
        #expect(throws: GrantRules.Fault.commune("abc")) { try GrantRules.grant(.view, trade: "", communes: "abc", known: []) }
        #expect(try GrantRules.grant(.view, trade: "", communes: "2A004", known: []).communes == ["2A004"])
    }

    @Test(arguments: ["", "Ada", "a b", "a/b", String(repeating: "a", count: 65), "é"])
    func aBadLoginIsRefused(login: String) throws {
        #expect(throws: AccountError.badLogin(login)) { try open(login) }
    }

    @Test func aLoginIsTakenOnce() throws {
        _ = try open("ada")
        #expect(throws: AccountError.loginTaken("ada")) { try open("ada") }
    }

    @Test func theLastWhoMayConfigureCannotBeClosedNorLoseTheRight() throws {
        let ada = try open("ada")
        _ = try open("bob", [Grant(right: .manage)])
        #expect(throws: AccountError.lastConfigurer) {
            try journal.writeHere { try AccountStore.close(ada, reason: "départ", by: "bob", at: now, in: $0) }
        }
        let grant = try journal.readHere { try AccountStore.find(number: ada, in: $0)?.grants.first?.number ?? 0 }
        #expect(throws: AccountError.lastConfigurer) {
            try journal.writeHere { try AccountStore.end(grant: grant, of: ada, by: "bob", at: now, in: $0) }
        }
    }

    @Test func closingSignsOutEndsKeysAndSetsTheDayOfDestruction() throws {
        _ = try open("ada")
        let bob = try open("bob")
        try journal.writeHere { transaction in
            try SessionStore.begin(
                .init(token: [1, 2], createdAt: now, seenAt: now, address: "", agent: ""), account: bob, in: transaction)
            try KeyStore.add(
                title: "sonde", token: [3], start: "vigie_ab", grant: Grant(right: .operate), account: bob, by: "ada", at: now,
                until: now + .days(90), in: transaction)
            try AccountStore.close(bob, reason: "départ", by: "ada", at: now, in: transaction)
            let (session, key) = (try SessionStore.find(token: [1, 2], in: transaction), try KeyStore.find(token: [3], in: transaction))
            #expect(session == nil && key == nil)
            #expect(try AccountStore.find(number: bob, in: transaction)?.destroyAt == now + .days(365))
            try AccountStore.destroy(at: now + .days(364), in: transaction)
            #expect(try AccountStore.find(number: bob, in: transaction) != nil)
            try AccountStore.destroy(at: now + .days(366), in: transaction)
            #expect(try AccountStore.find(number: bob, in: transaction) == nil)
        }
    }

    @Test func aKeyNeverDoesMoreThanItsAccount() throws {
        let bob = try open("bob", [Grant(right: .operate, trade: "alarms", communes: ["21231", "21166"]), Grant(right: .view)])
        func add(_ grant: Grant) throws {
            try journal.writeHere {
                try KeyStore.add(
                    title: "sonde", token: [1], start: "vigie_ab", grant: grant, account: bob, by: "ada", at: now, until: now + .days(1),
                    in: $0)
                // Only whether it may is asked.
                try $0.run("DELETE FROM account_key")
            }
        }
        try add(Grant(right: .view))
        try add(Grant(right: .view, trade: "log", communes: ["21000"]))
        try add(Grant(right: .operate, trade: "alarms", communes: ["21166"]))
        for more in [
            Grant(right: .manage, trade: "alarms", communes: ["21231"]), Grant(right: .operate, trade: "alarms"),
            Grant(right: .operate, trade: "alarms", communes: ["21231", "21000"]), Grant(right: .operate, communes: ["21231"]),
            Grant(right: .operate, trade: "log", communes: ["21231"]),
        ] { #expect(throws: AccountError.beyondOwnRights) { try add(more) } }
        _ = try open("ada")
        try journal.writeHere { try AccountStore.close(bob, reason: "départ", by: "ada", at: now, in: $0) }
        #expect(throws: AccountError.closedAccount) { try add(Grant(right: .view)) }
    }

    @Test func aRightEndedIsGoneAtTheNextLook() throws {
        _ = try open("ada")
        let bob = try open("bob", [Grant(right: .operate), Grant(right: .view, trade: "log")])
        try journal.writeHere { transaction in
            let grant = try #require(try AccountStore.find(number: bob, in: transaction)?.grants.first)
            try AccountStore.end(grant: grant.number, of: bob, by: "ada", at: now, in: transaction)
            #expect(try AccountStore.find(number: bob, in: transaction)?.person.may(.operate, "alarms") == false)
            #expect(throws: AccountError.unknownGrant) {
                try AccountStore.end(grant: grant.number, of: bob, by: "ada", at: now, in: transaction)
            }
        }
    }

    @Test func temporaryPasswordsAreLongAndDiffer() {
        let made = Set((0..<100).map { _ in AccountRoutes.temporaryPassword() })
        #expect(made.count == 100 && made.allSatisfy { $0.count == 23 })
    }
}
