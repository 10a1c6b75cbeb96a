// SPDX-License-Identifier: EUPL-1.2

/// Counts of points by state in the cells of a grid over a tile, for zooms where single points would be megabytes. A cell is drawn at
/// the mean place of its points, with a count for each state: 'the worst state wins' would make a healthy city look broken.
package struct GridTally {
    package let side: Int
    package let states: Int
    private var counts: [UInt32]
    private var sumX: [Int64]
    private var sumY: [Int64]
    private let extent: Int

    /// A grid of `side` × `side` cells over a tile of `extent`, for state codes below `states`.
    package init(side: Int = 16, states: Int, extent: Int = 4096) {
        precondition(side > 0 && states > 0 && extent > 0)
        (self.side, self.states, self.extent) = (side, states, extent)
        counts = Array(repeating: 0, count: side * side * states)
        sumX = Array(repeating: 0, count: side * side)
        sumY = Array(repeating: 0, count: side * side)
    }

    /// A point in tile coordinates; outside the tile or of an unknown state it is not counted and false is returned.
    @discardableResult
    package mutating func add(x: Int, y: Int, state: Int) -> Bool {
        guard (0..<extent).contains(x), (0..<extent).contains(y), (0..<states).contains(state) else { return false }
        let cell = y * side / extent * side + x * side / extent
        counts[cell * states + state] &+= 1
        sumX[cell] += Int64(x)
        sumY[cell] += Int64(y)
        return true
    }

    package struct Cell: Sendable, Hashable {
        /// Stable within the tile: row × side + column.
        package var number: Int
        package var x: Int
        package var y: Int
        package var total: Int
        /// By state code.
        package var counts: [Int]
        package init(number: Int, x: Int, y: Int, total: Int, counts: [Int]) {
            (self.number, self.x, self.y, self.total, self.counts) = (number, x, y, total, counts)
        }
    }

    /// Cells that hold something.
    package var cells: [Cell] {
        (0..<side * side).compactMap { cell in
            let counts = self.counts[cell * states..<(cell + 1) * states].map { Int($0) }
            let total = counts.reduce(0, +)
            guard total > 0 else { return nil }
            return Cell(
                number: cell, x: Int(sumX[cell] / Int64(total)), y: Int(sumY[cell] / Int64(total)), total: total, counts: counts)
        }
    }
}
