// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What the alarm system asks of the operator, counted as EEMUA 191 and ANSI/ISA-18.2-2016 §16 do: alarms annunciated to them in ten
/// minutes and in an hour, floods. Annunciated are lines: alarms inside incidents are counted apart, nobody has to read them one by one.
///
/// Losses with one cause come in over seconds, and each line that stood until the cause was plain asked for nothing by itself: a line
/// that merges into an incident within `AlarmPolicy.mergeWindow` of its presentation is taken back from the count, in the slice in
/// which it was counted, and a flood that only such lines made was none. A line that merges later had been put before the operator
/// and stays counted. What was counted is never less than the lines that stand for longer than that window.
struct LoadMeter: Equatable {
    /// One hour in slices of ten seconds, by slice number modulo the count.
    private(set) var lines = [UInt32](repeating: 0, count: LoadMeter.slices)
    private(set) var alarms = [UInt32](repeating: 0, count: LoadMeter.slices)
    /// The slice up to which the ring is right.
    private(set) var slice: Int64 = 0
    private(set) var floodSince: Instant?
    private(set) var lastFlood: (from: Instant, to: Instant)?

    static let slices = 360
    static let width: Int64 = 10_000

    static func == (a: LoadMeter, b: LoadMeter) -> Bool {
        a.lines == b.lines && a.alarms == b.alarms && a.slice == b.slice && a.floodSince == b.floodSince
            && a.lastFlood?.from == b.lastFlood?.from && a.lastFlood?.to == b.lastFlood?.to
    }

    init() {}
    init(lines: [UInt32], alarms: [UInt32], slice: Int64, floodSince: Instant?, lastFlood: (from: Instant, to: Instant)?) {
        guard lines.count == LoadMeter.slices, alarms.count == LoadMeter.slices else { return }
        (self.lines, self.alarms, self.slice, self.floodSince, self.lastFlood) = (lines, alarms, slice, floodSince, lastFlood)
    }

    mutating func countAlarm(at now: Instant) {
        advance(now)
        alarms[index(slice)] &+= 1
    }

    mutating func countLine(at now: Instant, _ policy: AlarmPolicy) {
        advance(now)
        lines[index(slice)] &+= 1
        judgeFlood(at: now, policy)
    }

    /// A line presented at `then` (`distantPast` where it never was) has merged into another.
    mutating func uncountLine(of then: Instant, at now: Instant, _ policy: AlarmPolicy) {
        guard then != .distantPast, now - then <= policy.mergeWindow else { return }
        advance(now)
        let counted = min(slice, floorDivide(then.milliseconds, LoadMeter.width))
        guard counted > slice - Int64(LoadMeter.slices), lines[index(counted)] > 0 else { return }
        lines[index(counted)] -= 1
        if let since = floodSince, now - since <= policy.mergeWindow, sum(lines, slices: 60) <= policy.floodIn10Minutes { floodSince = nil }
    }

    mutating func tick(at now: Instant, _ policy: AlarmPolicy) {
        guard floorDivide(now.milliseconds, LoadMeter.width) != slice else { return }
        advance(now)
        judgeFlood(at: now, policy)
    }

    /// A flood is more than ten new lines in ten minutes, and is over when ten minutes bring fewer than five.
    private mutating func judgeFlood(at now: Instant, _ policy: AlarmPolicy) {
        let recent = sum(lines, slices: 60)
        if let since = floodSince {
            guard recent < policy.floodEndsBelow else { return }
            lastFlood = (since, now)
            floodSince = nil
        } else if recent > policy.floodIn10Minutes {
            floodSince = now
        }
    }

    func linesIn10Minutes(at now: Instant) -> Int { advanced(now) { $0.sum($0.lines, slices: 60) } }
    func linesInHour(at now: Instant) -> Int { advanced(now) { $0.sum($0.lines, slices: LoadMeter.slices) } }
    func alarmsIn10Minutes(at now: Instant) -> Int { advanced(now) { $0.sum($0.alarms, slices: 60) } }
    func alarmsInHour(at now: Instant) -> Int { advanced(now) { $0.sum($0.alarms, slices: LoadMeter.slices) } }

    private func advanced(_ now: Instant, _ read: (LoadMeter) -> Int) -> Int {
        var copy = self
        copy.advance(now)
        return read(copy)
    }

    private func sum(_ ring: [UInt32], slices: Int) -> Int {
        (0..<slices).reduce(0) { $0 + Int(ring[index(slice - Int64($1))]) }
    }

    private func index(_ slice: Int64) -> Int { Int(((slice % 360) + 360) % 360) }

    /// Empties the slices that time has reached. A clock that goes back counts into the newest slice.
    private mutating func advance(_ now: Instant) {
        let reached = floorDivide(now.milliseconds, LoadMeter.width)
        guard reached > slice else { return }
        let empty = min(reached - slice, Int64(LoadMeter.slices))
        for back in 0..<empty {
            lines[index(reached - back)] = 0
            alarms[index(reached - back)] = 0
        }
        slice = reached
    }
}

/// The figures of the operator's load, as a value for the screen and the metrics.
package struct AlarmLoad: Sendable, Hashable {
    /// New lines put before the operator, without those that merged into an incident at once.
    package var linesIn10Minutes: Int
    package var linesInHour: Int
    /// Alarms raised, those inside incidents included.
    package var alarmsIn10Minutes: Int
    package var alarmsInHour: Int
    package var level: Level
    package var floodSince: Instant?
    package var lastFloodFrom: Instant?
    package var lastFloodTo: Instant?
    /// Lines that stand and are not held, those of them that nobody acknowledged, and those that stand for more than a day.
    package var standing: Int
    package var unacknowledged: Int
    package var stale: Int
    package var held: Int
    /// Alarms inside all lines.
    package var alarmsStanding: Int
    /// Standing lines by priority; advised: about 80 % low, 15 % medium, 5 % high.
    package var byPriority: [Priority: Int]
    package var comfortablePerHour: Int
    package var mostPerHour: Int

    /// EEMUA 191: about six an hour is comfortable, twelve the most that can be managed, more than ten in ten minutes a flood.
    package enum Level: String, Sendable, Hashable, CaseIterable { case comfortable, busy, overloaded, flood }
}

extension AlarmBook {
    /// The load of somebody who sees only some lines: the rates are of those that still stand, floods are the whole room's and left out.
    package func loadMeter(of lines: [AlarmLine], at now: Instant) -> AlarmLoad {
        let shown = lines.filter { !$0.state.isHeld }
        func since(_ span: Span) -> Int { shown.filter { now - $0.since <= span }.count }
        let alarms = { (span: Span) in shown.filter { now - $0.since <= span }.reduce(0) { $0 + $1.count } }
        let inHour = since(.hours(1))
        return AlarmLoad(
            linesIn10Minutes: since(.minutes(10)), linesInHour: inHour, alarmsIn10Minutes: alarms(.minutes(10)),
            alarmsInHour: alarms(.hours(1)),
            level: inHour > policy.mostPerHour ? .overloaded : inHour > policy.comfortablePerHour ? .busy : .comfortable, floodSince: nil,
            lastFloodFrom: nil, lastFloodTo: nil, standing: shown.count, unacknowledged: shown.filter(\.state.wantsAcknowledgement).count,
            stale: shown.filter { now - $0.since > policy.staleAfter }.count, held: lines.count - shown.count,
            alarmsStanding: lines.reduce(0) { $0 + $1.count },
            byPriority: shown.reduce(into: [:]) { $0[$1.priority, default: 0] += 1 }, comfortablePerHour: policy.comfortablePerHour,
            mostPerHour: policy.mostPerHour)
    }

    package func loadMeter(at now: Instant) -> AlarmLoad {
        let lines = lines()
        let shown = lines.filter { !$0.state.isHeld }
        let inHour = meter.linesInHour(at: now)
        return AlarmLoad(
            linesIn10Minutes: meter.linesIn10Minutes(at: now), linesInHour: inHour, alarmsIn10Minutes: meter.alarmsIn10Minutes(at: now),
            alarmsInHour: meter.alarmsInHour(at: now),
            level: meter.floodSince != nil
                ? .flood : inHour > policy.mostPerHour ? .overloaded : inHour > policy.comfortablePerHour ? .busy : .comfortable,
            floodSince: meter.floodSince, lastFloodFrom: meter.lastFlood?.from, lastFloodTo: meter.lastFlood?.to, standing: shown.count,
            unacknowledged: shown.filter(\.state.wantsAcknowledgement).count,
            stale: shown.filter { now - $0.since > policy.staleAfter }.count, held: lines.count - shown.count, alarmsStanding: standing,
            byPriority: shown.reduce(into: [:]) { $0[$1.priority, default: 0] += 1 }, comfortablePerHour: policy.comfortablePerHour,
            mostPerHour: policy.mostPerHour)
    }
}
