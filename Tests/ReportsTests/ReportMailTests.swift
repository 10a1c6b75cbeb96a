// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Inventory
import Journal
import JournalTesting
import Post
import Testing

@testable import Reports

@Suite struct ReportMailTests {
    @Test(arguments: TestJournal.engines) func aMailBecomesAReportOnceHoweverOftenItComes(engine: Engine) async throws {
        let world = try await MailWorld.make(engine)
        let text = "Bonjour,\nun gros nid-de-poule devant le 12 bis, rue des Forges. Un vélo est tombé.\n-- \nAda Roy\n06 12 34 56 78"
        for _ in 0..<3 { #expect(await world.take(text, subject: "Nid-de-poule dangereux") == .kept) }
        #expect(try await world.count() == 1)
        let report = try #require(try await world.report(1))
        #expect(report.channel == .mail && report.category == "pothole" && report.state == .received)
        #expect(report.address == "12 bis Rue des Forges, 21000 Dijon" && report.place != nil)
        #expect(report.description.hasPrefix("Nid-de-poule dangereux\n\nBonjour,") && !report.description.contains("06 12"))
        let contact = try await world.journal.read { try ReportStore.contact(of: report.number, in: $0) }
        #expect(contact == ReportContact(name: "Ada Roy", email: "ada@example.org"))
        // One receipt, which answers the mail and says where to follow.
        let sent = try await world.sent()
        #expect(sent.map(\.to) == ["ada@example.org"])
        let receipt = try #require(sent[0].mail)
        #expect(receipt.headers["Auto-Submitted"] == "auto-replied" && receipt.headers["In-Reply-To"] == "<1@example.org>")
        #expect(receipt.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
        #expect(receipt.text.contains("Votre signalement est bien arrivé.") && receipt.text.contains("Référence : 1-B"))
        #expect(sent[0].sender.hasPrefix("signaler+") && sent[0].sender == receipt.headers["Reply-To"]?.dropFirst().dropLast().description)
        let link = try #require(receipt.text.split(separator: "\n").first { $0.contains("/app/follow/") }.map(String.init))
        let followed = try await world.reports.follow(String(link.split(separator: "/").last ?? ""))
        #expect(followed?.report.number == report.number && followed?.isOwn == true)
    }

    @Test func whatCannotBeGuessedIsLeftToTheDesk() async throws {
        let world = try await MailWorld.make()
        #expect(await world.take("Il y a quelque chose au 3 rue de la Paix.", subject: "Question") == .kept)
        let report = try #require(try await world.report(1))
        #expect(report.category == "unsorted" && report.place == nil && report.address == "")
        let events = try await world.reports.events(of: report.number)
        #expect(events[0].facts["needs"] == "category,place")
        // The desk qualifies it, and the citizen is told.
        _ = try await world.sent()
        try await world.reports.act(.qualify(category: "graffiti", department: nil), on: report.number, by: .staff("ada"))
        try await world.reports.act(.answer("On regarde."), on: report.number, by: .staff("ada"))
        let sent = try await world.sent()
        #expect(sent.count == 1 && sent[0].mail?.text.contains("On regarde.") == true)
        #expect(sent[0].mail?.headers["Auto-Submitted"] == "auto-generated")
    }

    @Test func anAddressIsTakenOnlyWhereItIsSureWhichOne() async throws {
        let world = try await MailWorld.make()
        let shelf = AddressShelf(journal: world.journal)
        _ = try await shelf.refresh()
        func find(_ text: String) -> String? { AddressMention.find(in: text, shelf.index)?.label }
        #expect(find("au 12 rue des Forges svp") == "12 Rue des Forges, 21000 Dijon")
        #expect(find("au 12 Bis RUE DES FORGES") == "12 bis Rue des Forges, 21000 Dijon")
        #expect(find("3 rue de la Paix à Quetigny") == "3 Rue de la Paix, 21800 Quetigny")
        #expect(find("3 rue de la Paix 21000 Dijon") == "3 Rue de la Paix, 21000 Dijon")
        #expect(find("3 rue de la Paix") == nil)
        #expect(find("14 rue des Forges") == nil)
        #expect(find("12 rue des Forge") == nil)
        #expect(find("12 rue des Forges ou 12 bis rue des Forges") == nil)
        #expect(find("depuis 12 jours, rue des Forges") == nil)
        #expect(find(String(repeating: "12 ", count: 5000)) == nil)
    }

    @Test func anAnswerBecomesAWordOnItsReport() async throws {
        let world = try await MailWorld.make()
        _ = await world.take("Un nid-de-poule au 12 rue des Forges")
        let receipt = try #require(try await world.sent().first?.mail)
        let own = receipt.messageID
        // By the identifier of our mail, from another address even; without what it quotes.
        let answer = "Il est plus profond qu'hier.\n\nLe 21 nov. 2026 à 10:02, Ville <signaler@city.example> a écrit :\n> Bonjour"
        for _ in 0..<2 {
            #expect(
                await world.take(
                    answer, subject: "Re: Demande", head: "In-Reply-To: \(own)", id: "<2@example.org>", from: "bea@example.org") == .kept)
        }
        // By the address for answers alone.
        let to = try #require(receipt.headers["Reply-To"]).dropFirst().dropLast()
        #expect(await world.take("Et un autre à côté.", id: "<3@example.org>", to: String(to)) == .kept)
        #expect(try await world.count() == 1)
        let words = try await world.reports.events(of: Report.Number(1)).filter { $0.what == .noted }
        #expect(words.map(\.text) == ["Il est plus profond qu'hier.", "Et un autre à côté."])
        #expect(words.allSatisfy { $0.role == .citizen && $0.isPublic })
        #expect(try await world.sent().isEmpty)
        // Somebody who invents an identifier makes a report of their own.
        #expect(await world.take("x", head: "In-Reply-To: <0123456789abcdef01234567.1@city.example>", id: "<4@example.org>") == .kept)
        #expect(try await world.count() == 2)
    }

    @Test func machinesAreNeverAnswered() async throws {
        let world = try await MailWorld.make()
        _ = await world.take("Un nid-de-poule au 12 rue des Forges")
        let receipt = try #require(try await world.sent().first?.mail)
        // Away from the office, and our own mail come back.
        #expect(
            await world.take("Je suis absent", head: "Auto-Submitted: auto-replied\nIn-Reply-To: \(receipt.messageID)", id: "<5@x.example>")
                == .kept)
        #expect(await world.take("x", head: "X-Loop: signaler@city.example", id: "<6@x.example>") == .kept)
        #expect(try await world.count() == 1)
        #expect(try await world.reports.events(of: Report.Number(1)).count == 1)
        // A list tells something: it is read and not answered.
        #expect(await world.take("Le lampadaire est éteint", head: "List-Id: <quartier.example>", id: "<7@x.example>") == .kept)
        #expect(try await world.count() == 2)
        #expect(try await world.journal.read { try ReportStore.hasContact(Report.Number(2), in: $0) } == false)
        #expect(try await world.sent().isEmpty)
        #expect(world.mail.counts == [.report: 2, .dropped: 2])
    }

    @Test func aBounceEndsTheMailsAndTellsTheDesk() async throws {
        let world = try await MailWorld.make()
        _ = await world.take("Un nid-de-poule au 12 rue des Forges")
        let receipt = try #require(try await world.sent().first)
        try await world.reports.act(.qualify(category: "graffiti", department: nil), on: Report.Number(1), by: .staff("ada"))
        try await world.reports.act(.answer("Encore en route"), on: Report.Number(1), by: .staff("ada"))
        let bounce =
            "--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n--r\n"
            + "Content-Type: text/rfc822-headers\n\nMessage-ID: \(receipt.mail?.messageID ?? "")\n--r--\n"
        let head = "Content-Type: multipart/report; boundary=r"
        #expect(await world.take(bounce, head: head, from: "MAILER-DAEMON@example.org", sender: "", to: receipt.sender) == .kept)
        #expect(try await world.sent().isEmpty)
        try await world.reports.act(.answer("Nouvelle"), on: Report.Number(1), by: .staff("ada"))
        #expect(try await world.sent().isEmpty)
        let events = try await world.reports.events(of: Report.Number(1))
        #expect(events.filter { $0.facts["undelivered"] == "5.1.1" && !$0.isPublic }.count == 1)
        // A delay is no failure, and what comes from nowhere moves nothing.
        #expect(
            await world.take(
                bounce.replacing("failed", with: "delayed").replacing("5.1.1", with: "4.4.7"), head: head, from: "m@x.example", sender: "")
                == .kept)
        #expect(try await world.reports.events(of: Report.Number(1)).count == events.count)
    }

    @Test func photosAreKeptAndOtherFilesAreRefusedWithAWord() async throws {
        let world = try await MailWorld.make()
        let photo = PhotoSamples.jpeg(padding: 6000)
        func part(_ type: String, _ name: String, _ bytes: [UInt8]) -> String {
            let text = Array(bytes).base64
            return "--b\nContent-Type: \(type); name=\"\(name)\"\nContent-Transfer-Encoding: base64\n\n\(text)\n"
        }
        let body =
            "--b\nContent-Type: text/plain\n\nVoici le trou.\n" + part("image/jpeg", "trou.jpg", photo)
            + part("image/heic", "IMG.HEIC", Array(repeating: 7, count: 9000)) + part("image/png", "logo.png", [1, 2, 3])
            + part("application/pdf", "plan.pdf", Array("%PDF-1.4".utf8)) + "--b--\n"
        #expect(await world.take(body, head: "Content-Type: multipart/mixed; boundary=b") == .kept)
        let photos = try await world.journal.read { try ReportPhotoStore.photos(of: Report.Number(1), in: $0) }
        #expect(photos.count == 1 && !photos[0].isReleased)
        let receipt = try #require(try await world.sent().first?.mail)
        #expect(receipt.text.contains("« IMG.HEIC » n'a pas pu être gardée : envoyez vos photos en JPEG, PNG ou WebP."))
        #expect(receipt.text.contains("plan.pdf") && !receipt.text.contains("logo.png"))
        // In an answer too.
        let answer = "--b\nContent-Type: text/plain\n\n\n" + part("image/jpeg", "autre.jpg", photo) + "--b--\n"
        #expect(
            await world.take(
                answer, head: "Content-Type: multipart/mixed; boundary=b\nIn-Reply-To: \(receipt.messageID)", id: "<8@example.org>")
                == .kept)
        #expect(try await world.report(1)?.photos == 2)
        #expect(try await world.reports.events(of: Report.Number(1)).last?.text == "1 photo(s) envoyée(s) par courriel.")
    }

    @Test func aFloodOfOneSenderIsSlowedAndOthersAreNot() async throws {
        let world = try await MailWorld.make()
        var verdicts: [SMTPVerdict] = []
        for i in 0..<8 { verdicts.append(await world.take("trou \(i)", id: "<\(i)@x.example>")) }
        #expect(verdicts.prefix(6).allSatisfy { $0 == .kept })
        #expect(verdicts.suffix(2).allSatisfy { if case .later = $0 { true } else { false } })
        #expect(await world.take("trou", id: "<9@x.example>", from: "bea@example.org") == .kept)
        world.wait(.minutes(1))
        #expect(await world.take("trou 7", id: "<7@x.example>") == .kept)
    }

    @Test func whoeverSendsTooMuchIsToldSoBeforeItIsRead() async throws {
        let world = try await MailWorld.make()
        let head = String(repeating: "X-A: b\n", count: 600)
        for i in 0..<6 {
            guard case .refused = await world.take("x", head: head, id: "<\(i)@x.example>") else { return #expect(Bool(false), "\(i)") }
        }
        guard case .later = await world.take("x", head: head) else { return #expect(Bool(false)) }
        // Notices of servers, which name no sender, do not wait for each other.
        for i in 0..<9 {
            #expect(await world.take("x", head: "Auto-Submitted: auto-replied", id: "<n\(i)@x.example>", sender: "") == .kept)
        }
    }

    @Test func photosBeyondWhatARequestMayHaveAreSaidNotDropped() async throws {
        let world = try await MailWorld.make()
        _ = await world.take("Un trou")
        let receipt = try #require(try await world.sent().first?.mail)
        let (number, now) = (Report.Number(1), World.start)
        let photo = try PhotoRules.clean(PhotoSamples.jpeg(padding: 6000), limit: 1 << 20)
        try await world.journal.write { transaction in
            for place in 1..<ReportPhotoStore.most {
                try ReportPhotoStore.add(photo, stage: .before, place: place, to: number, at: now, in: transaction)
            }
        }
        let part =
            "--b\nContent-Type: image/jpeg; name=\"a.jpg\"\nContent-Transfer-Encoding: base64\n\n\(PhotoSamples.jpeg(padding: 6000).base64)\n"
        func answer(_ id: String) async throws {
            let head = "Content-Type: multipart/mixed; boundary=b\nIn-Reply-To: \(receipt.messageID)"
            #expect(await world.take(part + part + "--b--\n", head: head, id: id) == .kept)
        }
        try await answer("<2@x.example>")
        #expect(try await world.reports.events(of: number).last?.text == "1 photo(s) envoyée(s) par courriel.")
        #expect(try await world.sent().first?.mail?.text.contains("1 photo(s) non gardée(s)") == true)
        try await answer("<3@x.example>")
        #expect(try await world.reports.events(of: number).last?.text.hasPrefix("2 photo(s) non gardée(s)") == true)
        #expect(try await world.sent().first?.mail?.text.contains("2 photo(s) non gardée(s)") == true)
        #expect(try await world.journal.read { try ReportPhotoStore.photos(of: number, in: $0).count } == ReportPhotoStore.most)
    }

    @Test func answersGoToWhomTheEnvelopeNames() async throws {
        let world = try await MailWorld.make()
        _ = await world.take("Un trou", from: "victim@elsewhere.example", sender: "sender@example.org")
        #expect(try await world.sent().map(\.to) == ["sender@example.org"])
        // Nobody to answer: it is read, and nothing goes out.
        _ = await world.take("Un trou", id: "<2@x.example>", from: "ada@example.org", sender: "ada@example.org>\r\nRCPT TO:<x@y.example")
        #expect(try await world.sent().isEmpty)
        #expect(try await world.count() == 2)
    }

    @Test func aMailThatSaysNothingOrIsBentIsRefused() async throws {
        let world = try await MailWorld.make()
        guard case .refused = await world.take("", subject: "") else { return #expect(Bool(false)) }
        var deep = "x"
        for i in 0..<20 { deep = "Content-Type: multipart/mixed; boundary=b\(i)\n\n--b\(i)\n\(deep)\n--b\(i)--\n" }
        guard case .refused = await world.take(deep, head: "Content-Type: multipart/mixed; boundary=b19x") else {
            // Without its outer boundary it is plain text.
            #expect(try await world.count() == 1)
            return
        }
    }

    @Test func aLongMailIsCutToWhatAReportMayHave() async throws {
        let world = try await MailWorld.make()
        #expect(await world.take(String(repeating: "très long 🙂 ", count: 2000)) == .kept)
        #expect(try await world.report(1)?.description.unicodeScalars.count == 4000)
    }
}

extension [UInt8] {
    /// Lines of 76 characters.
    fileprivate var base64: String {
        let alphabet = Array<Character>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var out = ""
        for start in stride(from: 0, to: count, by: 3) {
            let three = self[start..<Swift.min(start + 3, count)]
            let word = (0..<3).reduce(0) { $0 << 8 | ($1 < three.count ? Int(three[start + $1]) : 0) }
            for i in 0..<4 { out.append(i <= three.count ? alphabet[word >> (18 - 6 * i) & 63] : "=") }
            if start % 57 == 54 { out.append("\n") }
        }
        return out
    }
}
