// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Reports

@Suite struct ReportRulesTests {
    @Test func everyWayThroughLifeThatIsOpenOrEndedFitsItsState() {
        for state in Report.State.allCases {
            for act in ReportAct.Sort.allCases {
                guard let next = ReportRules.next(state, act) else { continue }
                // What is over is only taken up again by a reopening or a contest.
                if !state.isOpen, next.isOpen { #expect(act == .reopen || act == .contest, "\(state) \(act)") }
            }
            #expect(!ReportRules.acts(from: state).isEmpty)
        }
        #expect(ReportRules.next(.received, .finish) == .done, "solved while it was told")
        #expect(ReportRules.next(.received, .confirm) == nil && ReportRules.next(.done, .confirm) == .closed)
        #expect(ReportRules.next(.closed, .assign) == nil)
        #expect(ReportRules.next(.duplicate, .contest) == nil)
        #expect(ReportRules.next(.duplicate, .reopen) == .qualified)
        #expect(ReportRules.next(.started, .finish) == .done)
    }

    @Test func everyStateIsReached() {
        var reached: Set<Report.State> = [.received]
        for _ in Report.State.allCases {
            for state in reached { reached.formUnion(ReportAct.Sort.allCases.compactMap { ReportRules.next(state, $0) }) }
        }
        #expect(reached == Set(Report.State.allCases))
    }

    @Test func aReferenceFindsEverySingleSlipAndEveryExchange() {
        for value: Int64 in [1, 9, 10, 42, 1042, 99_999, 123_456, 1_000_001] {
            let text = ReportReference(Report.Number(value)).description
            #expect(ReportReference(text)?.number.value == value)
            #expect(ReportReference(" " + text.lowercased().replacing("-", with: " ") + " ")?.number.value == value)
            let digits = Array(text.dropLast(2))
            for at in digits.indices {
                for other in "0123456789" where other != digits[at] {
                    var wrong = digits
                    wrong[at] = other
                    #expect(ReportReference(String(wrong) + "-" + text.suffix(1)) == nil, "\(wrong)")
                }
                if at > 0, digits[at] != digits[at - 1] {
                    var wrong = digits
                    wrong.swapAt(at, at - 1)
                    #expect(ReportReference(String(wrong) + "-" + text.suffix(1)) == nil, "\(wrong)")
                }
            }
        }
    }

    @Test(arguments: [
        "", "K", "-", "12", "0-A", "1042-", "１０４２-K", "1042-H2", String(repeating: "9", count: 40) + "K", "1042\u{0}H",
    ])
    func whatIsNoReferenceIsNone(text: String) { #expect(ReportReference(text) == nil) }

    @Test func aDraftSaysEverythingThatIsWrongWithIt() {
        var draft = World.pothole()
        #expect(ReportRules.faults(draft, World.tree).isEmpty)
        draft.key = "short"
        draft.place = Place(longitude: .nan, latitude: 99)
        draft.description = String(repeating: "x", count: 4001)
        draft.contact = ReportContact(name: "A", email: "a@b@c", phone: "rue")
        draft.answers = ["where": "moon", "colour": "red", "width": "inf"]
        let names = ReportRules.faults(draft, World.tree).map(\.name)
        #expect(names.sorted() == ["answer-where", "answer-width", "answers", "description", "email", "key", "phone", "place"])
        draft.category = "roads"
        #expect(ReportRules.faults(draft, World.tree).contains { $0.name == "category" }, "a branch is not chosen")
        draft.category = "old"
        #expect(ReportRules.faults(draft, World.tree).contains { $0.name == "category" }, "nor what is retired")
    }

    @Test func aQuestionThatMustBeAnsweredIs() {
        var draft = World.pothole()
        draft.answers = [:]
        #expect(ReportRules.faults(draft, World.tree).map(\.name) == ["answer-where"])
    }

    @Test func theLongestCharacterIsCountedAsTheDatabaseCountsIt() {
        var draft = World.pothole()
        draft.description = "e" + String(repeating: "\u{301}", count: 4000)
        #expect(draft.description.count == 1)
        #expect(ReportRules.faults(draft, World.tree).map(\.name) == ["description"])
    }

    @Test func aContactEndsAMonthAfterItsReportAndAtMostTwoYearsAfterItsBeginning() {
        let start = World.start
        #expect(ReportRules.contactEnd(created: start, ended: nil) == start + .days(730))
        #expect(ReportRules.contactEnd(created: start, ended: start + .days(3)) == start + .days(33))
        #expect(ReportRules.contactEnd(created: start, ended: start + .days(720)) == start + .days(730))
    }

    @Test func aRouteSaysWhy() {
        func route(_ code: String, _ insee: String, _ road: String = "") -> RoutingRules.Route {
            RoutingRules.route(code, commune: Commune(insee: insee), road: road, knowsTerritory: true, in: World.tree)
        }
        #expect(
            route("pothole", "21231")
                == .department("roads", because: [Words("Catégorie « Voirie »", "Category 'Roads'")]))
        guard case .department("quetigny", _) = route("pothole", "21515") else { return #expect(Bool(false)) }
        guard case .department("front", _) = route("graffiti", "21231") else { return #expect(Bool(false)) }
        guard case .elsewhere(let body, let why) = route("pothole", "21231", "a31 direction Beaune") else { return #expect(Bool(false)) }
        #expect(body.code == "dir" && why.count == 2)
        guard case .department = route("pothole", "21231", "A311") else { return #expect(Bool(false), "another road") }
        guard case .department = route("graffiti", "21231", "A31") else { return #expect(Bool(false), "another category") }
        guard case .elsewhere(let outside, _) = route("pothole", "") else { return #expect(Bool(false)) }
        #expect(outside.code == "prefecture")
        guard
            case .department("roads", _) = RoutingRules.route(
                "pothole", commune: .outside, road: "", knowsTerritory: false, in: World.tree)
        else { return #expect(Bool(false), "without boundaries nothing is outside") }
    }

    @Test func theTreeHoldsWithWhatIsUnknownOrGoesRound() {
        let round = CategoryTree(categories: [
            Category(code: "a", parent: "b", title: Words("A", "A")), Category(code: "b", parent: "a", title: Words("B", "B")),
        ])
        #expect(round.path("a").count <= 4)
        #expect(World.tree.path("nothing").isEmpty)
        #expect(World.tree.delay(of: "nothing") == .days(30))
        #expect(World.tree.title("pothole").french == "Voirie › Nid-de-poule")
        #expect(World.tree.assetKind(of: "dead-lamp") == "lamp")
    }
}
