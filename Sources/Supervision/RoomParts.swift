// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Fieldbus
import Journal
import Watch

// The same news for those whose rights end at some communes: cut by `Sight`, once for each set of communes that somebody hears.
extension RoomNews {
    /// The parts of some topics that are heard, each with what it sees. Without a catalogue nobody can say who sees what: then nothing is
    /// told and the pages are asked to come again.
    private func parts(_ prefix: String, _ trade: String) -> [(part: LivePart, sight: Sight)] {
        let parts = live.parts(prefix: prefix)
        guard let catalogue = self.catalogue() else {
            for part in parts { live.askAgain(part.topic) }
            return []
        }
        return parts.map { ($0, Sight($0.person, trade, catalogue: catalogue)) }
    }

    func publishParts(_ cells: [String: [Glance]]) {
        for (part, sight) in parts("map/", "map") {
            let own = cells[part.whole, default: []].filter { sight.sees($0.number) }
            if !own.isEmpty { publish(own, on: part.topic) }
        }
    }

    func publishParts(_ lines: [AlarmLine], _ now: Instant) {
        let parts = self.parts("alarms:", "alarms")
        told.keep(parts.map(\.part.topic))
        guard !parts.isEmpty else { return }
        let names = self.names(catalogue())
        for (part, sight) in parts {
            let own = lines.compactMap { line in sight.news(line, kind: names.title(line.kind)).map { (line: $0, isOver: line.isGone) } }
            let news = told.news(on: part.topic, own)
            guard !news.isEmpty else { continue }
            live.publish(topic: part.topic, event: "rows", html: news.map { AlarmRow($0, names: names, now: now).html }.html)
        }
    }

    func publishParts(_ progress: [OrderProgress]) {
        for (part, sight) in parts("orders:", "orders") {
            for order in progress {
                let own = order.counts(seeing: sight.sees)
                if own.total > 0 { publish(order, own, on: part.topic) }
            }
        }
    }

    func publishParts(_ entries: [LogEntry]) {
        let directory = self.directory()
        for (part, sight) in parts("log:", "log") {
            let isOwn = part.topic == Supervision.ownEntries(part.person)
            let own = entries.filter { isOwn ? $0.author == part.person.login : LogSight.isAbout($0, sight, directory) }
            if !own.isEmpty { live.publish(topic: part.topic, event: "rows", html: own.map(LogPage.row).html) }
        }
    }
}

extension Supervision {
    /// Counts and load of each part that somebody hears. Where the inventory has changed since, all parts come again: what stands in their
    /// communes is not what it was.
    /// - Returns: the inventory's revision.
    func publishPartCounts(_ news: RoomNews, since revision: Int64?) async -> Int64? {
        let parts = news.live.parts(prefix: "")
        guard !parts.isEmpty, let catalogue = try? await shelf.current() else { return nil }
        if let revision, revision != catalogue.revision {
            for part in parts { news.live.askAgain(part.topic) }
        }
        let counted = parts.filter { $0.whole == "counts" }
        if !counted.isEmpty, let columns = floor.columns {
            let tally = StateTally(columns, kinds: floor.kinds, placeOf: catalogue.communeOf, places: catalogue.communes.count)
            for part in counted {
                let reach = Reach(part.person, "map")
                let own = catalogue.communes.indices.filter { reach.sees(commune: catalogue.communes[$0]) }
                news.publish(tally.counts(of: own), kinds: floor.kinds, on: part.topic)
            }
        }
        let loaded = parts.filter { $0.whole == "load" }
        if !loaded.isEmpty {
            let lines = await floor.withAlarms { $0.lines() }
            for part in loaded { news.publish(await load(Sight(part.person, "alarms", catalogue: catalogue), of: lines), on: part.topic) }
        }
        return catalogue.revision
    }

    /// The load of the room, or of those of its lines that somebody sees.
    func load(_ sight: Sight, of lines: [AlarmLine]) async -> AlarmLoad {
        let now = clock.now()
        if sight.isWhole { return await floor.withAlarms { $0.loadMeter(at: now) } }
        let names = Names(directory: directory.current, communes: sight.catalogue.communeNames)
        let own = lines.compactMap { sight.narrow($0, kind: names.title($0.kind)) }
        return await floor.withAlarms { $0.loadMeter(of: own, at: now) }
    }
}
