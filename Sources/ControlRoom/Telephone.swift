// SPDX-License-Identifier: EUPL-1.2

/// Telephone numbers as people write them.
package enum Telephone {
    /// A number as digits, a leading '+' as 00, '+33' and '0033' as 0: the same for the same line. Nil where it is none.
    package static func digits(_ phone: String) -> String? {
        let allowed = " .-()/\u{A0}\u{202F}"
        var text = phone.filter { !allowed.contains($0) }
        if text.hasPrefix("+") { text = "00" + text.dropFirst() }
        if text.hasPrefix("0033"), text.count > 4 { text = "0" + text.dropFirst(4).drop { $0 == "0" } }
        return (4...15).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? text : nil
    }
}

/// Addresses of electronic mail as people write them.
package enum EmailText {
    /// One '@' with something before and a point after; no spaces, no control characters, nothing that begins a header line.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix(".") else {
            return false
        }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"<>,;:\"()[]\\".unicodeScalars.contains($0) }
    }
}
