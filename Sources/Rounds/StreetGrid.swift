// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// A place on a street.
struct StreetSpot: Hashable {
    var piece: Int32
    /// Part of the piece, from the beginning of its drawing: 0 to 1.
    var part: Float
    /// How far the place lies from there.
    var metres: Float
}

/// Squares of ground with the pieces of street that cross them, to find the nearest one.
struct StreetGrid: Sendable {
    private var cells: [Int64: [Int32]] = [:]
    private var cellDegrees = 0.0015
    private var scale = 1.0

    /// Only pieces that the graph knows.
    init(_ graph: StreetGraph, _ pieces: StreetNetwork.Pieces, _ drawing: [Place]) {
        guard let first = drawing.first else { return }
        scale = max(0.05, cos(first.latitude * .pi / 180))
        for p in 0..<pieces.count where !graph.arcs(on: 2 * p).isEmpty || !graph.arcs(on: 2 * p + 1).isEmpty {
            let line = drawing[Int(pieces.drawingFrom[p])..<Int(pieces.drawingFrom[p + 1])]
            for (a, b) in zip(line, line.dropFirst()) {
                let (ax, ay, bx, by) = (column(a), row(a), column(b), row(b))
                // A ferry or a slip of the pen: no street crosses so many squares in a straight line.
                if abs(ax - bx) > 2_000 || abs(ay - by) > 2_000 { continue }
                for x in min(ax, bx)...max(ax, bx) {
                    for y in min(ay, by)...max(ay, by) where cells[key(x, y)]?.last != Int32(p) {
                        cells[key(x, y), default: []].append(Int32(p))
                    }
                }
            }
        }
    }

    private func column(_ place: Place) -> Int64 { Int64((place.longitude * scale / cellDegrees).rounded(.down)) }
    private func row(_ place: Place) -> Int64 { Int64((place.latitude / cellDegrees).rounded(.down)) }
    private func key(_ x: Int64, _ y: Int64) -> Int64 { x << 32 | (y & 0xFFFF_FFFF) }

    /// The nearest street within 500 m; nil where there is none.
    func nearest(_ place: Place, _ network: StreetNetwork) -> StreetSpot? {
        guard place.isValid else { return nil }
        let metresPerDegree = 111_195.0
        let ring = cellDegrees * metresPerDegree
        var best: StreetSpot?
        let (x, y) = (column(place), row(place))
        for k in Int64(0)...4 {
            // What lies in ring k + 1 is further than k squares.
            if let best, Double(best.metres) <= Double(k - 1) * ring { break }
            for dx in -k...k {
                for dy in -k...k where abs(dx) == k || abs(dy) == k {
                    for piece in cells[key(x + dx, y + dy)] ?? [] {
                        let spot = spot(place, piece, network)
                        if spot.metres < best?.metres ?? 500 { best = spot }
                    }
                }
            }
        }
        return best
    }

    private func spot(_ place: Place, _ piece: Int32, _ network: StreetNetwork) -> StreetSpot {
        let line = network.line(Int(piece))
        let metres = 111_195.0
        let east = metres * cos(place.latitude * .pi / 180)
        func local(_ p: Place) -> (x: Double, y: Double) {
            ((p.longitude - place.longitude) * east, (p.latitude - place.latitude) * metres)
        }
        var nearest = Double.infinity
        var at = 0.0
        var length = 0.0
        for (a, b) in zip(line, line.dropFirst()) {
            let (p, q) = (local(a), local(b))
            let (dx, dy) = (q.x - p.x, q.y - p.y)
            let square = dx * dx + dy * dy
            let t = square > 0 ? max(0, min(1, -(p.x * dx + p.y * dy) / square)) : 0
            let (x, y) = (p.x + t * dx, p.y + t * dy)
            let away = (x * x + y * y).squareRoot()
            if away < nearest {
                nearest = away
                at = length + t * square.squareRoot()
            }
            length += square.squareRoot()
        }
        return StreetSpot(piece: piece, part: Float(length > 0 ? min(1, at / length) : 0), metres: Float(nearest))
    }
}
