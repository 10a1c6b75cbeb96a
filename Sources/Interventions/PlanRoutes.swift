// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// Addresses of maintenance plans and costs.
struct PlanRoutes {
    let desk: Interventions

    func add(to site: Desk) {
        site.page("/console/jobs/plans", "Preventive maintenance") { _, context in try await plans(context) }
        site.page("/console/jobs/plans/{number}", "One maintenance plan") { _, context in
            SeeOther("/console/jobs/plans#plan-\(try context.number("number"))")
        }
        site.page("/console/jobs/costs", "Time and cost by category and commune") { _, context in
            try await costs(context).page
        }
        site.page("/console/jobs/costs.csv", "Time and cost as a table") { _, context in
            Bytes(
                ByteBuffer(string: try await costs(context).csv(context.language)), type: "text/csv; charset=utf-8",
                headers: [.contentDisposition: "attachment; filename=\"couts.csv\""])
        }
        site.act("/console/jobs/plans", "Keep a maintenance plan", right: .manage) { form, context in try await make(form, context) }
        site.act("/console/jobs/plans/{number}/end", "End a maintenance plan", right: .manage) { _, context in
            let login = try context.requireEverywhere(.manage, "jobs").login
            let number = Int64(try context.number("number"))
            try await said { try await desk.end(plan: number, by: login) }
            return SeeOther("/console/jobs/plans")
        }
    }

    private func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as JobFault { throw fault.refused }
    }

    private var today: Int64 { desk.wall.day(of: desk.clock.now()) }

    private func plans(_ context: ConsoleContext) async throws -> Page {
        let person = try context.required()
        let communes = person.communes(.view, "jobs")
        let (plans, names) = try await desk.journal.read { (try PlanStore.plans(in: $0), try JobStore.communeNames(in: $0)) }
        return PlansPage(
            plans: plans.filter { communes?.contains($0.commune.insee) ?? true }, plan: try await desk.crews.current(), communes: names,
            mayMake: person.mayEverywhere(.manage, "jobs"), today: today
        ).page
    }

    /// Of the days of the query, the last 365 where it names none.
    private func costs(_ context: ConsoleContext) async throws -> CostPage {
        let communes = try context.required().communes(.view, "jobs")
        func day(_ name: String, or otherwise: Int64) throws -> Int64 {
            guard let text = context.query[name], !text.isEmpty else { return otherwise }
            guard let day = WallText.day(text) else {
                throw Refused.fields([.init(name, Words("Un jour comme 2026-11-22.", "A day such as 2026-11-22."))])
            }
            return day
        }
        let to = try day("to", or: today)
        let from = try day("from", or: to - 365)
        guard from <= to else {
            throw Refused.fields([.init("to", Words("La fin est avant le début.", "The end is before the beginning."))])
        }
        let ends = (desk.wall.instant(day: from, minute: 0), desk.wall.instant(day: to + 1, minute: 0))
        let (costs, names) = try await desk.journal.read {
            (try PlanStore.costs(from: ends.0, to: ends.1, communes: communes, in: $0), try JobStore.communeNames(in: $0))
        }
        return CostPage(costs: costs, plan: try await desk.crews.current(), communes: names, days: from...to)
    }

    private func make(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let login = try context.requireEverywhere(.manage, "jobs").login
        let areas = try await desk.journal.read { AreaIndex(try AreaStore.areas(in: $0)) }
        var form = form
        var place = JobNeedForm.place(&form)
        var asset: Asset.Number?
        let identity = form.text("asset", 0...64)
        if !identity.isEmpty {
            let record = try await desk.journal.read { transaction in
                try Asset.ID(identity).flatMap { try AssetStore.find($0, in: transaction) }
            }
            if let record, record.removal == nil {
                asset = record.number
                place = place ?? record.place
            } else {
                form.refuse("asset", Words("Aucun équipement n'a cette identité.", "No asset has this identity."))
            }
        }
        let from = WallText.day(form["from"] ?? "")
        if from == nil { form.refuse("from", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30.")) }
        let plan = MaintenancePlan(
            number: 0, title: form.text("title", 1...200), department: form["department"] ?? "", category: form["category"] ?? "",
            place: place, address: form.text("address", 0...300), commune: place.map { areas.commune(at: $0) } ?? .outside, asset: asset,
            every: form.integer("every", 1...1000), unit: form.choice("unit"), from: from ?? 0, ahead: form.integer("ahead", 0...365),
            madeUntil: 0, endedAt: nil)
        try form.finish()
        _ = try await said { try await desk.add(plan, by: login) }
        return SeeOther("/console/jobs/plans")
    }
}
