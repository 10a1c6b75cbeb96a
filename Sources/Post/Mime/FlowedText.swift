// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Text with `format=flowed` (RFC 3676): soft line breaks are taken out again, quotations keep their '>'.
enum FlowedText {
    /// - Parameter deletesSpace: `delsp=yes`: the space before a soft break belongs to the break.
    static func plain(_ text: String, deletesSpace: Bool) -> String {
        var out: [String] = []
        var open: (depth: Int, text: String)?
        func close() {
            if let line = open { out.append(String(repeating: "> ", count: line.depth) + line.text) }
            open = nil
        }
        for line in text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == ">" }.count
            var rest = line.dropFirst(depth)
            if rest.hasPrefix(" ") { rest.removeFirst() }
            // The line of a signature is never flowed (§4.3).
            if rest == "-- " {
                close()
                out.append(String(repeating: "> ", count: min(depth, 20)) + rest)
                continue
            }
            if open?.depth != depth { close() }
            let isSoft = rest.hasSuffix(" ")
            let piece = isSoft && deletesSpace ? rest.dropLast() : rest
            open = (min(depth, 20), (open?.text ?? "") + piece)
            if !isSoft { close() }
        }
        close()
        return out.joined(separator: "\n")
    }
}

/// What somebody wrote themselves in an answer: without what they quote and without their signature.
package enum MailQuotes {
    /// Stands above what we write, so that answers can be cut there.
    package static let marks = Words("Répondez au-dessus de cette ligne", "Write your answer above this line")

    /// - Returns: '' where nothing is left.
    package static func cut(_ text: String) -> String {
        var kept: [Substring] = []
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        for (i, line) in lines.enumerated() {
            if line == "-- " || line == "--" { break }
            if isQuoteBegin(lines, i) { break }
            kept.append(line)
        }
        // Quoted lines at the end go; those between own words stay as '>'.
        while let last = kept.last, last.allSatisfy(\.isWhitespace) || last.hasPrefix(">") { kept.removeLast() }
        while let first = kept.first, first.allSatisfy(\.isWhitespace) { kept.removeFirst() }
        return kept.joined(separator: "\n")
    }

    /// Without a signature; quotations stay: of a mail that answers nothing of ours.
    package static func withoutSignature(_ text: String) -> String {
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.prefix { $0 != "-- " }
        let body = kept.joined(separator: "\n").trimmed
        return body.isEmpty ? text.trimmed : body
    }

    private static func isQuoteBegin(_ lines: [Substring], _ i: Int) -> Bool {
        let line = lines[i].trimmed
        if line.contains(marks.french) || line.contains(marks.english) { return true }
        if line.count >= 20, line.allSatisfy({ $0 == "_" }) { return true }
        let small = line.lowercased()
        if small.hasPrefix("-----"), small.hasSuffix("-----"), small.contains("message") { return true }
        // 'Le 21 nov. 2026 à 10:02, Ville <…> a écrit :' may be broken into two or three lines.
        if small.hasPrefix("le ") || small.hasPrefix("on ") {
            let more = lines[i..<min(lines.count, i + 3)].map(\.trimmed).joined(separator: " ").lowercased()
            let end = more.firstRange(of: "a écrit") ?? more.firstRange(of: "wrote:")
            if let end, more.distance(from: more.startIndex, to: end.lowerBound) < 250, small.contains(where: \.isNumber) { return true }
        }
        // Outlook: a head of 'De : … Envoyé : …'.
        if small.hasPrefix("de :") || small.hasPrefix("de\u{A0}:") || small.hasPrefix("from:") {
            let next = lines[min(i + 1, lines.count - 1)].trimmed.lowercased()
            return ["envoyé", "date", "sent", "à", "to:"].contains { next.hasPrefix($0) }
        }
        return false
    }
}
