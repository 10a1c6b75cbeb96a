// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import JournalTesting
import Privacy
import Testing

@testable import Reports

@Suite struct PrivacyTests {
    private let anne = ReportContact(name: "Anne Roy", email: "Anne@Example.org", phone: "03 80 12 34 56")

    @Test(arguments: TestJournal.engines)
    func allThatIsKeptOfSomebodyIsFoundAndTakenOut(engine: Engine) async throws {
        let world = try await World.make(engine)
        let open = try await world.reports.create(World.pothole(contact: anne, description: "devant chez moi"))
        let ended = try await world.reports.create(
            World.pothole(contact: ReportContact(phone: "+33 3 80 12 34 56"), description: "ma cave"))
        try await world.reports.act(.reject(reason: "privé"), on: ended.report.number, by: .staff("ada"))
        let other = try await world.reports.create(World.pothole(contact: ReportContact(email: "bob@example.org"), description: "autre"))
        let seeker = ReportSeeker()
        func found(_ sort: PersonalSubject.Sort, _ typed: String) async throws -> [PersonalFinding] {
            let subject = try #require(PersonalSubject(sort, typed: typed))
            return try await world.journal.read { try seeker.find(subject, in: $0) }
        }
        // By the number in any spelling: both; by the address: that report where it stands.
        let byPhone = try await found(.phone, "0380.12.34.56")
        #expect(byPhone.filter { $0.table == "report" }.map { $0.fields["description"] } == ["ma cave", "devant chez moi"])
        #expect(byPhone.contains { $0.table == "report_contact" && $0.fields["name"] == "Anne Roy" })
        #expect(try await found(.email, "ANNE@example.org").filter { $0.table == "report" }.count == 1)
        #expect(try await found(.phone, "+33 (0)3 80 12 34 56").count == byPhone.count)
        #expect(PersonalSubject(.phone, typed: "+33 3 80 12 34 56") == PersonalSubject(.phone, typed: "03.80.12.34.56"))
        #expect(try await found(.phone, "0611223344").isEmpty)
        #expect(try await found(.login, "ada").isEmpty)

        let subject = try #require(PersonalSubject(.phone, typed: "+33380123456"))
        let now = World.start + .minutes(5)
        let done = try await world.journal.write { try seeker.erase(subject, at: now, in: $0) }
        #expect(done.first { $0.table == "report" }?.stays?.english.contains("1 open report") == true)
        #expect(try await found(.phone, "0380123456").isEmpty)
        #expect(try await found(.email, "anne@example.org").isEmpty)
        let (kept, gone) = (try await world.reports.report(open.report.number), try await world.reports.report(ended.report.number))
        #expect(kept?.description == "devant chez moi" && kept?.reporter == "" && kept?.state.isOpen == true)
        #expect(gone?.description == "" && gone?.address == "" && gone?.state == .rejected)
        #expect(try await world.journal.read { try ReportStore.contact(of: other.report.number, in: $0) }?.email == "bob@example.org")
        #expect(try await found(.email, "bob@example.org").filter { $0.table == "report" }.map { $0.fields["description"] } == ["autre"])
    }

    @Test func aRequestIsAnsweredByWhoMayAndEachLookStandsInTheLog() async throws {
        let room = try await Room.make()
        try await room.with { ada in
            _ = try await room.world.reports.create(World.pothole(contact: anne, description: "<b>devant</b> chez moi"))
            let register = try await ada.get("/console/privacy")
            #expect(
                register.status == .ok && register.text.contains("report_contact")
                    && register.text.contains("Nothing has come to its end yet"))
            #expect(try await ada.get("/console/privacy/register.csv").text.hasPrefix("purpose,people,table,columns,ground,end\r\n"))
            #expect(try await ada.like("bob").get("/console/privacy").status == .forbidden)
            #expect(try await ada.like("kim").get("/console/privacy").status == .forbidden)
            let ask: KeyValuePairs = ["sort": "email", "value": " anne@example.org", "reason": "asked by letter"]
            let found = try await ada.post("/console/privacy/inquiry", ask)
            #expect(found.status == .ok && found.text.contains("Anne Roy") && !found.text.contains("<b>devant"))
            let file = try await ada.post("/console/privacy/export", ask)
            #expect(file.text.contains("\"Anne Roy\"") && file.text.contains("\"about\" : \"anne@example.org\""))
            #expect(try await ada.post("/console/privacy/erasure", ask).status == .unprocessableContent, "not confirmed")
            for wrong: KeyValuePairs in [
                ["sort": "email", "value": "anne", "reason": "asked by letter"],
                ["sort": "mark", "value": "a@b", "reason": "asked by letter"],
                ["sort": "phone", "value": "12", "reason": "asked by letter"], ["sort": "email", "value": "a@b.fr", "reason": ""],
            ] {
                #expect(try await ada.post("/console/privacy/inquiry", wrong).status == .unprocessableContent, "\(wrong)")
            }
            #expect(try await ada.post("/console/privacy/inquiry", ask, forged: true).status == .forbidden)
            let sure: KeyValuePairs = ["sort": "email", "value": "anne@example.org", "reason": "asked by letter", "sure": "on"]
            #expect(try await ada.post("/console/privacy/erasure", sure).text.contains("1 open report"))
            #expect(try await ada.post("/console/privacy/inquiry", ask).text.contains("Nothing is kept of this person"))
            #expect(try await ada.get("/console/privacy").text.contains("report_contact"))
            let entries = try await room.world.journal.read { try Logbook.search(limit: 20, in: $0) }.filter { $0.trade == "privacy" }
            #expect(entries.count == 4 && entries.allSatisfy { $0.author == "ada" && $0.text.english.contains("asked by letter") })
            // The log names her by a mark that ends, never in what is sealed.
            #expect(entries.allSatisfy { !$0.draft.text.french.contains("anne@example.org") })
        }
    }
}
