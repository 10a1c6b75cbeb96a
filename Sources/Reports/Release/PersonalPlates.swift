// SPDX-License-Identifier: EUPL-1.2

/// Number plates, and doors of homes.
extension PersonalSearch {
    // MARK: Plates

    /// Short words and units that look like the letters of a plate: 'LE 212 ET', '1200 M 21', '21 NOV 21'.
    private static let small: Set = [
        "a", "au", "av", "ave", "aux", "bd", "bis", "ca", "ce", "cm", "de", "des", "du", "en", "et", "eur", "ex", "g", "h", "ha", "je",
        "kg",
        "km", "kw", "l", "la", "le", "les", "m", "ma", "me", "mg", "min", "ml", "mm", "mn", "ne", "ou", "par", "pas", "pl", "place", "pm",
        "pr",
        "px", "rd", "rn", "rte", "rue", "sa", "se", "sq", "sur", "ta", "te", "ter", "tel", "un", "une", "va", "vs", "jan", "fev", "mar",
        "avr",
        "mai", "jun", "jul", "sep", "sept", "nov", "dec",
    ]
    private static let vehicles: Set = [
        "plaque", "plaques", "immatriculation", "immatricule", "immatriculee", "immatriculees", "immat", "immatricules", "voiture",
        "voitures",
        "vehicule", "vehicules", "camion", "camionnette", "fourgon", "fourgonnette", "utilitaire", "scooter", "moto", "remorque", "epave",
        "caravane", "auto",
    ]

    mutating func plates() {
        for i in words.indices where !isTaken(words[i].from..<words[i].to) {
            if let range = plateOfNow(i) ?? plateOfBefore(i) { add(.plate, range) }
        }
    }

    /// 'AA-123-AA' since 2009: no I, O, U, and neither SS nor WW first.
    private func plateOfNow(_ i: Int) -> Range<Int>? {
        let start = words[i].from
        let signs = signs(from: start, most: 7, separators: Array(" -.".utf8))
        guard signs.count == 7, !PersonalSearch.isWord(code(signs[6].end)) else { return nil }
        let letters = [0, 1, 5, 6].map { signs[$0].code }
        guard letters.allSatisfy({ (97...122).contains($0) && !"iou".utf8.contains($0) }),
            (2...4).allSatisfy({ PersonalSearch.isDigit(signs[$0].code) }), letters[0] != letters[1] || !"sw".utf8.contains(letters[0])
        else { return nil }
        // Only these three parts: 'a b123cd' is none.
        let gaps = signs.indices.dropFirst().filter { signs[$0].end - signs[$0 - 1].end > 1 }
        guard gaps.allSatisfy([2, 5].contains) else { return nil }
        return isPlate(start..<signs[6].end, of: gaps.count, first: letters[..<2], last: letters[2...], near: i)
    }

    /// '1234 AB 21' before: up to four digits, two or three letters without I and O, a department.
    private func plateOfBefore(_ i: Int) -> Range<Int>? {
        let start = words[i].from
        guard PersonalSearch.isDigit(code(start)) else { return nil }
        let signs = signs(from: start, most: 11, separators: Array(" -.".utf8))
        let digits = signs.prefix { PersonalSearch.isDigit($0.code) }.count
        let letters = signs.dropFirst(digits).prefix { (97...122).contains($0.code) && !"io".utf8.contains($0.code) }
        guard (2...4).contains(digits), (2...3).contains(letters.count) else { return nil }
        let from = digits + letters.count
        for length in [3, 2] where signs.count >= from + length && !PersonalSearch.isWord(code(signs[from + length - 1].end)) {
            let department = String(decoding: signs[from..<from + length].map(\.code), as: UTF8.self)
            guard PersonalSearch.isDepartment(department) else { continue }
            let gaps = signs[..<(from + length)].indices.dropFirst().filter { signs[$0].end - signs[$0 - 1].end > 1 }
            guard gaps.allSatisfy([digits, from].contains) else { return nil }
            return isPlate(start..<signs[from + length - 1].end, of: gaps.count, first: letters.map(\.code)[...], last: [], near: i)
        }
        return nil
    }

    private static func isDepartment(_ text: String) -> Bool {
        if text == "2a" || text == "2b" { return true }
        guard let number = Int(text) else { return false }
        return text.count == 2 ? (1...95).contains(number) : (971...976).contains(number)
    }

    /// Hyphens or nothing between its parts is as plates are written; with spaces it takes capitals, or a word of vehicles before.
    private func isPlate(
        _ range: Range<Int>, of gaps: Int, first: ArraySlice<UInt8>, last: ArraySlice<UInt8>, near i: Int
    ) -> Range<Int>? {
        let parts = [first, last].filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
        if parts.allSatisfy(PersonalSearch.small.contains) { return nil }
        if words[max(0, i - 6)..<i].contains(where: { PersonalSearch.vehicles.contains($0.text) }) { return range }
        let hyphens = codes[range].count { $0 == UInt8(ascii: "-") }
        if gaps == 2, hyphens == 2 { return range }
        let isShouted = range.allSatisfy { !PersonalSearch.isLetter(codes[$0]) || capitals[$0] }
        return isShouted ? range : nil
    }

    // MARK: Doors

    private static let flats: Set = ["appt", "appart", "appartement", "appartements", "apt", "apts"]
    private static let locks: Set = ["code", "codes", "digicode", "interphone", "sonnette", "badge"]
    private static let links: Set = [
        "n", "no", "num", "numero", "d", "de", "l", "la", "le", "du", "acces", "porte", "portail", "entree", "immeuble", "hall", "est", "c",
        "batiment", "residence", "garage",
    ]
    private static let stairs: Set = ["etage", "etages", "escalier", "esc", "batiment", "bat", "palier", "rdc"]

    mutating func doors() {
        for i in words.indices where !isTaken(words[i].from..<words[i].to) {
            let text = words[i].text
            // 'app' is as often a program: it takes its full stop.
            let isFlat = PersonalSearch.flats.contains(text) || text == "app" && code(words[i].to) == UInt8(ascii: ".")
            let isLock = PersonalSearch.locks.contains(text)
            let isDoor = text == "porte" && words[max(0, i - 4)..<i].contains { PersonalSearch.stairs.contains($0.text) }
            guard isFlat || isLock || isDoor,
                let last = behind(i, isFlat ? PersonalSearch.links : isLock ? PersonalSearch.links : ["n", "no"])
            else { continue }
            let word = words[last]
            let length = word.to - word.from
            let digits = codes[word.from..<word.to].count(where: PersonalSearch.isDigit)
            if isLock {
                // Four to eight signs, most of them digits; five digits behind 'code' alone are a town's.
                guard (3...8).contains(length), digits >= 2, !(length == 5 && digits == 5 && text.hasPrefix("code") && last == i + 1) else {
                    continue
                }
            } else {
                let isLetter = length == 1 && capitals[word.from] && code(word.from - 1) == 0x20 && code(word.from - 2) != UInt8(ascii: ".")
                guard digits > 0 && length <= 5 || isLetter else { continue }
                // 'appartement 50 m2' is a size, 'appartement 2 pièces' another.
                if last + 1 < words.count, ["m", "m2", "metres", "pieces", "piece", "euros"].contains(words[last + 1].text) { continue }
            }
            add(.door, words[i].from..<word.to)
        }
    }

    /// The word that a keyword is about: the next one on its line, over at most five that only link.
    private func behind(_ i: Int, _ links: Set<String>) -> Int? {
        for next in (i + 1)..<(i + 7) where next < words.count {
            let gap = codes[words[next - 1].to..<words[next].from]
            guard gap.count <= 3, gap.allSatisfy({ " .:-'#\u{2}".utf8.contains($0) }) else { return nil }
            let digits = codes[words[next].from..<words[next].to].contains(where: PersonalSearch.isDigit)
            if digits || !links.contains(words[next].text) { return next }
        }
        return nil
    }
}
