// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
package import Journal

/// Maintenance plans and figures of cost as rows; the first table of works by street (`WorksSchema` has the rest).
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
