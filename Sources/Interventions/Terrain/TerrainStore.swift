// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// A tablet of a crew.
package struct CrewDevice: Sendable, Hashable {
    package var number: Int64
    package var crew: String
    /// What the room calls it; no person's name.
    package var label: String
    package var pairedAt: Instant
    package var seenAt: Instant
    package var revokedAt: Instant?
}

/// An act that came too late, with what was decided.
package struct LateAct: Sendable {
    package var position: Int64
    package var job: Job.Number
    package var device: Int64
    package var crew: String
    package var act: TerrainAct
    package var because: Words
    package var decidedAt: Instant?
    package var isApplied: Bool?
}

/// Tablets, their queues and what they sent, as rows.
package enum TerrainStore {
    // MARK: Tablets

    private static let deviceColumns: SQL = "SELECT number, crew, label, paired_at, seen_at, revoked_at FROM crew_device "

    private static func device(_ row: Row) -> CrewDevice {
        CrewDevice(
            number: row.integer(0), crew: row.text(1), label: row.text(2), pairedAt: row.instant(3), seenAt: row.instant(4),
            revokedAt: row.instantOrNil(5))
    }

    package static func devices(in transaction: Transaction) throws -> [CrewDevice] {
        try transaction.rows(deviceColumns + "ORDER BY crew, number LIMIT 2000").map(device)
    }

    static func device(_ number: Int64, in transaction: Transaction) throws -> CrewDevice? {
        try transaction.row(deviceColumns + "WHERE number = \(number)").map(device)
    }

    /// Nil where no tablet has this token, or it was revoked.
    static func device(token hash: [UInt8], in transaction: Transaction) throws -> CrewDevice? {
        try transaction.row(deviceColumns + "WHERE token_hash = \(hash) AND revoked_at IS NULL").map(device)
    }

    static func addDevice(_ crew: String, _ label: String, token hash: [UInt8], at now: Instant, in transaction: Transaction) throws
        -> Int64
    {
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7368)") }
        let number = (try transaction.row("SELECT COALESCE(MAX(number), 0) FROM crew_device")?.integer(0) ?? 0) + 1
        try transaction.run(
            """
            INSERT INTO crew_device (number, crew, label, token_hash, paired_at, seen_at) VALUES
                (\(number), \(crew), \(label), \(hash), \(now), \(now))
            """)
        return number
    }

    static func revoke(_ number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE crew_device SET revoked_at = \(now) WHERE number = \(number) AND revoked_at IS NULL") > 0
    }

    static func seen(_ number: Int64, at now: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE crew_device SET seen_at = \(now) WHERE number = \(number)")
    }

    // MARK: Codes

    static func addCode(_ hash: [UInt8], _ crew: String, _ label: String, until: Instant, at now: Instant, in transaction: Transaction)
        throws
    {
        try transaction.run("DELETE FROM crew_code WHERE expires_at <= \(now)")
        try transaction.run("DELETE FROM crew_code WHERE code_hash = \(hash)")
        try transaction.run("INSERT INTO crew_code (code_hash, crew, label, expires_at) VALUES (\(hash), \(crew), \(label), \(until))")
    }

    /// Takes a code: it is gone then.
    static func takeCode(_ hash: [UInt8], at now: Instant, in transaction: Transaction) throws -> (crew: String, label: String)? {
        let row = try transaction.row("SELECT crew, label FROM crew_code WHERE code_hash = \(hash) AND expires_at > \(now)")
        guard let row, try transaction.run("DELETE FROM crew_code WHERE code_hash = \(hash)") > 0 else { return nil }
        return (row.text(0), row.text(1))
    }

    // MARK: Queues

    static func queue(_ device: Int64, _ queue: String, in transaction: Transaction) throws -> (taken: Int, lastAt: Instant?) {
        // Two sendings of one queue at once must not both take its next act.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7369, CAST(\(device) AS INTEGER))") }
        let row = try transaction.row("SELECT taken, last_at FROM crew_queue WHERE device = \(device) AND queue = \(queue)")
        return (row?.int(0) ?? 0, row?.instant(1))
    }

    static func setQueue(_ device: Int64, _ queue: String, taken: Int, lastAt: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO crew_queue (device, queue, taken, last_at) VALUES (\(device), \(queue), \(taken), \(lastAt))
            ON CONFLICT (device, queue) DO UPDATE SET taken = excluded.taken, last_at = excluded.last_at
            """)
    }

    static func receipt(_ device: Int64, _ queue: String, _ number: Int, in transaction: Transaction) throws -> TerrainReceipt? {
        let sql: SQL = """
            SELECT key, fate, because_fr, because_en FROM crew_receipt
            WHERE device = \(device) AND queue = \(queue) AND number = \(number)
            """
        return try transaction.row(sql).map { row in
            TerrainReceipt(
                number: number, key: row.text(0), fate: TerrainReceipt.Fate(rawValue: row.text(1)) ?? .refused,
                because: row.text(2).isEmpty ? nil : Words(row.text(2), row.text(3)))
        }
    }

    static func keep(_ receipt: TerrainReceipt, _ device: Int64, _ queue: String, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO crew_receipt (device, queue, number, key, fate, because_fr, because_en) VALUES (\(device), \(queue), \(receipt.number),
                \(receipt.key), \(receipt.fate.rawValue), \(receipt.because?.french ?? ""), \(receipt.because?.english ?? ""))
            """)
    }

    // MARK: Photos in pieces

    /// Photos on their way from one tablet, at most.
    static let mostPhotos = 400
    static let piecesKept = Span.days(30)

    /// How many bytes of a photo are here, from its beginning on.
    static func have(_ key: String, _ device: Int64, in transaction: Transaction) throws -> Int {
        try transaction.row("SELECT CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM crew_piece WHERE device = \(device) AND key = \(key)")?
            .int(0) ?? 0
    }

    static func photos(_ device: Int64, in transaction: Transaction) throws -> Int {
        try transaction.row("SELECT COUNT(DISTINCT key) FROM crew_piece WHERE device = \(device)")?.int(0) ?? 0
    }

    static func add(_ piece: [UInt8], at begins: Int, of key: String, _ device: Int64, now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO crew_piece (device, key, begins, length, body, destroy_at)
            VALUES (\(device), \(key), \(begins), \(piece.count), \(piece), \(now + piecesKept))
            """)
    }

    static func photo(_ key: String, _ device: Int64, in transaction: Transaction) throws -> [UInt8] {
        try transaction.rows("SELECT body FROM crew_piece WHERE device = \(device) AND key = \(key) ORDER BY begins").flatMap { $0.blob(0) }
    }

    static func dropPhoto(_ key: String, _ device: Int64, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM crew_piece WHERE device = \(device) AND key = \(key)")
    }

    static func sign(
        _ picture: (type: String, bytes: [UInt8]), _ position: Int64, _ job: Job.Number, now: Instant, in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO crew_signature (position, job, type, body, destroy_at)
            VALUES (\(position), \(job), \(picture.type), \(picture.bytes), \(now + JobRules.textKept))
            """)
    }

    package static func signatures(of job: Job.Number, in transaction: Transaction) throws -> [Int64] {
        try transaction.rows("SELECT position FROM crew_signature WHERE job = \(job) ORDER BY position").map { $0.integer(0) }
    }

    package static func signature(
        _ position: Int64, of job: Job.Number, in transaction: Transaction
    ) throws -> (type: String, bytes: [UInt8])? {
        try transaction.row("SELECT type, body FROM crew_signature WHERE position = \(position) AND job = \(job)").map {
            ($0.text(0), $0.blob(1))
        }
    }

    // MARK: What came too late

    static func keepLate(
        _ act: TerrainAct, _ position: Int64, _ device: CrewDevice, _ because: Words, now: Instant, in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO crew_act (position, job, device, crew, body, because_fr, because_en, destroy_at) VALUES (\(position), \(act.job),
                \(device.number), \(device.crew), \(act.json.description), \(because.french), \(because.english),
                \(now + JobRules.textKept))
            """)
    }

    /// One that cannot be read must not hide the job that it stands with.
    private static func act(_ body: String) -> TerrainAct {
        (try? TerrainAct(JSON(body)))
            ?? TerrainAct(
                number: 1, key: "unreadable", at: .distantPast, job: Job.Number(0), seen: 0, deed: .unreadable(JobFault.unknown.words))
    }

    private static func late(_ row: Row) -> LateAct {
        LateAct(
            position: row.integer(0), job: Job.Number(row.integer(1)), device: row.integer(2), crew: row.text(3),
            act: act(row.text(4)), because: Words(row.text(5), row.text(6)), decidedAt: row.instantOrNil(7),
            isApplied: row.isNull(8) ? nil : row.flag(8))
    }

    private static let lateColumns: SQL = """
        SELECT position, job, device, crew, body, because_fr, because_en, decided_at, is_applied FROM crew_act
        """

    package static func late(of job: Job.Number, in transaction: Transaction) throws -> [LateAct] {
        try transaction.rows(lateColumns + " WHERE job = \(job) ORDER BY position LIMIT 200").map(late)
    }

    static func late(at position: Int64, in transaction: Transaction) throws -> LateAct? {
        try transaction.row(lateColumns + " WHERE position = \(position)").map(late)
    }

    static func decide(_ position: Int64, isApplied: Bool, at now: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE crew_act SET decided_at = \(now), is_applied = \(isApplied) WHERE position = \(position)")
    }

    // MARK: Jobs of a crew

    /// Open jobs of a crew or of nobody in its departments, what it ended since an instant, and what waits for a decision about its acts.
    static func jobs(of crew: Crew, since: Instant, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = """
            WHERE (ended_at IS NULL AND (crew = \(crew.code) OR (crew = '' AND department IN (\(SQL.list(crew.departments))))))
                OR (ended_at >= \(since) AND crew = \(crew.code)) ORDER BY number LIMIT 5000
            """
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
    }

    /// Jobs with acts of a crew that wait for a decision, or were decided on since an instant.
    static func disputed(by crew: String, since: Instant, in transaction: Transaction) throws -> [Job] {
        let sql: SQL = """
            WHERE number IN (SELECT job FROM crew_act WHERE crew = \(crew) AND (decided_at IS NULL OR decided_at >= \(since)))
            ORDER BY number LIMIT 200
            """
        return try transaction.rows(JobFields.select + sql).map(JobFields.job)
    }

    /// Position of the last line of each job's history.
    package static func versions(of jobs: [Job.Number], in transaction: Transaction) throws -> [Job.Number: Int64] {
        guard !jobs.isEmpty else { return [:] }
        let sql: SQL = "SELECT job, MAX(position) FROM job_event WHERE job IN (\(SQL.list(jobs))) GROUP BY job"
        return Dictionary(try transaction.rows(sql).map { (Job.Number($0.integer(0)), $0.integer(1)) }) { $1 }
    }

    /// Was it given to this crew, or worked on by it, since an instant?
    static func wasGiven(_ job: Job.Number, to crew: String, since: Instant = .distantPast, in transaction: Transaction) throws -> Bool {
        // A quote inside a fact is escaped, so this is a member and never a part of a text; codes of crews have no wildcards.
        let member = "%\"crew\":\"\(crew)\"%"
        let sql: SQL = "SELECT 1 FROM job_event WHERE job = \(job) AND kept_at >= \(since) AND facts LIKE \(member) LIMIT 1"
        return try transaction.row(sql) != nil
    }
}
