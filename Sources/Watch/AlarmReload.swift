// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The book from what the journal holds, and the book under a new inventory: counts are made anew from the alarms that hold.
extension AlarmBook {
    /// The inventory changed. Alarms stay; roots are found anew. `kinds` must be the same as before.
    package func replace(topology new: Topology, at now: Instant) {
        precondition(new.kinds.count == kinds.count, "the kinds of a running book do not change")
        topology = new
        recount(at: now)
        replaceAll(at: now)
    }

    /// Takes the place of an empty book: the open alarms and incidents of the journal.
    /// - Parameters: rows in any order; those closed are left out. Rows of kinds or conditions that no longer exist are left out and
    ///   given back, so that the caller can close them on record.
    package func load(
        alarms: [AlarmRow], incidents rows: [IncidentRow], last: (alarm: UInt64, incident: UInt64, record: UInt64, handOver: UInt64),
        at now: Instant
    ) -> [AlarmRow] {
        precondition(slotOf.isEmpty && lastRecord == 0, "only an empty book is loaded")
        (lastAlarm, lastIncident, lastRecord, lastHandOver) = (last.alarm, last.incident, last.record, last.handOver)
        var unknown: [AlarmRow] = []
        for row in rows.sorted(by: { $0.id < $1.id }) where row.closedAt == nil { load(row) }
        for row in alarms.sorted(by: { $0.id < $1.id }) where row.closedAt == nil {
            if Int(row.kind) < kinds.count, Int(row.bit) < kinds[Int(row.kind)].conditions.count {
                load(row, at: now)
            } else {
                unknown.append(row)
            }
        }
        dropEmptyIncidents()
        recount(at: now)
        replaceAll(at: now)
        return unknown
    }

    /// After a load: what the board says now, for every condition that this book takes to hold.
    package func reconcile(at now: Instant, conditions: (Asset.Number) -> UInt32) {
        for key in slotOf.keys.sorted() {
            guard let slot = slotOf[key].map(Int.init), entries[slot].isRaw else { continue }
            let entry = entries[slot]
            let asset = Asset.Number(entry.asset)
            let bit = UInt32(1) << UInt32(entry.bit)
            if conditions(asset) & bit == 0 { change(asset: asset, kind: entry.kind, before: bit, after: 0, at: now) }
        }
    }

    private func load(_ row: IncidentRow) {
        let scattered = row.gathering == .scattered
        let incident = newIncident(
            row.gathering, root: row.root?.value ?? UInt32.max, type: scattered ? UInt16(row.causeKind) << 5 | UInt16(row.causeBit) : 0)
        incident.id = row.id.value
        (incident.openedAt, incident.changedAt, incident.peak) = (row.openedAt, row.openedAt, Int(row.peak))
        (incident.causeAsset, incident.causeKind, incident.causeBit) = (row.causeAsset.value, row.causeKind, row.causeBit)
        incident.causeAt = row.causeAt
        incident.causeIsRoots = row.causeAsset == row.root
        if Int(row.causeKind) >= kinds.count || Int(row.causeBit) >= kinds[Int(row.causeKind)].conditions.count {
            // A condition that this program does not know: the first member takes its place.
            (incident.causeAt, incident.causeIsRoots) = (.distantFuture, false)
        }
        (incident.acknowledgedBy, incident.acknowledgedAt) = (row.acknowledgedBy, row.acknowledgedAt)
        (incident.acknowledgedCount, incident.acknowledgedPriority) = (Int(row.acknowledgedCount), row.priority)
        (incident.heldUntil, incident.heldBy, incident.heldWhy) = (row.heldUntil, row.heldBy, row.heldWhy)
        incident.held = row.held
        (incident.assignedTo, incident.comments, incident.escalation) = (row.assignedTo, row.comments, row.escalation)
        (incident.isAnnounced, incident.isTaking) = (true, false)
        slotOfIncident[incident.id] = incident.slot
        if let way = incident.way { incidentAtNode[AlarmBook.nodeKey(way, incident.root)] = incident.slot }
        if let until = row.heldUntil { timers.set(.incidentShelf, due: until, subject: incident.id) }
    }

    private func load(_ row: AlarmRow, at now: Instant) {
        var entry = AlarmEntry(asset: row.asset.value, kind: row.kind, bit: row.bit, priority: row.priority)
        entry.id = row.id.value
        entry.state = row.state
        (entry.isRaw, entry.isActive) = (row.isActive, row.isActive)
        (entry.raisedAt, entry.lastRaisedAt, entry.lastChange) = (row.raisedAt, row.lastRaisedAt, row.lastRaisedAt)
        entry.returnedAt = row.returnedAt ?? .distantPast
        entry.acknowledgedAt = row.acknowledgedAt ?? .distantPast
        entry.acknowledgedBy = person(row.acknowledgedBy)
        (entry.occurrences, entry.escalation) = (row.occurrences, row.escalation)
        entry.isAnnounced = true
        let slot = addEntry(entry)
        slotOfAlarm[row.id.value] = Int32(slot)
        if row.isActive { activeMask[row.asset.value, default: 0] |= 1 << UInt32(row.bit) }
        let extra = AlarmExtra(
            assignedTo: row.assignedTo, comments: row.comments, heldUntil: row.heldUntil, heldBy: row.heldBy, heldWhy: row.heldWhy)
        if extra != AlarmExtra() { extras[row.id.value] = extra }
        if let until = row.heldUntil { timers.set(.alarmShelf, due: until, subject: row.id.value) }
        if let incident = row.incident.flatMap({ slotOfIncident[$0.value] }).flatMap({ incidents[Int($0)] }) {
            entries[slot].isAnnounced = false
            entries[slot].keptIncident = incident.id
            link(slot, incident)
        }
    }

    private func dropEmptyIncidents() {
        for incident in incidents.compactMap({ $0 }) where incident.count == 0 {
            slotOfIncident[incident.id] = nil
            if let way = incident.way { incidentAtNode[AlarmBook.nodeKey(way, incident.root)] = nil }
            incidents[Int(incident.slot)] = nil
            freeIncidents.append(incident.slot)
        }
    }

    /// The entries that have an alarm, by its number: an order that does not depend on how the book came to be.
    var slotsInOrder: [Int] { slotOfAlarm.sorted { $0.key < $1.key }.map { Int($0.value) } }

    /// Counts of both trees from nothing. A node that holds an incident stays out where the lower threshold lets it.
    func recount(at now: Instant) {
        let storms = trees.map(\.isStorm)
        trees = [(topology.supply, trees[0]), (topology.link, trees[1])].map { IncidentTree($0, lastLeaving: $1.lastLeaving) }
        let masks = activeMask
        activeMask = [:]
        for slot in slotsInOrder where entries[slot].isActive { _ = count(slot, by: 1) }
        activeMask = masks
        for (node, isMute) in muteNodes(below: topology.link.root) where isMute {
            _ = trees[Int(Topology.Way.supply.rawValue)].setMute(topology.supply, node, true, policy)
        }
        for way in Topology.Way.allCases {
            let (index, tree) = (Int(way.rawValue), topology.tree(way))
            let nodes = incidents.compactMap { incident -> Int? in
                guard let incident, incident.way == way, incident.isFormed, incident.activeCount > 0 else { return nil }
                return incident.root == UInt32.max ? tree.root : tree.node(of: Asset.Number(incident.root))
            }
            trees[index].keepOut(tree, nodes, policy)
            trees[index].rebuildTops(tree, at: now)
            // Where alarms stand under a node that is not out, a storm had put them there.
            let hasStormLine = nodes.contains { !trees[index].isOut($0) }
            if storms[index] || hasStormLine, trees[index].tops.count > policy.calmNodes { trees[index].keepStorm(tree, policy) }
        }
    }

    private func replaceAll(at now: Instant) {
        for slot in slotsInOrder where entries[slot].isActive { place(slot, isNew: false, at: now) }
        for slot in slotsInOrder where entries[slot].incident < 0 { armEscalation(slot, at: now) }
        for incident in incidents.compactMap({ $0 }) where incident.isFormed { armEscalation(incident, at: now) }
    }
}
