// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal
import Post

/// An account of a citizen.
struct CitizenAccount: Sendable, Hashable {
    /// How one is told.
    enum Taste: String, Sendable, Hashable, CaseIterable { case mail, push, none }

    struct Street: Sendable, Hashable {
        var place: Int
        var label: String
        var at: Place
    }

    var number: Int64
    var email: String
    var language: Language
    var requests: Taste
    var streets: Taste

    static let linkLife = Span.minutes(15)
    static let sessionLife = Span.days(180)
    static let life = Span.days(730)
    static let mostStreets = 10
    static let mostDevices = 10
    static let mostRequests = 500
    /// Around one's street.
    static let metres = 150.0
}

/// Rows of citizens' accounts.
enum CitizenAccountStore {
    // MARK: Coming in

    /// A link was sent to an address.
    static func addDoor(_ token: String, email: String, _ language: Language, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO citizen_door (hash, email, language, destroy_at)
            VALUES (\(Tokens.hash(token)), \(email), \(language.rawValue), \(now + CitizenAccount.linkLife))
            """)
    }

    static func hasDoor(_ token: String, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.row("SELECT 1 FROM citizen_door WHERE hash = \(Tokens.hash(token)) AND destroy_at > \(now)") != nil
    }

    /// Uses a link up: the account is there from then on, with a session.
    /// - Returns: nil where the link is none, was used, or is too old.
    static func enter(_ token: String, session: String, at now: Instant, in transaction: Transaction) throws -> CitizenAccount? {
        let hash = Tokens.hash(token)
        guard
            let row = try transaction.row("SELECT email, language FROM citizen_door WHERE hash = \(hash) AND destroy_at > \(now)")
        else { return nil }
        try transaction.run("DELETE FROM citizen_door WHERE hash = \(hash)")
        let email = row.text(0)
        if try find(email: email, in: transaction) == nil {
            try transaction.run("UPDATE citizen_account_number SET last = last + 1")
            let number = try transaction.row("SELECT last FROM citizen_account_number")?.integer(0) ?? 1
            try transaction.run(
                """
                INSERT INTO citizen_account (number, email, language, requests, streets, created_at, destroy_at)
                VALUES (\(number), \(email), \(row.text(1)), 'mail', 'mail', \(now), \(now + CitizenAccount.life))
                """)
        }
        guard let account = try find(email: email, in: transaction) else { return nil }
        try transaction.run(
            """
            INSERT INTO citizen_session (hash, account, destroy_at)
            VALUES (\(Tokens.hash(session)), \(account.number), \(now + CitizenAccount.sessionLife))
            """)
        try transaction.run("UPDATE citizen_account SET destroy_at = \(now + CitizenAccount.life) WHERE number = \(account.number)")
        return account
    }

    private static let select: SQL = "SELECT a.number, a.email, a.language, a.requests, a.streets FROM citizen_account a "

    private static func account(_ row: Row) -> CitizenAccount {
        CitizenAccount(
            number: row.integer(0), email: row.text(1), language: Language(rawValue: row.text(2)) ?? .french,
            requests: CitizenAccount.Taste(rawValue: row.text(3)) ?? .none, streets: CitizenAccount.Taste(rawValue: row.text(4)) ?? .none)
    }

    static func find(email: String, in transaction: Transaction) throws -> CitizenAccount? {
        try transaction.row(select + "WHERE a.email = \(email.lowercased())").map(account)
    }

    static func find(_ number: Int64, in transaction: Transaction) throws -> CitizenAccount? {
        try transaction.row(select + "WHERE a.number = \(number)").map(account)
    }

    static func find(session: String, at now: Instant, in transaction: Transaction) throws -> CitizenAccount? {
        try transaction.row(
            select + "JOIN citizen_session s ON s.account = a.number WHERE s.hash = \(Tokens.hash(session)) AND s.destroy_at > \(now)"
        ).map(account)
    }

    static func endSession(_ session: String, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM citizen_session WHERE hash = \(Tokens.hash(session))")
    }

    static func set(_ account: CitizenAccount, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE citizen_account SET language = \(account.language.rawValue), requests = \(account.requests.rawValue),
                streets = \(account.streets.rawValue) WHERE number = \(account.number)
            """)
    }

    // MARK: Requests

    /// Takes in what was reported with the account's address.
    static func adopt(_ account: CitizenAccount, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO citizen_follow (account, report, is_own)
            SELECT CAST(\(account.number) AS BIGINT), report, 1 FROM report_contact WHERE lower(email) = \(account.email)
            ON CONFLICT (account, report) DO UPDATE SET is_own = 1
            """)
    }

    static func follow(_ number: Report.Number, _ account: CitizenAccount, isOwn: Bool, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO citizen_follow (account, report, is_own) VALUES (\(account.number), \(number), \(isOwn))
            ON CONFLICT (account, report) DO UPDATE SET is_own = CASE WHEN citizen_follow.is_own = 1 THEN 1 ELSE \(isOwn) END
            """)
    }

    static func leave(_ number: Report.Number, _ account: CitizenAccount, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM citizen_follow WHERE account = \(account.number) AND report = \(number)")
    }

    /// The newest first.
    static func requests(_ account: CitizenAccount, in transaction: Transaction) throws -> [(report: Report, isOwn: Bool)] {
        let rows = try transaction.rows(
            """
            SELECT report, is_own FROM citizen_follow WHERE account = \(account.number) ORDER BY report DESC LIMIT \(CitizenAccount.mostRequests)
            """)
        return try rows.compactMap { row in
            try ReportStore.find(Report.Number(row.integer(0)), in: transaction).map { ($0, row.flag(1)) }
        }
    }

    /// Who follows a report in an account.
    static func followers(of number: Report.Number, in transaction: Transaction) throws -> [(account: CitizenAccount, isOwn: Bool)] {
        let rows = try transaction.rows("SELECT account, is_own FROM citizen_follow WHERE report = \(number) ORDER BY account LIMIT 1000")
        return try rows.compactMap { row in try find(row.integer(0), in: transaction).map { ($0, row.flag(1)) } }
    }

    // MARK: Streets

    /// - Returns: false where there are as many as there may be.
    static func add(_ label: String, _ at: Place, to account: CitizenAccount, in transaction: Transaction) throws -> Bool {
        let known = try streets(of: account, in: transaction)
        guard known.count < CitizenAccount.mostStreets else { return false }
        if known.contains(where: { $0.label == label }) { return true }
        let place = (known.map(\.place).max() ?? 0) + 1
        try transaction.run(
            """
            INSERT INTO citizen_street (account, place, label, longitude, latitude, cell)
            VALUES (\(account.number), \(place), \(label), \(at.longitude), \(at.latitude), \(ReportFields.cell(at)))
            """)
        return true
    }

    static func removeStreet(_ place: Int, of account: CitizenAccount, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM citizen_street WHERE account = \(account.number) AND place = \(place)")
    }

    static func streets(of account: CitizenAccount, in transaction: Transaction) throws -> [CitizenAccount.Street] {
        try transaction.rows(
            "SELECT place, label, longitude, latitude FROM citizen_street WHERE account = \(account.number) ORDER BY place"
        )
        .map { .init(place: $0.int(0), label: $0.text(1), at: Place(longitude: $0.real(2), latitude: $0.real(3))) }
    }

    /// Accounts with a street within so many metres of a place, each once with its nearest street's name.
    static func neighbours(of place: Place, in transaction: Transaction) throws -> [(account: CitizenAccount, label: String)] {
        guard place.isValid else { return [] }
        let rows = try transaction.rows(
            """
            SELECT account, label, longitude, latitude FROM citizen_street
            WHERE cell IN (\(SQL.list(ReportFields.cells(round: place, metres: CitizenAccount.metres)))) LIMIT 2000
            """)
        var nearest: [Int64: (metres: Double, label: String)] = [:]
        for row in rows {
            let metres = Place(longitude: row.real(2), latitude: row.real(3)).metres(to: place)
            guard metres <= CitizenAccount.metres, metres < nearest[row.integer(0)]?.metres ?? .infinity else { continue }
            nearest[row.integer(0)] = (metres, row.text(1))
        }
        return try nearest.sorted { $0.key < $1.key }.compactMap { number, one in
            try find(number, in: transaction).map { ($0, one.label) }
        }
    }

    // MARK: Devices

    static func add(_ device: PushSubscription, to account: CitizenAccount, in transaction: Transaction) throws -> Bool {
        let hash = Tokens.hash(device.endpoint)
        try transaction.run("DELETE FROM citizen_push WHERE account = \(account.number) AND hash = \(hash)")
        let count = try transaction.row("SELECT COUNT(*) FROM citizen_push WHERE account = \(account.number)")?.int(0) ?? 0
        guard count < CitizenAccount.mostDevices else { return false }
        try transaction.run(
            "INSERT INTO citizen_push (account, hash, endpoint, keys) VALUES (\(account.number), \(hash), \(device.endpoint), \(device.keys))"
        )
        return true
    }

    static func removeDevice(_ endpoint: String, of account: CitizenAccount? = nil, in transaction: Transaction) throws {
        let whose: SQL = account.map { " AND account = \($0.number)" } ?? ""
        try transaction.run("DELETE FROM citizen_push WHERE hash = \(Tokens.hash(endpoint))\(whose)")
    }

    static func devices(of account: CitizenAccount, in transaction: Transaction) throws -> [(endpoint: String, keys: String)] {
        try transaction.rows("SELECT endpoint, keys FROM citizen_push WHERE account = \(account.number)").map { ($0.text(0), $0.text(1)) }
    }

    // MARK: Ends

    /// Erases a person: the account, and from the reports made with its address whoever made them (`ReportSeeker` says what stays).
    static func erase(_ account: CitizenAccount, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        let subject = PersonalSubject(.email, account.email)
        return try transaction.wiping {
            try ReportSeeker().erase(subject, at: now, in: transaction) + CitizenSeeker().erase(subject, at: now, in: transaction)
        }
    }

    /// - Returns: rows that went, by table.
    static func remove(_ number: Int64, in transaction: Transaction) throws -> [PersonalErasure] {
        try OutboxStore.withdraw(topic: CitizenPost.topic(account: number), in: transaction)
        var gone: [PersonalErasure] = []
        for table in ["citizen_push", "citizen_street", "citizen_follow", "citizen_session"] {
            let count = try transaction.run("DELETE FROM \(raw: table) WHERE account = \(number)")
            gone.append(PersonalErasure(table: table, count: count))
        }
        gone.append(
            PersonalErasure(table: "citizen_account", count: try transaction.run("DELETE FROM citizen_account WHERE number = \(number)")))
        return gone
    }

    /// - Returns: accounts that nobody visited for two years.
    static func destroy(at now: Instant, in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM citizen_door WHERE destroy_at <= \(now)")
        try transaction.run("DELETE FROM citizen_session WHERE destroy_at <= \(now)")
        let due = try transaction.rows("SELECT number FROM citizen_account WHERE destroy_at <= \(now)").map { $0.integer(0) }
        for number in due { _ = try remove(number, in: transaction) }
        return due.count
    }
}
