// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Nobody acknowledged: the line says so, louder each time. Lines escalate, members of an incident do not.
extension AlarmBook {
    func armEscalation(_ slot: Int, at now: Instant) {
        guard entries[slot].state.wantsAcknowledgement, let after = policy.escalateAfter[entries[slot].priority] else { return }
        entries[slot].escalateAt = now + after
        timers.set(.alarmEscalation, due: now + after, subject: entries[slot].id)
    }

    func armEscalation(_ incident: Incident, at now: Instant) {
        guard incident.state.wantsAcknowledgement, let after = policy.escalateAfter[incident.priority(policy)] else { return }
        incident.escalateAt = now + after
        timers.set(.incidentEscalation, due: now + after, subject: incident.id)
    }

    /// An incident that grew worse waits from now on no longer than its new priority allows.
    func hastenEscalation(_ incident: Incident, at now: Instant) {
        guard incident.escalateAt != .distantPast, incident.state.wantsAcknowledgement, incident.escalation < policy.escalations,
            let after = policy.escalateAfter[incident.priority(policy)], now + after < incident.escalateAt
        else { return }
        armEscalation(incident, at: now)
    }

    func escalationDue(alarm timer: AlarmTimers.Timer, at now: Instant) {
        guard let slot = slotOfAlarm[timer.subject].map(Int.init), entries[slot].escalateAt.milliseconds == timer.due,
            entries[slot].state.wantsAcknowledgement, entries[slot].escalation < policy.escalations,
            incident(ofSlot: slot)?.isFormed != true
        else { return }
        entries[slot].escalation += 1
        record(.escalated, slot, at: now, note: String(entries[slot].escalation))
        draft(.escalated, .alarm(AlarmID(entries[slot].id)), line(ofSlot: slot), by: "", note: "", at: now)
        touch(slot)
        armEscalation(slot, at: now)
    }

    func escalationDue(incident timer: AlarmTimers.Timer, at now: Instant) {
        guard let incident = slotOfIncident[timer.subject].flatMap({ incidents[Int($0)] }),
            incident.escalateAt.milliseconds == timer.due, incident.state.wantsAcknowledgement, incident.escalation < policy.escalations
        else { return }
        incident.escalation += 1
        record(.escalated, incident, at: now, note: String(incident.escalation))
        draft(.escalated, .incident(IncidentID(incident.id)), line(of: incident), by: "", note: "", at: now)
        touch(incident, at: now)
        armEscalation(incident, at: now)
    }
}
