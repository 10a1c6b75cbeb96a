// SPDX-License-Identifier: EUPL-1.2

/// Text as search compares it: lower case, without accents, ligatures opened: 'Œuvre d'Égée' → 'oeuvre d'egee'.
/// The letters are those of Latin-1 and of French; others are only lowered.
package enum Folding {
    package static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var out = ""
        for scalar in text.lowercased().unicodeScalars {
            switch scalar.value {
            case 0xE0...0xE5: out += "a"
            case 0xE6: out += "ae"
            case 0xE7: out += "c"
            case 0xE8...0xEB: out += "e"
            case 0xEC...0xEF: out += "i"
            case 0xF1: out += "n"
            case 0xF2...0xF6, 0xF8: out += "o"
            case 0xF9...0xFC: out += "u"
            case 0xFD, 0xFF: out += "y"
            case 0x153: out += "oe"
            case 0x2019: out += "'"
            case 0x300...0x36F: break
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
