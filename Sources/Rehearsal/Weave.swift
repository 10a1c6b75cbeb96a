// SPDX-License-Identifier: EUPL-1.2

/// The two ways in which a quarter is woven: a grid that is turned, bent and gnawed at, or rings and radials.
enum Weave {
    /// Two families of bent lines, clipped to the ring; one block in eight is missing, so that no two quarters look alike.
    static func grid(around centre: Spot, in ring: [Spot], block: Double, scale: Double, _ dice: inout Dice) -> [Street] {
        let angle = dice.between(0, SteadyMath.turn / 4)
        let along = Spot(x: SteadyMath.cosine(angle), y: SteadyMath.sine(angle))
        let radius = ring.map { ($0 - centre).length }.max() ?? 0
        let bend = dice.between(0, 0.35) * block
        let wave = dice.between(5, 11) * block
        let phase = dice.between(0, SteadyMath.turn)
        let cross = block * dice.between(1.3, 2.0)
        var streets: [Street] = []
        for (direction, apart, other) in [(along, block, cross), (along.left, cross, block)] {
            let lines = Int(radius / apart)
            for k in -lines...max(lines, -lines) {
                let offset = (Double(k) + dice.between(-0.16, 0.16)) * apart
                let isGreat = (k % 4 + 4) % 4 == 0
                var points: [Spot] = []
                var flush: [[Spot]] = []
                // A missing block cuts the line; the pieces become streets of their own.
                var gap = -1
                for s in stride(from: -radius, through: radius, by: other / 3) {
                    let slot = Int((s + radius) / other)
                    if slot != gap, dice.chance(0.04) { gap = slot }
                    let p = centre + direction * s + direction.left * (offset + bend * SteadyMath.sine(phase + s / wave))
                    if slot != gap, Ring.holds(ring, p, inset: 7 * scale) {
                        points.append(p)
                    } else if !points.isEmpty {
                        flush.append(points)
                        points = []
                    }
                }
                flush.append(points)
                let rank: Street.Rank = isGreat ? .street : .lane
                var pieces = flush.filter { $0.count > 2 }.map { piece in
                    Street(
                        line: piece, rank: rank,
                        crossings: isGreat ? stride(from: other, to: Double(piece.count) * other / 3, by: other * 4).map { $0 } : [])
                }
                if k % 2 != 0 {
                    pieces = pieces.reversed().map { Street(line: $0.line.reversed(), rank: $0.rank, crossings: $0.crossings) }
                }
                streets += pieces
            }
        }
        return streets
    }

    /// Rings one block apart around a square, joined by radials that double as the rings widen.
    static func rings(around centre: Spot, in ring: [Spot], block: Double, scale: Double, _ dice: inout Dice) -> [Street] {
        let radius = ring.map { ($0 - centre).length }.max() ?? 0
        let count = max(1, Int(radius / block))
        let turn = dice.between(0, SteadyMath.turn)
        func on(_ angle: Double, _ r: Double) -> Spot {
            let wobble = 1 + 0.07 * SteadyMath.sine(3 * angle + turn) + 0.04 * SteadyMath.sine(5 * angle - turn)
            return centre + Spot(x: SteadyMath.cosine(angle), y: SteadyMath.sine(angle)) * (r * wobble)
        }
        var streets: [Street] = []
        for k in 1...count {
            let r = (Double(k) - 0.35) * block
            let steps = max(12, Int(SteadyMath.turn * r / (30 * scale)))
            var points: [Spot] = []
            for i in 0...steps {
                let p = on(turn + Double(i) / Double(steps) * SteadyMath.turn, r)
                if Ring.holds(ring, p, inset: 7 * scale), points.count < Int(600 * scale / (30 * scale)) {
                    points.append(p)
                } else {
                    if points.count > 2 { streets.append(Street(line: points, rank: k % 3 == 0 ? .street : .lane)) }
                    points = points.count > 2 ? [points[points.count - 1], p].filter { Ring.holds(ring, $0, inset: 7 * scale) } : []
                }
            }
            if points.count > 2 { streets.append(Street(line: points, rank: k % 3 == 0 ? .street : .lane)) }
        }
        var spokes = 6
        for k in 0..<count {
            while SteadyMath.turn * Double(k + 1) * block / Double(spokes) > 1.9 * block { spokes *= 2 }
            for i in 0..<spokes where !dice.chance(0.1) {
                let angle = turn + (Double(i) + dice.between(-0.12, 0.12)) / Double(spokes) * SteadyMath.turn
                let line = [0.0, 0.5, 1.0].map { on(angle, (Double(k) + 0.15 + $0) * block) }.filter {
                    Ring.holds(ring, $0, inset: 7 * scale)
                }
                if line.count == 3 { streets.append(Street(line: line, rank: .lane)) }
            }
        }
        return streets
    }
}
