// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Inventory
import Journal
import Watch

/// Categories proposed to whoever reports: from the words as far as they are typed, and from what stands at the place.
package enum CategoryProposal {
    /// Proposed at once.
    package static let most = 3
    /// Equipment farther away than this says nothing.
    package static let reach = 40.0

    /// How much likelier the categories of a kind of equipment are beside one that stands so near: four times at its foot, not at all at
    /// `reach`. Of several kinds the nearest counts whole, the others half.
    /// - Parameter metres: to the nearest of each kind.
    /// - Returns: by category code.
    package static func prior(_ metres: [String: Double], _ tree: CategoryTree) -> [String: Double] {
        let near = metres.filter { $0.value < reach }
        guard let least = near.values.min() else { return [:] }
        var prior: [String: Double] = [:]
        for category in tree.open() {
            guard let distance = near[tree.assetKind(of: category.code)] else { continue }
            let more = 3 * (1 - distance / reach)
            prior[category.code] = 1 + (distance == least ? more : more / 2)
        }
        return prior
    }
}

extension Reports {
    /// The likeliest first; empty where neither words nor place say anything. Only what citizens may choose.
    func proposals(_ text: String, near metres: [String: Double]) async throws -> [CategoryGuesser.Guess] {
        let tree = try await tree()
        let prior = CategoryProposal.prior(metres, tree)
        let all = guesses.guesser(of: tree).guess(text, prior: prior, limit: 20)
        return Array(all.filter { tree[$0.code].map { $0.visibility != .staff } == true }.prefix(CategoryProposal.most))
    }
}

extension CitizenApp {
    /// What a report of these words at this place may be about.
    func proposals(_ text: String, at place: Place?) async throws -> [CategoryGuesser.Guess] {
        let metres = if let place { try await nearest(to: place) } else { [String: Double]() }
        return try await reports.proposals(text, near: metres)
    }

    /// Metres to the nearest equipment of each kind that a category is bound to.
    private func nearest(to place: Place) async throws -> [String: Double] {
        let tree = try await reports.tree()
        var metres: [String: Double] = [:]
        for kind in Set(tree.open(toStaff: false).map { tree.assetKind(of: $0.code) }).subtracting([""]) {
            metres[kind] = try await assets(of: kind, near: place, within: CategoryProposal.reach).first?.metres
        }
        return metres
    }

    /// Equipment of a kind, the nearest first.
    func assets(of kind: String, near place: Place, within metres: Double) async throws -> [(record: AssetRecord, metres: Double)] {
        try await reports.assets(of: kind, near: place, within: metres, out: assets)
    }
}

extension Reports {
    /// Equipment of a kind, the nearest first.
    /// - Parameter select: what stands in a box of ground.
    func assets(
        of kind: String, near place: Place, within metres: Double, out select: @Sendable (Box, Asset.KindName) async -> [Asset.Number]
    ) async throws -> [(record: AssetRecord, metres: Double)] {
        // A degree of latitude is some 111 km, of longitude 70 to 80 km in France: wide enough, what is too far is left out below.
        let (up, aside) = (metres / 110_000, metres / 60_000)
        let box = Box(
            west: place.longitude - aside, south: place.latitude - up, east: place.longitude + aside, north: place.latitude + up)
        let numbers = await select(box, Asset.KindName(kind))
        let found = try await journal.read { transaction in
            try numbers.prefix(200).compactMap { try AssetStore.find($0, in: transaction) }
        }
        return found.compactMap { record in record.place.map { (record, $0.metres(to: place)) } }.filter { $0.1 <= metres }
            .sorted { $0.1 < $1.1 }
    }
}
