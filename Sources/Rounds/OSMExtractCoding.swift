// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// An extract as bytes of our own, to be kept: some six bytes a node. What is read back is the same extract, so that a later release may make
/// another network of it. A sum over all bytes tells damage.
extension OSMExtract {
    private static let mark: [UInt8] = Array("VIGIE-STREETS-1\n".utf8)

    package var bytes: [UInt8] {
        var out = ByteRow(bytes: OSMExtract.mark)
        out.put(asOf.map { $0.seconds + 1 } ?? 0)
        out.put(Int64(skipped))
        out.put(Int64(nodes.count))
        var before: (id: Int64, x: Int64, y: Int64) = (0, 0, 0)
        for node in nodes {
            let now = (
                id: node.id, x: Int64((node.place.longitude * 1e7).rounded()), y: Int64((node.place.latitude * 1e7).rounded())
            )
            out.put(now.id &- before.id)
            out.put(now.x - before.x)
            out.put(now.y - before.y)
            out.bytes.append((barriers.contains(node.id) ? 1 : 0) + (signals.contains(node.id) ? 2 : 0))
            before = now
        }
        var uses: [StreetUse: Int] = [:]
        var table: [StreetUse] = []
        for way in ways where uses[way.use] == nil {
            uses[way.use] = table.count
            table.append(way.use)
        }
        out.put(Int64(table.count))
        for use in table { for speed in [use.vanForward, use.vanBackward, use.foot] { out.put(Int64(bitPattern: speed.bitPattern)) } }
        out.put(Int64(ways.count))
        var last: Int64 = 0
        for way in ways {
            out.put(way.id)
            out.put(Int64(uses[way.use] ?? 0))
            out.put(Int64(way.refs.count))
            for ref in way.refs {
                out.put(ref &- last)
                last = ref
            }
        }
        out.put(Int64(restrictions.count))
        for one in restrictions { for value in [one.from, one.via, one.to, one.isOnly ? 1 : 0] { out.put(value) } }
        let sum = ByteRow.sum(out.bytes[...])
        return out.bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    }

    package init(bytes: [UInt8]) throws(StreetFault) {
        let count = OSMExtract.mark.count
        guard bytes.count > count + 8, bytes.starts(with: OSMExtract.mark) else { throw .keptIsDamaged }
        let sum = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[bytes.count - 8 + $1]) << (8 * $1) }
        guard ByteRow.sum(bytes[..<(bytes.count - 8)]) == sum else { throw .keptIsDamaged }
        var row = ByteReading(bytes: bytes, at: count, end: bytes.count - 8)
        self.init()
        let day = try row.number()
        asOf = day > 0 ? Instant(seconds: day - 1) : nil
        skipped = Int(try row.number())
        var before: (id: Int64, x: Int64, y: Int64) = (0, 0, 0)
        for _ in 0..<(try row.count()) {
            before = (before.id &+ (try row.number()), before.x &+ (try row.number()), before.y &+ (try row.number()))
            nodes.append((before.id, Place(longitude: Double(before.x) / 1e7, latitude: Double(before.y) / 1e7)))
            let marks = try row.byte()
            if marks & 1 != 0 { barriers.insert(before.id) }
            if marks & 2 != 0 { signals.insert(before.id) }
        }
        var uses: [StreetUse] = []
        for _ in 0..<(try row.count()) {
            var speeds: [Double] = []
            for _ in 0..<3 { speeds.append(Double(bitPattern: UInt64(bitPattern: try row.number()))) }
            guard speeds.allSatisfy({ (0...1_000).contains($0) }) else { throw .keptIsDamaged }
            uses.append(StreetUse(vanForward: speeds[0], vanBackward: speeds[1], foot: speeds[2]))
        }
        var last: Int64 = 0
        for _ in 0..<(try row.count()) {
            let (id, use) = (try row.number(), try row.number())
            guard uses.indices.contains(Int(use)) else { throw .keptIsDamaged }
            var refs: [Int64] = []
            for _ in 0..<(try row.count()) {
                last &+= try row.number()
                refs.append(last)
            }
            ways.append(Way(id: id, refs: refs, use: uses[Int(use)]))
        }
        for _ in 0..<(try row.count()) {
            restrictions.append(
                Restriction(from: try row.number(), via: try row.number(), to: try row.number(), isOnly: try row.number() == 1))
        }
    }
}

/// Numbers as they are kept: zigzag, seven bits a byte.
private struct ByteRow {
    var bytes: [UInt8]

    mutating func put(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1) ^ UInt64(bitPattern: value >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// FNV-1a of 64 bits.
    static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { $0.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }
    }
}

private struct ByteReading {
    let bytes: [UInt8]
    var at: Int
    let end: Int

    mutating func byte() throws(StreetFault) -> UInt8 {
        guard at < end else { throw .keptIsDamaged }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func number() throws(StreetFault) -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
        }
        throw .keptIsDamaged
    }

    /// How many follow: no more than bytes are left.
    mutating func count() throws(StreetFault) -> Int {
        let count = try number()
        guard (0...Int64(end - at)).contains(count) else { throw .keptIsDamaged }
        return Int(count)
    }
}
