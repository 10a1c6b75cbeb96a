// SPDX-License-Identifier: EUPL-1.2

import Inventory

/// Names behind a civility, addresses of mail, addresses of the web.
extension PersonalSearch {
    // MARK: Names

    private static let short: Set = ["mme", "mmes", "mlle", "mlles", "mr", "mrs"]
    private static let long: Set = ["monsieur", "madame", "mademoiselle", "docteur", "dr", "messieurs", "mesdames"]
    private static let offices: Set = [
        "maire", "adjoint", "adjointe", "prefet", "prefete", "president", "presidente", "directeur", "directrice", "commissaire",
        "conseiller",
        "conseillere", "depute", "deputee", "senateur", "ministre", "responsable", "chef", "agent", "secretaire", "madame", "monsieur",
    ]
    private static let particles: Set = ["de", "du", "des", "d", "la", "le", "van", "von", "el", "ben", "al", "di", "da", "dos"]
    private static let roads: Set = [
        "rue", "avenue", "av", "boulevard", "bd", "bld", "place", "pl", "square", "allee", "allees", "impasse", "quai", "pont", "chemin",
        "cours",
        "passage", "villa", "cite", "ecole", "college", "lycee", "hopital", "clinique", "parc", "jardin", "stade", "gymnase", "creche",
        "rond",
        "esplanade", "promenade", "route", "residence", "salle", "arret", "station", "parvis", "galerie", "cour", "sente", "sentier",
    ]

    mutating func names() {
        for i in words.indices where !isTaken(words[i].from..<words[i].to) {
            guard let isSure = civility(i), !isStreet(i), let last = name(behind: i, isSure: isSure) else { continue }
            add(.name, words[i].from..<words[last].to)
        }
    }

    /// Is it one, and one that is never anything else? 'M.' is a capital with its full stop, and no unit: '50 M. DE LONG'.
    private func civility(_ i: Int) -> Bool? {
        let (word, text) = (words[i], words[i].text)
        if PersonalSearch.short.contains(text) { return true }
        if PersonalSearch.long.contains(text) { return false }
        guard text == "m" || text == "mm", capitals[word.from],
            i == 0 || !codes[words[i - 1].from..<words[i - 1].to].contains(where: PersonalSearch.isDigit)
        else { return nil }
        return code(word.to) == UInt8(ascii: ".") || text == "m" && code(word.to) == 0x20 ? false : nil
    }

    /// 'rue du Docteur Roux' is a street, not a person.
    private func isStreet(_ i: Int) -> Bool {
        for back in words[max(0, i - 3)..<i].reversed() {
            if PersonalSearch.roads.contains(back.text) { return true }
            if !PersonalSearch.particles.contains(back.text) { return false }
        }
        return false
    }

    /// The last word of the name: one to four words with a capital, particles between; behind a sure civility the first may be small.
    private func name(behind i: Int, isSure: Bool) -> Int? {
        var (last, count): (Int?, Int) = (nil, 0)
        for next in (i + 1)..<(i + 7) where next < words.count {
            let gap = codes[words[next - 1].to..<words[next].from]
            // A full stop belongs to a shortened civility, or to a first name's letter; anything else ends the name.
            let isJoined = gap.allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "'") }
            let isInitial =
                gap.first == UInt8(ascii: ".") && gap.dropFirst().allSatisfy { $0 == 0x20 }
                && (next == i + 1 && words[i].to - words[i].from <= 5 || words[next - 1].to - words[next - 1].from == 1)
            guard isJoined || isInitial, gap.count <= 3 else { break }
            let word = words[next]
            guard codes[word.from..<word.to].allSatisfy(PersonalSearch.isLetter) else { break }
            if PersonalSearch.offices.contains(word.text) { return nil }
            if PersonalSearch.particles.contains(word.text) {
                // 'M. le Maire' begins with an article, 'M. Le Goff' with a name.
                if next == i + 1, word.text == "le" || word.text == "la", !capitals[word.from] { return nil }
                continue
            }
            // A first name's letter says nothing by itself.
            if word.to - word.from == 1, capitals[word.from], code(word.to) == UInt8(ascii: ".") { continue }
            let isName = capitals[word.from] || isSure && count == 0 && word.to - word.from >= 3
            guard isName, !StopWords.french.contains(word.text) else { break }
            (last, count) = (next, count + 1)
            if count == 4 { break }
        }
        return last
    }

    // MARK: Mail

    private static let localSigns: [UInt8] = Array("._%+-".utf8)

    mutating func emails() {
        for i in codes.indices where codes[i] == UInt8(ascii: "@") && !isTaken(i..<(i + 1)) { email(left: i - 1, right: i + 1) }
        for word in words {
            let isBracketed = "([{".utf8.contains(code(word.from - 1)) && ")]}".utf8.contains(code(word.to))
            if word.text == "at" || word.text == "a", isBracketed { email(left: word.from - 2, right: word.to + 1) }
            if word.text == "arobase" || word.text == "arobas" {
                let side = isBracketed ? 1 : 0
                email(left: word.from - 1 - side, right: word.to + side)
            }
        }
    }

    private mutating func email(left: Int, right: Int) {
        var (from, to) = (code(left) == 0x20 ? left : left + 1, code(right) == 0x20 ? right + 1 : right)
        let least = max(0, from - 64)
        while from > least, PersonalSearch.isWord(code(from - 1)) || PersonalSearch.localSigns.contains(code(from - 1)) { from -= 1 }
        let start = to
        let most = min(codes.count, to + 200)
        while to < most, PersonalSearch.isWord(code(to)) || code(to) == UInt8(ascii: "-") || code(to) == UInt8(ascii: ".") { to += 1 }
        while to > start, !PersonalSearch.isWord(code(to - 1)) { to -= 1 }
        guard from <= left, to > start, codes[from...left].contains(where: PersonalSearch.isWord) else { return }
        guard let point = codes[start..<to].lastIndex(of: UInt8(ascii: ".")) else {
            if let end = spelledPoint(to) { add(.email, from..<end) }
            return
        }
        if to - point > 2, codes[(point + 1)..<to].allSatisfy(PersonalSearch.isLetter) { add(.email, from..<to) }
    }

    /// ' point fr', '(dot)com' behind a name of a domain.
    private func spelledPoint(_ from: Int) -> Int? {
        var i = from
        func skip(_ signs: String) { while i < from + 12, signs.utf8.contains(code(i)) { i += 1 } }
        skip(" ([")
        let isPoint = ["point", "dot"].first { word in word.utf8.enumerated().allSatisfy { code(i + $0.offset) == $0.element } }
        guard let isPoint else { return nil }
        i += isPoint.utf8.count
        let before = i
        skip(" )]")
        let start = i
        while i < start + 20, PersonalSearch.isLetter(code(i)) { i += 1 }
        return i > before && start > before && i - start >= 2 ? i : nil
    }

    // MARK: Web

    private static let endings: Set = ["fr", "com", "org", "net", "eu", "info", "io", "be", "ch", "paris", "bzh", "me"]

    mutating func links() {
        for i in words.indices where !isTaken(words[i].from..<words[i].to) {
            let word = words[i]
            let isScheme =
                code(word.to) == UInt8(ascii: ":") && code(word.to + 1) == UInt8(ascii: "/") && code(word.to + 2) == UInt8(ascii: "/")
            if isScheme || word.text == "www" && code(word.to) == UInt8(ascii: ".") {
                add(.link, word.from..<end(ofLink: word.to + (isScheme ? 3 : 1)))
                continue
            }
            // 'exemple.fr', not 'qui traîne.Merci' and not the end of an address of mail.
            guard PersonalSearch.endings.contains(word.text), i > 0, code(word.from - 1) == UInt8(ascii: "."),
                words[i - 1].to == word.from - 1,
                !capitals[word.from] || capitals[words[i - 1].from], words[i - 1].to - words[i - 1].from > 1
            else { continue }
            if code(word.to) == UInt8(ascii: "@") || "-.".utf8.contains(code(word.to)) && PersonalSearch.isWord(code(word.to + 1)) {
                continue
            }
            var from = words[i - 1].from
            let least = max(0, from - 80)
            while from > least,
                PersonalSearch.isWord(code(from - 1)) || code(from - 1) == UInt8(ascii: ".") || code(from - 1) == UInt8(ascii: "-")
            {
                from -= 1
            }
            if code(from - 1) == UInt8(ascii: "@") || code(from - 1) == 0x20 && code(from - 2) == UInt8(ascii: "@") { continue }
            if code(from - 1) == 0x20, i > 1, ["arobase", "arobas"].contains(words[i - 2].text) { continue }
            add(.link, from..<(code(word.to) == UInt8(ascii: "/") ? end(ofLink: word.to) : word.to))
        }
    }

    private func end(ofLink from: Int) -> Int {
        var end = from
        while end < codes.count, !isTaken(end..<(end + 1)), codes[end] != 0x20, codes[end] != 0x0A, !"<>\"".utf8.contains(codes[end]) {
            end += 1
        }
        while end > from, ".,;:!?)]'".utf8.contains(codes[end - 1]) { end -= 1 }
        return end
    }
}
