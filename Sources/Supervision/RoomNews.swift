// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// What the floor announces, rendered once and given to the live feed by topic. Called on the turn's thread: it renders only for topics
/// that somebody hears, and never waits.
package struct RoomNews: Sendable {
    private let live: LiveFeed
    private let directory: @Sendable () -> Directory
    private let catalogue: @Sendable () -> Catalogue?

    package init(live: LiveFeed, directory: @escaping @Sendable () -> Directory, catalogue: @escaping @Sendable () -> Catalogue?) {
        (self.live, self.directory, self.catalogue) = (live, directory, catalogue)
    }

    package func announce(_ news: Announcement, at now: Instant) {
        switch news {
        case .glances(let glances): publish(glances)
        case .alarms(let lines): publish(lines, now)
        case .orders(let progress):
            guard live.wants("orders") else { return }
            for order in progress {
                live.publish(
                    topic: "orders", event: "rows", html: OrderProgressPart(id: order.id, phase: order.phase, counts: order.counts).html)
            }
        case .log(let entries):
            guard live.wants("log") else { return }
            live.publish(topic: "log", event: "rows", html: entries.map(LogPage.row).html)
        case .vitals(let vitals): publish(vitals)
        }
    }

    /// Changed assets by cell of zoom 12: the lines that `<room-map>` reads, `number,kind,state,level`. What is abnormal says where it
    /// stands too, `…,x,y` in 32-bit Mercator fractions: the map marks it with a shape at once, without its tile anew.
    private func publish(_ glances: [Glance]) {
        let cells = Dictionary(grouping: glances) { ($0.x >> 20) << 12 | $0.y >> 20 }
        let topics = cells.keys.map { (cell: $0, topic: "map/\($0 >> 12)/\($0 & 0xFFF)") }
        let heard = Set(live.topics(prefix: "map/"))
        live.miss(topics.map(\.topic).filter { !heard.contains($0) })
        let kinds = directory().kinds
        for (cell, topic) in topics where heard.contains(topic) {
            let lines = cells[cell, default: []].map { RoomNews.line($0, kinds: kinds) }
            live.publish(topic: topic, event: "glances", data: lines.joined(separator: "\n"))
        }
    }

    static func line(_ glance: Glance, kinds: [Kind]) -> String {
        let line = "\(glance.number.value),\(glance.kind),\(glance.state),\(glance.level)"
        let (kind, state) = (Int(glance.kind), Int(glance.state))
        guard kind < kinds.count, state < kinds[kind].states.count, MapStyle.isAbnormal(kinds[kind].states[state].tone) else { return line }
        return line + ",\(glance.x),\(glance.y)"
    }

    private func publish(_ lines: [AlarmLine], _ now: Instant) {
        guard live.wants("alarms") else { return }
        let names = Names(directory: directory(), communes: catalogue()?.communeNames ?? [:])
        live.publish(topic: "alarms", event: "rows", html: lines.map { AlarmRow($0, names: names, now: now).html }.html)
    }

    private func publish(_ vitals: Vitals) {
        guard live.hasListeners("vitals") else { return }
        var lines = [
            "readings \(vitals.readings)", "judged \(vitals.judged)", "refused \(vitals.refusals.total)", "waiting \(vitals.waiting)",
            "heldBack \(vitals.heldBack)", "assets \(vitals.assets)", "rate \((vitals.rate * 10).rounded() / 10)", "turns \(vitals.turns)",
        ]
        for (name, value) in HealthPage.lags(vitals) { lines.append("\(name) \((value * 10).rounded() / 10)") }
        for refusal in Refusal.allCases where vitals.refusals[refusal] > 0 {
            lines.append("refused-\(refusal.key) \(vitals.refusals[refusal])")
        }
        live.publish(topic: "vitals", event: "counts", data: lines.joined(separator: "\n"))
    }

    /// `lamp 500`, `k2 312`: a line a kind and a line a state, as `<live-counts>` reads them.
    static func lines(_ counts: [StateCount], kinds: [Kind]) -> String {
        var lines: [String] = []
        for (index, kind) in kinds.enumerated() {
            let own = counts.filter { $0.kind == kind.name }
            lines.append("\(kind.name) \(own.reduce(0) { $0 + $1.count })")
            for row in own { lines.append("k\(MapStyle.key(kind: index, state: Int(row.state))) \(row.count)") }
        }
        return lines.joined(separator: "\n")
    }

    /// Counts of states and of alarms for legends and meters; called about once a second, off the turn's thread.
    package func publishCounts(_ counts: [StateCount], kinds: [Kind], load: AlarmLoad?) {
        if live.hasListeners("counts") {
            live.publish(topic: "counts", event: "counts", data: RoomNews.lines(counts, kinds: kinds))
        }
        if let load, live.hasListeners("load") {
            let lines = [
                "lines10 \(load.linesIn10Minutes)", "lines60 \(load.linesInHour)", "standing \(load.standing)",
                "new \(load.unacknowledged)",
                "stale \(load.stale)", "held \(load.held)", "load-level \(load.level.rawValue)",
            ]
            live.publish(topic: "load", event: "counts", data: lines.joined(separator: "\n"))
        }
    }
}

extension Supervision {
    /// Publishes counts and load once a second while somebody listens. Ends when its task is cancelled.
    package func keepCountsTrue(_ news: RoomNews) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let now = clock.now()
            let load = await floor.withAlarms { $0.loadMeter(at: now) }
            news.publishCounts(floor.counts(), kinds: floor.kinds, load: load)
        }
    }
}
