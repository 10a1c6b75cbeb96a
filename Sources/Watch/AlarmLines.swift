// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What the screen sees, and what the floor takes away after each turn.
extension AlarmBook {
    /// What the floor keeps and tells: the records in one transaction, then, after the commit, the lines that changed.
    package struct Drained: Sendable {
        package var keep: AlarmKeep
        /// Changed lines as they stand now; those that no longer stand have `isGone`.
        package var lines: [AlarmLine]
        package var log: [AlarmLogDraft]
        package var isEmpty: Bool { keep.isEmpty && lines.isEmpty && log.isEmpty }
    }

    /// Is there anything to drain?
    package var hasNews: Bool { !touched.isEmpty || !touchedIncidents.isEmpty || !keep.isEmpty || !goneLines.isEmpty || !log.isEmpty }

    package func drain(at now: Instant) -> Drained {
        var lines = goneLines
        goneLines = []
        for slot in touched { drain(Int(slot), into: &lines, at: now) }
        touched.removeAll(keepingCapacity: true)
        for slot in touchedIncidents { drainIncident(slot, into: &lines, at: now) }
        touchedIncidents.removeAll(keepingCapacity: true)
        defer { (keep, log) = (AlarmKeep(), []) }
        keep.kinds = topology.kinds
        return Drained(keep: keep, lines: lines, log: log)
    }

    private func drain(_ slot: Int, into lines: inout [AlarmLine], at now: Instant) {
        entries[slot].isTouched = false
        guard slotOf[entries[slot].key] == Int32(slot) else { return freeEntries.append(Int32(slot)) }
        guard entries[slot].id != 0 else { return }
        keepRow(slot, closedAt: nil)
        guard incident(ofSlot: slot)?.isFormed != true else { return }
        if !entries[slot].isAnnounced {
            entries[slot].isAnnounced = true
            if !entries[slot].state.isHeld {
                meter.countLine(at: now, policy)
                entries[slot].presentedAt = now
            }
        }
        lines.append(line(ofSlot: slot))
    }

    private func drainIncident(_ slot: Int32, into lines: inout [AlarmLine], at now: Instant) {
        guard let incident = incidents[Int(slot)] else { return freeIncidents.append(slot) }
        incident.isTouched = false
        guard incident.isFormed else { return }
        keepRow(incident, closedAt: nil)
        if !incident.isAnnounced {
            incident.isAnnounced = true
            if incident.held == .normal {
                meter.countLine(at: now, policy)
                incident.presentedAt = now
            }
        }
        lines.append(line(of: incident))
    }

    // MARK: lines

    /// Every line that stands, held ones included: the worst and newest first.
    package func lines(_ filter: AlarmFilter = AlarmFilter()) -> [AlarmLine] {
        var lines: [AlarmLine] = []
        for slot in slotOfAlarm.values where incident(ofSlot: Int(slot))?.isFormed != true {
            let line = line(ofSlot: Int(slot))
            if filter.admits(line) { lines.append(line) }
        }
        for slot in slotOfIncident.values {
            if let incident = incidents[Int(slot)] {
                let line = line(of: incident)
                if filter.admits(line) { lines.append(line) }
            }
        }
        return filter.sorted(lines)
    }

    /// How many lines an operator has before them: those that are not held.
    package var lineCount: Int { lines().reduce(0) { $0 + ($1.state.isHeld ? 0 : 1) } }

    /// One line, or nil where it does not stand (an alarm inside an incident has none of its own, but is found here too).
    package func line(_ target: AlarmTarget) -> AlarmLine? {
        switch target {
        case .alarm(let id): slotOfAlarm[id.value].map { line(ofSlot: Int($0)) }
        case .incident(let id): slotOfIncident[id.value].flatMap { incidents[Int($0)] }.map { line(of: $0) }
        }
    }

    /// The members of an incident in the order in which they came, a page of them.
    package func members(of incident: IncidentID, from offset: Int = 0, limit: Int = Int.max) -> [AlarmView] {
        guard let found = slotOfIncident[incident.value].flatMap({ incidents[Int($0)] }) else { return [] }
        return members(found).dropFirst(max(0, offset)).prefix(max(0, limit)).map(view)
    }

    /// The alarms that stand at one asset.
    package func alarms(of asset: Asset.Number) -> [AlarmView] {
        (0..<UInt8(32)).compactMap { bit in
            slotOf[AlarmEntry.key(asset.value, bit)].flatMap { entries[Int($0)].id == 0 ? nil : view(Int($0)) }
        }
    }

    /// The incident in which an asset's alarms stand, if any.
    package func incident(of asset: Asset.Number) -> IncidentID? { alarms(of: asset).compactMap(\.incident).first }

    func line(ofSlot slot: Int) -> AlarmLine {
        let entry = entries[slot]
        let kind = topology.kinds[Int(entry.kind)]
        let extra = extras[entry.id]
        let asset = Asset.Number(entry.asset)
        return AlarmLine(
            target: .alarm(AlarmID(entry.id)), title: kind.conditions[Int(entry.bit)].title, priority: entry.priority, state: entry.state,
            isActive: entry.isActive, isGone: false, since: entry.raisedAt,
            changed: max(entry.lastRaisedAt, max(entry.returnedAt, entry.acknowledgedAt)),
            returnedAt: known(entry.returnedAt, unless: entry.isActive), root: asset, kind: kind.name,
            condition: kind.conditions[Int(entry.bit)], asset: asset, gathering: .single, count: 1, activeCount: entry.isActive ? 1 : 0,
            peak: 1, occurrences: Int(entry.occurrences), spread: 1,
            communes: topology.commune(of: asset).map { [AlarmLine.CommuneCount(commune: $0, count: 1)] } ?? [], sample: [asset],
            acknowledgedBy: entry.acknowledgedBy == 0 ? nil : people[Int(entry.acknowledgedBy)],
            acknowledgedAt: known(entry.acknowledgedAt), assignedTo: extra.flatMap { $0.assignedTo.isEmpty ? nil : $0.assignedTo },
            heldUntil: extra?.heldUntil, heldBy: extra.flatMap { $0.heldBy.isEmpty ? nil : $0.heldBy },
            heldWhy: extra.flatMap { $0.heldWhy.isEmpty ? nil : $0.heldWhy }, escalation: Int(entry.escalation),
            comments: Int(extra?.comments ?? 0), isFlapping: entry.isFlapping)
    }

    private func firstOfEachCommune(_ incident: Incident) -> [Asset.Number] {
        var found: [Asset.Number] = []
        var awaited = Set(incident.communes.map(\.ordinal))
        var slot = incident.head
        while slot >= 0, !awaited.isEmpty {
            let asset = entries[Int(slot)].asset
            if Int(asset) < topology.communeOf.count, awaited.remove(topology.communeOf[Int(asset)]) != nil {
                found.append(Asset.Number(asset))
            }
            slot = entries[Int(slot)].next
        }
        return found
    }

    private func places(_ incident: Incident) -> Int? {
        guard let way = incident.way, incident.root == UInt32.max else { return nil }
        let (tree, tops) = (topology.tree(way), trees[Int(way.rawValue)].tops.keys)
        let reached = tops.reduce(0) { $0 + tree.leafCount(ofNode: $1) }
        return tops.count > 1 && reached * 2 < tree.leafCount(ofNode: tree.root) ? tops.count : nil
    }

    func line(of incident: Incident) -> AlarmLine {
        let kind = topology.kinds[Int(incident.causeKind)]
        let condition = kind.conditions[Int(incident.causeBit)]
        let communes = incident.communes.sorted { ($0.count, $1.ordinal) > ($1.count, $0.ordinal) }.compactMap { pair in
            Int(pair.ordinal) < topology.communes.count
                ? AlarmLine.CommuneCount(commune: topology.communes[Int(pair.ordinal)], count: Int(pair.count)) : nil
        }
        let former = incident.reached.filter { ordinal in
            Int(ordinal) < topology.communes.count && !incident.communes.contains { $0.ordinal == ordinal }
        }
        return AlarmLine(
            target: .incident(IncidentID(incident.id)),
            title: IncidentTitle.words(incident, kind, condition, topology, places: places(incident)),
            priority: incident.priority(policy), state: incident.state, isActive: incident.activeCount > 0, isGone: false,
            since: incident.openedAt, changed: incident.changedAt, returnedAt: nil,
            root: incident.root == UInt32.max ? nil : Asset.Number(incident.root), kind: kind.name, condition: condition,
            asset: Asset.Number(incident.causeAsset), gathering: incident.gathering, count: incident.count,
            activeCount: incident.activeCount, peak: incident.peak, occurrences: incident.occurrences, spread: incident.parents.count,
            communes: communes, sample: firstOfEachCommune(incident),
            former: former.map { topology.communes[Int($0)] },
            acknowledgedBy: incident.acknowledgedAt == nil ? nil : incident.acknowledgedBy,
            acknowledgedAt: incident.acknowledgedAt, assignedTo: incident.assignedTo.isEmpty ? nil : incident.assignedTo,
            heldUntil: incident.heldUntil, heldBy: incident.heldBy.isEmpty ? nil : incident.heldBy,
            heldWhy: incident.heldWhy.isEmpty ? nil : incident.heldWhy, escalation: Int(incident.escalation),
            comments: Int(incident.comments), isFlapping: false)
    }

    private func view(_ slot: Int) -> AlarmView {
        let entry = entries[slot]
        let kind = topology.kinds[Int(entry.kind)]
        return AlarmView(
            id: AlarmID(entry.id), asset: Asset.Number(entry.asset), kind: kind.name, condition: kind.conditions[Int(entry.bit)],
            priority: entry.priority, state: entry.state, isActive: entry.isActive, raisedAt: entry.raisedAt,
            returnedAt: known(entry.returnedAt, unless: entry.isActive), occurrences: Int(entry.occurrences),
            incident: incident(ofSlot: slot).flatMap { $0.isFormed ? IncidentID($0.id) : nil },
            acknowledgedBy: entry.acknowledgedBy == 0 ? nil : people[Int(entry.acknowledgedBy)],
            acknowledgedAt: known(entry.acknowledgedAt), isFlapping: entry.isFlapping)
    }

    private func known(_ instant: Instant, unless hidden: Bool = false) -> Instant? { hidden || instant == .distantPast ? nil : instant }

    // MARK: rows

    func keepRow(_ slot: Int, closedAt: Instant?) {
        let entry = entries[slot]
        let extra = extras[entry.id]
        let incident = incident(ofSlot: slot).flatMap { $0.isFormed ? $0.id : nil }
        keep.alarms.append(
            AlarmRow(
                id: AlarmID(entry.id), asset: Asset.Number(entry.asset), kind: entry.kind, bit: entry.bit, priority: entry.priority,
                state: entry.state, isActive: entry.isActive, raisedAt: entry.raisedAt, lastRaisedAt: entry.lastRaisedAt,
                returnedAt: known(entry.returnedAt), closedAt: closedAt, occurrences: entry.occurrences,
                incident: incident.map(IncidentID.init), acknowledgedBy: people[Int(entry.acknowledgedBy)],
                acknowledgedAt: known(entry.acknowledgedAt), assignedTo: extra?.assignedTo ?? "", heldUntil: extra?.heldUntil,
                heldBy: extra?.heldBy ?? "", heldWhy: extra?.heldWhy ?? "", escalation: entry.escalation,
                comments: extra?.comments ?? 0, isFlapping: entry.isFlapping))
        if let incident, incident != entry.keptIncident {
            entries[slot].keptIncident = incident
            keep.memberships.append(
                IncidentMembership(
                    incident: IncidentID(incident), alarm: AlarmID(entry.id), at: max(entry.lastRaisedAt, openedAt(incident))))
        }
    }

    private func openedAt(_ incident: UInt64) -> Instant {
        slotOfIncident[incident].flatMap { incidents[Int($0)] }?.openedAt ?? .distantPast
    }

    func keepRow(_ incident: Incident, closedAt: Instant?) {
        keep.incidents.append(
            IncidentRow(
                id: IncidentID(incident.id), gathering: incident.gathering,
                root: incident.root == UInt32.max ? nil : Asset.Number(incident.root), openedAt: incident.openedAt, closedAt: closedAt,
                causeAsset: Asset.Number(incident.causeAsset), causeKind: incident.causeKind, causeBit: incident.causeBit,
                causeAt: incident.causeAt, priority: incident.priority(policy), count: UInt32(incident.count),
                activeCount: UInt32(incident.activeCount), peak: UInt32(incident.peak), acknowledgedBy: incident.acknowledgedBy,
                acknowledgedAt: incident.acknowledgedAt, acknowledgedCount: UInt32(incident.acknowledgedCount),
                assignedTo: incident.assignedTo, held: incident.held, heldUntil: incident.heldUntil, heldBy: incident.heldBy,
                heldWhy: incident.heldWhy,
                escalation: incident.escalation, comments: incident.comments))
    }
}
