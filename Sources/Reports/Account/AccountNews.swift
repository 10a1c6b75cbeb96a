// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import Post

/// What accounts are told, each by its taste.
extension CitizenPost {
    static func topic(account number: Int64) -> String { "account:\(number)" }

    /// Does the holder of this address want mails of own requests? Whoever has no account does.
    func wantsMail(_ address: String, in transaction: Transaction) throws -> Bool {
        try CitizenAccountStore.find(email: address, in: transaction).map { $0.requests == .mail } ?? true
    }

    /// Tells the accounts that follow a report, or one that was joined to it.
    /// - Parameter told: accounts that were told of this step; whoever follows both is told once.
    func tellFollowers(
        of target: Report, _ event: ReportEvent, told: inout Set<Int64>, tree: CategoryTree, at now: Instant, in transaction: Transaction
    ) throws {
        guard let sentence = AppWords.dated(event, tree, zone: zone) else { return }
        let contact = try ReportStore.contact(of: target.number, in: transaction)?.email.lowercased()
        for (account, isOwn) in try CitizenAccountStore.followers(of: target.number, in: transaction)
        where isOwn || AppWords.isForOthers(event) {
            guard told.insert(account.number).inserted else { continue }
            // Whoever left the address gets the fuller mail about the report itself.
            if account.requests == .mail, account.email == contact { continue }
            var link = "/app/reports/\(target.reference)"
            if isOwn {
                link = "/app/follow/\(try ReportLinkStore.open(target, account.language, at: now, in: transaction).secrets.follow)"
            }
            let title = Words("Demande \(target.reference)", "Request \(target.reference)")
            try tell(account, by: account.requests, title, sentence, link, at: now, in: transaction)
        }
    }

    func tell(
        _ account: CitizenAccount, by taste: CitizenAccount.Taste, _ title: Words, _ words: Words, _ link: String, at now: Instant,
        in transaction: Transaction
    ) throws {
        switch taste {
        case .none: return
        case .push where sendsPush:
            for (endpoint, keys) in try CitizenAccountStore.devices(of: account, in: transaction) {
                let body = CitizenPost.payload(title: title(account.language), text: words(account.language), link: link)
                try OutboxStore.put(
                    .init(way: .push, topic: CitizenPost.topic(account: account.number), recipient: endpoint, keys: keys, body: body),
                    at: now,
                    in: transaction)
            }
        case .mail where sendsMail:
            let stop = try stop(account, in: transaction)
            try write(
                to: account, subject: title(account.language),
                lines: [.text(words(account.language))] + (link.isEmpty ? [] : [.link(publicURL + link)]), stop: stop, at: now,
                in: transaction)
        case .push, .mail: return
        }
        ring(transaction)
    }

    private func stop(_ account: CitizenAccount, in transaction: Transaction) throws -> String {
        "\(publicURL)/app/compte/stop/\(account.number)-\(try CitizenPost.stopToken(account.number, in: transaction))"
    }

    /// One mail of several pieces of news, the first twenty in full.
    func mailDay(
        _ account: CitizenAccount, _ title: Words, _ news: [CitizenNews], at now: Instant, in transaction: Transaction
    ) throws {
        guard sendsMail else { return }
        let most = 20
        var lines: [Line] = []
        for one in news.prefix(most) {
            lines.append(.text("\(one.title(account.language))\n\(one.text(account.language))"))
            if !one.link.isEmpty { lines.append(.link(publicURL + one.link)) }
        }
        if news.count > most {
            let more = Words("et \(news.count - most) autre(s) :", "and \(news.count - most) more:")
            lines += [.text(more(account.language)), .link(publicURL + "/app/compte")]
        }
        try write(
            to: account, subject: title(account.language), lines: lines, stop: try stop(account, in: transaction), at: now, in: transaction)
        ring(transaction)
    }

    /// The link that signs in.
    func sendDoor(_ token: String, to email: String, _ language: Language, at now: Instant, in transaction: Transaction) throws {
        let account = CitizenAccount(number: 0, email: email, language: language, requests: .mail, streets: .mail, works: .none)
        let french = "Ce lien ouvre votre compte. Il vaut 15 minutes et une fois. Si vous ne l'avez pas demandé, ne faites rien."
        let english = "This link opens your account. It holds for 15 minutes and once. If you did not ask for it, do nothing."
        try write(
            to: account, subject: Words("Votre lien de connexion", "Your link to sign in")(language),
            lines: [.text(Words(french, english)(language)), .link("\(publicURL)/app/compte/entrer/\(token)")], stop: "", at: now,
            in: transaction)
        ring(transaction)
    }

    private enum Line {
        case text(String)
        case link(String)
    }

    private func write(
        to account: CitizenAccount, subject: String, lines: [Line], stop: String, at now: Instant, in transaction: Transaction
    ) throws {
        guard MailAddress.isAddress(account.email) else { return }
        var text: [String] = []
        var html: [String] = []
        for line in lines {
            switch line {
            case .text(let words):
                text.append(words)
                html.append("<p>\(CitizenMail.escaped(words))</p>")
            case .link(let address):
                text.append(address)
                html.append("<p><a href=\"\(CitizenMail.escaped(address))\">\(CitizenMail.escaped(address))</a></p>")
            }
        }
        if !stop.isEmpty {
            let words = Words("Ne plus recevoir ces courriels :", "No more of these mails:")(account.language)
            text.append("-- \n\(words)\n\(stop)")
            html.append("<p><a href=\"\(CitizenMail.escaped(stop))\">\(CitizenMail.escaped(words))</a></p>")
        }
        let draft = MailDraft(
            from: from, to: account.email, subject: subject, messageID: "<\(Tokens.make().prefix(24))@\(from.domain)>", at: now,
            text: text.joined(separator: "\n\n") + "\n",
            html: "<!doctype html>\n<html lang=\"\(account.language.rawValue)\"><body>\(html.joined(separator: "\n"))</body></html>\n",
            unsubscribe: stop, mark: mark, language: account.language)
        try OutboxStore.put(
            .init(
                way: .mail, topic: CitizenPost.topic(account: account.number), sender: from.address, recipient: account.email,
                body: draft.bytes),
            at: now, in: transaction)
    }

    /// What only this house can make of an account's number.
    static func stopToken(_ number: Int64, in transaction: Transaction) throws -> String {
        String(try ReportLinkStore.key(for: Array("account stop \(number)".utf8), in: transaction).prefix(40))
    }
}
