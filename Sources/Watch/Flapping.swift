// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The last changes of one condition, kept only while they are near each other: is it flapping?
struct Flapping: Equatable {
    /// Oldest first, at most as many as make a flap.
    private(set) var changes: [Instant]

    init(_ changes: [Instant]) { self.changes = changes }

    var last: Instant { changes.last ?? .distantPast }

    /// Takes one more change; true where there were `limit` within `window`.
    mutating func note(_ at: Instant, limit: Int, window: Span) -> Bool {
        changes.append(at)
        if changes.count > limit { changes.removeFirst(changes.count - limit) }
        return changes.count >= limit && at - changes[0] <= window
    }
}

extension AlarmBook {
    /// The debounced condition of an entry changed: remember it, and say whether it must be held as raised from now on.
    func noteChange(_ slot: Int, at now: Instant) -> Bool {
        let key = entries[slot].key
        let before = entries[slot].lastChange
        entries[slot].lastChange = now
        if flaps[key] != nil {
            return flaps[key]!.note(now, limit: policy.flapChanges, window: policy.flapWindow)
        }
        guard before != .distantPast, now - before <= policy.flapWindow else { return false }
        flaps[key] = Flapping([before, now])
        timers.set(.flapping, due: now + max(policy.flapWindow, policy.flapQuiet), subject: key)
        return policy.flapChanges <= 2
    }

    func startFlapping(_ slot: Int, at now: Instant) {
        entries[slot].isFlapping = true
        if !entries[slot].isActive { raise(slot, at: now) }
        record(.flapping, slot, at: now)
        touch(slot)
    }

    /// The time of a flapping watch came: forget it, look again later, or release what was held.
    func flappingDue(_ key: UInt64, at now: Instant) {
        guard let flap = flaps[key] else { return }
        let slot = slotOf[key].map(Int.init)
        let isFlapping = slot.map { entries[$0].isFlapping } ?? false
        let calm = flap.last + (isFlapping ? policy.flapQuiet : policy.flapWindow)
        guard calm <= now else { return timers.set(.flapping, due: calm, subject: key) }
        flaps[key] = nil
        guard let slot, isFlapping else { return }
        entries[slot].isFlapping = false
        entries[slot].lastChange = now
        record(.settled, slot, at: now)
        touch(slot)
        if !entries[slot].isRaw { clear(slot, at: now) }
    }
}
