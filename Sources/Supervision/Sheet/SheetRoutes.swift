// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory
import Journal
import Watch

/// Addresses of one asset.
struct SheetRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/assets/{id}", "Asset sheet") { _, context in try await sheet(context) }
        act(desk, "notes", "Write a note", right: .operate) { form, record, login, now, transaction in
            let text = form.text("text", 1...4000)
            try form.finish()
            try NoteStore.add(text, to: record.number, by: login, at: now, in: transaction)
            return Words("Note sur \(record.id) : \(text)", "Note on \(record.id): \(text)")
        }
        act(desk, "outage", "Take out of service", right: .manage) { form, record, login, now, transaction in
            let reason = form.text("reason", 1...500)
            try form.finish()
            try LifeStore.takeOutOfService(record.number, by: login, reason: reason, at: now, in: transaction)
            return Words("\(record.id) mis hors service : \(reason)", "\(record.id) taken out of service: \(reason)")
        }
        act(desk, "return", "Return to service", right: .manage) { _, record, login, now, transaction in
            try LifeStore.returnToService(record.number, by: login, at: now, in: transaction)
            return Words("\(record.id) remis en service", "\(record.id) returned to service")
        }
        desk.api(SheetRoutes.seriesEndpoint) { _, context in try await series(context) }
    }

    func record(_ context: ConsoleContext) async throws -> AssetRecord {
        guard let id = Asset.ID(try context.text("id")) else { throw Refused.notFound(context.address) }
        guard let record = try await room.journal.read({ try AssetStore.find(id, in: $0) }) else { throw Refused.notFound(context.address) }
        // Whoever may not see it is not told that it exists.
        guard try context.required().may(.view, "inventory", in: record.commune.insee) else { throw Refused.notFound(context.address) }
        return record
    }

    private func sheet(_ context: ConsoleContext) async throws -> Page {
        let record = try await record(context)
        let number = record.number
        let why = await room.floor.why(number)
        let staged = await room.floor.staged(number)
        let (alarms, rooted) = await room.floor.withAlarms { book in
            (book.alarms(of: number), book.lines().filter { $0.root == number && $0.gathering != .single })
        }
        let (catalogue, names) = try await room.names()
        let person = try context.required()
        let sight = Sight(person, "inventory", catalogue: catalogue)
        let alarmSight = Sight(person, "alarms", catalogue: catalogue)
        let lines = rooted.compactMap { alarmSight.narrow($0, kind: names.title($0.kind)) }
        let span = context.query["span"].flatMap(ChartSpan.init) ?? .day
        let to = context.now
        // Before it was put into service there is nothing to show; silence since then is shown as silence.
        let from = max(to - span.length, min(record.commissionedAt, to - .hours(1)))
        let properties = names.kind(record.kind)?.properties ?? []
        let gap = Span(milliseconds: 3 * (record.period ?? names.kind(record.kind)?.period ?? .minutes(15)).milliseconds)
        let page = try await room.journal.read { transaction in
            let charts = try properties.enumerated().filter { $0.element.nature == .gauge }.map { slot, property in
                SheetChart(
                    property: property,
                    buckets: try History.series(of: number, slot: slot, from: from, to: to, points: 450, staged: staged, in: transaction),
                    from: from, to: to, gap: gap)
            }
            return SheetPage(
                record: record, why: why, alarms: alarms, charts: charts, span: span,
                up: try up(record, transaction).filter { sight.sees($0.number) },
                children: try AssetStore.children(of: number, in: transaction).filter { sight.sees($0.number) },
                lines: lines, past: try AssetPast.read(record, for: person, kinds: room.floor.kinds, in: transaction),
                notes: try NoteStore.notes(of: number, in: transaction), photos: try PhotoStore.photos(of: number, in: transaction),
                names: names, person: person, now: context.now)
        }
        return page.page
    }

    /// What it hangs on, nearest first: its gateway, then up the electrical tree.
    private func up(_ record: AssetRecord, _ transaction: Transaction) throws -> [AssetRecord] {
        var found: [AssetRecord] = []
        if record.linkParent != .none, let gateway = try AssetStore.find(record.linkParent, in: transaction) { found.append(gateway) }
        var next = record.supplyParent
        while next != .none, found.count < 8, let parent = try AssetStore.find(next, in: transaction) {
            found.append(parent)
            next = parent.supplyParent
        }
        return found
    }

    private func act(
        _ desk: Desk, _ path: String, _ summary: String, right: Right,
        _ body: @escaping @Sendable (inout Form, AssetRecord, String, Instant, Transaction) throws -> Words
    ) {
        desk.act("/console/assets/{id}/\(path)", summary, right: right) { form, context in
            let record = try await record(context)
            let login = try context.require(right, "inventory", in: record.commune.insee).login
            do {
                // The act and the entry that tells of it stand or fall together.
                try await room.floor.write { transaction, now in
                    var form = form
                    let words = try body(&form, record, login, now, transaction)
                    return ((), [LogDraft(author: login, kind: .auto, trade: "inventory", subject: record.id.text, text: words)])
                }
            } catch let refused as LifeStore.Refused {
                throw Refused.conflict(refused.words)
            }
            return SeeOther("/console/assets/\(record.id)")
        }
    }

    static let seriesEndpoint = Endpoint(
        .get, "/api/assets/{id}/series", "A property of an asset over time", access: .right(.view, "inventory"),
        parameters: [
            .init("id", in: .path, .string(length: 1...64)), .init("property", in: .query, .string(length: 1...64), required: true),
            .init("from", in: .query, .integer(0...253_402_300_799_000), note: "Milliseconds since 1970; a day ago where missing"),
            .init("to", in: .query, .integer(0...253_402_300_799_000)), .init("points", in: .query, .integer(1...5000)),
        ],
        answers: [
            .init(
                200, "Buckets in the property's unit", "application/json",
                .object([("buckets", .array(.object([], open: true)))], required: ["buckets"], open: true)),
            .init(404, "No such asset or property"),
        ])

    private func series(_ context: ConsoleContext) async throws -> Bytes {
        let record = try await record(context)
        let names = try await room.names().1
        let key = context.query["property"] ?? ""
        guard let kind = names.kind(record.kind), let slot = kind.properties.firstIndex(where: { $0.key == key }) else {
            throw Refused.notFound(context.address)
        }
        var form = context.query
        let to = form.integer("to", optional: 0...253_402_300_799_000).map { Instant(milliseconds: Int64($0)) } ?? context.now
        let from = form.integer("from", optional: 0...253_402_300_799_000).map { Instant(milliseconds: Int64($0)) } ?? to - .days(1)
        let points = form.integer("points", optional: 1...5000) ?? 600
        try form.finish()
        let staged = await room.floor.staged(record.number)
        let buckets = try await room.journal.read {
            try History.series(of: record.number, slot: slot, from: from, to: to, points: points, staged: staged, in: $0)
        }
        let property = kind.properties[slot]
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", record.id.text)
            writer.member("property", property.key)
            writer.member("unit", property.unit)
            writer.array("buckets", buckets) { writer, bucket in
                writer.object { writer in
                    writer.member("at", bucket.at.iso8601)
                    writer.member("min", property.value(bucket.least))
                    writer.member("max", property.value(bucket.most))
                    writer.member("mean", bucket.mean / (property.value(1) == 0 ? 1 : 1 / property.value(1)))
                    writer.member("last", property.value(bucket.last))
                    writer.member("count", bucket.count)
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }
}

extension LifeStore.Refused {
    var words: Words {
        switch self {
        case .unknown: Words("Cet équipement n'existe pas.", "There is no such asset.")
        case .alreadyOutOfService(_, let by): Words("Déjà hors service, par \(by).", "Already out of service, by \(by).")
        case .inService: Words("Il est en service.", "It is in service.")
        case .removed(_, let by): Words("Il a été retiré par \(by).", "It was removed by \(by).")
        case .hasChildren(let count): Words("\(count) équipements en dépendent encore.", "\(count) assets still depend on it.")
        case .emptyReason: Words("Dites pourquoi.", "Say why.")
        }
    }
}
