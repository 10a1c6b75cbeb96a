// SPDX-License-Identifier: EUPL-1.2

/// A lamp as the generator holds it until it is written.
struct DrawnLamp {
    var mark: Mark
    /// Index into the commune's streets.
    var street: Int32
    var houseNumber: UInt16
    var watts: UInt8
    var mastDecimetres: UInt8
    var isLED: Bool
    var isConflictArea: Bool
}

/// Lamps along one street: every 25 to 35 m, on alternating sides.
enum LampRow {
    /// At most `limit` lamps, each inside `outline`. `index` is the street's index in its commune.
    static func along(_ street: Street, index: Int, grain: Grain, outline: Outline, limit: Int, seed: UInt64) -> [DrawnLamp] {
        var dice = Dice(seed: seed, 4, UInt64(index))
        let isLED = dice.chance(street.rank == .avenue ? 0.55 : 0.25)
        let watts = nominal(street.rank, isLED, &dice)
        let mast: UInt8 = [95, 75, 50][street.rank.rawValue]
        let aside = (street.rank == .avenue ? 6.5 : 4.0) * grain.scale
        var lamps: [DrawnLamp] = []
        var next = dice.between(0.2, 0.5) * grain.pitch
        var walked = 0.0
        for (a, b) in zip(street.line, street.line.dropFirst()) {
            let step = (b - a).length
            guard step > 0 else { continue }
            let along = (b - a) * (1 / step)
            while next < walked + step, lamps.count < limit {
                let isLeft = lamps.count % 2 == 0
                let mark = Mark(a + along * (next - walked) + along.left * (isLeft ? aside : -aside))
                if outline.contains(mark) {
                    let at = next
                    lamps.append(
                        DrawnLamp(
                            mark: mark, street: Int32(index),
                            houseNumber: UInt16(2 * Int(at / (14 * grain.scale)) % 60_000 + (isLeft ? 1 : 2)),
                            watts: watts, mastDecimetres: mast, isLED: isLED,
                            isConflictArea: street.crossings.contains { abs($0 - at) < 0.6 * grain.pitch }))
                }
                next += grain.pitch * dice.between(0.84, 1.16)
            }
            walked += step
        }
        return lamps
    }

    /// Nominal power in watts: LED 20–80, sodium 70, 100 or 150.
    private static func nominal(_ rank: Street.Rank, _ isLED: Bool, _ dice: inout Dice) -> UInt8 {
        if isLED {
            let (low, high) = [(55, 80), (35, 55), (20, 40)][rank.rawValue]
            return UInt8(dice.whole(low...high))
        }
        switch rank {
        case .avenue: return 150
        case .street: return dice.chance(0.6) ? 100 : 150
        case .lane: return dice.chance(0.7) ? 70 : 100
        }
    }
}
