// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Inventory
package import Journal
import Synchronization

/// What lists and counts need of every asset, in columns by number: which commune it stands in. Made anew when the inventory changes.
package struct Catalogue: Sendable {
    /// Revision of the inventory that this is.
    package var revision: Int64
    /// INSEE codes; the first is '' (outside).
    package var communes: [String]
    /// By asset number: index into `communes`.
    package var communeOf: ContiguousArray<UInt16>
    /// INSEE code to name, from the areas.
    package var communeNames: [String: String]
    package var outlines: CityOutlines
    package var base: BaseMap
    /// Where every asset stands, to be found by tile.
    package var points: PointIndex

    package static func load(in transaction: Transaction) throws -> Catalogue {
        let areas = try AreaStore.areas(in: transaction)
        var communes = [""]
        var indexOf = ["": UInt16(0)]
        var column = ContiguousArray<UInt16>(repeating: 0, count: try AssetStore.count(in: transaction))
        var (numbers, xs, ys): ([UInt32], [UInt32], [UInt32]) = ([], [], [])
        try AssetStore.load(in: transaction, withTexts: false) { record in
            if let place = record.place {
                let (x, y) = place.mercator
                numbers.append(record.number.value)
                xs.append(x)
                ys.append(y)
            }
            let code = record.commune.insee
            let index = indexOf[code] ?? UInt16(clamping: communes.count)
            if indexOf[code] == nil {
                indexOf[code] = index
                communes.append(code)
            }
            if record.number.index < column.count { column[record.number.index] = index }
        }
        var streets: [Street] = []
        try AreaStore.streets(in: transaction) { streets.append($0) }
        return Catalogue(
            revision: try AssetStore.revision(in: transaction), communes: communes, communeOf: column,
            communeNames: Dictionary(areas.map { ($0.code, $0.name) }) { first, _ in first }, outlines: CityOutlines(areas),
            base: BaseMap(areas: areas, streets: streets), points: PointIndex(numbers: numbers, x: xs, y: ys))
    }

    /// The commune of an asset, '' where it is unknown or outside.
    package func commune(of number: Asset.Number) -> String {
        number.index < communeOf.count ? communes[Int(communeOf[number.index])] : ""
    }
}

/// The catalogue of now: read by every page, made anew by the first reader who finds that the inventory has changed.
package final class CatalogueShelf: Sendable {
    private let journal: Journal
    private let held = Mutex<Catalogue?>(nil)

    package init(journal: Journal) { self.journal = journal }

    package func current() async throws -> Catalogue {
        let revision = try await journal.read { try AssetStore.revision(in: $0) }
        if let known = held.withLock({ $0 }), known.revision == revision { return known }
        let fresh = try await journal.read { try Catalogue.load(in: $0) }
        held.withLock { $0 = fresh }
        return fresh
    }

    /// Without waiting: the last one made, or nil before the first.
    package var known: Catalogue? { held.withLock { $0 } }
}
