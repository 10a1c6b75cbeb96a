// SPDX-License-Identifier: EUPL-1.2

import Inventory

/// An answer of another house's GeoReport v2, XML and JSON alike: a name, a text, what is in it. A stranger wrote it: depth and number are
/// bounded, and document types are refused with all that they can do.
package struct Open311Element: Sendable, Hashable {
    package var name: String
    package var text: String
    package var children: [Open311Element]

    /// Text of the first child of this name; '' for none.
    package subscript(_ name: String) -> String { (children.first { $0.name == name }?.text ?? "").trimmingSpace }

    /// The items of a list; of JSON that gives one object instead of a list of it, that.
    package var records: [Open311Element] {
        if children.isEmpty { return [] }
        return children.allSatisfy { !$0.children.isEmpty } ? children : [self]
    }

    /// The first of this name, itself or below.
    package func find(_ name: String) -> Open311Element? {
        if self.name == name { return self }
        for child in children { if let found = child.find(name) { return found } }
        return nil
    }

    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    /// - Throws: where the bytes are neither UTF-8 nor what the format asks for.
    package init(_ bytes: [UInt8], _ format: Open311Format) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed(description: "the answer is not UTF-8") }
        switch format {
        case .json: self = Open311Element("", try JSON(text))
        case .xml:
            var reader = Open311XML(Array(text.utf8))
            self = try reader.document()
        }
    }

    init(name: String, text: String = "", children: [Open311Element] = []) {
        (self.name, self.text, self.children) = (name, text, children)
    }

    private init(_ name: String, _ value: JSON) {
        self.init(name: name)
        switch value {
        case .null: break
        case .flag(let flag): text = flag ? "true" : "false"
        case .number: text = value.description
        case .text(let said): text = said
        case .list(let items): children = items.map { Open311Element("", $0) }
        case .object(let members): children = members.map { Open311Element($0.key, $0.value) }
        }
    }
}

/// As much of XML 1.0 as such answers are made of: elements, text, CDATA, the five entities and characters by number.
struct Open311XML {
    private let bytes: [UInt8]
    private var at = 0
    private var count = 0
    private static let deepest = 32
    private static let most = 100_000

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ why: String) -> Open311Element.Malformed { .init(description: "not XML at byte \(at): \(why)") }
    private func isAt(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count else { return false }
        return (0..<length).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(to end: StaticString) throws {
        while at < bytes.count, !isAt(end) { at += 1 }
        guard at < bytes.count else { throw fault("no end") }
        at += end.utf8CodeUnitCount
    }

    private mutating func space() { while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 } }

    mutating func document() throws -> Open311Element {
        if isAt("\u{FEFF}") { at += 3 }
        try between()
        guard isAt("<") else { throw fault("no element") }
        let root = try element(depth: 0)
        try between()
        guard at == bytes.count else { throw fault("something after the end") }
        return root
    }

    /// What may stand outside the root.
    private mutating func between() throws {
        while true {
            space()
            if isAt("<?") { try skip(to: "?>") } else if isAt("<!--") { try skip(to: "-->") } else { break }
        }
        if isAt("<!") { throw fault("a document type is not taken") }
    }

    private mutating func name() throws -> String {
        let from = at
        while at < bytes.count, !" \t\n\r/>=<".utf8.contains(bytes[at]) { at += 1 }
        guard at > from, at - from <= 200 else { throw fault("no name") }
        let name = String(decoding: bytes[from..<at], as: UTF8.self)
        return name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    private mutating func element(depth: Int) throws -> Open311Element {
        count += 1
        guard depth < Open311XML.deepest, count <= Open311XML.most else { throw fault("too deep or too much") }
        at += 1
        var element = Open311Element(name: try name())
        while true {
            space()
            if isAt("/>") {
                at += 2
                return element
            }
            if isAt(">") { break }
            _ = try name()
            space()
            guard isAt("=") else { throw fault("no value of an attribute") }
            at += 1
            space()
            if isAt("\"") {
                at += 1
                try skip(to: "\"")
            } else if isAt("'") {
                at += 1
                try skip(to: "'")
            } else {
                throw fault("no value of an attribute")
            }
        }
        at += 1
        var text: [UInt8] = []
        while true {
            guard at < bytes.count else { throw fault("no end of '\(element.name)'") }
            if isAt("</") {
                at += 2
                guard try name() == element.name else { throw fault("another end than that of '\(element.name)'") }
                space()
                guard isAt(">") else { throw fault("no '>'") }
                at += 1
                element.text = String(decoding: text, as: UTF8.self)
                return element
            }
            if isAt("<!--") {
                try skip(to: "-->")
            } else if isAt("<![CDATA[") {
                let from = at + 9
                try skip(to: "]]>")
                text += bytes[from..<max(from, at - 3)]
            } else if isAt("<?") {
                try skip(to: "?>")
            } else if isAt("<!") {
                throw fault("a declaration")
            } else if isAt("<") {
                element.children.append(try self.element(depth: depth + 1))
            } else if isAt("&") {
                text += try entity()
            } else {
                text.append(bytes[at])
                at += 1
            }
        }
    }

    private mutating func entity() throws -> [UInt8] {
        let from = at + 1
        guard let end = bytes[from...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw fault("no end of an entity") }
        let name = String(decoding: bytes[from..<end], as: UTF8.self)
        at = end + 1
        switch name {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default:
            let isHex = name.hasPrefix("#x")
            guard name.hasPrefix("#"), let value = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
                let scalar = Unicode.Scalar(value)
            else { throw fault("an unknown entity") }
            return Array(String(Character(scalar)).utf8)
        }
    }
}
