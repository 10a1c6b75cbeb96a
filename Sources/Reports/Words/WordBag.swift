// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Inventory

/// What a text is about: the stems of its words, without small words, each as a number. Two texts that say the same share numbers,
/// whatever their accents, plurals and endings; words of the trade that mean one thing share one number (`TradeWords`).
package struct WordBag: Sendable, Hashable {
    /// Rising, each once.
    package let stems: [UInt32]

    package static let empty = WordBag(stems: [])
    /// The longest text that is read, in Unicode scalars; what follows is left out.
    package static let longest = 4_000

    init(stems: [UInt32]) { self.stems = stems }

    /// - Parameter text: as somebody wrote it, in French or English.
    package init(_ text: String) { self.init(stems: Array(Set(WordBag.words(text).map(\.number))).sorted()) }

    /// One word of a text: as it stands there, folded, and the number of its stem.
    package struct Word: Sendable { package let token: String, stem: String, number: UInt32 }

    /// The words of a text in their order, small words left out.
    package static func words(_ text: String) -> [Word] {
        let tokens = tokens(text)
        let folded = tokens.map(Folding.fold)
        let isEnglish = StopWords.isEnglish(folded)
        let small = isEnglish ? StopWords.english : StopWords.french
        var out: [Word] = []
        for (i, token) in folded.enumerated() where !small.contains(token) && (token.utf8.count > 1) {
            let stem = stem(tokens[i], isEnglish: isEnglish)
            out.append(Word(token: token, stem: stem, number: TradeWords.number(stem)))
        }
        return out
    }

    /// The stem as it is compared: without accents and diaereses.
    package static func stem(_ word: String, isEnglish: Bool = false) -> String {
        if isEnglish { return EnglishStem.stem(Folding.fold(word)) }
        return Folding.fold(FrenchStem.stem(word.contains("œ") ? word.replacingOccurrences(of: "œ", with: "oe") : word))
    }

    /// Runs of letters and digits in lower case. Apostrophes part ('l'eau' is two), hyphens too, so that 'nid-de-poule' is 'nid de poule'.
    package static func tokens(_ text: String) -> [String] {
        var out: [String] = []
        var word = String.UnicodeScalarView()
        var scalars = 0
        func end(_ word: inout String.UnicodeScalarView) {
            if !word.isEmpty { out.append(String(word)) }
            word.removeAll(keepingCapacity: true)
        }
        // Composed first: an é of two scalars is one letter to the stemmer.
        for scalar in composed(text).unicodeScalars {
            scalars += 1
            if scalars > longest {
                // A word that the limit cuts in two is no word, unless it is all there is.
                if !out.isEmpty { word.removeAll() }
                break
            }
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { word.append(scalar) } else { end(&word) }
        }
        end(&word)
        return out
    }

    /// Lower case, with the accents that French puts on letters joined to them.
    private static func composed(_ text: String) -> String {
        let lower = text.utf8.count > longest * 4 ? String(text.unicodeScalars.prefix(longest * 2)).lowercased() : text.lowercased()
        guard lower.unicodeScalars.contains(where: { (0x300...0x36F).contains($0.value) }) else { return lower }
        return lower.precomposedStringWithCanonicalMapping
    }

    /// How much of what both say is the same: 0 to 1, the cosine of the two sets with each word's weight.
    /// - Parameter weight: of a stem; rare words weigh more.
    package func likeness(to other: WordBag, weight: (UInt32) -> Double = { _ in 1 }) -> Double {
        var (mine, theirs, shared) = (0.0, 0.0, 0.0)
        for stem in stems { mine += weight(stem) }
        for stem in other.stems { theirs += weight(stem) }
        for stem in common(with: other) { shared += weight(stem) }
        return mine > 0 && theirs > 0 ? shared / (mine * theirs).squareRoot() : 0
    }

    package func common(with other: WordBag) -> [UInt32] {
        var (i, j) = (0, 0)
        var out: [UInt32] = []
        while i < stems.count, j < other.stems.count {
            if stems[i] == other.stems[j] {
                out.append(stems[i])
                i += 1
                j += 1
            } else if stems[i] < other.stems[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return out
    }
}
