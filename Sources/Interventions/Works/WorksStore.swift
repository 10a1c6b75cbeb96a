// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Works of streets as rows: found, made, changed. Each change is a step of their history.
package enum WorksStore {
    private static let columns: SQL = """
        SELECT number, street, commune, title, sort, body, from_day, to_day, section, impact, stage, shape, source, reference, version,
            CASE WHEN cancelled_at IS NULL THEN 0 ELSE 1 END, imported FROM street_works
        """

    private static func works(_ row: Row) -> StreetWorks {
        var works = StreetWorks(
            number: row.integer(0), street: row.text(1), commune: Commune(insee: row.text(2)), title: row.text(3),
            sort: StreetWorks.Sort(rawValue: row.text(4)) ?? .other, body: row.text(5), from: row.integer(6), to: row.integer(7))
        works.section = row.text(8)
        works.impact = StreetWorks.Impact(rawValue: row.text(9)) ?? .none
        works.stage = StreetWorks.Stage(rawValue: row.text(10)) ?? .planned
        works.shape = WorksShape(row.text(11))
        (works.source, works.reference, works.version) = (row.text(12), row.text(13), row.integer(14))
        works.isCancelled = row.flag(15)
        return works
    }

    // MARK: Finding

    /// At most so many are looked at together.
    package static let most = 20_000

    /// Those not called off whose last day is not before one, the first first.
    package static func works(from day: Int64, in transaction: Transaction) throws -> [StreetWorks] {
        try transaction.rows(
            columns + " WHERE cancelled_at IS NULL AND to_day >= \(day) ORDER BY from_day, number LIMIT \(most)"
        ).map(works)
    }

    /// Of one street.
    package static func works(street: String, commune: Commune, from day: Int64, in transaction: Transaction) throws -> [StreetWorks] {
        let sql: SQL = """
             WHERE commune = \(commune.insee) AND street_key = \(StreetWorks.key(street)) AND cancelled_at IS NULL AND to_day >= \(day)
            ORDER BY from_day, number LIMIT 200
            """
        return try transaction.rows(columns + sql).map(works)
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> StreetWorks? {
        try transaction.row(columns + " WHERE number = \(number)").map(works)
    }

    /// Those of one list, called off or not, by their number there, with what the list said last.
    static func of(source: String, in transaction: Transaction) throws -> [String: (works: StreetWorks, imported: [String: String])] {
        let rows = try transaction.rows(columns + " WHERE source = \(source) AND reference <> ''")
        return Dictionary(rows.map { ($0.text(13), (works($0), JobFields.texts($0.text(16)))) }) { first, _ in first }
    }

    // MARK: Keeping

    package enum What: String, Sendable, Hashable, CaseIterable {
        case made, changed, cancelled, restored, undone

        package var title: Words {
            switch self {
            case .made: Words("annoncés", "announced")
            case .changed: Words("modifiés", "changed")
            case .cancelled: Words("annulés", "called off")
            case .restored: Words("rétablis", "restored")
            case .undone: Words("import défait", "import undone")
            }
        }
    }

    package struct Step: Sendable, Hashable {
        package var step: Int64
        package var at: Instant
        package var what: What
        package var importNumber: Int64?
        package var before: [String: String]
        package var after: [String: String]
        package var login: String
        package var text: String
    }

    /// Who changes works, why, and by which list.
    struct Hand: Sendable {
        var login: String
        var because = ""
        var importNumber: Int64?
        /// What the list says of them; nil to leave what it said before.
        var imported: [String: String]?
        var at: Instant
    }

    static func lock(in transaction: Transaction) throws {
        // Two processes that make works at once must not give the same number.
        if transaction.engine == .postgres { _ = try transaction.rows("SELECT pg_advisory_xact_lock(7368)") }
    }

    static func add(_ works: StreetWorks, _ hand: Hand, in transaction: Transaction) throws -> Int64 {
        try lock(in: transaction)
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM street_works")?.integer(0) ?? 1
        let cancelled: Instant? = works.isCancelled ? hand.at : nil
        try transaction.run(
            """
            INSERT INTO street_works (number, street, street_key, commune, title, sort, body, from_day, to_day, cancelled_at, section, impact,
                stage, shape, source, reference, imported, version)
            VALUES (\(number), \(works.street), \(StreetWorks.key(works.street)), \(works.commune.insee), \(works.title),
                \(works.sort.rawValue), \(works.body), \(works.from), \(works.to), \(cancelled), \(works.section), \(works.impact.rawValue),
                \(works.stage.rawValue), \(works.shape?.text ?? ""), \(works.source), \(works.reference),
                \(hand.imported.map(JobFields.json) ?? ""), 1)
            """)
        try note(number, 1, .made, [:], works.facts, "", hand, in: transaction)
        return number
    }

    /// Puts works in the place of what stands; does nothing where nothing is different.
    /// - Returns: false where somebody has changed them since `works.version`.
    static func change(
        _ works: StreetWorks, _ what: What, _ hand: Hand, in transaction: Transaction
    ) throws -> Bool {
        guard let row = try transaction.row(columns + " WHERE number = \(works.number)") else { throw JobFault.unknown }
        let (old, wasImported) = (WorksStore.works(row), row.text(16))
        guard old.version == works.version else { return false }
        let changes = old.changes(to: works)
        let imported = hand.imported.map { $0.isEmpty ? "" : JobFields.json($0) } ?? wasImported
        if changes.isEmpty, imported == wasImported { return true }
        let step = changes.isEmpty ? old.version : old.version + 1
        let cancelled: Instant? = works.isCancelled ? hand.at : nil
        try transaction.run(
            """
            UPDATE street_works SET street = \(works.street), street_key = \(StreetWorks.key(works.street)),
                commune = \(works.commune.insee), title = \(works.title), sort = \(works.sort.rawValue), body = \(works.body),
                from_day = \(works.from), to_day = \(works.to), section = \(works.section), impact = \(works.impact.rawValue),
                stage = \(works.stage.rawValue), shape = \(works.shape?.text ?? ""), imported = \(imported), version = \(step),
                cancelled_at = \(cancelled)
            WHERE number = \(works.number)
            """)
        guard !changes.isEmpty else { return true }
        let before = Dictionary(uniqueKeysWithValues: changes.map { ($0.fact.rawValue, $0.before) })
        let after = Dictionary(uniqueKeysWithValues: changes.map { ($0.fact.rawValue, $0.after) })
        try note(works.number, step, what, before, after, wasImported, hand, in: transaction)
        return true
    }

    private static func note(
        _ number: Int64, _ step: Int64, _ what: What, _ before: [String: String], _ after: [String: String], _ wasImported: String,
        _ hand: Hand, in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO street_works_event (works, step, at, what, import, before, after, was_imported)
            VALUES (\(number), \(step), \(hand.at), \(what.rawValue), \(hand.importNumber), \(JobFields.json(before)),
                \(JobFields.json(after)), \(wasImported))
            """)
        try transaction.run(
            """
            INSERT INTO street_works_note (works, step, login, text, destroy_at)
            VALUES (\(number), \(step), \(hand.login), \(hand.because), \(hand.at + WorksSchema.noteKept))
            """)
    }

    package static func history(of number: Int64, in transaction: Transaction) throws -> [Step] {
        let sql: SQL = """
            SELECT e.step, e.at, e.what, e.import, e.before, e.after, COALESCE(n.login, ''), COALESCE(n.text, '') FROM street_works_event e
            LEFT JOIN street_works_note n ON n.works = e.works AND n.step = e.step WHERE e.works = \(number) ORDER BY e.step DESC LIMIT 200
            """
        return try transaction.rows(sql).map(step)
    }

    private static func step(_ row: Row) -> Step {
        Step(
            step: row.integer(0), at: row.instant(1), what: What(rawValue: row.text(2)) ?? .changed, importNumber: row.integerOrNil(3),
            before: JobFields.texts(row.text(4)), after: JobFields.texts(row.text(5)), login: row.text(6), text: row.text(7))
    }

    // MARK: Lists that were brought in

    package struct Brought: Sendable {
        package var number: Int64
        package var at: Instant
        package var file: String
        package var source: String
        package var state: State
        package var drafts: String
        package var faults: String
        package var made: Int
        package var changed: Int
        package var same: Int

        package enum State: String, Sendable { case proposed, taken, undone }
    }

    private static let broughtColumns: SQL =
        "SELECT number, at, file, source, state, drafts, faults, made, changed, same FROM street_works_import"

    private static func brought(_ row: Row) -> Brought {
        Brought(
            number: row.integer(0), at: row.instant(1), file: row.text(2), source: row.text(3),
            state: Brought.State(rawValue: row.text(4)) ?? .undone, drafts: row.text(5), faults: row.text(6), made: row.int(7),
            changed: row.int(8), same: row.int(9))
    }

    static func brought(_ number: Int64, in transaction: Transaction) throws -> Brought? {
        try transaction.row(broughtColumns + " WHERE number = \(number)").map(brought)
    }

    /// The newest first.
    static func brought(in transaction: Transaction) throws -> [Brought] {
        try transaction.rows(broughtColumns + " WHERE state <> 'proposed' ORDER BY number DESC LIMIT 20").map(brought)
    }

    static func add(_ one: Brought, in transaction: Transaction) throws -> Int64 {
        try lock(in: transaction)
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM street_works_import")?.integer(0) ?? 1
        try transaction.run(
            """
            INSERT INTO street_works_import (number, at, file, source, state, drafts, faults, made, changed, same)
            VALUES (\(number), \(one.at), \(one.file), \(one.source), \(one.state.rawValue), \(one.drafts), \(one.faults), \(one.made),
                \(one.changed), \(one.same))
            """)
        return number
    }

    static func set(_ one: Brought, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE street_works_import SET at = \(one.at), state = \(one.state.rawValue), drafts = \(one.drafts), faults = \(one.faults),
                made = \(one.made), changed = \(one.changed), same = \(one.same) WHERE number = \(one.number)
            """)
    }

    /// Lists that nobody agreed to.
    static func dropProposals(before: Instant, in transaction: Transaction) throws {
        try transaction.run("DELETE FROM street_works_import WHERE state = 'proposed' AND at < \(before)")
    }

    /// What a list did, the last step first: works, step, what was before, what the list had said before.
    static func steps(of importNumber: Int64, in transaction: Transaction) throws -> [(
        works: Int64, step: Int64, what: What, before: [String: String], wasImported: [String: String]
    )] {
        let sql: SQL = """
            SELECT works, step, what, before, was_imported FROM street_works_event WHERE import = \(importNumber) AND what <> 'undone'
            ORDER BY works, step DESC
            """
        return try transaction.rows(sql).map {
            ($0.integer(0), $0.integer(1), What(rawValue: $0.text(2)) ?? .changed, JobFields.texts($0.text(3)), JobFields.texts($0.text(4)))
        }
    }
}
