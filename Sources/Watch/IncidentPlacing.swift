// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Where an alarm stands: under the root that explains it, in a scattered line with its likes, or alone.
extension AlarmBook {
    /// Single alarms of one type that came lately, and the line that took them when they were too many.
    struct Scatter {
        /// Slot, alarm number, when it became single; oldest first.
        var recent: [(slot: Int32, id: UInt64, at: Instant)] = []
        /// The incident that takes more, or -1.
        var incident: Int32 = -1
    }

    /// The root that explains an active alarm, over both trees: the one that explains more; where equal, communication.
    func explanation(_ slot: Int) -> (way: Topology.Way, root: UInt32)? {
        let entry = entries[slot]
        let kind = kinds[Int(entry.kind)]
        var best: (way: Topology.Way, node: Int, weight: Int)?
        for way in [Topology.Way.link, .supply] where kind.counts[Int(way.rawValue)] >> UInt32(entry.bit) & 1 == 1 {
            let tree = topology.tree(way)
            let asset = Asset.Number(entry.asset)
            guard let found = trees[Int(way.rawValue)].explanation(tree, asset: asset, selfNode: tree.node(of: asset)) else { continue }
            if best == nil || found.weight > best!.weight { best = (way, found.node, found.weight) }
        }
        return best.map { ($0.way, topology.tree($0.way).asset(ofNode: $0.node)?.value ?? UInt32.max) }
    }

    /// Puts an active alarm where it belongs now; nothing where it stands there already.
    func place(_ slot: Int, isNew: Bool, at now: Instant) {
        guard entries[slot].isActive, entries[slot].id != 0 else { return }
        if let (way, root) = explanation(slot) {
            let incident = incident(at: way, root)
            guard entries[slot].incident != incident.slot else { return }
            move(slot, to: incident, at: now)
        } else if let current = incident(ofSlot: slot) {
            guard current.gathering != .scattered else { return }
            leave(slot, at: now)
            standAlone(slot, at: now)
        } else if isNew {
            standAlone(slot, at: now)
        }
    }

    private func move(_ slot: Int, to incident: Incident, at now: Instant) {
        let former = self.incident(ofSlot: slot)
        leave(slot, at: now)
        join(slot, incident, at: now)
        guard let former else { return }
        if former.gathering == .scattered {
            calm(former, at: now)
        } else if former.activeCount == 0 {
            follow(former, to: incident, at: now)
        }
        // All of it stands elsewhere now: its line has merged.
        if former.count == 0 { meter.uncountLine(of: former.presentedAt, at: now, policy) }
    }

    /// Nothing that holds is left in a former incident: what returned there and waits to be acknowledged follows, where it lies below the
    /// root that took the others. Otherwise a line would tell of a place that nobody looks at any more.
    private func follow(_ former: Incident, to incident: Incident, at now: Instant) {
        for slot in members(former) where isBelow(incident, entries[slot].asset) {
            leave(slot, at: now)
            join(slot, incident, at: now)
            if incident.isFormed, incident.acknowledgedAt != nil, entries[slot].state.wantsAcknowledgement {
                acknowledge(slot, by: incident.acknowledgedBy, isAct: false, at: now)
            }
        }
    }

    private func isBelow(_ incident: Incident, _ asset: UInt32) -> Bool {
        guard let way = incident.way, incident.root != UInt32.max, asset != incident.root else { return true }
        let tree = topology.tree(way)
        var node = tree.parentNode(of: Asset.Number(asset))
        while node != tree.root, tree.asset(ofNode: node)?.value != incident.root { node = tree.parent(ofNode: node) }
        return node != tree.root
    }

    /// What came or went moved nodes: alarms below them are placed again, the counts of highest nodes looked at. What can no longer be heard,
    /// or again, over the link says so in the supply's tree.
    func apply(_ shifts: Shifts, at now: Instant) {
        awaitLeaving(at: now)
        for (way, shift) in [(Topology.Way.supply, shifts.supply), (.link, shifts.link)] where !shift.isNothing {
            let tree = topology.tree(way)
            let index = Int(way.rawValue)
            var moved = shift.root ? [tree.root] : []
            if shift.node >= 0 { moved += [shift.node] + trees[index].settle(tree, shift.node, at: now, policy) }
            for node in moved.contains(tree.root) ? [tree.root] : moved { replace(way, below: node, at: now) }
        }
        if shifts.link.node >= 0 { hearAgain(below: shifts.link.node, at: now) }
    }

    /// A node of the link's tree went out or came back: what hangs below it and feeds others is mute, or no longer.
    private func hearAgain(below top: Int, at now: Instant) {
        let supply = Int(Topology.Way.supply.rawValue)
        for (node, isMute) in muteNodes(below: top) {
            let shift = trees[supply].setMute(topology.supply, node, isMute, policy)
            apply(Shifts(supply: shift), at: now)
        }
    }

    /// Nodes of the supply's tree at and below a node of the link's, and whether that way is out.
    func muteNodes(below top: Int) -> [(node: Int, isMute: Bool)] {
        let tree = topology.link
        let link = trees[Int(Topology.Way.link.rawValue)]
        var found: [(Int, Bool)] = []
        var above = top
        while above != tree.root, !link.isOut(above) { above = tree.parent(ofNode: above) }
        var stack = [(top, above != tree.root)]
        while let (node, isOut) = stack.popLast() {
            for child in tree.children(ofNode: node) {
                if let fed = topology.supply.node(of: Asset.Number(child)) { found.append((fed, isOut)) }
            }
            for inner in tree.inner(ofNode: node).reversed() { stack.append((Int(inner), isOut || link.isOut(Int(inner)))) }
        }
        return found
    }

    /// Nodes whose counts no longer let them stand as out do so a while longer.
    private func awaitLeaving(at now: Instant) {
        for way in Topology.Way.allCases {
            for (node, number) in trees[Int(way.rawValue)].takeNewlyLeaving() {
                timers.set(.nodeLeaving, due: now + policy.splitDelay, subject: AlarmBook.nodeKey(way, UInt32(node)), generation: number)
            }
        }
    }

    func leavingDue(_ timer: AlarmTimers.Timer, at now: Instant) {
        guard let way = Topology.Way(rawValue: UInt8(truncatingIfNeeded: timer.subject >> 32)) else { return }
        let (tree, node) = (topology.tree(way), Int(timer.subject & 0xFFFF_FFFF))
        guard node <= tree.root else { return }
        let shift = trees[Int(way.rawValue)].leave(tree, node, timer.generation, policy)
        apply(way == .supply ? Shifts(supply: shift) : Shifts(link: shift), at: now)
    }

    /// Places all active alarms at and below a node again. Walks only where alarms are.
    func replace(_ way: Topology.Way, below top: Int, at now: Instant) {
        let tree = topology.tree(way)
        var stack = [top]
        while let node = stack.popLast() {
            guard trees[Int(way.rawValue)].alarms[node] > 0 else { continue }
            if let asset = tree.asset(ofNode: node) { replace(asset.value, way, at: now) }
            for child in tree.children(ofNode: node) { replace(child, way, at: now) }
            for inner in tree.inner(ofNode: node).reversed() { stack.append(Int(inner)) }
        }
    }

    private func replace(_ asset: UInt32, _ way: Topology.Way, at now: Instant) {
        guard let active = activeMask[asset] else { return }
        let kind = Int(topology.kindOf[Int(asset)])
        guard kind < kinds.count else { return }
        var bits = active & kinds[kind].counts[Int(way.rawValue)]
        while bits != 0 {
            let bit = UInt8(bits.trailingZeroBitCount)
            bits &= bits - 1
            if let slot = slotOf[AlarmEntry.key(asset, bit)] { place(Int(slot), isNew: false, at: now) }
        }
    }

    // MARK: alone, or scattered

    /// No root explains it: it stands alone, unless its likes are too many.
    func standAlone(_ slot: Int, at now: Instant) {
        let type = entries[slot].type
        touch(slot)
        if let incident = takingScatter(type, at: now) {
            incident.lastJoin = now
            return join(slot, incident, at: now)
        }
        let id = entries[slot].id
        scatters[type, default: Scatter()].recent.removeAll { $0.id == id }
        scatters[type]!.recent.append((Int32(slot), id, now))
        if scatters[type]!.recent.count > policy.scatterAlarms {
            let still = scatters[type]!.recent.filter { now - $0.at <= policy.stormWindow && isAlone($0.slot, $0.id) }
            scatters[type]!.recent = still
            if still.count > policy.scatterAlarms { return gather(type, at: now) }
        }
        armEscalation(slot, at: now)
    }

    func isAlone(_ slot: Int32, _ id: UInt64) -> Bool {
        let entry = entries[Int(slot)]
        return entry.id == id && entry.isActive && entry.incident < 0 && entry.state == .unacknowledged
    }

    private func takingScatter(_ type: UInt16, at now: Instant) -> Incident? {
        guard let slot = scatters[type]?.incident, slot >= 0, let incident = incidents[Int(slot)] else { return nil }
        guard now - incident.lastJoin <= policy.stormWindow else {
            stopTaking(incident)
            return nil
        }
        return incident
    }

    func stopTaking(_ incident: Incident) {
        incident.isTaking = false
        if scatters[incident.type]?.incident == incident.slot { scatters[incident.type]!.incident = -1 }
    }

    private func gather(_ type: UInt16, at now: Instant) {
        let members = scatters[type]!.recent
        let incident = newIncident(.scattered, type: type)
        incident.lastJoin = now
        scatters[type] = Scatter(recent: [], incident: incident.slot)
        for member in members { join(Int(member.slot), incident, at: now) }
    }

    /// A scattered line of which few are still active lets them stand alone again.
    func calm(_ incident: Incident, at now: Instant) {
        guard incident.isFormed, incident.activeCount > 0, incident.activeCount <= policy.calmAlarms else { return }
        stopTaking(incident)
        record(.split, incident, at: now)
        for slot in members(incident) where entries[slot].isActive {
            leave(slot, at: now)
            standAlone(slot, at: now)
        }
    }
}
