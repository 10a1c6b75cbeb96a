// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import Watch

/// What may be asked of a lamp, and what is enough to believe that it obeyed.
package enum LampOrders {
    /// A lamp answers an order with a reading; a radio mesh takes up to a minute. Asked three times in all: after 90 s and 180 s more.
    package static let patience = Patience(settle: .seconds(90), sends: 3, backoffTenths: 20)

    /// In a conflict area the light may be dimmed, but never below this share of full output.
    package static let conflictAreaFloor: UInt8 = 20

    /// Does what is seen prove what was wanted? Off must be off, on must be on, and the level within the tolerance.
    @inline(__always)
    package static func proves(wanted: UInt8, observed: UInt8, within tolerance: Int) -> Bool {
        if observed == Verdict.noLevel { return false }
        if wanted == 0 || observed == 0 { return wanted == observed }
        let difference = Int(wanted) - Int(observed)
        return difference <= tolerance && difference >= -tolerance
    }

    package static func standing(attribute: String, isTrue: Bool) -> Standing {
        guard isTrue else { return [] }
        return switch attribute {
        case "conflict_area": .conflictArea
        case "feeds_others": .feedsOthers
        default: []
        }
    }

    package static func interlock(standing: Standing, to level: UInt8) -> Interlock? {
        if standing.contains(.outOfService) { return .outOfService }
        if standing.contains(.conflictArea), level < conflictAreaFloor { return .conflictArea }
        if standing.contains(.feedsOthers), level == 0 { return .feedsOthers }
        return nil
    }

    /// Tenths of a watt: what an LED driver draws is close to proportional; at rest node and driver take 0.5 W.
    package static func power(nominal: Int32, level: UInt8) -> Int32 {
        level == 0 ? min(5, max(0, nominal)) : Int32(truncatingIfNeeded: Int64(max(0, nominal)) * Int64(level) / 100)
    }
}

extension StreetLighting {
    package func isOrderable(kindIndex: UInt8) -> Bool { kindIndex == Index.lamp }

    package func standing(attribute: String, isTrue: Bool) -> Standing { LampOrders.standing(attribute: attribute, isTrue: isTrue) }

    package func interlock(kindIndex: UInt8, standing: Standing, from: UInt8, to: UInt8) -> Interlock? {
        isOrderable(kindIndex: kindIndex) ? LampOrders.interlock(standing: standing, to: to) : .notOrderable
    }

    package func power(kindIndex: UInt8, nominal: Int32, level: UInt8) -> Int32 {
        isOrderable(kindIndex: kindIndex) ? LampOrders.power(nominal: nominal, level: level) : 0
    }

    package func proves(kindIndex: UInt8, wanted: UInt8, observed: UInt8) -> Bool {
        isOrderable(kindIndex: kindIndex) && LampOrders.proves(wanted: wanted, observed: observed, within: limits.levelTolerance)
    }
}
