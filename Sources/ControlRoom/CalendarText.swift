// SPDX-License-Identifier: EUPL-1.2

/// Texts and lines of a calendar file (iCalendar, RFC 5545).
package enum CalendarText {
    /// A calendar of lines that are not folded yet, between its first and last line.
    package static func calendar(_ name: String, product: String, events: [String]) -> String {
        let lines =
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vigie//\(product)//FR", "CALSCALE:GREGORIAN", "X-WR-CALNAME:" + escape(name)]
            + events + ["END:VCALENDAR"]
        return lines.flatMap(fold).joined(separator: "\r\n") + "\r\n"
    }

    /// `2026-11-22T08:00:00Z` as `20261122T080000Z`.
    package static func compact(_ text: String) -> String { text.filter { $0 != "-" && $0 != ":" } }

    /// A text as a value (§3.3.11): no line of its own can be begun with it.
    package static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,").replacing("\r\n", with: "\\n")
            .replacing("\n", with: "\\n").replacing("\r", with: "\\n")
    }

    /// Lines of at most 75 bytes (§3.1); what goes on begins with a space. No character is cut.
    package static func fold(_ line: String) -> [String] {
        var (lines, part, size) = ([String](), "", 0)
        for scalar in line.unicodeScalars {
            let bytes = String(scalar).utf8.count
            if size + bytes > 75 {
                lines.append(part)
                (part, size) = (" ", 1)
            }
            part.unicodeScalars.append(scalar)
            size += bytes
        }
        return lines + [part]
    }
}
