// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Testing

@testable import Reports

@Suite struct CallRulesTests {
    private static let start = Instant(year: 2026, month: 11, day: 20, hour: 9)

    private func call(_ signals: [CallSignal]) -> Call {
        let fresh = Call(
            number: Call.Number(1), caller: "", line: "", agent: "", state: .ringing, startedAt: signals[0].at, answeredAt: nil,
            endedAt: nil,
            closedAt: nil, isTransferred: false)
        return signals.reduce(fresh) { CallRules.with($1, $0) }
    }

    private func orders<T>(_ items: [T]) -> [[T]] {
        if items.count < 2 { return [items] }
        return items.indices.flatMap { i -> [[T]] in
            var rest = items
            let one = rest.remove(at: i)
            return orders(rest).map { [one] + $0 }
        }
    }

    @Test(arguments: [
        ([CallSignal.What.ringing], Call.State.ringing), ([.ringing, .answered], .answered), ([.ringing, .abandoned], .abandoned),
        ([.ringing, .ended], .abandoned), ([.ringing, .answered, .ended], .wrapping), ([.ringing, .answered, .transferred], .wrapping),
        ([.ringing, .transferred], .closed), ([.ringing, .answered, .ended, .ready], .closed), ([.ringing, .answered, .ready], .closed),
        ([.answered, .ended, .abandoned], .wrapping),
    ])
    func theOrderInWhichEventsComeDoesNotMatter(whats: [CallSignal.What], state: Call.State) {
        let signals = whats.enumerated().map { index, what in
            CallSignal(call: "a", what, at: Self.start + .seconds(Int64(index) * 10), agent: what == .answered ? "ada" : "")
        }
        let all = orders(signals).map(call)
        #expect(all.allSatisfy { $0 == all[0] }, "\(whats)")
        #expect(all[0].state == state && all[0].startedAt == Self.start)
        #expect(all[0].agent == (whats.contains(.answered) ? "ada" : ""))
    }

    @Test func whatMayBeDoneFollowsFromTheState() {
        let table: [Call.State: Set<CallRules.Act>] = [
            .ringing: [.take, .look], .answered: [.end, .outcome, .draft, .caller, .look, .undo],
            .wrapping: [.outcome, .draft, .caller, .look, .undo, .close], .closed: [.undo, .reopen], .abandoned: [],
        ]
        for state in Call.State.allCases {
            #expect(Set(CallRules.Act.allCases.filter { CallRules.may($0, in: state) }) == table[state], "\(state)")
        }
    }

    @Test func whatAnExchangeMayNotSayIsNamed() {
        let now = Self.start
        func field(_ signal: CallSignal) -> String? { CallRules.fault(signal, at: now)?.field }
        #expect(field(CallSignal(call: "a", .ringing, at: now)) == nil)
        #expect(field(CallSignal(call: "", .ringing, at: now)) == "call")
        #expect(field(CallSignal(call: "a\nb", .ringing, at: now)) == "call")
        #expect(field(CallSignal(call: String(repeating: "x", count: 201), .ringing, at: now)) == "call")
        #expect(field(CallSignal(call: "a", .ringing, at: now + .minutes(6))) == "at")
        #expect(field(CallSignal(call: "a", .ringing, at: now - .days(395))) == "at")
        #expect(field(CallSignal(call: "a", .ringing, at: now, agent: String(repeating: "é", count: 65))) == "agent")
    }

    // MARK: Reading out

    @Test(arguments: [
        (1042, "dix, quarante-deux, H comme Henri", "one zero four two, H for Hotel", "10 42 H"),
        (7, "sept, H comme Henri", "seven, H for Hotel", "7 H"),
        (104, "un, zéro quatre, N comme Nicolas", "one zero four, N for November", "1 04 N"),
        (717_180, "soixante et onze, soixante et onze, quatre-vingts", "", ""),
        (300_099, "trente, double zéro, quatre-vingt-dix-neuf", "", ""),
        (219_276, "vingt et un, quatre-vingt-douze, soixante-seize", "", ""),
    ])
    func aReferenceIsReadOut(number: Int, french: String, english: String, groups: String) {
        let reference = ReportReference(Report.Number(Int64(number)))
        let words = CallSpelling.words(reference)
        #expect(words.french.hasPrefix(french))
        #expect(english.isEmpty || words.english == english)
        #expect(groups.isEmpty || CallSpelling.groups(reference) == groups)
    }

    @Test func everyCheckLetterHasAName() {
        for number in 1...23 {
            let words = CallSpelling.words(ReportReference(Report.Number(Int64(number))))
            #expect(!words.french.hasSuffix("comme ") && !words.english.hasSuffix("for "), "\(number)")
        }
        let names = (0..<100).map(CallSpelling.french)
        #expect(Set(names).count == 100)
        #expect(names[17] == "dix-sept" && names[70] == "soixante-dix" && names[80] == "quatre-vingts" && names[91] == "quatre-vingt-onze")
    }

    @Test func aTelephoneNumberIsReadInPairs() {
        #expect(CallSpelling.groups(phone: "0380123456") == "03 80 12 34 56")
        #expect(CallSpelling.groups(phone: "112") == "1 12")
    }
}

@Suite struct CallLoadTests {
    /// Erlang B: values of the published tables (ITU-D, Teletraffic Engineering Handbook, annex). Erlang C: Gross & Harris, 'Fundamentals of
    /// Queueing Theory', M/M/3 with r = 2 (p0 = 1/9, so 4/9 wait); T&C/Mitan, 'The Erlang-C formula': 360 calls a half-hour of 4 minutes and
    /// 55 agents; Call Centre Helper, 'Erlang C formula made simple': 100 calls a half-hour of 3 minutes need 14.
    @Test func erlangIsAsPublished() {
        #expect(abs(ErlangRules.loss(agents: 10, load: 10) - 0.2146) < 5e-5)
        #expect(abs(ErlangRules.loss(agents: 15, load: 10) - 0.0365) < 5e-5)
        #expect(abs(ErlangRules.loss(agents: 100, load: 100) - 0.0757) < 5e-5)
        #expect(abs(ErlangRules.waiting(agents: 3, load: 2) - 4.0 / 9) < 1e-12)
        #expect(abs(ErlangRules.waiting(agents: 55, load: 48) - 0.239) < 5e-4)
        #expect(abs(ErlangRules.meanWait(agents: 55, load: 48, handling: 240) - 8.2) < 0.05)
        #expect(abs(ErlangRules.answered(within: 15, agents: 55, load: 48, handling: 240) - 0.846) < 5e-4)
        #expect(ErlangRules.agents(for: 0.8, within: 20, load: 10, handling: 180) == 14)
        #expect(abs(ErlangRules.waiting(agents: 14, load: 10) - 0.174) < 5e-4)
        #expect(abs(ErlangRules.answered(within: 20, agents: 14, load: 10, handling: 180) - 0.888) < 5e-4)
        #expect(abs(ErlangRules.meanWait(agents: 14, load: 10, handling: 180) - 7.8) < 0.05)
    }

    @Test func erlangHoldsAtItsEdges() {
        for use in [0.1, 0.5, 0.9, 0.99] {
            #expect(abs(ErlangRules.waiting(agents: 1, load: use) - use) < 1e-12, "with one agent whoever finds him busy waits")
            #expect(abs(ErlangRules.waiting(agents: 2, load: 2 * use) - 2 * use * use / (1 + use)) < 1e-12)
        }
        #expect(ErlangRules.waiting(agents: 5, load: 0) == 0 && ErlangRules.waiting(agents: 5, load: 5) == 1)
        #expect(ErlangRules.meanWait(agents: 5, load: 6, handling: 180) == .infinity)
        #expect(ErlangRules.answered(within: 20, agents: 5, load: 6, handling: 180) == 0)
        #expect(ErlangRules.agents(for: 0.8, within: 20, load: 0, handling: 180) == 0)
        let many = ErlangRules.agents(for: 0.8, within: 20, load: 2000, handling: 180)
        #expect((2000...2100).contains(many), "large loads neither overflow nor hang: \(many)")
        for load in stride(from: 0.5, through: 40, by: 0.5) {
            let agents = ErlangRules.agents(for: 0.8, within: 20, load: load, handling: 200)
            #expect(ErlangRules.answered(within: 20, agents: agents, load: load, handling: 200) >= 0.8)
            #expect(ErlangRules.answered(within: 20, agents: agents - 1, load: load, handling: 200) < 0.8, "no one too many at \(load)")
        }
    }

    /// Events of a queue with c servers, drawn with a fixed seed: the formula must be what happens.
    @Test(arguments: [(3, 2.0), (7, 5.5), (14, 10.0)])
    func erlangIsWhatASimulatedQueueDoes(agents: Int, load: Double) {
        let handling = 180.0
        var seed: UInt64 = 42 &+ UInt64(agents)
        func uniform() -> Double {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(seed >> 11) + 0.5) / 9_007_199_254_740_992
        }
        var free = [Double](repeating: 0, count: agents)
        var (now, waited, inTime, sum) = (0.0, 0, 0, 0.0)
        let calls = 400_000
        for _ in 0..<calls {
            now += -log(uniform()) * handling / load
            let next = free.indices.min { free[$0] < free[$1] } ?? 0
            let wait = max(0, free[next] - now)
            if wait > 0 { waited += 1 }
            if wait <= 20 { inTime += 1 }
            sum += wait
            free[next] = now + wait - log(uniform()) * handling
        }
        #expect(abs(Double(waited) / Double(calls) - ErlangRules.waiting(agents: agents, load: load)) < 0.015)
        let share = ErlangRules.answered(within: 20, agents: agents, load: load, handling: handling)
        #expect(abs(Double(inTime) / Double(calls) - share) < 0.015)
        let mean = ErlangRules.meanWait(agents: agents, load: load, handling: handling)
        #expect(abs(sum / Double(calls) / mean - 1) < 0.08)
    }

    // MARK: Figures

    private static let paris = TimeZone(identifier: "Europe/Paris")!
    private static let day = CallLoadRules.midnight(before: Instant(year: 2026, month: 11, day: 20, hour: 12), paris)

    private func call(_ at: Instant, wait: Int64?, talk: Int64 = 120, wrap: Int64? = 30) -> Call {
        let answered = wait.map { at + .seconds($0) }
        let ended = answered.map { $0 + .seconds(talk) } ?? at + .seconds(40)
        return CallRules.judged(
            Call(
                number: Call.Number(1), caller: "", line: "", agent: "", state: .ringing, startedAt: at, answeredAt: answered,
                endedAt: ended,
                closedAt: answered == nil ? nil : wrap.map { ended + .seconds($0) }, isTransferred: false))
    }

    @Test func figuresOfSomeCalls() throws {
        let nine = Self.day + .hours(9)
        var calls = (1...9).map { call(nine + .minutes(Int64($0)), wait: Int64($0) * 5) }
        calls.append(call(nine, wait: nil))
        let figures = CallLoadRules.figures(calls, within: 20)
        #expect(figures.offered == 10 && figures.answered == 9 && figures.abandoned == 1)
        #expect(figures.meanWait == 25 && figures.p90Wait == 45, "nearest rank of nine waits")
        #expect(figures.inTime == 0.4 && figures.meanTalk == 120 && figures.meanWrap == 30 && figures.handling == 150)
        let none = CallLoadRules.figures([], within: 20)
        #expect(none.offered == 0 && none.inTime == nil && none.meanWait == nil && none.handling == nil)
        let forgotten = CallLoadRules.figures([call(nine, wait: 1, wrap: 86_000)], within: 20)
        #expect(forgotten.meanWrap == nil, "a call that nobody closed is no wrap-up of a day")
    }

    @Test func quarterHoursAreThoseOfTheWall() throws {
        // 29 March 2026: clocks go forward at 2; 25 October back at 3.
        for (month, day, hours) in [(3, 29, 23), (10, 25, 25), (11, 20, 24)] {
            let midnight = CallLoadRules.midnight(before: Instant(year: 2026, month: month, day: day, hour: 12), Self.paris)
            let next = CallLoadRules.midnight(1, after: midnight, Self.paris)
            #expect((next - midnight) == .hours(Int64(hours)))
            #expect(CallLoadRules.midnight(before: next - .seconds(1), Self.paris) == midnight)
            #expect(CallLoadRules.midnight(-1, after: next, Self.paris) == midnight)
        }
        let calls = [call(Self.day + .minutes(8 * 60 + 14), wait: 3), call(Self.day + .minutes(8 * 60 + 15), wait: 3)]
        let quarters = CallLoadRules.quarters(
            calls, presence: [(Self.day + .minutes(8 * 60 + 5), Self.day + .hours(12))], days: [Self.day, Self.day - .hours(24)],
            zone: Self.paris, within: 20)
        #expect(quarters.count == 96 && quarters[32].title == "08:00" && quarters[33].title == "08:15")
        #expect(quarters[32].calls == 0.5 && quarters[33].calls == 0.5 && quarters[34].calls == 0, "the mean of two days")
        #expect(abs(quarters[32].staff - 1.0 / 3) < 1e-9, "ten minutes of fifteen on one day of two")
        #expect(quarters[33].staff == 0.5 && quarters[48].staff == 0)
        let needs = CallLoadRules.needs(quarters, handling: 150, target: 0.8, within: 20)
        #expect(needs[33].agents == 1 && needs[34].agents == 0)
    }
}
