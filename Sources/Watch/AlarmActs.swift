// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What people do to lines. Each act is on record with who, when and why; an act on an incident reaches its members.
extension AlarmBook {
    /// Does one act to many lines. Rights are checked before; what the state does not allow is refused line by line.
    /// - Parameter by: the sign-in name.
    package func act(_ act: AlarmAct, on targets: [AlarmTarget], by: String, at now: Instant) -> AlarmActReport {
        if !expected.isEmpty { catchUp(at: now) }
        return perform(act, on: targets, by: by, at: now)
    }

    func perform(_ act: AlarmAct, on targets: [AlarmTarget], by: String, at now: Instant) -> AlarmActReport {
        var report = AlarmActReport()
        for target in targets {
            let line = self.line(target)
            let (why, alarms) = perform(act, on: target, by: by, at: now)
            if let why {
                report.refused.append(.init(target: target, why: why))
            } else {
                report.done.append(target)
                report.alarms += alarms
                if let line { draft(act.event, target, line, by: by, note: AlarmBook.note(of: act), at: now) }
            }
        }
        return report
    }

    private func perform(_ act: AlarmAct, on target: AlarmTarget, by: String, at now: Instant) -> (AlarmActReport.Why?, Int) {
        if let why = refusal(of: act, at: now) { return (why, 0) }
        switch target {
        case .alarm(let id):
            guard let slot = slotOfAlarm[id.value] else { return (.unknown, 0) }
            return (perform(act, slot: Int(slot), by: by, at: now), 1)
        case .incident(let id):
            guard let slot = slotOfIncident[id.value], let incident = incidents[Int(slot)] else { return (.unknown, 0) }
            let reached = incident.count
            return (perform(act, incident: incident, by: by, at: now), reached)
        }
    }

    private func refusal(of act: AlarmAct, at now: Instant) -> AlarmActReport.Why? {
        switch act {
        case .shelve(let until, let why):
            if why.isEmpty { return .needsReason }
            if until <= now { return .alreadyOver }
            return until - now > policy.longestShelf ? .tooLong : nil
        case .suppress(let why), .removeFromService(let why), .comment(let why): return why.isEmpty ? .needsReason : nil
        default: return nil
        }
    }

    private static func note(of act: AlarmAct) -> String {
        switch act {
        case .shelve(_, let why), .suppress(let why), .removeFromService(let why), .comment(let why): why
        case .assign(let to): to ?? ""
        default: ""
        }
    }

    // MARK: one alarm

    private func perform(_ act: AlarmAct, slot: Int, by: String, at now: Instant) -> AlarmActReport.Why? {
        switch act {
        case .acknowledge: return acknowledge(slot, by: by, isAct: true, at: now) ? nil : .notInThisState
        case .reset: return reset(slot, by: by, isAct: true, at: now) ? nil : .notInThisState
        case .shelve(let until, let why): return hold(slot, .shelve, .shelved, until: until, by: by, why: why, at: now)
        case .suppress(let why): return hold(slot, .suppress, .suppressed, until: nil, by: by, why: why, at: now)
        case .removeFromService(let why): return hold(slot, .remove, .removedFromService, until: nil, by: by, why: why, at: now)
        case .unshelve: return lift(slot, .unshelveActive, .unshelveNormal, .unshelved, by: by, isAct: true, at: now)
        case .unsuppress: return lift(slot, .unsuppressActive, .unsuppressNormal, .unsuppressed, by: by, isAct: true, at: now)
        case .restoreToService: return lift(slot, .restoreActive, .restoreNormal, .restoredToService, by: by, isAct: true, at: now)
        case .assign(let to):
            extras[entries[slot].id, default: AlarmExtra()].assignedTo = to ?? ""
            record(.assigned, slot, at: now, by: by, note: to ?? "", isAct: true)
        case .comment(let text):
            extras[entries[slot].id, default: AlarmExtra()].comments += 1
            record(.commented, slot, at: now, by: by, note: text, isAct: true)
        }
        touch(slot)
        return nil
    }

    private func reset(_ slot: Int, by: String, isAct: Bool, at now: Instant) -> Bool {
        guard let next = AlarmTransition.next(entries[slot].state, .reset) else { return false }
        entries[slot].state = next
        record(.reset, slot, at: now, by: by, isAct: isAct)
        close(slot, at: now)
        return true
    }

    private func hold(
        _ slot: Int, _ cause: AlarmTransition.Cause, _ event: AlarmEvent, until: Instant?, by: String, why: String, at now: Instant
    ) -> AlarmActReport.Why? {
        guard let next = AlarmTransition.next(entries[slot].state, cause) else { return .notInThisState }
        entries[slot].state = next
        entries[slot].escalation = 0
        let id = entries[slot].id
        extras[id, default: AlarmExtra()].heldUntil = until
        extras[id]!.heldBy = by
        extras[id]!.heldWhy = why
        record(event, slot, at: now, by: by, note: why, until: until, isAct: true)
        if let until { timers.set(.alarmShelf, due: until, subject: id) }
        touch(slot)
        memberTouched(slot, at: now)
        return nil
    }

    /// The end of a hold: the alarm asks again where its condition holds, and is over where it does not.
    private func lift(
        _ slot: Int, _ active: AlarmTransition.Cause, _ normal: AlarmTransition.Cause, _ event: AlarmEvent, by: String, isAct: Bool,
        at now: Instant
    ) -> AlarmActReport.Why? {
        let cause = entries[slot].isActive ? active : normal
        guard let next = AlarmTransition.next(entries[slot].state, cause) else { return .notInThisState }
        entries[slot].state = next
        let id = entries[slot].id
        extras[id]?.heldUntil = nil
        extras[id]?.heldBy = ""
        extras[id]?.heldWhy = ""
        record(event, slot, at: now, by: by, isAct: isAct)
        touch(slot)
        memberTouched(slot, at: now)
        if next == .normal { close(slot, at: now) } else if entries[slot].incident < 0 { armEscalation(slot, at: now) }
        return nil
    }

    func shelfDue(alarm timer: AlarmTimers.Timer, at now: Instant) {
        guard let slot = slotOfAlarm[timer.subject].map(Int.init), entries[slot].state == .shelved,
            extras[timer.subject]?.heldUntil?.milliseconds == timer.due
        else { return }
        _ = lift(slot, .unshelveActive, .unshelveNormal, .unshelved, by: "", isAct: false, at: now)
    }

    // MARK: an incident

    private func perform(_ act: AlarmAct, incident: Incident, by: String, at now: Instant) -> AlarmActReport.Why? {
        switch act {
        case .acknowledge: return acknowledge(incident, by: by, at: now) ? nil : .notInThisState
        case .reset:
            let latched = members(incident).filter { entries[$0].state == .latchedAcknowledged }
            guard !latched.isEmpty else { return .notInThisState }
            record(.reset, incident, at: now, by: by, isAct: true)
            for slot in latched { _ = reset(slot, by: by, isAct: false, at: now) }
        case .shelve(let until, let why): return hold(incident, .shelved, .shelved, until: until, by: by, why: why, at: now)
        case .suppress(let why): return hold(incident, .suppressed, .suppressed, until: nil, by: by, why: why, at: now)
        case .removeFromService(let why):
            return hold(incident, .outOfService, .removedFromService, until: nil, by: by, why: why, at: now)
        case .unshelve: return lift(incident, .shelved, .unshelved, by: by, isAct: true, at: now)
        case .unsuppress: return lift(incident, .suppressed, .unsuppressed, by: by, isAct: true, at: now)
        case .restoreToService: return lift(incident, .outOfService, .restoredToService, by: by, isAct: true, at: now)
        case .assign(let to):
            incident.assignedTo = to ?? ""
            record(.assigned, incident, at: now, by: by, note: to ?? "", isAct: true)
        case .comment(let text):
            incident.comments += 1
            record(.commented, incident, at: now, by: by, note: text, isAct: true)
        }
        if slotOfIncident[incident.id] != nil { touch(incident, at: now) }
        return nil
    }

    /// Acknowledges the incident and every member that asks; those that have returned are closed by it.
    private func acknowledge(_ incident: Incident, by: String, at now: Instant) -> Bool {
        let asking = members(incident).filter { entries[$0].state.wantsAcknowledgement }
        guard incident.acknowledgedAt == nil || !asking.isEmpty else { return false }
        incident.acknowledgedBy = by
        incident.acknowledgedAt = now
        incident.acknowledgedCount = incident.activeCount
        incident.acknowledgedPriority = incident.priority(policy)
        incident.escalation = 0
        record(.acknowledged, incident, at: now, by: by, isAct: true)
        touch(incident, at: now)
        for slot in asking { acknowledge(slot, by: by, isAct: false, at: now) }
        return true
    }

    private func hold(
        _ incident: Incident, _ state: AlarmState, _ event: AlarmEvent, until: Instant?, by: String, why: String, at now: Instant
    ) -> AlarmActReport.Why? {
        guard incident.held == .normal || (state != .shelved && incident.held != state) else { return .notInThisState }
        (incident.held, incident.heldUntil, incident.heldBy, incident.heldWhy) = (state, until, by, why)
        incident.escalation = 0
        record(event, incident, at: now, by: by, note: why, until: until, isAct: true)
        if let until { timers.set(.incidentShelf, due: until, subject: incident.id) }
        touch(incident, at: now)
        return nil
    }

    private func lift(
        _ incident: Incident, _ state: AlarmState, _ event: AlarmEvent, by: String, isAct: Bool, at now: Instant
    ) -> AlarmActReport.Why? {
        guard incident.held == state else { return .notInThisState }
        (incident.held, incident.heldUntil, incident.heldBy, incident.heldWhy) = (.normal, nil, "", "")
        incident.acknowledgedAt = nil
        incident.acknowledgedBy = ""
        record(event, incident, at: now, by: by, isAct: isAct)
        armEscalation(incident, at: now)
        touch(incident, at: now)
        return nil
    }

    func shelfDue(incident timer: AlarmTimers.Timer, at now: Instant) {
        guard let incident = slotOfIncident[timer.subject].flatMap({ incidents[Int($0)] }),
            incident.heldUntil?.milliseconds == timer.due
        else { return }
        _ = lift(incident, .shelved, .unshelved, by: "", isAct: false, at: now)
    }

    // MARK: the shift

    /// Hands all lines of one person to another, on record with a note; what nobody held stays so.
    package func handOver(from: String, to: String, note: String, at now: Instant) -> HandOver {
        if !expected.isEmpty { catchUp(at: now) }
        return performHandOver(from: from, to: to, note: note, at: now)
    }

    func performHandOver(from: String, to: String, note: String, at now: Instant) -> HandOver {
        let standing = lines()
        let given = standing.filter { $0.assignedTo == from }.map(\.target).sorted()
        lastHandOver += 1
        let handOver = HandOver(
            id: lastHandOver, at: now, from: from, to: to, note: note, targets: given, standing: standing.count,
            unacknowledged: standing.reduce(0) { $0 + ($1.state.wantsAcknowledgement ? 1 : 0) })
        lastRecord += 1
        keep.records.append(
            AlarmRecord(
                number: lastRecord, at: now, event: .handedOver, alarm: nil, incident: nil, asset: .none, kind: 255, bit: 255,
                state: .normal, by: from, note: "\(to)\n\(note)", until: nil, isAct: true))
        for target in given { giveLine(target, to: to, by: from, at: now) }
        keep.handOvers.append(handOver)
        return handOver
    }

    private func giveLine(_ target: AlarmTarget, to: String, by: String, at now: Instant) {
        switch target {
        case .alarm(let id):
            guard let slot = slotOfAlarm[id.value].map(Int.init) else { return }
            extras[id.value, default: AlarmExtra()].assignedTo = to
            record(.handedOver, slot, at: now, by: by, note: to)
            touch(slot)
        case .incident(let id):
            guard let incident = slotOfIncident[id.value].flatMap({ incidents[Int($0)] }) else { return }
            incident.assignedTo = to
            record(.handedOver, incident, at: now, by: by, note: to)
            touch(incident, at: now)
        }
    }

    /// Who holds what now; lines that nobody took are under ''.
    package func holdings() -> [Holding] { AlarmBook.holdings(of: lines()) }

    /// The same of some lines: those that somebody may see.
    package static func holdings(of lines: [AlarmLine]) -> [Holding] {
        var held: [String: Holding] = [:]
        for line in lines where !line.state.isHeld {
            let person = line.assignedTo ?? ""
            var holding = held[person] ?? Holding(person: person, lines: 0, unacknowledged: 0, worst: nil)
            holding.lines += 1
            if line.state.wantsAcknowledgement { holding.unacknowledged += 1 }
            holding.worst = max(holding.worst ?? line.priority, line.priority)
            held[person] = holding
        }
        return held.values.sorted { $0.person < $1.person }
    }

    func draft(_ event: AlarmEvent, _ target: AlarmTarget, _ line: AlarmLine, by: String, note: String, at now: Instant) {
        let text = Words("\(event.title.french) : \(line.title.french)", "\(event.title.english): \(line.title.english)")
        log.append(AlarmLogDraft(at: now, by: by, event: event, target: target, asset: line.root ?? line.asset, text: text, note: note))
    }
}
