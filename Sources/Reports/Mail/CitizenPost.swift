// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
package import Foundation
package import Journal
package import Post
import Watch

/// What the desk sends to citizens: a mail or a push message for each public step of their request. It is put into the outbox in the
/// transaction of the step itself.
package struct CitizenPost: Sendable {
    /// `https://vigie.example.fr`, without a slash at the end.
    package var publicURL: String
    /// From whom mails come.
    package var from: MailAddress
    /// The address at which answers are taken; '' where no mail comes in: nothing then asks for an answer.
    package var mailbox: String
    package var sendsMail: Bool
    /// What browsers are given to subscribe; '' where no push messages are sent.
    package var pushKey: String
    var sendsPush: Bool { !pushKey.isEmpty }
    package var zone: TimeZone
    /// Is called once something new is in the outbox.
    package var wake: @Sendable () -> Void

    package init(
        publicURL: String, from: MailAddress, mailbox: String, sendsMail: Bool, pushKey: String, zone: TimeZone = Audience.paris,
        wake: @escaping @Sendable () -> Void = {}
    ) {
        (self.publicURL, self.from, self.mailbox) = (publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL, from, mailbox)
        (self.sendsMail, self.pushKey, self.zone, self.wake) = (sendsMail, pushKey, zone, wake)
    }

    /// Of `X-Loop`: by it a mail of ours is known when it comes back.
    package var mark: String { from.address }
    static func topic(_ number: Report.Number) -> String { "report:\(number.value)" }

    /// `signaler+0123…@ville.fr`: an answer there belongs to this report. '' where no mail comes in.
    func answerAddress(_ token: String) -> String {
        guard let at = mailbox.lastIndex(of: "@") else { return "" }
        return mailbox[..<at] + "+" + token + mailbox[at...]
    }

    /// What an answer is known by: the part after the plus of an address, or the first part of an identifier of ours.
    func answerToken(recipients: [String], references: [String]) -> [String] {
        var tokens: [String] = []
        for recipient in recipients {
            let local = recipient.prefix { $0 != "@" }
            if let plus = local.firstIndex(of: "+") { tokens.append(String(local[local.index(after: plus)...])) }
        }
        for reference in references {
            let inner = reference.dropFirst().dropLast()
            guard inner.lowercased().hasSuffix("@" + from.domain), let point = inner.firstIndex(of: ".") else { continue }
            tokens.append(String(inner[..<point]))
        }
        return tokens.map { $0.lowercased() }.filter { $0.utf8.count == 24 && $0.utf8.allSatisfy { isHex($0) } }
    }

    private func isHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }

    /// A device ended its subscription.
    package static func forget(endpoint: String, in journal: Journal) async throws {
        try await journal.write { transaction in
            try ReportLinkStore.remove(endpoint, in: transaction)
            try CitizenAccountStore.removeDevice(endpoint, in: transaction)
            try OutboxStore.withdraw(recipient: endpoint, in: transaction)
        }
    }

    // MARK: Telling

    /// What a mail that made a report still has to be told.
    struct Answered: Sendable, Hashable {
        var messageID: String
        /// What could not be taken, as the citizen is told it.
        var remarks: [Words]
    }

    /// A report was made: the receipt.
    func made(
        _ report: Report, language: Language, answered: Answered? = nil, expected: ReportExpected? = nil, tree: CategoryTree,
        at now: Instant, in transaction: Transaction
    ) throws {
        guard sendsMail || sendsPush else { return }
        let first = try ReportStore.events(of: report.number, onlyPublic: true, in: transaction).first
        guard sendsMail, let contact = try ReportStore.contact(of: report.number, in: transaction), !contact.email.isEmpty else { return }
        let link = try ReportLinkStore.open(report, language, at: now, in: transaction)
        if let account = try CitizenAccountStore.find(email: contact.email, in: transaction) {
            try CitizenAccountStore.follow(report.number, account, isOwn: true, in: transaction)
        }
        guard let event = first else { return }
        try put(
            CitizenMail(
                report: report, event: event, tree: tree, link: link, isOwn: true, remarks: answered?.remarks ?? [], expected: expected),
            to: contact.email, link, answers: answered?.messageID ?? "", place: 1, at: now, in: transaction)
        ring(transaction)
    }

    /// A step was done: whoever follows is told.
    /// - Parameter event: as appended, but for its place.
    func told(_ report: Report, _ event: ReportEvent, tree: CategoryTree, at now: Instant, in transaction: Transaction) throws {
        guard sendsMail || sendsPush, event.isPublic, event.role != .citizen, AppWords.sentence(event, tree) != nil else { return }
        let place = try transaction.row("SELECT MAX(place) FROM report_event WHERE report = \(report.number)")?.int(0) ?? 0
        let others = AppWords.isForOthers(event) ? try ReportStore.joined(to: report.number, limit: 500, in: transaction) : []
        for target in [report] + others {
            let isOwn = target.number == report.number
            try tellByMail(target, report, event, tree, isOwn, place, now, transaction)
            try tellByPush(target, report, event, tree, isOwn, now, transaction)
        }
        var told: Set<Int64> = []
        for target in [report] + others {
            try tellFollowers(of: target, event, told: &told, tree: tree, at: now, in: transaction)
        }
        ring(transaction)
    }

    /// What could not be taken of an answer by mail.
    func remark(
        _ report: Report, _ remarks: [Words], answers: String, key: String, tree: CategoryTree, at now: Instant, in transaction: Transaction
    ) throws {
        guard sendsMail, let link = try ReportLinkStore.link(of: report.number, in: transaction), !link.isMuted,
            let contact = try ReportStore.contact(of: report.number, in: transaction), !contact.email.isEmpty,
            let event = try ReportStore.events(of: report.number, onlyPublic: true, in: transaction).last
        else { return }
        var shown = event
        shown.text = ""
        try put(
            CitizenMail(report: report, event: shown, tree: tree, link: link, isOwn: true, remarks: remarks), to: contact.email, link,
            answers: answers, place: event.place, at: now, in: transaction)
        ring(transaction)
    }

    func ring(_ transaction: Transaction) { transaction.afterCommit { [wake] in wake() } }

    /// - Parameters:
    ///   - target: whose citizen is told; `report`: of what.
    private func tellByMail(
        _ target: Report, _ report: Report, _ event: ReportEvent, _ tree: CategoryTree, _ isOwn: Bool, _ place: Int, _ now: Instant,
        _ transaction: Transaction
    ) throws {
        guard sendsMail, let link = try ReportLinkStore.link(of: target.number, in: transaction), !link.isMuted,
            let contact = try ReportStore.contact(of: target.number, in: transaction), !contact.email.isEmpty,
            try wantsMail(contact.email, in: transaction)
        else { return }
        var shown = target
        // What is promised and where it stands is said of the report on which the work goes on.
        if !isOwn { (shown.state, shown.promisedAt, shown.endedAt) = (report.state, report.promisedAt, report.endedAt) }
        let mail = CitizenMail(report: shown, event: event, tree: tree, link: link, isOwn: isOwn, remarks: [])
        // Two reports may have lines of one number: the other's own number keeps the identifiers apart.
        try put(
            mail, to: contact.email, link, answers: "", place: place, of: isOwn ? nil : report.number, at: now, in: transaction)
    }

    private func put(
        _ mail: CitizenMail, to address: String, _ link: ReportLinkStore.Link, answers: String, place: Int, of other: Report.Number? = nil,
        at now: Instant, in transaction: Transaction
    ) throws {
        guard MailAddress.isAddress(address) else { return }
        let secrets = link.secrets
        let first = "<\(secrets.answer).1@\(from.domain)>"
        let id = place == 1 && other == nil ? first : "<\(secrets.answer).\(place)\(other.map { "-\($0.value)" } ?? "")@\(from.domain)>"
        let (text, html) = mail.written(self, zone: zone)
        let draft = MailDraft(
            from: from, to: address, replyTo: answerAddress(secrets.answer), subject: mail.subject, messageID: id,
            inReplyTo: answers.isEmpty ? (id == first ? "" : first) : answers, at: now, text: text, html: html,
            unsubscribe: "\(publicURL)/app/mail/\(secrets.follow)", mark: mark,
            autoSubmitted: answers.isEmpty ? "auto-generated" : "auto-replied",
            language: link.language)
        // Whatever cannot be delivered comes back to the same address, and so to this report.
        let sender = mailbox.isEmpty ? from.address : answerAddress(secrets.answer)
        try OutboxStore.put(
            .init(way: .mail, topic: CitizenPost.topic(mail.report.number), sender: sender, recipient: address, body: draft.bytes), at: now,
            in: transaction)
    }

    private func tellByPush(
        _ target: Report, _ report: Report, _ event: ReportEvent, _ tree: CategoryTree, _ isOwn: Bool, _ now: Instant,
        _ transaction: Transaction
    ) throws {
        guard sendsPush else { return }
        for device in try ReportLinkStore.devices(of: target.number, in: transaction) {
            guard device.isOwn || AppWords.isForOthers(event), let sentence = AppWords.dated(event, tree, zone: zone) else { continue }
            var link = "/app/reports/\(target.reference)"
            if device.isOwn {
                link = "/app/follow/\(try ReportLinkStore.open(target, device.language, at: now, in: transaction).secrets.follow)"
            }
            let title = Words("Demande \(target.reference)", "Request \(target.reference)")
            try OutboxStore.put(
                .init(
                    way: .push, topic: CitizenPost.topic(target.number), recipient: device.endpoint, keys: device.keys,
                    body: CitizenPost.payload(title: title(device.language), text: sentence(device.language), link: link)), at: now,
                in: transaction)
        }
    }

    /// What the service worker shows.
    static func payload(title: String, text: String, link: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("title", title)
            writer.member("body", text)
            writer.member("link", link)
        }
        return writer.bytes
    }
}
