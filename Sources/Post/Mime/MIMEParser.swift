// SPDX-License-Identifier: EUPL-1.2

/// One part of a mail, or the mail itself.
package struct MailPart: Sendable {
    package var headers: MailHeaders
    /// `text/plain`, in small letters.
    package var type: String
    var parameters: [String: String]
    /// As it travelled; empty where there are parts.
    var body: ArraySlice<UInt8>
    package var parts: [MailPart] = []

    /// The body as its sender wrote it.
    package var content: [UInt8] { TransferCoding.decode(body, MailValue(headers["Content-Transfer-Encoding"] ?? "").value) }
    package var text: String { MailText.decode(content[...], charset: parameters["charset"] ?? "utf-8") }

    private var disposition: MailValue { MailValue(headers["Content-Disposition"] ?? "") }
    /// The name of a file, without folders; '' for none.
    package var fileName: String {
        let name = EncodedWords.decode(disposition.parameters["filename"] ?? parameters["name"] ?? "")
        let last = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
        return String(last.filter { !$0.isNewline && $0 != "\0" }.prefix(120))
    }
    var isAttachment: Bool { disposition.value == "attachment" || !fileName.isEmpty }
}

/// A mail's bytes as a tree of parts (RFC 2045, 2046). Bounded in depth and number; whatever is bent becomes plain text or is left out.
package enum MIMEParser {
    package static let deepest = 8
    package static let mostParts = 100

    /// - Throws: `MailFault`.
    package static func parse(_ bytes: [UInt8]) throws -> MailPart {
        var count = 0
        return try part(bytes[...], depth: 0, isDigest: false, &count)
    }

    private static func part(_ bytes: ArraySlice<UInt8>, depth: Int, isDigest: Bool, _ count: inout Int) throws -> MailPart {
        guard depth <= deepest else { throw MailFault.tooDeep }
        count += 1
        guard count <= mostParts else { throw MailFault.tooManyParts }
        let (lines, body) = head(bytes)
        let headers = try MailHeaders(lines)
        let type = MailValue(headers["Content-Type"] ?? (isDigest ? "message/rfc822" : "text/plain"))
        var part = MailPart(
            headers: headers, type: type.value.contains("/") ? type.value : "text/plain", parameters: type.parameters, body: body)
        guard part.type.hasPrefix("multipart/"), let boundary = type.parameters["boundary"], !boundary.isEmpty, boundary.utf8.count <= 200
        else { return part }
        for piece in pieces(body, boundary: Array(boundary.utf8)) {
            part.parts.append(try self.part(piece, depth: depth + 1, isDigest: part.type == "multipart/digest", &count))
        }
        // A multipart without any delimiter: what stands there is text.
        if part.parts.isEmpty { part.type = "text/plain" } else { part.body = [] }
        return part
    }

    /// Lines up to the first empty one, and the rest.
    private static func head(_ bytes: ArraySlice<UInt8>) -> ([ArraySlice<UInt8>], ArraySlice<UInt8>) {
        var lines: [ArraySlice<UInt8>] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.endIndex
            var line = bytes[at..<end]
            if line.last == 0x0D { line.removeLast() }
            at = min(end + 1, bytes.endIndex)
            if line.isEmpty { return (lines, bytes[at...]) }
            lines.append(line)
            // The limit on its bytes is told later; lines of one byte must not fill the memory before.
            if lines.count > MailHeaders.mostBytes / 2 { break }
        }
        return (lines, bytes[at...])
    }

    /// What stands between delimiter lines (RFC 2046 §5.1.1); the line end before a delimiter belongs to it.
    private static func pieces(_ body: ArraySlice<UInt8>, boundary: [UInt8]) -> [ArraySlice<UInt8>] {
        let mark = [0x2D, 0x2D] + boundary
        var pieces: [ArraySlice<UInt8>] = []
        var start: Int?
        var at = body.startIndex
        while at < body.endIndex {
            let end = body[at...].firstIndex(of: 0x0A) ?? body.endIndex
            if body[at..<end].starts(with: mark) {
                var rest = body[at..<end].dropFirst(mark.count)
                let isLast = rest.starts(with: [0x2D, 0x2D])
                if isLast { rest = rest.dropFirst(2) }
                if rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                    if let start { pieces.append(body[start..<max(start, before(at, body))]) }
                    start = isLast ? nil : min(end + 1, body.endIndex)
                    if isLast || pieces.count > mostParts { break }
                }
            }
            at = end + 1
        }
        // Cut off on its way: the last piece goes to the end.
        if let start, pieces.count <= mostParts { pieces.append(body[start...]) }
        return pieces
    }

    private static func before(_ at: Int, _ body: ArraySlice<UInt8>) -> Int {
        var end = at
        if end > body.startIndex, body[end - 1] == 0x0A { end -= 1 }
        if end > body.startIndex, body[end - 1] == 0x0D { end -= 1 }
        return end
    }
}
