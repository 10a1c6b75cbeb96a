// SPDX-License-Identifier: EUPL-1.2

/// Cuts lines (Liang–Barsky) and rings (Sutherland–Hodgman) at the square of a tile with its buffer.
struct Clip {
    let low: Int
    let high: Int

    init(extent: Int, buffer: Int) { (low, high) = (-buffer, extent + buffer) }

    /// The pieces of a line that lie inside, each of at least two different points.
    func lines(_ points: [(x: Int, y: Int)]) -> [[(x: Int, y: Int)]] {
        var pieces: [[(x: Int, y: Int)]] = []
        var current: [(x: Int, y: Int)] = []
        for (start, end) in zip(points, points.dropFirst()) {
            guard let (a, b) = segment(start, end) else { continue }
            if let last = current.last, last == a {
                if last != b { current.append(b) }
            } else {
                if current.count > 1 { pieces.append(current) }
                current = a == b ? [a] : [a, b]
            }
        }
        if current.count > 1 { pieces.append(current) }
        return pieces
    }

    private func segment(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) -> ((x: Int, y: Int), (x: Int, y: Int))? {
        let (dx, dy) = (Double(b.x) - Double(a.x), Double(b.y) - Double(a.y))
        var (enter, leave) = (0.0, 1.0)
        let edges = [
            (-dx, Double(a.x) - Double(low)), (dx, Double(high) - Double(a.x)), (-dy, Double(a.y) - Double(low)),
            (dy, Double(high) - Double(a.y)),
        ]
        for (slope, room) in edges {
            if slope == 0 {
                if room < 0 { return nil }
            } else if slope < 0 {
                enter = max(enter, room / slope)
            } else {
                leave = min(leave, room / slope)
            }
            if enter > leave { return nil }
        }
        func at(_ t: Double) -> (x: Int, y: Int) {
            (Int((Double(a.x) + t * dx).rounded()), Int((Double(a.y) + t * dy).rounded()))
        }
        return (enter == 0 ? a : at(enter), leave == 1 ? b : at(leave))
    }

    /// The ring inside the square, without repeated points; fewer than three points where nothing is left.
    func ring(_ points: [(x: Int, y: Int)]) -> [(x: Int, y: Int)] {
        var ring = points
        if let first = ring.first, let last = ring.last, ring.count > 1, first == last { ring.removeLast() }
        ring = cut(ring, inside: { $0.x >= low }, at: { crossX($0, $1, low) })
        ring = cut(ring, inside: { $0.x <= high }, at: { crossX($0, $1, high) })
        ring = cut(ring, inside: { $0.y >= low }, at: { crossY($0, $1, low) })
        ring = cut(ring, inside: { $0.y <= high }, at: { crossY($0, $1, high) })
        var kept: [(x: Int, y: Int)] = []
        for point in ring where kept.last.map({ $0 != point }) ?? true { kept.append(point) }
        if let first = kept.first, let last = kept.last, kept.count > 1, first == last { kept.removeLast() }
        return kept
    }

    private func cut(
        _ ring: [(x: Int, y: Int)], inside: ((x: Int, y: Int)) -> Bool, at cross: ((x: Int, y: Int), (x: Int, y: Int)) -> (x: Int, y: Int)
    ) -> [(x: Int, y: Int)] {
        guard var previous = ring.last else { return [] }
        var kept: [(x: Int, y: Int)] = []
        for point in ring {
            if inside(point) != inside(previous) { kept.append(cross(previous, point)) }
            if inside(point) { kept.append(point) }
            previous = point
        }
        return kept
    }

    private func crossX(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ x: Int) -> (x: Int, y: Int) {
        let t = Double(x &- a.x) / Double(b.x &- a.x)
        return (x, Int((Double(a.y) + t * (Double(b.y) - Double(a.y))).rounded()))
    }

    private func crossY(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int), _ y: Int) -> (x: Int, y: Int) {
        let t = Double(y &- a.y) / Double(b.y &- a.y)
        return (Int((Double(a.x) + t * (Double(b.x) - Double(a.x))).rounded()), y)
    }

    /// Twice the signed area by the surveyor's formula; positive is clockwise on the screen, as y points down.
    static func doubledArea(_ ring: [(x: Int, y: Int)]) -> Double {
        guard var previous = ring.last else { return 0 }
        var sum = 0.0
        for point in ring {
            sum += Double(previous.x) * Double(point.y) - Double(point.x) * Double(previous.y)
            previous = point
        }
        return sum
    }
}
