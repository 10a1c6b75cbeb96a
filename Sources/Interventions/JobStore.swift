// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// Jobs as rows: made, found, moved. Each function does one thing inside the caller's transaction.
package enum JobStore {
    // MARK: Making

    static func insert(_ jobs: [Job], in transaction: Transaction) throws {
        try transaction.insert(
            into: "job", JobFields.columns + ["folded", "destroy_at"],
            rows: jobs.map { JobFields.values($0) + [.text(JobFields.folded($0)), ($0.createdAt + JobRules.textKept($0.source)).bound] })
    }

    static func nextNumber(in transaction: Transaction) throws -> Job.Number {
        // Two processes that make a job at once must not give the same number.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7367)") }
        return Job.Number(try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM job")?.integer(0) ?? 1)
    }

    // MARK: Finding

    package static func find(_ number: Job.Number, in transaction: Transaction) throws -> Job? {
        try transaction.row(JobFields.select + "WHERE job.number = \(number)").map(JobFields.job)
    }

    /// All jobs that came from a source, the oldest first.
    package static func jobs(of source: JobSource, in transaction: Transaction) throws -> [Job] {
        try transaction.rows(JobFields.select + "WHERE source = \(JobFields.text(source)) ORDER BY number LIMIT 100").map(JobFields.job)
    }

    /// All open jobs of a department, or of all; in the order in which they come first.
    package static func open(department: String? = nil, in transaction: Transaction) throws -> [Job] {
        let which: SQL = department.map { " AND department = \($0)" } ?? ""
        return try transaction.rows(JobFields.select + "WHERE ended_at IS NULL\(which)").map(JobFields.job).sorted(by: JobRules.isBefore)
    }

    /// Open jobs within so many metres, the nearest first.
    package static func open(
        around place: Place, metres: Double, limit: Int = 50, in transaction: Transaction
    ) throws -> [(job: Job, metres: Double)] {
        guard place.isValid, metres > 0 else { return [] }
        let metres = min(metres, 20_000)
        // A degree of latitude is some 111 km; of longitude as much narrower as its parallel, taken at 60° at most.
        let (up, aside) = (metres / 111_000, metres / 55_000)
        let sql: SQL = """
            WHERE ended_at IS NULL AND latitude BETWEEN \(place.latitude - up) AND \(place.latitude + up)
                AND longitude BETWEEN \(place.longitude - aside) AND \(place.longitude + aside) LIMIT 5000
            """
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
            .compactMap { job in job.place.map { (job, $0.metres(to: place)) } }
            .filter { $0.1 <= metres }.sorted { ($0.1, $0.0.number) < ($1.1, $1.0.number) }.prefix(limit).map { ($0.0, $0.1) }
    }

    /// Jobs about an asset, the newest first.
    package static func jobs(about asset: Asset.Number, in transaction: Transaction) throws -> [Job] {
        try transaction.rows(JobFields.select + "WHERE asset = \(asset) ORDER BY number DESC LIMIT 20").map(JobFields.job)
    }

    /// What is planned to begin in a span of time, in its order.
    package static func planned(from start: Instant, to end: Instant, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = "WHERE planned_at >= \(start) AND planned_at < \(end) ORDER BY crew, planned_at, number LIMIT 5000"
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
    }

    /// What was begun in a span of time and is not planned in it.
    package static func begun(from start: Instant, to end: Instant, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = "WHERE started_at >= \(start) AND started_at < \(end) ORDER BY crew, started_at, number LIMIT 5000"
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
    }

    package static func jobs(numbers: [Int64], in transaction: Transaction) throws -> [Job] {
        try transaction.rows(JobFields.select + "WHERE job.number IN (\(SQL.list(numbers)))").map(JobFields.job)
    }

    /// By INSEE code.
    static func communeNames(in transaction: Transaction) throws -> [String: String] {
        Dictionary(try AreaStore.names(in: transaction).map { ($0.code, $0.name) }) { first, _ in first }
    }

    // MARK: Moving

    /// Writes what an act made of a job, and its line of history.
    @discardableResult
    static func move(_ job: Job, _ event: JobEvent, isNews: Bool, in transaction: Transaction) throws -> Int64 {
        let j = job
        try transaction.run(
            """
            UPDATE job SET state = \(j.state), crew = \(j.crew), planned_at = \(j.plannedAt), is_locked = \(j.isLocked),
                expected_at = \(j.expectedAt), first_expected_at = \(j.firstExpectedAt), started_at = \(j.startedAt),
                ended_at = \(j.endedAt), updated_at = \(j.updatedAt), minutes = \(j.minutes), cents = \(j.cents),
                proof = \(j.proof?.rawValue), needs = \(JobFields.json(j.needs)), confirmed = \(JobFields.text(j.confirmed)),
                opens_at = \(j.opensAt), closes_at = \(j.closesAt)
            WHERE number = \(j.number)
            """)
        return try append(event, isNews: isNews, in: transaction)
    }

    /// Appends a line to the history; its `position` is given here.
    @discardableResult
    static func append(_ event: JobEvent, isNews: Bool, in transaction: Transaction) throws -> Int64 {
        // Positions are seen in their order only where one writer at a time gives them.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7366)") }
        let position = try transaction.row("SELECT COALESCE(MAX(position), 0) + 1 FROM job_event")?.integer(0) ?? 1
        try transaction.run(
            """
            INSERT INTO job_event (position, job, at, kept_at, what, state, expected_at, is_conflict, is_news, key, facts)
            VALUES (\(position), \(event.job), \(event.at), \(event.keptAt), \(event.what.rawValue), \(event.state), \(event.expectedAt),
                \(event.isConflict), \(isNews), \(event.key.isEmpty ? nil : event.key), \(JobFields.json(event.facts)))
            """)
        guard event.author != nil || !event.text.isEmpty || !event.signed.isEmpty else { return position }
        try transaction.run(
            """
            INSERT INTO job_note (position, login, text, signed, destroy_at)
            VALUES (\(position), \(event.author ?? ""), \(event.text), \(event.signed), \(event.keptAt + JobRules.textKept))
            """)
        return position
    }

    /// Was an act with this key kept before? Then for which job.
    static func job(ofKey key: String, in transaction: Transaction) throws -> Job.Number? {
        try transaction.row("SELECT job FROM job_event WHERE key = \(key)").map { Job.Number($0.integer(0)) }
    }

    // MARK: History

    private static let eventColumns: SQL = """
        SELECT e.position, e.job, e.at, e.kept_at, e.what, e.state, e.expected_at, e.is_conflict, e.key, e.facts, n.login, n.text, n.signed
        FROM job_event e LEFT JOIN job_note n ON n.position = e.position
        """

    private static func event(_ row: Row) -> JobEvent {
        JobEvent(
            position: row.integer(0), job: Job.Number(row.integer(1)), at: row.instant(2), keptAt: row.instant(3),
            what: JobEvent.What(rawValue: row.text(4)) ?? .noted, state: JobState(rawValue: row.text(5)) ?? .wanted,
            expectedAt: row.instantOrNil(6), isConflict: row.flag(7), key: row.text(8), facts: JobFields.texts(row.text(9)),
            author: row.text(10).isEmpty ? nil : row.text(10), text: row.text(11), signed: row.text(12))
    }

    /// The history, oldest first; at most the newest thousand lines.
    package static func events(of number: Job.Number, in transaction: Transaction) throws -> [JobEvent] {
        try transaction.rows(eventColumns + " WHERE e.job = \(number) ORDER BY e.position DESC LIMIT 1000").map(event).reversed()
    }

    /// The last line that says when the crew worked: it began, paused, went on, was held up, or said its time.
    static func lastOfWork(_ number: Job.Number, in transaction: Transaction) throws -> (what: JobEvent.What, at: Instant)? {
        let sql: SQL = """
            SELECT what, at FROM job_event WHERE job = \(number) AND is_conflict = 0 AND facts NOT LIKE '%"again"%'
                AND what IN ('started', 'paused', 'proceeded', 'blocked', 'reopened', 'time') ORDER BY position DESC LIMIT 1
            """
        return try transaction.row(sql).map { (JobEvent.What(rawValue: $0.text(0)) ?? .time, $0.instant(1)) }
    }

    /// Steps that others hear of, after a position, the oldest first.
    package static func news(after position: Int64, limit: Int, in transaction: Transaction) throws -> [JobNews] {
        let sql = eventColumns + " WHERE e.position > \(position) AND e.is_news = 1 ORDER BY e.position LIMIT \(max(1, min(limit, 1000)))"
        let events = try transaction.rows(sql).map(event)
        let numbers = Set(events.map(\.job)).sorted()
        let rows = try transaction.rows(JobFields.select + "WHERE job.number IN (\(SQL.list(numbers)))").map(JobFields.job)
        let jobs = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })
        return events.compactMap { event in
            guard var glance = jobs[event.job]?.glance else { return nil }
            (glance.state, glance.expectedAt, glance.updatedAt) = (event.state, event.expectedAt, event.keptAt)
            let proof: JobProof? =
                event.what != .done ? nil : event.facts["proof"] == "photos" ? .photos : .word(event.signed)
            let isPublic = event.what == .blocked || event.what == .cancelled || event.what == .reopened
            return JobNews(position: event.position, at: event.at, job: glance, proof: proof, because: isPublic ? event.text : "")
        }
    }

    // MARK: Dependencies and parts

    /// Which of the jobs that it comes after are not done yet. One that was cancelled holds nobody up.
    package static func waiting(_ number: Job.Number, in transaction: Transaction) throws -> [Job.Number] {
        let sql: SQL = """
            SELECT o.after FROM job_order o JOIN job b ON b.number = o.after WHERE o.job = \(number) AND b.ended_at IS NULL ORDER BY o.after
            """
        return try transaction.rows(sql).map { Job.Number($0.integer(0)) }
    }

    /// All jobs that it comes after, done or not.
    package static func before(_ number: Job.Number, in transaction: Transaction) throws -> [Job.Number] {
        try transaction.rows("SELECT after FROM job_order WHERE job = \(number) ORDER BY after").map { Job.Number($0.integer(0)) }
    }

    /// For each open job those that it comes after, done or not.
    static func orders(in transaction: Transaction) throws -> [Job.Number: [Job.Number]] {
        let sql: SQL = "SELECT o.job, o.after FROM job_order o JOIN job j ON j.number = o.job WHERE j.ended_at IS NULL"
        return try transaction.rows(sql).reduce(into: [:]) { $0[Job.Number($1.integer(0)), default: []].append(Job.Number($1.integer(1))) }
    }

    /// Would `job` after `other` close a ring?
    static func isRing(_ job: Job.Number, after other: Job.Number, in transaction: Transaction) throws -> Bool {
        let sql: SQL = """
            WITH RECURSIVE chain (number) AS (
                SELECT CAST(\(other) AS BIGINT) UNION SELECT o.after FROM job_order o JOIN chain ON o.job = chain.number)
            SELECT 1 FROM chain WHERE number = \(job)
            """
        return try transaction.row(sql) != nil
    }

    package static func parts(of number: Job.Number, in transaction: Transaction) throws -> [(name: String, count: Int)] {
        try transaction.rows("SELECT name, SUM(count) FROM job_part WHERE job = \(number) GROUP BY name ORDER BY name").map {
            ($0.text(0), $0.int(1))
        }
    }
}
