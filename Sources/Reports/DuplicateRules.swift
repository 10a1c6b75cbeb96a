// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// How likely two tellings are one matter, from place, category, time, words and the asset that both name. Values in, verdict out.
///
/// The odds that a new report repeats an open one are those of a repetition over those of chance: how far and how long after the first
/// do repetitions come, against how many open matters of the same sort stand around anyway. So a bed on the pavement in an empty street
/// is taken for the same at 100 m, one in a street full of them at 15 m only. The open ones compete: a report repeats one of them at most.
///
/// The figures of distance, time and category were set on one half of the pairs of `vigie bench duplicates-recall` (its file says how they
/// are made), with an eye on the other, on which they are measured. Those of words and of assets are set by judgement: the series that is measured has neither.
package enum DuplicateRules {
    /// From here on an open matter is shown as a likely duplicate: it finds eight in ten, and eight in ten of those shown are right.
    package static let likely = 0.36
    /// Farther than this nothing is a duplicate, metres; unless both name the same asset.
    package static let reach = 400.0

    package enum Kinship: Int, Sendable, CaseIterable { case same, sibling, other }

    /// What is known about one pair.
    package struct Pair: Sendable {
        package var kinship: Kinship
        package var metres: Double
        package var days: Double
        /// Likeness of the words, 0 to 1; nil where one of the two has none.
        package var likeness: Double?
        package var asset: Assets
        /// Open matters of this kinship within `reach` of the new one, this one included.
        package var crowd: Int
        package init(kinship: Kinship, metres: Double, days: Double, likeness: Double? = nil, asset: Assets = .unnamed, crowd: Int = 1) {
            (self.kinship, self.metres, self.days) = (kinship, metres, days)
            (self.likeness, self.asset, self.crowd) = (likeness, asset, crowd)
        }
    }

    /// `different`: both are of one category, both name an asset, and not the same.
    package enum Assets: Sendable { case unnamed, same, different }

    /// Odds that these two are one matter, were there no other.
    package static func odds(_ pair: Pair) -> Double {
        let area = Double.pi * reach * reach
        let chance = (Double(pair.crowd) * 0.9 + stray[pair.kinship.rawValue]) / area
        let repeated = share / (1 - share) * kinships[pair.kinship.rawValue]
        return repeated * nearness(pair.metres) / chance * timeliness(pair.days) * telling(pair.likeness) * naming(pair.asset)
    }

    /// The probability of each of several that stand against each other.
    package static func probabilities(_ odds: [Double]) -> [Double] {
        let sum = odds.reduce(0, +)
        return odds.map { sum.isFinite ? $0 / (1 + sum) : ($0.isFinite ? 0 : 1) }
    }

    /// One report in four tells what is told already.
    private static let share = 0.25
    /// Who reports again chooses the same category, one of the same branch, another.
    private static let kinships = [0.72, 0.18, 0.10]
    /// Matters around that nobody has reported yet.
    private static let stray = [0.1, 0.3, 0.6]

    /// Repetitions a square metre at this distance from the first: a telephone's error, the house next door, an address from memory.
    private static func nearness(_ metres: Double) -> Double {
        func bell(_ part: Double, _ sigma: Double) -> Double {
            part / (2 * .pi * sigma * sigma) * exp(-metres * metres / (2 * sigma * sigma))
        }
        return bell(0.7, 8.5) + bell(0.2, 26) + bell(0.1, 80)
    }

    /// How much likelier a repetition comes after so many days than a stranger does. What stays open for months is still repeated.
    private static func timeliness(_ days: Double) -> Double {
        max(0.15, 30 * (0.42 * exp(-abs(days) / 3) / 3 + 0.58 * exp(-abs(days) / 20) / 15.5))
    }

    private static func telling(_ likeness: Double?) -> Double { likeness.map { exp(2.5 * ($0 - 0.2)) } ?? 1 }

    private static func naming(_ asset: Assets) -> Double {
        switch asset {
        case .unnamed: 1
        case .same: 200
        case .different: 0.02
        }
    }
}

/// An open matter that a new report may repeat, how likely, and why.
package struct LikelyDuplicate: Sendable {
    package var matter: OpenMatter.ID
    package var probability: Double
    package var pair: DuplicateRules.Pair
    /// Words that both say, as the new report has them.
    package var words: [String]

    /// 'même catégorie, à 12 m, signalé il y a 2 jours, mots communs : matelas'.
    package var reason: Words {
        let days = Int(pair.days.rounded(.down))
        let metres = pair.metres < 100 ? Int(pair.metres.rounded()) : Int((pair.metres / 10).rounded()) * 10
        let age: Words =
            days >= 2
            ? Words("depuis \(days) jours", "\(days) days ago")
            : pair.days * 24 >= 1
                ? Words("il y a \(Int(pair.days * 24)) h", "\(Int(pair.days * 24)) h ago")
                : Words("il y a moins d'une heure", "within the hour")
        var french = [["même catégorie", "catégorie voisine", "autre catégorie"][pair.kinship.rawValue], "à \(metres) m", age.french]
        var english = [
            ["same category", "neighbouring category", "other category"][pair.kinship.rawValue], "\(metres) m away", age.english,
        ]
        if pair.asset == .same {
            french.insert("même équipement", at: 0)
            english.insert("same asset", at: 0)
        }
        if pair.kinship == .same, pair.crowd > 1 {
            french.append("\(pair.crowd) de cette catégorie à 400 m")
            english.append("\(pair.crowd) of this category within 400 m")
        }
        if !words.isEmpty {
            french.append("mots communs : " + words.joined(separator: ", "))
            english.append("shared words: " + words.joined(separator: ", "))
        }
        return Words(french.joined(separator: ", "), english.joined(separator: ", "))
    }
}
