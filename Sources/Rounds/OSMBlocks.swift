// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Reads OSM's binary form (wiki.openstreetmap.org/wiki/PBF_Format): blocks of protocol buffers, each packed by itself. Lengths and numbers
/// that the file gives are checked against what is there before anything is made of them.
struct OSMBlocks {
    /// Limits of the format.
    private static let (longestHeader, longestBlock) = (64 << 10, 32 << 20)
    private let box: StreetBox?
    private var extract = OSMExtract()

    static func read(
        _ bytes: [UInt8], inside box: StreetBox?, inflate: (ArraySlice<UInt8>, Int) -> [UInt8]?, progress: (Int) -> Void
    ) throws(StreetFault) -> OSMExtract {
        var blocks = OSMBlocks(box: box)
        var at = 0
        var isFirst = true
        while at < bytes.count {
            guard at + 4 <= bytes.count else { throw .brokenAt(at) }
            let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
            guard length > 0, length <= longestHeader, at + 4 + length <= bytes.count else { throw isFirst ? .notOSM : .brokenAt(at) }
            let (type, size) = try header(bytes[(at + 4)..<(at + 4 + length)], isFirst ? .notOSM : .brokenAt(at))
            let start = at + 4 + length
            guard isFirst == (type == "OSMHeader") || type != "OSMHeader" && !isFirst, size > 0 || type != "OSMData" else { throw .notOSM }
            guard size <= longestBlock, start + size <= bytes.count else { throw .brokenAt(at) }
            if type == "OSMHeader" || type == "OSMData" {
                let block = try unpacked(bytes[start..<(start + size)], at, inflate)
                let result: Result<Void, StreetFault> = block.withUnsafeBufferPointer { buffer in
                    var wire = Protobuf(buffer, at: at)
                    do throws(StreetFault) {
                        return .success(type == "OSMHeader" ? try blocks.head(&wire) : try blocks.data(&wire))
                    } catch { return .failure(error) }
                }
                try result.get()
                if blocks.extract.nodes.count > OSMExtract.mostNodes { throw .tooLarge }
            }
            isFirst = false
            at = start + size
            progress(at)
        }
        if isFirst { throw .notOSM }
        return blocks.extract
    }

    private init(box: StreetBox?) { self.box = box }

    private static func header(_ bytes: ArraySlice<UInt8>, _ fault: StreetFault) throws(StreetFault) -> (type: String, size: Int) {
        let result: Result<(String, Int), StreetFault> = bytes.withUnsafeBufferPointer { buffer in
            var wire = Protobuf(buffer, at: 0)
            var (type, size) = ("", 0)
            do throws(StreetFault) {
                while let field = try wire.next() {
                    switch field {
                    case (1, .bytes): type = wire.text(try wire.length())
                    case (3, .varint): size = Int(clamping: try wire.varint())
                    default: try wire.skip(field.kind)
                    }
                }
                return .success((type, size))
            } catch { return .failure(fault) }
        }
        return try result.get()
    }

    private static func unpacked(
        _ blob: ArraySlice<UInt8>, _ at: Int, _ inflate: (ArraySlice<UInt8>, Int) -> [UInt8]?
    ) throws(StreetFault) -> [UInt8] {
        var raw: Range<Int>?
        var zlib: Range<Int>?
        var size = 0
        let result: Result<Bool, StreetFault> = blob.withUnsafeBufferPointer { buffer in
            var wire = Protobuf(buffer, at: at)
            var isOther = false
            do throws(StreetFault) {
                while let field = try wire.next() {
                    switch field {
                    case (1, .bytes): raw = try wire.length()
                    case (2, .varint): size = Int(clamping: try wire.varint())
                    case (3, .bytes): zlib = try wire.length()
                    case (4...7, .bytes):
                        isOther = true
                        try wire.skip(.bytes)
                    default: try wire.skip(field.kind)
                    }
                }
                return .success(isOther)
            } catch { return .failure(error) }
        }
        let isOther = try result.get()
        func part(_ range: Range<Int>) -> ArraySlice<UInt8> {
            blob[(blob.startIndex + range.lowerBound)..<(blob.startIndex + range.upperBound)]
        }
        if let raw { return Array(part(raw)) }
        guard let zlib else { throw isOther ? .packedOtherwise : .brokenAt(at) }
        guard size > 0, size <= longestBlock, let plain = inflate(part(zlib), size), plain.count == size else { throw .brokenAt(at) }
        return plain
    }

    private mutating func head(_ wire: inout Protobuf) throws(StreetFault) {
        while let field = try wire.next() {
            switch field {
            case (4, .bytes):
                let feature = wire.text(try wire.length())
                if !["OsmSchema-V0.6", "DenseNodes"].contains(feature) { throw .needs(String(feature.prefix(60))) }
            case (32, .varint):
                let seconds = Int64(bitPattern: try wire.varint())
                if (0..<100_000_000_000).contains(seconds) { extract.asOf = Instant(seconds: seconds) }
            default: try wire.skip(field.kind)
            }
        }
    }

    // MARK: Data

    /// What the numbers of a block stand for.
    private struct Scale {
        var strings: [Range<Int>] = []
        var granularity: Int64 = 100
        var (latitude, longitude): (Int64, Int64) = (0, 0)

        /// Places are given in units of `granularity` nanodegrees; nil where there is no such place on the globe.
        func place(_ lat: Int64, _ lon: Int64) -> Place? {
            func degrees(_ value: Int64, _ offset: Int64) -> Double? {
                let (scaled, isOver) = granularity.multipliedReportingOverflow(by: value)
                let (sum, isOut) = offset.addingReportingOverflow(scaled)
                return isOver || isOut ? nil : Double(sum) / 1e9
            }
            guard let y = degrees(lat, latitude), let x = degrees(lon, longitude) else { return nil }
            let place = Place(longitude: x, latitude: y)
            return place.isValid ? place : nil
        }
    }

    private mutating func data(_ wire: inout Protobuf) throws(StreetFault) {
        var scale = Scale()
        var groups: [Range<Int>] = []
        while let field = try wire.next() {
            switch field {
            case (1, .bytes):
                var table = try wire.inside()
                while let field = try table.next() {
                    if field == (1, .bytes) { scale.strings.append(try table.length()) } else { try table.skip(field.kind) }
                }
            case (2, .bytes): groups.append(try wire.length())
            case (17, .varint): scale.granularity = Int64(bitPattern: try wire.varint())
            case (19, .varint): scale.latitude = Int64(bitPattern: try wire.varint())
            case (20, .varint): scale.longitude = Int64(bitPattern: try wire.varint())
            default: try wire.skip(field.kind)
            }
        }
        for range in groups {
            var group = wire.inside(range)
            while let field = try group.next() {
                switch field {
                case (1, .bytes): try node(try group.inside(), scale)
                case (2, .bytes): try dense(try group.inside(), scale)
                case (3, .bytes): try way(try group.inside(), scale)
                case (4, .bytes): try relation(try group.inside(), scale)
                default: try group.skip(field.kind)
                }
            }
        }
    }

    private mutating func add(_ id: Int64, _ place: Place?, _ tags: () -> [String: String]) {
        guard let place else {
            extract.skipped += 1
            return
        }
        if let box, !box.contains(place) { return }
        extract.nodes.append((id, place))
        let tags = tags()
        if tags.isEmpty { return }
        if StreetRules.isBarrier(tags) { extract.barriers.insert(id) }
        if tags["highway"] == "traffic_signals" { extract.signals.insert(id) }
    }

    private mutating func node(_ wire: Protobuf, _ scale: Scale) throws(StreetFault) {
        var wire = wire
        var (id, lat, lon): (Int64, Int64, Int64) = (0, 0, 0)
        var keys: [UInt64] = []
        var values: [UInt64] = []
        while let field = try wire.next() {
            switch field {
            case (1, .varint): id = Protobuf.signed(try wire.varint())
            case (2, .bytes): keys = try wire.packed()
            case (3, .bytes): values = try wire.packed()
            case (8, .varint): lat = Protobuf.signed(try wire.varint())
            case (9, .varint): lon = Protobuf.signed(try wire.varint())
            default: try wire.skip(field.kind)
            }
        }
        let tags = OSMBlocks.tags(keys, values, scale, wire)
        add(id, scale.place(lat, lon)) { tags }
    }

    private mutating func dense(_ wire: Protobuf, _ scale: Scale) throws(StreetFault) {
        var wire = wire
        var (ids, lats, lons, marks): ([UInt64], [UInt64], [UInt64], [UInt64]) = ([], [], [], [])
        while let field = try wire.next() {
            switch field {
            case (1, .bytes): ids = try wire.packed()
            case (8, .bytes): lats = try wire.packed()
            case (9, .bytes): lons = try wire.packed()
            case (10, .bytes): marks = try wire.packed()
            default: try wire.skip(field.kind)
            }
        }
        guard ids.count == lats.count, ids.count == lons.count else { throw .brokenAt(wire.began) }
        var (id, lat, lon): (Int64, Int64, Int64) = (0, 0, 0)
        var mark = 0
        for k in ids.indices {
            id &+= Protobuf.signed(ids[k])
            lat &+= Protobuf.signed(lats[k])
            lon &+= Protobuf.signed(lons[k])
            let first = mark
            while mark < marks.count && marks[mark] != 0 { mark += 2 }
            let range = min(first, marks.count)..<min(mark, marks.count)
            mark += 1
            add(id, scale.place(lat, lon)) {
                let pairs = stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map { (marks[$0], marks[$0 + 1]) }
                return OSMBlocks.tags(pairs, scale, wire)
            }
        }
    }

    private mutating func way(_ wire: Protobuf, _ scale: Scale) throws(StreetFault) {
        var wire = wire
        var id: Int64 = 0
        var (keys, values, steps): ([UInt64], [UInt64], [UInt64]) = ([], [], [])
        while let field = try wire.next() {
            switch field {
            case (1, .varint): id = Int64(bitPattern: try wire.varint())
            case (2, .bytes): keys = try wire.packed()
            case (3, .bytes): values = try wire.packed()
            case (8, .bytes): steps = try wire.packed()
            default: try wire.skip(field.kind)
            }
        }
        let use = StreetRules.use(OSMBlocks.tags(keys, values, scale, wire))
        if !use.isAny { return }
        var ref: Int64 = 0
        let refs = steps.map { step in
            ref &+= Protobuf.signed(step)
            return ref
        }
        if refs.count < 2 { extract.skipped += 1 } else { extract.ways.append(.init(id: id, refs: refs, use: use)) }
    }

    private mutating func relation(_ wire: Protobuf, _ scale: Scale) throws(StreetFault) {
        var wire = wire
        var (keys, values, roles, steps, types): ([UInt64], [UInt64], [UInt64], [UInt64], [UInt64]) = ([], [], [], [], [])
        while let field = try wire.next() {
            switch field {
            case (2, .bytes): keys = try wire.packed()
            case (3, .bytes): values = try wire.packed()
            case (8, .bytes): roles = try wire.packed()
            case (9, .bytes): steps = try wire.packed()
            case (10, .bytes): types = try wire.packed()
            default: try wire.skip(field.kind)
            }
        }
        let tags = OSMBlocks.tags(keys, values, scale, wire)
        guard tags["type"] == "restriction" else { return }
        guard roles.count == steps.count, types.count == steps.count else { throw .brokenAt(wire.began) }
        var ref: Int64 = 0
        let members = steps.indices.map { k in
            ref &+= Protobuf.signed(steps[k])
            return (
                type: types[k] == 0 ? "node" : types[k] == 1 ? "way" : "relation", role: OSMBlocks.string(roles[k], scale, wire), ref: ref
            )
        }
        extract.restrict(tags, members)
    }

    private static func string(_ index: UInt64, _ scale: Scale, _ wire: Protobuf) -> String {
        index < UInt64(scale.strings.count) ? wire.text(scale.strings[Int(index)]) : ""
    }

    private static func tags(_ keys: [UInt64], _ values: [UInt64], _ scale: Scale, _ wire: Protobuf) -> [String: String] {
        tags(Array(zip(keys, values)), scale, wire)
    }

    /// Only of elements that could be a street, a barrier, a light or a restriction: most tags of the world are something else.
    private static func tags(_ pairs: [(UInt64, UInt64)], _ scale: Scale, _ wire: Protobuf) -> [String: String] {
        let isTelling = pairs.contains { key, _ in
            key < UInt64(scale.strings.count) && wire.isOne(of: ["highway", "barrier", "restriction", "type"], scale.strings[Int(key)])
        }
        guard isTelling else { return [:] }
        var result: [String: String] = [:]
        for (key, value) in pairs.prefix(1_000) { result[string(key, scale, wire)] = string(value, scale, wire) }
        return result
    }
}

/// Protocol buffers on the wire (protobuf.dev/programming-guides/encoding): fields in any order, unknown ones passed over.
struct Protobuf {
    enum Kind { case varint, eight, bytes, four }
    private let all: UnsafeBufferPointer<UInt8>
    private var at: Int
    private let end: Int
    /// Where in the file it begins, for whoever reads a fault.
    let began: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at began: Int) { (all, at, end, self.began) = (bytes, 0, bytes.count, began) }
    private init(_ other: Protobuf, _ range: Range<Int>) {
        (all, at, end, began) = (other.all, range.lowerBound, range.upperBound, other.began)
    }

    /// The next field; nil at the end.
    mutating func next() throws(StreetFault) -> (number: Int, kind: Kind)? {
        if at >= end { return nil }
        let tag = try varint()
        let kind: Kind =
            switch tag & 7 {
            case 0: .varint
            case 1: .eight
            case 2: .bytes
            case 5: .four
            default: throw .brokenAt(began)
            }
        return (Int(clamping: tag >> 3), kind)
    }

    mutating func varint() throws(StreetFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end && shift < 70 {
            let byte = all[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .brokenAt(began)
    }

    /// Zigzag.
    static func signed(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

    /// The bytes of a field of that kind, passed over.
    mutating func length() throws(StreetFault) -> Range<Int> {
        let count = try varint()
        guard count <= UInt64(end - at) else { throw .brokenAt(began) }
        let range = at..<(at + Int(count))
        at = range.upperBound
        return range
    }

    mutating func inside() throws(StreetFault) -> Protobuf { Protobuf(self, try length()) }
    func inside(_ range: Range<Int>) -> Protobuf { Protobuf(self, range) }

    mutating func packed() throws(StreetFault) -> [UInt64] {
        var part = try inside()
        var result: [UInt64] = []
        while part.at < part.end { result.append(try part.varint()) }
        return result
    }

    mutating func skip(_ kind: Kind) throws(StreetFault) {
        switch kind {
        case .varint: _ = try varint()
        case .bytes: _ = try length()
        case .eight, .four:
            at += kind == .eight ? 8 : 4
            if at > end { throw .brokenAt(began) }
        }
    }

    func text(_ range: Range<Int>) -> String { String(decoding: all[range], as: UTF8.self) }

    func isOne(of words: [StaticString], _ range: Range<Int>) -> Bool {
        words.contains { word in
            word.utf8CodeUnitCount == range.count
                && word.withUTF8Buffer { want in (0..<want.count).allSatisfy { want[$0] == all[range.lowerBound + $0] } }
        }
    }
}
