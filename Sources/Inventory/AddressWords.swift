// SPDX-License-Identifier: EUPL-1.2

/// The words of an address, as the table and the question are compared: folded, parted at every sign and between number and letters
/// ('12bis' is '12' and 'bis'), abbreviations of the post written out.
enum AddressWords {
    /// Without writing abbreviations out.
    static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        for piece in Folding.fold(text).split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            let digits = piece.prefix { $0.isASCII && $0.isNumber }
            let rest = piece.dropFirst(digits.count)
            if digits.isEmpty || rest.isEmpty || !isSuffix(String(rest)) {
                parts.append(String(piece.prefix(longest)))
            } else {
                parts += [String(digits.prefix(longest)), String(rest)]
            }
        }
        return parts
    }

    static func full(_ word: String) -> String { abbreviations[word] ?? word }

    /// 'bis', 'ter', a single letter: what may stand after a house number.
    static func isSuffix(_ word: String) -> Bool {
        ["bis", "ter", "quater", "quinquies"].contains(word) || word.utf8.count == 1 && word.utf8.allSatisfy { (97...122).contains($0) }
    }

    /// Of a word, in characters.
    static let longest = 32

    /// Kinds of street as the post shortens them (norm AFNOR XPZ 10-011) and as people do, and titles in street names.
    private static let abbreviations: [String: String] = [
        "av": "avenue", "ave": "avenue", "aven": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "bvd": "boulevard",
        "boul": "boulevard", "bvl": "boulevard", "pl": "place", "plc": "place", "st": "saint", "ste": "sainte", "sts": "saints",
        "rte": "route", "r": "rue", "ch": "chemin", "che": "chemin", "chem": "chemin", "all": "allee", "imp": "impasse", "sq": "square",
        "fg": "faubourg", "fbg": "faubourg", "fbourg": "faubourg", "crs": "cours", "qu": "quai", "q": "quai", "res": "residence",
        "lot": "lotissement", "pass": "passage", "pas": "passage", "rpt": "rond", "esp": "esplanade", "prom": "promenade",
        "dr": "docteur", "gal": "general", "gen": "general", "mal": "marechal", "mar": "marechal", "pdt": "president",
        "pres": "president", "cdt": "commandant", "col": "colonel", "cap": "capitaine", "cne": "capitaine", "pr": "professeur",
        "prof": "professeur", "lt": "lieutenant", "sgt": "sergent", "mgr": "monseigneur", "abb": "abbe", "hlm": "hlm",
    ]
}
