// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Journal

/// The room's side of the tablets: pairing, revoking, deciding on what came too late.
struct TabletRoutes {
    let desk: Interventions

    func add(to site: Desk) {
        site.page("/console/jobs/tablets", "Tablets of the crews", right: .manage) { _, context in try await page(context) }
        site.act("/console/jobs/tablets", "Make a pairing code for a tablet of a crew", right: .manage) { form, context in
            let person = try context.requireEverywhere(.manage, "jobs")
            var form = form
            let (crew, label) = (form.text("crew", 1...60), form.text("label", 0...60))
            try form.finish()
            let code = try await JobRoutes(desk: desk).said { try await desk.makeCode(crew: crew, label: label, by: person.login) }
            return try await page(context, code: code, crew: crew)
        }
        site.act("/console/jobs/tablets/{number}/revoke", "Revoke a tablet", right: .manage) { _, context in
            let person = try context.requireEverywhere(.manage, "jobs")
            let number = Int64(try context.number("number"))
            try await JobRoutes(desk: desk).said { try await desk.revoke(number, by: person.login) }
            return SeeOther("/console/jobs/tablets")
        }
        site.act("/console/jobs/{number}/late/{position}", "Decide on an act that came too late") { form, context in
            let job = try await JobRoutes(desk: desk).found(context, .operate)
            let login = try context.required().login
            var form = form
            let verdict: LateVerdict = form.choice("verdict")
            try form.finish()
            let position = Int64(try context.number("position"))
            try await JobRoutes(desk: desk).said {
                try await desk.decide(on: position, of: job.number, isApplied: verdict == .apply, by: login)
            }
            return SeeOther("/console/jobs/\(job.number.value)#history")
        }
        site.page("/console/jobs/{number}/signatures/{position}", "The hand of whoever received a job") { _, context in
            let job = try await JobRoutes(desk: desk).found(context)
            let position = Int64(try context.number("position"))
            let found = try await desk.journal.read { try TerrainStore.signature(position, of: job.number, in: $0) }
            guard let found else { throw Refused.notFound(context.address) }
            return Bytes(found.bytes, type: found.type, headers: [.cacheControl: "private, max-age=3600"])
        }
    }

    enum LateVerdict: String, CaseIterable { case apply, dismiss }

    private func page(_ context: ConsoleContext, code: String? = nil, crew: String = "") async throws -> Page {
        try context.requireEverywhere(.manage, "jobs")
        let devices = try await desk.journal.read { try TerrainStore.devices(in: $0) }
        return TabletsPage(plan: try await desk.crews.current(), devices: devices, code: code, crew: crew, now: context.now).page
    }
}
