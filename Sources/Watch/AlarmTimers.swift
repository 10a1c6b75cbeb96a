// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What waits for its time: delays, ends of shelving, escalations, splits. A binary heap by due time, then by order of setting, so that
/// the same inputs fire in the same order. A timer is never taken out early: it names what it expects to find, and does
/// nothing where that has changed.
struct AlarmTimers {
    enum Purpose: UInt8 { case delay = 0, flapping, alarmShelf, incidentShelf, alarmEscalation, incidentEscalation, nodeLeaving }

    struct Timer: Hashable {
        var due: Int64
        var sequence: UInt64
        var purpose: UInt8
        /// Of a delay: the generation of the entry that set it. Of a node that leaves: the number of that waiting.
        var generation: UInt32
        /// The entry's key, the alarm's or the incident's number, a node's key (way and ordinal).
        var subject: UInt64
    }

    private(set) var heap: ContiguousArray<Timer> = []
    private(set) var sequence: UInt64 = 0

    init() {}
    /// From a snapshot: `heap` in any order.
    init(heap: [Timer], sequence: UInt64) {
        self.sequence = sequence
        for timer in heap { insert(timer) }
    }

    mutating func set(_ purpose: Purpose, due: Instant, subject: UInt64, generation: UInt32 = 0) {
        sequence += 1
        insert(Timer(due: due.milliseconds, sequence: sequence, purpose: purpose.rawValue, generation: generation, subject: subject))
    }

    /// The earliest timer that is due at `now`, taken out.
    mutating func next(at now: Instant) -> Timer? {
        guard let first = heap.first, first.due <= now.milliseconds else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first
    }

    /// The clock was put back: delays and escalations go on for as long as they still had to. The end of a shelf is a time of day and stays.
    mutating func shift(by span: Span) {
        let all = heap
        heap.removeAll(keepingCapacity: true)
        for var timer in all {
            if timer.purpose != Purpose.alarmShelf.rawValue, timer.purpose != Purpose.incidentShelf.rawValue {
                timer.due += span.milliseconds
            }
            insert(timer)
        }
    }

    /// As they will fire.
    var inOrder: [Timer] { heap.sorted(by: AlarmTimers.before) }

    private static func before(_ a: Timer, _ b: Timer) -> Bool { a.due != b.due ? a.due < b.due : a.sequence < b.sequence }

    private mutating func insert(_ timer: Timer) {
        heap.append(timer)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard AlarmTimers.before(heap[child], heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            if left < heap.count, AlarmTimers.before(heap[left], heap[least]) { least = left }
            if right < heap.count, AlarmTimers.before(heap[right], heap[least]) { least = right }
            guard least != parent else { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
