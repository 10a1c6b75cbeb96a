// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A part of a text that names a person, or says how to reach one.
package struct PersonalMention: Sendable, Hashable {
    package enum Sort: String, Sendable, Hashable, CaseIterable {
        case phone, email, plate, iban, nir, name, door, link

        /// As it is named in a sentence.
        package var title: Words {
            switch self {
            case .phone: Words("un numéro de téléphone", "a telephone number")
            case .email: Words("une adresse électronique", "an e-mail address")
            case .plate: Words("une plaque d'immatriculation", "a number plate")
            case .iban: Words("un compte bancaire (IBAN)", "a bank account (IBAN)")
            case .nir: Words("un numéro de sécurité sociale", "a social security number")
            case .name: Words("le nom d'une personne", "the name of a person")
            case .door: Words("un appartement ou un code de porte", "a flat or the code of a door")
            case .link: Words("une adresse du web", "an address of the web")
            }
        }

        /// What stands in its place where the text is published.
        package var mask: String {
            switch self {
            case .phone: "[téléphone masqué]"
            case .email: "[courriel masqué]"
            case .plate: "[plaque masquée]"
            case .iban: "[IBAN masqué]"
            case .nir: "[n° de sécurité sociale masqué]"
            case .name: "[nom masqué]"
            case .door: "[porte masquée]"
            case .link: "[lien masqué]"
            }
        }
    }

    package var sort: Sort
    /// In Unicode scalars of the text.
    package var range: Range<Int>

    package init(_ sort: Sort, _ range: Range<Int>) { (self.sort, self.range) = (sort, range) }
}

/// What a text tells of persons, before it is released: found by its form alone, so that some is missed and some is wrongly found. A person
/// decides; where none has, nothing is published.
package enum PersonalText {
    /// In the order of the text; no two overlap. Time and memory grow with the length of the text and no faster.
    package static func mentions(in text: String) -> [PersonalMention] {
        if text.isEmpty { return [] }
        var search = PersonalSearch(text)
        return search.run()
    }

    /// A part of a text: plain, or a mention.
    package struct Piece: Sendable, Hashable {
        package var text: String
        package var sort: PersonalMention.Sort?
    }

    /// The text as it is, cut at its mentions.
    package static func pieces(_ text: String) -> [Piece] {
        let scalars = Array(text.unicodeScalars)
        func cut(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
        var (pieces, from): ([Piece], Int) = ([], 0)
        for mention in mentions(in: text) {
            if mention.range.lowerBound > from { pieces.append(Piece(text: cut(from..<mention.range.lowerBound))) }
            pieces.append(Piece(text: cut(mention.range), sort: mention.sort))
            from = mention.range.upperBound
        }
        if from < scalars.count { pieces.append(Piece(text: cut(from..<scalars.count))) }
        return pieces
    }

    /// The text as it may be published.
    /// - Parameter shown: mentions, as they stand in the text, that somebody lets stand.
    package static func masked(_ text: String, showing shown: Set<String> = []) -> String {
        pieces(text).map { piece in
            guard let sort = piece.sort, !shown.contains(piece.text) else { return piece.text }
            return sort.mask
        }.joined()
    }

    /// What whoever writes is told; nil where nothing was found.
    package static func hint(_ text: String) -> Words? {
        let found = Set(mentions(in: text).map(\.sort))
        let named = PersonalMention.Sort.allCases.filter(found.contains).map(\.title)
        guard let first = named.first else { return nil }
        if named.count == 1 {
            let french = first.french.prefix(1).uppercased() + first.french.dropFirst()
            let english = first.english.prefix(1).uppercased() + first.english.dropFirst()
            return Words("\(french) se voit ici : cela ne sera pas publié.", "\(english) shows here: it will not be published.")
        }
        return Words(
            "Se voient ici : \(named.map(\.french).joined(separator: ", ")). Cela ne sera pas publié.",
            "These show here: \(named.map(\.english).joined(separator: ", ")). They will not be published.")
    }
}
