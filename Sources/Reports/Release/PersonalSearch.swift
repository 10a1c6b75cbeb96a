// SPDX-License-Identifier: EUPL-1.2

import Inventory

/// One pass over a text for each sort of mention. The text is folded first: lower case, no accents, digits of any script as 0 to 9, spaces,
/// hyphens and full stops of any width as one each, and what does not show (marks of direction, joiners, accents apart) left out, so that
/// none of them hides anything. Nothing looks further ahead or back than a fixed number of characters.
struct PersonalSearch {
    typealias Sort = PersonalMention.Sort

    /// Folded: a letter a to z, a digit, a space, a line's end, punctuation as in ASCII, `other` for any further letter, `sign` for the
    /// rest.
    private(set) var codes: [UInt8] = []
    /// Of each code, the scalar of the text that it stands for.
    private var places: [Int] = []
    /// Was it a capital?
    private(set) var capitals: [Bool] = []
    private(set) var words: [Word] = []
    /// Of the text, in scalars.
    private var length = 0
    private var taken: [Bool] = []
    private var found: [PersonalMention] = []

    /// A run of letters and digits.
    struct Word {
        var from: Int
        var to: Int
        var text: String
    }

    static let other: UInt8 = 1
    static let sign: UInt8 = 2

    init(_ text: String) {
        for (place, scalar) in text.unicodeScalars.enumerated() {
            length = place + 1
            guard let code = PersonalSearch.fold(scalar) else { continue }
            codes.append(code)
            places.append(place)
            capitals.append(scalar.value < 0x80 ? (65...90).contains(scalar.value) : scalar.properties.isUppercase)
        }
        taken = Array(repeating: false, count: codes.count)
        var from: Int?
        for i in 0...codes.count {
            let isWord = i < codes.count && PersonalSearch.isWord(codes[i])
            if isWord, from == nil { from = i }
            if !isWord, let start = from {
                words.append(Word(from: start, to: i, text: String(decoding: codes[start..<min(i, start + 40)], as: UTF8.self)))
                from = nil
            }
        }
    }

    mutating func run() -> [PersonalMention] {
        emails()
        links()
        numbers()
        phones()
        plates()
        spelledPhones()
        doors()
        names()
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    // MARK: Characters

    static func isDigit(_ code: UInt8) -> Bool { (48...57).contains(code) }
    static func isLetter(_ code: UInt8) -> Bool { (97...122).contains(code) || code == other }
    static func isWord(_ code: UInt8) -> Bool { isDigit(code) || isLetter(code) }

    /// nil for what does not show.
    private static func fold(_ scalar: Unicode.Scalar) -> UInt8? {
        let value = scalar.value
        if value < 0x80 { return ascii(UInt8(value)) }
        if (0xFF01...0xFF5E).contains(value) { return ascii(UInt8(value - 0xFEE0)) }
        switch value {
        case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return 0x20
        case 0x85, 0x2028, 0x2029: return 0x0A
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: return UInt8(ascii: "-")
        case 0x2018, 0x2019, 0x2BC: return UInt8(ascii: "'")
        case 0xB7, 0x2022, 0x2024, 0x2027, 0x30FB: return UInt8(ascii: ".")
        default: break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .format, .control, .nonspacingMark, .enclosingMark, .surrogate: return nil
        default: break
        }
        if let number = properties.numericValue, properties.numericType != .numeric, (0...9).contains(number) { return 48 + UInt8(number) }
        guard properties.isAlphabetic else { return sign }
        let first = Folding.fold(String(Character(scalar))).utf8.first ?? other
        return (97...122).contains(first) ? first : other
    }

    private static func ascii(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte + 32
        case 0x09: 0x20
        case 0x0A, 0x0D: 0x0A
        case 0...0x1F, 0x7F: nil
        default: byte
        }
    }

    // MARK: What the parts of the search share

    /// The code at a place; a line's end before the first and after the last.
    func code(_ i: Int) -> UInt8 { codes.indices.contains(i) ? codes[i] : 0x0A }
    func isTaken(_ range: Range<Int>) -> Bool { range.contains { taken[$0] } }

    /// - Parameter range: in codes; not empty.
    mutating func add(_ sort: Sort, _ range: Range<Int>) {
        guard !range.isEmpty, !isTaken(range) else { return }
        for i in range { taken[i] = true }
        // What does not show and stands inside or right behind goes with it.
        let end = range.upperBound < places.count ? places[range.upperBound] : length
        found.append(PersonalMention(sort, places[range.lowerBound]..<end))
    }

    /// Letters and digits from a place on, over single separators, at most so many; with the place behind each.
    func signs(from start: Int, most: Int, separators: [UInt8]) -> [(code: UInt8, end: Int)] {
        var (out, i): ([(code: UInt8, end: Int)], Int) = ([], start)
        while out.count < most, i < codes.count {
            if PersonalSearch.isWord(codes[i]) {
                out.append((codes[i], i + 1))
            } else if !separators.contains(codes[i]) || !PersonalSearch.isWord(code(i + 1)) {
                break
            }
            i += 1
        }
        return out
    }
}
