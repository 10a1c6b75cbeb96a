// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// What one person sees in one trade: the whole territory, or what stands in some communes. What they do not see is not told, neither as a
/// row nor inside a number. What stands outside all communes is seen only by those who see everything.
package struct Sight: Sendable {
    let reach: Reach
    let catalogue: Catalogue

    package init(_ person: Person, _ trade: String, _ right: Right = .view, catalogue: Catalogue) {
        (reach, self.catalogue) = (Reach(person, trade, right), catalogue)
    }

    package var isWhole: Bool { reach.isWhole }

    package func sees(commune: String) -> Bool { reach.sees(commune: commune) }
    package func sees(_ asset: Asset.Number) -> Bool { isWhole || sees(commune: catalogue.commune(of: asset)) }

    /// A changed line as this person sees it; as gone where something of it was theirs and nothing is any more; nil where nothing ever was.
    package func news(_ line: AlarmLine, kind: Words) -> AlarmLine? {
        if let own = narrow(line, kind: kind) { return own }
        guard line.former.contains(where: { sees(commune: $0.insee) }) else { return nil }
        var gone = line
        gone.isGone = true
        return gone
    }

    /// The line as this person sees it, nil where nothing of it is theirs. Of an incident that reaches further the counts are those of
    /// their communes, how many are active is not told apart, and its root only where they see it.
    package func narrow(_ line: AlarmLine, kind: Words) -> AlarmLine? {
        if isWhole { return line }
        let own = line.communes.filter { sees(commune: $0.commune.insee) }
        guard !own.isEmpty else { return nil }
        let count = own.reduce(0) { $0 + $1.count }
        let isRootSeen = line.root.map { sees($0) } ?? true
        if count == line.count, isRootSeen, sees(line.asset) { return line }
        var narrow = line
        (narrow.communes, narrow.former, narrow.count, narrow.peak) = (own, [], count, count)
        narrow.sample = line.sample.filter { sees($0) }
        narrow.asset = sees(line.asset) ? line.asset : narrow.sample.first ?? .none
        narrow.root = isRootSeen ? line.root : nil
        narrow.activeCount = line.isActive ? count : 0
        (narrow.occurrences, narrow.spread) = (1, 1)
        narrow.title = Words(
            "\(count) × \(kind.french) : \(line.condition.title.french)", "\(count) × \(kind.english): \(line.condition.title.english)")
        return narrow
    }
}

extension Supervision {
    /// What a person sees in a trade, by the communes of now.
    func sight(_ person: Person, _ trade: String, _ right: Right = .view) async throws -> Sight {
        Sight(person, trade, right, catalogue: try await shelf.current())
    }
}
