// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Synchronization

/// What helps whoever types: which category they may mean, and what is known already.
package struct WhileTyping: Sendable {
    /// An open report that may be the same, as it stands, and why it is thought so.
    package struct Likely: Sendable {
        package var report: Report
        package var probability: Double
        package var reason: Words
    }

    package var guesses: [CategoryGuesser.Guess]
    package var likely: [Likely]
}

extension Reports {
    /// - Parameters:
    ///   - category: as chosen; '' or nil: the surest guess counts, where it is twice as sure as the next.
    ///   - isStaff: citizens are told of categories only that all may see.
    package func whileTyping(
        _ text: String, category: String?, place: Place?, asset: Asset.Number? = nil, isStaff: Bool
    ) async throws -> WhileTyping {
        let tree = try await tree()
        let bound =
            asset == nil
            ? [:] : Dictionary(uniqueKeysWithValues: tree.open().filter { !tree.assetKind(of: $0.code).isEmpty }.map { ($0.code, 5.0) })
        let guesses = guesses.guesser(of: tree).guess(text, prior: bound).filter { guess in
            isStaff || tree[guess.code].map { $0.visibility != .staff } == true
        }
        let chosen = category.flatMap { tree[$0]?.code } ?? Reports.surest(guesses)
        guard let place, place.isValid else { return WhileTyping(guesses: guesses, likely: []) }
        let found = try await duplicates.likely(
            category: chosen, branch: chosen.isEmpty ? "" : tree.branch(of: chosen), place: place, asset: asset, text: text, at: clock.now()
        )
        let likely = try await journal.read { transaction in
            try found.compactMap { one -> WhileTyping.Likely? in
                guard let report = try ReportStore.find(Report.Number(one.matter.number), in: transaction), report.isOpen,
                    isStaff || tree[report.category]?.visibility == .everybody
                else { return nil }
                return .init(report: report, probability: one.probability, reason: one.reason)
            }
        }
        return WhileTyping(guesses: guesses, likely: likely)
    }
}

extension Reports {
    /// The code of a guess that stands out; '' where none does.
    private static func surest(_ guesses: [CategoryGuesser.Guess]) -> String {
        guard let first = guesses.first, guesses.count == 1 || first.confidence >= 2 * guesses[1].confidence else { return "" }
        return first.code
    }
}

/// The guesser of the tree as it is; made anew when another tree is imported.
final class GuessShelf: Sendable {
    private let held = Mutex<(revision: Int64, guesser: CategoryGuesser)?>(nil)

    func guesser(of tree: CategoryTree) -> CategoryGuesser {
        if let held = held.withLock({ $0 }), held.revision == tree.revision { return held.guesser }
        let guesser = CategoryGuesser(
            tree.open().map { category in
                let above = tree.path(category.code).dropFirst()
                return CategoryGuesser.Entry(
                    code: category.code, names: [category.title.french, category.title.english],
                    synonyms: category.words + [category.help.french, category.help.english],
                    branch: above.flatMap { [$0.title.french, $0.title.english] })
            })
        held.withLock { $0 = (tree.revision, guesser) }
        return guesser
    }
}
