// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Testing

@testable import Reports

@Suite struct PersonalTextTests {
    private func found(_ text: String) -> [String] {
        PersonalText.pieces(text).compactMap { piece in piece.sort.map { "\($0.rawValue): \(piece.text)" } }
    }

    @Test(arguments: [
        "06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78", "06_12_34_56_78", "06 12 345 678",
        "0 612 345 678",
        "+33 6 12 34 56 78", "+33612345678", "+33 (0)6 12 34 56 78", "(+33) 6 12 34 56 78", "0033 6 12 34 56 78", "0033(0)612345678",
        "33 6 12 34 56 78", "33612345678", "0 6 1 2 3 4 5 6 7 8", "06 12 34 56 78", "0612 34 56 78", "0612 345678", "03 80 123 456",
        "O612345678", "06  12  34  56  78", "+32 475 12 34 56", "+41 22 123 45 67", "00 32 475 12 34 56", "０６ １２ ３４ ５６ ７８",
        "٠٦ ١٢ ٣٤ ٥٦ ٧٨", "06 12 34 5\u{200B}6 78", "\u{202E}06 12 34 56 78", "0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit", "ZERO TROIS QUATRE-VINGTS DOUZE TRENTE",
    ])
    func aTelephoneNumberIsFoundInEverySpelling(number: String) {
        let text = "Appelez-moi au \(number), merci."
        let masked = PersonalText.masked(text)
        #expect(masked.hasSuffix("[téléphone masqué], merci."), "\(masked)")
        #expect(masked.hasPrefix("Appelez-moi au "), "\(masked)")
        #expect(!masked.unicodeScalars.contains { ("0"..."9").contains($0) }, "\(masked)")
    }

    @Test(arguments: [
        ("email", "ada.roy@example.org"), ("email", "ADA_ROY+1@mail.example.co.uk"), ("email", "ada @ example.fr"),
        ("email", "ada(at)example.fr"),
        ("email", "ada [at] example.fr"), ("email", "ada arobase example point fr"), ("email", "ada＠example.fr"),
        ("email", "é.roy@exemple.fr"),
        ("plate", "AB-123-CD"), ("plate", "ab-123-cd"), ("plate", "AB 123 CD"), ("plate", "AB123CD"), ("plate", "AB.123.CD"),
        ("plate", "1234 AB 21"), ("plate", "123 ABC 75"), ("plate", "1234AB21"), ("plate", "1234-AB-2A"), ("plate", "56 XY 974"),
        ("iban", "FR14 2004 1010 0505 0001 3M02 606"), ("iban", "FR7630006000011234567890189"), ("iban", "BE68 5390 0754 7034"),
        ("nir", "1 84 12 76 451 089 46"), ("nir", "184127645108946"), ("nir", "2 92 02 2A 004 123 03"),
        ("name", "M. Dupont"), ("name", "M Dupont"), ("name", "Mme Dupont"), ("name", "mme dupont"), ("name", "Mlle. Anne-Marie Roy"),
        ("name", "Monsieur Jean de La Fontaine"), ("name", "Madame DUPONT"), ("name", "Mr O'Brien"), ("name", "M. J. Le Goff"),
        ("name", "Dr Élodie Noël"), ("name", "Mme D’Artagnan"), ("name", "M.\u{A0}Dupont"),
        ("door", "appt 12"), ("door", "Appartement n° 3B"), ("door", "apt. 4"), ("door", "appt B"), ("door", "code 4B21"),
        ("door", "digicode 1234A"), ("door", "code de la porte : 1234A"), ("door", "code d'accès 4521"), ("door", "interphone 1234"),
        ("link", "https://example.org/p?q=1"), ("link", "www.exemple.fr"), ("link", "exemple.fr/photo.jpg"),
        ("link", "mon-blog.exemple.com"),
    ])
    func whatNamesAPersonIsFound(sort: String, said: String) {
        let text = "Dépôt devant la grille (\(said)) depuis lundi."
        #expect(found(text) == ["\(sort): \(said)"], "\(found(text))")
    }

    @Test(arguments: [
        "Trou de 50 cm au 12 rue de la Liberté, 21000 Dijon", "Vu le 01/02/2023 à 10h15 et le 03-02-2023 10 15",
        "Le lampadaire EP123 clignote",
        "Mât n° 4521, armoire 21-231-07", "Position 47.3220, 5.0415123456", "Position 47.0612345678 5.0412345678",
        "Dossier 2023-000123456789",
        "Il manque 150 m de 212 et la 214", "LE 212 ET LE 214", "DE 100 KM A PIED", "1200 M 21", "Le 21 NOV 21", "12 BIS 21",
        "15h30 à 16h45",
        "SIRET 732 829 320 00074", "Appel au 115 ou au 3975, puis 18", "FR76 3000 6000 0112 3456 7890 188 est faux",
        "1 84 12 76 451 089 47",
        "Bonjour Madame, Monsieur, merci", "M. le Maire, Madame la Préfète", "Monsieur le Président du conseil", "À 50 m. De plus, un trou",
        "rue du Docteur Roux", "12 Rue Monsieur le Prince", "Place Mademoiselle Dupont", "Un monsieur a laissé un sac. Trottoir sale",
        "Rue de Mme de Staël", "appartement de 50 m2 vidé", "code postal 21000", "code 21000", "erreur code", "La porte 4 du parking",
        "5 à 7 personnes @ la fontaine", "qui traîne.Merci", "fin.Me voici", "A31, sortie 2", "Ø 300 mm, 2 x 400 V", "", " ", "é",
    ])
    func whatNamesNobodyIsLeft(text: String) {
        #expect(found(text) == [])
        #expect(PersonalText.masked(text) == text && PersonalText.hint(text) == nil)
    }

    @Test func severalInOneTextAreMaskedEachAndSomeMayStand() {
        let text = "Épave AB-123-CD de M. Roy\n(06 12 34 56 78, ada@example.org), appt 12."
        #expect(found(text) == ["plate: AB-123-CD", "name: M. Roy", "phone: 06 12 34 56 78", "email: ada@example.org", "door: appt 12"])
        #expect(
            PersonalText.masked(text)
                == "Épave [plaque masquée] de [nom masqué]\n([téléphone masqué], [courriel masqué]), [porte masquée].")
        #expect(PersonalText.masked(text, showing: ["M. Roy", "appt 12"]).contains("de M. Roy\n") == true)
        #expect(PersonalText.pieces(text).map(\.text).joined() == text)
        // Masked once, there is nothing left to find.
        #expect(found(PersonalText.masked(text)) == [])
        #expect(PersonalText.hint("Tél. 0612345678")?.french == "Un numéro de téléphone se voit ici : cela ne sera pas publié.")
        #expect(PersonalText.hint(text)?.english.contains("a telephone number, an e-mail address, a number plate") == true)
    }

    /// Bent, endless and hostile texts: every piece comes back, nothing traps, nothing is found twice.
    @Test func anyTextIsReadWhole() {
        var texts = [
            String(repeating: "0", count: 12_000), String(repeating: "06 ", count: 15_000), String(repeating: "a@", count: 20_000),
            String(repeating: "@", count: 25_000), String(repeating: "www.", count: 12_000), String(repeating: "http://)", count: 8_000),
            String(repeating: "M. ", count: 15_000), String(repeating: "M. D", count: 10_000),
            String(repeating: "Mme" + String(repeating: ".", count: 90), count: 900),
            String(repeating: "a.", count: 20_000) + "fr", String(repeating: "code ", count: 10_000),
            String(repeating: "FR76 ", count: 10_000),
            String(repeating: "\u{301}", count: 25_000), String(repeating: "\u{202E}0", count: 20_000),
            String(repeating: "👩‍👩‍👧‍👦", count: 20_000),
            "\0\u{1}M. \u{FFFD}", "+", "@", ".", "O", "00", "+33", "(", "appt", "M.", "http://", "www.", "\r\n0\r\n6", "zero", "1\u{20E3}",
        ]
        let alphabet = Array("0612+33 .-/()@MmeAB123CDappt code:,'é\u{202E}\u{200B}\n№ﬁ٣".unicodeScalars)
        var state: UInt64 = 7
        for _ in 0..<3_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            texts.append(String(text))
        }
        for text in texts {
            let pieces = PersonalText.pieces(text)
            #expect(Array(pieces.map(\.text).joined().unicodeScalars) == Array(text.unicodeScalars))
            let mentions = PersonalText.mentions(in: text)
            for (a, b) in zip(mentions, mentions.dropFirst()) where a.range.upperBound > b.range.lowerBound {
                Issue.record("overlap in \(text)")
            }
        }
    }

    /// Real words in which nobody is named: addresses and kinds of 'Dans ma rue' (Paris), with their streets.
    @Test(.enabled(if: Self.shared("reports/dmr_dev.csv") != nil, "the shared data are not at hand"))
    func realWordsAreSeldomTakenForAPerson() throws {
        var reader = CSVReader(Array(try Data(contentsOf: try #require(Self.shared("reports/dmr_dev.csv")))), separator: UInt8(ascii: ","))
        var (fields, texts): ([String], Set<String>) = ([], [])
        _ = try reader.next(into: &fields)
        while try reader.next(into: &fields) { for place in [2, 3, 4] where fields.count > place { texts.insert(fields[place]) } }
        let wrong = texts.filter { !PersonalText.mentions(in: $0).isEmpty }
        print("personal mentions: \(wrong.count) of \(texts.count) texts: \(wrong.sorted().prefix(30))")
        #expect(texts.count > 10_000 && wrong.count * 1000 <= texts.count, "\(wrong.sorted().prefix(30))")
    }

    private static func shared(_ path: String) -> URL? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["VIGIE_SHARED_DATA"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared/data")
        let file = folder.appending(path: path)
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }
}
