// SPDX-License-Identifier: EUPL-1.2

/// Stops of a feed by their identifier and by their name, made once when the feed is loaded.
struct StopIndex: Sendable, Hashable {
    let byID: [String: Int]
    let byName: [String: [Int]]
    /// The first stop of each name, and the words of that name as a question is compared with them.
    private let names: [Name]

    private struct Name: Sendable, Hashable {
        var stop: Int
        var words: [String]
    }

    init(_ stops: [TransitFeed.Stop]) {
        byID = Dictionary(stops.enumerated().map { ($1.id, $0) }) { first, _ in first }
        byName = Dictionary(grouping: stops.indices) { stops[$0].name }
        names = byName.values.compactMap(\.first).sorted().map {
            Name(stop: $0, words: TerritoryRules.plain(stops[$0].name).split(separator: " ").map(String.init))
        }
    }

    func named(_ question: String, limit: Int) -> [Int] {
        let words = TerritoryRules.plain(question).split(separator: " ")
        guard !words.isEmpty else { return [] }
        let fitting = names.lazy.filter { name in words.allSatisfy { word in name.words.contains { $0.hasPrefix(word) } } }
        return fitting.prefix(limit).map(\.stop)
    }
}
