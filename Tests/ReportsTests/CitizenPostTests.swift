// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import JournalTesting
import Post
import Synchronization
import Testing

@testable import Reports

@Suite struct CitizenPostTests {
    private func make(_ world: MailWorld, _ email: String = "ada@example.org", language: Language = .french) async throws -> ReportReceipt {
        var draft = World.pothole(contact: ReportContact(email: email))
        (draft.place, draft.language) = (nil, language)
        return try await world.reports.create(draft)
    }

    @Test(arguments: TestJournal.engines) func eachPublicStepIsTold(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        let made = try await make(world)
        let number = made.report.number
        func act(_ act: ReportAct) async throws { try await world.reports.act(act, on: number, by: .staff("ada")) }
        try await act(.assign(department: "roads", reason: ""))
        try await act(.note("entre nous"))
        try await act(.start)
        try await act(.promise(World.start + .days(9), reason: "gel"))
        try await act(.answer("On passe <demain> & après."))
        try await act(.finish(.word("Jean Valjean"), text: ""))
        let sent = try await world.sent()
        let texts = sent.map { $0.mail?.text ?? "" }
        #expect(texts.count == 6)
        let tellings = [
            "Votre signalement est bien arrivé.", "Confié à : Voirie.", "Une équipe s'en occupe.", "Une nouvelle date est promise.",
            "La ville vous répond :", "C'est réglé. Une personne de la ville l'a constaté.",
        ]
        for (text, telling) in zip(texts, tellings) { #expect(text.contains(telling), "\(telling)") }
        #expect(texts[0].contains("Promis au plus tard le 23 novembre 2026") || texts[0].contains("Promis au plus tard le"))
        #expect(texts[5].contains("Est-ce réglé pour vous ?") && !texts[5].contains("Valjean"))
        #expect(!texts.contains { $0.contains("entre nous") })
        #expect(sent[4].body.contains("&lt;demain&gt; &amp; apr=C3=A8s"))
        // One thread, each mail with an identifier of its own.
        let ids = sent.compactMap { $0.mail?.messageID }
        #expect(Set(ids).count == 6)
        #expect(sent.dropFirst().allSatisfy { $0.mail?.headers["In-Reply-To"] == ids[0] })
        #expect(Set(sent.compactMap { $0.mail?.subject }).count == 1)
    }

    @Test func theMailIsInTheLanguageOfTheForm() async throws {
        let world = try await MailWorld.make()
        _ = try await make(world, language: .english)
        let sent = try await world.sent()
        #expect(sent.first?.mail?.text.contains("Your report has arrived.") == true)
        #expect(sent.first?.mail?.subject == "Request 1-B · Pothole")
    }

    @Test func whoeverIsJoinedIsToldOfTheOtherWithoutItsWords() async throws {
        let world = try await MailWorld.make()
        let one = try await make(world)
        let two = try await make(world, "bea@example.org")
        try await world.reports.act(.duplicate(of: one.report.number), on: two.report.number, by: .staff("ada"))
        _ = try await world.sent()
        try await world.reports.act(.assign(department: "roads", reason: "secret"), on: one.report.number, by: .staff("ada"))
        try await world.reports.act(.answer("Seulement pour Ada"), on: one.report.number, by: .staff("ada"))
        let sent = try await world.sent()
        #expect(sent.map(\.to) == ["ada@example.org", "bea@example.org", "ada@example.org"])
        #expect(sent[1].mail?.text.contains("Confié à : Voirie.") == true && sent[1].mail?.text.contains("secret") == false)
    }

    @Test func theAnswerIsReadAndNeitherTheInstructionNorTheNameOfWhoSaysSo() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world)
        try await world.reports.act(.assign(department: "roads", reason: "voir avec Dupont"), on: made.report.number, by: .staff("ada"))
        try await world.reports.act(
            .finish(.word("Luc\nMartin"), text: "Le trou est bouché.\nMerci."), on: made.report.number, by: .staff("ada"))
        let sent = try await world.sent().compactMap(\.mail?.text)
        #expect(!sent.contains { $0.contains("Dupont") || $0.contains("Luc") || $0.contains("Martin") })
        #expect(sent.last?.contains("Le trou est bouché.") == true && sent.last?.contains("Merci.") == true)
        let secrets = try await world.journal.read { try ReportLinkStore.secrets(of: made.report.number, in: $0) }
        let events = try #require(try await world.reports.follow(secrets.follow)).events
        #expect(events.map(\.publicText) == ["", "", "Le trou est bouché.\nMerci."])
        #expect(events.last?.text.hasPrefix("Luc Martin\n") == true, "the desk reads who said so")
    }

    @Test func theLinkOfAMailDiesWithTheContact() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world)
        let secrets = try await world.journal.read { try ReportLinkStore.secrets(of: made.report.number, in: $0) }
        #expect(try await world.reports.follow(secrets.follow)?.isOwn == true)
        #expect(try await world.reports.act(.note("par lien"), byLink: secrets.follow).number == made.report.number)
        _ = try await world.sent()
        try await world.reports.act(.reject(reason: "hors sujet"), on: made.report.number, by: .staff("ada"))
        // A message that still waits is gone with the rest.
        try await world.journal.write { try ReportDestruction.run(at: world.time.now.withLock { $0 } + .days(31), in: $0) }
        #expect(try await world.reports.follow(secrets.follow) == nil)
        #expect(try await world.reports.follow(made.token) != nil)
        try await world.reports.act(.reopen(reason: "encore"), on: made.report.number, by: .staff("ada"))
        let to = try await world.journal.read {
            try $0.rows("SELECT recipient FROM post_outbox WHERE created_at > \(World.start + .days(1))")
        }
        #expect(to.isEmpty)
    }

    @Test func withoutARelayNothingIsPutIntoTheOutbox() async throws {
        var post = MailWorld.post
        (post.sendsMail, post.pushKey) = (false, "")
        let world = try await MailWorld.make(post: post)
        let made = try await make(world)
        try await world.reports.act(.assign(department: "roads", reason: ""), on: made.report.number, by: .staff("ada"))
        #expect(try await world.sent().isEmpty)
    }

    @Test func devicesAreToldAndForgotten() async throws {
        let world = try await MailWorld.make()
        let made = try await make(world, "")
        let keys = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 BTBZMqHH6r4Tts7J_aSIgg"
        try await world.journal.write { transaction in
            for (endpoint, isOwn) in [("https://push.example/own", true), ("https://push.example/other", false)] {
                let isIn = try ReportLinkStore.add(
                    endpoint, keys: keys, isOwn: isOwn, .english, to: made.report, at: World.start, in: transaction)
                #expect(isIn)
            }
        }
        try await world.reports.act(.assign(department: "roads", reason: ""), on: made.report.number, by: .staff("ada"))
        try await world.reports.act(.answer("pour vous"), on: made.report.number, by: .staff("ada"))
        let sent = try await world.sent()
        #expect(sent.map(\.to) == ["https://push.example/other", "https://push.example/own", "https://push.example/own"])
        #expect(sent[0].body == #"{"title":"Request 1-B","body":"Given to: Roads.","link":"/app/reports/1-B"}"#)
        #expect(sent[1].body.contains("/app/follow/"))
        #expect(sent[2].body.contains("The city answers you:") && !sent[2].body.contains("pour vous"))
        try await CitizenPost.forget(endpoint: "https://push.example/own", in: world.journal)
        let left = try await world.journal.read { try ReportLinkStore.devices(of: made.report.number, in: $0) }
        #expect(left.map(\.endpoint) == ["https://push.example/other"])
        // No more devices than allowed, and all end with the report.
        try await world.journal.write { transaction in
            for i in 0..<ReportLinkStore.mostDevices {
                let isIn = try ReportLinkStore.add(
                    "https://push.example/\(i)", keys: keys, isOwn: true, .french, to: made.report, at: World.start, in: transaction)
                #expect(isIn == (i < ReportLinkStore.mostDevices - 1))
            }
            let ended = try ReportLinkStore.destroy(at: World.start + .days(731), in: transaction)
            #expect(ended.devices == ReportLinkStore.mostDevices)
        }
    }
}
