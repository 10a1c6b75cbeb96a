// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How a reference and a telephone number are read out: in groups, digits as words, the check letter by the alphabet of the telephone.
package enum CallSpelling {
    /// `1042-H`: 'dix, quarante-deux, H comme Henri'; 'one zero four two, H for Hotel'.
    package static func words(_ reference: ReportReference) -> Words {
        let text = "\(reference)"
        let (digits, letter) = (String(text.prefix { $0 != "-" }), text.last ?? "A")
        let french = pairs(digits).map(frenchPair) + ["\(letter) comme \(frenchNames[letter] ?? "")"]
        let english = digits.map { englishDigits[$0.wholeNumberValue ?? 0] }.joined(separator: " ")
        return Words(french.joined(separator: ", "), "\(english), \(letter) for \(englishNames[letter] ?? "")")
    }

    /// `10 42 H`.
    package static func groups(_ reference: ReportReference) -> String {
        let text = "\(reference)"
        return (pairs(String(text.prefix { $0 != "-" })) + [String(text.suffix(1))]).joined(separator: " ")
    }

    /// `03 80 12 34 56`; a number from abroad as it is, in groups of two from the left.
    package static func groups(phone: String) -> String {
        let digits = phone.filter { $0.isASCII && $0.isNumber }
        return digits.count % 2 == 0
            ? pairs(digits).joined(separator: " ") : "\(digits.prefix(1)) " + pairs(String(digits.dropFirst())).joined(separator: " ")
    }

    /// Pairs from the left; where the count is odd the first stands alone: `104` is `1`, `04`.
    static func pairs(_ digits: String) -> [String] {
        var parts: [String] = digits.count % 2 == 1 ? [String(digits.prefix(1))] : []
        var rest = digits.dropFirst(digits.count % 2)
        while !rest.isEmpty {
            parts.append(String(rest.prefix(2)))
            rest = rest.dropFirst(2)
        }
        return parts
    }

    /// '04' is 'zéro quatre', '00' 'double zéro', '71' 'soixante et onze'.
    static func frenchPair(_ pair: String) -> String {
        guard let value = Int(pair) else { return pair }
        if pair.count == 2, pair.hasPrefix("0") { return value == 0 ? "double zéro" : "zéro \(small[value])" }
        return french(value)
    }

    /// 0 to 99.
    static func french(_ value: Int) -> String {
        switch value {
        case 0..<17: return small[value]
        case 17..<20: return "dix-\(small[value - 10])"
        case 70..<80: return value == 71 ? "soixante et onze" : "soixante-\(french(value - 60))"
        case 80: return "quatre-vingts"
        case 81..<100: return "quatre-vingt-\(french(value - 80))"
        default:
            let (ten, one) = (tens[value / 10], value % 10)
            return one == 0 ? ten : one == 1 ? "\(ten) et un" : "\(ten)-\(small[one])"
        }
    }

    private static let small = [
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
        "quinze", "seize",
    ]
    private static let tens = ["", "dix", "vingt", "trente", "quarante", "cinquante", "soixante"]
    private static let englishDigits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    static let frenchNames: [Character: String] = [
        "A": "Anatole", "B": "Berthe", "C": "Célestin", "D": "Désiré", "E": "Eugène", "F": "François", "G": "Gaston", "H": "Henri",
        "J": "Joseph", "K": "Kléber", "L": "Louis", "M": "Marcel", "N": "Nicolas", "P": "Pierre", "Q": "Quintal", "R": "Raoul",
        "S": "Suzanne", "T": "Thérèse", "V": "Victor", "W": "William", "X": "Xavier", "Y": "Yvonne", "Z": "Zoé",
    ]
    static let englishNames: [Character: String] = [
        "A": "Alfa", "B": "Bravo", "C": "Charlie", "D": "Delta", "E": "Echo", "F": "Foxtrot", "G": "Golf", "H": "Hotel", "J": "Juliett",
        "K": "Kilo", "L": "Lima", "M": "Mike", "N": "November", "P": "Papa", "Q": "Quebec", "R": "Romeo", "S": "Sierra", "T": "Tango",
        "V": "Victor", "W": "Whiskey", "X": "X-ray", "Y": "Yankee", "Z": "Zulu",
    ]
}
