// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Reads OSM XML (API 0.6). Only what streets need is kept; the five named entities and character references are understood, no others.
struct OSMReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let box: StreetBox?
    private var at = 0
    private var extract = OSMExtract()

    static func read(_ bytes: [UInt8], inside box: StreetBox?, progress: (Int) -> Void) throws(StreetFault) -> OSMExtract {
        let result: Result<OSMExtract, StreetFault> = bytes.withUnsafeBufferPointer { buffer in
            var reader = OSMReader(bytes: buffer, box: box)
            do throws(StreetFault) { return .success(try reader.run(progress)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, box: StreetBox?) { (self.bytes, self.box) = (bytes, box) }

    private struct Mark {
        var name = ""
        var attributes: [(name: String, value: String)] = []
        var isClosed = false
        var isEnd = false
        subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    /// The element that is open: its tags and members are gathered until it ends.
    private struct Open {
        var name: String
        var id: Int64?
        var place: Place?
        var tags: [String: String] = [:]
        var refs: [Int64] = []
        var members: [(type: String, role: String, ref: Int64)] = []
    }

    private mutating func run(_ progress: (Int) -> Void) throws(StreetFault) -> OSMExtract {
        var open: Open?
        var isOSM = false
        var isEnded = false
        var told = 0
        while let mark = try next() {
            if at - told > 1 << 20 {
                told = at
                progress(at)
            }
            if mark.name == "osm" {
                isOSM = true
                isEnded = mark.isEnd || mark.isClosed
                extract.asOf = extract.asOf ?? mark["timestamp"].flatMap(OSMExtract.instant)
                continue
            }
            if !isOSM { throw .notOSM }
            switch mark.name {
            case "node", "way", "relation":
                if mark.isEnd {
                    if let open { finish(open) }
                    open = nil
                    continue
                }
                var element = Open(name: mark.name, id: mark["id"].flatMap { Int64($0) })
                if mark.name == "node", let lon = mark["lon"].flatMap(Double.init), let lat = mark["lat"].flatMap(Double.init) {
                    let place = Place(longitude: lon, latitude: lat)
                    element.place = place.isValid ? place : nil
                }
                if mark.isClosed { finish(element) } else { open = element }
            case "tag":
                if let key = mark["k"], let value = mark["v"], (open?.tags.count ?? 0) < 1_000 { open?.tags[key] = value }
            case "nd":
                if let ref = mark["ref"].flatMap({ Int64($0) }) { open?.refs.append(ref) }
            case "member":
                if let ref = mark["ref"].flatMap({ Int64($0) }) { open?.members.append((mark["type"] ?? "", mark["role"] ?? "", ref)) }
            case "meta": extract.asOf = extract.asOf ?? mark["osm_base"].flatMap(OSMExtract.instant)
            default: continue
            }
            if extract.nodes.count > OSMExtract.mostNodes { throw .tooLarge }
        }
        if !isOSM { throw .notOSM }
        if !isEnded { throw .brokenAt(bytes.count) }
        return extract
    }

    private mutating func finish(_ element: Open) {
        guard let id = element.id else {
            extract.skipped += 1
            return
        }
        switch element.name {
        case "node":
            guard let place = element.place else {
                extract.skipped += 1
                return
            }
            if let box, !box.contains(place) { return }
            extract.nodes.append((id, place))
            if element.tags.isEmpty { return }
            if StreetRules.isBarrier(element.tags) { extract.barriers.insert(id) }
            if element.tags["highway"] == "traffic_signals" { extract.signals.insert(id) }
        case "way":
            let use = StreetRules.use(element.tags)
            if !use.isAny { return }
            if element.refs.count < 2 { extract.skipped += 1 } else { extract.ways.append(.init(id: id, refs: element.refs, use: use)) }
        default: extract.restrict(element.tags, element.members)
        }
    }

    // MARK: Marks

    /// The next mark of an element; nil at the end.
    private mutating func next() throws(StreetFault) -> Mark? {
        while true {
            while at < bytes.count && bytes[at] != UInt8(ascii: "<") { at += 1 }
            if at >= bytes.count { return nil }
            let began = at
            at += 1
            guard at < bytes.count else { throw .brokenAt(began) }
            if bytes[at] == UInt8(ascii: "?") {
                try skip(to: "?>", began)
            } else if bytes[at] == UInt8(ascii: "!") {
                if !starts("!--") { throw .declaresEntities }
                try skip(to: "-->", began)
            } else {
                return try mark(began)
            }
        }
    }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { want in at + want.count <= bytes.count && (0..<want.count).allSatisfy { bytes[at + $0] == want[$0] } }
    }

    private mutating func skip(to end: StaticString, _ began: Int) throws(StreetFault) {
        while at < bytes.count {
            if starts(end) {
                at += end.utf8CodeUnitCount
                return
            }
            at += 1
        }
        throw .brokenAt(began)
    }

    private mutating func mark(_ began: Int) throws(StreetFault) -> Mark {
        var mark = Mark()
        if bytes[at] == UInt8(ascii: "/") {
            mark.isEnd = true
            at += 1
        }
        mark.name = word()
        // Of other elements (bounds, changeset) nothing is read, so that they cost nothing.
        while true {
            while at < bytes.count && bytes[at] <= 32 { at += 1 }
            guard at < bytes.count else { throw .brokenAt(began) }
            if bytes[at] == UInt8(ascii: ">") {
                at += 1
                return mark
            }
            if bytes[at] == UInt8(ascii: "/") {
                mark.isClosed = true
                at += 1
                continue
            }
            let from = at
            let name = word()
            guard at > from, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "=") else { throw .brokenAt(began) }
            at += 1
            let quote = bytes[at]
            guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw .brokenAt(began) }
            at += 1
            let start = at
            while at < bytes.count && bytes[at] != quote { at += 1 }
            guard at < bytes.count else { throw .brokenAt(began) }
            if OSMReader.wanted.contains(name) { mark.attributes.append((name, text(start, at))) }
            at += 1
        }
    }

    private static let wanted: Set = ["id", "lat", "lon", "k", "v", "ref", "type", "role", "timestamp", "osm_base"]

    private mutating func word() -> String {
        let from = at
        while at < bytes.count {
            let c = bytes[at]
            if c <= 32 || c == UInt8(ascii: ">") || c == UInt8(ascii: "/") || c == UInt8(ascii: "=") { break }
            at += 1
        }
        return String(decoding: bytes[from..<at], as: UTF8.self)
    }

    private func text(_ from: Int, _ to: Int) -> String {
        let raw = bytes[from..<to]
        let plain = String(decoding: raw, as: UTF8.self)
        if !raw.contains(UInt8(ascii: "&")) { return plain }
        var result = ""
        var rest = Substring(plain)
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            guard let end = rest.prefix(12).firstIndex(of: ";") else { continue }
            let name = rest[..<end]
            rest = rest[rest.index(after: end)...]
            switch name {
            case "amp": result += "&"
            case "lt": result += "<"
            case "gt": result += ">"
            case "quot": result += "\""
            case "apos": result += "'"
            default:
                let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
                if name.hasPrefix("#"), let code = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), let scalar = Unicode.Scalar(code)
                {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + rest
    }
}
