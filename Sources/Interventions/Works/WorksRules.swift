// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Works that should know of each other. Values in, verdict out.
package enum WorksRules {
    /// A new surface is not opened again within so many days (code de la voirie routière L. 115-1: three years).
    package static let surfaceProtected: Int64 = 3 * 365
    /// Two openings of the same ground within so many days could have been one.
    package static let openedTwice: Int64 = 180
    /// In one street but farther apart than this, by their shapes, they do not meet.
    package static let apart = 300.0
    /// Two closed streets so near may lead their detours through each other.
    package static let detour = 400.0

    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// The same street, the same days.
        case sameTime
        /// A surface that is opened again too soon.
        case newSurface
        /// One street opened twice in half a year.
        case openedTwice
        /// Two closed streets near each other, the same days.
        case closures

        package var isSerious: Bool { self == .sameTime || self == .newSurface }
        package var title: Words {
            switch self {
            case .sameTime: Words("en même temps", "at the same time")
            case .newSurface: Words("revêtement neuf rouvert", "new surface opened again")
            case .openedTwice: Words("rue ouverte deux fois", "street opened twice")
            case .closures: Words("deux rues barrées voisines", "two closed streets nearby")
            }
        }
    }

    /// A way out of a conflict: which works would begin when. No move: an agreement is enough.
    package struct Proposal: Sendable, Hashable {
        package var words: Words
        package var moves: [Move]

        package struct Move: Sendable, Hashable {
            package var number: Int64
            package var from: Int64
            package var to: Int64
        }
    }

    package struct Conflict: Sendable, Hashable {
        package var rule: Rule
        package var first: StreetWorks
        package var second: StreetWorks
        package var because: Words
        package var proposal: Proposal?

        /// The same two works for the same reason.
        package var key: String { "\(rule.rawValue) \(first.number) \(second.number)" }
        /// The same, whichever of the two comes first.
        var pair: String { "\(rule.rawValue) \(min(first.number, second.number)) \(max(first.number, second.number))" }
        package func concerns(_ number: Int64) -> Bool { first.number == number || second.number == number }
    }

    /// - Parameter today: what has begun can no longer be moved.
    package static func conflicts(_ works: [StreetWorks], today: Int64) -> [Conflict] {
        let works = works.filter { !$0.isCancelled }
        let streets = Dictionary(grouping: works, by: \.streetKey).values.flatMap { row -> [Conflict] in
            let row = row.sorted { ($0.from, $0.number) < ($1.from, $1.number) }
            return row.indices.flatMap { i in row[(i + 1)...].compactMap { conflict(row[i], $0, today) } }
        }
        return (streets + closures(works, today)).sorted {
            ($0.rule.isSerious ? 0 : 1, $0.second.from, $0.second.number, $0.first.number)
                < ($1.rule.isSerious ? 0 : 1, $1.second.from, $1.second.number, $1.first.number)
        }
    }

    /// - Parameter b: begins no earlier than `a`, in the same street.
    static func conflict(_ a: StreetWorks, _ b: StreetWorks, _ today: Int64) -> Conflict? {
        if let x = a.shape, let y = b.shape, x.metres(to: y) > apart { return nil }
        if b.from <= a.to {
            return Conflict(
                rule: .sameTime, first: a, second: b,
                because: Words("En même temps, dans la même rue.", "At the same time in the same street."),
                proposal: together(a, b, today))
        }
        let gap = b.from - a.to
        if a.sort == .surface, b.sort == .dig, gap <= surfaceProtected { return opened(a, b, gap, today) }
        if a.sort == .dig, b.sort == .dig, gap <= openedTwice {
            let days = b.from - a.from
            return Conflict(
                rule: .openedTwice, first: a, second: b,
                because: Words("La rue serait ouverte deux fois en \(days) jours.", "The street would be opened twice in \(days) days."),
                proposal: b.from > today && a.to >= today
                    ? Proposal(
                        words: Words(
                            "Grouper : \(name(b)) dès le \(inFrench(a.to + 1)), dans la même emprise.",
                            "Group them: \(name(b)) from \(date(a.to + 1)), within the same site."), moves: [move(b, a.to + 1)]) : nil)
        }
        return nil
    }

    private static func name(_ works: StreetWorks) -> String { "« \(works.title) »" }
    private static func date(_ day: Int64) -> String { WallText.day(day) }
    /// As a French reader expects it.
    private static func inFrench(_ day: Int64) -> String { WallText.day(day).split(separator: "-").reversed().joined(separator: "/") }
    private static func move(_ works: StreetWorks, _ day: Int64) -> Proposal.Move {
        Proposal.Move(number: works.number, from: day, to: day + works.to - works.from)
    }

    private static func together(_ a: StreetWorks, _ b: StreetWorks, _ today: Int64) -> Proposal? {
        if a.sort == .dig, b.sort == .dig {
            return Proposal(
                words: Words(
                    "Tranchée commune : ouvrir une seule fois, du \(inFrench(a.from)) au \(inFrench(max(a.to, b.to))).",
                    "Share the trench: open once, from \(date(a.from)) to \(date(max(a.to, b.to)))."), moves: [])
        }
        let (dig, surface) = a.sort == .dig && b.sort == .surface ? (a, b) : (b, a)
        if dig.sort == .dig, surface.sort == .surface, surface.from > today {
            return Proposal(
                words: Words(
                    "Creuser d'abord : \(name(surface)) dès le \(inFrench(dig.to + 1)), sur une tranchée refermée.",
                    "Dig first: \(name(surface)) from \(date(dig.to + 1)), over a closed trench."), moves: [move(surface, dig.to + 1)])
        }
        guard b.from > today else { return nil }
        return Proposal(
            words: Words(
                "L'un après l'autre : \(name(b)) dès le \(inFrench(a.to + 1)).", "One after the other: \(name(b)) from \(date(a.to + 1))."),
            moves: [move(b, a.to + 1)])
    }

    private static func opened(_ a: StreetWorks, _ b: StreetWorks, _ gap: Int64, _ today: Int64) -> Conflict {
        let weeks = max(1, gap / 7)
        let because = Words(
            "Le revêtement neuf serait rouvert \(weeks) semaine(s) après : creuser d'abord.",
            "The new surface would be opened again \(weeks) week(s) later: dig first.")
        let proposal: Proposal
        if a.from > today, b.stage != .urgent {
            let swapped = a.from + b.days
            proposal =
                gap <= openedTwice
                ? Proposal(
                    words: Words(
                        "Intervertir : \(name(b)) dès le \(inFrench(a.from)), puis \(name(a)) dès le \(inFrench(swapped)) ; la chaussée neuve n'est pas rouverte.",
                        "Swap: \(name(b)) from \(date(a.from)), then \(name(a)) from \(date(swapped)); saves opening the new road again."),
                    moves: [move(b, a.from), move(a, swapped)])
                : Proposal(
                    words: Words(
                        "Attendre pour le revêtement : \(name(a)) dès le \(inFrench(b.to + 1)).",
                        "Let the surface wait: \(name(a)) from \(date(b.to + 1))."), moves: [move(a, b.to + 1)])
        } else {
            let free = a.to + surfaceProtected + 1
            let waits = b.from > today && b.stage != .urgent
            proposal = Proposal(
                words: waits
                    ? Words(
                        "Attendre le \(inFrench(free)) (trois ans, code de la voirie routière L. 115-1), ou refaire la chaussée sur toute sa largeur.",
                        "Wait until \(date(free)) (three years, code de la voirie routière L. 115-1), or renew the road over its full width."
                    )
                    : Words("Refaire la chaussée sur toute sa largeur.", "Renew the road over its full width."),
                moves: waits ? [move(b, free)] : [])
        }
        return Conflict(rule: .newSurface, first: a, second: b, because: because, proposal: proposal)
    }

    private static func closures(_ works: [StreetWorks], _ today: Int64) -> [Conflict] {
        let closed = works.filter { $0.impact == .closed && $0.shape != nil }.sorted { ($0.from, $0.number) < ($1.from, $1.number) }
        return closed.indices.flatMap { i -> [Conflict] in
            let a = closed[i]
            return closed[(i + 1)...].prefix { $0.from <= a.to }.compactMap { b in
                guard b.streetKey != a.streetKey, let x = a.shape, let y = b.shape, x.middle.metres(to: y.middle) < 20_000,
                    case let metres = x.metres(to: y), metres <= detour
                else { return nil }
                return Conflict(
                    rule: .closures, first: a, second: b,
                    because: Words(
                        "\(a.street) et \(b.street) seraient barrées ensemble, à \(Int(metres)) m : la déviation de l'une peut passer par l'autre.",
                        "\(a.street) and \(b.street) would be closed together, \(Int(metres)) m apart: one's detour may lead through the other."
                    ),
                    proposal: b.from > today
                        ? Proposal(
                            words: Words(
                                "L'une après l'autre : \(name(b)) dès le \(inFrench(a.to + 1)).",
                                "One after the other: \(name(b)) from \(date(a.to + 1))."), moves: [move(b, a.to + 1)]) : nil)
            }
        }
    }

    /// What a change would cause and what it would solve.
    package static func effect(of changed: [StreetWorks], on works: [StreetWorks], today: Int64) -> (caused: [Conflict], solved: [Conflict])
    {
        let numbers = Set(changed.map(\.number))
        // A street's other conflicts are no business of this change.
        func own(_ all: [StreetWorks]) -> [Conflict] {
            let streets = Set((changed + works.filter { numbers.contains($0.number) }).map(\.streetKey))
            let near = all.filter { streets.contains($0.streetKey) || $0.impact == .closed }
            return conflicts(near, today: today).filter { numbers.contains($0.first.number) || numbers.contains($0.second.number) }
        }
        let (before, after) = (own(works), own(works.filter { !numbers.contains($0.number) } + changed))
        let (had, has) = (Set(before.map(\.pair)), Set(after.map(\.pair)))
        return (after.filter { !had.contains($0.pair) }, before.filter { !has.contains($0.pair) })
    }

    package static func faults(_ works: StreetWorks) -> [JobFault.Field] {
        var faults: [JobFault.Field] = []
        func refuse(_ name: String, _ french: String, _ english: String) { faults.append(.init(name, Words(french, english))) }
        func isWord(_ text: String, _ length: ClosedRange<Int>) -> Bool {
            length.contains(text.unicodeScalars.count) && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        }
        if !isWord(works.street, 1...200) || StreetWorks.key(works.street).isEmpty {
            refuse("street", "Une rue de 1 à 200 caractères.", "A street of 1 to 200 characters.")
        }
        if !isWord(works.title, 1...200) { refuse("title", "Un titre de 1 à 200 caractères.", "A title of 1 to 200 characters.") }
        if !isWord(works.body, 0...200) { refuse("body", "200 caractères au plus.", "At most 200 characters.") }
        if !isWord(works.section, 0...200) { refuse("section", "200 caractères au plus.", "At most 200 characters.") }
        if works.to < works.from || works.to - works.from > 3660 {
            refuse("to", "La fin vient après le début, dans les dix ans.", "The end comes after the beginning, within ten years.")
        }
        return faults
    }
}
