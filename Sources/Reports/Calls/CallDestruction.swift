// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The daily end of what names a person at the call desk; the log tells what and how much, in the same transaction. Calls and their
/// history stay and name nobody.
package enum CallDestruction {
    /// - Returns: the entry that tells of it; nil where nothing was due.
    @discardableResult
    package static func run(at now: Instant, in transaction: Transaction) throws -> LogEntry? {
        try PersonalDestruction.told(
            "calls", Words("Données personnelles des appels détruites à leur échéance", "Personal data of calls destroyed at its end"),
            at: now, in: transaction
        ) { try destroy(at: now, in: transaction) }
    }

    private static func destroy(at now: Instant, in transaction: Transaction) throws -> [(what: Words, count: Int)] {
        let numbers = try transaction.run("DELETE FROM call_number WHERE destroy_at <= \(now)")
        let drafts = try transaction.run("DELETE FROM call_draft WHERE destroy_at <= \(now)")
        // What nobody closed within the day is closed: its number is gone with it.
        let old = now - CallRules.numberKept
        let stale = try transaction.run(
            """
            UPDATE call SET state = 'closed', closed_at = \(now), ended_at = COALESCE(ended_at, started_at)
            WHERE state IN ('ringing', 'answered', 'wrapping') AND started_at <= \(old)
            """)
        let backs = try transaction.run(
            """
            UPDATE call_back SET ended_at = \(now), end_how = 'givenUp', name = '', phone = '', why = ''
            WHERE ended_at IS NULL AND destroy_at <= \(now)
            """)
        let notes = try transaction.run("DELETE FROM call_note WHERE destroy_at <= \(now)")
        let calls = try transaction.run(
            "UPDATE call SET caller = '', agent = '' WHERE destroy_at <= \(now) AND (caller <> '' OR agent <> '')")
        let presence = try transaction.run("DELETE FROM call_presence WHERE destroy_at <= \(now)")
        return [
            (Words("numéros :", "numbers:"), numbers), (Words("brouillons :", "drafts:"), drafts),
            (Words("appels clos d'office :", "calls closed:"), stale), (Words("rappels échus :", "callbacks expired:"), backs),
            (Words("noms et notes :", "names and notes:"), notes), (Words("pseudonymes et agents :", "pseudonyms and agents:"), calls),
            (Words("présences :", "presences:"), presence),
        ]
    }
}
