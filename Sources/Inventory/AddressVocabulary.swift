// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Every word of the addresses once, as bytes one after the other, and the streets in which each stands.
struct AddressVocabulary: Sendable {
    private var bytes = ContiguousArray<UInt8>()
    private var starts = ContiguousArray<UInt32>([0])
    /// Which letters a word has: a bit each, one for all digits, one for the rest.
    private var masks = ContiguousArray<UInt32>()
    /// Streets of all words, one word after the other: number of the street × 2, + 1 where the word is of the commune or the postcode.
    private var postings = ContiguousArray<UInt32>()
    private var postingStarts = ContiguousArray<UInt32>([0])
    /// How rare: ln(1 + streets / streets with the word).
    private(set) var weights = ContiguousArray<Float>()
    private var numberOf: [String: UInt32] = [:]

    struct Builder {
        private var numberOf: [String: UInt32] = [:]
        private var words: [String] = []
        private var streets: [[UInt32]] = []

        mutating func add(_ word: String, street: Int, isOfName: Bool) -> UInt32 {
            let number = numberOf[word] ?? UInt32(words.count)
            if numberOf[word] == nil {
                numberOf[word] = number
                words.append(word)
                streets.append([])
            }
            let entry = UInt32(street) << 1 | (isOfName ? 0 : 1)
            if streets[Int(number)].last.map({ $0 >> 1 }) != entry >> 1 { streets[Int(number)].append(entry) }
            return number
        }

        consuming func finish(streets total: Int) -> AddressVocabulary {
            var vocabulary = AddressVocabulary()
            for (word, entries) in zip(words, streets) {
                vocabulary.bytes.append(contentsOf: word.utf8)
                vocabulary.starts.append(UInt32(vocabulary.bytes.count))
                vocabulary.masks.append(AddressVocabulary.mask(word.utf8))
                vocabulary.postings.append(contentsOf: entries)
                vocabulary.postingStarts.append(UInt32(vocabulary.postings.count))
                vocabulary.weights.append(Float(log(1 + Double(total) / Double(max(1, entries.count)))))
            }
            vocabulary.numberOf = numberOf
            return vocabulary
        }
    }

    var count: Int { masks.count }

    func number(of word: String) -> UInt32? { numberOf[word] }

    /// Calls `body` with each street of a word and whether the word is of its name.
    @inline(__always)
    func eachStreet(of word: UInt32, _ body: (_ street: Int, _ isOfName: Bool) -> Void) {
        for at in Int(postingStarts[Int(word)])..<Int(postingStarts[Int(word) + 1]) {
            body(Int(postings[at] >> 1), postings[at] & 1 == 0)
        }
    }

    /// How well a word of the table answers a word of the question, 0 to 1.
    struct Match {
        var word: UInt32
        var quality: Float
    }

    /// The words that answer a word of a question: itself, what it is short for, what it begins (whole words from three letters on; of
    /// the last word every beginning), and what differs by a slip: one from three letters on, two from eight.
    func matches(_ asked: String, isLast: Bool) -> [Match] {
        let asked = Array(asked.utf8.prefix(AddressWords.longest))
        let isNumber = asked.allSatisfy { (48...57).contains($0) }
        let slips = isNumber ? (asked.count == 5 ? 1 : 0) : asked.count < 3 ? 0 : asked.count < 8 ? 1 : 2
        let mask = AddressVocabulary.mask(asked)
        let takesBeginnings = isLast || asked.count >= 3 && !isNumber
        var found: [Match] = []
        var rows = SlipRows()
        bytes.withUnsafeBufferPointer { bytes in
            asked.withUnsafeBufferPointer { asked in
                for word in 0..<masks.count {
                    let (start, end) = (Int(starts[word]), Int(starts[word + 1]))
                    let length = end - start
                    guard length + slips >= asked.count, takesBeginnings || length <= asked.count + slips else { continue }
                    let missing = (mask & ~masks[word]).nonzeroBitCount
                    guard missing <= slips else { continue }
                    let candidate = UnsafeBufferPointer(rebasing: bytes[start..<end])
                    if length >= asked.count, candidate.prefix(asked.count).elementsEqual(asked) {
                        let quality: Float =
                            length == asked.count ? 1 : !isLast ? 0.7 : asked.count == 1 ? 0.5 : asked.count == 2 ? 0.7 : 0.92
                        if length == asked.count || takesBeginnings { found.append(Match(word: UInt32(word), quality: quality)) }
                        continue
                    }
                    guard slips > 0 else { continue }
                    let (whole, beginning) = rows.distances(asked, candidate, limit: slips)
                    if whole <= slips {
                        found.append(Match(word: UInt32(word), quality: slipped(whole, asked.count)))
                    } else if isLast, asked.count >= 4, beginning <= slips, !isNumber {
                        found.append(Match(word: UInt32(word), quality: 0.85 * slipped(beginning, asked.count)))
                    }
                }
            }
        }
        return found
    }

    private func slipped(_ slips: Int, _ length: Int) -> Float { 0.92 * (1 - 0.8 * Float(slips) / Float(length)) }

    static func mask(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var mask: UInt32 = 0
        for byte in bytes {
            switch byte {
            case 97...122: mask |= 1 << UInt32(byte - 97)
            case 48...57: mask |= 1 << 26
            default: mask |= 1 << 27
            }
        }
        return mask
    }
}

/// Slips between two words: a letter too many, too few, another, or two exchanged (optimal string alignment distance).
struct SlipRows {
    private var before = [Int](repeating: 0, count: AddressWords.longest * 4 + 2)
    private var last = [Int](repeating: 0, count: AddressWords.longest * 4 + 2)
    private var now = [Int](repeating: 0, count: AddressWords.longest * 4 + 2)

    init() {}

    /// - Returns: the distance to the whole word, and to that beginning of it which is nearest. More than `limit` is only 'more'.
    mutating func distances(
        _ asked: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>, limit: Int
    ) -> (whole: Int, beginning: Int) {
        // Letters of the word further on than the slips allow change neither distance within the limit.
        let width = min(word.count, asked.count + limit)
        for j in 0...width { last[j] = j }
        for i in 1...max(1, asked.count) where !asked.isEmpty {
            now[0] = i
            var least = i
            for j in 1...max(1, width) where width > 0 {
                let isSame = asked[i - 1] == word[j - 1]
                var cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, asked[i - 1] == word[j - 2], asked[i - 2] == word[j - 1] { cost = min(cost, before[j - 2] + 1) }
                now[j] = cost
                least = min(least, cost)
            }
            if least > limit { return (limit + 1, limit + 1) }
            (before, last, now) = (last, now, before)
        }
        let whole = word.count > width ? limit + 1 : last[width]
        return (whole, last[0...width].min() ?? limit + 1)
    }
}
