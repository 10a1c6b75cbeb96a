// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Rehearsal
import Rounds

extension BenchRun {
    /// A day of 40 crews and 600 jobs on a city's streets, and published instances of the routing problem with time windows.
    func dayOfRounds() throws {
        if wanted.contains("routes-seconds") { try roundsOfADay() }
        if wanted.contains("routes-gap") { try publishedInstances() }
        if wanted.contains("routes-peer") { try peer() }
    }

    private func roundsOfADay() throws {
        let began = ContinuousClock.now
        let plain = try StreetNetwork(osmXML: Array(BenchTown.xml.utf8))
        let reading = vigie.seconds(since: began)
        let preparing = ContinuousClock.now
        let network = plain.prepared()
        let prepared = vigie.seconds(since: preparing)
        let problem = BenchTown.day(crews: 40, jobs: 600)
        let start = ContinuousClock.now
        let travel = network.travelTimes(among: problem.places)
        let matrix = vigie.seconds(since: start)
        // Four seconds of search, whatever the machine makes of them; ten times as many say what was left on the table.
        let plan = try RoundSolver.solve(problem, travel: travel, budget: .seconds(4))
        let whole = vigie.seconds(since: start)
        let long = try RoundSolver.solve(problem, travel: travel, budget: .seconds(40))
        let placed = plan.rounds.reduce(0) { $0 + $1.stops.count }
        let excess = 100 * (Double(plan.cost.total) / Double(max(1, long.cost.total)) - 1)
        tell(
            Figure(
                "routes-seconds", whole, "s", must: 30, aim: 5,
                note:
                    "matrix of \(travel.count) points over \(network.arcs) arcs \(Figure.print(matrix)) s, 4 s of search, \(plan.iterations) "
                    + "changes tried; \(placed) jobs in rounds, \(plan.leftOut.count) left out, \(plan.cost.brokenPromises) promises broken; "
                    + "\(Figure.print(excess)) % above the plan of 40 s; the network is read in \(Figure.print(reading)) s and prepared in \(Figure.print(prepared)) s"
            ).void(placed + plan.leftOut.count == 600 ? nil : "jobs are lost"))
    }

    private func publishedInstances() throws {
        let found = try RoutingInstance.published()
        let known = found.filter { RoutingInstance.bestKnown[$0.name] != nil }
        guard !known.isEmpty else {
            return skip("routes-gap", "skipped: no instance with a known best in VIGIE_ROUTING_INSTANCES or ../shared/data/routing")
        }
        var ratios: [Double] = []
        var words: [String] = []
        for instance in known {
            let plan = try instance.solve(seconds: seconds * 2)
            if !plan.leftOut.isEmpty { return skip("routes-gap", "\(instance.name): \(plan.leftOut.count) customers left out") }
            let ratio = Double(plan.cost.travelSeconds) / 10 / RoutingInstance.bestKnown[instance.name]!
            ratios.append(ratio)
            words.append("\(instance.name) \(String(format: "%.4f", ratio))")
        }
        tell(
            Figure(
                "routes-gap", ratios.reduce(0, +) / Double(ratios.count), "× best known", must: 1.08, aim: 1.03,
                note: "\(Figure.print(seconds * 2)) s each, distance only, one decimal cut: \(words.joined(separator: ", "))"))
    }

    /// The same generated instance to PyVRP, where `VIGIE_PYVRP` names a Python that has it.
    private func peer() throws {
        guard let python = ProcessInfo.processInfo.environment["VIGIE_PYVRP"] else {
            return skip("routes-peer", "skipped: VIGIE_PYVRP names no Python with pyvrp")
        }
        let instance = RoutingInstance.generated(customers: 200, seed: 21)
        let own = try instance.solve(seconds: seconds * 2)
        let path = root + "/peer.py"
        try (RoutingInstance.peerScript).write(toFile: path, atomically: true, encoding: .utf8)
        let table = root + "/peer.txt"
        try instance.text.write(toFile: table, atomically: true, encoding: .utf8)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [path, table, "\(seconds * 2)"]
        process.standardOutput = pipe
        try process.run()
        let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let theirs = Double(answer.trimmingCharacters(in: .whitespacesAndNewlines)), theirs > 0 else {
            return skip("routes-peer", "PyVRP gave no answer")
        }
        tell(
            Figure(
                "routes-peer", Double(own.cost.travelSeconds) / 10, "length", baseline: theirs, "PyVRP in the same time",
                note: "200 customers, half in clusters, made by rule; \(Figure.print(seconds * 2)) s each"
            ).void(own.leftOut.isEmpty ? nil : "\(own.leftOut.count) customers left out"))
    }
}

extension RoundBudget {
    /// So many seconds from now.
    static func seconds(_ seconds: Double) -> RoundBudget {
        let began = ContinuousClock.now
        return RoundBudget(iterations: .max / 2, spent: { vigie.seconds(since: began) / seconds })
    }
}

/// A city by rule: 130 × 100 junctions some 110 m apart, a tenth of the streets missing, a tenth of one direction, avenues between.
enum BenchTown {
    private static let columns = 130
    private static let rows = 100

    static var xml: String {
        var dice = Dice(seed: 5)
        var text = "<osm version=\"0.6\">\n"
        func number(_ x: Int, _ y: Int) -> Int { y * columns + x + 1 }
        for y in 0..<rows {
            for x in 0..<columns {
                let place = at(Double(x) + Double(dice.whole(0...30)) / 100, Double(y) + Double(dice.whole(0...30)) / 100)
                text += "<node id=\"\(number(x, y))\" lat=\"\(place.latitude)\" lon=\"\(place.longitude)\"/>\n"
            }
        }
        var way = 0
        func street(_ a: Int, _ b: Int, _ isAvenue: Bool) {
            way += 1
            let luck = dice.whole(0...9)
            if luck == 0 && !isAvenue { return }
            let tags = isAvenue ? "<tag k='highway' v='primary'/>" : "<tag k='highway' v='residential'/>"
            let direction = luck == 1 && !isAvenue ? "<tag k='oneway' v='yes'/>" : ""
            text += "<way id=\"\(way)\"><nd ref=\"\(a)\"/><nd ref=\"\(b)\"/>\(tags)\(direction)</way>\n"
        }
        for y in 0..<rows { for x in 1..<columns { street(number(x - 1, y), number(x, y), y % 15 == 0) } }
        for x in 0..<columns { for y in 1..<rows { street(number(x, y - 1), number(x, y), x % 15 == 0) } }
        return text + "</osm>\n"
    }

    private static func at(_ x: Double, _ y: Double) -> Place { Place(longitude: 5 + x * 0.0015, latitude: 47.3 + y * 0.001) }

    /// Crews of four depots with breaks, two trades and a few with a platform; jobs of 15 to 45 minutes, a third with a window, half promised.
    static func day(crews: Int, jobs: Int) -> RoundProblem {
        var dice = Dice(seed: 9)
        let dawn: Int64 = 1_795_334_400
        func minute(_ m: Int) -> Instant { Instant(seconds: dawn + Int64(m) * 60) }
        func anywhere() -> Place { at(Double(dice.whole(0...12_900)) / 100, Double(dice.whole(0...9_900)) / 100) }
        let depots = (0..<4).map { _ in anywhere() }
        let staff = (0..<crews).map { c in
            let from = c % 4 == 0 ? 360 : 480
            let rest = RoundRest(begins: Stretch(from: minute(from + 210), to: minute(from + 300)), length: .minutes(45))
            return RoundCrew(
                id: Int64(c), name: "Équipe \(c)", start: depots[c % 4], shift: Stretch(from: minute(from), to: minute(from + 510)),
                rest: rest,
                skills: c % 3 == 0 ? ["voirie", "électricité"] : c % 3 == 1 ? ["voirie"] : ["électricité"],
                equipment: c % 5 == 0 ? ["nacelle"] : [], capacity: RoundLoad(cubicMetres: 12, kilograms: 1_500))
        }
        let work = (0..<jobs).map { k in
            let isElectric = dice.whole(0...2) == 0
            var windows: [Stretch] = []
            if dice.whole(0...2) == 0 {
                let from = 480 + 30 * dice.whole(0...12)
                windows = [Stretch(from: minute(from), to: minute(from + 120))]
            }
            return RoundJob(
                id: Int64(k), place: anywhere(), duration: .minutes(Int64(dice.whole(10...30))),
                skills: isElectric ? ["électricité"] : ["voirie"],
                equipment: isElectric && dice.whole(0...3) == 0 ? ["nacelle"] : [], windows: windows,
                load: RoundLoad(cubicMetres: Double(dice.whole(0...5)) / 10, kilograms: Double(dice.whole(0...60))),
                urgency: Urgency(rawValue: [0, 0, 0, 1, 1, 2][dice.whole(0...5)])!,
                promisedAt: dice.whole(0...1) == 0 ? minute(720 + 60 * dice.whole(0...24)) : nil)
        }
        return RoundProblem(crews: staff, jobs: work)
    }
}
