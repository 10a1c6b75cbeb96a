// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Who is to be called back, and who was at the desk, as rows.
package enum CallBackStore {
    private static let select: SQL = """
        SELECT b.number, b.call, call.caller, b.name, b.why, b.due_at, b.created_at, b.ended_at, b.end_how, b.tries
        FROM call_back b JOIN call ON call.number = b.call
        """

    private static func callback(_ row: Row) -> CallBack {
        CallBack(
            number: row.integer(0), call: Call.Number(row.integer(1)), caller: row.text(2), name: row.text(3), why: row.text(4),
            dueAt: row.instant(5), createdAt: row.instant(6), endedAt: row.instantOrNil(7),
            end: row.textOrNil(8).flatMap(CallBack.End.init),
            tries: row.int(9))
    }

    package static func add(
        _ phone: String, name: String, why: String, due: Instant, to call: Call.Number, at now: Instant, in transaction: Transaction
    ) throws -> Int64 {
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM call_back")?.integer(0) ?? 1
        try transaction.run(
            """
            INSERT INTO call_back (number, call, name, phone, why, due_at, created_at, tries, destroy_at)
            VALUES (\(number), \(call), \(name), \(phone), \(why), \(due), \(now), 0, \(max(due, now) + CallRules.callbackKept))
            """)
        return number
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> CallBack? {
        try transaction.row(select + " WHERE b.number = \(number)").map(callback)
    }

    /// What is still to be done, the first due first.
    package static func open(limit: Int = 200, in transaction: Transaction) throws -> [CallBack] {
        try transaction.rows(select + " WHERE b.ended_at IS NULL ORDER BY b.due_at, b.number LIMIT \(limit)").map(callback)
    }

    package static func open(of call: Call.Number, in transaction: Transaction) throws -> [CallBack] {
        try transaction.rows(select + " WHERE b.call = \(call) AND b.ended_at IS NULL ORDER BY b.number").map(callback)
    }

    /// Those that would ring this number.
    static func open(to phone: String, in transaction: Transaction) throws -> [CallBack] {
        try transaction.rows(select + " WHERE b.phone = \(phone) AND b.ended_at IS NULL ORDER BY b.number").map(callback)
    }

    package static func phone(_ number: Int64, in transaction: Transaction) throws -> String? {
        try transaction.row("SELECT phone FROM call_back WHERE number = \(number) AND ended_at IS NULL")?.text(0)
    }

    /// Over: name, number and reason go at once.
    package static func end(_ number: Int64, _ how: CallBack.End, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run(
            """
            UPDATE call_back SET ended_at = \(now), end_how = \(how.rawValue), name = '', phone = '', why = ''
            WHERE number = \(number) AND ended_at IS NULL
            """) > 0
    }

    /// Gives up whatever of these is open.
    static func giveUp(_ which: SQL, at now: Instant, in transaction: Transaction) throws -> Int {
        try transaction.run(
            """
            UPDATE call_back SET ended_at = \(now), end_how = 'givenUp', name = '', phone = '', why = ''
            WHERE \(which) AND ended_at IS NULL
            """)
    }

    /// Nobody answered: again later.
    package static func tryLater(_ number: Int64, due: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE call_back SET tries = tries + 1, due_at = \(due) WHERE number = \(number) AND ended_at IS NULL") > 0
    }

    // MARK: Who is at the desk

    /// Comes or goes; the same again changes nothing.
    package static func setPresent(_ login: String, _ isPresent: Bool, at: Instant, in transaction: Transaction) throws -> Bool {
        let open = try transaction.row("SELECT number, began_at FROM call_presence WHERE login = \(login) AND ended_at IS NULL")
        switch (open, isPresent) {
        case (nil, true):
            // What is said late of a time that is past and known changes nothing.
            guard try transaction.row("SELECT 1 FROM call_presence WHERE login = \(login) AND ended_at > \(at)") == nil else {
                return false
            }
            let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM call_presence")?.integer(0) ?? 1
            try transaction.run(
                """
                INSERT INTO call_presence (number, login, began_at, destroy_at)
                VALUES (\(number), \(login), \(at), \(at + CallRules.callKept))
                """)
            return true
        case (let row?, false):
            guard at >= row.instant(1) else { return false }
            try transaction.run("UPDATE call_presence SET ended_at = \(at) WHERE number = \(row.integer(0))")
            return true
        default: return false
        }
    }

    package static func present(in transaction: Transaction) throws -> [String] {
        try transaction.rows("SELECT login FROM call_presence WHERE ended_at IS NULL ORDER BY login").map { $0.text(0) }
    }

    /// Spans of presence that touch a span, cut at its ends.
    package static func presence(from: Instant, to: Instant, in transaction: Transaction) throws -> [(from: Instant, to: Instant)] {
        try transaction.rows(
            "SELECT began_at, ended_at FROM call_presence WHERE began_at < \(to) AND (ended_at IS NULL OR ended_at > \(from))"
        ).map { (max(from, $0.instant(0)), min(to, $0.instantOrNil(1) ?? to)) }
    }
}
