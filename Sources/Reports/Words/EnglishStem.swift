// SPDX-License-Identifier: EUPL-1.2

/// A light stem of an English word: the plural after Harman's S-rules (1991), then 'ing' and 'ed' where a syllable stays.
/// 'lights', 'flickering', 'dumped' → 'light', 'flicker', 'dump'. No more: over-stemming joins what has nothing in common.
package enum EnglishStem {
    /// - Parameter word: one word in lower case.
    package static func stem(_ word: String) -> String {
        guard word.utf8.count > 3, word.utf8.allSatisfy({ $0 < 0x80 }) else { return word }
        return unwound(singular(word))
    }

    private static func singular(_ word: String) -> String {
        func ends(_ endings: String...) -> Bool { endings.contains { word.hasSuffix($0) } }
        if word.hasSuffix("ies") { return ends("eies", "aies") ? word : word.dropLast(3) + "y" }
        if word.hasSuffix("es") {
            if ends("xes", "ches", "shes", "sses") { return String(word.dropLast(2)) }
            return ends("aes", "ees", "oes") ? word : String(word.dropLast())
        }
        return word.hasSuffix("s") && !ends("us", "ss") ? String(word.dropLast()) : word
    }

    private static func unwound(_ word: String) -> String {
        let cut: Substring
        if word.hasSuffix("ing") {
            cut = word.dropLast(3)
        } else if word.hasSuffix("ed"), !word.hasSuffix("eed") {
            cut = word.dropLast(2)
        } else {
            return word.count > 4 && word.hasSuffix("e") ? String(word.dropLast()) : word
        }
        guard cut.count >= 3, cut.contains(where: { "aeiouy".contains($0) }) else { return word }
        // 'dumping' → 'dump', 'tripped' → 'trip'; 'spilling' keeps its two l, since 'spill' has them.
        if let last = cut.last, cut.dropLast().last == last, !"aeioulsz".contains(last) { return String(cut.dropLast()) }
        return String(cut)
    }
}
