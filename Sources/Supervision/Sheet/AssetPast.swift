// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Inventory
package import Journal
package import Watch

/// Everything that ever touched an asset, as one timeline: its life in the inventory, its alarms, orders, and what the log tells of it.
package struct AssetPast: Sendable {
    package var events: [AssetEvent] = []
    package var alarms: [AlarmRow] = []
    package var records: [AlarmRecord] = []
    package var orders: [OrderRecord] = []
    package var log: [LogEntry] = []
    package var kinds: [Kind] = []

    package init() {}

    package typealias AlarmRow = Watch.AlarmRow

    /// Reads it, the newest 100 of each: of alarms, orders and the log what `person` may see of them where the asset stands.
    package static func read(_ record: AssetRecord, for person: Person, kinds: [Kind], in transaction: Transaction) throws -> AssetPast {
        func sees(_ trade: String) -> Bool { person.may(.view, trade, in: record.commune.insee) }
        var past = AssetPast()
        past.kinds = kinds
        past.events = try ChangeStore.history(of: record.number, in: transaction)
        if sees("alarms") {
            past.records = try AlarmStore.history(of: record.number, limit: 100, in: transaction)
            var search = AlarmStore.Search()
            search.asset = record.number
            past.alarms = try AlarmStore.alarms(search, limit: 200, kinds: kinds, in: transaction)
        }
        if sees("orders") { past.orders = try OrderStore.touching(record.number, in: transaction) }
        if sees("log") {
            var filter = Logbook.Filter()
            filter.subject = record.id.text
            past.log = try Logbook.search(filter, limit: 100, in: transaction)
        }
        return past
    }

    /// Newest first.
    package var entries: [Timeline.Entry] {
        var entries: [(at: Instant, entry: Timeline.Entry)] = []
        for event in events { entries.append((event.at, entry(event))) }
        for record in records { entries.append((record.at, entry(record))) }
        for order in orders { entries.append((order.placedAt, entry(order))) }
        for line in own { entries.append((line.at, entry(line))) }
        return entries.sorted { $0.at > $1.at }.map(\.entry)
    }

    /// What the log says and the alarms' own records do not say already.
    private var own: [LogEntry] {
        let told = Set(records.map { $0.at.milliseconds / 1000 })
        return log.filter { $0.trade != "alarms" || !told.contains($0.at.milliseconds / 1000) }
    }

    private func entry(_ event: AssetEvent) -> Timeline.Entry {
        let changes = event.fields.map { "\($0.name) : \($0.before) → \($0.after)" }
        return Timeline.Entry(
            at: event.at, .idle, event.what.words,
            detail: HTML.text(([event.author, event.source] + changes).filter { !$0.isEmpty }.joined(separator: " · ")))
    }

    private func entry(_ record: AlarmRecord) -> Timeline.Entry {
        let title = record.alarm.flatMap { id in alarms.first { $0.id == id } }.flatMap(title)
        return Timeline.Entry(
            at: record.at, AlarmHistory.tone(record.event),
            HTML.of {
                if let alarm = record.alarm {
                    record.event.title
                    " : "
                    a(.href("/console/alarms/a\(alarm)")) { title ?? Words("alarme \(alarm)", "alarm \(alarm)") }
                } else if let incident = record.incident {
                    a(.href("/console/alarms/i\(incident)")) { record.event.title }
                } else {
                    record.event.title
                }
            }, detail: AlarmHistory.detail(record))
    }

    private func title(_ row: AlarmRow) -> Words? { kinds.declared(kind: row.kind, bit: row.bit)?.condition.title }

    private func entry(_ order: OrderRecord) -> Timeline.Entry {
        Timeline.Entry(
            at: order.placedAt, .notice,
            HTML.of {
                a(.href("/console/orders/\(order.id)")) { Words("Ordre \(order.id)", "Order \(order.id)") }
                " : "
                order.command.words
            }, detail: HTML.text("\(order.login) · \(order.reason)"))
    }

    private func entry(_ entry: LogEntry) -> Timeline.Entry {
        Timeline.Entry(at: entry.at, .notice, entry.text, detail: HTML.text(entry.author))
    }
}

/// How the records of alarms read in a timeline.
enum AlarmHistory {
    static func tone(_ event: AlarmEvent) -> StateSpec.Tone {
        switch event {
        case .raised, .flapping, .gathered: .alarm
        case .escalated: .warning
        case .returned, .settled, .closed, .split: .idle
        case .shelved, .suppressed, .removedFromService: .disabled
        default: .notice
        }
    }

    /// Who, until when, and what they said.
    static func detail(_ record: AlarmRecord) -> HTML {
        // A hand-over's note holds the name of who takes over; everything else is what was said.
        let words = [record.by, record.note.replacing("\n", with: " · ")].filter { !$0.isEmpty }.joined(separator: " · ")
        return HTML.of {
            if !words.isEmpty { words }
            if let until = record.until {
                Words(" jusqu'à ", " until ")
                HTML.time(until)
            }
        }
    }

    /// The records of one line, newest first, as they are shown on its sheet.
    static func entries(_ records: [AlarmRecord]) -> [Timeline.Entry] {
        records.reversed().map { Timeline.Entry(at: $0.at, tone($0.event), $0.event.title, detail: detail($0)) }
    }
}
