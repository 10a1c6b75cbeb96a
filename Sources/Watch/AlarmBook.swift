// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The alarm book: what is wrong now, since when, who knows. A plain class confined to the turn's thread: the time is an
/// argument, results are values, and the same inputs give the same records with the same numbers.
///
/// The parts: `AlarmLife` (raise, return, acknowledge by the table of `AlarmTransition`), `Flapping`, `IncidentPlacing` (which
/// alarms stand under one root), `Escalation`, `AlarmActs` (what people do), `AlarmLines` (what the screen sees), `AlarmSnapshot`.
/// Cost: a change touches one entry and one counter a level of the two trees; an asset without alarms costs nothing here.
package final class AlarmBook {
    package internal(set) var topology: Topology
    package let policy: AlarmPolicy
    let kinds: [AlarmKind]
    /// The newest time that the book was given.
    var now = Instant.distantPast

    var entries: ContiguousArray<AlarmEntry> = []
    var freeEntries: [Int32] = []
    var slotOf: [UInt64: Int32] = [:]
    var slotOfAlarm: [UInt64: Int32] = [:]
    /// By asset: the conditions that hold after delays.
    var activeMask: [UInt32: UInt32] = [:]
    var extras: [UInt64: AlarmExtra] = [:]
    var flaps: [UInt64: Flapping] = [:]
    var timers = AlarmTimers()
    /// Priorities that the inventory gives to one condition of one asset, by entry key.
    var overrides: [UInt64: Priority] = [:]

    var trees: [IncidentTree]
    var incidents: ContiguousArray<Incident?> = []
    var freeIncidents: [Int32] = []
    var slotOfIncident: [UInt64: Int32] = [:]
    /// By way and root asset.
    var incidentAtNode: [UInt64: Int32] = [:]
    var scatters: [UInt16: Scatter] = [:]

    var people: [String] = [""]
    var personOf: [String: UInt16] = ["": 0]

    var lastAlarm: UInt64 = 0
    var lastIncident: UInt64 = 0
    var lastRecord: UInt64 = 0
    var lastHandOver: UInt64 = 0

    var keep = AlarmKeep()
    var log: [AlarmLogDraft] = []
    var goneLines: [AlarmLine] = []
    var touched: [Int32] = []
    var touchedIncidents: [Int32] = []
    var meter = LoadMeter()
    /// Acts of people that the journal has and this book, restored from an older snapshot, has not yet; the next is last.
    var expected: [AlarmRecord] = []

    package init(topology: Topology, policy: AlarmPolicy = AlarmPolicy()) {
        (self.topology, self.policy) = (topology, policy)
        kinds = topology.kinds.map(AlarmKind.init)
        trees = [IncidentTree(topology.supply), IncidentTree(topology.link)]
    }

    // MARK: in

    /// The conditions of an asset changed.
    /// - Parameters:
    ///   - kind: index into the topology's kinds.
    ///   - before, after: condition bits; a bit that is the same in both is left alone.
    package func change(asset: Asset.Number, kind: UInt8, before: UInt32, after: UInt32, at now: Instant) {
        if now < self.now { clockWentBack(to: now) }
        if !expected.isEmpty { catchUp(at: now) }
        guard Int(kind) < kinds.count else { return }
        var bits = before ^ after
        while bits != 0 {
            let bit = bits.trailingZeroBitCount
            bits &= bits - 1
            guard bit < kinds[Int(kind)].conditions.count else { return }
            edge(asset.value, kind, UInt8(bit), holds: after >> UInt32(bit) & 1 == 1, at: now)
        }
    }

    /// Time passes: delays end, shelves open, what nobody acknowledged escalates. At least once a second.
    package func tick(at now: Instant) {
        if now < self.now { clockWentBack(to: now) }
        if !expected.isEmpty { catchUp(at: now) }
        while let timer = timers.next(at: now) {
            switch AlarmTimers.Purpose(rawValue: timer.purpose) {
            case .delay: delayOver(timer, at: now)
            case .flapping: flappingDue(timer.subject, at: now)
            case .alarmShelf: shelfDue(alarm: timer, at: now)
            case .incidentShelf: shelfDue(incident: timer, at: now)
            case .alarmEscalation: escalationDue(alarm: timer, at: now)
            case .incidentEscalation: escalationDue(incident: timer, at: now)
            case .nodeLeaving: leavingDue(timer, at: now)
            case nil: break
            }
        }
        meter.tick(at: now, policy)
        self.now = now
    }

    /// What waits for a length of time waits for the rest of it.
    private func clockWentBack(to now: Instant) {
        let span = now - self.now
        self.now = now
        guard span < .seconds(-5) else { return }
        timers.shift(by: span)
        for slot in entries.indices where entries[slot].escalateAt != .distantPast {
            entries[slot].escalateAt = entries[slot].escalateAt + span
        }
        for case let incident? in incidents where incident.escalateAt != .distantPast { incident.escalateAt = incident.escalateAt + span }
    }

    private func edge(_ asset: UInt32, _ kind: UInt8, _ bit: UInt8, holds: Bool, at now: Instant) {
        let key = AlarmEntry.key(asset, bit)
        let slot: Int
        if let found = slotOf[key] {
            slot = Int(found)
        } else if holds {
            slot = newEntry(asset, kind, bit, key)
        } else {
            return
        }
        guard entries[slot].isRaw != holds else { return }
        entries[slot].isRaw = holds
        entries[slot].generation &+= 1
        guard holds != entries[slot].isActive || entries[slot].isFlapping else { return freeIfDone(slot) }
        let condition = kinds[Int(kind)].conditions[Int(bit)]
        let delay = holds ? condition.onDelay : condition.offDelay
        if delay.milliseconds > 0 {
            timers.set(.delay, due: now + delay, subject: key, generation: entries[slot].generation)
        } else {
            settle(slot, at: now)
        }
    }

    private func delayOver(_ timer: AlarmTimers.Timer, at now: Instant) {
        guard let slot = slotOf[timer.subject].map(Int.init), entries[slot].generation == timer.generation else { return }
        settle(slot, at: now)
    }

    /// The delay is over: the condition now counts as the rule says it, unless it flaps.
    private func settle(_ slot: Int, at now: Instant) {
        let flaps = noteChange(slot, at: now)
        if entries[slot].isFlapping { return }
        if flaps { return startFlapping(slot, at: now) }
        if entries[slot].isRaw { raise(slot, at: now) } else { clear(slot, at: now) }
    }

    // MARK: entries

    private func newEntry(_ asset: UInt32, _ kind: UInt8, _ bit: UInt8, _ key: UInt64) -> Int {
        let priority = overrides[key] ?? kinds[Int(kind)].priorities[Int(bit)]
        return addEntry(AlarmEntry(asset: asset, kind: kind, bit: bit, priority: priority))
    }

    func addEntry(_ entry: AlarmEntry) -> Int {
        let slot: Int
        if let free = freeEntries.popLast() {
            slot = Int(free)
            entries[slot] = entry
        } else {
            slot = entries.count
            entries.append(entry)
        }
        slotOf[entry.key] = Int32(slot)
        return slot
    }

    /// Gives back an entry of which there is nothing left to know.
    func freeIfDone(_ slot: Int) {
        let entry = entries[slot]
        guard !entry.isRaw, !entry.isActive, entry.id == 0, !entry.isFlapping, slotOf[entry.key] == Int32(slot) else { return }
        slotOf[entry.key] = nil
        if !entry.isTouched { freeEntries.append(Int32(slot)) }
    }

    func touch(_ slot: Int) {
        guard !entries[slot].isTouched else { return }
        entries[slot].isTouched = true
        touched.append(Int32(slot))
    }

    func touch(_ incident: Incident, at now: Instant? = nil) {
        if let now { incident.changedAt = now }
        guard !incident.isTouched else { return }
        incident.isTouched = true
        touchedIncidents.append(incident.slot)
    }

    func person(_ login: String) -> UInt16 {
        if let known = personOf[login] { return known }
        guard people.count < Int(UInt16.max) else { return 0 }
        people.append(login)
        personOf[login] = UInt16(people.count - 1)
        return UInt16(people.count - 1)
    }

    // MARK: priorities

    /// The inventory's own priority for one condition of one asset (nil takes it back): a lamp at a school gate. It counts from
    /// the next raising on.
    package func setPriority(_ priority: Priority?, asset: Asset.Number, bit: UInt8) {
        overrides[AlarmEntry.key(asset.value, bit)] = priority
    }

    /// How many alarms stand, and how many conditions hold, over all lines.
    package var standing: Int { slotOfAlarm.count }
    /// How many conditions hold after delays.
    package var active: Int { activeMask.values.reduce(0) { $0 + $1.nonzeroBitCount } }
}
