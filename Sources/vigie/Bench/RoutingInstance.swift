// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Rehearsal
import Rounds

/// An instance of the vehicle routing problem with time windows in Solomon's form. Lengths follow the convention of the DIMACS challenge of
/// 2022: Euclidean, cut after one decimal; the sum of lengths is what counts, not the number of vehicles.
struct RoutingInstance {
    var name: String
    var vehicles: Int
    var capacity: Double
    /// x, y, demand, ready, due, service; the depot first.
    var rows: [[Double]]

    /// Lengths of the best solutions known for Solomon's instances of 100 customers (all proved optimal), and of one of Gehring and Homberger,
    /// by that convention, as CVRPLIB lists them; written down from knowledge, R1_6_5 alone read from its file.
    static let bestKnown: [String: Double] = [
        "C101": 827.3, "C102": 827.3, "C103": 826.3, "C104": 822.9, "C105": 827.3, "C106": 827.3, "C107": 827.3, "C108": 827.3,
        "C109": 827.3,
        "R101": 1637.7, "R102": 1466.6, "R103": 1208.7, "R104": 971.5, "R105": 1355.3, "R106": 1234.6, "R107": 1064.6, "R108": 932.1,
        "R109": 1146.9, "R110": 1068.0, "R111": 1048.7, "R112": 948.6,
        "RC101": 1619.8, "RC102": 1457.4, "RC103": 1258.0, "RC104": 1132.3, "RC105": 1513.7, "RC106": 1372.7, "RC107": 1207.8,
        "RC108": 1114.2,
        "C201": 589.1, "C202": 589.1, "C203": 588.7, "C204": 588.1, "C205": 586.4, "C206": 586.0, "C207": 585.8, "C208": 585.8,
        "R201": 1143.2, "R202": 1029.6, "R203": 870.8, "R204": 731.3, "R205": 949.8, "R206": 875.9, "R207": 794.0, "R208": 701.0,
        "R209": 854.8, "R210": 900.5, "R211": 746.7,
        "RC201": 1261.8, "RC202": 1092.3, "RC203": 923.7, "RC204": 783.5, "RC205": 1154.0, "RC206": 1051.1, "RC207": 962.9, "RC208": 776.1,
        "R1_6_5": 19_294.9,
    ]

    /// The files `*.txt` of `VIGIE_ROUTING_INSTANCES`, else of `../shared/data/routing`; none where neither is there.
    static func published() throws -> [RoutingInstance] {
        let folder = ProcessInfo.processInfo.environment["VIGIE_ROUTING_INSTANCES"] ?? SharedFiles.root.appending(path: "routing").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".txt") }.sorted().compactMap {
            RoutingInstance(name: String($0.dropLast(4)).uppercased(), text: try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
        }
    }

    /// nil where the text is of another form.
    init?(name: String, text: String) {
        (self.name, vehicles, capacity, rows) = (name, 0, 0, [])
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            let values = words.compactMap { Double($0) }
            if values.isEmpty || values.count != words.count { continue }
            if values.count == 2 && capacity == 0 { (vehicles, capacity) = (Int(values[0]), values[1]) }
            if values.count == 7 { rows.append(Array(values.dropFirst())) }
        }
        guard (1...500).contains(vehicles), capacity > 0, (2...5_001).contains(rows.count) else { return nil }
    }

    private init(name: String, vehicles: Int, capacity: Double, rows: [[Double]]) {
        (self.name, self.vehicles, self.capacity, self.rows) = (name, vehicles, capacity, rows)
    }

    /// Half of the customers anywhere, half in clusters; windows of a tenth to a third of the day, each such that a vehicle of its own is in time.
    static func generated(customers: Int, seed: UInt64) -> RoutingInstance {
        var dice = Dice(seed: seed)
        let day = 1_000.0
        var rows = [[70.0, 70, 0, 0, day, 0]]
        let centres = (0..<6).map { _ in (Double(dice.whole(15...125)), Double(dice.whole(15...125))) }
        for k in 0..<customers {
            var x = Double(dice.whole(0...140))
            var y = Double(dice.whole(0...140))
            if k % 2 == 0 {
                let centre = centres[dice.whole(0...5)]
                (x, y) = (centre.0 + Double(dice.whole(-10...10)), centre.1 + Double(dice.whole(-10...10)))
            }
            let away = ((x - 70) * (x - 70) + (y - 70) * (y - 70)).squareRoot().rounded(.up)
            let width = Double(dice.whole(100...330))
            let from = away + Double(dice.whole(0...Int(day - 2 * away - 20 - width)))
            rows.append([x, y, Double(dice.whole(5...35)), from, from + width, 10])
        }
        return RoutingInstance(name: "RC-\(customers)", vehicles: 50, capacity: 200, rows: rows)
    }

    var text: String {
        let table = rows.enumerated().map { index, row in "\(index) " + row.map { "\(Int($0))" }.joined(separator: " ") }
        return (["\(vehicles) \(Int(capacity))"] + table).joined(separator: "\n") + "\n"
    }

    /// Solved by the rounds' solver: tenths of a length are its seconds.
    func solve(seconds: Double) throws -> RoundPlan {
        let nowhere = Place(longitude: 0, latitude: 0)
        func second(_ value: Double) -> Instant { Instant(seconds: Int64((value * 10).rounded())) }
        let crews = (0..<vehicles).map {
            RoundCrew(
                id: Int64($0), name: "", start: nowhere, shift: Stretch(from: second(rows[0][3]), to: second(rows[0][4])),
                capacity: RoundLoad(kilograms: capacity))
        }
        let jobs = rows.enumerated().dropFirst().map { index, row in
            RoundJob(
                id: Int64(index), place: nowhere, duration: .seconds(Int64((row[5] * 10).rounded())),
                windows: [Stretch(from: second(row[3]), to: second(row[4]))], load: RoundLoad(kilograms: row[2]), price: 10_000_000)
        }
        let points = Array(repeating: rows[0], count: 2 * vehicles) + rows.dropFirst()
        var matrix = [Int32](repeating: 0, count: points.count * points.count)
        for (a, from) in points.enumerated() {
            for (b, to) in points.enumerated() {
                let (dx, dy) = (from[0] - to[0], from[1] - to[1])
                matrix[a * points.count + b] = Int32(10 * (dx * dx + dy * dy).squareRoot())
            }
        }
        return try RoundSolver.solve(
            RoundProblem(crews: crews, jobs: jobs), travel: TravelTimes(count: points.count, van: matrix, basis: .network),
            budget: .seconds(seconds))
    }

    /// Prints the length that PyVRP finds in so many seconds.
    static let peerScript = """
        import math, sys
        from pyvrp import Model
        from pyvrp.stop import MaxRuntime
        lines = [[float(v) for v in line.split()] for line in open(sys.argv[1])]
        (vehicles, capacity), rows = lines[0], [r[1:] for r in lines[1:]]
        model = Model()
        spots = [model.add_location(x=r[0], y=r[1]) for r in rows]
        depot = model.add_depot(spots[0])
        model.add_vehicle_type(int(vehicles), capacity=int(capacity), start_depot=depot, end_depot=depot, tw_late=int(rows[0][4] * 10))
        for r, spot in zip(rows[1:], spots[1:]):
            model.add_client(spot, delivery=int(r[2]), service_duration=int(r[5] * 10), tw_early=int(r[3] * 10), tw_late=int(r[4] * 10))
        for a, p in zip(rows, spots):
            for b, q in zip(rows, spots):
                way = int(10 * math.hypot(a[0] - b[0], a[1] - b[1]))
                model.add_edge(p, q, distance=way, duration=way)
        result = model.solve(MaxRuntime(float(sys.argv[2])), seed=1, display=False)
        print(result.cost() / 10 if result.is_feasible() else -1)
        """
}
