// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Guesses the category from what somebody wrote: naive Bayes over the words by which the tree of categories calls itself, its
/// branches' names and the synonyms given with it. It learns from nobody's reports, so it guesses from the first day and forgets nothing.
package struct CategoryGuesser: Sendable {
    /// One category as it is called: its own names, words that citizens use for it, the names of the branch above.
    package struct Entry: Sendable {
        package var code: String
        package var names: [String]
        package var synonyms: [String]
        package var branch: [String]
        package init(code: String, names: [String], synonyms: [String] = [], branch: [String] = []) {
            (self.code, self.names, self.synonyms, self.branch) = (code, names, synonyms, branch)
        }
    }

    package struct Guess: Sendable, Hashable {
        package var code: String
        /// 0 to 1: how sure, beside the other categories and beside 'none of them'.
        package var confidence: Double
        /// The words that spoke for it, as they were written, folded.
        package var words: [String]
    }

    private let codes: [String]
    /// Of each known stem: what it says for each category that has it, by how many times likelier than elsewhere (logarithm).
    private let tellings: [UInt32: [(category: Int, gain: Double)]]
    /// A category that says nothing of a word loses this much: its text may use other words.
    private static let silence = -1.2
    /// 'None of them' is as likely as a category with one fair word.
    private static let none = 1.5

    package init(_ entries: [Entry]) {
        codes = entries.map(\.code)
        var weights: [UInt32: [Int: Double]] = [:]
        func add(_ texts: [String], _ category: Int, _ weight: Double) {
            var own: [UInt32: Double] = [:]
            for text in texts { for stem in WordBag(text).stems { own[stem] = weight } }
            for (stem, weight) in own { weights[stem, default: [:]][category] = max(weights[stem]?[category] ?? 0, weight) }
        }
        for (i, entry) in entries.enumerated() {
            add(entry.names, i, 1)
            add(entry.synonyms, i, 0.9)
            add(entry.branch, i, 0.25)
        }
        let count = Double(max(2, entries.count))
        tellings = weights.mapValues { row in
            // A word that half of the categories have says little; one that a single category has says log of their number.
            let spread = row.values.reduce(0, +)
            return row.sorted { $0.key < $1.key }.map { (category: $0.key, gain: log(1 + $0.value * count / (spread + 0.5))) }
        }
    }

    /// - Parameters:
    ///   - text: what was written so far.
    ///   - prior: by category code, how much likelier than others from elsewhere (the place, the asset picked); 1 where none is given.
    /// - Returns: the likeliest first, those above one in fifty; empty where no word is known and no prior given.
    package func guess(_ text: String, prior: [String: Double] = [:], limit: Int = 3) -> [Guess] {
        var scores = [Double](repeating: 0, count: codes.count)
        var reasons: [Int: [String]] = [:]
        var said: Set<UInt32> = []
        for word in WordBag.words(text) where said.insert(word.number).inserted {
            guard let telling = tellings[word.number] else { continue }
            for i in scores.indices { scores[i] += CategoryGuesser.silence }
            for (category, gain) in telling {
                scores[category] += gain - CategoryGuesser.silence
                reasons[category, default: []].append(word.token)
            }
        }
        if reasons.isEmpty, prior.isEmpty { return [] }
        for (i, code) in codes.enumerated() { if let more = prior[code], more > 0 { scores[i] += log(more) } }
        let top = max(scores.max() ?? 0, CategoryGuesser.none)
        let sum = scores.reduce(exp(CategoryGuesser.none - top)) { $0 + exp($1 - top) }
        let best = scores.indices.filter { reasons[$0] != nil || prior[codes[$0]] ?? 1 > 1 }.sorted {
            scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
        }
        return best.prefix(limit).map { Guess(code: codes[$0], confidence: exp(scores[$0] - top) / sum, words: reasons[$0] ?? []) }.filter {
            $0.confidence >= 0.02
        }
    }
}
