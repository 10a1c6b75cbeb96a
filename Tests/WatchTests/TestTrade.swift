// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Watch

/// A trade small enough to be read in one go: a bulb with a level and a power; dark though wanted is its fault, and weak after a delay.
struct TestTrade: Trade {
    static let dark: UInt32 = 1
    static let lost: UInt32 = 2
    /// Under 20 % for seven seconds, until five seconds after.
    static let weak: UInt32 = 4
    /// Never heard though it should have been; only where `hasNever`.
    static let never: UInt32 = 8
    var hasNever = false
    let name = "test"
    let kinds: [Kind] = [TestTrade.kind("bulb"), TestTrade.kind("box")]

    static func kind(_ name: Asset.KindName) -> Kind {
        func condition(_ key: String, _ grouping: Condition.Grouping, on: Span = .seconds(0), off: Span = .seconds(0)) -> Condition {
            let words = Words(key, key)
            return Condition(
                key: key, title: words, cause: words, consequence: words, response: words, severity: .moderate, urgency: .hour,
                onDelay: on, offDelay: off, grouping: grouping)
        }
        return Kind(
            name: name, title: Words(name.text, name.text),
            properties: [
                Property(key: "level", title: Words("Niveau", "Level"), unit: "%", decimals: 0, range: 0...100),
                Property(key: "power", title: Words("Puissance", "Power"), unit: "W", decimals: 1, range: 0...100_000),
            ],
            conditions: [
                condition("\(name).dark", .supply), condition("\(name).lost", .link),
                condition("\(name).weak", .none, on: .seconds(7), off: .seconds(5)), condition("\(name).never", .link),
            ],
            states: (0..<10).map { StateSpec(key: "s\($0)", title: Words("\($0)", "\($0)"), tone: .idle) }, period: .seconds(60))
    }

    func judge(_ s: borrowing Situation) -> Verdict {
        let level = UInt8(clamping: s.values[0])
        let wanted = s.wanted
        let isKnown = s.present & 1 != 0
        let isDark = wanted != Verdict.noLevel && wanted > 0 && level == 0
        let isWeak = level > 0 && level < 20
        return Verdict(
            state: isDark ? 6 : level == 0 ? 1 : 2, conditions: isDark ? TestTrade.dark : isWeak ? TestTrade.weak : 0,
            observedLevel: isKnown ? level : Verdict.noLevel, memory: s.memory &+ 1)
    }

    func reason(_ s: borrowing Situation) -> Reason { Reason("test", Words("essai", "test")) }
    func lostConditions(kindIndex: UInt8) -> UInt32 { TestTrade.lost }
    func neverConditions(kindIndex: UInt8) -> UInt32 { hasNever ? TestTrade.never : 0 }
    var programmeCount: Int { 1 }
    func programme(kindIndex: UInt8, commune: String) -> Int? { kindIndex == 0 ? 0 : nil }
    func level(programme: Int, at: Instant) -> UInt8 { at.seconds % 7200 < 3600 ? 100 : 0 }
    func isDay(programme: Int, at: Instant) -> Bool { at.seconds % 7200 >= 3600 }
    func nextChange(programme: Int, after: Instant) -> Instant { Instant(seconds: (after.seconds / 3600 + 1) * 3600) }
    func title(programme: Int) -> Words { Words("une heure sur deux", "every other hour") }
    func isOrderable(kindIndex: UInt8) -> Bool { kindIndex == 0 }
    func standing(attribute: String, isTrue: Bool) -> Standing { [] }
    func interlock(kindIndex: UInt8, standing: Standing, from: UInt8, to: UInt8) -> Interlock? { nil }
    var secondPersonAbove: Int { 100 }
    func power(kindIndex: UInt8, nominal: Int32, level: UInt8) -> Int32 { nominal * Int32(level) / 100 }
    func proves(kindIndex: UInt8, wanted: UInt8, observed: UInt8) -> Bool { wanted == observed }
    var patience: Patience { Patience(settle: .seconds(10), sends: 3, backoffTenths: 20) }
}
