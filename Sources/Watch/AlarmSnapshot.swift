// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The book as bytes and back, so that the intake need not be replayed from its beginning. Taken after a drain: what is not yet
/// drained is not in it. A book that was restored goes on exactly as the one that was not stopped.
extension AlarmBook {
    private static let form: UInt32 = 3

    package func snapshot() -> [UInt8] {
        var out = Bytes()
        out.append(AlarmBook.form)
        for number in fingerprint { out.append(number) }
        out.append(now)
        for number in [lastAlarm, lastIncident, lastRecord, lastHandOver] { out.append(number) }
        out.append(people.dropFirst()) { $0.append(text: $1) }
        let slots = slotOf.sorted { $0.key < $1.key }.map { Int($0.value) }
        var place: [Int: Int32] = [:]
        for (index, slot) in slots.enumerated() { place[slot] = Int32(index) }
        out.append(slots) { $0.append(entries[$1]) }
        out.append(extras.sorted { $0.key < $1.key }) { $0.append(extra: $1.value, of: $1.key) }
        out.append(flaps.sorted { $0.key < $1.key }) { out, flap in
            out.append(flap.key)
            out.append(flap.value.changes) { $0.append($1) }
        }
        out.append(timers.sequence)
        out.append(timers.inOrder) { $0.append($1) }
        let standing = incidents.compactMap { $0 }.sorted { $0.order < $1.order }
        var incidentPlace: [Int32: Int32] = [-1: -1]
        for (index, incident) in standing.enumerated() { incidentPlace[incident.slot] = Int32(index) }
        out.append(standing) { out, incident in
            out.append(incident)
            out.append(members(incident)) { $0.append(place[$1] ?? -1) }
        }
        out.append(scatters.sorted { $0.key < $1.key }) { out, scatter in
            out.append(scatter.key)
            out.append(incidentPlace[scatter.value.incident] ?? -1)
            out.append(scatter.value.recent) { out, recent in
                out.append(place[Int(recent.slot)] ?? -1)
                out.append(recent.id)
                out.append(recent.at)
            }
        }
        for tree in trees {
            let tree = tree.remembered
            out.append(UInt8(tree.isStorm ? 1 : 0))
            for nodes in [tree.outByCount, tree.mute] { out.append(nodes) { $0.append(UInt32($1)) } }
            out.append(tree.tops) { out, top in
                out.append(UInt32(top.node))
                out.append(top.since)
            }
            out.append(tree.leaving) { out, leaving in
                out.append(UInt32(leaving.node))
                out.append(leaving.number)
            }
            out.append(tree.lastLeaving)
        }
        out.append(meter)
        return out.bytes
    }

    /// Takes the place of an empty book. False where the bytes are not a snapshot of this form and these kinds: nothing was taken.
    package func restore(_ bytes: [UInt8]) -> Bool {
        let fresh = AlarmBook(topology: topology, policy: policy)
        fresh.overrides = overrides
        var reader = ByteReader(bytes)
        guard fresh.read(&reader) != nil, reader.isAtEnd else { return false }
        adopt(fresh)
        return true
    }

    /// What a snapshot must agree with: the kinds and their conditions, then the shape of the trees.
    private var fingerprint: [UInt64] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for kind in topology.kinds {
            for text in [kind.name.text] + kind.conditions.map(\.key) {
                for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                hash = (hash ^ 0xFF) &* 0x100_0000_01B3
            }
        }
        var shape = UInt64(topology.count)
        for tree in [topology.supply, topology.link] {
            for node in 0..<tree.nodeCount {
                let asset = tree.asset(ofNode: node)?.value ?? UInt32.max
                shape = (shape ^ UInt64(asset) << 32 ^ UInt64(tree.leafCount(ofNode: node))) &* 0x100_0000_01B3
            }
        }
        return [hash, shape]
    }

    /// Nil where anything does not fit.
    private func read(_ reader: inout ByteReader) -> Void? {
        let mine = fingerprint
        guard let form: UInt32 = reader.integer(), form == AlarmBook.form, let kindsThen = reader.word(), kindsThen == mine[0],
            let shapeThen = reader.word(), let time = reader.instant(), let alarm = reader.word(), let incident = reader.word(),
            let recordNumber = reader.word(), let handOver = reader.word()
        else { return nil }
        now = time
        (lastAlarm, lastIncident, lastRecord, lastHandOver) = (alarm, incident, recordNumber, handOver)
        guard let logins = reader.list({ $0.text() }) else { return nil }
        for login in logins { _ = person(login) }
        guard readEntries(&reader) != nil, readIncidents(&reader) != nil, readTrees(&reader) != nil, let meter = reader.meter() else {
            return nil
        }
        self.meter = meter
        for slot in entries.indices where entries[slot].isTouched {
            entries[slot].isTouched = false
            touch(slot)
        }
        if shapeThen != mine[1] { replace(topology: topology, at: now) }
        return ()
    }

    private func readEntries(_ reader: inout ByteReader) -> Void? {
        guard let all = reader.list({ $0.entry() }) else { return nil }
        for entry in all {
            guard Int(entry.kind) < kinds.count, Int(entry.bit) < kinds[Int(entry.kind)].conditions.count, slotOf[entry.key] == nil,
                Int(entry.acknowledgedBy) < people.count
            else { return nil }
            let slot = addEntry(entry)
            if entry.id != 0 { slotOfAlarm[entry.id] = Int32(slot) }
        }
        guard let extras = reader.list({ $0.extra() }), let flaps = reader.list({ $0.flap() }), let sequence = reader.word(),
            let timers = reader.list({ $0.timer() })
        else { return nil }
        for (id, extra) in extras { self.extras[id] = extra }
        for (key, flap) in flaps { self.flaps[key] = flap }
        self.timers = AlarmTimers(heap: timers, sequence: sequence)
        return ()
    }

    private func readIncidents(_ reader: inout ByteReader) -> Void? {
        guard let count: UInt32 = reader.integer() else { return nil }
        for _ in 0..<count {
            guard let read = reader.incident(slot: Int32(incidents.count)), let members = reader.list({ $0.integer() as Int32? }) else {
                return nil
            }
            let incident = read.shell()
            guard Int(read.causeKind) < kinds.count, Int(read.causeBit) < kinds[Int(read.causeKind)].conditions.count else { return nil }
            incidents.append(incident)
            for slot in members {
                guard entries.indices.contains(Int(slot)), entries[Int(slot)].incident < 0 else { return nil }
                link(Int(slot), incident)
            }
            read.fill(incident)
            if incident.isFormed { slotOfIncident[incident.id] = incident.slot }
            if let way = incident.way { incidentAtNode[AlarmBook.nodeKey(way, incident.root)] = incident.slot }
        }
        guard let scatters = reader.list({ $0.scatter() }) else { return nil }
        for (type, scatter) in scatters {
            guard scatter.incident < Int32(incidents.count), scatter.recent.allSatisfy({ entries.indices.contains(Int($0.slot)) }) else {
                return nil
            }
            self.scatters[type] = scatter
        }
        return ()
    }

    private func readTrees(_ reader: inout ByteReader) -> Void? {
        for slot in entries.indices where entries[slot].isActive { _ = count(slot, by: 1) }
        for index in trees.indices {
            guard let storm: UInt8 = reader.integer(), let out = reader.list({ $0.integer() as UInt32? }),
                let mute = reader.list({ $0.integer() as UInt32? }),
                let tops = reader.list({ reader -> (Int, Instant)? in
                    guard let node: UInt32 = reader.integer(), let since = reader.instant() else { return nil }
                    return (Int(node), since)
                }),
                let leaving = reader.list({ reader -> (Int, UInt32)? in
                    guard let node: UInt32 = reader.integer(), let number: UInt32 = reader.integer() else { return nil }
                    return (Int(node), number)
                }),
                let lastLeaving: UInt32 = reader.integer()
            else { return nil }
            let tree = index == Int(Topology.Way.supply.rawValue) ? topology.supply : topology.link
            trees[index].restore(
                tree,
                IncidentTree.Remembered(
                    tops: tops, isStorm: storm == 1, outByCount: out.map(Int.init), mute: mute.map(Int.init), leaving: leaving,
                    lastLeaving: lastLeaving), policy)
        }
        return ()
    }

    private func adopt(_ other: AlarmBook) {
        now = other.now
        (entries, freeEntries, slotOf, slotOfAlarm) = (other.entries, other.freeEntries, other.slotOf, other.slotOfAlarm)
        (activeMask, extras, flaps, timers) = (other.activeMask, other.extras, other.flaps, other.timers)
        (trees, incidents, freeIncidents) = (other.trees, other.incidents, other.freeIncidents)
        (slotOfIncident, incidentAtNode, scatters) = (other.slotOfIncident, other.incidentAtNode, other.scatters)
        (people, personOf) = (other.people, other.personOf)
        (lastAlarm, lastIncident, lastRecord, lastHandOver) = (other.lastAlarm, other.lastIncident, other.lastRecord, other.lastHandOver)
        (keep, log, goneLines) = (other.keep, other.log, other.goneLines)
        (touched, touchedIncidents, meter) = (other.touched, other.touchedIncidents, other.meter)
    }
}
