// SPDX-License-Identifier: EUPL-1.2

/// Points sorted by Morton code: what lies in a tile is one contiguous range, found by two binary searches. 20 bytes a point; built again
/// when the inventory changes (60 ns a point), never changed in place, so that it may be read from any thread.
package struct PointIndex: Sendable {
    private let codes: [UInt64]
    /// The caller's numbers, in the order of the codes.
    private let numbers: [UInt32]
    /// Sums of the coordinates before every 64th point: with them the middle of any range costs at most 128 points.
    private let sums: [(x: UInt64, y: UInt64)]

    /// Columns of one length: the caller's number of each point and its Mercator fractions (`Place.mercator`).
    package init(numbers: [UInt32], x: [UInt32], y: [UInt32]) {
        precondition(numbers.count == x.count && x.count == y.count)
        var order = (0..<numbers.count).map { (code: Self.interleave(x[$0], y[$0]), number: numbers[$0]) }
        order.sort { ($0.code, $0.number) < ($1.code, $1.number) }
        codes = order.map(\.code)
        self.numbers = order.map(\.number)
        var (sums, sumX, sumY): ([(x: UInt64, y: UInt64)], UInt64, UInt64) = ([], 0, 0)
        sums.reserveCapacity(codes.count / 64 + 1)
        for (i, code) in codes.enumerated() {
            if i & 63 == 0 { sums.append((sumX, sumY)) }
            sumX += UInt64(Self.compact(code))
            sumY += UInt64(Self.compact(code >> 1))
        }
        if codes.count & 63 == 0 { sums.append((sumX, sumY)) }
        self.sums = sums
    }

    package var count: Int { codes.count }

    /// Calls back for each point of the tile, in Morton order, with its Mercator fractions.
    package func each(in tile: TileAddress, _ body: (_ number: UInt32, _ x: UInt32, _ y: UInt32) -> Void) {
        for place in range(of: tile) { body(numbers[place], Self.compact(codes[place]), Self.compact(codes[place] >> 1)) }
    }

    package func count(in tile: TileAddress) -> Int { range(of: tile).count }

    /// Points of one cell of a grid over a tile.
    package struct Cell {
        /// Row × 2^levels + column, from the north-west.
        package var number: Int
        /// The mean place of its points, Mercator fractions.
        package var x: UInt32
        package var y: UInt32
        /// The caller's numbers of its points; valid during the call.
        package var numbers: UnsafeBufferPointer<UInt32>
    }

    /// Calls back for each cell that holds points, of a grid of 2^levels by 2^levels cells over a tile: each is one range of the codes, so no
    /// point is looked at. Nothing where the cells would be smaller than tiles of zoom 31.
    package func eachCell(of tile: TileAddress, levels: Int, _ body: (Cell) -> Void) {
        guard levels >= 0, tile.zoom + levels <= 31 else { return }
        let free = UInt64(64 - 2 * (tile.zoom + levels))
        let side = 1 << levels
        let all = range(of: tile)
        numbers.withUnsafeBufferPointer { numbers in
            var start = all.lowerBound
            while start < all.upperBound {
                let prefix = free == 64 ? 0 : codes[start] >> free
                let last = free == 64 ? UInt64.max : prefix << free | ((1 << free) &- 1)
                let end = last == .max ? all.upperBound : lowerBound(last + 1, from: start, to: all.upperBound)
                let (column, row) = (Int(Self.compact(prefix)) & (side - 1), Int(Self.compact(prefix >> 1)) & (side - 1))
                let (to, from) = (sum(before: end), sum(before: start))
                let count = UInt64(end - start)
                body(
                    Cell(
                        number: row * side + column, x: UInt32((to.x - from.x) / count), y: UInt32((to.y - from.y) / count),
                        numbers: UnsafeBufferPointer(rebasing: numbers[start..<end])))
                start = end
            }
        }
    }

    private func sum(before end: Int) -> (x: UInt64, y: UInt64) {
        var sum = sums[end >> 6]
        for i in (end & ~63)..<end {
            sum.x += UInt64(Self.compact(codes[i]))
            sum.y += UInt64(Self.compact(codes[i] >> 1))
        }
        return sum
    }

    /// A tile at zoom z holds exactly the codes that share its top 2 z bits.
    private func range(of tile: TileAddress) -> Range<Int> {
        let free = UInt64(64 - 2 * tile.zoom)
        guard free < 64 else { return 0..<codes.count }
        let prefix = Self.interleave(tile.x, tile.y)
        let first = prefix << free
        let last = first | ((1 << free) &- 1)
        let start = lowerBound(first)
        return start..<(last == .max ? codes.count : lowerBound(last + 1))
    }

    private func lowerBound(_ code: UInt64) -> Int { lowerBound(code, from: 0, to: codes.count) }

    private func lowerBound(_ code: UInt64, from start: Int, to end: Int) -> Int {
        var (low, high) = (start, end)
        while low < high {
            let middle = (low + high) / 2
            if codes[middle] < code { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Bits of x in the even places, of y in the odd ones.
    static func interleave(_ x: UInt32, _ y: UInt32) -> UInt64 { spread(x) | spread(y) << 1 }

    private static func spread(_ value: UInt32) -> UInt64 {
        var v = UInt64(value)
        v = (v | v << 16) & 0x0000_FFFF_0000_FFFF
        v = (v | v << 8) & 0x00FF_00FF_00FF_00FF
        v = (v | v << 4) & 0x0F0F_0F0F_0F0F_0F0F
        v = (v | v << 2) & 0x3333_3333_3333_3333
        return (v | v << 1) & 0x5555_5555_5555_5555
    }

    static func compact(_ code: UInt64) -> UInt32 {
        var v = code & 0x5555_5555_5555_5555
        v = (v | v >> 1) & 0x3333_3333_3333_3333
        v = (v | v >> 2) & 0x0F0F_0F0F_0F0F_0F0F
        v = (v | v >> 4) & 0x00FF_00FF_00FF_00FF
        v = (v | v >> 8) & 0x0000_FFFF_0000_FFFF
        v = (v | v >> 16) & 0x0000_0000_FFFF_FFFF
        return UInt32(v)
    }
}
