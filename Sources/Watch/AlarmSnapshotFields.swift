// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// How each part of the alarm book is written and read, field by field: one function beside the other.
extension Bytes {
    mutating func append<C: Collection>(_ list: C, _ write: (inout Bytes, C.Element) -> Void) {
        append(UInt32(list.count))
        for element in list { write(&self, element) }
    }

    mutating func append(_ instant: Instant) { append(instant.milliseconds) }
    mutating func append(optional instant: Instant?) { append(instant?.milliseconds ?? Int64.min) }
    mutating func append(text: String) {
        append(UInt32(text.utf8.count))
        append(Array(text.utf8))
    }

    mutating func append(_ e: AlarmEntry) {
        append(e.asset)
        for byte in [e.kind, e.bit, e.state.rawValue, UInt8(e.priority.rawValue), e.flags, e.escalation] { append(byte) }
        append(e.acknowledgedBy)
        for number in [e.occurrences, e.generation] { append(number) }
        for number in [e.id, e.keptIncident] { append(number) }
        for time in [e.raisedAt, e.lastRaisedAt, e.returnedAt, e.acknowledgedAt, e.escalateAt, e.lastChange, e.presentedAt] { append(time) }
    }

    mutating func append(extra: AlarmExtra, of id: UInt64) {
        append(id)
        append(extra.comments)
        append(optional: extra.heldUntil)
        for text in [extra.assignedTo, extra.heldBy, extra.heldWhy] { append(text: text) }
    }

    mutating func append(_ timer: AlarmTimers.Timer) {
        append(timer.due)
        append(timer.sequence)
        append(timer.purpose)
        append(timer.generation)
        append(timer.subject)
    }

    mutating func append(_ i: Incident) {
        append(text: i.gathering.rawValue)
        append(i.root)
        append(i.type)
        append(i.id)
        for time in [i.openedAt, i.changedAt, i.causeAt, i.lastJoin, i.escalateAt, i.presentedAt] { append(time) }
        for number in [i.peak, i.occurrences, i.acknowledgedCount] { append(UInt32(number)) }
        append(i.causeAsset)
        for byte in [
            i.causeKind, i.causeBit, UInt8(i.worst.rawValue), UInt8(i.acknowledgedPriority.rawValue), i.held.rawValue, i.escalation,
            i.flags,
        ] { append(byte) }
        append(i.comments)
        append(optional: i.acknowledgedAt)
        append(optional: i.heldUntil)
        for text in [i.acknowledgedBy, i.heldBy, i.heldWhy, i.assignedTo] { append(text: text) }
    }

    mutating func append(_ meter: LoadMeter) {
        append(meter.lines) { $0.append($1) }
        append(meter.alarms) { $0.append($1) }
        append(meter.slice)
        append(optional: meter.floodSince)
        append(optional: meter.lastFlood?.from)
        append(optional: meter.lastFlood?.to)
    }
}

extension ByteReader {
    mutating func list<T>(_ read: (inout ByteReader) -> T?) -> [T]? {
        guard let count: UInt32 = integer() else { return nil }
        var list: [T] = []
        for _ in 0..<count {
            guard let element = read(&self) else { return nil }
            list.append(element)
        }
        return list
    }

    mutating func instant() -> Instant? { (integer() as Int64?).map(Instant.init(milliseconds:)) }
    mutating func optionalInstant() -> Instant?? {
        guard let value: Int64 = integer() else { return nil }
        return .some(value == Int64.min ? nil : Instant(milliseconds: value))
    }

    mutating func text() -> String? {
        guard let count: UInt32 = integer(), let bytes = take(Int(count)) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func entry() -> AlarmEntry? {
        guard let asset: UInt32 = integer(), let bytes = take(6), let state = AlarmState(rawValue: bytes[2]),
            let priority = Priority(rawValue: Int(bytes[3])), let by: UInt16 = integer(), let occurrences: UInt32 = integer(),
            let generation: UInt32 = integer(), let id = word(), let keptIncident = word(), let raised = instant(),
            let lastRaised = instant(),
            let returned = instant(), let acknowledged = instant(), let escalate = instant(), let change = instant(),
            let presented = instant()
        else { return nil }
        var e = AlarmEntry(asset: asset, kind: bytes[0], bit: bytes[1], priority: priority)
        (e.state, e.flags, e.escalation, e.acknowledgedBy) = (state, bytes[4], bytes[5], by)
        (e.occurrences, e.generation, e.id, e.keptIncident) = (occurrences, generation, id, keptIncident)
        (e.raisedAt, e.lastRaisedAt, e.returnedAt) = (raised, lastRaised, returned)
        (e.acknowledgedAt, e.escalateAt, e.lastChange, e.presentedAt) = (acknowledged, escalate, change, presented)
        return e
    }

    mutating func extra() -> (UInt64, AlarmExtra)? {
        guard let id = word(), let comments: UInt32 = integer(), let until = optionalInstant(), let assigned = text(), let by = text(),
            let why = text()
        else { return nil }
        return (id, AlarmExtra(assignedTo: assigned, comments: comments, heldUntil: until, heldBy: by, heldWhy: why))
    }

    mutating func flap() -> (UInt64, Flapping)? {
        guard let key = word(), let changes = list({ $0.instant() }) else { return nil }
        return (key, Flapping(changes))
    }

    mutating func timer() -> AlarmTimers.Timer? {
        guard let due: Int64 = integer(), let sequence = word(), let purpose: UInt8 = integer(), let generation: UInt32 = integer(),
            let subject = word()
        else { return nil }
        return AlarmTimers.Timer(due: due, sequence: sequence, purpose: purpose, generation: generation, subject: subject)
    }

    mutating func scatter() -> (UInt16, AlarmBook.Scatter)? {
        guard let type: UInt16 = integer(), let incident: Int32 = integer(),
            let recent = list({ reader -> (slot: Int32, id: UInt64, at: Instant)? in
                guard let slot: Int32 = reader.integer(), let id = reader.word(), let at = reader.instant() else { return nil }
                return (slot, id, at)
            })
        else { return nil }
        return (type, AlarmBook.Scatter(recent: recent, incident: incident))
    }

    mutating func meter() -> LoadMeter? {
        guard let lines = list({ $0.integer() as UInt32? }), let alarms = list({ $0.integer() as UInt32? }), let slice: Int64 = integer(),
            let flood = optionalInstant(), let from = optionalInstant(), let to = optionalInstant()
        else { return nil }
        let last = from.flatMap { from in to.map { (from: from, to: $0) } }
        return LoadMeter(lines: lines, alarms: alarms, slice: slice, floodSince: flood, lastFlood: last)
    }

    mutating func incident(slot: Int32) -> IncidentImage? {
        guard let gathering = text().flatMap(AlarmLine.Gathering.init), let root: UInt32 = integer(), let type: UInt16 = integer(),
            let id = word()
        else { return nil }
        var times: [Instant] = []
        for _ in 0..<6 {
            guard let time = instant() else { return nil }
            times.append(time)
        }
        guard let peak: UInt32 = integer(), let occurrences: UInt32 = integer(), let acknowledgedCount: UInt32 = integer(),
            let causeAsset: UInt32 = integer(), let bytes = take(7), let worst = Priority(rawValue: Int(bytes[2])),
            let acknowledgedPriority = Priority(rawValue: Int(bytes[3])), let held = AlarmState(rawValue: bytes[4]),
            let comments: UInt32 = integer(), let acknowledgedAt = optionalInstant(), let heldUntil = optionalInstant(),
            let acknowledgedBy = text(), let heldBy = text(), let heldWhy = text(), let assignedTo = text()
        else { return nil }
        return IncidentImage(
            slot: slot, gathering: gathering, root: root, type: type, id: id, times: times, peak: Int(peak), occurrences: Int(occurrences),
            acknowledgedCount: Int(acknowledgedCount), causeAsset: causeAsset, causeKind: bytes[0], causeBit: bytes[1], worst: worst,
            acknowledgedPriority: acknowledgedPriority, held: held, escalation: bytes[5], flags: bytes[6], comments: comments,
            acknowledgedAt: acknowledgedAt, heldUntil: heldUntil, acknowledgedBy: acknowledgedBy, heldBy: heldBy, heldWhy: heldWhy,
            assignedTo: assignedTo)
    }
}

/// An incident as a snapshot holds it, before its members are linked to it.
struct IncidentImage {
    var slot: Int32
    var gathering: AlarmLine.Gathering
    var root: UInt32
    var type: UInt16
    var id: UInt64
    /// Opened, changed, cause, last join, escalation, presented.
    var times: [Instant]
    var peak, occurrences, acknowledgedCount: Int
    var causeAsset: UInt32
    var causeKind, causeBit: UInt8
    var worst, acknowledgedPriority: Priority
    var held: AlarmState
    var escalation, flags: UInt8
    var comments: UInt32
    var acknowledgedAt, heldUntil: Instant?
    var acknowledgedBy, heldBy, heldWhy, assignedTo: String

    func shell() -> Incident { Incident(slot: slot, gathering: gathering, root: root, type: type) }

    func fill(_ i: Incident) {
        i.id = id
        (i.openedAt, i.changedAt, i.causeAt) = (times[0], times[1], times[2])
        (i.lastJoin, i.escalateAt, i.presentedAt) = (times[3], times[4], times[5])
        (i.peak, i.occurrences, i.acknowledgedCount) = (peak, occurrences, acknowledgedCount)
        (i.causeAsset, i.causeKind, i.causeBit, i.worst) = (causeAsset, causeKind, causeBit, worst)
        (i.acknowledgedPriority, i.held, i.escalation, i.flags) = (acknowledgedPriority, held, escalation, flags)
        (i.comments, i.acknowledgedAt, i.heldUntil) = (comments, acknowledgedAt, heldUntil)
        (i.acknowledgedBy, i.heldBy, i.heldWhy, i.assignedTo) = (acknowledgedBy, heldBy, heldWhy, assignedTo)
    }
}

extension AlarmEntry {
    fileprivate var flags: UInt8 {
        get {
            (isRaw ? 1 : 0) | (isActive ? 2 : 0) | (isFlapping ? 4 : 0) | (isTouched ? 8 : 0) | (isAnnounced ? 16 : 0)
        }
        set {
            (isRaw, isActive, isFlapping) = (newValue & 1 != 0, newValue & 2 != 0, newValue & 4 != 0)
            (isTouched, isAnnounced) = (newValue & 8 != 0, newValue & 16 != 0)
        }
    }
}

extension Incident {
    /// An order that does not depend on how the book came to be.
    var order: (UInt64, UInt8, UInt64) { (id, gathering == .supply ? 0 : gathering == .link ? 1 : 2, UInt64(root) << 16 | UInt64(type)) }

    fileprivate var flags: UInt8 {
        get { (causeIsRoots ? 1 : 0) | (isTaking ? 2 : 0) | (isAnnounced ? 4 : 0) }
        set { (causeIsRoots, isTaking, isAnnounced) = (newValue & 1 != 0, newValue & 2 != 0, newValue & 4 != 0) }
    }
}
