// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import JournalTesting
import Testing

@testable import Reports

@Suite struct CallStoreTests {
    private func signal(_ what: CallSignal.What, _ seconds: Int64, call: String = "pbx-1", from: String = "+33 3 80 12 34 56") -> CallSignal
    {
        CallSignal(
            call: call, what, at: World.start + .seconds(seconds), from: what == .ringing ? from : "", line: "0380000000",
            agent: what == .answered ? "ada" : "")
    }

    private func count(_ table: String, _ world: World) async throws -> Int {
        try await world.journal.read { try $0.row(SQL(raw: "SELECT COUNT(*) FROM \(table)"))?.int(0) ?? 0 }
    }

    @Test(arguments: TestJournal.engines)
    func aCallOfTheExchangeIsKeptOnceHoweverOftenItIsTold(engine: Engine) async throws {
        let world = try await World.make(engine)
        world.setTime(World.start + .seconds(30))
        for _ in 0..<3 { _ = try await world.calls.take([signal(.ringing, 0)]) }
        let rung = try await world.calls.take([signal(.answered, 12), signal(.answered, 12)])
        #expect(rung.map(\.isNews) == [true, false])
        let call = rung[0].call
        #expect(call.state == .answered && call.agent == "ada" && call.answeredAt == World.start + .seconds(12))
        #expect(call.caller.hasPrefix("p-") && !call.caller.contains("0380"))
        #expect(try await count("call", world) == 1)
        #expect(try await count("call_event", world) == 2)
        #expect(try await world.journal.read { try CallStore.phone(of: call.number, in: $0) } == "0380123456")
        _ = try await world.calls.take([signal(.ended, 20)])
        try await world.calls.close(call.number, by: "ada")
        // The number in clear is gone with the call, and the history says so.
        #expect(try await count("call_number", world) == 0)
        let events = try await world.journal.read { try CallStore.events(of: call.number, in: $0) }
        #expect(events.map(\.what) == [.ringing, .answered, .ended, .ready, .forgotten])
        #expect(try await world.journal.read { try $0.rows("SELECT facts FROM call_event") }.allSatisfy { !$0.text(0).contains("0380") })
    }

    @Test(arguments: TestJournal.engines)
    func oneWrongEventOfAListKeepsNothing(engine: Engine) async throws {
        let world = try await World.make(engine)
        await #expect(throws: ReportFault.fields([.init("1.at", Words("Plus de 5 minutes dans l'avenir.", "More than 5 minutes ahead."))]))
        {
            try await world.calls.take([signal(.ringing, 0), signal(.ringing, 600, call: "pbx-2")])
        }
        #expect(try await count("call", world) == 0)
    }

    @Test(arguments: TestJournal.engines)
    func theCallersEarlierRequestsComeWithTheCallButNoNumber(engine: Engine) async throws {
        let world = try await World.make(engine)
        let before = try await world.reports.create(World.pothole(contact: ReportContact(phone: "03.80.12.34.56"))).report
        let call = try await world.calls.take([signal(.ringing, 0)])[0].call
        let person = Person(account: 1, login: "ada", name: "Ada", grants: [Grant(right: .configure)])
        let work = try #require(try await world.calls.work(on: call.number, for: person))
        #expect(work.earlierReports.map(\.number) == [before.number] && work.hasNumber && work.phone == nil)
        let other = Person(account: 2, login: "kim", name: "Kim", grants: [Grant(right: .operate, trade: "calls")])
        #expect(try await world.calls.work(on: call.number, for: other)?.earlierReports.isEmpty == true)
        // A look at the number stands in the log.
        #expect(try await world.calls.phone(of: call.number, by: "ada") == "0380123456")
        let entries = try await world.journal.read { try Logbook.search(in: $0) }
        #expect(entries.count == 1 && entries[0].author == "ada" && entries[0].text.english == "Number of call 1 looked at")
        #expect(entries.allSatisfy { !$0.text.french.contains("0380") })
    }

    @Test(arguments: TestJournal.engines)
    func twoHandsTakeOneCallAndOneOfThemIsTold(engine: Engine) async throws {
        let world = try await World.make(engine)
        let call = try await world.calls.take([signal(.ringing, 0)])[0].call
        try await world.calls.pick(up: call.number, by: "ada")
        await #expect(throws: ReportFault.self) { try await world.calls.pick(up: call.number, by: "bob") }
        #expect(try await world.journal.read { try CallStore.find(call.number, in: $0) }?.agent == "ada")
    }

    @Test(arguments: TestJournal.engines)
    func aRequestMadeOnTheTelephoneIsOneAndKnowsItsCallerByPseudonym(engine: Engine) async throws {
        let world = try await World.make(engine)
        let call = try await world.calls.take([signal(.ringing, 0)])[0].call
        try await world.calls.pick(up: call.number, by: "ada")
        let draft = World.pothole()
        let first = try await world.calls.report(draft, wantsNews: false, turn: 0, from: call.number, by: "ada")
        let again = try await world.calls.report(draft, wantsNews: false, turn: 0, from: call.number, by: "ada")
        #expect(first.report.number == again.report.number && first.isNew && !again.isNew)
        #expect(first.report.channel == .phone && first.report.reporter == call.caller && !call.caller.isEmpty)
        #expect(try await count("report_contact", world) == 0, "who wants no news leaves no number")
        let second = try await world.calls.report(draft, wantsNews: true, turn: 1, from: call.number, by: "ada")
        #expect(second.report.number != first.report.number)
        #expect(try await world.journal.read { try ReportStore.contact(of: second.report.number, in: $0) }?.phone == "0380123456")
        let outcomes = try await world.journal.read { try CallStore.outcomes(of: call.number, in: $0) }
        #expect(outcomes.map(\.sort) == [.request, .request])
        // A mistake is taken back: the report is rejected, unless somebody works on it already.
        try await world.calls.undo(1, of: call.number, by: "ada")
        #expect(try await world.reports.report(first.report.number)?.state == .rejected)
        _ = try await world.reports.act(.assign(department: "roads", reason: ""), on: second.report.number, by: .staff("ada"))
        await #expect(throws: ReportFault.self) { try await world.calls.undo(2, of: call.number, by: "ada") }
        #expect(
            try await world.journal.read { try CallStore.outcomes(of: call.number, in: $0) }.map { $0.undoneAt == nil } == [false, true])
    }

    @Test(arguments: TestJournal.engines)
    func aCallerJoinsWhatIsKnownAndCounts(engine: Engine) async throws {
        let world = try await World.make(engine)
        let known = try await world.reports.create(World.pothole()).report
        let call = try await world.calls.begin(by: "ada")
        func followers() async throws -> Int { try await world.journal.read { try ReportStore.followers(of: known.number, in: $0) } }
        try await world.calls.join(call.number, to: known.number, by: "ada")
        #expect(try await followers() == 1)
        await #expect(throws: ReportFault.self) { try await world.calls.join(call.number, to: known.number, by: "ada") }
        #expect(try await followers() == 1)
        try await world.calls.undo(1, of: call.number, by: "ada")
        #expect(try await followers() == 0)
        await #expect(throws: ReportFault.self) { try await world.calls.join(call.number, to: Report.Number(99), by: "ada") }
    }

    @Test(arguments: TestJournal.engines)
    func aCallbackKeepsItsNumberUntilItIsDone(engine: Engine) async throws {
        let world = try await World.make(engine)
        let calls = world.calls
        let call = try await calls.take([signal(.ringing, 0)])[0].call
        try await calls.pick(up: call.number, by: "ada")
        try await calls.promise(
            callback: World.start + .hours(1), why: "horaires de la déchèterie", name: "Mme Roy", phone: "", of: call.number, by: "ada")
        await #expect(throws: ReportFault.self) {
            try await calls.promise(callback: World.start + .days(20), why: "trop tard", name: "", phone: "", of: call.number, by: "ada")
        }
        try await calls.end(call.number, by: "ada")
        try await calls.close(call.number, by: "ada")
        let open = try await world.journal.read { try CallBackStore.open(in: $0) }
        #expect(open.count == 1 && open[0].name == "Mme Roy" && open[0].isLate(at: World.start + .hours(2)))
        #expect(try await calls.phone(ofCallback: 1, by: "ada") == "0380123456")
        try await calls.tryLater(callback: 1, after: .hours(1))
        #expect(try await world.journal.read { try CallBackStore.open(in: $0) }[0].tries == 1)
        try await calls.end(callback: 1, .done, by: "ada")
        await #expect(throws: ReportFault.unknown) { try await calls.end(callback: 1, .givenUp, by: "ada") }
        #expect(try await calls.phone(ofCallback: 1, by: "ada") == nil)
        let row = try #require(try await world.journal.read { try $0.row("SELECT name, phone, why FROM call_back") })
        #expect(row.text(0) + row.text(1) + row.text(2) == "")
        let words = try await world.journal.read { try Logbook.search(in: $0) }.map(\.text.english)
        #expect(words.contains("Callback 1 done; number destroyed") && words.contains("Number of callback 1 looked at"))
    }

    @Test(arguments: TestJournal.engines)
    func whatNamesSomebodyIsDestroyedOnItsDay(engine: Engine) async throws {
        let world = try await World.make(engine)
        let calls = world.calls
        let call = try await calls.take([signal(.ringing, 0)])[0].call
        try await calls.pick(up: call.number, by: "ada")
        var draft = CallDraft()
        draft.description = "un trou"
        try await calls.keep(draft, of: call.number)
        try await calls.inform(call.number, category: "", answer: "thanks", text: "voir le site", by: "ada")
        try await calls.promise(callback: World.start + .hours(1), why: "x", name: "Anne", phone: "", of: call.number, by: "ada")
        try await calls.setPresent("ada", true)
        #expect(try await world.journal.write { try CallDestruction.run(at: World.start + .hours(23), in: $0) } == nil)
        let entry = try #require(try await world.journal.write { try CallDestruction.run(at: World.start + .hours(25), in: $0) })
        #expect(
            entry.text.english.contains("numbers: 1") && entry.text.english.contains("drafts: 1")
                && entry.text.english.contains("calls closed: 1"))
        #expect(try await world.journal.read { try CallStore.find(call.number, in: $0) }?.state == .closed)
        #expect(try await count("call_number", world) == 0)
        #expect(try await count("call_draft", world) == 0)
        _ = try await world.journal.write { try CallDestruction.run(at: World.start + .days(15), in: $0) }
        #expect(try await world.journal.read { try CallBackStore.open(in: $0) }.isEmpty)
        _ = try await world.journal.write { try CallDestruction.run(at: World.start + .days(396), in: $0) }
        let kept = try #require(try await world.journal.read { try CallStore.find(call.number, in: $0) })
        #expect(kept.caller.isEmpty && kept.agent.isEmpty && kept.state == .closed, "the call stays for the figures")
        #expect(try await count("call_note", world) == 0)
        #expect(try await count("call_presence", world) == 0)
        // Each table that names somebody says for what, and for how long.
        let declared = CallSchema.personal.map(\.table)
        for table in ["call", "call_note", "call_number", "call_draft", "call_back", "call_presence"] { #expect(declared.contains(table)) }
    }

    @Test(arguments: TestJournal.engines)
    func presenceIsASpanAndItsRepetitionNone(engine: Engine) async throws {
        let world = try await World.make(engine)
        let (calls, start) = (world.calls, World.start)
        for (login, isPresent, minute) in [
            ("ada", true, 0), ("ada", true, 5), ("bob", true, 10), ("ada", false, 30), ("ada", false, 40), ("ada", true, 20),
        ] {
            try await calls.setPresent(login, isPresent, at: start + .minutes(Int64(minute)))
        }
        let spans = try await world.journal.read { try CallBackStore.presence(from: start, to: start + .hours(1), in: $0) }
        #expect(spans.count == 2)
        #expect(spans.contains { $0.from == start && $0.to == start + .minutes(30) })
        #expect(spans.contains { $0.from == start + .minutes(10) && $0.to == start + .hours(1) })
        #expect(try await world.journal.read { try CallBackStore.present(in: $0) } == ["bob"])
    }
}

extension CallStoreTests {
    @Test(arguments: TestJournal.engines)
    func whoAsksIsToldOfTheirCallsAndMayHaveThemForgotten(engine: Engine) async throws {
        let world = try await World.make(engine)
        let calls = world.calls
        let call = try await calls.take([CallSignal(call: "p", .ringing, at: World.start, from: "0380123456")])[0].call
        try await calls.pick(up: call.number, by: "ada")
        try await calls.inform(call.number, category: "", answer: "", text: "ouvre à neuf heures", by: "ada")
        try await calls.promise(callback: World.start + .hours(1), why: "suite", name: "Anne", phone: "", of: call.number, by: "ada")
        let subject = PersonalSubject(.phone, "0380123456")
        let found = try await world.journal.write { try CallSeeker().find(subject, in: $0) }
        #expect(Set(found.map(\.table)) == ["call", "call_number", "call_note", "call_back"])
        let gone = try await world.journal.write { try CallSeeker().erase(subject, at: World.start, in: $0) }
        #expect(gone.map(\.count) == [1, 1, 1, 1] && gone.allSatisfy { $0.stays == nil })
        #expect(try await world.journal.write { try CallSeeker().find(subject, in: $0) }.isEmpty)
        #expect(try await world.journal.read { try CallBackStore.open(in: $0) }.isEmpty)
        #expect(try await world.journal.write { try CallSeeker().find(PersonalSubject(.phone, "0380999999"), in: $0) }.isEmpty)
    }

    @Test(arguments: TestJournal.engines)
    func aNumberToRingThatStandsInAnothersCallIsFoundAndForgotten(engine: Engine) async throws {
        let world = try await World.make(engine)
        let calls = world.calls
        // Noted by hand: nobody knows who calls; the number to ring is the mother's.
        let call = try await calls.begin(by: "ada")
        try await calls.promise(
            callback: World.start + .hours(1), why: "suite", name: "Anne", phone: "+33 3 80 12 34 56", of: call.number, by: "ada")
        let other = try await calls.begin(by: "ada")
        try await world.journal.write { try CallStore.setNumber("0380123456", of: other.number, until: World.start + .days(1), in: $0) }
        let subject = PersonalSubject(.phone, "+33380123456")
        let found = try await world.journal.write { try CallSeeker().find(subject, in: $0) }
        #expect(found.map(\.table) == ["call_back", "call_number"] && found[0].fields["name"] == "Anne")
        let gone = try await world.journal.write { try CallSeeker().erase(subject, at: World.start, in: $0) }
        #expect(gone == [PersonalErasure(table: "call_back", count: 1), PersonalErasure(table: "call_number", count: 1)])
        #expect(try await world.journal.write { try CallSeeker().find(subject, in: $0) }.isEmpty)
        #expect(try await count("call_number", world) == 0)
        #expect(try await world.journal.read { try CallBackStore.open(in: $0) }.isEmpty)
        #expect(try await world.journal.write { try CallSeeker().erase(subject, at: World.start, in: $0) }.isEmpty)
    }

    @Test func theLinkOfARequestByTelephoneIsNotMadeOfWhatTheExchangeKnows() async throws {
        let world = try await World.make()
        let call = try await world.calls.take([signal(.ringing, 0)])[0].call
        try await world.calls.pick(up: call.number, by: "ada")
        let made = try await world.calls.report(World.pothole(), wantsNews: false, turn: 0, from: call.number, by: "ada")
        try await world.calls.join(call.number, to: made.report.number, by: "ada")
        let known = "\(call.number.value) \(call.startedAt.milliseconds)"
        for words in ["report 0", "follow \(made.report.number.value)"] {
            for prefix in ["vigie call ", "call ", ""] {
                let guessed = Reports.token(Tokens.hash("\(prefix)\(known) \(words)").hexadecimal)
                #expect(try await world.reports.follow(guessed) == nil)
            }
        }
        #expect(try await world.reports.follow(made.token)?.report.number == made.report.number)
    }
}
