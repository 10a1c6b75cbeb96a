// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// An alert that the room published, with who did it.
package struct PublishedNotice: Sendable, Hashable {
    package var number: Int64
    package var notice: Notice
    package var at: Instant
    package var author: String
    /// Who ended it by hand, and when.
    package var ended: (at: Instant, author: String)?

    package static func == (a: PublishedNotice, b: PublishedNotice) -> Bool {
        a.number == b.number && a.notice == b.notice && a.at == b.at && a.ended?.at == b.ended?.at
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// Published alerts as rows: an end is a row of its own.
package enum NoticeStore {
    /// Grows with each alert and each end.
    package static func revision(in transaction: Transaction) throws -> Int64 {
        let notices = try transaction.row("SELECT COALESCE(MAX(number), 0) FROM service_notice")?.integer(0) ?? 0
        let ends = try transaction.row("SELECT COUNT(*) FROM service_notice_end")?.integer(0) ?? 0
        return notices + ends
    }

    @discardableResult
    package static func publish(_ notice: Notice, by author: String, at now: Instant, in transaction: Transaction) throws -> Int64 {
        let number = (try transaction.row("SELECT COALESCE(MAX(number), 0) FROM service_notice")?.integer(0) ?? 0) + 1
        try transaction.run(
            """
            INSERT INTO service_notice
                (number, level, title_fr, title_en, text_fr, text_en, from_at, until_at, communes, at, author, destroy_at)
            VALUES (\(number), \(notice.level.rawValue), \(notice.title.french), \(notice.title.english), \(notice.text.french),
                \(notice.text.english), \(notice.from), \(notice.until), \(notice.communes.joined(separator: ",")), \(now), \(author),
                \(now + ServiceStore.authorKept))
            """)
        return number
    }

    /// - Returns: false where it is unknown or was ended before.
    package static func end(_ number: Int64, by author: String, at now: Instant, in transaction: Transaction) throws -> Bool {
        let isThere = try transaction.row("SELECT 1 FROM service_notice WHERE number = \(number)") != nil
        let isEnded = try transaction.row("SELECT 1 FROM service_notice_end WHERE number = \(number)") != nil
        guard isThere, !isEnded else { return false }
        try transaction.run(
            """
            INSERT INTO service_notice_end (number, at, author, destroy_at)
            VALUES (\(number), \(now), \(author), \(now + ServiceStore.authorKept))
            """)
        return true
    }

    package static func one(_ number: Int64, in transaction: Transaction) throws -> PublishedNotice? {
        try rows("n.number = \(number)", limit: 1, in: transaction).first
    }

    /// Those that are on or still to come.
    package static func standing(at now: Instant, in transaction: Transaction) throws -> [PublishedNotice] {
        try rows("e.number IS NULL AND (n.until_at IS NULL OR n.until_at > \(now))", limit: 200, in: transaction)
    }

    /// The newest first.
    package static func latest(_ limit: Int, in transaction: Transaction) throws -> [PublishedNotice] {
        try rows("1 = 1", limit: limit, in: transaction)
    }

    private static func rows(_ condition: SQL, limit: Int, in transaction: Transaction) throws -> [PublishedNotice] {
        try transaction.rows(
            """
            SELECT n.number, n.level, n.title_fr, n.title_en, n.text_fr, n.text_en, n.from_at, n.until_at, n.communes, n.at, n.author,
                e.at, e.author
            FROM service_notice n LEFT JOIN service_notice_end e ON e.number = n.number
            WHERE \(condition) ORDER BY n.number DESC LIMIT \(limit)
            """
        ).map { row in
            let notice = Notice(
                code: "\(row.integer(0))", level: .init(rawValue: row.text(1)) ?? .info, title: Words(row.text(2), row.text(3)),
                text: Words(row.text(4), row.text(5)), from: row.instant(6), until: row.instantOrNil(7),
                communes: row.text(8).split(separator: ",").map(String.init))
            return PublishedNotice(
                number: row.integer(0), notice: notice, at: row.instant(9), author: row.text(10),
                ended: row.instantOrNil(11).map { ($0, row.text(12)) })
        }
    }
}
