// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Lighting
import Testing

@testable import Journal
@testable import Supervision
@testable import Watch

@Suite struct ValueTests {
    @Test func packedNumbersAreReadAsTheyWereWritten() {
        let numbers = [3, 7, 8, 9, 12, 4_000_000].map { Asset.Number($0) }
        #expect(PackedNumbers.write(numbers) == "3,7-9,12,4000000")
        #expect(PackedNumbers.read("3,7-9,12,4000000", limit: 10) == numbers)
    }

    @Test(arguments: ["x", "3-", "9-3", "0-4294967295", "1-100", "-", "1,,x"])
    func packedNumbersThatAreHostileAreRefused(text: String) {
        #expect(PackedNumbers.read(text, limit: 50) == nil)
    }

    @Test func theMapsSelectionReachesTheOrderWhole() {
        #expect(OrderFields.words("#173,813,6112-6119") == ["#173,813,6112-6119"])
        #expect(OrderFields.words("L-1, L-2;L-3\nL-4") == ["L-1", "L-2", "L-3", "L-4"])
        #expect(OrderFields.words(" ,; ").isEmpty)
    }

    @Test func theSheetOfAnOrderSaysWhoApprovedItAndWhyItIsOver() {
        let at = Instant(year: 2026, month: 11, day: 21)
        var order = OrderRecord(
            id: 7, purpose: .set, command: .programme, authority: .operator, selection: .assets([]), until: .distantFuture, reason: "essai",
            trade: "lighting", placedAt: at, account: 1, login: "ada", needsSecondPerson: true)
        func text() -> String {
            OrderPage(
                order: order, lines: [], matching: 0, status: nil, page: 1, isLive: false,
                names: Names(directory: Directory(kinds: [], entries: []), communes: [:]),
                person: Person(account: 1, login: "ada", name: "Ada", grants: []), now: at
            ).document.body.string(for: Audience(.french))
        }
        #expect(!text().contains("Approuvé"))
        (order.approvedAt, order.approvedBy) = (at, "bob")
        (order.endedAt, order.end) = (at, .lapsed)
        let told = text()
        #expect(told.contains("Approuvé") && told.contains("par bob") && told.contains("Jamais approuvé"))
    }

    @Test func aJournalThatIsAwayIsSaidAndADamagedOneIsAnIncident() {
        func words(_ error: any Error) -> Words? { (error as? any PassingTrouble)?.passing }
        #expect(words(JournalError.away("x"))?.french.hasPrefix("Le journal ne répond pas") == true)
        #expect(words(JournalError.corrupt("x")) == nil && words(JournalError.uncertain("x")) == nil)
    }

    @Test func anAlarmFilterSurvivesItsOwnAddress() {
        var query = AlarmQuery()
        (query.show, query.priority, query.commune, query.assigned, query.page) = (.held, .critical, "21231", "-", 3)
        let fields = query.address.split(separator: "?")[1].split(separator: "&").map { part -> (name: String, value: String) in
            let pair = part.split(separator: "=")
            return (String(pair[0]), String(pair[1]).removingPercentEncoding ?? "")
        }
        #expect(AlarmQuery(Form(fields)) == query)
    }

    @Test func cellsOfAnExportAreQuotedAndNeverFormulas() {
        #expect(CSV.cell("a;b") == "\"a;b\"")
        #expect(CSV.cell("dit \"oui\"") == "\"dit \"\"oui\"\"\"")
        #expect(CSV.cell("=HYPERLINK(1)") == "'=HYPERLINK(1)")
        #expect(CSV.cell("-12.5") == "-12.5")
    }

    @Test func aGapInTheReadingsIsAGapInTheCurve() {
        let property = Property(key: "power", title: Words("P", "P"), unit: "W", decimals: 1, range: 0...10_000)
        let start = Instant(seconds: 1_000_000)
        let buckets = [0, 60, 120, 40_000, 40_060].map { seconds in
            History.Bucket(at: start + .seconds(Int64(seconds)), least: 10, most: 20, mean: 15, last: 15, count: 1)
        }
        let chart = SheetChart(property: property, buckets: buckets, from: start, to: start + .days(1), gap: .minutes(45))
        let html = chart.html.string()
        let line = html.components(separatedBy: "chart-line-0\" d=\"")[1].prefix { $0 != "\"" }
        #expect(line.filter { $0 == "M" }.count == 2)
    }

    @Test(arguments: [
        ("order:7", "/console/orders/7", "ordre 7"), ("a812", "/console/alarms/a812", "a812"), ("alarm:i44", "/console/alarms/i44", "i44"),
        ("L-2", "/console/assets/L-2", "L-2"), ("asset:G-21231-001", "/console/assets/G-21231-001", "G-21231-001"),
        ("account:3", nil, "3"), ("asset:../accounts", nil, "../accounts"),
    ])
    func anEntryOfTheLogLeadsToWhatItIsAbout(subject: String, address: String?, name: String) {
        #expect(LogPage.address(of: subject) == address && LogPage.name(of: subject).french == name)
    }

    @Test func onlyAbnormalTonesAreColouredFromAfar() {
        #expect(StateSpec.Tone.allCases.filter(MapStyle.isAbnormal) == [.warning, .alarm, .lost])
    }

    @Test func topicsAreHeardByRightAndNotByHalfACity() {
        let all = Person(account: 1, login: "a", name: "", grants: [Grant(right: .view, trade: "alarms")])
        let part = Person(account: 2, login: "b", name: "", grants: [Grant(right: .view, trade: "alarms", communes: ["21231"])])
        #expect(Supervision.mayHear(all, "alarms") && !Supervision.mayHear(all, "map/1/2") && !Supervision.mayHear(all, "other"))
        #expect(!Supervision.mayHear(part, "alarms"))
    }

    private static func person(_ communes: [String], trade: String = "", right: Right = .view) -> Person {
        Person(account: 7, login: "p", name: "", grants: [Grant(right: right, trade: trade, communes: communes)])
    }

    @Test(arguments: [
        ("alarms", "alarms"), ("load", "alarms"), ("map/2107/1419", "map"), ("counts", "map"), ("orders", "orders"), ("log", "log"),
    ])
    func aPersonHearsThePartOfTheirOwnCommunesAndNoOther(whole: String, trade: String) {
        let own = ValueTests.person(["21231", "21171"])
        func topic(_ communes: [String]) -> String { Reach(ValueTests.person(communes), trade).topic(whole) }
        #expect(Supervision.mayHear(own, topic(["21171", "21231"])), "in whatever order they were granted")
        let two = Person(account: 8, login: "q", name: "", grants: ["21231", "21171"].map { Grant(right: .operate, communes: [$0]) })
        #expect(Reach(two, trade).topic(whole) == topic(["21231", "21171"]), "or by how many grants")
        let foreign = [
            whole, whole + ":", topic(["21231"]), topic(["21231", "21171", "21355"]), topic(["21355"]), whole + ":21231", whole + ":*",
            whole + ":" + String(repeating: "0", count: 32), topic(["21171", "21231"]) + " ", topic(["21171", "21231"]) + ":", "vitals", "",
            "log:~8", "log:~70",
        ]
        for topic in foreign { #expect(!Supervision.mayHear(own, topic), "\(topic)") }
        #expect(Supervision.mayHear(own, "log:~7"))
        let elsewhere = ValueTests.person(["21231", "21171"], trade: "inventory")
        #expect(!Supervision.mayHear(elsewhere, topic(["21171", "21231"])), "a right in another trade")
        let all = ValueTests.person([])
        #expect(Supervision.mayHear(all, whole) && !Supervision.mayHear(all, topic(["21231"])))
        let none = Person(account: 9, login: "n", name: "", grants: [])
        for topic in [whole, whole + ":", "", Reach(none, trade).topic(whole), whole + Reach(none, trade).part] {
            #expect(!Supervision.mayHear(none, topic))
        }
    }
}
