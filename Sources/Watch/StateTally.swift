// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How many assets are in each state, by place: counted once for all who see some of the places only.
package struct StateTally: Sendable {
    private let kinds: [Kind]
    /// (place × kinds + kind) × 32 + state.
    private let table: [Int32]

    /// - Parameters:
    ///   - placeOf: by asset number, below `places`; an asset without one is at place 0.
    package init(_ columns: StateColumns, kinds: [Kind], placeOf: ContiguousArray<UInt16>, places: Int) {
        self.kinds = kinds
        var table = [Int32](repeating: 0, count: places * kinds.count * 32)
        for n in 0..<columns.count where Int(columns.kinds[n]) < kinds.count {
            let place = n < placeOf.count ? Int(placeOf[n]) : 0
            table[(place * kinds.count + Int(columns.kinds[n])) * 32 + Int(columns.states[n] & 31)] += 1
        }
        self.table = table
    }

    /// The counts of some places together, of every state that is used.
    package func counts(of places: [Int]) -> [StateCount] {
        kinds.enumerated().flatMap { k, kind in
            kind.states.indices.filter { kind.states[$0].isUsed }.map { state in
                let count = places.reduce(0) { $0 + Int(table[($1 * kinds.count + k) * 32 + state]) }
                return StateCount(kind: kind.name, state: UInt8(state), count: count)
            }
        }
    }
}
