// SPDX-License-Identifier: EUPL-1.2

/// Texts of a file that people will read: no control characters (a terminal obeys them, PostgreSQL takes no U+0000), and not endless.
enum PlainText {
    /// UTF-8 bytes of one text of an asset.
    static let most = 4_000

    /// - Throws: `LineRefused` where the text of this field cannot be kept.
    static func taken(_ text: String?, _ field: String) throws(LineRefused) -> String? {
        guard let text else { return nil }
        guard text.utf8.count <= most else {
            throw LineRefused(
                field: field, value: text, reason: "has \(text.utf8.count) bytes", right: "a text of at most \(most)")
        }
        guard let control = text.unicodeScalars.first(where: isControl) else { return text }
        let code = String(control.value, radix: 16, uppercase: true)
        throw LineRefused(
            field: field, value: text, reason: "holds the control character U+\(String(repeating: "0", count: 4 - code.count))\(code)",
            right: "the text without it")
    }

    /// As a report may print it: one line, without control characters, cut.
    static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 120 || scalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in scalars.prefix(120) { out.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar) }
        return String(out) + (scalars.count > 120 ? "…" : "")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 ? scalar != "\t" && scalar != "\n" && scalar != "\r" : (0x7F...0x9F).contains(scalar.value)
    }
}
