// SPDX-License-Identifier: EUPL-1.2

/// Cells of an export (RFC 4180), with semicolons between unless told otherwise.
package enum CSV {
    /// Never read as a formula by a spreadsheet.
    package static func cell(_ text: String) -> String { cell(text, separator: ";") }

    package static func cell(_ text: String, separator: Unicode.Scalar) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } == true && Double(text) == nil
        return quoted(isFormula ? "'" + text : text, separator: separator)
    }

    /// As it is, for programs that read it back: quoted where it must be.
    package static func quoted(_ text: String) -> String { quoted(text, separator: ";") }

    private static func quoted(_ text: String, separator: Unicode.Scalar) -> String {
        let isSpecial =
            text.unicodeScalars.contains { $0 == separator || $0 == "\"" || $0 == "\n" || $0 == "\r" } || text.hasPrefix(" ")
            || text.hasSuffix(" ")
        return isSpecial ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
