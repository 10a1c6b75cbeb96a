// SPDX-License-Identifier: EUPL-1.2

/// Which gateway hears which lamp: the lamps of a commune are halved by place, again and again, until each part is one
/// gateway's: 80 to 150 lamps that stand close together. A commune with fewer than 80 lamps has one smaller gateway.
enum RadioPlan {
    struct Gateway {
        /// Indices of its lamps.
        var lamps: [Int32]
        /// The lamp on whose mast it sits, the one nearest the middle.
        var host: Int
    }

    static func gateways(for lamps: [DrawnLamp]) -> [Gateway] {
        guard !lamps.isEmpty else { return [] }
        var parts = max(1, lamps.count / 86)
        while lamps.count > parts * 150 { parts += 1 }
        var members = lamps.indices.map { Int32($0) }
        var found: [Gateway] = []
        divide(&members, 0..<members.count, into: parts, lamps) { found.append(gateway(Array($0), lamps)) }
        return found
    }

    private static func divide(
        _ members: inout [Int32], _ range: Range<Int>, into parts: Int, _ lamps: [DrawnLamp], _ take: (ArraySlice<Int32>) -> Void
    ) {
        guard parts > 1 else { return take(members[range]) }
        let left = parts / 2
        let cut = range.lowerBound + range.count * left / parts
        var (west, east, south, north) = (Int32.max, Int32.min, Int32.max, Int32.min)
        for i in members[range] {
            let mark = lamps[Int(i)].mark
            (west, east) = (min(west, mark.longitude), max(east, mark.longitude))
            (south, north) = (min(south, mark.latitude), max(north, mark.latitude))
        }
        // A degree of longitude is two thirds as long as one of latitude here; three quarters is near enough to choose by.
        let byLongitude = (Int(east) - Int(west)) * 2 > (Int(north) - Int(south)) * 3
        select(&members, range, cut, lamps) { byLongitude ? $0.longitude : $0.latitude }
        divide(&members, range.lowerBound..<cut, into: left, lamps, take)
        divide(&members, cut..<range.upperBound, into: parts - left, lamps, take)
    }

    /// Puts the smallest before `cut` (Hoare's quickselect, median of three); ties by index, so that the result is one.
    private static func select(
        _ members: inout [Int32], _ range: Range<Int>, _ cut: Int, _ lamps: [DrawnLamp], _ key: (Mark) -> Int32
    ) {
        func before(_ a: Int32, _ b: Int32) -> Bool {
            let (ka, kb) = (key(lamps[Int(a)].mark), key(lamps[Int(b)].mark))
            return ka != kb ? ka < kb : a < b
        }
        var (low, high) = (range.lowerBound, range.upperBound - 1)
        while low < high {
            let (a, b, c) = (members[low], members[(low + high) / 2], members[high])
            let pivot = before(a, b) ? (before(b, c) ? b : before(a, c) ? c : a) : (before(a, c) ? a : before(b, c) ? c : b)
            var (i, j) = (low, high)
            while i <= j {
                while before(members[i], pivot) { i += 1 }
                while before(pivot, members[j]) { j -= 1 }
                if i <= j {
                    members.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if cut <= j { high = j } else if cut >= i { low = i } else { return }
        }
    }

    private static func gateway(_ members: [Int32], _ lamps: [DrawnLamp]) -> Gateway {
        let longitude = members.reduce(0) { $0 + Int(lamps[Int($1)].mark.longitude) } / members.count
        let latitude = members.reduce(0) { $0 + Int(lamps[Int($1)].mark.latitude) } / members.count
        let host = members.min { a, b in
            func away(_ i: Int32) -> Int {
                abs(Int(lamps[Int(i)].mark.longitude) - longitude) * 2 + abs(Int(lamps[Int(i)].mark.latitude) - latitude) * 3
            }
            return (away(a), a) < (away(b), b)
        }
        return Gateway(lamps: members.sorted(), host: Int(host!))
    }
}
