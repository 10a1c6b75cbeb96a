// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Seconds from each point to each, for the paces that are in use.
package struct TravelTimes: Sendable {
    /// Where the figures come from; a page says so beside them.
    package enum Basis: Sendable, Hashable {
        /// From an imported street network.
        case network
        /// Straight line × detour at a stated speed: no network is imported, or a point is too far from every street.
        case straightLine(detour: Double, kilometresPerHour: Double)
    }

    /// Number of points.
    package let count: Int
    package let basis: Basis
    /// Points that lie too far from every street and were reached by straight line.
    package var offNetwork: [Int] = []
    let van: [Int32]
    let foot: [Int32]

    /// No journey of a day is longer: a row that says more is cut to it.
    static let longest: Int32 = 4_000_000

    /// - Parameters:
    ///   - van: `count` × `count` seconds, row by row: from the row's point to the column's. Negative values become 0.
    ///   - foot: the same on foot; empty where nobody walks.
    package init(count: Int, van: [Int32], foot: [Int32] = [], basis: Basis) {
        precondition(van.count == count * count && (foot.isEmpty || foot.count == count * count), "a square of seconds")
        func cut(_ row: [Int32]) -> [Int32] { row.map { min(max($0, 0), TravelTimes.longest) } }
        (self.count, self.van, self.foot, self.basis) = (count, cut(van), cut(foot), basis)
    }

    package func seconds(_ from: Int, _ to: Int, _ pace: Pace = .van) -> Int {
        Int(pace == .foot && !foot.isEmpty ? foot[from * count + to] : van[from * count + to])
    }

    /// Straight line × detour: for a city whose streets are not imported. 1.4 and 24 km/h are what a service van makes of a French
    /// agglomeration with lights and parking; on foot 1.3 and 4.5 km/h.
    package static func straight(_ places: [Place], detour: Double = 1.4, kilometresPerHour: Double = 24) -> TravelTimes {
        let n = places.count
        var van = [Int32](repeating: 0, count: n * n)
        var foot = van
        for a in 0..<n {
            for b in 0..<n where a != b {
                let metres = places[a].metres(to: places[b])
                van[a * n + b] = straightSeconds(metres, detour, kilometresPerHour)
                foot[a * n + b] = straightSeconds(metres, 1.3, 4.5)
            }
        }
        return TravelTimes(
            count: n, van: van, foot: foot, basis: .straightLine(detour: detour, kilometresPerHour: kilometresPerHour))
    }

    /// The same, from each of some places to one.
    package static func straightSeconds(from places: [Place], to place: Place) -> [Int] {
        places.map { Int(straightSeconds($0.metres(to: place), 1.4, 24)) }
    }

    static func straightSeconds(_ metres: Double, _ detour: Double, _ kilometresPerHour: Double) -> Int32 {
        let seconds = metres * detour / (kilometresPerHour / 3.6)
        return seconds.isFinite && seconds < Double(longest) ? Int32(seconds.rounded(.up)) : longest
    }
}
