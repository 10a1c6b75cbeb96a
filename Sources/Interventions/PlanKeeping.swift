// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Work that comes back.
extension Interventions {
    /// Keeps a plan; its first jobs are made at once where they are due.
    package func add(_ plan: MaintenancePlan, by login: String) async throws -> Int64 {
        var faults = PlanRules.faults(plan)
        if try await crews.current().crews(of: plan.department).isEmpty {
            faults.append(.init("department", Words("Choisissez un service qui a des équipes.", "Choose a department with crews.")))
        }
        guard faults.isEmpty else { throw JobFault.fields(faults) }
        let now = clock.now()
        let (number, entries) = try await journal.write { transaction -> (Int64, [LogEntry]) in
            let number = try PlanStore.add(plan, in: transaction)
            let words = Words("Entretien préventif \(number) : \(plan.title)", "Maintenance plan \(number): \(plan.title)")
            return (number, try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now))
        }
        outlet.tell([], entries)
        try await makeDue()
        return number
    }

    package func end(plan number: Int64, by login: String) async throws {
        let now = clock.now()
        let entries = try await journal.write { transaction -> [LogEntry] in
            guard try PlanStore.end(number, at: now, in: transaction) else { throw JobFault.unknown }
            let words = Words("Entretien préventif \(number) arrêté", "Maintenance plan \(number) ended")
            return try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now)
        }
        outlet.tell([], entries)
    }

    /// Makes the jobs that plans are due for. Each day of a plan becomes one job, however often this is called and wherever it was cut: the
    /// asking is repeatable, and a plan remembers a day only after its job is kept.
    package func makeDue() async throws {
        let today = wall.day(of: clock.now())
        for plan in try await journal.read({ try PlanStore.plans(in: $0) }) {
            for day in PlanRules.due(plan, today: today) {
                let due = wall.instant(day: day, minute: 18 * 60)
                let need = JobNeed(
                    source: .plan(plan.number, day: day), department: plan.department, category: plan.category,
                    title: Words(plan.title, plan.title), place: plan.place, address: plan.address, commune: plan.commune,
                    asset: plan.asset,
                    urgency: .days, promisedAt: due)
                _ = try await ask(need, by: "vigie")
                try await journal.write { try PlanStore.setMade(plan.number, until: day, in: $0) }
            }
        }
    }
}
