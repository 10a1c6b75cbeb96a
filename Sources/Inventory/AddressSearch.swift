// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A question for an address as a person types it, in any order, with slips and while the last word is not done:
/// `12 bis av victr hugo dij`.
package struct AddressSearch: Sendable {
    private let index: AddressIndex

    package init(_ index: AddressIndex) { self.index = index }

    /// Words of a question, at most.
    static let longest = 12
    /// Streets that are looked at closely, at most.
    private static let candidates = 150

    /// Weights of the ranking, in the unit of a word's rarity (a word that stands in one street of five thousand weighs 8.5).
    private static let exactHouse: Float = 3
    private static let houseWithoutSuffix: Float = 1.5
    /// Of a word of the street's name that was not asked for, as a part of its rarity.
    private static let unasked: Float = 0.25
    private static let ofCommune: Float = 0.9
    private static let near: Float = 1

    /// The best first.
    /// - Parameter near: addresses near this position come before equals.
    package func find(_ text: String, near: Place? = nil, limit: Int = 5) -> [AddressFound] {
        let question = Question(text, index.vocabulary)
        guard !question.words.isEmpty, limit > 0 else { return [] }
        let scored = candidates(question)
        var ranked: [(score: Float, size: Int32, found: AddressFound)] = []
        for (street, words, score) in scored {
            var total = score - missing(street, words)
            var best = index.found(street: street, house: nil, isExact: true)
            if let (number, suffix) = question.house(in: street, index) {
                if let (house, isExact) = index.house(number, suffix: suffix, in: street) {
                    best = index.found(street: street, house: house, isExact: isExact)
                    total += isExact ? AddressSearch.exactHouse : AddressSearch.houseWithoutSuffix
                } else {
                    if let house = index.nearestHouse(to: number, in: street) { best.place = index.place(house) }
                    best.isExact = false
                }
            }
            if let near {
                let metres = best.place.metres(to: near)
                best.metres = metres
                total += AddressSearch.near / (1 + Float(metres) / 1000)
            }
            ranked.append((total, index.streets[street].count, best))
        }
        ranked.sort { a, b in
            a.score != b.score ? a.score > b.score : a.size != b.size ? a.size > b.size : a.found.label < b.found.label
        }
        return ranked.prefix(limit).map(\.found)
    }

    /// The streets that answer most of the question, with the words of theirs that did.
    private func candidates(_ question: Question) -> [(street: Int, words: Set<UInt32>, score: Float)] {
        let vocabulary = index.vocabulary
        var scores = [Float](repeating: 0, count: index.streets.count)
        var best = scores
        var stamps = [UInt16](repeating: 0, count: index.streets.count)
        var touched: [Int] = []
        for (turn, word) in question.words.enumerated() {
            let stamp = UInt16(turn + 1)
            for match in word.matches {
                let value = match.quality * vocabulary.weights[Int(match.word)]
                vocabulary.eachStreet(of: match.word) { street, isOfName in
                    let worth = isOfName ? value : value * AddressSearch.ofCommune
                    if stamps[street] != stamp {
                        if stamps[street] == 0 { touched.append(street) }
                        (stamps[street], best[street]) = (stamp, worth)
                        scores[street] += worth
                    } else if worth > best[street] {
                        scores[street] += worth - best[street]
                        best[street] = worth
                    }
                }
            }
        }
        guard let top = touched.lazy.map({ scores[$0] }).max() else { return [] }
        var kept = touched.filter { scores[$0] >= top * 0.6 }
        if kept.count > AddressSearch.candidates {
            kept.sort { scores[$0] > scores[$1] }
            kept.removeLast(kept.count - AddressSearch.candidates)
        }
        let asked = Set(question.words.flatMap { $0.matches.map(\.word) })
        return kept.map { ($0, asked, scores[$0]) }
    }

    /// What the words of the name that nobody asked for cost.
    private func missing(_ street: Int, _ asked: Set<UInt32>) -> Float {
        let weights = index.vocabulary.weights
        return index.streets[street].words.reduce(Float(0)) {
            asked.contains($1) ? $0 : $0 + AddressSearch.unasked * weights[Int($1)]
        }
    }
}

/// The words of a question with what answers them, and the numbers among them.
private struct Question {
    struct Word {
        var text: String
        var matches: [AddressVocabulary.Match]
    }
    private(set) var words: [Word] = []
    /// In the order typed.
    private var numbers: [(value: UInt32, text: String, suffix: String)] = []

    init(_ text: String, _ vocabulary: AddressVocabulary) {
        let isDone = text.last.map { !$0.isLetter && !$0.isNumber } ?? true
        let parts = Question.mended(Array(AddressWords.parts(String(text.prefix(200))).prefix(AddressSearch.longest)), vocabulary)
        var isAfterNumber = false
        for (i, part) in parts.enumerated() {
            let isLast = i == parts.count - 1 && !isDone
            if isAfterNumber, AddressWords.isSuffix(part), !(isLast && part.utf8.count == 1) || AddressWords.full(part) == part {
                isAfterNumber = false
                if AddressWords.full(part) == part { numbers[numbers.count - 1].suffix = part }
                if part.utf8.count > 1 { continue }
            } else {
                isAfterNumber = false
            }
            if part.utf8.count <= 5, let value = UInt32(part) {
                if part.utf8.count < 5 {
                    numbers.append((value, part, ""))
                    isAfterNumber = true
                }
            }
            words.append(Word(text: part, matches: Question.matches(part, isLast: isLast, vocabulary)))
        }
    }

    private static func matches(_ part: String, isLast: Bool, _ vocabulary: AddressVocabulary) -> [AddressVocabulary.Match] {
        let full = AddressWords.full(part)
        if full != part, let word = vocabulary.number(of: full) {
            let written = [AddressVocabulary.Match(word: word, quality: 1)]
            if isLast { return written + vocabulary.matches(part, isLast: true) }
            return written + (vocabulary.number(of: part).map { [.init(word: $0, quality: 1)] } ?? [])
        }
        return vocabulary.matches(part, isLast: isLast)
    }

    /// A space forgotten or one too many: a word that the table does not know, where two of its parts, or it with the next, are known.
    private static func mended(_ parts: [String], _ vocabulary: AddressVocabulary) -> [String] {
        func knows(_ word: String) -> Bool { vocabulary.number(of: AddressWords.full(word)) != nil }
        var mended: [String] = []
        var i = 0
        while i < parts.count {
            let part = parts[i]
            defer { i += 1 }
            guard !knows(part), part.utf8.allSatisfy({ (97...122).contains($0) }) else {
                mended.append(part)
                continue
            }
            if i + 1 < parts.count, !knows(parts[i + 1]), knows(part + parts[i + 1]) {
                mended.append(part + parts[i + 1])
                i += 1
            } else if part.count >= 4, vocabulary.matches(part, isLast: i == parts.count - 1).isEmpty,
                let cut = (2...(part.count - 2)).first(where: { knows(String(part.prefix($0))) && knows(String(part.dropFirst($0))) })
            {
                mended += [String(part.prefix(cut)), String(part.dropFirst(cut))]
            } else {
                mended.append(part)
            }
        }
        return mended
    }

    /// The number of the house in this street: the first number that is not a word of the street's own name ('8 rue du 8 mai').
    func house(in street: Int, _ index: AddressIndex) -> (number: UInt32, suffix: String)? {
        var own = index.streets[street].words
        var rest = numbers
        // From behind: where a number stands twice, the first is the house.
        for i in rest.indices.reversed() {
            guard let word = index.vocabulary.number(of: rest[i].text), let at = own.firstIndex(of: word) else { continue }
            own.remove(at: at)
            rest.remove(at: i)
        }
        return rest.first.map { ($0.value, $0.suffix) }
    }
}
