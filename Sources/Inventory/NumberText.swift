// SPDX-License-Identifier: EUPL-1.2

/// Numbers and days as people write them in files.
enum NumberText {
    /// `4.85`, `4,85`, `1 234,5` (space, no-break space, thin space), `1.234,5`, `1,234.5`, `-3e-2`. Nil for anything else.
    static func number(_ text: String) -> Double? {
        let utf8 = text.utf8
        guard (1...40).contains(utf8.count) else { return nil }
        var isPlain = true
        for byte in utf8 where !isDigit(byte) && byte != 0x2E && byte != 0x2D {
            isPlain = false
            break
        }
        if isPlain { return finite(text) }
        var kept = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\u{A0}", "\u{202F}", "\u{2009}": continue
            case "0"..."9", "+", "-", ".", ",", "e", "E": kept.unicodeScalars.append(scalar)
            default: return nil
            }
        }
        let lastComma = kept.lastIndex(of: ","), lastPoint = kept.lastIndex(of: ".")
        if let comma = lastComma, let point = lastPoint {
            kept = comma > point ? kept.replacing(".", with: "").replacing(",", with: ".") : kept.replacing(",", with: "")
        } else if lastComma != nil {
            kept = kept.replacing(",", with: ".")
        }
        return finite(kept)
    }

    /// Only where the text is exactly how the number is written, so that `00123` and `1e5` stay texts.
    static func canonical(_ text: String) -> Double? {
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
        guard parts[0] == "0" || !parts[0].hasPrefix("0"), text.utf8.count <= 17 else { return nil }
        return finite(text)
    }

    /// A day: `2026-11-21` or `21/11/2026`.
    static func day(_ text: String) -> (year: Int, month: Int, day: Int)? {
        let parts = text.split { $0 == "-" || $0 == "/" }.compactMap { part in part.allSatisfy(isDigit) ? Int(part) : nil }
        guard parts.count == 3 else { return nil }
        let (year, month, day) = text.contains("/") ? (parts[2], parts[1], parts[0]) : (parts[0], parts[1], parts[2])
        guard (1800...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        return (year, month, day)
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func finite(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
