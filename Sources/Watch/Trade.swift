// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a desk gives to the floor for its kinds: how a reading is judged, what the programme wants at an hour, what may be
/// ordered and how an order is proved. Everything is pure: the time is an argument, nothing waits, nothing is kept inside.
///
/// Cost: `judge` runs for each reading and must neither allocate nor touch a string. Programmes are asked once per programme
/// and tick (`level(programme:at:)`), never once per asset: an asset only carries the number of its programme.
package protocol Trade: Sendable {
    /// The trade in grants: `lighting`.
    var name: String { get }
    /// `kindIndex` everywhere below is an index into this array.
    var kinds: [Kind] { get }

    /// What is now true of one asset. Called for each reading, and again (with `fresh` 0) when what is wanted changed.
    func judge(_ situation: Situation) -> Verdict
    /// The rule that made `judge` answer so, in words, for the asset sheet. Not hot.
    func reason(_ situation: Situation) -> Reason

    /// The condition bits to raise while an asset of this kind is lost (silence over three periods, or its link down).
    func lostConditions(kindIndex: UInt8) -> UInt32
    /// The condition bits to raise while an asset of this kind has never been heard though it should have been; 0 where that is no fault.
    func neverConditions(kindIndex: UInt8) -> UInt32

    /// How many programmes there are; their numbers are 0 ..< count.
    var programmeCount: Int { get }
    /// The programme that an asset of this kind in this commune follows, or nil where nothing is wanted of it.
    func programme(kindIndex: UInt8, commune: String) -> Int?
    /// Programmes of single nodes of the electrical tree, by identity: the orderable assets below follow them, whatever their commune.
    var programmeOfNode: [String: Int] { get }
    /// What the programme wants at this instant: 0…100 %.
    func level(programme: Int, at: Instant) -> UInt8
    /// The first instant after `after` at which the programme wants something else. May be early (then nothing has changed yet).
    func nextChange(programme: Int, after: Instant) -> Instant
    /// Is the sun up where this programme runs? Asked at each step of the programme, and at least every ten minutes.
    func isDay(programme: Int, at: Instant) -> Bool
    /// The programme in words: its name and its steps.
    func title(programme: Int) -> Words

    /// May assets of this kind be ordered at all?
    func isOrderable(kindIndex: UInt8) -> Bool
    /// The standing of an asset from what the inventory says of it: one attribute at a time, united by the caller.
    func standing(attribute: String, isTrue: Bool) -> Standing
    /// The first interlock that an order to this level meets, or nil. Called once per asset and preview: no strings inside.
    func interlock(kindIndex: UInt8, standing: Standing, from: UInt8, to: UInt8) -> Interlock?
    /// Orders to more assets than this need a second person.
    var secondPersonAbove: Int { get }
    /// The power in tenths of a watt at a level, by the asset's nominal power (tenths of a watt at full).
    func power(kindIndex: UInt8, nominal: Int32, level: UInt8) -> Int32
    /// Does the observed level prove the wanted one?
    func proves(kindIndex: UInt8, wanted: UInt8, observed: UInt8) -> Bool
    /// How long a lamp may take, and how often it is asked again.
    var patience: Patience { get }
}

extension Trade {
    package var programmeOfNode: [String: Int] { [:] }
    package func neverConditions(kindIndex: UInt8) -> UInt32 { 0 }
}

/// One asset as a rule sees it: the last known values and what was true before. Lives only during the call.
package struct Situation {
    /// Index into the trade's `kinds`.
    package var kindIndex: UInt8
    /// The time of the turn.
    package var now: Instant
    /// The device's time of the newest reading.
    package var at: Instant
    /// The last known values by slot (scaled); only those with a bit in `present` mean anything.
    package var values: UnsafePointer<Int32>
    /// Slots that were ever known.
    package var present: UInt16
    /// Slots that came with this reading; 0 when judged again without one.
    package var fresh: UInt16
    /// Power at full output in tenths of a watt; 0 where the inventory does not know it.
    package var nominal: Int32
    /// What is wanted now, 0…100 %, or `Verdict.noLevel`.
    package var wanted: UInt8
    /// Since when it is wanted so.
    package var wantedSince: Instant
    /// Is it wanted by an order (operator, incident or safety), not by the programme?
    package var isOrdered: Bool
    /// The sun is up: a lamp that burns now burns by day. The same for all assets of a programme.
    package var isDay: Bool
    package var standing: Standing
    /// Before this reading.
    package var conditions: UInt32
    package var state: UInt8
    /// Whatever the trade left in `Verdict.memory` the last time; 0 at first. Kept in a column of the board and in its snapshot.
    package var memory: UInt32

    package init(
        kindIndex: UInt8, now: Instant, at: Instant, values: UnsafePointer<Int32>, present: UInt16, fresh: UInt16,
        nominal: Int32 = 0, wanted: UInt8 = Verdict.noLevel, wantedSince: Instant = .distantPast, isOrdered: Bool = false,
        isDay: Bool = false, standing: Standing = [], conditions: UInt32 = 0, state: UInt8 = 0, memory: UInt32 = 0
    ) {
        (self.kindIndex, self.now, self.at, self.values) = (kindIndex, now, at, values)
        (self.present, self.fresh, self.nominal) = (present, fresh, nominal)
        (self.wanted, self.wantedSince, self.isOrdered, self.isDay) = (wanted, wantedSince, isOrdered, isDay)
        (self.standing, self.conditions, self.state, self.memory) = (standing, conditions, state, memory)
    }
}

/// What a rule says of a situation.
@frozen
package struct Verdict: Equatable, Sendable {
    /// Code of the display state: index into `Kind.states`.
    package var state: UInt8
    /// Bit n: condition n of the kind holds.
    package var conditions: UInt32
    /// The output seen, 0…100 %, or `noLevel`: the proof of orders.
    package var observedLevel: UInt8
    package var memory: UInt32

    @inlinable package init(state: UInt8, conditions: UInt32, observedLevel: UInt8 = 255, memory: UInt32 = 0) {
        (self.state, self.conditions, self.observedLevel, self.memory) = (state, conditions, observedLevel, memory)
    }

    /// No level is known, or none is wanted.
    @inlinable package static var noLevel: UInt8 { 255 }
}

/// Why a state is so: a stable key for exports and a sentence for the sheet.
package struct Reason: Sendable, Hashable {
    package var rule: String
    package var words: Words
    package init(_ rule: String, _ words: Words) { (self.rule, self.words) = (rule, words) }
}

/// What the inventory says of an asset that matters to orders and rules; a column of one byte.
@frozen
package struct Standing: OptionSet, Sendable, Hashable {
    package var rawValue: UInt8
    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Taken out of service: not ordered, not judged.
    package static let outOfService = Standing(rawValue: 1)
    /// Lights a traffic conflict area (EN 13201-2, class C: junction, roundabout, crossing): must not go dark.
    package static let conflictArea = Standing(rawValue: 2)
    /// Feeds other things besides its own output (a camera, a charging point, a festive light): dimming is free, dark is not.
    package static let feedsOthers = Standing(rawValue: 4)
}

/// A reason why an asset of an order is not sent.
package enum Interlock: UInt8, Sendable, Codable, CaseIterable {
    case outOfService = 1, conflictArea, notOrderable, feedsOthers, noGateway
}

/// How long a device is given, and how often it is asked again.
package struct Patience: Sendable, Hashable {
    /// From sending to the proof by its own reading, before it is sent again.
    package var settle: Span
    /// Sends in all, the first included.
    package var sends: Int
    /// Each wait is this many times the last, in tenths: 20 doubles.
    package var backoffTenths: Int
    package init(settle: Span, sends: Int, backoffTenths: Int) {
        (self.settle, self.sends, self.backoffTenths) = (settle, sends, backoffTenths)
    }
}

/// State codes that every kind has with the same meaning, so that the rounds need no trade.
package enum CommonState {
    package static let unknown: UInt8 = 0
    package static let stale: UInt8 = 7
    package static let lost: UInt8 = 8
    package static let outOfService: UInt8 = 9

    /// The states of a kind, each at its code: never heard, the kind's own (at most six, from code 1), stale, lost, out of service.
    /// - Parameters:
    ///   - never: how 'never heard' reads for this kind, and `lost` how 'lost' does.
    package static func states(never: Words, _ own: [StateSpec], lost: Words) -> [StateSpec] {
        precondition(own.count < CommonState.stale, "a kind has at most six states of its own")
        let free = Int(CommonState.stale) - 1 - own.count
        return [StateSpec(key: "unknown", title: never, tone: .unknown)] + own + Array(repeating: .unused, count: free) + [
            StateSpec(key: "stale", title: Words("Sans nouvelles", "Stale"), tone: .stale),
            StateSpec(key: "lost", title: lost, tone: .lost),
            StateSpec(key: "outOfService", title: Words("Hors service", "Out of service"), tone: .disabled),
        ]
    }
}

/// Silence as a state: a device that should have spoken is stale after one and a half of its own periods, lost after three.
package enum SilenceRules {
    package enum Silence: UInt8, Sendable { case talking, stale, lost }

    /// - Parameter period: the device's own, or its kind's; at least one second is assumed.
    @inlinable package static func judge(lastHeard: Instant, period: Span, now: Instant) -> Silence {
        let silent = now.milliseconds &- lastHeard.milliseconds
        let period = max(1000, period.milliseconds)
        return silent >= 3 &* period ? .lost : silent >= period &+ period / 2 ? .stale : .talking
    }

    /// When this device must be looked at next, if nothing is heard of it.
    @inlinable package static func nextLook(lastHeard: Instant, period: Span, now: Instant) -> Instant {
        let period = Span(milliseconds: max(1000, period.milliseconds))
        let stale = lastHeard + Span(milliseconds: period.milliseconds + period.milliseconds / 2)
        return now < stale ? stale : lastHeard + Span(milliseconds: 3 * period.milliseconds)
    }
}
