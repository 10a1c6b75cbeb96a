// SPDX-License-Identifier: EUPL-1.2

/// Writes Mapbox Vector Tiles (specification 2.1) by hand: layers of features with integer ids, keys and values written once a layer.
///
///     var tile = VectorTile()
///     tile.layer("lamps") { layer in layer.point(id: 40_122, x: 812, y: 3_007, ["state": .integer(3)]) }
///     return tile.bytes
package struct VectorTile: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A layer; one without features is left out. `extent` is the side of the tile in its own coordinates.
    package mutating func layer(_ name: String, extent: UInt32 = 4096, _ write: (inout Layer) -> Void) {
        var layer = Layer(extent: extent)
        write(&layer)
        guard layer.count > 0 else { return }
        bytes.appendField(3, layer.finish(name: name))
    }

    package enum Value: Hashable, Sendable {
        case text(String)
        case integer(Int64)
        case real(Double)
        case flag(Bool)
    }

    package struct Layer {
        package let extent: UInt32
        package private(set) var count = 0
        private var features: [UInt8] = []
        private var keys: [String: UInt32] = [:]
        private var keyOrder: [String] = []
        private var values: [Value: UInt32] = [:]
        private var valueOrder: [Value] = []
        private var scratch: [UInt8] = []

        init(extent: UInt32) { self.extent = extent }

        /// Numbers of a key and a value, for `point(id:x:y:tags:)` in a loop over many features that share them.
        package mutating func tag(_ key: String, _ value: Value) -> (UInt32, UInt32) { (number(ofKey: key), number(ofValue: value)) }

        private mutating func number(ofKey key: String) -> UInt32 {
            if let known = keys[key] { return known }
            let new = UInt32(keyOrder.count)
            keys[key] = new
            keyOrder.append(key)
            return new
        }

        private mutating func number(ofValue value: Value) -> UInt32 {
            if let known = values[value] { return known }
            let new = UInt32(valueOrder.count)
            values[value] = new
            valueOrder.append(value)
            return new
        }

        package mutating func point(id: UInt64, x: Int, y: Int, _ attributes: KeyValuePairs<String, Value>) {
            var tags: [UInt32] = []
            for (key, value) in attributes {
                tags.append(number(ofKey: key))
                tags.append(number(ofValue: value))
            }
            point(id: id, x: x, y: y, tags: tags)
        }

        /// `tags`: key and value numbers in turn, from `tag`.
        package mutating func point(id: UInt64, x: Int, y: Int, tags: [UInt32]) {
            scratch.removeAll(keepingCapacity: true)
            scratch.appendVarint(9)
            scratch.appendVarint(zigzag(x))
            scratch.appendVarint(zigzag(y))
            feature(id: id, shape: 1, tags: tags)
        }

        /// A line of at least two points in tile coordinates, clipped to the tile and `buffer` around it; several pieces stay one feature.
        package mutating func line(id: UInt64, _ points: [(x: Int, y: Int)], buffer: Int = 64, _ attributes: KeyValuePairs<String, Value>) {
            let pieces = Clip(extent: Int(extent), buffer: buffer).lines(points)
            guard !pieces.isEmpty else { return }
            scratch.removeAll(keepingCapacity: true)
            var pen = (x: 0, y: 0)
            for piece in pieces { Self.path(piece, isRing: false, &pen, &scratch) }
            write(id, shape: 2, attributes)
        }

        /// A polygon: outer ring first, then holes, each without repeating its first point; clipped. Rings are turned the way that the
        /// specification wants (outer: positive area with y downwards; holes: negative), whichever way they come.
        package mutating func polygon(id: UInt64, rings: [[(x: Int, y: Int)]], buffer: Int = 64, _ attributes: KeyValuePairs<String, Value>)
        {
            scratch.removeAll(keepingCapacity: true)
            var pen = (x: 0, y: 0)
            let clip = Clip(extent: Int(extent), buffer: buffer)
            for (index, ring) in rings.enumerated() {
                var kept = clip.ring(ring)
                let area = Clip.doubledArea(kept)
                if kept.count < 3 || area == 0 {
                    if index == 0 { return }
                    continue
                }
                if (area > 0) != (index == 0) { kept.reverse() }
                Self.path(kept, isRing: true, &pen, &scratch)
            }
            if !scratch.isEmpty { write(id, shape: 3, attributes) }
        }

        private mutating func write(_ id: UInt64, shape: UInt64, _ attributes: KeyValuePairs<String, Value>) {
            var tags: [UInt32] = []
            for (key, value) in attributes {
                tags.append(number(ofKey: key))
                tags.append(number(ofValue: value))
            }
            feature(id: id, shape: shape, tags: tags)
        }

        /// The feature whose geometry is in `scratch`.
        private mutating func feature(id: UInt64, shape: UInt64, tags: [UInt32]) {
            let tagBytes = tags.reduce(0) { $0 + varintLength(UInt64($1)) }
            var length = 1 + varintLength(id) + 2 + 1 + varintLength(UInt64(scratch.count)) + scratch.count
            if !tags.isEmpty { length += 1 + varintLength(UInt64(tagBytes)) + tagBytes }
            features.append(2 << 3 | 2)
            features.appendVarint(UInt64(length))
            features.append(1 << 3)
            features.appendVarint(id)
            if !tags.isEmpty {
                features.append(2 << 3 | 2)
                features.appendVarint(UInt64(tagBytes))
                for tag in tags { features.appendVarint(UInt64(tag)) }
            }
            features.append(3 << 3)
            features.appendVarint(shape)
            features.appendField(4, scratch)
            count += 1
        }

        private static func path(_ points: [(x: Int, y: Int)], isRing: Bool, _ pen: inout (x: Int, y: Int), _ out: inout [UInt8]) {
            for (index, point) in points.enumerated() {
                if index == 0 { out.appendVarint(9) }
                if index == 1 { out.appendVarint(UInt64(points.count - 1) << 3 | 2) }
                out.appendVarint(zigzag(point.x &- pen.x))
                out.appendVarint(zigzag(point.y &- pen.y))
                pen = point
            }
            if isRing { out.appendVarint(15) }
        }

        func finish(name: String) -> [UInt8] {
            var layer: [UInt8] = []
            layer.reserveCapacity(features.count + 256)
            layer.appendField(1, Array(name.utf8))
            layer += features
            for key in keyOrder { layer.appendField(3, Array(key.utf8)) }
            for value in valueOrder { layer.appendField(4, Self.encoded(value)) }
            layer.append(5 << 3)
            layer.appendVarint(UInt64(extent))
            layer.append(15 << 3)
            layer.appendVarint(2)
            return layer
        }

        private static func encoded(_ value: Value) -> [UInt8] {
            var bytes: [UInt8] = []
            switch value {
            case .text(let text): bytes.appendField(1, Array(text.utf8))
            case .real(let real):
                bytes.append(3 << 3 | 1)
                withUnsafeBytes(of: real.bitPattern.littleEndian) { bytes += $0 }
            case .integer(let integer) where integer >= 0:
                bytes.append(5 << 3)
                bytes.appendVarint(UInt64(integer))
            case .integer(let integer):
                bytes.append(6 << 3)
                bytes.appendVarint(UInt64(bitPattern: (integer << 1) ^ (integer >> 63)))
            case .flag(let flag): bytes += [7 << 3, flag ? 1 : 0]
            }
            return bytes
        }
    }
}
