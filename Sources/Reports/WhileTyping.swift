// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Synchronization
package import Watch

/// What helps whoever types: which category they may mean, and what is known already.
package struct WhileTyping: Sendable {
    /// An open report that may be the same, as it stands, and why it is thought so.
    package struct Likely: Sendable {
        package var report: Report
        package var probability: Double
        package var reason: Words
    }

    /// An asset out of order that the words may mean: it says so itself, nobody need report it.
    package struct Outage: Sendable {
        package var trouble: FloorTroubleNear
        package var probability: Double
        package var reason: Words
    }

    package var guesses: [CategoryGuesser.Guess]
    package var likely: [Likely]
    package var outages: [Outage] = []
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
        var found = WhileTyping(guesses: guesses, likely: [])
        guard let place, place.isValid else { return found }
        try await search(&found, chosen, place, asset, text, isStaff: isStaff, tree)
        return found
    }

    /// What a report may repeat, or be repeated by.
    package func likelyDuplicates(of report: Report) async throws -> WhileTyping {
        var found = WhileTyping(guesses: [], likely: [])
        guard report.isOpen, let place = report.place, place.isValid else { return found }
        try await search(
            &found, report.category, place, report.asset, report.description, except: report.number, isStaff: true, try await tree())
        return found
    }

    private func search(
        _ found: inout WhileTyping, _ category: String, _ place: Place, _ asset: Asset.Number?, _ text: String,
        except: Report.Number? = nil, isStaff: Bool, _ tree: CategoryTree
    ) async throws {
        let troubles = await troubles(place).filter { isStaff || !$0.isAlarm }
        let matters = troubles.compactMap { Reports.matter($0, category, tree, clock.now()) }
        let matches = try await duplicates.likely(
            category: category, branch: category.isEmpty ? "" : tree.branch(of: category), place: place, asset: asset, text: text,
            at: clock.now(), with: matters, except: except)
        found.likely = try await journal.read { transaction in
            try matches.filter { $0.matter.source == .report }.compactMap { one -> WhileTyping.Likely? in
                guard let report = try ReportStore.find(Report.Number(one.matter.number), in: transaction), report.isOpen,
                    isStaff || tree[report.category]?.visibility == .everybody
                else { return nil }
                return .init(report: report, probability: one.probability, reason: one.reason)
            }
        }
        found.outages = matches.filter { $0.matter.source == .alarm }.compactMap { one in
            troubles.first { Int64($0.asset.value) == one.matter.number }.map {
                .init(trouble: $0, probability: one.probability, reason: one.reason)
            }
        }
    }

    /// An asset out of order as a matter: of the category asked for where that is bound to its kind, else of the first that is.
    private static func matter(_ trouble: FloorTroubleNear, _ category: String, _ tree: CategoryTree, _ now: Instant) -> OpenMatter? {
        let kind = trouble.kindName.text
        let code = tree.assetKind(of: category) == kind ? category : tree.open().first { tree.assetKind(of: $0.code) == kind }?.code
        return code.map {
            OpenMatter(
                id: .init(.alarm, Int64(trouble.asset.value)), category: $0, branch: tree.branch(of: $0), place: trouble.place,
                at: trouble.since ?? now, asset: trouble.asset)
        }
    }

    /// Which of some reports, not yet looked at, something open may be the same as: a mark on a list.
    package func marked(_ reports: [Report]) async throws -> Set<Report.Number> {
        let tree = try await tree()
        var marked: Set<Report.Number> = []
        for report in reports where report.state == .received {
            guard let place = report.place, place.isValid else { continue }
            let found = try await duplicates.likely(
                category: report.category, branch: tree.branch(of: report.category), place: place, asset: report.asset,
                text: report.description, at: report.createdAt, except: report.number, limit: 1)
            if !found.isEmpty { marked.insert(report.number) }
        }
        return marked
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
