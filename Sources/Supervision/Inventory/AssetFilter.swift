// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// Which assets a list shows. It lives in the address, so that a list is a link; the API takes the same fields.
package struct AssetFilter: Sendable, Hashable {
    package var text = ""
    package var kind: String?
    /// The key of a state: `fault`.
    package var state: String?
    /// INSEE code, or '-' for outside all communes.
    package var commune: String?
    /// Only what is abnormal.
    package var isAbnormal = false
    package var page = 1

    package static let pageSize = 100

    package init() {}

    package init(_ query: Form) {
        func short(_ name: String) -> String? { query[name].flatMap { $0.isEmpty || $0.utf8.count > 64 ? nil : $0 } }
        text = String((query["q"] ?? "").prefix(100))
        (kind, state, commune) = (short("kind"), short("state"), short("commune"))
        isAbnormal = query["abnormal"] == "1"
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, 1_000_000)) } ?? 1
    }

    package var address: String { address(at: "/console/assets") }

    package func address(at path: String) -> String {
        Console.address(
            path,
            [
                "q": text.isEmpty ? nil : text, "kind": kind, "state": state, "commune": commune, "abnormal": isAbnormal ? "1" : nil,
                "page": page == 1 ? nil : String(page),
            ])
    }

    package func with(_ change: (inout AssetFilter) -> Void) -> AssetFilter {
        var copy = self
        copy.page = 1
        change(&copy)
        return copy
    }
}

/// Assets by filter over the columns of state: a scan of some nanoseconds an asset, no table is read for it.
package struct AssetSelection {
    package var columns: StateColumns
    package var catalogue: Catalogue
    package var kinds: [Kind]

    package init(columns: StateColumns, catalogue: Catalogue, kinds: [Kind]) {
        (self.columns, self.catalogue, self.kinds) = (columns, catalogue, kinds)
    }

    /// The numbers that a filter lets through (its `text` aside), in order. `among` limits them to the answers of a search.
    package func numbers(_ filter: AssetFilter, among: [Asset.Number]? = nil) -> [Asset.Number] {
        guard let wanted = Wanted(filter, self) else { return [] }
        if let among { return among.filter { wanted.holds($0.index, self) } }
        var found: [Asset.Number] = []
        for index in 0..<columns.count where wanted.holds(index, self) { found.append(Asset.Number(index)) }
        return found
    }

    /// How many assets stand in each commune, and how many of them are abnormal.
    package func byCommune() -> [CityOverview.Commune] {
        var totals = [Int](repeating: 0, count: catalogue.communes.count)
        var abnormal = totals
        let isAbnormal = Wanted.abnormalTable(kinds)
        for index in 0..<columns.count where Int(columns.kinds[index]) < kinds.count {
            let commune = index < catalogue.communeOf.count ? Int(catalogue.communeOf[index]) : 0
            totals[commune] += 1
            if isAbnormal[Int(columns.kinds[index]) * 32 + Int(columns.states[index] & 31)] { abnormal[commune] += 1 }
        }
        return catalogue.communes.indices.filter { totals[$0] > 0 }.map {
            CityOverview.Commune(insee: catalogue.communes[$0], total: totals[$0], abnormal: abnormal[$0])
        }
    }

    /// A filter as table look-ups.
    private struct Wanted {
        /// By kind × 32 + state.
        var table: [Bool]
        var commune: UInt16?

        init?(_ filter: AssetFilter, _ selection: AssetSelection) {
            let abnormal = Wanted.abnormalTable(selection.kinds)
            table = abnormal.indices.map { key in
                guard selection.kinds.indices.contains(key / 32) else { return false }
                let kind = selection.kinds[key / 32]
                guard kind.states.indices.contains(key % 32) else { return false }
                return (filter.kind == nil || filter.kind == kind.name.text)
                    && (filter.state == nil || filter.state == kind.states[key % 32].key) && (!filter.isAbnormal || abnormal[key])
            }
            if let code = filter.commune {
                guard let index = selection.catalogue.communes.firstIndex(of: code == "-" ? "" : code) else { return nil }
                commune = UInt16(index)
            }
        }

        static func abnormalTable(_ kinds: [Kind]) -> [Bool] {
            (0..<max(1, kinds.count) * 32).map { key in
                kinds.indices.contains(key / 32) && kinds[key / 32].states.indices.contains(key % 32)
                    && MapStyle.isAbnormal(kinds[key / 32].states[key % 32].tone)
            }
        }

        func holds(_ index: Int, _ selection: AssetSelection) -> Bool {
            guard index < selection.columns.count, Int(selection.columns.kinds[index]) < selection.kinds.count else { return false }
            if let commune, (index < selection.catalogue.communeOf.count ? selection.catalogue.communeOf[index] : 0) != commune {
                return false
            }
            return table[Int(selection.columns.kinds[index]) * 32 + Int(selection.columns.states[index] & 31)]
        }
    }
}
