// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The tiles of the live map: single assets from zoom 13 on, below that cells of a grid with a count for each state.
package struct LiveTile {
    package var columns: StateColumns
    package var points: PointIndex
    package var kinds: [Kind]
    /// Whether an asset may be seen by whoever asks.
    package var isVisible: (Asset.Number) -> Bool

    package init(columns: StateColumns, points: PointIndex, kinds: [Kind], isVisible: @escaping (Asset.Number) -> Bool = { _ in true }) {
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
            guard let key = key(number), isVisible(Asset.Number(number)) else { return }
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

    private func writeCells(_ tile: TileAddress, _ layer: inout VectorTile.Layer) {
        let states = max(1, kinds.count) * 32
        var tally = GridTally(side: 16, states: states)
        points.each(in: tile) { number, x, y in
            guard let key = key(number), isVisible(Asset.Number(number)) else { return }
            let place = tile.local(x: x, y: y)
            tally.add(x: place.x, y: place.y, state: key)
        }
        for cell in tally.cells {
            var tags: [UInt32] = []
            func add(_ name: String, _ count: Int) {
                let tag = layer.tag(name, .integer(Int64(count)))
                tags += [tag.0, tag.1]
            }
            add("n", cell.total)
            for (key, count) in cell.counts.enumerated() where count > 0 { add("k\(key)", count) }
            layer.point(id: UInt64(cell.number), x: cell.x, y: cell.y, tags: tags)
        }
    }

    /// Kind × 32 + state; nil where the number is not in use.
    private func key(_ number: UInt32) -> Int? {
        let index = Int(number)
        guard index < columns.count, Int(columns.kinds[index]) < kinds.count else { return nil }
        return MapStyle.key(kind: Int(columns.kinds[index]), state: Int(columns.states[index] & 31))
    }
}
