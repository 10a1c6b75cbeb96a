// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
package import Inventory
import Journal
package import Logging
package import Post
import Synchronization
import Watch

/// What mail to the city's address becomes: an answer to a mail of ours a word on that report, another a report of its own, a machine's
/// complaint a mark on the link. It is kept when this returns; the same mail again changes nothing.
package final class ReportMail: Sendable {
    private let reports: Reports
    private let post: CitizenPost
    private let addresses: AddressShelf
    private let log: Logger
    private let pace = Pace()
    /// What came, by what it became, since start.
    private let tally = Mutex<[Outcome: Int]>([:])

    /// Mails a minute of one sender, and of all.
    static let perSender = 6
    static let perHouse = 120

    package enum Outcome: String, Sendable, CaseIterable {
        case report, word, again, bounce, dropped, refused, slowed

        var title: Words {
            switch self {
            case .report: Words("Signalements", "Reports")
            case .word: Words("Réponses ajoutées", "Answers added")
            case .again: Words("Déjà reçus", "Had before")
            case .bounce: Words("Avis de non-remise", "Delivery notices")
            case .dropped: Words("Réponses automatiques et boucles", "Automatic answers and loops")
            case .refused: Words("Refusés", "Refused")
            case .slowed: Words("Ralentis", "Slowed down")
            }
        }
    }

    package init(reports: Reports, post: CitizenPost, addresses: AddressShelf, log: Logger) {
        (self.reports, self.post, self.addresses, self.log) = (reports, post, addresses, log)
    }

    package var counts: [Outcome: Int] { tally.withLock { $0 } }

    package func take(_ arrival: SMTPListener.Arrival) async -> SMTPVerdict {
        // Reading a mail costs: whoever sends too many is told so before.
        if isTooMany(arrival) {
            tally.withLock { $0[.slowed, default: 0] += 1 }
            return .later("too many mails, come again later")
        }
        do {
            let mail = try MailMessage(arrival.bytes, sender: arrival.sender, mark: post.mark)
            let (outcome, verdict) = try await take(mail, arrival)
            tally.withLock { $0[outcome, default: 0] += 1 }
            return verdict
        } catch let fault as MailFault {
            tally.withLock { $0[.refused, default: 0] += 1 }
            return .refused(fault.words)
        } catch {
            log.error("a mail could not be kept", metadata: ["error": "\(error)"])
            return .later("it could not be kept now")
        }
    }

    private func take(_ mail: MailMessage, _ arrival: SMTPListener.Arrival) async throws -> (Outcome, SMTPVerdict) {
        let tokens = post.answerToken(recipients: arrival.recipients, references: mail.references)
        switch mail.nature {
        case .loop, .reply: return (.dropped, .kept)
        case .delivery(let report):
            try await bounced(report, tokens + post.answerToken(recipients: [], references: [report.messageID]))
            return (.bounce, .kept)
        case .person, .machine: break
        }
        let (photos, remarks) = try await photos(mail)
        if let number = try await number(tokens) {
            return (try await add(mail, photos, remarks, to: number), .kept)
        }
        return try await make(mail, arrival, photos, remarks)
    }

    /// Notices of mail servers name no sender: they count for the house alone.
    private func isTooMany(_ arrival: SMTPListener.Arrival) -> Bool {
        let (sender, now) = (arrival.sender.lowercased(), reports.clock.now())
        if !sender.isEmpty, pace.take(sender, perMinute: ReportMail.perSender, at: now) != nil { return true }
        return pace.take("", perMinute: ReportMail.perHouse, at: now) != nil
    }

    private func number(_ tokens: [String]) async throws -> Report.Number? {
        guard !tokens.isEmpty else { return nil }
        return try await reports.journal.read { transaction in
            for token in tokens.prefix(20) { if let number = try ReportLinkStore.report(answer: token, in: transaction) { return number } }
            return nil
        }
    }

    /// A mail server could not deliver: nothing more is sent there, and the desk sees why.
    private func bounced(_ report: DeliveryReport, _ tokens: [String]) async throws {
        guard report.isFailure, let number = try await number(tokens) else { return }
        let (now, status) = (reports.clock.now(), report.status.isEmpty ? "5" : report.status)
        let moved = try await reports.journal.write { transaction -> Report? in
            guard let found = try ReportStore.find(number, in: transaction),
                let link = try ReportLinkStore.link(of: number, in: transaction), link.trouble.isEmpty
            else { return nil }
            try ReportLinkStore.mute(number, true, trouble: status, in: transaction)
            try ReportStore.append(
                ReportEvent(
                    place: 0, at: now, what: .noted, role: .vigie, isPublic: false, state: found.state, facts: ["undelivered": status],
                    author: nil, text: ""), to: number, in: transaction)
            return found
        }
        if let moved { reports.outlet.tell([moved]) }
    }

    // MARK: Answers

    private func add(_ mail: MailMessage, _ photos: [CleanPhoto], _ remarks: [Words], to number: Report.Number) async throws -> Outcome {
        let cut = MailQuotes.cut(mail.text)
        let text = ReportMail.fitting(cut.isEmpty && photos.isEmpty ? mail.text : cut)
        let (now, tree, post) = (reports.clock.now(), try await reports.tree(), post)
        let mayAnswer = mail.nature.mayBeAnswered
        let moved = try await reports.journal.write { transaction -> Report? in
            let key = String(try ReportLinkStore.key(for: ReportMail.identity(mail), in: transaction).prefix(32))
            guard var report = try ReportStore.find(number, in: transaction),
                try transaction.row(
                    "SELECT 1 FROM report_event WHERE report = \(number) AND facts LIKE \("%\"mail\":\"" + key + "\"%")") == nil
            else { return nil }
            var kept = 0
            for photo in photos {
                guard let place = try ReportPhotoStore.nextPlace(of: number, in: transaction) else { break }
                try ReportPhotoStore.add(photo, stage: .citizen, place: place, to: number, at: now, in: transaction)
                kept += 1
            }
            let before = report
            report.updatedAt = now
            let remarks = remarks + (kept < photos.count ? [ReportMail.full(photos.count - kept)] : [])
            let words =
                text.isEmpty
                ? kept > 0
                    ? Words("\(kept) photo(s) envoyée(s) par courriel.", "\(kept) photo(s) sent by e-mail.")(.french)
                    : ReportMail.full(photos.count)(.french) : text
            let event = ReportEvent(
                place: 0, at: now, what: .noted, role: .citizen, isPublic: true, state: report.state,
                facts: ["mail": key, "channel": "mail"],
                author: nil, text: words)
            try ReportStore.move(report, from: before, event, in: transaction)
            if kept > 0 {
                try transaction.run("UPDATE report SET photos = photos + \(kept) WHERE number = \(number)")
                report.photos += kept
            }
            if !remarks.isEmpty, mayAnswer {
                try post.remark(report, remarks, answers: mail.messageID, key: key, tree: tree, at: now, in: transaction)
            }
            return report
        }
        guard let moved else { return .again }
        reports.outlet.tell([moved])
        return .word
    }

    // MARK: Reports

    private func make(
        _ mail: MailMessage, _ arrival: SMTPListener.Arrival, _ photos: [CleanPhoto], _ remarks: [Words]
    ) async throws -> (Outcome, SMTPVerdict) {
        let tree = try await reports.tree()
        let body = MailQuotes.withoutSignature(mail.text)
        let said = [mail.subject.trimmingSpace, body].filter { !$0.isEmpty }.joined(separator: "\n\n")
        if said.isEmpty, photos.isEmpty { return (.refused, .refused("the mail says nothing")) }
        let key = try await reports.journal.write { try ReportLinkStore.key(for: ReportMail.identity(mail), in: $0) }
        let guess = surest(said, tree)
        let found = AddressMention.find(in: said, addresses.index)
        var needs: [String] = []
        if guess == nil { needs.append("category") }
        if found == nil { needs.append("place") }
        var draft = ReportDraft(
            key: key, category: guess?.code ?? CategoryTree.unsorted.code, place: found?.place, address: found?.label ?? "",
            description: ReportMail.fitting(said), channel: .mail, contact: contact(mail, arrival), photos: photos)
        draft.facts = ["needs": needs.joined(separator: ",")].filter { !$0.value.isEmpty }
        if let guess { draft.facts["guess"] = String(Int((guess.confidence * 100).rounded())) }
        draft.arePhotosDeveloped = true
        draft.answered = CitizenPost.Answered(messageID: mail.messageID, remarks: remarks)
        do {
            let receipt = try await reports.create(draft)
            return (receipt.isNew ? .report : .again, .kept)
        } catch ReportFault.elsewhere {
            // Somebody else's road: the desk tells the citizen, in words that fit.
            (draft.category, draft.place, draft.facts) = (CategoryTree.unsorted.code, nil, ["needs": "category,place"])
            let receipt = try await reports.create(draft)
            return (receipt.isNew ? .report : .again, .kept)
        } catch ReportFault.fields(let faults) {
            log.warning("a mail makes no report", metadata: ["fields": "\(faults.map(\.name))"])
            return (.refused, .refused("it cannot be read as a report"))
        }
    }

    /// Whom one may answer: whoever the envelope names, as RFC 3834 §4 has it, by the address of the head where both are of one house.
    private func contact(_ mail: MailMessage, _ arrival: SMTPListener.Arrival) -> ReportContact {
        guard mail.nature.mayBeAnswered, EmailText.isAddress(arrival.sender) else { return ReportContact() }
        let sender = MailAddress(arrival.sender)
        guard let from = mail.from, from.domain == sender.domain, EmailText.isAddress(from.address) else {
            return ReportContact(name: mail.from.map { String($0.name.prefix(200)) } ?? "", email: arrival.sender)
        }
        return ReportContact(name: String(from.name.unicodeScalars.prefix(200).map(Character.init)), email: from.address)
    }

    /// A guess that is good enough to route by: more likely than not, and twice as likely as the next.
    private func surest(_ text: String, _ tree: CategoryTree) -> CategoryGuesser.Guess? {
        let guesses = reports.guesses.guesser(of: tree).guess(String(text.prefix(4000))).filter { guess in
            tree[guess.code].map { $0.visibility != .staff && $0.isOpen(in: tree) } == true
        }
        guard let first = guesses.first, first.confidence >= 0.5, first.confidence >= 2 * (guesses.dropFirst().first?.confidence ?? 0)
        else {
            return nil
        }
        return first
    }

    // MARK: Parts

    private static func full(_ count: Int) -> Words {
        Words(
            "\(count) photo(s) non gardée(s) : cette demande en a déjà \(ReportPhotoStore.most), le plus possible.",
            "\(count) photo(s) not kept: this request has \(ReportPhotoStore.most) already, as many as there may be.")
    }

    /// What makes a mail the same mail: its identifier and what it says. Heads that servers on the way add do not count.
    private static func identity(_ mail: MailMessage) -> [UInt8] {
        var bytes = Array("mail \(mail.messageID)\n\(mail.from?.address ?? "")\n\(mail.subject)\n\(mail.text)".utf8)
        for attachment in mail.attachments { bytes += Tokens.hash(String(decoding: attachment.bytes.prefix(4096), as: UTF8.self)) }
        return bytes
    }

    /// Logos of signatures are smaller than any photo.
    private static let smallest = 4096

    /// Photos that may be kept, and a word on each file that may not.
    private func photos(_ mail: MailMessage) async throws -> ([CleanPhoto], [Words]) {
        var photos: [CleanPhoto] = []
        var remarks: [Words] = []
        for attachment in mail.attachments {
            let name =
                attachment.name.isEmpty
                ? Words("Une pièce jointe", "An attachment") : Words("« \(attachment.name) »", "'\(attachment.name)'")
            func refuse(_ why: Words) {
                remarks.append(
                    Words("\(name.french) n'a pas pu être gardée : \(why.french)", "\(name.english) could not be kept: \(why.english)"))
            }
            if attachment.type.hasPrefix("image/"), attachment.bytes.count < ReportMail.smallest { continue }
            if ["text/calendar", "text/vcard", "application/pgp-signature", "application/pkcs7-signature", "message/rfc822"].contains(
                attachment.type)
            {
                continue
            }
            if photos.count >= ReportRules.mostPhotos {
                refuse(Words("\(ReportRules.mostPhotos) photos au plus.", "at most \(ReportRules.mostPhotos) photos."))
                continue
            }
            do {
                photos.append(try await reports.develop(try PhotoRules.clean(attachment.bytes, limit: CitizenApp.photoLimit)))
            } catch PhotoFault.unknownFormat {
                refuse(Words("envoyez vos photos en JPEG, PNG ou WebP.", "send photos as JPEG, PNG or WebP."))
            } catch let fault as PhotoFault {
                refuse(fault.words)
            }
        }
        return (photos, Array(remarks.prefix(10)))
    }

    /// At most as many characters as a report may have.
    static func fitting(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > ReportRules.longestText else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(ReportRules.longestText - 2))) + " …"
    }
}
