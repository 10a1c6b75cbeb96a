// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The tiles of the live map: single assets from zoom 13 on, below that cells of a grid with a count for each state.
package struct LiveTile {
    package var columns: StateColumns
    package var points: PointIndex
    package var kinds: [Kind]
    /// Whether an asset may be seen by whoever asks; nil for all.
    package var isVisible: ((Asset.Number) -> Bool)?

    package init(columns: StateColumns, points: PointIndex, kinds: [Kind], isVisible: ((Asset.Number) -> Bool)? = nil) {
        (self.columns, self.points, self.kinds, self.isVisible) = (columns, points, kinds, isVisible)
    }

    /// Single assets are drawn from this zoom on.
    package static let assetZoom = 13

    package func bytes(_ tile: TileAddress) -> [UInt8] {
        var vector = VectorTile()
        if tile.zoom >= LiveTile.assetZoom {
            vector.layer("assets") { layer in writeAssets(tile, &layer) }
        } else {
            vector.layer("cells") { layer in writeCells(tile, &layer) }
        }
        return vector.bytes
    }

    /// Tags are made once for each state and level and shared by all features.
    private func writeAssets(_ tile: TileAddress, _ layer: inout VectorTile.Layer) {
        var stateTags: [Int: (UInt32, UInt32)] = [:]
        points.each(in: tile) { number, x, y in
            guard let key = key(number), isVisible?(Asset.Number(number)) ?? true else { return }
            let tag: (UInt32, UInt32)
            if let known = stateTags[key] {
                tag = known
            } else {
                tag = layer.tag("k", .integer(Int64(key)))
                stateTags[key] = tag
            }
            let place = tile.local(x: x, y: y)
            layer.point(id: UInt64(number), x: place.x, y: place.y, tags: [tag.0, tag.1])
        }
    }

    /// 16 by 16 cells, each at the mean place of its assets, with a count for each state: 'the worst state wins' would make a healthy
    /// city look broken. For who may not see all, a cell stands at its centre: the mean would tell of what may not be seen.
    private func writeCells(_ tile: TileAddress, _ layer: inout VectorTile.Layer) {
        var counts = [Int](repeating: 0, count: max(1, kinds.count) * 32)
        let names = counts.indices.map { "k\($0)" }
        points.eachCell(of: tile, levels: 4) { cell in
            guard let total = count(cell.numbers, into: &counts) else { return }
            var tags: [UInt32] = []
            func add(_ name: String, _ count: Int) {
                let tag = layer.tag(name, .integer(Int64(count)))
                tags += [tag.0, tag.1]
            }
            add("n", total)
            for key in counts.indices where counts[key] > 0 {
                add(names[key], counts[key])
                counts[key] = 0
            }
            let place =
                isVisible == nil ? tile.local(x: cell.x, y: cell.y) : (x: cell.number % 16 * 256 + 128, y: cell.number / 16 * 256 + 128)
            layer.point(id: UInt64(cell.number), x: place.x, y: place.y, tags: tags)
        }
    }

    /// Adds the states of some assets to `counts`; how many they are, or nil for none.
    private func count(_ numbers: UnsafeBufferPointer<UInt32>, into counts: inout [Int]) -> Int? {
        var total = 0
        columns.kinds.withUnsafeBufferPointer { kindOf in
            columns.states.withUnsafeBufferPointer { stateOf in
                counts.withUnsafeMutableBufferPointer { counts in
                    for number in numbers {
                        let index = Int(number)
                        guard index < kindOf.count, Int(kindOf[index]) < kinds.count else { continue }
                        if let isVisible, !isVisible(Asset.Number(number)) { continue }
                        counts[Int(kindOf[index]) * 32 + Int(stateOf[index] & 31)] += 1
                        total += 1
                    }
                }
            }
        }
        return total == 0 ? nil : total
    }

    /// Kind × 32 + state; nil where the number is not in use.
    private func key(_ number: UInt32) -> Int? {
        let index = Int(number)
        guard index < columns.count, Int(columns.kinds[index]) < kinds.count else { return nil }
        return MapStyle.key(kind: Int(columns.kinds[index]), state: Int(columns.states[index] & 31))
    }
}
