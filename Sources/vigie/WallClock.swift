// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

extension WallTime {
    /// The years for which a zone outside the European rule is looked up.
    private static let years = 2000...2060

    /// The wall of a zone of the IANA database, as this machine's copy of it has it. A zone that goes by the European directive is taken
    /// as its arithmetic, which no older copy can get wrong.
    /// - Parameter zone: a name that the configuration has checked; another counts as UTC.
    init(zone name: String) {
        guard let zone = TimeZone(identifier: name) else {
            self = .utc
            return
        }
        let table = WallTime.table(zone)
        let january = Instant(year: WallTime.years.upperBound, month: 1, day: 1)
        for isSummery in [true, false] {
            let rule = WallTime(winterOffset: table.offset(at: january), hasSummerTime: isSummery)
            if WallTime.agree(rule, table) {
                self = rule
                return
            }
        }
        self = table
    }

    /// All changes of the offset within `years`, found by looking every fifth day and halving where two looks differ.
    private static func table(_ zone: TimeZone) -> WallTime {
        func offset(_ at: Instant) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at.seconds))) / 60 }
        var at = Instant(year: years.lowerBound, month: 1, day: 1)
        let end = Instant(year: years.upperBound + 1, month: 1, day: 1)
        let first = offset(at)
        var known = first
        var changes: [Change] = []
        while at < end {
            let next = at + .days(5)
            let found = offset(next)
            if found != known {
                var (before, after) = (at.seconds, next.seconds)
                while after - before > 1 {
                    let middle = (before + after) / 2
                    if offset(Instant(seconds: middle)) == known { before = middle } else { after = middle }
                }
                changes.append(Change(from: Instant(seconds: after), offset: found))
                known = found
            }
            at = next
        }
        return WallTime(first: first, changes: changes)
    }

    private static func agree(_ rule: WallTime, _ table: WallTime) -> Bool {
        var at = Instant(year: years.lowerBound, month: 1, day: 1)
        let end = Instant(year: years.upperBound, month: 12, day: 1)
        guard rule.offset(at: at) == table.offset(at: at) else { return false }
        while at < end {
            let (one, other) = (rule.nextChange(after: at), table.nextChange(after: at))
            guard one == other || [one, other].allSatisfy({ ($0 ?? .distantFuture) >= end }) else { return false }
            guard let next = one, next < end else { return true }
            guard rule.offset(at: next) == table.offset(at: next) else { return false }
            at = next
        }
        return true
    }
}
