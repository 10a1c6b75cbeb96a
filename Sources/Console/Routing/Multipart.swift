// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
package import NIOCore

/// A file that came with a form.
package struct Upload: Sendable {
    /// The field's name.
    package var name: String
    /// As the browser called it; never used as a path.
    package var fileName: String
    package var bytes: [UInt8]
}

/// Reads `multipart/form-data` (RFC 7578) strictly: what a browser sends and nothing else. Anything odd is refused, since an odd part is
/// how a filter is walked round.
package enum Multipart {
    package static let partLimit = 40
    static let headLimit = 2_048
    /// Of a field that is not a file.
    static let textLimit = 64 * 1024

    /// The boundary in a content type, or nil where it is another type or has no good boundary.
    static func boundary(_ contentType: String) -> [UInt8]? {
        let parts = contentType.split(separator: ";").map { $0.trimmingSpaces() }
        guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
        for part in parts.dropFirst() where part.lowercased().hasPrefix("boundary=") {
            var value = part.dropFirst("boundary=".count)
            if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
            let bytes = Array(value.utf8)
            let isPlain = bytes.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "'()+_,-./:=?".utf8.contains($0)
            }
            return (1...70).contains(bytes.count) && isPlain ? bytes : nil
        }
        return nil
    }

    /// - Parameter parts: fields and files, at most.
    /// - Throws: `Refused` 400 where the body is not what the boundary promises.
    package static func read(
        _ body: ByteBuffer, contentType: String, parts: Int = partLimit
    ) throws -> (form: Form, uploads: [Upload]) {
        guard let boundary = boundary(contentType) else { throw Refused.wrongType(contentType, expected: "multipart/form-data") }
        let bytes = Array(body.readableBytesView)
        let delimiter = Array("\r\n--".utf8) + boundary
        var fields: [(name: String, value: String)] = []
        var uploads: [Upload] = []
        // The first delimiter has no line before it.
        guard bytes.starts(with: delimiter.dropFirst(2)) else { throw broken }
        var at = delimiter.count - 2
        while true {
            if bytes[at...].starts(with: Array("--".utf8)) { return (Form(fields), uploads) }
            guard bytes[at...].starts(with: [13, 10]) else { throw broken }
            guard fields.count + uploads.count < parts else { throw broken }
            let head = at + 2
            guard let bodyStart = find([13, 10, 13, 10], in: bytes, from: at, to: min(bytes.count, head + headLimit)).map({ $0 + 4 }),
                let end = find(delimiter, in: bytes, from: bodyStart - 2, to: bytes.count)
            else { throw broken }
            let (name, fileName) = try disposition(bytes[min(head, bodyStart - 4)..<(bodyStart - 4)])
            let content = bytes[min(bodyStart, end)..<end]
            if let fileName {
                uploads.append(Upload(name: name, fileName: fileName, bytes: Array(content)))
            } else {
                guard content.count <= textLimit, let text = String(validating: content, as: UTF8.self), !text.utf8.contains(0) else {
                    throw broken
                }
                fields.append((name, text))
            }
            at = end + delimiter.count
        }
    }

    /// The name of the part, and of its file where it is one.
    private static func disposition(_ head: ArraySlice<UInt8>) throws -> (name: String, fileName: String?) {
        guard let text = String(validating: head, as: UTF8.self) else { throw broken }
        var found: (name: String, fileName: String?)?
        for line in text.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { throw broken }
            guard pair[0].trimmingSpaces().lowercased() == "content-disposition" else { continue }
            guard found == nil else { throw broken }
            let value = pair[1].trimmingSpaces()
            guard value.lowercased().hasPrefix("form-data;") else { throw broken }
            let parameters = try parameters(Substring(value).dropFirst("form-data".count))
            guard let name = parameters["name"], (1...100).contains(name.utf8.count) else { throw broken }
            found = (name, parameters["filename"].map { String($0.prefix(255)) })
        }
        guard let found else { throw broken }
        return found
    }

    /// `; name="a"; filename="b"`: browsers write a quote as `%22` (WHATWG), so a value ends at the next quote.
    private static func parameters(_ text: Substring) throws -> [String: String] {
        var rest = text
        var found: [String: String] = [:]
        while !rest.isEmpty {
            guard rest.removeFirst() == ";" else { throw broken }
            rest = rest.drop { $0 == " " }
            guard let equals = rest.firstIndex(of: "="), equals != rest.startIndex else { throw broken }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard rest.popFirst() == "\"", let close = rest.firstIndex(of: "\""), found[name] == nil else { throw broken }
            found[name] = String(rest[..<close])
            rest = rest[rest.index(after: close)...]
        }
        return found
    }

    /// Where `wanted` begins at or after `from` and ends before `to`.
    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from: Int, to: Int) -> Int? {
        var at = max(0, from)
        while at + wanted.count <= to {
            guard let first = bytes[at...(to - wanted.count)].firstIndex(of: wanted[0]) else { return nil }
            if bytes[first..<(first + wanted.count)].elementsEqual(wanted) { return first }
            at = first + 1
        }
        return nil
    }

    private static var broken: Refused {
        Refused.badRequest(Words("Le formulaire reçu est mal formé.", "The form that came is malformed."))
    }
}
