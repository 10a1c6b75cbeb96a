// SPDX-License-Identifier: EUPL-1.2

/// Cells of an export with semicolons between (RFC 4180 but for those).
package enum CSV {
    /// Never read as a formula by a spreadsheet.
    package static func cell(_ text: String) -> String {
        text.first.map { "=+-@\t\r".contains($0) } == true && Double(text) == nil ? quoted("'" + text) : quoted(text)
    }

    /// As it is, for programs that read it back: quoted where it must be.
    package static func quoted(_ text: String) -> String {
        let isSpecial =
            text.utf8.contains { $0 == 0x3B || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D } || text.hasPrefix(" ") || text.hasSuffix(" ")
        return isSpecial ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
