// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// How an alarm comes, goes and closes: each step by the table of `AlarmTransition`, each on record.
extension AlarmBook {
    func raise(_ slot: Int, at now: Instant) {
        entries[slot].isActive = true
        entries[slot].lastRaisedAt = now
        if entries[slot].id == 0 {
            lastAlarm += 1
            entries[slot].id = lastAlarm
            entries[slot].raisedAt = now
            entries[slot].occurrences = 0
            entries[slot].priority = overrides[entries[slot].key] ?? kinds[Int(entries[slot].kind)].priorities[Int(entries[slot].bit)]
            slotOfAlarm[lastAlarm] = Int32(slot)
            meter.countAlarm(at: now)
        }
        entries[slot].occurrences &+= 1
        if let next = AlarmTransition.next(entries[slot].state, .raise) {
            entries[slot].state = next
            entries[slot].acknowledgedBy = 0
            entries[slot].acknowledgedAt = .distantPast
            entries[slot].escalation = 0
        }
        record(.raised, slot, at: now)
        touch(slot)
        let shifts = count(slot, by: 1)
        if entries[slot].incident >= 0 { memberChanged(slot, by: 1, at: now) }
        place(slot, isNew: true, at: now)
        apply(shifts, at: now)
    }

    func clear(_ slot: Int, at now: Instant) {
        guard entries[slot].isActive else { return freeIfDone(slot) }
        entries[slot].isActive = false
        entries[slot].returnedAt = now
        let latches = kinds[Int(entries[slot].kind)].conditions[Int(entries[slot].bit)].isLatching
        if let next = AlarmTransition.next(entries[slot].state, latches ? .clearLatching : .clear) { entries[slot].state = next }
        record(.returned, slot, at: now)
        touch(slot)
        let shifts = count(slot, by: -1)
        let incident = incident(ofSlot: slot)
        if incident != nil { memberChanged(slot, by: -1, at: now) }
        if entries[slot].state == .normal {
            close(slot, at: now)
        } else if let incident, incident.isFormed, incident.acknowledgedAt != nil, entries[slot].state.wantsAcknowledgement {
            // Its incident was acknowledged, and with it this.
            acknowledge(slot, by: incident.acknowledgedBy, isAct: false, at: now)
        }
        apply(shifts, at: now)
        if let incident, incident.gathering == .scattered { calm(incident, at: now) }
    }

    /// True where the table allows it.
    @discardableResult
    func acknowledge(_ slot: Int, by: String, note: String = "", isAct: Bool, at now: Instant) -> Bool {
        guard let next = AlarmTransition.next(entries[slot].state, .acknowledge) else { return false }
        entries[slot].state = next
        entries[slot].acknowledgedBy = person(by)
        entries[slot].acknowledgedAt = now
        entries[slot].escalation = 0
        record(.acknowledged, slot, at: now, by: by, note: note, isAct: isAct)
        touch(slot)
        if next == .normal { close(slot, at: now) } else { memberTouched(slot, at: now) }
        return true
    }

    /// The alarm is over: its row gets its end, its line goes, its number is never used again.
    func close(_ slot: Int, at now: Instant) {
        entries[slot].state = .normal
        keepRow(slot, closedAt: now)
        if entries[slot].isAnnounced {
            var line = line(ofSlot: slot)
            (line.isGone, line.changed) = (true, now)
            goneLines.append(line)
            entries[slot].isAnnounced = false
        }
        leave(slot, at: now)
        let id = entries[slot].id
        slotOfAlarm[id] = nil
        extras[id] = nil
        scatters[entries[slot].type]?.recent.removeAll { $0.id == id }
        entries[slot].id = 0
        entries[slot].keptIncident = 0
        entries[slot].acknowledgedBy = 0
        entries[slot].acknowledgedAt = .distantPast
        entries[slot].returnedAt = .distantPast
        entries[slot].escalateAt = .distantPast
        entries[slot].presentedAt = .distantPast
        entries[slot].escalation = 0
        freeIfDone(slot)
    }

    // MARK: counting

    /// What one alarm changed in the two trees.
    struct Shifts {
        var supply = IncidentTree.Shift()
        var link = IncidentTree.Shift()
    }

    /// Counts an alarm that came (1) or went (-1) in the trees that it concerns.
    func count(_ slot: Int, by step: Int) -> Shifts {
        let entry = entries[slot]
        let before = activeMask[entry.asset] ?? 0
        let bit = UInt32(1) << UInt32(entry.bit)
        let after = step > 0 ? before | bit : before & ~bit
        activeMask[entry.asset] = after == 0 ? nil : after
        var shifts = Shifts()
        let kind = kinds[Int(entry.kind)]
        for way in Topology.Way.allCases {
            let mask = kind.counts[Int(way.rawValue)]
            guard mask & bit != 0 else { continue }
            let tree = topology.tree(way)
            let asset = Asset.Number(entry.asset)
            let selfNode = tree.node(of: asset)
            let shift = trees[Int(way.rawValue)].count(
                tree, asset: asset, selfNode: selfNode, by: step,
                changesLeaf: selfNode == nil && (before & mask != 0) != (after & mask != 0),
                isOwnWord: kind.ownWord[Int(way.rawValue)] & bit != 0, policy: policy)
            if way == .supply { shifts.supply = shift } else { shifts.link = shift }
        }
        return shifts
    }

    // MARK: records

    func record(
        _ event: AlarmEvent, _ slot: Int, at now: Instant, by: String = "", note: String = "", until: Instant? = nil, isAct: Bool = false
    ) {
        lastRecord += 1
        let entry = entries[slot]
        let incident = incident(ofSlot: slot).flatMap { $0.isFormed ? IncidentID($0.id) : nil }
        keep.records.append(
            AlarmRecord(
                number: lastRecord, at: now, event: event, alarm: AlarmID(entry.id), incident: incident, asset: Asset.Number(entry.asset),
                kind: entry.kind, bit: entry.bit, state: entry.state, by: by, note: note, until: until, isAct: isAct))
    }

    func record(
        _ event: AlarmEvent, _ incident: Incident, at now: Instant, by: String = "", note: String = "", until: Instant? = nil,
        isAct: Bool = false
    ) {
        lastRecord += 1
        keep.records.append(
            AlarmRecord(
                number: lastRecord, at: now, event: event, alarm: nil, incident: IncidentID(incident.id),
                asset: Asset.Number(incident.root == UInt32.max ? incident.causeAsset : incident.root), kind: 255, bit: 255,
                state: incident.state, by: by, note: note, until: until, isAct: isAct))
    }
}
