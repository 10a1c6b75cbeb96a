// SPDX-License-Identifier: EUPL-1.2

/// Telephone numbers, bank accounts, social security numbers: digits with a rule.
extension PersonalSearch {
    // MARK: Bank accounts, social security

    /// Bank accounts and social security numbers: both carry a check, so that a number is one or is none.
    mutating func numbers() {
        for word in words where !isTaken(word.from..<word.to) {
            if let end = iban(word.from) { add(.iban, word.from..<end) } else if let end = nir(word.from) { add(.nir, word.from..<end) }
        }
    }

    /// Length by country, as in the registry of ISO 13616; those from which somebody in France is paid.
    private static let ibans: [String: Int] = [
        "fr": 27, "mc": 27, "de": 22, "be": 16, "ch": 21, "lu": 20, "es": 24, "it": 27, "gb": 22, "nl": 18, "pt": 25, "pl": 28, "at": 20,
        "ie": 22, "ro": 24, "bg": 22, "cz": 24, "sk": 24, "hu": 28, "hr": 21, "si": 19, "gr": 27, "cy": 28, "mt": 31, "dk": 18, "se": 24,
        "fi": 18, "no": 15, "is": 26, "li": 21, "sm": 27, "ad": 24, "lt": 20, "lv": 21, "ee": 20, "ma": 28, "tn": 24, "tr": 26,
    ]

    /// ISO 13616: the country, a check of two digits, the account; the whole, its first four behind, is 1 modulo 97.
    private func iban(_ start: Int) -> Int? {
        guard let length = PersonalSearch.ibans[String(decoding: [code(start), code(start + 1)], as: UTF8.self)] else { return nil }
        let signs = signs(from: start, most: length, separators: [0x20, UInt8(ascii: "-"), UInt8(ascii: ".")])
        guard signs.count == length, signs[2...3].allSatisfy({ PersonalSearch.isDigit($0.code) }),
            !PersonalSearch.isWord(code(signs[length - 1].end))
        else { return nil }
        var rest = 0
        for (code, _) in signs[4...] + signs[..<4] {
            if PersonalSearch.isDigit(code) {
                rest = (rest * 10 + Int(code - 48)) % 97
            } else {
                guard code != PersonalSearch.other else { return nil }
                rest = (rest * 100 + Int(code - 97) + 10) % 97
            }
        }
        return rest == 1 ? signs[length - 1].end : nil
    }

    /// Sex, year, month, department (2A and 2B count as 19 and 18), commune, order, and 97 less the rest of all that.
    private func nir(_ start: Int) -> Int? {
        guard PersonalSearch.isDigit(code(start)), "12378".utf8.contains(code(start)) else { return nil }
        let signs = signs(from: start, most: 15, separators: [0x20, UInt8(ascii: "-"), UInt8(ascii: ".")])
        guard signs.count == 15, !PersonalSearch.isWord(code(signs[14].end)) else { return nil }
        var number = 0
        for (place, (code, _)) in signs[..<13].enumerated() {
            if place == 6, code == UInt8(ascii: "a") || code == UInt8(ascii: "b"), signs[5].code == UInt8(ascii: "2") {
                number = (number - 2) * 10 + (code == UInt8(ascii: "a") ? 19 : 18)
                continue
            }
            guard PersonalSearch.isDigit(code) else { return nil }
            number = number * 10 + Int(code - 48)
        }
        guard PersonalSearch.isDigit(signs[13].code), PersonalSearch.isDigit(signs[14].code) else { return nil }
        return 97 - number % 97 == Int(signs[13].code - 48) * 10 + Int(signs[14].code - 48) ? signs[14].end : nil
    }

    // MARK: Telephones

    /// Of ten digits, how people part them. Not two, two and four: that is a day.
    private static let groups: Set<[Int]> = [
        [10], [2, 2, 2, 2, 2], [1, 1, 2, 2, 2, 2], [1, 9], [1, 3, 2, 2, 2], [1, 3, 3, 3], [2, 8], [2, 4, 4], [2, 3, 3, 2], [2, 2, 3, 3],
        [2, 2, 2, 4], [2, 2, 6], [3, 7], [3, 3, 4], [3, 2, 2, 3], [3, 3, 2, 2], [4, 6], [4, 2, 2, 2], [4, 3, 3], [5, 5], [6, 4],
        Array(repeating: 1, count: 10),
    ]
    private static let between: [UInt8] = Array(" .-/_()".utf8)

    mutating func phones() {
        var i = 0
        while i < codes.count {
            let isStart =
                PersonalSearch.isDigit(codes[i]) && !PersonalSearch.isDigit(code(i - 1))
                || codes[i] == UInt8(ascii: "o") && PersonalSearch.isDigit(code(i + 1)) && !PersonalSearch.isWord(code(i - 1))
            guard isStart, !isTaken(i..<(i + 1)), let range = phone(i) else {
                i += 1
                continue
            }
            add(.phone, range)
            i = range.upperBound
        }
    }

    private func phone(_ start: Int) -> Range<Int>? {
        // 'AB0612345678' and '5.0612345678' are something else.
        if PersonalSearch.isLetter(code(start - 1)) { return nil }
        if [UInt8(ascii: "."), UInt8(ascii: ",")].contains(code(start - 1)), PersonalSearch.isDigit(code(start - 2)) { return nil }
        let plus = plus(before: start)
        var (digits, counts, slashes, gaps): ([UInt8], [Int], Int, Int) = ([], [], 0, 0)
        var (i, best): (Int, Int?) = (start, nil)
        while digits.count < 18 {
            let from = i
            while i < codes.count, PersonalSearch.isDigit(codes[i]) || i == start, digits.count < 18 {
                digits.append(PersonalSearch.isDigit(codes[i]) ? codes[i] - 48 : 0)
                i += 1
            }
            counts.append(i - from)
            if PersonalSearch.isWord(code(i)) { break }
            let isMixed = slashes > 0 && slashes < gaps
            if !isMixed, PersonalSearch.isPhone(digits, counts, isForeign: plus != nil) {
                best = i
                if digits.starts(with: [3, 3]) || digits.starts(with: [0, 0, 3, 3]) || digits[0] == 0 && digits[1] != 0 { break }
            }
            var next = i
            while next < i + 4, PersonalSearch.between.contains(code(next)) { next += 1 }
            guard next > i, next <= i + 3, PersonalSearch.isDigit(code(next)), !isTaken(next..<(next + 1)) else { break }
            gaps += 1
            if codes[i..<next].contains(UInt8(ascii: "/")) { slashes += 1 }
            i = next
        }
        return best.map { (plus ?? start)..<$0 }
    }

    /// Where the '+' before a number stands, or the bracket before that.
    private func plus(before start: Int) -> Int? {
        for back in 1...2 where code(start - back) == UInt8(ascii: "+") {
            return code(start - back - 1) == UInt8(ascii: "(") ? start - back - 1 : start - back
        }
        return nil
    }

    private static func isPhone(_ digits: [UInt8], _ counts: [Int], isForeign: Bool) -> Bool {
        /// Nine digits of a French number, behind whatever stands for abroad; some write the 0 as well.
        func isFrench(_ rest: ArraySlice<UInt8>) -> Bool {
            let rest = rest.drop { $0 == 0 }
            return rest.count == 9
        }
        if isForeign {
            if digits.starts(with: [3, 3]) { return isFrench(digits[2...]) }
            return (8...15).contains(digits.count) && digits[0] != 0
        }
        if digits.starts(with: [0, 0, 3, 3]) { return isFrench(digits[4...]) }
        if digits.starts(with: [0, 0]) { return (11...15).contains(digits.count) && counts.count > 1 && digits[2] != 0 }
        if digits.count == 10, digits[0] == 0, digits[1] != 0 { return groups.contains(counts) }
        if digits.count == 11, digits.starts(with: [3, 3]), digits[2] == 6 || digits[2] == 7 {
            return [[11], [2, 9], [2, 1, 2, 2, 2, 2], [3, 2, 2, 2, 2]].contains(counts)
        }
        return false
    }

    // MARK: Telephones in words

    private static let spelled: Set = [
        "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
        "quinze",
        "seize", "vingt", "vingts", "trente", "quarante", "cinquante", "soixante", "septante", "huitante", "nonante", "et",
    ]

    /// 'zéro six douze trente-quatre …': a zero and at least four more words of numbers.
    mutating func spelledPhones() {
        var i = 0
        while i < words.count {
            guard words[i].text == "zero" else {
                i += 1
                continue
            }
            var last = i
            while last + 1 < words.count, last - i < 20, PersonalSearch.spelled.contains(words[last + 1].text),
                words[last + 1].from - words[last].to <= 3
            {
                last += 1
            }
            if last - i >= 4 { add(.phone, words[i].from..<words[last].to) }
            i = last + 1
        }
    }
}
