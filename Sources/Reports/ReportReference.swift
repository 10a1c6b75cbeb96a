// SPDX-License-Identifier: EUPL-1.2

/// How a report is called among people: its number and a letter that finds a slip of tongue or finger, `1042-H`. The letter is the number
/// modulo 23 (a prime, so every single wrong digit and every two neighbours exchanged are found), without I, O and U.
package struct ReportReference: Sendable, Hashable, CustomStringConvertible {
    package let number: Report.Number

    package init(_ number: Report.Number) { self.number = number }

    /// As somebody typed or said it: spaces, points, hyphens and case do not matter.
    /// - Returns: nil where it is none, or the letter is not that of the number.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let kept = text.uppercased().unicodeScalars.filter { !" .-_#°\u{A0}\u{202F}".unicodeScalars.contains($0) }
        guard let letter = kept.last, kept.count >= 2, kept.count <= 16, kept.dropLast().allSatisfy({ ("0"..."9").contains($0) }),
            let value = Int64(String(String.UnicodeScalarView(kept.dropLast()))), value > 0,
            letter == ReportReference.letter(value)
        else { return nil }
        number = Report.Number(value)
    }

    package var description: String { "\(number.value)-\(ReportReference.letter(number.value))" }

    private static let letters = Array("ABCDEFGHJKLMNPQRSTVWXYZ".unicodeScalars)
    private static func letter(_ value: Int64) -> Unicode.Scalar { letters[Int(value % 23)] }
}
