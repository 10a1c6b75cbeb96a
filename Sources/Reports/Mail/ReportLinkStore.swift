// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Crypto
import Journal

/// Rows that tie mails and devices to a report.
enum ReportLinkStore {
    /// The secrets that mails about a report carry.
    struct Secrets {
        /// Of its page, 40 hexadecimal digits as every link has.
        var follow: String
        /// Of the address for answers and of the identifiers of our mails, 24 digits.
        var answer: String
    }

    struct Link {
        var secrets: Secrets
        var language: Language
        var isMuted: Bool
        var trouble: String
    }

    static func secrets(of number: Report.Number, in transaction: Transaction) throws -> Secrets {
        let key = SymmetricKey(data: try ReportStore.secret(in: transaction))
        func derive(_ what: String, _ count: Int) -> String {
            Array(HMAC<SHA256>.authenticationCode(for: Array("\(what) \(number.value)".utf8), using: key)).prefix(count).hexadecimal
        }
        return Secrets(follow: derive("mail link", 20), answer: derive("mail answer", 12))
    }

    /// What only this house can make of a text: the key under which a mail makes one report, however often it comes.
    static func key(for text: [UInt8], in transaction: Transaction) throws -> String {
        let key = SymmetricKey(data: try ReportStore.secret(in: transaction))
        return Array(HMAC<SHA256>.authenticationCode(for: text, using: key)).hexadecimal
    }

    /// Makes the link where there is none.
    static func open(_ report: Report, _ language: Language, at now: Instant, in transaction: Transaction) throws -> Link {
        if let known = try link(of: report.number, in: transaction) { return known }
        let secrets = try secrets(of: report.number, in: transaction)
        let end = ReportRules.contactEnd(created: now, ended: report.endedAt)
        try transaction.run(
            """
            INSERT INTO report_link (report, follow, answer, language, is_muted, trouble, destroy_at)
            VALUES (\(report.number), \(Tokens.hash(secrets.follow)), \(Tokens.hash(secrets.answer)), \(language.rawValue), 0, '', \(end))
            """)
        return Link(secrets: secrets, language: language, isMuted: false, trouble: "")
    }

    static func link(of number: Report.Number, in transaction: Transaction) throws -> Link? {
        guard let row = try transaction.row("SELECT language, is_muted, trouble FROM report_link WHERE report = \(number)") else {
            return nil
        }
        return Link(
            secrets: try secrets(of: number, in: transaction), language: Language(rawValue: row.text(0)) ?? .french, isMuted: row.flag(1),
            trouble: row.text(2))
    }

    /// - Parameter follow: SHA-256 of the token of a link in a mail.
    static func report(follow: [UInt8], in transaction: Transaction) throws -> Report.Number? {
        try transaction.row("SELECT report FROM report_link WHERE follow = \(follow)").map { Report.Number($0.integer(0)) }
    }

    static func report(answer token: String, in transaction: Transaction) throws -> Report.Number? {
        try transaction.row("SELECT report FROM report_link WHERE answer = \(Tokens.hash(token))").map { Report.Number($0.integer(0)) }
    }

    static func mute(_ number: Report.Number, _ isMuted: Bool, trouble: String = "", in transaction: Transaction) throws {
        try transaction.run("UPDATE report_link SET is_muted = \(isMuted), trouble = \(trouble) WHERE report = \(number)")
        if isMuted {
            try transaction.run("DELETE FROM post_outbox WHERE topic = \(CitizenPost.topic(number)) AND way = 'mail' AND state = 'waiting'")
        }
    }

    // MARK: Devices

    struct Device {
        var endpoint: String
        var keys: String
        var isOwn: Bool
        var language: Language
    }

    /// Of one report, at most; of one more the oldest is not asked: it is refused.
    static let mostDevices = 20

    /// - Returns: false where there are too many.
    static func add(
        _ endpoint: String, keys: String, isOwn: Bool, _ language: Language, to report: Report, at now: Instant, in transaction: Transaction
    ) throws -> Bool {
        let hash = Tokens.hash(endpoint)
        try transaction.run("DELETE FROM report_push WHERE report = \(report.number) AND hash = \(hash)")
        let count = try transaction.row("SELECT COUNT(*) FROM report_push WHERE report = \(report.number)")?.int(0) ?? 0
        guard count < mostDevices else { return false }
        let end = ReportRules.contactEnd(created: now, ended: report.endedAt)
        try transaction.run(
            """
            INSERT INTO report_push (report, hash, endpoint, keys, is_own, language, destroy_at)
            VALUES (\(report.number), \(hash), \(endpoint), \(keys), \(isOwn), \(language.rawValue), \(end))
            """)
        return true
    }

    static func devices(of number: Report.Number, in transaction: Transaction) throws -> [Device] {
        try transaction.rows("SELECT endpoint, keys, is_own, language FROM report_push WHERE report = \(number)").map {
            Device(endpoint: $0.text(0), keys: $0.text(1), isOwn: $0.flag(2), language: Language(rawValue: $0.text(3)) ?? .french)
        }
    }

    @discardableResult
    static func remove(_ endpoint: String, from number: Report.Number? = nil, in transaction: Transaction) throws -> Int {
        let which: SQL = number.map { " AND report = \($0)" } ?? ""
        return try transaction.run("DELETE FROM report_push WHERE hash = \(Tokens.hash(endpoint))\(which)")
    }

    // MARK: Ends

    /// The report has ended or is open again: so does what may still be sent about it.
    static func end(of report: Report, in transaction: Transaction) throws {
        let end = ReportRules.contactEnd(created: report.createdAt, ended: report.endedAt)
        try transaction.run("UPDATE report_link SET destroy_at = \(end) WHERE report = \(report.number)")
        try transaction.run("UPDATE report_push SET destroy_at = \(end) WHERE report = \(report.number)")
    }

    /// - Returns: links and devices that were destroyed.
    static func destroy(at now: Instant, in transaction: Transaction) throws -> (links: Int, devices: Int) {
        let links = try transaction.run("DELETE FROM report_link WHERE destroy_at <= \(now)")
        return (links, try transaction.run("DELETE FROM report_push WHERE destroy_at <= \(now)"))
    }
}
