// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// All addresses of the city in columns, to be found by words and by position: 11 bytes a house, words and their streets once.
/// Made from the table at start and after an import; a value that never changes.
package struct AddressIndex: Sendable {
    struct StreetEntry: Sendable {
        var name: String
        var postcode: String
        var insee: String
        var commune: String
        /// Its houses in the columns, sorted by number and suffix.
        var first: Int32
        var count: Int32
        /// Words of its name, in order.
        var words: [UInt32]
        /// Where a street without number is shown: its middle house.
        var middle: Place
    }

    private(set) var streets: [StreetEntry] = []
    /// By house: number, which suffix, street, position in millionths of a degree.
    private(set) var numbers = ContiguousArray<UInt32>()
    private(set) var suffixes = ContiguousArray<UInt8>()
    private(set) var longitudes = ContiguousArray<Int32>()
    private(set) var latitudes = ContiguousArray<Int32>()
    /// Texts of `suffixes`; the first is ''.
    private(set) var suffixTexts = [""]
    private(set) var vocabulary = AddressVocabulary()
    private(set) var grid = AddressGrid()

    /// How many addresses.
    package var count: Int { numbers.count }

    private struct Key: Hashable { var insee, postcode, street: String }

    package init(_ addresses: some Sequence<Address>) {
        var streetOf: [Key: Int32] = [:]
        var suffixOf: [String: UInt8] = ["": 0]
        var houses: [(street: Int32, number: UInt32, suffix: UInt8, longitude: Int32, latitude: Int32)] = []
        for address in addresses {
            let key = Key(insee: address.insee, postcode: address.postcode, street: address.street)
            let street = streetOf[key] ?? Int32(streets.count)
            if streetOf[key] == nil {
                streetOf[key] = street
                streets.append(
                    StreetEntry(
                        name: address.street, postcode: address.postcode, insee: address.insee, commune: address.commune, first: 0,
                        count: 0, words: [], middle: address.place))
            }
            // Beyond 255 different suffixes the further ones are left out; real tables know some thirty.
            let suffix = suffixOf[address.suffix] ?? UInt8(clamping: suffixTexts.count)
            if suffixOf[address.suffix] == nil, suffixTexts.count < 255 {
                suffixOf[address.suffix] = suffix
                suffixTexts.append(address.suffix)
            }
            houses.append(
                (
                    street, UInt32(clamping: address.house), suffixOf[address.suffix] ?? 0,
                    Int32((address.place.longitude * 1e6).rounded()), Int32((address.place.latitude * 1e6).rounded())
                ))
        }
        let texts = suffixTexts
        houses.sort { a, b in
            if a.street != b.street { return a.street < b.street }
            return a.number != b.number ? a.number < b.number : texts[Int(a.suffix)] < texts[Int(b.suffix)]
        }
        for (i, house) in houses.enumerated() {
            let street = Int(house.street)
            if streets[street].count == 0 { streets[street].first = Int32(i) }
            streets[street].count += 1
            numbers.append(house.number)
            suffixes.append(house.suffix)
            longitudes.append(house.longitude)
            latitudes.append(house.latitude)
        }
        var builder = AddressVocabulary.Builder()
        for i in streets.indices {
            let entry = streets[i]
            streets[i].middle = place(Int(entry.first) + Int(entry.count) / 2)
            streets[i].words = AddressWords.parts(entry.name).map { builder.add(AddressWords.full($0), street: i, isOfName: true) }
            for word in AddressWords.parts(entry.commune) { _ = builder.add(AddressWords.full(word), street: i, isOfName: false) }
            if !entry.postcode.isEmpty { _ = builder.add(entry.postcode, street: i, isOfName: false) }
        }
        vocabulary = builder.finish(streets: streets.count)
        grid = AddressGrid(longitudes: longitudes, latitudes: latitudes)
    }

    func place(_ house: Int) -> Place {
        Place(longitude: Double(longitudes[house]) / 1e6, latitude: Double(latitudes[house]) / 1e6)
    }

    func houses(of street: Int) -> Range<Int> {
        let entry = streets[street]
        return Int(entry.first)..<Int(entry.first + entry.count)
    }

    /// The house of a number and suffix in a street: the very one, else the same number without the suffix asked for.
    func house(_ number: UInt32, suffix: String, in street: Int) -> (house: Int, isExact: Bool)? {
        let range = houses(of: street)
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        guard low < range.upperBound, numbers[low] == number else { return nil }
        var at = low
        while at < range.upperBound, numbers[at] == number {
            let text = suffixTexts[Int(suffixes[at])]
            if text == suffix || !suffix.isEmpty && text.hasPrefix(suffix) { return (at, true) }
            at += 1
        }
        return (low, suffix.isEmpty)
    }

    /// The house whose number is nearest, on the same side (even or odd) where there is one.
    func nearestHouse(to number: UInt32, in street: Int) -> Int? {
        let range = houses(of: street)
        func far(_ house: Int) -> Int { abs(Int(numbers[house]) - Int(number)) }
        let same = range.filter { numbers[$0] % 2 == number % 2 && numbers[$0] > 0 }
        return (same.isEmpty ? Array(range) : same).min { far($0) < far($1) }
    }

    func found(street: Int, house: Int?, isExact: Bool) -> AddressFound {
        let entry = streets[street]
        return AddressFound(
            house: house.map { Int(numbers[$0]) } ?? 0, suffix: house.map { suffixTexts[Int(suffixes[$0])] } ?? "", street: entry.name,
            postcode: entry.postcode, insee: entry.insee, commune: entry.commune, place: house.map(place) ?? entry.middle,
            isExact: isExact)
    }

    /// The addresses nearest to a position, nearest first.
    /// - Parameter metres: no farther than this.
    package func nearest(to place: Place, limit: Int = 1, within metres: Double = 500) -> [AddressFound] {
        guard place.isValid, limit > 0 else { return [] }
        let near = grid.around(place, within: metres).map { ($0, self.place($0).metres(to: place)) }.filter { $0.1 <= metres }
        return near.sorted { $0.1 < $1.1 }.prefix(limit).compactMap { house, far in
            guard let street = street(of: house) else { return nil }
            var found = found(street: street, house: house, isExact: true)
            found.metres = far
            return found
        }
    }

    private func street(of house: Int) -> Int? {
        var (low, high) = (0, streets.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(streets[middle].first) + Int(streets[middle].count) <= house { low = middle + 1 } else { high = middle }
        }
        return low < streets.count ? low : nil
    }
}

/// Houses by cells of a thousandth of a degree (about 75 by 110 m at our latitude).
struct AddressGrid: Sendable {
    private var cells = ContiguousArray<UInt64>()
    private var houses = ContiguousArray<UInt32>()

    init() {}

    init(longitudes: ContiguousArray<Int32>, latitudes: ContiguousArray<Int32>) {
        let keys = longitudes.indices.map { AddressGrid.key(longitudes[$0] / 1000, latitudes[$0] / 1000) }
        let order = keys.indices.sorted { keys[$0] < keys[$1] }
        cells = ContiguousArray(order.map { keys[$0] })
        houses = ContiguousArray(order.map { UInt32($0) })
    }

    private static func key(_ column: Int32, _ row: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: row ^ Int32.min)) << 32 | UInt64(UInt32(bitPattern: column ^ Int32.min))
    }

    /// All houses in the cells within so many metres (at most 5 km), and some beyond. Rows from the middle outwards; a city has few.
    func around(_ place: Place, within metres: Double) -> [Int] {
        let reach = min(metres, 5000)
        let rows = Int32((reach / 110).rounded(.up)) + 1
        let narrow = max(0.1, Place(longitude: 0, latitude: place.latitude).metres(to: Place(longitude: 0.001, latitude: place.latitude)))
        let columns = Int32(min(1000, (reach / narrow).rounded(.up))) + 1
        let (column, row) = (Int32((place.longitude * 1000).rounded(.towardZero)), Int32((place.latitude * 1000).rounded(.towardZero)))
        var found: [Int] = []
        for r in (row - rows)...(row + rows) {
            let last = AddressGrid.key(column + columns, r)
            var (low, high) = (0, cells.count)
            let first = AddressGrid.key(column - columns, r)
            while low < high {
                let middle = (low + high) / 2
                if cells[middle] < first { low = middle + 1 } else { high = middle }
            }
            while low < cells.count, cells[low] <= last {
                found.append(Int(houses[low]))
                low += 1
            }
        }
        return found
    }
}
