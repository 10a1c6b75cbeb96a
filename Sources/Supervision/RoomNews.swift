// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// What the floor announces, rendered once and given to the live feed by topic: first to whoever sees all, then to each part that somebody
/// hears, cut to what that part may see (`RoomParts.swift`). Called on the turn's thread: it renders only for topics that somebody hears,
/// and never waits.
package struct RoomNews: Sendable {
    let live: LiveFeed
    let directory: @Sendable () -> Directory
    let catalogue: @Sendable () -> Catalogue?
    let told = ToldLines()

    package init(live: LiveFeed, directory: @escaping @Sendable () -> Directory, catalogue: @escaping @Sendable () -> Catalogue?) {
        (self.live, self.directory, self.catalogue) = (live, directory, catalogue)
    }

    package func announce(_ news: Announcement, at now: Instant) {
        switch news {
        case .glances(let glances):
            let cells = Dictionary(grouping: glances) { "map/\($0.x >> 20)/\($0.y >> 20)" }
            publish(cells)
            publishParts(cells)
        case .alarms(let lines):
            if live.wants("alarms") {
                let names = self.names(catalogue())
                live.publish(topic: "alarms", event: "rows", html: lines.map { AlarmRow($0, names: names, now: now).html }.html)
            }
            publishParts(lines, now)
        case .orders(let progress):
            if live.wants("orders") {
                for order in progress { publish(order, order.counts, on: "orders") }
            }
            publishParts(progress)
        case .log(let entries):
            if live.wants("log") { live.publish(topic: "log", event: "rows", html: entries.map(LogPage.row).html) }
            publishParts(entries)
        case .vitals(let vitals): publish(vitals)
        }
    }

    func names(_ catalogue: Catalogue?) -> Names { Names(directory: directory(), communes: catalogue?.communeNames ?? [:]) }

    func publish(_ order: OrderProgress, _ counts: LedgerCounts, on topic: String) {
        live.publish(topic: topic, event: "rows", html: OrderProgressPart(id: order.id, phase: order.phase, counts: counts).html)
    }

    /// Changed assets by cell of zoom 12: the lines that `<room-map>` reads, `number,kind,state,level`. What is abnormal says where it
    /// stands too, `…,x,y` in 32-bit Mercator fractions: the map marks it with a shape at once, without its tile anew.
    private func publish(_ cells: [String: [Glance]]) {
        let heard = Set(live.topics(prefix: "map/"))
        live.miss(cells.keys.filter { !heard.contains($0) })
        for (topic, glances) in cells where heard.contains(topic) { publish(glances, on: topic) }
    }

    func publish(_ glances: [Glance], on topic: String) {
        let kinds = directory().kinds
        live.publish(topic: topic, event: "glances", data: glances.map { RoomNews.line($0, kinds: kinds) }.joined(separator: "\n"))
    }

    static func line(_ glance: Glance, kinds: [Kind]) -> String {
        let line = "\(glance.number.value),\(glance.kind),\(glance.state),\(glance.level)"
        let (kind, state) = (Int(glance.kind), Int(glance.state))
        guard kind < kinds.count, state < kinds[kind].states.count, MapStyle.isAbnormal(kinds[kind].states[state].tone) else { return line }
        return line + ",\(glance.x),\(glance.y)"
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

    /// Counts of states for legends, on the topic or a part of it.
    func publish(_ counts: [StateCount], kinds: [Kind], on topic: String) {
        live.publish(topic: topic, event: "counts", data: RoomNews.lines(counts, kinds: kinds))
    }

    /// Counts of alarms for meters.
    func publish(_ load: AlarmLoad, on topic: String) {
        let lines = [
            "lines10 \(load.linesIn10Minutes)", "lines60 \(load.linesInHour)", "standing \(load.standing)", "new \(load.unacknowledged)",
            "stale \(load.stale)", "held \(load.held)", "load-level \(load.level.rawValue)",
        ]
        live.publish(topic: topic, event: "counts", data: lines.joined(separator: "\n"))
    }
}

extension Supervision {
    /// Once a second, while somebody listens: publishes counts and load, and ends the streams that reach beyond a person's rights of now.
    /// Ends when its task is cancelled.
    package func keepCountsTrue(_ news: RoomNews) async {
        var revision: Int64?
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            guard news.live.statistics.listeners > 0 else { continue }
            await endStreamsBeyondRights(news.live)
            await publishCounts(news)
            revision = await publishPartCounts(news, since: revision)
        }
    }

    func publishCounts(_ news: RoomNews) async {
        if news.live.hasListeners("counts") { news.publish(floor.counts(), kinds: floor.kinds, on: "counts") }
        if news.live.hasListeners("load") {
            let now = clock.now()
            news.publish(await floor.withAlarms { $0.loadMeter(at: now) }, on: "load")
        }
    }
}
