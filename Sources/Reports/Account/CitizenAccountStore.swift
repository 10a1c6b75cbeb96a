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
    var works: Taste

    func way(of taste: CitizenTelling.Taste) -> Taste {
        switch taste {
        case .streets: streets
        case .works: works
        }
    }

    static let linkLife = Span.minutes(15)
    static let sessionLife = Span.days(180)
    static let life = Span.days(730)
    static let mostStreets = 10
    static let mostDevices = 10
    static let mostRequests = 500
    /// News of streets told at once, a day; more of them wait for the message of the day.
    static let mostAtOnce = 3
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
                INSERT INTO citizen_account (number, email, language, requests, streets, works, created_at, destroy_at)
                VALUES (\(number), \(email), \(row.text(1)), 'mail', 'mail', 'none', \(now), \(now + CitizenAccount.life))
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

    private static let columns: SQL = "a.number, a.email, a.language, a.requests, a.streets, a.works"
    private static let select: SQL = "SELECT \(columns) FROM citizen_account a "

    private static func account(_ row: Row) -> CitizenAccount {
        func taste(_ column: Int) -> CitizenAccount.Taste { CitizenAccount.Taste(rawValue: row.text(column)) ?? .none }
        return CitizenAccount(
            number: row.integer(0), email: row.text(1), language: Language(rawValue: row.text(2)) ?? .french, requests: taste(3),
            streets: taste(4), works: taste(5))
    }

    /// Since when it is there, and until when at the latest.
    static func span(of account: CitizenAccount, in transaction: Transaction) throws -> (from: Instant, to: Instant) {
        let row = try transaction.row("SELECT created_at, destroy_at FROM citizen_account WHERE number = \(account.number)")
        return (row?.instant(0) ?? .distantPast, row?.instant(1) ?? .distantPast)
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
                streets = \(account.streets.rawValue), works = \(account.works.rawValue) WHERE number = \(account.number)
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
        let own = ReportFields.columns.count
        return try transaction.rows(
            ReportFields.selecting("f.is_own")
                + """
                JOIN citizen_follow f ON f.report = report.number WHERE f.account = \(account.number)
                ORDER BY report.number DESC LIMIT \(CitizenAccount.mostRequests)
                """
        ).map { (ReportFields.report($0), $0.flag(own)) }
    }

    /// A request of one's own; nil where it is none.
    static func own(_ number: Report.Number, of account: CitizenAccount, in transaction: Transaction) throws -> Report? {
        let row = try transaction.row(
            "SELECT 1 FROM citizen_follow WHERE account = \(account.number) AND report = \(number) AND is_own = 1")
        return row == nil ? nil : try ReportStore.find(number, in: transaction)
    }

    /// Is a request one that was made with the address of the account, not only added to it by its link?
    static func sent(_ report: Report, _ account: CitizenAccount, in transaction: Transaction) throws -> Bool {
        if try ReportStore.contact(of: report.number, in: transaction)?.email.lowercased() == account.email.lowercased() { return true }
        guard !report.reporter.isEmpty else { return false }
        return try ReportStore.pseudonym(ReportContact(email: account.email), in: transaction) == report.reporter
    }

    /// Who follows a report in an account.
    static func followers(of number: Report.Number, in transaction: Transaction) throws -> [(account: CitizenAccount, isOwn: Bool)] {
        try transaction.rows(
            """
            SELECT \(columns), f.is_own FROM citizen_follow f JOIN citizen_account a ON a.number = f.account WHERE f.report = \(number)
            ORDER BY a.number LIMIT 1000
            """
        ).map { (account($0), $0.flag(6)) }
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

    typealias Neighbours = [(account: CitizenAccount, label: String)]

    /// Some accounts with a street within so many metres of a place, in the order of their numbers, each once with its nearest street's name.
    /// - Parameter last: those with a greater number.
    /// - Returns: the accounts, and the last one that was looked at; nil where none comes after it.
    static func neighbours(
        of place: Place, after last: Int64 = 0, page: Int = 200, in transaction: Transaction
    ) throws -> (near: Neighbours, last: Int64?) {
        guard place.isValid else { return ([], nil) }
        // As many rows more as one account may have: none is cut in two.
        let limit = page + CitizenAccount.mostStreets
        let rows = try transaction.rows(
            """
            SELECT \(columns), s.label, s.longitude, s.latitude FROM citizen_street s JOIN citizen_account a ON a.number = s.account
            WHERE s.cell IN (\(SQL.list(ReportFields.cells(round: place, metres: CitizenAccount.metres)))) AND s.account > \(last)
            ORDER BY s.account, s.place LIMIT \(limit)
            """)
        let cut = rows.count < limit ? nil : rows.last?.integer(0)
        var near: [(account: CitizenAccount, label: String, metres: Double)] = []
        for row in rows where row.integer(0) != cut {
            let one = (account(row), row.text(6), Place(longitude: row.real(7), latitude: row.real(8)).metres(to: place))
            if near.last?.account.number != one.0.number {
                near.append(one)
            } else if one.2 < near[near.count - 1].metres {
                near[near.count - 1] = one
            }
        }
        return (
            near.filter { $0.metres <= CitizenAccount.metres }.map { ($0.account, $0.label) }, cut == nil ? nil : near.last?.account.number
        )
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
    /// - Parameter others: of other desks, which may know the same person by the address.
    static func erase(
        _ account: CitizenAccount, others: [any PersonalSeeker] = [], at now: Instant, in transaction: Transaction
    ) throws -> [PersonalErasure] {
        let subject = PersonalSubject(.email, account.email)
        return try transaction.wiping {
            try ReportSeeker().erase(subject, at: now, in: transaction)
                + others.flatMap { try $0.erase(subject, at: now, in: transaction) }
                + CitizenSeeker().erase(subject, at: now, in: transaction)
        }
    }

    /// - Returns: rows that went, by table.
    static func remove(_ number: Int64, in transaction: Transaction) throws -> [PersonalErasure] {
        try OutboxStore.withdraw(topic: CitizenPost.topic(account: number), in: transaction)
        var gone: [PersonalErasure] = []
        for table in ["citizen_push", "citizen_news", "citizen_street", "citizen_follow", "citizen_session"] {
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
        try transaction.run("DELETE FROM citizen_news WHERE destroy_at <= \(now)")
        let due = try transaction.rows("SELECT number FROM citizen_account WHERE destroy_at <= \(now)").map { $0.integer(0) }
        for number in due { _ = try remove(number, in: transaction) }
        return due.count
    }
}
