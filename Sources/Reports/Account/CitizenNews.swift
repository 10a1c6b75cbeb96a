// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// Something near which streets of accounts may be. It names nobody.
struct CitizenTelling: Sendable, Hashable {
    enum Taste: String, Sendable, Hashable { case streets, works }

    /// Of what it tells, so that nobody is told twice: `report:17:done:…`, `job:4:done`.
    var key: String
    var taste: Taste
    var place: Place
    var text: Words
    /// Of a page of the app; '' for none.
    var link: String
    /// Whoever follows this report, or left an address with it, hears of it anyhow.
    var report: Report.Number?
    var at: Instant
    /// The last account that was told.
    var last: Int64 = 0
}

/// One line for one account.
struct CitizenNews: Sendable, Hashable {
    var key: String
    var taste: CitizenTelling.Taste
    /// The street's own name of the account, and what is told.
    var title: Words
    var text: Words
    var link: String
    var at: Instant
}

/// Rows of what accounts are told of their streets.
enum CitizenNewsStore {
    // MARK: Tellings

    /// Written with the act that it follows from; told by the house, a few accounts at a time (`Reports.tellStreets`).
    static func put(_ one: CitizenTelling, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO citizen_telling (key, taste, longitude, latitude, text_fr, text_en, link, report, at, last)
            VALUES (\(one.key), \(one.taste.rawValue), \(one.place.longitude), \(one.place.latitude), \(one.text.french), \(one.text.english),
                \(one.link), \(one.report), \(one.at), 0)
            ON CONFLICT (key) DO NOTHING
            """)
    }

    /// The oldest.
    static func next(in transaction: Transaction) throws -> CitizenTelling? {
        try transaction.row(
            """
            SELECT key, taste, longitude, latitude, text_fr, text_en, link, report, at, last FROM citizen_telling ORDER BY at, key LIMIT 1
            """
        ).map {
            CitizenTelling(
                key: $0.text(0), taste: .init(rawValue: $0.text(1)) ?? .streets, place: Place(longitude: $0.real(2), latitude: $0.real(3)),
                text: Words($0.text(4), $0.text(5)), link: $0.text(6), report: $0.integerOrNil(7).map(Report.Number.init),
                at: $0.instant(8), last: $0.integer(9))
        }
    }

    /// - Parameter last: nil where all were told.
    static func went(_ one: CitizenTelling, to last: Int64?, in transaction: Transaction) throws {
        if let last {
            try transaction.run("UPDATE citizen_telling SET last = \(last) WHERE key = \(one.key)")
        } else {
            try transaction.run("DELETE FROM citizen_telling WHERE key = \(one.key)")
        }
    }

    // MARK: News

    /// - Parameter told: when it was told; nil: it waits for the message of the day.
    /// - Returns: false where this account was told of it before.
    @discardableResult
    static func add(_ news: CitizenNews, to account: Int64, told: Instant?, in transaction: Transaction) throws -> Bool {
        let kept: Span = news.taste == .works ? .days(400) : .days(30)
        return try transaction.run(
            """
            INSERT INTO citizen_news (account, key, taste, title_fr, title_en, text_fr, text_en, link, at, told_at, destroy_at)
            VALUES (\(account), \(news.key), \(news.taste.rawValue), \(news.title.french), \(news.title.english), \(news.text.french),
                \(news.text.english), \(news.link), \(news.at), \(told), \(news.at + kept))
            ON CONFLICT (account, key) DO NOTHING
            """) == 1
    }

    /// How many of its streets an account was told at once, since a moment.
    static func toldAtOnce(_ account: Int64, since: Instant, in transaction: Transaction) throws -> Int {
        try transaction.row("SELECT COUNT(*) FROM citizen_news WHERE account = \(account) AND told_at = at AND at > \(since)")?.int(0) ?? 0
    }

    /// Accounts for which something waits, in their order.
    static func waiting(after account: Int64, in transaction: Transaction) throws -> [Int64] {
        try transaction.rows(
            "SELECT DISTINCT account FROM citizen_news WHERE told_at IS NULL AND account > \(account) ORDER BY account LIMIT 100"
        ).map { $0.integer(0) }
    }

    /// What waits for an account, the oldest first; it has been told from then on.
    static func take(of account: Int64, at now: Instant, in transaction: Transaction) throws -> [CitizenNews] {
        let news = try news(of: account, "AND told_at IS NULL", in: transaction)
        try transaction.run("UPDATE citizen_news SET told_at = \(now) WHERE account = \(account) AND told_at IS NULL")
        return news
    }

    /// What is kept for an account, the oldest first.
    static func news(of account: Int64, _ which: SQL = "", in transaction: Transaction) throws -> [CitizenNews] {
        try transaction.rows(
            """
            SELECT key, taste, title_fr, title_en, text_fr, text_en, link, at FROM citizen_news
            WHERE account = \(account) \(which) ORDER BY at, key
            """
        ).map {
            CitizenNews(
                key: $0.text(0), taste: .init(rawValue: $0.text(1)) ?? .streets, title: Words($0.text(2), $0.text(3)),
                text: Words($0.text(4), $0.text(5)), link: $0.text(6), at: $0.instant(7))
        }
    }

    // MARK: The day

    /// The last day (since 1970) whose messages have gone; 0 for none.
    static func day(in transaction: Transaction) throws -> Int64 { try transaction.row("SELECT day FROM citizen_day")?.integer(0) ?? 0 }

    static func setDay(_ day: Int64, in transaction: Transaction) throws {
        try transaction.run(
            "INSERT INTO citizen_day (only_row, day) VALUES (1, \(day)) ON CONFLICT (only_row) DO UPDATE SET day = excluded.day")
    }

    /// Streets of those who want to hear of works, in their order.
    static func streetsForWorks(
        after last: (account: Int64, place: Int), in transaction: Transaction
    ) throws -> [(account: Int64, street: CitizenAccount.Street)] {
        try transaction.rows(
            """
            SELECT s.account, s.place, s.label, s.longitude, s.latitude FROM citizen_street s JOIN citizen_account a ON a.number = s.account
            WHERE a.works <> 'none' AND (s.account > \(last.account) OR (s.account = \(last.account) AND s.place > \(last.place)))
            ORDER BY s.account, s.place LIMIT 100
            """
        ).map {
            ($0.integer(0), .init(place: $0.int(1), label: $0.text(2), at: Place(longitude: $0.real(3), latitude: $0.real(4))))
        }
    }
}
