// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

package enum AlarmStoreError: Error, CustomStringConvertible {
    case noKinds
    package var description: String { "alarm rows cannot be kept without the kinds that their numbers point into (AlarmKeep.kinds)" }
}

/// Alarms, incidents and hand-overs in the journal. The rows hold the names of kinds and conditions; the book's numbers for them are
/// found again by name, so that another order of kinds in a later release harms nothing.
package enum AlarmStore {
    /// Keeps what a drain gave, in the turn's transaction: five bulk inserts, whatever the size.
    package static func keep(_ keep: AlarmKeep, in transaction: Transaction) throws {
        guard !keep.kinds.isEmpty || (keep.alarms.isEmpty && keep.incidents.isEmpty) else { throw AlarmStoreError.noKinds }
        let names = AlarmNames(keep.kinds)
        try transaction.insert(into: "alarm_event", recordColumns, rows: keep.records.map(values))
        try transaction.insert(
            into: "alarm", alarmColumns, rows: keep.alarms.map { values($0, names) }, orReplace: true, key: ["id"])
        try transaction.insert(
            into: "incident", incidentColumns, rows: keep.incidents.map { values($0, names) }, orReplace: true, key: ["id"])
        try transaction.insert(
            into: "incident_member", ["incident", "alarm", "at"],
            rows: keep.memberships.map { [$0.incident.value.bound, $0.alarm.value.bound, $0.at.bound] }, orReplace: true,
            key: ["incident", "alarm"])
        try transaction.insert(
            into: "handover", ["id", "at", "from_login", "to_login", "note", "targets", "standing", "unacknowledged"],
            rows: keep.handOvers.map {
                [
                    $0.id.bound, $0.at.bound, .text($0.from), .text($0.to), .text($0.note),
                    .text($0.targets.map(\.description).joined(separator: " ")), $0.standing.bound, $0.unacknowledged.bound,
                ]
            })
    }

    /// Fills an empty book with what stands. Gives back alarms whose kind or condition this program does not know.
    @discardableResult
    package static func load(into book: AlarmBook, in transaction: Transaction, at now: Instant) throws -> [AlarmRow] {
        let names = AlarmNames(book.topology.kinds)
        let alarms = try transaction.rows("\(raw: alarmSelect) WHERE closed_at IS NULL ORDER BY id").map { alarm($0, names) }
        let incidents = try transaction.rows("\(raw: incidentSelect) WHERE closed_at IS NULL ORDER BY id").map { incident($0, names) }
        return book.load(alarms: alarms, incidents: incidents, last: try lastNumbers(in: transaction), at: now)
    }

    static func lastNumbers(in transaction: Transaction) throws -> (alarm: UInt64, incident: UInt64, record: UInt64, handOver: UInt64) {
        func last(_ column: String, _ table: String) throws -> UInt64 {
            UInt64(clamping: try transaction.row("SELECT max(\(raw: column)) FROM \(raw: table)")?.integerOrNil(0) ?? 0)
        }
        return (try last("id", "alarm"), try last("id", "incident"), try last("number", "alarm_event"), try last("id", "handover"))
    }

    /// What people did after record `number`, for `AlarmBook.expect`.
    package static func acts(after number: UInt64, in transaction: Transaction) throws -> [AlarmRecord] {
        try transaction.rows("\(raw: recordSelect) WHERE is_act = 1 AND number > \(number) ORDER BY number").map(record)
    }

    // MARK: looking back

    /// Everything that happened to one asset's alarms, newest first; `before` is the number of the last one of the page before.
    package static func history(
        of asset: Asset.Number, before: UInt64? = nil, limit: Int, in transaction: Transaction
    ) throws -> [AlarmRecord] {
        let before = before ?? UInt64(Int64.max)
        return try transaction.rows(
            "\(raw: recordSelect) WHERE asset = \(asset) AND number < \(before) ORDER BY number DESC LIMIT \(limit)"
        ).map(record)
    }

    /// What happened to one line, oldest first: of an alarm all, of an incident its own records, not its members'.
    package static func records(of target: AlarmTarget, limit: Int = 1000, in transaction: Transaction) throws -> [AlarmRecord] {
        switch target {
        case .alarm(let id):
            guard let asset = try transaction.row("SELECT asset FROM alarm WHERE id = \(id.value)")?.asset(0) else { return [] }
            return try transaction.rows(
                "\(raw: recordSelect) WHERE asset = \(asset) AND alarm = \(id.value) ORDER BY number LIMIT \(limit)"
            ).map(record)
        case .incident(let id):
            return try transaction.rows(
                "\(raw: recordSelect) WHERE incident = \(id.value) AND alarm IS NULL ORDER BY number LIMIT \(limit)"
            ).map(record)
        }
    }

    /// Alarms of the past and the present, newest first.
    package struct Search: Sendable, Hashable {
        package var asset: Asset.Number?
        package var kind: String?
        package var condition: String?
        package var atLeast: Priority = .low
        package var from: Instant?
        package var to: Instant?
        /// True: only those that stand; false: only those that are over.
        package var isOpen: Bool?
        package var incident: IncidentID?
        /// Only alarms before this one: the last of the page before.
        package var before: AlarmID?
        package init() {}
    }

    package static func alarms(_ search: Search, limit: Int, kinds: [Kind], in transaction: Transaction) throws -> [AlarmRow] {
        var sql: SQL = "\(raw: alarmSelect) WHERE id < \(search.before?.value ?? UInt64(Int64.max))"
        if let asset = search.asset { sql = sql + " AND asset = \(asset)" }
        if let kind = search.kind { sql = sql + " AND kind = \(kind)" }
        if let condition = search.condition { sql = sql + " AND condition = \(condition)" }
        if search.atLeast > .low { sql = sql + " AND priority >= \(search.atLeast.rawValue)" }
        if let from = search.from { sql = sql + " AND raised_at >= \(from)" }
        if let to = search.to { sql = sql + " AND raised_at < \(to)" }
        if let isOpen = search.isOpen { sql = sql + (isOpen ? " AND closed_at IS NULL" : " AND closed_at IS NOT NULL") }
        if let incident = search.incident {
            sql = sql + " AND id IN (SELECT alarm FROM incident_member WHERE incident = \(incident.value))"
        }
        let names = AlarmNames(kinds)
        return try transaction.rows(sql + " ORDER BY id DESC LIMIT \(limit)").map { alarm($0, names) }
    }

    /// One incident, standing or over.
    package static func incident(_ id: IncidentID, kinds: [Kind], in transaction: Transaction) throws -> IncidentRow? {
        try transaction.row("\(raw: incidentSelect) WHERE id = \(id.value)").map { incident($0, AlarmNames(kinds)) }
    }

    /// Incidents newest first; `before` is the last of the page before.
    package static func incidents(before: IncidentID? = nil, limit: Int, kinds: [Kind], in transaction: Transaction) throws -> [IncidentRow]
    {
        let names = AlarmNames(kinds)
        let before = before?.value ?? UInt64(Int64.max)
        return try transaction.rows("\(raw: incidentSelect) WHERE id < \(before) ORDER BY id DESC LIMIT \(limit)").map {
            incident($0, names)
        }
    }

    package static func handOvers(limit: Int, in transaction: Transaction) throws -> [HandOver] {
        try transaction.rows(
            "SELECT id, at, from_login, to_login, note, targets, standing, unacknowledged FROM handover ORDER BY id DESC LIMIT \(limit)"
        ).map { row in
            HandOver(
                id: UInt64(clamping: row.integer(0)), at: row.instant(1), from: row.text(2), to: row.text(3), note: row.text(4),
                targets: row.text(5).split(separator: " ").compactMap { AlarmTarget(String($0)) }, standing: row.int(6),
                unacknowledged: row.int(7))
        }
    }

    /// Which conditions of which assets rang most often: EEMUA 191's bad actors, a few of which make most of the noise.
    package static func badActors(from: Instant, to: Instant, limit: Int = 10, in transaction: Transaction) throws -> [BadActor] {
        let raised = Int64(AlarmEvent.raised.rawValue)
        let rows = try transaction.rows(
            """
            SELECT a.asset, a.kind, a.condition, count(*) AS times, max(e.at) FROM alarm_event e JOIN alarm a ON a.id = e.alarm
            WHERE e.event = \(raised) AND e.at >= \(from) AND e.at < \(to)
            GROUP BY a.asset, a.kind, a.condition ORDER BY times DESC, a.asset, a.condition LIMIT \(limit)
            """)
        return rows.map {
            BadActor(asset: $0.asset(0), kind: $0.text(1), condition: $0.text(2), times: $0.int(3), last: $0.instant(4))
        }
    }

    /// How often alarms rang in a span, those inside incidents included.
    package static func raisings(from: Instant, to: Instant, in transaction: Transaction) throws -> Int {
        let raised = Int64(AlarmEvent.raised.rawValue)
        return try transaction.row(
            "SELECT count(*) FROM alarm_event WHERE event = \(raised) AND at >= \(from) AND at < \(to)")?.int(0) ?? 0
    }

    package struct BadActor: Sendable, Hashable {
        package var asset: Asset.Number
        package var kind: String
        package var condition: String
        package var times: Int
        package var last: Instant
    }

    /// What must hold of a live journal; each text names a row that does not.
    package static func check(in transaction: Transaction, limit: Int = 20) throws -> [String] {
        var found: [String] = []
        let twice = try transaction.rows(
            "SELECT asset, kind, condition FROM alarm WHERE closed_at IS NULL GROUP BY asset, kind, condition HAVING count(*) > 1 LIMIT \(limit)"
        )
        found += twice.map { "asset \($0.integer(0)): \($0.text(2)) stands twice" }
        let stray = try transaction.rows(
            """
            SELECT a.id, a.incident FROM alarm a LEFT JOIN incident i ON i.id = a.incident
            WHERE a.closed_at IS NULL AND a.incident IS NOT NULL AND (i.id IS NULL OR i.closed_at IS NOT NULL) LIMIT \(limit)
            """)
        found += stray.map { "alarm \($0.integer(0)) stands in incident \($0.integer(1)), which does not" }
        let differs = try transaction.rows(
            """
            SELECT a.id, a.state, e.state FROM alarm a JOIN alarm_event e ON e.number =
                (SELECT max(l.number) FROM alarm_event l WHERE l.asset = a.asset AND l.alarm = a.id)
            WHERE a.closed_at IS NULL AND a.state <> e.state LIMIT \(limit)
            """)
        found += differs.map { "alarm \($0.integer(0)) is in state \($0.integer(1)), its last event says \($0.integer(2))" }
        if let row = try transaction.row("SELECT count(*), coalesce(max(number), 0) FROM alarm_event"), row.integer(0) != row.integer(1) {
            found.append("alarm events: \(row.integer(0)) rows, numbered to \(row.integer(1)): some are missing")
        }
        return found
    }
}
