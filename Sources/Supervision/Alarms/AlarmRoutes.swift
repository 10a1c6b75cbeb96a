// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory
import Journal
import Watch

/// Addresses of the alarm list.
struct AlarmRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/alarms", "Alarm list") { _, context in try await list(context) }
        desk.page("/console/alarms/hand-over", "Hand-over") { _, context in try await handOver(context) }
        desk.page("/console/alarms/review", "Review of alarms: load, the top ten, what has stood for days") { _, context in
            try await review(context)
        }
        desk.page("/console/alarms/{target}", "One alarm or incident") { _, context in try await sheet(context) }
        desk.act("/console/alarms/acts", "Acknowledge, shelve and other acts on alarms") { form, context in try await act(form, context) }
        desk.act("/console/alarms/hand-over", "Hand over") { form, context in try await giveOver(form, context) }
        desk.api(AlarmRoutes.endpoint) { _, context in
            let lines = try await visible(context)
            let names = try await room.names().1
            return AlarmRoutes.json(lines, names)
        }
    }

    /// The lines that this person may see, as they see them.
    private func visible(_ context: ConsoleContext) async throws -> [AlarmLine] {
        let sight = try await room.sight(try context.required(), "alarms")
        let lines = await room.floor.withAlarms { $0.lines() }
        if sight.isWhole { return lines }
        let names = try await room.names().1
        return lines.compactMap { sight.narrow($0, kind: names.title($0.kind)) }
    }

    /// The load of the room, or of the lines that somebody sees.
    private func load(_ lines: [AlarmLine], _ context: ConsoleContext) async throws -> AlarmLoad {
        let now = context.now
        let isWhole = Supervision.seesAll(try context.required(), "alarms")
        return await room.floor.withAlarms { isWhole ? $0.loadMeter(at: now) : $0.loadMeter(of: lines, at: now) }
    }

    private func list(_ context: ConsoleContext) async throws -> Page {
        let lines = try await visible(context)
        return AlarmPage(
            lines: lines, filter: AlarmQuery(context.query), load: try await load(lines, context), names: try await room.names().1,
            person: try context.required(), now: context.now
        ).page
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        guard let target = AlarmTarget(try context.text("target")) else { throw Refused.notFound(context.address) }
        let sight = try await room.sight(try context.required(), "alarms")
        let names = try await room.names().1
        let page = max(1, min(100_000, context.query["page"].flatMap { Int($0) } ?? 1))
        let size = AlarmSheetPage.pageSize
        let found = await room.floor.withAlarms { book -> (AlarmLine, [AlarmView])? in
            guard let whole = book.line(target), let line = sight.narrow(whole, kind: names.title(whole.kind)) else { return nil }
            guard case .incident(let incident) = target else { return (line, []) }
            if sight.isWhole { return (line, book.members(of: incident, from: (page - 1) * size, limit: size)) }
            return (line, Array(book.members(of: incident).filter { sight.sees($0.asset) }.dropFirst((page - 1) * size).prefix(size)))
        }
        guard let (line, members) = found else { return try await over(target, sight, names, context) }
        let (records, root) = try await room.journal.read { transaction in
            (
                try AlarmStore.records(of: target, limit: 200, in: transaction),
                try line.root.flatMap { try AssetStore.find($0, in: transaction) }
            )
        }
        return AlarmSheetPage(
            line: line, members: members, page: page, records: records, root: root, names: names, person: try context.required(),
            now: context.now
        ).document
    }

    /// An alarm or incident that stands no more: links from the log and from history lead here.
    private func over(_ target: AlarmTarget, _ sight: Sight, _ names: Names, _ context: ConsoleContext) async throws -> Page {
        let kinds = room.floor.kinds
        let found = try await room.journal.read { try AlarmPast.find(target, kinds: kinds, in: $0) }
        guard let found, found.assets.contains(where: sight.sees) || sight.isWhole else { throw Refused.notFound(context.address) }
        return AlarmPastPage(past: found, sees: sight.sees, names: names, now: context.now).page
    }

    private func review(_ context: ConsoleContext) async throws -> Page {
        let lines = try await visible(context)
        let sight = try await room.sight(try context.required(), "alarms")
        let span = context.query["span"].flatMap(ReviewSpan.init) ?? .week
        let (kinds, now) = (room.floor.kinds, context.now)
        // Whoever sees a part only is told the worst of that part: so more are asked for than are shown.
        let (worst, raised) = try await room.journal.read { transaction in
            let all = try AlarmStore.badActors(
                from: now - span.length, to: now + .minutes(1), limit: sight.isWhole ? 10 : 5000, in: transaction
            )
            .filter { sight.sees($0.asset) }
            let total =
                sight.isWhole
                ? try AlarmStore.raisings(from: now - span.length, to: now + .minutes(1), in: transaction) : all.reduce(0) { $0 + $1.times }
            return (all.prefix(10), total)
        }
        return AlarmReviewPage(
            load: try await load(lines, context),
            badActors: worst.compactMap { actor in
                kinds.first { $0.name.text == actor.kind }?.conditions.first { $0.key == actor.condition }.map {
                    .init(asset: actor.asset, condition: $0, times: actor.times, last: actor.last)
                }
            }, raised: raised, stale: lines.filter { !$0.state.isHeld && now - $0.since > .days(1) }.sorted { $0.since < $1.since },
            span: span, names: try await room.names().1, reach: sight.reach, now: now
        ).page
    }

    private func handOver(_ context: ConsoleContext) async throws -> Page {
        let lines = try await visible(context)
        let people = try await room.journal.read { try AccountStore.all(in: $0).filter(\.isOpen).map(\.login) }
        let handOvers =
            Supervision.seesAll(try context.required(), "alarms")
            ? try await room.journal.read { try AlarmStore.handOvers(limit: 5, in: $0) } : []
        return HandOverPage(
            handOvers: handOvers, holdings: AlarmBook.holdings(of: lines),
            lines: AlarmFilter.onScreen.sorted(lines.filter(AlarmFilter.onScreen.admits)),
            load: try await load(lines, context), people: people, person: try context.required(), names: try await room.names().1,
            now: context.now
        ).page
    }

    private func giveOver(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        var form = form
        let to = form.text("to", 1...64)
        let note = form.text("note", 1...4000)
        try form.finish()
        let login = try context.required().login
        let known = try await room.journal.read { try AccountStore.find(login: to, in: $0)?.isOpen ?? false }
        guard known else { throw Refused.fields([.init("to", Words("Personne inconnue.", "Unknown person."))]) }
        try await room.floor.act { acting in
            _ = acting.alarms.handOver(from: login, to: to, note: note, at: acting.now)
            acting.log.append(
                LogDraft(
                    author: login, kind: .written, trade: "alarms",
                    text: Words("Relève : \(login) passe la main à \(to). \(note)", "Hand-over: \(login) to \(to). \(note)"),
                    people: [login, to]))
        }
        return SeeOther("/console/alarms/hand-over")
    }

    private func act(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let person = try context.required()
        let (act, targets) = try AlarmRoutes.read(form, person, context.now)
        let right = AlarmRoutes.right(for: act)
        if !person.mayEverywhere(right, "alarms") {
            let lines = await room.floor.withAlarms { book in targets.compactMap { book.line($0) } }
            for line in lines {
                if line.communes.isEmpty { throw Refused.forbiddenInPart(right, "alarms") }
                for place in line.communes { try context.require(right, "alarms", in: place.commune.insee) }
            }
        }
        let report = try await room.floor.act { $0.alarms.act(act, on: targets, by: person.login, at: $0.now) }
        if report.done.isEmpty, let refused = report.refused.first { throw Refused.conflict(refused.why.title) }
        let back = form["back"] ?? ""
        return SeeOther(back.hasPrefix("/console/alarms") ? back : "/console/alarms")
    }

    /// What takes an alarm away from everybody's eyes without an end needs more than the right to operate.
    private static func right(for act: AlarmAct) -> Right {
        switch act {
        case .suppress, .removeFromService: .manage
        default: .operate
        }
    }

    private static func read(_ form: Form, _ person: Person, _ now: Instant) throws -> (AlarmAct, [AlarmTarget]) {
        var form = form
        var key = form["act"] ?? ""
        var names = form.all("target")
        // One row's own button says both at once: 'acknowledge a812'.
        if let one = form["one"] {
            let words = one.split(separator: " ").map(String.init)
            (key, names) = (words.first ?? "", Array(words.dropFirst()))
        }
        let targets = names.prefix(5000).compactMap(AlarmTarget.init)
        if targets.isEmpty { form.refuse("target", Words("Cochez au moins une alarme.", "Tick at least one alarm.")) }
        let act: AlarmAct
        switch key {
        case "acknowledge": act = .acknowledge
        case "reset": act = .reset
        case "unshelve": act = .unshelve
        case "unsuppress": act = .unsuppress
        case "restore": act = .restoreToService
        case "take": act = .assign(to: person.login)
        case "shelve": act = .shelve(until: now + .hours(Int64(form.integer("hours", 1...24))), why: form.text("reason", 1...500))
        case "comment": act = .comment(form.text("reason", 1...2000))
        case "suppress", "remove":
            guard person.may(.manage, "alarms") else { throw Refused.forbidden(.manage, "alarms") }
            let reason = form.text("reason", 1...500)
            act = key == "suppress" ? .suppress(why: reason) : .removeFromService(why: reason)
        default:
            form.refuse("act", Words("Acte inconnu.", "Unknown act."))
            act = .acknowledge
        }
        try form.finish()
        return (act, Array(targets))
    }

    static let endpoint = Endpoint(
        .get, "/api/alarms", "The lines of the alarm list", access: .right(.view, "alarms"),
        answers: [
            .init(
                200, "Lines, worst first", "application/json", .object([("alarms", .array(.object([], open: true)))], required: ["alarms"]))
        ])

    static func json(_ lines: [AlarmLine], _ names: Names) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("alarms", AlarmFilter.onScreen.sorted(lines)) { writer, line in
                writer.object { writer in
                    writer.member("target", line.target.description)
                    writer.member("condition", line.condition.key)
                    writer.member("title", line.title.french)
                    writer.member("priority", line.priority.key)
                    writer.member("state", line.state.key)
                    writer.member("active", line.isActive)
                    writer.member("since", line.since.iso8601)
                    if line.asset != .none { writer.member("asset", names.id(line.asset)) }
                    if let root = line.root { writer.member("root", names.id(root)) }
                    writer.member("count", line.count)
                    writer.array("communes", line.communes) { $0.string($1.commune.insee) }
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }
}
