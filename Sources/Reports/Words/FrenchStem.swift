// SPDX-License-Identifier: EUPL-1.2

/// The stem of a French word after the French algorithm of the Snowball project (Martin Porter, snowballstem.org, the text of 2021), written
/// from its description. `stem("continuellement")` is 'continuel'. The result keeps its accents: two spellings of one word without them
/// meet only after `Folding.fold`.
package enum FrenchStem {
    /// - Parameter word: one word in lower case. A word with a letter outside Latin-1 comes back as it is: it is not French.
    package static func stem(_ word: String) -> String {
        guard let letters = Letters.latin1(word), !letters.isEmpty else { return word }
        var steps = FrenchSteps(letters)
        steps.run()
        return Letters.text(steps.word)
    }
}

/// Words as Latin-1 bytes: one letter, one byte. Capital I, U, Y and H are marks of the algorithm.
enum Letters {
    static func latin1(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard scalar.value <= 0xFF else { return nil }
            out.append(UInt8(scalar.value))
        }
        return out
    }

    static func text(_ letters: [UInt8]) -> String {
        var out = String.UnicodeScalarView()
        for letter in letters { out.append(Unicode.Scalar(letter)) }
        return String(out)
    }

    /// Endings as bytes, the longest first: the first that fits is the longest.
    static func endings(_ text: String) -> [[UInt8]] {
        text.split(separator: " ").map { latin1(String($0))! }.sorted { $0.count > $1.count }
    }
}

private struct FrenchSteps {
    var word: [UInt8]
    /// Where the regions RV, R1 and R2 begin; counted from the word's beginning, they stay while its end is cut.
    private var rv = 0
    private var r1 = 0
    private var r2 = 0

    init(_ letters: [UInt8]) { word = letters }

    mutating func run() {
        mark()
        findRegions()
        if standardSuffix() || verbSuffixInI() || otherVerbSuffix() {
            if word.last == UInt8(ascii: "Y") { word[word.count - 1] = UInt8(ascii: "i") }
            if word.last == 0xE7 { word[word.count - 1] = UInt8(ascii: "c") }
        } else {
            residualSuffix()
        }
        undouble()
        unaccent()
        unmark()
    }

    // MARK: Marks and regions

    private static let vowels = Set(Letters.latin1("aeiouyâàëéêèïîôûù")!)
    private func isVowel(_ i: Int) -> Bool { i >= 0 && i < word.count && FrenchSteps.vowels.contains(word[i]) }

    /// Capitals for u and i between vowels, for y beside one and for u after q; 'He' and 'Hi' for e and i with diaeresis. From the left, and
    /// at each letter until nothing more is to be marked there: what is a capital is no vowel to what comes after.
    private mutating func mark() {
        var i = 0
        while i < word.count { if !markOnce(at: i) { i += 1 } }
    }

    private mutating func markOnce(at i: Int) -> Bool {
        let next = i + 1 < word.count ? word[i + 1] : 0
        let isBetween = (next == UInt8(ascii: "u") || next == UInt8(ascii: "i")) && isVowel(i + 2)
        if isVowel(i), isBetween || next == UInt8(ascii: "y") {
            word[i + 1] = next & 0xDF
        } else if word[i] == 0xEB || word[i] == 0xEF {
            word.replaceSubrange(i...i, with: [UInt8(ascii: "H"), UInt8(ascii: word[i] == 0xEB ? "e" : "i")])
        } else if word[i] == UInt8(ascii: "y"), isVowel(i + 1) {
            word[i] = UInt8(ascii: "Y")
        } else if word[i] == UInt8(ascii: "q"), next == UInt8(ascii: "u") {
            word[i + 1] = UInt8(ascii: "U")
        } else {
            return false
        }
        return true
    }

    private mutating func unmark() {
        var out: [UInt8] = []
        out.reserveCapacity(word.count)
        var i = 0
        while i < word.count {
            switch word[i] {
            case UInt8(ascii: "I"), UInt8(ascii: "U"), UInt8(ascii: "Y"): out.append(word[i] | 0x20)
            case UInt8(ascii: "H"):
                let next = i + 1 < word.count ? word[i + 1] : 0
                if next == UInt8(ascii: "e") || next == UInt8(ascii: "i") {
                    out.append(next == UInt8(ascii: "e") ? 0xEB : 0xEF)
                    i += 1
                }
            default: out.append(word[i])
            }
            i += 1
        }
        word = out
    }

    private mutating func findRegions() {
        rv = word.count
        let openings: [[UInt8]] = [Array("par".utf8), Array("col".utf8), Array("tap".utf8)]
        if word.count >= 3, isVowel(0) && isVowel(1) || openings.contains(Array(word.prefix(3))) {
            rv = 3
        } else if let first = word.indices.dropFirst().first(where: isVowel) {
            rv = first + 1
        }
        r1 = afterConsonant(from: 0)
        r2 = afterConsonant(from: r1)
    }

    /// Behind the first non-vowel that follows a vowel.
    private func afterConsonant(from start: Int) -> Int {
        guard let vowel = (start..<word.count).first(where: isVowel) else { return word.count }
        return ((vowel + 1)..<word.count).first { !isVowel($0) }.map { $0 + 1 } ?? word.count
    }

    // MARK: Endings

    /// The longest of the endings that the word has and that begins at `from` or later.
    private func longest(_ endings: [[UInt8]], from: Int = 0) -> [UInt8]? {
        endings.first { ends(in: $0, from: from) }
    }

    private func ends(in ending: [UInt8], from: Int = 0) -> Bool {
        word.count - ending.count >= from && word.last == ending.last && word.suffix(ending.count).elementsEqual(ending)
    }

    private func ends(in text: StaticString) -> Bool {
        text.withUTF8Buffer { word.count >= $0.count && word.suffix($0.count).elementsEqual($0) }
    }

    private mutating func replace(_ count: Int, by text: StaticString = "") {
        word.removeLast(count)
        text.withUTF8Buffer { word.append(contentsOf: $0) }
    }

    /// Cuts an ending that lies in the region; says whether it did.
    private mutating func cut(_ count: Int, in region: Int) -> Bool {
        guard word.count - count >= region else { return false }
        word.removeLast(count)
        return true
    }

    private mutating func cut(_ text: StaticString, in region: Int) -> Bool {
        ends(in: text) && cut(text.utf8CodeUnitCount, in: region)
    }

    // MARK: Step 1

    private enum Kind { case plain, agent, logy, usion, ence, ement, ity, ive, eaux, aux, euse, issement, amment, emment, ment }

    private static let standard: [(ending: [UInt8], kind: Kind)] = {
        let kinds: [(String, Kind)] = [
            ("ance iqUe isme able iste eux ances iqUes ismes ables istes", .plain),
            ("atrice ateur ation atrices ateurs ations", .agent), ("logie logies", .logy), ("usion ution usions utions", .usion),
            ("ence ences", .ence), ("ement ements", .ement), ("ité ités", .ity), ("if ive ifs ives", .ive), ("eaux", .eaux),
            ("aux", .aux), ("euse euses", .euse), ("issement issements", .issement), ("amment", .amment), ("emment", .emment),
            ("ment ments", .ment),
        ]
        let all = kinds.flatMap { text, kind in Letters.endings(text).map { ($0, kind) } }
        return all.sorted { $0.0.count > $1.0.count }.map { (ending: $0.0, kind: $0.1) }
    }()

    /// Step 1; true where an ending was removed by it for good (so steps 2 are not wanted).
    private mutating func standardSuffix() -> Bool {
        guard let (ending, kind) = FrenchSteps.standard.first(where: { ends(in: $0.ending) }) else { return false }
        let n = ending.count
        let start = word.count - n
        switch kind {
        case .plain: return cut(n, in: r2)
        case .agent:
            guard cut(n, in: r2) else { return false }
            cutIc()
        case .logy, .usion, .ence:
            guard start >= r2 else { return false }
            replace(n, by: kind == .logy ? "log" : kind == .usion ? "u" : "ent")
        case .ement:
            guard cut(n, in: rv) else { return false }
            afterEment()
        case .ity:
            guard cut(n, in: r2) else { return false }
            afterIty()
        case .ive:
            guard cut(n, in: r2) else { return false }
            if cut("at", in: r2) { cutIc() }
        case .eaux: replace(n, by: "eau")
        case .aux:
            guard start >= r1 else { return false }
            replace(n, by: "al")
        case .euse: return cutOrEux(n)
        case .issement:
            guard start >= r1, start > 0, !isVowel(start - 1) else { return false }
            replace(n)
        case .amment, .emment:
            if start >= rv { replace(n, by: kind == .amment ? "ant" : "ent") }
            return false
        case .ment:
            if isVowel(start - 1), start - 1 >= rv { replace(n) }
            return false
        }
        return true
    }

    private mutating func cutIc() {
        if ends(in: "ic"), !cut("ic", in: r2) { replace(2, by: "iqU") }
    }

    private mutating func cutOrEux(_ count: Int) -> Bool {
        if cut(count, in: r2) { return true }
        guard word.count - count >= r1 else { return false }
        replace(count, by: "eux")
        return true
    }

    private mutating func afterEment() {
        if ends(in: "iv") {
            if cut("iv", in: r2) { _ = cut("at", in: r2) }
        } else if ends(in: "eus") {
            _ = cutOrEux(3)
        } else if ends(in: "abl") || ends(in: "iqU") {
            _ = cut(3, in: r2)
        } else if ends(in: FrenchSteps.ier) || ends(in: FrenchSteps.capitalIer), word.count - 3 >= rv {
            replace(3, by: "i")
        }
    }

    private static let ier = Letters.latin1("ièr")!
    private static let capitalIer = Letters.latin1("Ièr")!

    private mutating func afterIty() {
        if ends(in: "abil") {
            if !cut("abil", in: r2) { replace(4, by: "abl") }
        } else if ends(in: "ic") {
            cutIc()
        } else {
            _ = cut("iv", in: r2)
        }
    }

    // MARK: Steps 2

    private static let inI = Letters.endings(
        """
        îmes ît îtes i ie ies ir ira irai iraIent irais irait iras irent irez iriez irions irons iront is issaIent issais issait \
        issant issante issantes issants isse issent isses issez issiez issions issons it
        """)
    private static let cutAlone = Letters.endings(
        "é ée ées és èrent er era erai eraIent erais erait eras erez eriez erions erons eront ez iez")
    private static let cutWithE = Letters.endings(
        "âmes ât âtes a ai aIent ais ait ant ante antes ants as asse assent asses assiez assions")
    private static let verbs = (cutAlone + cutWithE + Letters.endings("ions")).sorted { $0.count > $1.count }

    private mutating func verbSuffixInI() -> Bool {
        guard let ending = longest(FrenchSteps.inI, from: rv) else { return false }
        let before = word.count - ending.count - 1
        guard before >= rv, !isVowel(before), word[before] != UInt8(ascii: "H") else { return false }
        replace(ending.count)
        return true
    }

    private mutating func otherVerbSuffix() -> Bool {
        guard let ending = longest(FrenchSteps.verbs, from: rv) else { return false }
        if ending.elementsEqual("ions".utf8) { return cut(4, in: r2) }
        replace(ending.count)
        if FrenchSteps.cutWithE.contains(ending) { _ = cut("e", in: rv) }
        return true
    }

    // MARK: Steps 4 to 6

    private static let keepsS = Set(Letters.latin1("aiouès")!)
    private static let residual = Letters.endings("ion ier ière Ier Ière e")

    private mutating func residualSuffix() {
        if word.count > 1, word.last == UInt8(ascii: "s") {
            let before = word[word.count - 2]
            let isMarked = before == UInt8(ascii: "i") && word.count > 2 && word[word.count - 3] == UInt8(ascii: "H")
            if isMarked || !FrenchSteps.keepsS.contains(before) { word.removeLast() }
        }
        guard let ending = longest(FrenchSteps.residual, from: rv) else { return }
        if ending.count == 1 {
            word.removeLast()
        } else if ending.elementsEqual("ion".utf8) {
            let before = word.count - 4
            guard word.count - 3 >= r2, before >= rv, word[before] == UInt8(ascii: "s") || word[before] == UInt8(ascii: "t") else { return }
            word.removeLast(3)
        } else {
            replace(ending.count, by: "i")
        }
    }

    private mutating func undouble() {
        if ends(in: "enn") || ends(in: "onn") || ends(in: "ett") || ends(in: "ell") || ends(in: "eill") { word.removeLast() }
    }

    private mutating func unaccent() {
        guard let last = word.indices.last(where: isVowel), last < word.count - 1, word[last] == 0xE9 || word[last] == 0xE8 else { return }
        word[last] = UInt8(ascii: "e")
    }
}
