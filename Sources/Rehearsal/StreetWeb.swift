// SPDX-License-Identifier: EUPL-1.2

/// The streets of the drawn city as a network that can be driven: streets are drawn one by one, and meet only to the eye. Here they are cut where they
/// cross, lead on to the next street where they end, and towns get a road to their neighbours. Written as OSM XML, as a real town's extract is read.
struct StreetWeb {
    private struct Way {
        var line: [Spot]
        var rank: Street.Rank
        var name: String
        var town: Int
        var isOneway: Bool
    }

    /// A point on a segment: where the segment of that way is cut.
    private struct Cut {
        var way: Int32
        var segment: Int32
        var part: Double
        var spot: Spot
    }

    private var ways: [Way] = []
    private var centres: [Spot] = []
    private var dice: Dice

    init(seed: UInt64) { dice = Dice(seed: seed, 17) }

    /// How far a street's end is led on to another street.
    private static let reach = 120.0
    private static let cell = 120.0

    mutating func add(_ streets: [(street: Street, name: String)], centre: Spot) {
        for (street, name) in streets where street.line.count > 1 {
            let isOneway = street.rank != .avenue && dice.chance(0.12)
            ways.append(Way(line: street.line, rank: street.rank, name: name, town: centres.count, isOneway: isOneway))
        }
        centres.append(centre)
    }

    mutating func write(to file: TextFile) throws {
        joinTowns()
        var grid = SegmentGrid(cell: StreetWeb.cell)
        for w in ways.indices { for s in 0..<(ways[w].line.count - 1) { grid.add(ways[w].line[s], ways[w].line[s + 1], w, s) } }
        leadOn(&grid)
        let cuts = crossings(grid)
        var rows: [[(mark: Mark, isCrossing: Bool)]] = ways.map { $0.line.map { (Mark($0), false) } }
        for (w, own) in Dictionary(grouping: cuts, by: \.way) { rows[Int(w)] = StreetWeb.cut(ways[Int(w)].line, own) }
        try write(rows, file)
    }

    // MARK: Towns

    /// Each town gets a road to its two nearest ones, from the street that lies nearest to the other.
    private mutating func joinTowns() {
        let byTown = Dictionary(grouping: ways.indices, by: { ways[$0].town })
        func gate(_ town: Int, towards spot: Spot) -> Spot? {
            let spots = (byTown[town] ?? []).flatMap { ways[$0].line }
            return spots.min { ($0 - spot).length < ($1 - spot).length }
        }
        var made: Set<Int> = []
        for a in centres.indices {
            let near = centres.indices.filter { $0 != a }.sorted { (centres[$0] - centres[a]).length < (centres[$1] - centres[a]).length }
            for b in near.prefix(2) where made.insert(min(a, b) * centres.count + max(a, b)).inserted {
                guard let from = gate(a, towards: centres[b]), let to = gate(b, towards: from), from != to else { continue }
                // Points on the way, so that the road is found from beside it.
                let steps = max(1, Int((to - from).length / 200))
                let line = (0...steps).map { from + (to - from) * (Double($0) / Double(steps)) }
                ways.append(Way(line: line, rank: .avenue, name: "Route départementale \(made.count)", town: a, isOneway: false))
            }
        }
    }

    // MARK: Ends

    private mutating func leadOn(_ grid: inout SegmentGrid) {
        for w in ways.indices {
            for isLast in [false, true] {
                let line = ways[w].line
                let (end, before) = isLast ? (line[line.count - 1], line[line.count - 2]) : (line[0], line[1])
                guard let spot = next(end, (end - before).unit, w, grid), spot != end else { continue }
                if isLast { ways[w].line.append(spot) } else { ways[w].line.insert(spot, at: 0) }
            }
        }
        // The ends have moved the numbers of segments.
        grid = SegmentGrid(cell: StreetWeb.cell)
        for w in ways.indices { for s in 0..<(ways[w].line.count - 1) { grid.add(ways[w].line[s], ways[w].line[s + 1], w, s) } }
    }

    /// The first street straight ahead, else the nearest one, in either case a step beyond, so that the lines cross.
    private func next(_ end: Spot, _ ahead: Spot, _ own: Int, _ grid: SegmentGrid) -> Spot? {
        let far = end + ahead * StreetWeb.reach
        var first: Double?
        var nearest: (spot: Spot, away: Double)?
        for (w, s) in grid.around(end, StreetWeb.reach) where w != own && s + 1 < ways[w].line.count {
            let (a, b) = (ways[w].line[s], ways[w].line[s + 1])
            if let (t, _) = StreetWeb.crossing(end, far, a, b), t < first ?? 2 { first = t }
            let along = b - a
            let part = max(0, min(1, (end - a).dot(along) / max(1e-9, along.dot(along))))
            let spot = a + along * part
            let away = (spot - end).length
            if away < nearest?.away ?? StreetWeb.reach { nearest = (spot, away) }
        }
        if let first { return end + ahead * (first * StreetWeb.reach + 0.5) }
        guard let nearest, nearest.away > 0 else { return nil }
        return nearest.spot + (nearest.spot - end).unit * 0.5
    }

    // MARK: Crossings

    /// Where two segments cross: the parts of both, from 0 to 1.
    private static func crossing(_ a: Spot, _ b: Spot, _ c: Spot, _ d: Spot) -> (t: Double, u: Double)? {
        let (r, s, o) = (b - a, d - c, c - a)
        let cross = r.x * s.y - r.y * s.x
        guard abs(cross) > 1e-9 else { return nil }
        let t = (o.x * s.y - o.y * s.x) / cross
        let u = (o.x * r.y - o.y * r.x) / cross
        return (0...1).contains(t) && (0...1).contains(u) ? (t, u) : nil
    }

    private func crossings(_ grid: SegmentGrid) -> [Cut] {
        var cuts: [Cut] = []
        for (w, s, v, q) in grid.pairs() where w != v {
            let (a, b) = (ways[w].line[s], ways[w].line[s + 1])
            let (c, d) = (ways[v].line[q], ways[v].line[q + 1])
            guard let (t, u) = StreetWeb.crossing(a, b, c, d) else { continue }
            let spot = a + (b - a) * t
            cuts.append(Cut(way: Int32(w), segment: Int32(s), part: t, spot: spot))
            cuts.append(Cut(way: Int32(v), segment: Int32(q), part: u, spot: spot))
        }
        return cuts
    }

    private static func cut(_ line: [Spot], _ cuts: [Cut]) -> [(mark: Mark, isCrossing: Bool)] {
        var row: [(mark: Mark, isCrossing: Bool)] = []
        func add(_ spot: Spot, _ isCrossing: Bool) {
            let mark = Mark(spot)
            if row.last?.mark == mark {
                row[row.count - 1].isCrossing = row[row.count - 1].isCrossing || isCrossing
            } else {
                row.append((mark, isCrossing))
            }
        }
        let own = cuts.sorted { ($0.segment, $0.part, $0.spot.x, $0.spot.y) < ($1.segment, $1.part, $1.spot.x, $1.spot.y) }
        var k = 0
        for s in line.indices {
            add(line[s], false)
            while k < own.count && own[k].segment == Int32(s) {
                add(own[k].spot, true)
                k += 1
            }
        }
        return row
    }

    // MARK: Writing

    private func write(_ rows: [[(mark: Mark, isCrossing: Bool)]], _ file: TextFile) throws {
        var numbers: [Mark: Int] = [:]
        // Lights where two avenues cross.
        var avenues: [Mark: Int] = [:]
        for (w, row) in rows.enumerated() where ways[w].rank == .avenue {
            for node in row where node.isCrossing { avenues[node.mark, default: 0] += 1 }
        }
        try file.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\" generator=\"vigie generate\">\n")
        for row in rows {
            for node in row where numbers[node.mark] == nil {
                numbers[node.mark] = numbers.count + 1
                try file.write("<node id=\"\(numbers.count)\" lat=\"")
                try file.write(millionths: node.mark.latitude)
                try file.write("\" lon=\"")
                try file.write(millionths: node.mark.longitude)
                let hasLight = avenues[node.mark] ?? 0 > 1
                try file.write(hasLight ? "\"><tag k=\"highway\" v=\"traffic_signals\"/></node>\n" : "\"/>\n")
            }
        }
        for (w, row) in rows.enumerated() where row.count > 1 {
            let way = ways[w]
            try file.write("<way id=\"\(w + 1)\">")
            for node in row { try file.write("<nd ref=\"\(numbers[node.mark] ?? 0)\"/>") }
            let isRoad = way.name.hasPrefix("Route départementale")
            let sort = ["secondary", "tertiary", "residential"][way.rank.rawValue]
            try file.write("<tag k=\"highway\" v=\"\(sort)\"/><tag k=\"maxspeed\" v=\"\(isRoad ? 80 : way.rank == .lane ? 30 : 50)\"/>")
            if way.isOneway { try file.write("<tag k=\"oneway\" v=\"yes\"/>") }
            try file.write("<tag k=\"name\" v=\"\(way.name)\"/></way>\n")
        }
        try file.write("</osm>\n")
    }
}

/// Segments by squares of ground.
private struct SegmentGrid {
    private let cell: Double
    private var cells: [Int64: [(way: Int, segment: Int)]] = [:]

    init(cell: Double) { self.cell = cell }

    private func column(_ v: Double) -> Int64 { Int64((v / cell).rounded(.down)) }
    private func key(_ x: Int64, _ y: Int64) -> Int64 { x << 32 | (y & 0xFFFF_FFFF) }

    mutating func add(_ a: Spot, _ b: Spot, _ way: Int, _ segment: Int) {
        for x in column(min(a.x, b.x))...column(max(a.x, b.x)) {
            for y in column(min(a.y, b.y))...column(max(a.y, b.y)) { cells[key(x, y), default: []].append((way, segment)) }
        }
    }

    /// In the order in which they were added, each once.
    func around(_ spot: Spot, _ reach: Double) -> [(way: Int, segment: Int)] {
        var found: [(way: Int, segment: Int)] = []
        for x in column(spot.x - reach)...column(spot.x + reach) {
            for y in column(spot.y - reach)...column(spot.y + reach) { found += cells[key(x, y)] ?? [] }
        }
        var result: [(way: Int, segment: Int)] = []
        for one in found.sorted(by: { $0 < $1 }) {
            if let last = result.last, last == one { continue }
            result.append(one)
        }
        return result
    }

    /// Every two segments that share a square, once.
    func pairs() -> [(way: Int, segment: Int, other: Int, otherSegment: Int)] {
        var found: [(way: Int, segment: Int, other: Int, otherSegment: Int)] = []
        for cell in cells.values {
            for i in cell.indices {
                for j in cell.indices where cell[i] < cell[j] {
                    found.append((cell[i].way, cell[i].segment, cell[j].way, cell[j].segment))
                }
            }
        }
        found.sort { $0 < $1 }
        var result: [(way: Int, segment: Int, other: Int, otherSegment: Int)] = []
        for pair in found {
            if let last = result.last, last == pair { continue }
            result.append(pair)
        }
        return result
    }
}
