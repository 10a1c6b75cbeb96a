// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory
package import Journal

/// Maintenance plans, works of streets and figures of cost as rows.
package enum PlanStore {
    static let migration = Migration(
        name: "interventions-3-plans",
        sql: """
            -- Work that comes back. `made_until` is the day up to which its jobs were made.
            CREATE TABLE job_plan (
                number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
                title TEXT NOT NULL CHECK (title <> ''),
                department TEXT NOT NULL,
                category TEXT NOT NULL,
                longitude DOUBLE PRECISION,
                latitude DOUBLE PRECISION,
                address TEXT NOT NULL,
                commune TEXT NOT NULL,
                asset BIGINT,
                every BIGINT NOT NULL CHECK (every > 0),
                unit TEXT NOT NULL CHECK (unit IN ('day', 'week', 'month', 'year')),
                from_day BIGINT NOT NULL,
                ahead BIGINT NOT NULL CHECK (ahead >= 0),
                made_until BIGINT NOT NULL,
                ended_at BIGINT
            );
            -- Works announced for a street. `street_key` is its name folded. `body` is who does them: no person.
            CREATE TABLE street_works (
                number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
                street TEXT NOT NULL,
                street_key TEXT NOT NULL,
                commune TEXT NOT NULL,
                title TEXT NOT NULL,
                sort TEXT NOT NULL CHECK (sort IN ('surface', 'dig', 'other')),
                body TEXT NOT NULL,
                from_day BIGINT NOT NULL,
                to_day BIGINT NOT NULL CHECK (to_day >= from_day),
                cancelled_at BIGINT
            );
            CREATE INDEX street_works_street ON street_works (commune, street_key);
            """)

    // MARK: Plans

    private static let planColumns: SQL = """
        SELECT number, title, department, category, longitude, latitude, address, commune, asset, every, unit, from_day, ahead, made_until,
            ended_at FROM job_plan
        """

    private static func plan(_ row: Row) -> MaintenancePlan {
        MaintenancePlan(
            number: row.integer(0), title: row.text(1), department: row.text(2), category: row.text(3),
            place: row.realOrNil(4).flatMap { x in row.realOrNil(5).map { Place(longitude: x, latitude: $0) } }, address: row.text(6),
            commune: Commune(insee: row.text(7)), asset: row.assetOrNil(8), every: row.int(9),
            unit: MaintenancePlan.Unit(rawValue: row.text(10)) ?? .year, from: row.integer(11), ahead: row.int(12),
            madeUntil: row.integer(13),
            endedAt: row.instantOrNil(14))
    }

    package static func plans(in transaction: Transaction) throws -> [MaintenancePlan] {
        try transaction.rows(planColumns + " ORDER BY number").map(plan)
    }

    package static func plan(_ number: Int64, in transaction: Transaction) throws -> MaintenancePlan? {
        try transaction.row(planColumns + " WHERE number = \(number)").map(plan)
    }

    static func add(_ plan: MaintenancePlan, in transaction: Transaction) throws -> Int64 {
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM job_plan")?.integer(0) ?? 1
        try transaction.run(
            """
            INSERT INTO job_plan (number, title, department, category, longitude, latitude, address, commune, asset, every, unit, from_day,
                ahead, made_until, ended_at)
            VALUES (\(number), \(plan.title), \(plan.department), \(plan.category), \(plan.place?.longitude), \(plan.place?.latitude),
                \(plan.address), \(plan.commune.insee), \(plan.asset), \(plan.every), \(plan.unit.rawValue), \(plan.from), \(plan.ahead),
                \(plan.from - 1), NULL)
            """)
        return number
    }

    static func setMade(_ number: Int64, until day: Int64, in transaction: Transaction) throws {
        try transaction.run("UPDATE job_plan SET made_until = \(day) WHERE number = \(number) AND made_until < \(day)")
    }

    /// - Returns: false where it had ended or is unknown.
    static func end(_ number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE job_plan SET ended_at = \(now) WHERE number = \(number) AND ended_at IS NULL") == 1
    }

    // MARK: Works

    /// What makes two names of a street the same.
    package static func key(_ street: String) -> String {
        Folding.fold(street).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    private static func works(_ row: Row) -> StreetWorks {
        StreetWorks(
            number: row.integer(0), street: row.text(1), commune: Commune(insee: row.text(2)), title: row.text(3),
            sort: StreetWorks.Sort(rawValue: row.text(4)) ?? .other, body: row.text(5), from: row.integer(6), to: row.integer(7))
    }

    private static let worksColumns: SQL = "SELECT number, street, commune, title, sort, body, from_day, to_day FROM street_works "

    /// Those not called off whose last day is not before one, the first first.
    package static func works(from day: Int64, in transaction: Transaction) throws -> [StreetWorks] {
        try transaction.rows(
            worksColumns + "WHERE cancelled_at IS NULL AND to_day >= \(day) ORDER BY from_day, number LIMIT 2000"
        ).map(works)
    }

    /// Of one street.
    package static func works(street: String, commune: Commune, from day: Int64, in transaction: Transaction) throws -> [StreetWorks] {
        let sql: SQL = """
            WHERE commune = \(commune.insee) AND street_key = \(key(street)) AND cancelled_at IS NULL AND to_day >= \(day)
            ORDER BY from_day, number LIMIT 200
            """
        return try transaction.rows(worksColumns + sql).map(works)
    }

    static func add(_ works: StreetWorks, in transaction: Transaction) throws -> Int64 {
        let number = try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM street_works")?.integer(0) ?? 1
        try transaction.run(
            """
            INSERT INTO street_works (number, street, street_key, commune, title, sort, body, from_day, to_day, cancelled_at)
            VALUES (\(number), \(works.street), \(key(works.street)), \(works.commune.insee), \(works.title), \(works.sort.rawValue),
                \(works.body), \(works.from), \(works.to), NULL)
            """)
        return number
    }

    static func cancel(_ number: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE street_works SET cancelled_at = \(now) WHERE number = \(number) AND cancelled_at IS NULL") == 1
    }

    // MARK: Costs

    struct Cost: Sendable, Hashable {
        var department: String
        var category: String
        /// Of the category, as the latest report of it was called; the code where none was.
        var title: Words
        var commune: String
        var jobs: Int
        var minutes: Int
        var cents: Int
    }

    /// Of jobs done from an instant to another (excluded), by department, category and commune; the dearest first.
    static func costs(from: Instant, to: Instant, communes: Set<String>?, in transaction: Transaction) throws -> [Cost] {
        let sight: SQL = communes.map { " AND commune IN (\(SQL.list($0.sorted())))" } ?? ""
        let done: SQL = "ended_at >= \(from) AND ended_at < \(to) AND state = 'done'\(sight)"
        let named: SQL = """
            SELECT category, title_fr, title_en FROM job WHERE number IN
                (SELECT MAX(number) FROM job WHERE \(done) AND source >= 'report:' AND source < 'report;' GROUP BY category)
            """
        let titles = try transaction.rows(named).reduce(into: [String: Words]()) { $0[$1.text(0)] = Words($1.text(1), $1.text(2)) }
        let sql: SQL = """
            SELECT department, category, commune, COUNT(*), SUM(minutes), SUM(cents) FROM job WHERE \(done)
            GROUP BY department, category, commune ORDER BY SUM(cents) DESC, COUNT(*) DESC, department, category, commune LIMIT 1000
            """
        return try transaction.rows(sql).map {
            let category = $0.text(1)
            return Cost(
                department: $0.text(0), category: category,
                title: category.isEmpty ? Words("autre", "other") : titles[category] ?? Words(category, category), commune: $0.text(2),
                jobs: $0.int(3), minutes: $0.int(4), cents: $0.int(5))
        }
    }
}
