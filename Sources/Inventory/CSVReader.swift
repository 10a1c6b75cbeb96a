// SPDX-License-Identifier: EUPL-1.2

/// Reads a table of comma-, semicolon-, tab- or bar-separated values (RFC 4180, with the liberties that real files take):
/// quotes around a field, doubled quotes inside, line breaks inside quotes, CR, LF or CRLF, spaces around, empty lines skipped.
package struct CSVReader {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var offset = 0
    private var line = 1
    /// The line on which the record that was read last begins, from 1.
    package private(set) var recordLine = 1

    package init(_ bytes: [UInt8], separator: UInt8) { (self.bytes, self.separator) = (bytes, separator) }

    /// How far in the file, in bytes.
    package var position: Int { offset }

    /// The next record into `fields`; false at the end of the file.
    /// - Throws: `ImportProblem` where a quote is never closed.
    package mutating func next(into fields: inout [String]) throws -> Bool {
        while true {
            fields.removeAll(keepingCapacity: true)
            guard offset < bytes.count else { return false }
            recordLine = line
            repeat { fields.append(try field()) } while takeSeparator()
            takeLineEnd()
            if fields.count > 1 || !fields[0].isEmpty { return true }
        }
    }

    private mutating func takeSeparator() -> Bool {
        guard offset < bytes.count, bytes[offset] == separator else { return false }
        offset += 1
        return true
    }

    private mutating func takeLineEnd() {
        guard offset < bytes.count else { return }
        if bytes[offset] == 0x0D { offset += 1 }
        if offset < bytes.count, bytes[offset] == 0x0A { offset += 1 }
        line += 1
    }

    private mutating func field() throws -> String {
        var start = offset
        while start < bytes.count, bytes[start] == 0x20 { start += 1 }
        if start < bytes.count, bytes[start] == UInt8(ascii: "\"") {
            offset = start + 1
            return try quoted()
        }
        skipToFieldEnd()
        return trimmed(start, offset)
    }

    private mutating func skipToFieldEnd() {
        bytes.withUnsafeBufferPointer { bytes in
            while offset < bytes.count, bytes[offset] != separator, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
        }
    }

    private func trimmed(_ start: Int, _ end: Int) -> String {
        var end = end
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        return String(decoding: bytes[min(start, end)..<end], as: UTF8.self)
    }

    private mutating func quoted() throws -> String {
        let opened = line
        var content: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") {
                if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
                    offset += 1
                } else {
                    skipToFieldEnd()
                    return String(decoding: content, as: UTF8.self)
                }
            } else if byte == 0x0A {
                line += 1
            }
            content.append(byte)
        }
        throw ImportProblem(
            "line \(opened): a quote is opened and never closed", right: "a closing '\"', or '\"\"' for a quote inside a field")
    }

    /// The separator of a file: of `;`, tab, `|` and `,` the one that stands in the first line and as often in those after it; where
    /// several do, the first of this order, because commas also stand inside values.
    package static func separator(of bytes: [UInt8]) -> UInt8 {
        let lines = sample(bytes)
        for candidate in [UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"), UInt8(ascii: ",")] {
            let counts = lines.map { count(candidate, in: $0) }
            guard let first = counts.first, first > 0 else { continue }
            if counts.filter({ $0 == first }).count * 10 >= counts.count * 8 { return candidate }
        }
        return UInt8(ascii: ",")
    }

    private static func sample(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var isQuoted = false
        for (i, byte) in bytes.prefix(65_536).enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, byte == 0x0A || byte == 0x0D else { continue }
            if i > start { lines.append(bytes[start..<i]) }
            start = i + 1
            if lines.count == 20 { return lines }
        }
        if lines.isEmpty, start < bytes.count { lines.append(bytes[start..<min(bytes.count, 65_536)]) }
        return lines
    }

    private static func count(_ separator: UInt8, in line: ArraySlice<UInt8>) -> Int {
        var isQuoted = false
        var n = 0
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == separator && !isQuoted { n += 1 }
        }
        return n
    }
}
