// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
package import Journal

/// Other houses as rows.
package enum PartnerStore {
    private static let select: SQL = """
        SELECT code, url, jurisdiction, api_key <> '', is_automatic, format, is_keyed, has_updates, services, mapping, checked_at, trouble,
            heard_at FROM report_partner 
        """

    private static func partner(_ row: Row) throws -> Partner {
        var partner = Partner(code: row.text(0), url: row.text(1), jurisdiction: row.text(2), isAutomatic: row.flag(4))
        partner.hasKey = row.flag(3)
        partner.format = Open311Format(rawValue: row.text(5)) ?? .json
        (partner.isKeyed, partner.hasUpdates) = (row.flag(6), row.flag(7))
        partner.services = try JSONDecoder().decode([PartnerOffer].self, from: Data(row.text(8).utf8))
        partner.mapping = ReportFields.texts(row.text(9))
        (partner.checkedAt, partner.trouble, partner.heardAt) = (row.instantOrNil(10), row.text(11), row.instantOrNil(12))
        return partner
    }

    package static func all(in transaction: Transaction) throws -> [Partner] {
        try transaction.rows(select + "ORDER BY code").map(partner)
    }

    package static func find(_ code: String, in transaction: Transaction) throws -> Partner? {
        try transaction.row(select + "WHERE code = \(code)").map(partner)
    }

    /// The secret that goes with each request.
    static func key(of code: String, in transaction: Transaction) throws -> String {
        try transaction.row("SELECT api_key FROM report_partner WHERE code = \(code)")?.text(0) ?? ""
    }

    /// - Parameter key: nil leaves the one that is kept.
    package static func put(_ partner: Partner, key: String? = nil, in transaction: Transaction) throws {
        let services = String(decoding: try JSONEncoder().encode(partner.services), as: UTF8.self)
        let mapping = ReportFields.json(partner.mapping)
        try transaction.run(
            """
            INSERT INTO report_partner (code, url, jurisdiction, api_key, is_automatic, format, is_keyed, has_updates, services, mapping,
                checked_at, trouble, heard_at)
            VALUES (\(partner.code), \(partner.url), \(partner.jurisdiction), \(key ?? ""), \(partner.isAutomatic),
                \(partner.format.rawValue), \(partner.isKeyed), \(partner.hasUpdates), \(services), \(mapping), \(partner.checkedAt),
                \(partner.trouble), \(partner.heardAt))
            ON CONFLICT (code) DO UPDATE SET url = excluded.url, jurisdiction = excluded.jurisdiction, is_automatic = excluded.is_automatic,
                format = excluded.format, is_keyed = excluded.is_keyed, has_updates = excluded.has_updates, services = excluded.services,
                mapping = excluded.mapping, checked_at = excluded.checked_at, trouble = excluded.trouble
            """)
        if let key { try transaction.run("UPDATE report_partner SET api_key = \(key) WHERE code = \(partner.code)") }
    }

    /// - Parameter from: up to when its updates were asked for before. Where somebody has put it back meanwhile, it stays there.
    static func setHeard(_ at: Instant, from: Instant?, of code: String, in transaction: Transaction) throws {
        try transaction.run(
            "UPDATE report_partner SET heard_at = \(at) WHERE code = \(code) AND COALESCE(heard_at, -1) = \(from?.milliseconds ?? -1)")
    }

    /// Its updates are asked for again from then on.
    static func hearAgain(from at: Instant, of code: String, in transaction: Transaction) throws {
        try transaction.run("UPDATE report_partner SET heard_at = \(at) WHERE code = \(code) AND heard_at > \(at)")
    }

    package static func remove(_ code: String, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM report_partner WHERE code = \(code)")
    }
}

/// What goes to other houses, as rows.
package enum ForwardStore {
    private static let select: SQL = """
        SELECT number, report, partner, service, answers, shares_text, shares_contact, request_key, state, tries, created_at, due_at, trouble,
            token, theirs, status, notes, ended_at FROM report_forward 
        """

    private static func forward(_ row: Row) -> Forward {
        Forward(
            number: row.integer(0), report: Report.Number(row.integer(1)), partner: row.text(2), service: row.text(3),
            answers: ReportFields.texts(row.text(4)), sharesText: row.flag(5), sharesContact: row.flag(6), key: row.text(7),
            state: Forward.State(rawValue: row.text(8)) ?? .ended, tries: row.int(9), createdAt: row.instant(10), dueAt: row.instant(11),
            trouble: row.text(12), token: row.text(13), theirs: row.text(14), status: row.text(15), notes: row.text(16),
            endedAt: row.instantOrNil(17))
    }

    /// - Parameter key: of 40 letters, made anew for each.
    static func put(
        _ wish: Forwarding, of report: Report.Number, service: String, key: String, at now: Instant, in transaction: Transaction
    ) throws {
        let number = (try transaction.row("SELECT COALESCE(MAX(number), 0) FROM report_forward")?.integer(0) ?? 0) + 1
        try transaction.run(
            """
            INSERT INTO report_forward (number, report, partner, service, answers, shares_text, shares_contact, request_key, state, tries,
                created_at, due_at, trouble, token, theirs, status, notes, destroy_at)
            VALUES (\(number), \(report), \(wish.partner), \(service), \(ReportFields.json(wish.answers)), \(wish.sharesText),
                \(wish.sharesContact), \(key), 'waiting', 0, \(now), \(now), '', '', '', '', '', \(now + ReportRules.textKept))
            """)
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> Forward? {
        try transaction.row(select + "WHERE number = \(number)").map(forward)
    }

    /// The newest first.
    package static func all(of report: Report.Number, in transaction: Transaction) throws -> [Forward] {
        try transaction.rows(select + "WHERE report = \(report) ORDER BY number DESC LIMIT 20").map(forward)
    }

    /// What is due of each partner, the longest due first.
    /// - Parameters:
    ///   - away: partners that are left alone now.
    ///   - limit: of each.
    static func due(at now: Instant, but away: Set<String>, limit: Int, in transaction: Transaction) throws -> [String: [Forward]] {
        let isDue: SQL = "state IN ('waiting', 'sending', 'token', 'followed') AND due_at <= \(now)"
        let partners = try transaction.rows("SELECT DISTINCT partner FROM report_forward WHERE " + isDue).map { $0.text(0) }
        var due: [String: [Forward]] = [:]
        for partner in partners where !away.contains(partner) {
            due[partner] = try transaction.rows(
                select + "WHERE " + isDue + " AND partner = \(partner) ORDER BY due_at, number LIMIT \(limit)"
            ).map(forward)
        }
        return due
    }

    /// Those that a person must look at, those that wait, and those of which nothing has been heard for long, the oldest first.
    package static func troubled(limit: Int = 100, in transaction: Transaction) throws -> [Forward] {
        try transaction.rows(
            select
                + """
                WHERE state IN ('unclear', 'failed') OR (state IN ('waiting', 'sending') AND tries > 0)
                    OR (state IN ('token', 'followed') AND tries >= \(PartnerRules.manyTries)) ORDER BY number LIMIT \(limit)
                """
        ).map(forward)
    }

    /// What a partner has of ours, by its number there.
    static func followed(_ theirs: [String], by partner: String, in transaction: Transaction) throws -> [String: Forward] {
        if theirs.isEmpty { return [:] }
        let rows = try transaction.rows(
            select + "WHERE partner = \(partner) AND state = 'followed' AND theirs IN (\(SQL.list(theirs))) ORDER BY number")
        return Dictionary(rows.map(forward).map { ($0.theirs, $0) }) { $1 }
    }

    static func follows(_ partner: String, in transaction: Transaction) throws -> Bool {
        try transaction.row("SELECT 1 FROM report_forward WHERE partner = \(partner) AND state = 'followed' LIMIT 1") != nil
    }

    static func isOnItsWay(_ report: Report.Number, to partner: String, in transaction: Transaction) throws -> Bool {
        try transaction.row(
            """
            SELECT 1 FROM report_forward WHERE report = \(report) AND partner = \(partner)
                AND (state IN ('waiting', 'sending', 'token', 'unclear') OR (state = 'followed' AND status <> 'closed'))
            """) != nil
    }

    /// Begins a try: from here on it may have arrived.
    /// - Returns: false where it is no longer to be sent: what went another way meanwhile ends, or is a person's where a try may have arrived.
    static func begin(_ forward: Forward, at now: Instant, in transaction: Transaction) throws -> Bool {
        guard let report = try ReportStore.find(forward.report, in: transaction), report.isOpen, report.department == forward.partner else {
            try set(
                forward.state == .waiting ? .ended : .unclear, forward.number, trouble: "it went another way", due: now, in: transaction)
            return false
        }
        return try transaction.run(
            """
            UPDATE report_forward SET state = 'sending', tries = tries + 1
            WHERE number = \(forward.number) AND state = \(forward.state.rawValue) AND state IN ('waiting', 'sending')
            """) == 1
    }

    static func set(
        _ state: Forward.State, _ number: Int64, trouble: String = "", due: Instant, in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            UPDATE report_forward SET state = \(state.rawValue), trouble = \(String(trouble.prefix(500))), due_at = \(due)
            WHERE number = \(number)
            """)
    }

    static func setToken(_ token: String, of number: Int64, due: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE report_forward SET state = 'token', token = \(token), answers = '{}', tries = 0, trouble = '', due_at = \(due)
            WHERE number = \(number)
            """)
    }

    /// They have it under this number.
    /// - Parameter states: in which it may be.
    /// - Returns: false where it is in none of them.
    @discardableResult
    static func setTheirs(
        _ theirs: String, of number: Int64, in states: [Forward.State], due: Instant, in transaction: Transaction
    ) throws -> Bool {
        try transaction.run(
            """
            UPDATE report_forward SET state = 'followed', theirs = \(theirs), answers = '{}', tries = 0, trouble = '', due_at = \(due)
            WHERE number = \(number) AND state IN (\(SQL.list(states.map(\.rawValue))))
            """) == 1
    }

    /// A visit failed: the next one, and why.
    static func postpone(_ number: Int64, _ trouble: String, due: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE report_forward SET tries = tries + 1, trouble = \(String(trouble.prefix(500))), due_at = \(due) WHERE number = \(number)
            """)
    }

    /// - Parameter due: nil where nobody asks any more.
    static func setStanding(
        _ standing: PartnerRules.Standing, of number: Int64, endedAt: Instant?, due: Instant?, at now: Instant, in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            UPDATE report_forward SET status = \(standing.isOpen ? "open" : "closed"), notes = \(standing.notes), ended_at = \(endedAt),
                state = \(due == nil ? "ended" : "followed"), due_at = \(due ?? now), tries = 0, trouble = ''
            WHERE number = \(number)
            """)
    }

    /// A person has found out under which number they have it.
    static func adopt(_ theirs: String, for number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        try setTheirs(theirs, of: number, in: [.unclear, .failed], due: now, in: transaction)
    }

    static func again(_ number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run(
            """
            UPDATE report_forward SET state = 'waiting', tries = 0, trouble = '', created_at = \(now), due_at = \(now)
            WHERE number = \(number) AND state IN ('unclear', 'failed')
            """) == 1
    }

    /// The report goes another way: what is not yet said to anybody is not said any more.
    static func settle(_ report: Report.Number, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE report_forward SET state = 'ended', answers = '{}' WHERE report = \(report) AND state IN ('waiting', 'failed', 'unclear')
            """)
    }

    /// - Returns: false where it was heard before.
    static func isNews(_ update: PartnerRules.Update, of partner: String, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run(
            """
            INSERT INTO report_forward_update (partner, update_id, at, destroy_at)
            VALUES (\(partner), \(update.id), \(now), \(now + .days(100)))
            ON CONFLICT (partner, update_id) DO NOTHING
            """) == 1
    }
}
