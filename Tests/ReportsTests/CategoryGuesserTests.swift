// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Reports

@Suite struct CategoryGuesserTests {
    private let guesser = CategoryGuesser([
        .init(
            code: "light.out", names: ["Lampadaire éteint", "Lamp out"], synonyms: ["ne s'allume plus, rue dans le noir"],
            branch: ["Éclairage"]),
        .init(code: "light.blink", names: ["Lampadaire qui clignote", "Flickering lamp"], branch: ["Éclairage"]),
        .init(
            code: "road.pothole", names: ["Nid-de-poule sur la chaussée", "Pothole"], synonyms: ["trou", "ornière"], branch: ["Voirie"]),
        .init(
            code: "road.pavement", names: ["Trottoir abîmé", "Damaged pavement"], synonyms: ["pavé arraché, dalle descellée"],
            branch: ["Voirie"]),
        .init(
            code: "dumping.bulky", names: ["Encombrants, dépôt sauvage", "Fly-tipping"], synonyms: ["matelas canapé meuble"],
            branch: ["Propreté"]),
        .init(code: "dumping.bin", names: ["Poubelle pleine ou renversée", "Full bin"], branch: ["Propreté"]),
        .init(code: "graffiti", names: ["Graffiti, tag", "Graffiti"], synonyms: ["inscription peinture mur"], branch: ["Propreté"]),
        .init(
            code: "car", names: ["Véhicule abandonné, épave", "Abandoned vehicle"], synonyms: ["voiture ventouse"],
            branch: ["Stationnement"]),
    ])

    /// As people write, none of these sentences was used to choose the words of the trade.
    @Test(arguments: [
        ("le réverbère au 12 ne marche plus, on n'y voit rien", "light.out"),
        ("plus de lumière, lampadaires éteints depuis lundi", "light.out"),
        ("la lampe clignote toute la nuit", "light.blink"), ("gros trou dans la route, j'ai failli tomber à vélo", "road.pothole"),
        ("NID DE POULE rue des forges", "road.pothole"), ("dalle descellée sur le trottoir", "road.pavement"),
        ("un vieux matelas et un frigo devant chez moi", "dumping.bulky"), ("depot sauvage derriere le parking", "dumping.bulky"),
        ("la poubelle déborde", "dumping.bin"), ("mur couvert de tags", "graffiti"), ("voiture ventouse sans plaque depuis 3 mois", "car"),
        ("épave brûlée", "car"), ("there is a huge pothole", "road.pothole"), ("sofa dumped on the pavement", "dumping.bulky"),
    ]) func theCategoryIsGuessedFromPlainWords(text: String, code: String) {
        let guesses = guesser.guess(text)
        #expect(guesses.first?.code == code, "\(guesses)")
        #expect(guesses.map(\.confidence) == guesses.map(\.confidence).sorted(by: >))
        #expect(guesses.map(\.confidence).reduce(0, +) <= 1)
    }

    @Test func whatSaysNothingIsGuessedAsNothing() {
        #expect(guesser.guess("").isEmpty)
        #expect(guesser.guess("bonjour, merci de passer").isEmpty)
        #expect(guesser.guess("xyzzy plugh").isEmpty)
        #expect(CategoryGuesser([]).guess("lampadaire").isEmpty)
    }

    @Test func itIsSurerWithMoreWordsThatAgreeAndSaysWhich() {
        let vague = guesser.guess("lampadaire")[0]
        let sure = guesser.guess("lampadaire qui clignote")[0]
        #expect(vague.confidence < 0.7)
        #expect(sure.code == "light.blink")
        #expect(sure.confidence > vague.confidence + 0.1)
        #expect(sure.words == ["lampadaire", "clignote"])
    }

    @Test func whatThePlaceSaysDecidesWhereWordsDoNot() {
        #expect(guesser.guess("lampadaire", prior: ["light.blink": 20])[0].code == "light.blink")
        #expect(guesser.guess("cassé", prior: ["light.out": 20]).map(\.code) == ["light.out"])
        #expect(guesser.guess("gros trou dans la route", prior: ["light.out": 2])[0].code == "road.pothole")
    }
}
