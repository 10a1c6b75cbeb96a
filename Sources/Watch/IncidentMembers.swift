// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Who stands in which incident: joining, leaving, forming, closing. The members are a list through the entries.
extension AlarmBook {
    func incident(ofSlot slot: Int) -> Incident? {
        let at = entries[slot].incident
        return at < 0 ? nil : incidents[Int(at)]
    }

    func members(_ incident: Incident) -> [Int] {
        var found: [Int] = []
        found.reserveCapacity(incident.count)
        var slot = incident.head
        while slot >= 0 {
            found.append(Int(slot))
            slot = entries[Int(slot)].next
        }
        return found
    }

    static func nodeKey(_ way: Topology.Way, _ root: UInt32) -> UInt64 { UInt64(way.rawValue) << 32 | UInt64(root) }

    func incident(at way: Topology.Way, _ root: UInt32) -> Incident {
        if let slot = incidentAtNode[AlarmBook.nodeKey(way, root)], let incident = incidents[Int(slot)] { return incident }
        let incident = newIncident(way == .supply ? .supply : .link, root: root)
        incidentAtNode[AlarmBook.nodeKey(way, root)] = incident.slot
        return incident
    }

    func newIncident(_ gathering: AlarmLine.Gathering, root: UInt32 = UInt32.max, type: UInt16 = 0) -> Incident {
        let slot = freeIncidents.popLast() ?? Int32(incidents.count)
        let incident = Incident(slot: slot, gathering: gathering, root: root, type: type)
        if Int(slot) == incidents.count { incidents.append(incident) } else { incidents[Int(slot)] = incident }
        return incident
    }

    func join(_ slot: Int, _ incident: Incident, at now: Instant) {
        link(slot, incident)
        touch(slot)
        incident.changedAt = now
        if incident.isFormed {
            welcome(slot, incident, at: now)
            hastenEscalation(incident, at: now)
            touch(incident)
        } else if incident.count >= 2 {
            form(incident, at: now)
        }
    }

    /// Into the list and the counts, without any consequence.
    func link(_ slot: Int, _ incident: Incident) {
        entries[slot].incident = incident.slot
        entries[slot].previous = incident.tail
        entries[slot].next = -1
        if incident.tail >= 0 { entries[Int(incident.tail)].next = Int32(slot) } else { incident.head = Int32(slot) }
        incident.tail = Int32(slot)
        incident.count += 1
        let entry = entries[slot]
        if entry.isActive { incident.activeCount += 1 }
        incident.peak = max(incident.peak, incident.activeCount)
        incident.worst = max(incident.worst, entry.priority)
        let isRoots = entry.asset == incident.root
        if (isRoots && !incident.causeIsRoots) || (isRoots == incident.causeIsRoots && entry.lastRaisedAt < incident.causeAt) {
            (incident.causeAsset, incident.causeKind, incident.causeBit) = (entry.asset, entry.kind, entry.bit)
            (incident.causeAt, incident.causeIsRoots) = (entry.lastRaisedAt, isRoots)
        }
        countPlace(entry.asset, incident, 1)
    }

    private func countPlace(_ asset: UInt32, _ incident: Incident, _ change: Int32) {
        if Int(asset) < topology.communeOf.count { incident.countCommune(topology.communeOf[Int(asset)], change) }
        guard incident.gathering == .scattered else { return }
        let parent = UInt32(topology.supply.parentNode(of: Asset.Number(asset)))
        let count = Int32(incident.parents[parent] ?? 0) + change
        incident.parents[parent] = count <= 0 ? nil : UInt32(count)
    }

    /// From its second member an incident has a number, a record and a line, and its members no longer have lines of their own.
    private func form(_ incident: Incident, at now: Instant) {
        lastIncident += 1
        incident.id = lastIncident
        incident.openedAt = now
        slotOfIncident[lastIncident] = incident.slot
        record(.gathered, incident, at: now)
        for member in members(incident) {
            takeLine(member, at: now)
            touch(member)
        }
        armEscalation(incident, at: now)
        touch(incident, at: now)
    }

    /// A member more of a formed incident. Whoever acknowledged the incident acknowledged this too, unless it has outgrown
    /// what they saw: then it asks again.
    private func welcome(_ slot: Int, _ incident: Incident, at now: Instant) {
        takeLine(slot, at: now)
        guard incident.acknowledgedAt != nil, entries[slot].isActive else { return }
        let hasOutgrown =
            incident.activeCount > max(1, incident.acknowledgedCount) * policy.regrowth
            || incident.priority(policy) > incident.acknowledgedPriority
        if hasOutgrown {
            askAgain(incident, at: now)
        } else if entries[slot].state == .unacknowledged {
            acknowledge(slot, by: incident.acknowledgedBy, isAct: false, at: now)
        }
    }

    func askAgain(_ incident: Incident, at now: Instant) {
        incident.acknowledgedAt = nil
        incident.acknowledgedBy = ""
        incident.occurrences += 1
        incident.escalation = 0
        record(.raised, incident, at: now)
        armEscalation(incident, at: now)
        touch(incident, at: now)
    }

    /// An alarm that had a line of its own has none now.
    private func takeLine(_ slot: Int, at now: Instant) {
        guard entries[slot].isAnnounced else { return }
        var line = line(ofSlot: slot)
        (line.isGone, line.changed) = (true, now)
        goneLines.append(line)
        entries[slot].isAnnounced = false
        meter.uncountLine(of: entries[slot].presentedAt, at: now, policy)
        entries[slot].presentedAt = .distantPast
    }

    func leave(_ slot: Int, at now: Instant) {
        guard let incident = incident(ofSlot: slot) else { return }
        unlink(slot, incident)
        if incident.count == 0 {
            dissolve(incident, at: now)
        } else if incident.isFormed {
            touch(incident, at: now)
        }
    }

    private func unlink(_ slot: Int, _ incident: Incident) {
        let entry = entries[slot]
        if entry.previous >= 0 { entries[Int(entry.previous)].next = entry.next } else { incident.head = entry.next }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous } else { incident.tail = entry.previous }
        (entries[slot].incident, entries[slot].previous, entries[slot].next) = (-1, -1, -1)
        incident.count -= 1
        if entry.isActive { incident.activeCount -= 1 }
        countPlace(entry.asset, incident, -1)
    }

    /// The last member left.
    private func dissolve(_ incident: Incident, at now: Instant) {
        if let way = incident.way { incidentAtNode[AlarmBook.nodeKey(way, incident.root)] = nil } else { stopTaking(incident) }
        if incident.isFormed {
            record(.closed, incident, at: now)
            keepRow(incident, closedAt: now)
            if incident.isAnnounced {
                var line = line(of: incident)
                (line.isGone, line.changed) = (true, now)
                goneLines.append(line)
            }
            slotOfIncident[incident.id] = nil
        }
        incidents[Int(incident.slot)] = nil
        if !incident.isTouched { freeIncidents.append(incident.slot) }
    }

    /// A member came back (1: its condition holds again) or returned (-1).
    func memberChanged(_ slot: Int, by step: Int, at now: Instant) {
        guard let incident = incident(ofSlot: slot) else { return }
        incident.activeCount += step
        incident.peak = max(incident.peak, incident.activeCount)
        if step > 0, incident.acknowledgedAt != nil, incident.isFormed, entries[slot].state == .unacknowledged {
            if incident.activeCount > max(1, incident.acknowledgedCount) * policy.regrowth {
                askAgain(incident, at: now)
            } else {
                acknowledge(slot, by: incident.acknowledgedBy, isAct: false, at: now)
            }
        }
        guard incident.isFormed else { return }
        hastenEscalation(incident, at: now)
        touch(incident, at: now)
    }

    func memberTouched(_ slot: Int, at now: Instant) {
        if let incident = incident(ofSlot: slot), incident.isFormed { touch(incident, at: now) }
    }
}
