// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Reports

@Suite struct WordsTests {
    /// The vocabulary that the algorithm's own page shows, word by word.
    @Test func frenchStemsAreThoseOfThePublishedSample() {
        let words = """
            continu continua continuait continuant continuation continue continué continuel continuelle continuellement continuelles \
            continuels continuer continuera continuerait continueront continuez continuité continuons contorsions contour contournait \
            contournant contourne contours contractait contracté contractée contracter contractés contractions contradictoirement \
            contradictoires contraindre contraint contrainte contraintes contraire contraires contraria main mains maintenaient \
            maintenait maintenant maintenir maintenue maintien maintint maire maires mairie mais maïs maison maisons maistre maitre \
            maître maîtres maîtresse maîtresses majesté majestueuse majestueusement majestueux majeur majeure major majordome majordomes \
            majorité majorités mal malacca malade malades maladie maladies maladive
            """.split(separator: " ").map(String.init)
        let stems = """
            continu continu continu continu continu continu continu continuel continuel continuel continuel continuel continu continu \
            continu continu continu continu continuon contors contour contourn contourn contourn contour contract contract contract \
            contract contract contract contradictoir contradictoir contraindr contraint contraint contraint contrair contrair contrari \
            main main mainten mainten mainten mainten maintenu maintien maintint mair mair mair mais maï maison maison maistr maitr maîtr \
            maîtr maîtress maîtress majest majestu majestu majestu majeur majeur major majordom majordom major major mal malacc malad \
            malad malad malad malad
            """.split(separator: " ").map(String.init)
        #expect(words.count == stems.count)
        for (word, stem) in zip(words, stems) { #expect(FrenchStem.stem(word) == stem, "\(word)") }
    }

    /// One word for each branch of each step; the stems as snowballstemmer 2.2.0 for Python gives them.
    @Test(arguments: stepExamples) func eachStepOfFrenchDoesWhatItSays(word: String, stem: String) {
        #expect(FrenchStem.stem(word) == stem)
    }

    @Test(arguments: [
        ("lights", "light"), ("bodies", "body"), ("boxes", "box"), ("flickering", "flicker"), ("dumped", "dump"), ("tripped", "trip"),
        ("bus", "bus"), ("glass", "glass"), ("string", "string"), ("need", "need"), ("spilling", "spill"), ("pole", "pole"),
    ]) func englishIsStemmedLightly(word: String, stem: String) {
        #expect(EnglishStem.stem(word) == stem)
    }

    @Test func aWordThatIsNotFrenchStaysAsItIs() {
        for word in ["", "a", "улица", "東京", "naïveté🙂"] { _ = FrenchStem.stem(word) }
        #expect(FrenchStem.stem("улица") == "улица")
        #expect(FrenchStem.stem("") == "")
    }

    @Test func accentsElisionsAndHyphensDoNotPartTwoTellings() {
        let bags = [
            "Le lampadaire n'est plus allumé devant l'école", "le LAMPADAIRE n’est plus allume devant l’ecole",
            "Lampadaires, plus allumés ; écoles…", "le lampadaire n'est plus allume\u{301} devant l'e\u{301}cole",
        ].map(WordBag.init)
        for bag in bags { #expect(bag == bags[0]) }
        #expect(bags[0].stems.count == 3)
        #expect(WordBag("œuvre d'art") == WordBag("oeuvre d’art"))
        #expect(WordBag("nid-de-poule") == WordBag("nids de poules"))
    }

    @Test func wordsOfTheTradeThatMeanOneThingAreOne() {
        #expect(WordBag("réverbère éteint") == WordBag("lampadaires éteints"))
        #expect(WordBag("A pothole in the road") == WordBag("un trou dans la route"))
        #expect(WordBag("matelas") != WordBag("voiture"))
        var seen: [String: Int] = [:]
        for (i, line) in TradeWords.lines.enumerated() {
            for word in line.split(separator: " ") {
                let stem = WordBag.stem(String(word))
                #expect(seen[stem] == nil || seen[stem] == i, "'\(word)' stands on two lines")
                seen[stem] = i
            }
        }
    }

    @Test func likenessIsOneForTheSameAndNothingForStrangers() {
        let bag = WordBag("matelas abandonné sur le trottoir")
        #expect(abs(bag.likeness(to: bag) - 1) < 1e-9)
        #expect(bag.likeness(to: WordBag("feu tricolore en panne")) == 0)
        #expect(bag.likeness(to: .empty) == 0)
        #expect(bag.likeness(to: WordBag("un vieux matelas")) > 0.3)
    }

    @Test func aVeryLongOrOddTextIsReadToItsLimitOnly() {
        let long = WordBag(String(repeating: "poubelle ", count: 200_000) + "matelas")
        #expect(long == WordBag("poubelle"))
        #expect(WordBag(String(repeating: "a", count: 1_000_000)).stems.count == 1)
        #expect(WordBag(String(repeating: "e\u{301}\u{301}", count: 50_000)).stems.count <= 1)
        #expect(WordBag("\u{0}\u{FFFD} ,;'’-").stems.isEmpty)
    }
}
