// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What is still to happen in the simulated city, soonest first; what falls on the same millisecond happens in the order in which it
/// was noted, so that a run can be repeated. A binary heap of 24-byte entries.
struct Agenda {
    /// What happens, to which device (an index of its kind), with one number more.
    struct Entry {
        var at: Int64
        var order: UInt32
        var subject: UInt32
        var argument: UInt32
        var what: What
    }

    enum What: UInt8 {
        /// A gateway works through its programme.
        case programme
        /// A lamp goes to what it should do.
        case ramp
        /// A lamp's reading reaches its gateway.
        case report
        /// A reading that was overtaken arrives.
        case late
        /// A lamp that lost its supply says so with what its capacitor holds.
        case lastGasp
        case overrideEnds
        /// A cycling or flapping lamp changes.
        case cycle
        case flap
        case faultBegins, faultEnds
        case cabinetReport
        case gatewayDies, gatewayConnects
        case answer
        case scripted
    }

    private var heap: [Entry] = []
    private var noted: UInt32 = 0

    var count: Int { heap.count }
    var next: Int64? { heap.first?.at }

    mutating func note(_ what: What, at: Instant, _ subject: Int, _ argument: UInt32 = 0) {
        noted &+= 1
        heap.append(Entry(at: at.milliseconds, order: noted, subject: UInt32(subject), argument: argument, what: what))
        var child = heap.count - 1
        while child > 0, Agenda.isSooner(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first entry, where it is due.
    mutating func take(until: Instant) -> Entry? {
        guard let first = heap.first, first.at <= until.milliseconds else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, Agenda.isSooner(heap[child + 1], heap[child]) { child += 1 }
            guard Agenda.isSooner(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return first
    }

    private static func isSooner(_ a: Entry, _ b: Entry) -> Bool { a.at != b.at ? a.at < b.at : a.order < b.order }
}
