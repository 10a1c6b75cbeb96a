// SPDX-License-Identifier: EUPL-1.2

/// The state of all simulated lamps, in columns: 34 bytes a lamp, so that a million of them fit in a few dozen megabytes.
struct Fleet {
    /// What it should do now, 0…100 %.
    var target: [UInt8]
    /// What it does.
    var actual: [UInt8]
    /// What an order asked for, or 255.
    var ordered: [UInt8]
    var fault: [Fault]
    var hasCapacitor: [Bool]
    /// Watt-hours since it was commissioned, up to `countedAt`.
    var energy: [Double]
    /// Seconds of city time.
    var countedAt: [Int32]
    /// Since when it burns, in seconds of city time.
    var litAt: [Int32]
    var hoursBurnt: [Float]
    /// The node's own counter of messages.
    var sequence: [UInt32]
    /// The second of its period in which it reports.
    var phase: [UInt16]
    /// Why it is dark though it should burn: its supply is gone.
    var isCut: [Bool]

    /// Lamps in the middle of their lives, all dark, drawn from the seed.
    init(roster: Roster, seed: UInt64, period: Int) {
        let n = roster.lamps.count
        target = [UInt8](repeating: 0, count: n)
        actual = target
        ordered = [UInt8](repeating: 255, count: n)
        fault = [Fault](repeating: .none, count: n)
        countedAt = [Int32](repeating: 0, count: n)
        litAt = countedAt
        sequence = [UInt32](repeating: 0, count: n)
        isCut = [Bool](repeating: false, count: n)
        (hasCapacitor, energy, hoursBurnt, phase) = ([], [], [], [])
        hasCapacitor.reserveCapacity(n)
        energy.reserveCapacity(n)
        var dice = Dice(seed: seed, 20)
        for i in 0..<n {
            let hours = dice.between(200, roster.isLED[i] ? 22_000 : 15_500)
            hoursBurnt.append(Float(hours))
            energy.append(hours * Double(roster.watts[i]) * 0.8)
            hasCapacitor.append(dice.chance(0.7))
            phase.append(UInt16(dice.whole(0...max(0, period - 1))))
        }
    }

    var count: Int { target.count }
}

/// A list for each second of the reporting period: which devices report then. Two arrays, however many devices.
struct Rota {
    private var first: [Int]
    private var members: [UInt32]

    init(phases: [UInt16], period: Int) {
        first = [Int](repeating: 0, count: period + 1)
        for phase in phases { first[Int(phase) % period + 1] += 1 }
        for second in 0..<period { first[second + 1] += first[second] }
        var next = first
        members = [UInt32](repeating: 0, count: phases.count)
        for (device, phase) in phases.enumerated() {
            members[next[Int(phase) % period]] = UInt32(device)
            next[Int(phase) % period] += 1
        }
    }

    /// Who reports in this second of city time.
    func due(_ second: Int64) -> ArraySlice<UInt32> {
        let period = Int64(first.count - 1)
        let slot = Int(((second % period) + period) % period)
        return members[first[slot]..<first[slot + 1]]
    }
}
