// SPDX-License-Identifier: EUPL-1.2

/// An address of the demo city: a house beside a street, by the rule that also numbers the lamps, so that a lamp's address is in the table.
struct AddressRow {
    var mark: Mark
    /// Index into the commune's streets.
    var street: Int32
    var number: Int
    var suffix: String

    /// The columns of the Base Adresse Nationale that the city fills.
    static let header = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat"

    /// A house every 14 m on both sides, even on the right; one plot in twelve is empty unless a lamp stands there, one in forty has a
    /// second house ('bis'), one in two hundred a third ('ter').
    static func along(_ street: Street, index: Int, grain: Grain, outline: Outline, lamps: [DrawnLamp], seed: UInt64) -> [AddressRow] {
        var dice = Dice(seed: seed, 9, UInt64(index))
        let pitch = 14 * grain.scale
        let aside = (street.rank == .avenue ? 16.0 : 11.0) * grain.scale
        let lit = Set(lamps.map { Int($0.houseNumber) })
        let length = zip(street.line, street.line.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
        var rows: [AddressRow] = []
        for plot in 0..<min(30_000, Int(length / pitch) + 1) {
            for side in 1...2 {
                let number = 2 * plot + side
                let isEmpty = dice.chance(1.0 / 12)
                let houses = dice.chance(1.0 / 40) ? (dice.chance(0.2) ? 3 : 2) : 1
                guard !isEmpty || lit.contains(number) else { continue }
                for house in 0..<houses {
                    let at = min(length, (Double(plot) + 0.3 + 0.2 * Double(house)) * pitch)
                    guard let (spot, along) = point(at, on: street.line) else { continue }
                    let mark = Mark(spot + along.left * (side == 1 ? aside : -aside))
                    guard outline.contains(mark) || lit.contains(number) else { continue }
                    rows.append(AddressRow(mark: mark, street: Int32(index), number: number, suffix: ["", "bis", "ter"][house]))
                }
            }
        }
        return rows
    }

    private static func point(_ distance: Double, on line: [Spot]) -> (Spot, along: Spot)? {
        var walked = 0.0
        var last: (Spot, Spot)?
        for (a, b) in zip(line, line.dropFirst()) {
            let step = (b - a).length
            guard step > 0 else { continue }
            let along = (b - a) * (1 / step)
            if distance <= walked + step { return (a + along * (distance - walked), along) }
            walked += step
            last = (b, along)
        }
        return last.map { ($0.0, along: $0.1) }
    }

    func write(_ town: City.Town, to file: TextFile) throws {
        let key = CityWriter.padded(Int(street) + 1, 4)
        let suffixKey = suffix.isEmpty ? "" : "_\(suffix)"
        try file.write(
            "\(town.insee)_\(key)_\(CityWriter.padded(number, 5))\(suffixKey);\(number);\(suffix);\(town.streets[Int(street)].name);"
                + "\(AddressRow.postcode(town.insee));\(town.insee);\(town.name);")
        try file.write(millionths: mark.longitude)
        try file.write(";")
        try file.write(millionths: mark.latitude)
        try file.write("\n")
    }

    /// The postcodes of the 23 communes, as the post delivers there.
    static func postcode(_ insee: String) -> String {
        switch insee {
        case "21231": "21000"
        case "21106", "21370": "21110"
        case "21003", "21223", "21278", "21315": "21121"
        case "21192", "21270", "21390", "21481": "21160"
        case "21617": "21240"
        case "21166": "21300"
        case "21485": "21370"
        case "21105": "21560"
        case "21263", "21355", "21473": "21600"
        case "21171", "21452", "21515", "21605": "21800"
        case "21540": "21850"
        default: ""
        }
    }
}
