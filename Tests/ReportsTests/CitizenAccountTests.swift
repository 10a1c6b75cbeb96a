// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Logging
import Post
import Synchronization
import Testing

@testable import Reports

@Suite struct CitizenAccountTests {
    /// A citizen's browser: keeps the account's cookie.
    final class Browser: Sendable {
        let client: any TestClientProtocol
        let cookie = Mutex("")

        init(_ client: any TestClientProtocol) { self.client = client }

        func get(_ path: String) async throws -> (status: Int, text: String) {
            let answer = try await client.execute(uri: path, method: .get, headers: headers())
            return (Int(answer.status.code), String(buffer: answer.body))
        }

        func location(_ path: String) async throws -> String {
            try await client.execute(uri: path, method: .get, headers: headers()).headers[.location] ?? ""
        }

        func post(_ path: String, _ fields: [(String, String)] = [], origin: String? = nil) async throws -> (status: Int, location: String)
        {
            var headers = headers()
            headers[.contentType] = "application/x-www-form-urlencoded"
            if let origin { headers[.origin] = origin }
            let body = fields.map { "\($0.0)=\($0.1.replacing(" ", with: "+").replacing("@", with: "%40"))" }.joined(separator: "&")
            let answer = try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
            for line in answer.headers[values: .setCookie] where line.hasPrefix("vigie-citizen=") {
                cookie.withLock { $0 = String(line.prefix { $0 != ";" }) }
                #expect(line.contains("HttpOnly") && line.contains("SameSite=Lax"))
            }
            return (Int(answer.status.code), answer.headers[.location] ?? "")
        }

        private func headers() -> HTTPFields {
            let cookie = cookie.withLock { $0 }
            return cookie.isEmpty ? [:] : [.cookie: cookie]
        }
    }

    private func with(
        _ world: MailWorld, _ seekers: [any PersonalSeeker] = [], _ body: @Sendable @escaping (Browser) async throws -> Void
    ) async throws {
        let port = AccountPort(
            account: { _ in nil }, session: { _ in nil }, startSession: { _ in }, seen: { _, _ in }, endSession: { _ in },
            endSessions: { _ in }, changePassword: { _, _, _ in })
        let time = world.time
        let site = Site(
            settings: SiteSettings(), navigation: Reports.navigation, accounts: port, live: LiveFeed(mayHear: Reports.mayHear),
            clock: Clock { time.now.withLock { $0 } }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let addresses = AddressShelf(journal: world.journal)
        _ = try await addresses.refresh()
        CitizenApp(reports: world.reports, addresses: addresses, seekers: seekers).add(to: site)
        AppPostRoutes(reports: world.reports).add(to: site.desk("reports"))
        try await Application(responder: site.responder()).test(.router) { client in try await body(Browser(client)) }
    }

    private static func link(_ text: String, _ path: String) -> String {
        guard let at = text.firstRange(of: "https://city.example" + path) else { return "" }
        return path + text[at.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    private func signIn(_ browser: Browser, _ world: MailWorld, _ email: String = "ada@example.org") async throws {
        _ = try await browser.post("/app/compte/lien", [("email", email)])
        let mail = try #require(try await world.sent().last?.mail)
        let path = Self.link(mail.text, "/app/compte/entrer/")
        #expect(try await browser.post(path).location == "/app/compte")
    }

    /// Another desk, which knows Ada by her address.
    private final class OtherDesk: PersonalSeeker {
        let erased = Mutex(0)
        func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
            subject.value == "ada@example.org" ? [PersonalFinding(table: "bulky_booking", fields: ["day": "2026-11-30"])] : []
        }
        func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
            guard subject.value == "ada@example.org" else { return [] }
            erased.withLock { $0 += 1 }
            return [PersonalErasure(table: "bulky_booking", count: 1)]
        }
    }

    private func make(_ world: MailWorld, _ email: String, at place: Place? = nil) async throws -> ReportReceipt {
        var draft = World.pothole(contact: ReportContact(email: email), description: "Texte de " + email)
        draft.place = place
        return try await world.reports.create(draft)
    }

    @Test func aLinkOpensTheAccountOnceAndForAQuarterOfAnHour() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world, "Ada@Example.org")
        _ = try await make(world, "bea@example.org")
        _ = try await world.sent()
        try await with(world) { browser in
            #expect(try await browser.post("/app/compte/lien", [("email", "ada@example.org")]).location == "/app/compte?sent=1")
            let mail = try #require(try await world.sent().last)
            #expect(mail.to == "ada@example.org")
            let path = Self.link(mail.mail?.text ?? "", "/app/compte/entrer/")
            // Looking at it uses nothing up.
            #expect(try await browser.get(path).status == 200)
            #expect(try await browser.post(path).location == "/app/compte")
            let page = try await browser.get("/app/compte").text
            #expect(page.contains("\(made.reference)") && !page.contains("2-C"))
            let own = "/app/compte/demandes/\(made.reference)"
            #expect(page.contains(own))
            #expect(try await browser.location(own).hasPrefix("/app/follow/"))
            #expect(try await browser.get("/app/compte/demandes/2-C").status == 404)
            // Used, it opens nothing more.
            let other = Browser(browser.client)
            #expect(try await other.post(path).location == path)
            #expect(try await other.get(path).status == 404)
            #expect(try await !other.get("/app/compte").text.contains("\(made.reference)"))
            // An old one neither.
            world.wait(.minutes(2))
            _ = try await other.post("/app/compte/lien", [("email", "ada@example.org")])
            let late = Self.link(try #require(try await world.sent().last?.mail).text, "/app/compte/entrer/")
            world.wait(.minutes(15))
            #expect(try await other.get(late).status == 404)
            #expect(try await other.post(late).location == late)
            // Out again.
            _ = try await browser.post("/app/compte/sortir")
            #expect(try await !browser.get("/app/compte").text.contains("\(made.reference)"))
        }
    }

    @Test func aLinkInSomebodyElsesAccountDoesNotTellWhoSentIt() async throws {
        let world = try await MailWorld.make()
        let contact = ReportContact(name: "Bea Roy", email: "bea@example.org", phone: "0612345678")
        let receipt = try await world.reports.create(World.pothole(contact: contact, description: "Un trou"))
        try await with(world) { browser in
            try await signIn(browser, world)
            try await world.journal.write { transaction in
                let account = try #require(try CitizenAccountStore.find(email: "ada@example.org", in: transaction))
                try CitizenAccountStore.follow(receipt.report.number, account, isOwn: true, in: transaction)
            }
            for path in ["/app/compte/donnees", "/app/compte/donnees.json"] {
                let data = try await browser.get(path).text
                #expect(data.contains("\(receipt.reference)"), "\(path)")
                for word in ["bea@", "Bea Roy", "0612345678", "33612345678"] { #expect(!data.contains(word), "\(path): \(word)") }
            }
        }
    }

    @Test func noAnswerTellsWhetherAnAddressIsKnownAndNobodyIsFlooded() async throws {
        let world = try await MailWorld.make()
        try await with(world) { browser in
            try await signIn(browser, world)
            world.wait(.minutes(2))
            let other = Browser(browser.client)
            let known = try await other.post("/app/compte/lien", [("email", "ada@example.org")])
            let unknown = try await other.post("/app/compte/lien", [("email", "nobody@example.org")])
            #expect(known == unknown)
            #expect(try await world.sent().map(\.to) == ["ada@example.org", "nobody@example.org"])
            #expect(try await other.post("/app/compte/lien", [("email", "ada@example.org")]) == known)
            #expect(try await world.sent().isEmpty)
            #expect(try await other.post("/app/compte/lien", [("email", "no address")]).status == 422)
            var last = 0
            for i in 0..<6 { last = try await other.post("/app/compte/lien", [("email", "a\(i)@example.org")]).status }
            #expect(last == 429)
            #expect(try await browser.post("/app/compte/sortir", origin: "https://evil.example").status == 403)
        }
    }

    @Test func requestsAreAddedByTheirLinkAndToldByTaste() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world, "")
        try await with(world) { browser in
            try await signIn(browser, world)
            #expect(
                try await browser.post("/app/compte/demandes", [("link", "https://city.example/app/follow/\(made.token)?sent=1")]).status
                    == 303)
            #expect(try await browser.post("/app/compte/demandes", [("link", "999-Z")]).status == 422)
            #expect(try await browser.get("/app/compte").text.contains("\(made.reference)"))
            func act() async throws -> [String] {
                try await world.reports.act(.answer("oui"), on: made.report.number, by: .staff("ada"))
                return try await world.sent().map(\.way)
            }
            #expect(try await act() == ["mail"])
            _ = try await browser.post("/app/compte/gouts", [("requests", "none"), ("streets", "none")])
            #expect(try await act() == [])
            _ = try await browser.post("/app/compte/gouts", [("requests", "mail")])
            try await world.reports.act(.answer("encore"), on: made.report.number, by: .staff("ada"))
            let mail = try #require(try await world.sent().last?.mail)
            let stop = Self.link(mail.text, "/app/compte/stop/")
            #expect(mail.headers["List-Unsubscribe"] == "<https://city.example\(stop)>")
            #expect(try await Browser(browser.client).post(stop).status == 303)
            #expect(try await act() == [])
            #expect(try await browser.post(stop.dropLast() + "x").status == 404)
        }
    }

    @Test func theTasteHoldsForMailsToTheContactToo() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world, "ada@example.org")
        try await with(world) { browser in
            try await signIn(browser, world)
            func act() async throws -> Int {
                try await world.reports.act(.answer("oui"), on: made.report.number, by: .staff("ada"))
                return try await world.sent().count
            }
            #expect(try await act() == 1)
            _ = try await browser.post("/app/compte/gouts", [("requests", "none")])
            #expect(try await act() == 0)
        }
    }

    @Test func aStreetTellsOfWhatIsReportedAndSolvedNearIt() async throws {
        let world = try await MailWorld.make()
        try await with(world) { browser in
            try await signIn(browser, world)
            #expect(try await browser.post("/app/compte/rues", [("address", "12 rue des Forges Dijon")]).status == 303)
            #expect(try await browser.post("/app/compte/rues", [("address", "zzzz")]).status == 422)
            let made = try await make(world, "", at: World.forges)
            try await world.reports.tellStreets()
            #expect(try await world.sent().isEmpty, "nobody has read it yet")
            try await world.reports.act(.qualify(category: "pothole", department: nil), on: made.report.number, by: .staff("ada"))
            try await world.reports.tellStreets()
            let near = try #require(try await world.sent().last?.mail)
            #expect(near.subject.hasPrefix("Près de : 12") && near.text.contains("Nid-de-poule : signalé."))
            #expect(!near.text.contains("Texte de") && near.text.contains("/app/reports/\(made.reference)"))
            let far = try await make(world, "", at: World.east)
            try await world.reports.act(.qualify(category: "pothole", department: nil), on: far.report.number, by: .staff("ada"))
            try await world.reports.tellStreets()
            #expect(try await world.sent().isEmpty)
            try await world.reports.act(.assign(department: "roads", reason: ""), on: made.report.number, by: .staff("ada"))
            try await world.reports.tellStreets()
            #expect(try await world.sent().isEmpty)
            try await world.reports.act(.finish(.word("Jean"), text: ""), on: made.report.number, by: .staff("ada"))
            try await world.reports.tellStreets()
            #expect(try await world.sent().last?.mail?.text.contains("Nid-de-poule : réglé.") == true)
            let page = try await browser.get("/app/compte").text
            #expect(page.contains("12 Rue des Forges"))
            _ = try await browser.post("/app/compte/rues/retirer", [("place", "1")])
            let last = try await make(world, "", at: World.forges)
            try await world.reports.act(.assign(department: "roads", reason: ""), on: last.report.number, by: .staff("ada"))
            try await world.reports.tellStreets()
            #expect(try await world.sent().isEmpty)
        }
    }

    @Test func lookingAtAnAccountWritesNothingAndWhatIsReportedLaterStandsInIt() async throws {
        let world = try await MailWorld.make()
        try await with(world) { browser in
            try await signIn(browser, world)
            let made = try await make(world, "Ada@example.org")
            func links() async throws -> Int {
                try await world.journal.read { try $0.row("SELECT COUNT(*) FROM report_link")?.int(0) ?? 0 }
            }
            try await world.journal.write { _ = try $0.run("DELETE FROM report_link") }
            #expect(try await browser.get("/app/compte").text.contains("/app/compte/demandes/\(made.reference)"))
            let before = try await links()
            let link = try await browser.location("/app/compte/demandes/\(made.reference)")
            let after = try await links()
            #expect(before == 0 && after == 1)
            #expect(try await browser.get(link).status == 200)
            // To whoever is not signed in, and to another account, it is nothing.
            let other = Browser(browser.client)
            #expect(try await other.location("/app/compte/demandes/\(made.reference)") == "/app/compte")
            try await signIn(other, world, "bea@example.org")
            #expect(try await other.get("/app/compte/demandes/\(made.reference)").status == 404)
        }
    }

    @Test func theDataCanBeReadAsAPage() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world, "ada@example.org")
        try await world.reports.act(.answer("On passe <demain>."), on: made.report.number, by: .staff("marie"))
        _ = try await world.sent()
        try await with(world) { browser in
            try await signIn(browser, world)
            _ = try await browser.post("/app/compte/rues", [("address", "12 rue des Forges Dijon")])
            let page = try await browser.get("/app/compte/donnees").text
            for text in ["ada@example.org", "12 Rue des Forges", "Texte de ada@example.org", "On passe &lt;demain&gt;", "chaussée", "Où ?"]
            {
                #expect(page.contains(text), "\(text)")
            }
            #expect(!page.contains("marie"))
            #expect(try await Browser(browser.client).location("/app/compte/donnees") == "/app/compte")
        }
    }

    @Test(arguments: TestJournal.engines) func dataAreGivenAndErasedWithARecord(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        let desk = OtherDesk()
        var draft = World.pothole(contact: ReportContact(email: "ada@example.org"), description: "Texte de ada@example.org")
        draft.place = nil
        draft.photos = [try PhotoRules.clean(PhotoSamples.jpeg(padding: 9))]
        let open = try await world.reports.create(draft)
        let ended = try await make(world, "ADA@example.org")
        let other = try await make(world, "bea@example.org")
        try await world.reports.act(.reject(reason: "non"), on: ended.report.number, by: .staff("marie"))
        _ = try await world.sent()
        try await with(world, [desk]) { browser in
            try await signIn(browser, world)
            _ = try await browser.post("/app/compte/rues", [("address", "12 rue des Forges Dijon")])
            let data = try await browser.get("/app/compte/donnees.json").text
            #expect(data.contains("\"email\":\"ada@example.org\"") && data.contains("Texte de ada@example.org") && !data.contains("bea@"))
            #expect(data.contains("12 Rue des Forges") && !data.contains("marie"))
            #expect(data.contains("\"others\":[{\"place\":\"bulky_booking\",\"day\":\"2026-11-30\"}]"))
            // Photos too, by an address that only this account opens.
            let photo = "/app/compte/photos/\(open.reference)/1"
            #expect(data.contains("\"photos\":[\"\(photo)\"]"))
            #expect(try await browser.get("/app/compte/donnees").text.contains("src=\"\(photo)\""))
            #expect(try await browser.get(photo).status == 200)
            #expect(try await browser.get("/app/compte/photos/\(open.reference)/2").status == 404)
            #expect(try await browser.get("/app/compte/photos/\(other.reference)/1").status == 404)
            let stranger = Browser(browser.client)
            #expect(try await stranger.get(photo).status == 404)
            try await signIn(stranger, world, "bea@example.org")
            #expect(try await stranger.get(photo).status == 404)
            #expect(try await stranger.get("/app/compte/donnees.json").text.contains("\"others\":[]"))
            // Nor with the link of the request, which lets nobody see what was not released.
            _ = try await stranger.post("/app/compte/demandes", [("link", "/app/follow/\(open.token)")])
            #expect(try await stranger.get("/app/compte").text.contains("\(open.reference)"))
            #expect(try await stranger.get(photo).status == 404)
            #expect(try await !stranger.get("/app/compte/donnees.json").text.contains(photo))
            #expect(desk.erased.withLock { $0 } == 0)
            #expect(try await browser.post("/app/compte/effacer").status == 422)
            #expect(try await browser.post("/app/compte/effacer", [("sure", "on")]).location == "/app/compte?erased=1")
            #expect(try await !browser.get("/app/compte").text.contains("\(open.reference)"))
            #expect(try await browser.get("/app/compte/photos/\(open.reference)/1").status == 404)
        }
        #expect(desk.erased.withLock { $0 } == 1)
        let left = try await world.journal.read { transaction in
            (
                try ReportStore.hasContact(open.report.number, in: transaction),
                try ReportStore.hasContact(other.report.number, in: transaction),
                try transaction.rows("SELECT description, reporter FROM report ORDER BY number").map { [$0.text(0), $0.text(1)] },
                try transaction.row("SELECT COUNT(*) FROM citizen_account")?.int(0)
            )
        }
        #expect(!left.0 && left.1 && left.3 == 1)
        #expect(left.2[0] == ["Texte de ada@example.org", ""] && left.2[1] == ["", ""] && left.2[2][1] != "")
        let log =
            try await world.journal.read { try $0.rows("SELECT french FROM logbook ORDER BY number DESC LIMIT 1") }.first?.text(0) ?? ""
        #expect(
            log.contains("report_contact 2") && log.contains("bulky_booking 1") && log.contains("citizen_account 1")
                && !log.contains("ada@"))
        // And nothing more is sent, but to whoever added it by its link.
        try await world.reports.act(.answer("oui"), on: open.report.number, by: .staff("ada"))
        #expect(try await world.sent().map(\.to) == ["bea@example.org"])
    }

    @Test func whoFollowsAJoinedRequestIsToldOfTheOther() async throws {
        let world = try await MailWorld.make()
        let (main, joined) = (try await make(world, ""), try await make(world, ""))
        try await with(world) { browser in
            try await signIn(browser, world)
            _ = try await browser.post("/app/compte/demandes", [("link", "/app/follow/\(joined.token)")])
            let other = Browser(browser.client)
            try await signIn(other, world, "bea@example.org")
            for made in [main, joined] { _ = try await other.post("/app/compte/demandes", [("link", "/app/follow/\(made.token)")]) }
            try await world.reports.act(.duplicate(of: main.report.number), on: joined.report.number, by: .staff("ada"))
            _ = try await world.sent()
            try await world.reports.act(.assign(department: "roads", reason: ""), on: main.report.number, by: .staff("ada"))
            // Whoever follows both is told once.
            let sent = try await world.sent()
            #expect(sent.map(\.to) == ["bea@example.org", "ada@example.org"])
            #expect(sent[1].mail?.subject == "Demande \(joined.reference)" && sent[1].mail?.text.contains("Confié à") == true)
            // What the city writes to one is not for the other.
            try await world.reports.act(.answer("oui"), on: main.report.number, by: .staff("ada"))
            #expect(try await world.sent().map(\.to) == ["bea@example.org"])
        }
    }

    @Test(arguments: TestJournal.engines) func theNumberOfAnErasedAccountIsNobodyElses(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        let numbers = try await world.journal.write { transaction in
            try ["ada@example.org", "bea@example.org"].map { email in
                try CitizenAccountStore.addDoor(email, email: email, .french, at: World.start, in: transaction)
                let account = try #require(try CitizenAccountStore.enter(email, session: email, at: World.start, in: transaction))
                _ = try CitizenAccountStore.erase(account, at: World.start, in: transaction)
                return account.number
            }
        }
        #expect(numbers == [1, 2])
    }

    @Test func anAccountThatNobodyVisitsEnds() async throws {
        let world = try await MailWorld.make()
        try await with(world) { browser in try await signIn(browser, world) }
        try await world.journal.write { transaction in
            let early = try CitizenAccountStore.destroy(at: World.start + .days(700), in: transaction)
            let late = try CitizenAccountStore.destroy(at: World.start + .days(731), in: transaction)
            #expect(early == 0 && late == 1)
        }
    }
}
