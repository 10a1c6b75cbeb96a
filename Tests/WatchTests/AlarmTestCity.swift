// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

@testable import Watch

/// A small seeded generator (SplitMix64), so that a failing sequence can be played again.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A city for alarm tests: substations, feeders, cabinets and lamps by electricity, gateways and lamps by communication.
struct AlarmTestCity {
    static let lamp: UInt8 = 0
    static let cabinet: UInt8 = 1
    static let feeder: UInt8 = 2
    static let substation: UInt8 = 3
    static let gateway: UInt8 = 4
    // Lamp conditions, as bits.
    static let failure: UInt32 = 1
    static let lost: UInt32 = 2
    static let supplyLoss: UInt32 = 4
    static let leakage: UInt32 = 8
    static let delayed: UInt32 = 16
    // Of cabinets, feeders, substations; of gateways.
    static let tripped: UInt32 = 1
    static let door: UInt32 = 2
    static let down: UInt32 = 1

    var kindOf: ContiguousArray<UInt8> = []
    var supply: ContiguousArray<UInt32> = []
    var link: ContiguousArray<UInt32> = []
    var commune: ContiguousArray<UInt16> = []
    var lamps: [UInt32] = []
    var cabinets: [UInt32] = []
    var feeders: [UInt32] = []
    var substations: [UInt32] = []
    var gateways: [UInt32] = []

    static func condition(
        _ key: String, _ severity: Severity = .moderate, _ urgency: Urgency = .shift, on: Span = .seconds(0), off: Span = .seconds(0),
        latching: Bool = false, _ grouping: Condition.Grouping = .none
    ) -> Condition {
        let words = Words("fr \(key)", "en \(key)")
        return Condition(
            key: key, title: words, cause: words, consequence: words, response: words, severity: severity, urgency: urgency, onDelay: on,
            offDelay: off, isLatching: latching, grouping: grouping)
    }

    static let kinds: [Kind] = {
        func kind(_ name: String, _ conditions: [Condition]) -> Kind {
            Kind(
                name: Asset.KindName(name), title: Words(name, name), properties: [], conditions: conditions, states: [],
                period: .minutes(15))
        }
        let node = [condition("tripped", .major, .hour, .supply), condition("door", .minor, .shift)]
        return [
            kind(
                "lamp",
                [
                    condition("failure"), condition("lost", .moderate, .shift, .link), condition("supplyLoss", .moderate, .hour, .supply),
                    condition("leakage", .safety, .now, latching: true),
                    condition("delayed", on: .seconds(30), off: .seconds(20)),
                ]),
            kind("cabinet", node), kind("feeder", node), kind("substation", node),
            kind("gateway", [condition("down", .major, .hour, .link)]),
        ]
    }()

    private mutating func add(_ kind: UInt8, supply: UInt32 = UInt32.max, link: UInt32 = UInt32.max, commune: Int = 0) -> UInt32 {
        kindOf.append(kind)
        self.supply.append(supply)
        self.link.append(link)
        self.commune.append(UInt16(commune))
        return UInt32(kindOf.count - 1)
    }

    /// Lamps are dealt to gateways in runs, so that a gateway's lamps hang at a few neighbouring cabinets.
    /// - Parameter hearsCabinets: each cabinet speaks through the gateway of its first lamp, and not by a line of its own.
    init(
        substations: Int = 2, feeders: Int = 3, cabinets: Int = 4, lamps: Int = 10, lampsPerGateway: Int = 24, hearsCabinets: Bool = false
    ) {
        var dealt = 0
        for s in 0..<substations {
            let substation = add(Self.substation, commune: s)
            self.substations.append(substation)
            for _ in 0..<feeders {
                let feeder = add(Self.feeder, supply: substation, commune: s)
                self.feeders.append(feeder)
                for _ in 0..<cabinets {
                    let cabinet = add(Self.cabinet, supply: feeder, commune: s)
                    self.cabinets.append(cabinet)
                    for _ in 0..<lamps {
                        if dealt % lampsPerGateway == 0 { gateways.append(add(Self.gateway, supply: cabinet, commune: s)) }
                        dealt += 1
                        self.lamps.append(add(Self.lamp, supply: cabinet, link: gateways[gateways.count - 1], commune: s))
                        if hearsCabinets, link[Int(cabinet)] == UInt32.max { link[Int(cabinet)] = gateways[gateways.count - 1] }
                    }
                }
            }
        }
    }

    var topology: Topology {
        Topology(
            kinds: Self.kinds, kindOf: kindOf, supplyParent: supply, linkParent: link,
            communes: substations.indices.map { Commune(insee: "2123\($0)") }, communeOf: commune)
    }

    /// About 34 000 lamps: 10 substations, 80 feeders, 850 cabinets of 40.
    static let metropolis = AlarmTestCity(substations: 10, feeders: 8, cabinets: 11, lamps: 39, lampsPerGateway: 85)
}

/// A book with the conditions of each asset beside it, so that tests say what is true and not how it changed.
final class AlarmTestBook {
    let book: AlarmBook
    let city: AlarmTestCity
    var masks: [UInt32: UInt32] = [:]
    var now = Instant(seconds: 1_763_750_000)
    var kept = AlarmKeep()
    var announced: [AlarmTarget: AlarmLine] = [:]
    var log: [AlarmLogDraft] = []
    /// What an intake would hold: everything given to the book but acts of people.
    var inputs: [Input] = []

    struct Input {
        var at: Instant
        /// Nil: a tick.
        var asset: UInt32?
        var before: UInt32 = 0
        var after: UInt32 = 0
    }

    func play(_ inputs: [Input]) {
        for input in inputs {
            now = input.at
            if let asset = input.asset {
                book.change(
                    asset: Asset.Number(asset), kind: city.kindOf[Int(asset)], before: input.before, after: input.after, at: input.at)
            } else {
                book.tick(at: input.at)
            }
        }
    }

    init(_ city: AlarmTestCity = AlarmTestCity(), policy: AlarmPolicy = AlarmPolicy()) {
        self.city = city
        book = AlarmBook(topology: city.topology, policy: policy)
    }

    func set(_ asset: UInt32, _ bits: UInt32) {
        let before = masks[asset] ?? 0
        masks[asset] = before | bits
        give(Input(at: now, asset: asset, before: before, after: before | bits))
    }

    func clear(_ asset: UInt32, _ bits: UInt32) {
        let before = masks[asset] ?? 0
        masks[asset] = before & ~bits
        give(Input(at: now, asset: asset, before: before, after: before & ~bits))
    }

    private func give(_ input: Input) {
        inputs.append(input)
        play([input])
    }

    func pass(_ span: Span) {
        give(Input(at: now + span))
    }

    @discardableResult
    func drain() -> AlarmBook.Drained {
        let drained = book.drain(at: now)
        kept.records += drained.keep.records
        kept.alarms += drained.keep.alarms
        kept.incidents += drained.keep.incidents
        kept.memberships += drained.keep.memberships
        kept.handOvers += drained.keep.handOvers
        log += drained.log
        for line in drained.lines { announced[line.target] = line.isGone ? nil : line }
        return drained
    }

    @discardableResult
    func act(_ act: AlarmAct, _ targets: [AlarmTarget], by: String = "ada") -> AlarmActReport {
        book.act(act, on: targets, by: by, at: now)
    }

    var lines: [AlarmLine] { book.lines() }
    var only: AlarmLine? { lines.count == 1 ? lines[0] : nil }
    var events: [AlarmEvent] { kept.records.map(\.event) }
}
