// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Post

/// The daily end of what names a person in reports: what is past its day goes, and the log tells what and how much, in the same
/// transaction. The report itself and its history stay: they name nobody.
package enum ReportDestruction {
    /// - Returns: the entry that tells of it; nil where nothing was due.
    @discardableResult
    package static func run(at now: Instant, in transaction: Transaction) throws -> LogEntry? {
        try PersonalDestruction.told(
            "reports",
            Words("Données personnelles des signalements détruites à leur échéance", "Personal data of reports destroyed at its end"),
            at: now, in: transaction
        ) { try destroy(at: now, in: transaction) }
    }

    private static func destroy(at now: Instant, in transaction: Transaction) throws -> [(what: Words, count: Int)] {
        let contacts = try transaction.run("DELETE FROM report_contact WHERE destroy_at <= \(now)")
        try transaction.run("DELETE FROM report_follower WHERE destroy_at <= \(now)")
        let (_, devices) = try ReportLinkStore.destroy(at: now, in: transaction)
        let accounts = try CitizenAccountStore.destroy(at: now, in: transaction)
        let messages = try OutboxStore.destroy(at: now, in: transaction)
        let notes = try transaction.run("DELETE FROM report_note WHERE destroy_at <= \(now)")
        try transaction.run(
            """
            UPDATE report SET photos = 0 WHERE number IN (SELECT report FROM report_photo WHERE destroy_at <= \(now))
            """)
        let photos = try transaction.run("DELETE FROM report_photo WHERE destroy_at <= \(now)")
        // What is searched goes with the text; category and reference are found by their filters.
        let due: SQL = "destroy_at <= \(now) AND (description <> '' OR answers <> '{}')"
        // Counted first: what SQLite says of an update counts what its triggers do in the index of words.
        let texts = try transaction.row("SELECT COUNT(*) FROM report WHERE \(due)")?.int(0) ?? 0
        try transaction.run(
            """
            UPDATE report SET description = '', answers = '{}', address = '', folded = '', reporter = '', is_released = 0,
                published = '', published_address = '' WHERE \(due)
            """)
        let authors = try transaction.run(
            "UPDATE report_categories SET author = '' WHERE destroy_at <= \(now) AND author <> ''")
        return [
            (Words("coordonnées :", "contacts:"), contacts), (Words("noms et notes :", "names and notes:"), notes),
            (Words("photos :", "photos:"), photos), (Words("textes :", "texts:"), texts),
            (Words("auteurs de catégories :", "authors of categories:"), authors),
            (Words("appareils prévenus :", "devices told:"), devices),
            (Words("comptes d'habitants :", "accounts of citizens:"), accounts),
            (Words("messages non partis :", "messages that did not go:"), messages),
        ]
    }
}
