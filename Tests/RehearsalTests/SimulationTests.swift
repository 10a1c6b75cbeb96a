// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Rehearsal
import Testing

/// A small city that lives without sockets: what it sends is collected.
final class Stage {
    struct Reading {
        var id: String
        var at: Int64
        var seq: Int
        var values: [String: Double]
    }

    let simulation: Simulation
    let start: Instant
    private(set) var sent: [Outgoing] = []

    /// A city of `lamps` in perfect health unless told otherwise. `at` is both wall and city time at the start.
    init(
        lamps: Int = 300, at start: Instant, faults: Double = 0, radioLoss: Double = 0, instant: Bool = false, truth: String? = nil,
        speed: Int = 1
    ) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/stage-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try City(lamps: lamps, seed: 4).write(to: folder)
        var settings = SimulationSettings()
        (settings.faults, settings.radioLoss, settings.isInstant) = (faults, radioLoss, instant)
        settings.standing = 0
        self.start = start
        simulation = try Simulation(
            roster: try Roster(folder: folder), settings: settings, pace: Pace(wallStart: start, speed: speed), truth: truth)
        simulation.outbox = { [unowned self] outgoing in
            sent.append(outgoing)
            if case .connect(let g) = outgoing { simulation.linkChanged(g, isUp: true) }
        }
    }

    func live(_ span: Span) { simulation.advance(to: pastWall + span) }
    private var pastWall: Instant { simulation.pace.wall(at: simulation.now) }
    func forget() { sent.removeAll() }

    /// All readings sent since `forget`, in order.
    func readings(of id: String? = nil) throws -> [Reading] {
        var all: [Reading] = []
        for case .publish(_, .readings, let payload) in sent {
            let json = try JSONSerialization.jsonObject(with: Data(payload), options: .fragmentsAllowed)
            for object in json as? [[String: Any]] ?? [json as! [String: Any]] {
                let values = object.compactMapValues { ($0 as? NSNumber)?.doubleValue }
                all.append(Reading(id: object["id"] as! String, at: Int64(values["t"]!), seq: Int(values["seq"]!), values: values))
            }
        }
        return id.map { id in all.filter { $0.id == id } } ?? all
    }

    var firstLamp: String { simulation.roster.lamps[0] }
    var gateways: Range<Int> { 0..<simulation.roster.gateways.count }
}

/// 21 November 2026 in Dijon: sunset about 16:59, sunrise about 7:53 local time (UTC+1).
let noon = Instant(year: 2026, month: 11, day: 21, hour: 11)

@Suite struct SimulationTests {
    @Test func aLampFollowsItsProgrammeThroughANight() throws {
        let stage = try Stage(lamps: 60, at: noon)
        let lamp = stage.firstLamp
        stage.live(.hours(24))
        let readings = try stage.readings(of: lamp)
        func levels(_ from: Int, _ to: Int) -> Set<Double> {
            Set(
                readings.filter {
                    $0.at >= (noon + .minutes(Int64(from))).milliseconds && $0.at < (noon + .minutes(Int64(to))).milliseconds
                }.map { $0.values["level"]! })
        }
        // Noon is 12:00 local; minutes from there.
        #expect(levels(0, 290) == [0])
        #expect(levels(320, 595) == [100])
        #expect(levels(605, 1015) == [70])
        #expect(levels(1025, 1175) == [100])
        #expect(levels(1190, 1440) == [0])
    }

    @Test func everyDeviceSaysHowItIsWithinAMinute() throws {
        let stage = try Stage(lamps: 600, at: noon + .hours(8))
        stage.live(.minutes(1))
        let roster = stage.simulation.roster
        let heard = Set(try stage.readings().map(\.id))
        func silent(_ ids: Identities) -> [String] { (0..<ids.count).map { ids[$0] }.filter { !heard.contains($0) } }
        #expect(silent(roster.lamps).isEmpty && silent(roster.gateways).isEmpty)
        #expect(silent(roster.cabinets).count == (0..<roster.cabinets.count).count { roster.gatewayOfCabinet[$0] < 0 })
    }

    @Test func theMeterOnlyGrowsAndAgreesWithThePower() throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.hours(24))
        let readings = try stage.readings(of: stage.firstLamp)
        #expect(readings.count > 95)
        for (a, b) in zip(readings, readings.dropFirst()) {
            #expect(b.values["energy"]! >= a.values["energy"]!)
            #expect(b.seq > a.seq)
            if a.values["level"] == b.values["level"], a.values["level"]! > 0, b.at - a.at == 900_000 {
                let used = (b.values["energy"]! - a.values["energy"]!) * 1000
                #expect(abs(used - b.values["power"]! / 4) < 0.15 * b.values["power"]!)
            }
        }
    }

    @Test func readingsStayWithinWhatLampsDeclare() throws {
        let stage = try Stage(lamps: 400, at: noon + .hours(4), faults: 500, radioLoss: 0.02)
        stage.live(.hours(3))
        let readings = try stage.readings().filter { $0.id.hasPrefix("L-") }
        #expect(readings.count > 4000)
        for reading in readings {
            #expect((0...100).contains(reading.values["level"]!))
            #expect((0...260).contains(reading.values["power"]!))
            #expect(reading.values["voltage"]! == 0 || (215...245).contains(reading.values["voltage"]!))
            #expect((-10...80).contains(reading.values["temperature"]!))
        }
    }

    @Test func timeStampsAreWallTimeHoweverFastTheCityLives() throws {
        let stage = try Stage(lamps: 60, at: noon, speed: 60)
        stage.live(.minutes(10))
        let readings = try stage.readings()
        #expect(readings.contains { $0.values["level"] == 100 })
        for reading in readings { #expect(abs(reading.at - noon.milliseconds) <= 10 * 60_000 + 2000) }
    }

    @Test func radioLosesDoublesAndOvertakesButInventsNothing() throws {
        let stage = try Stage(lamps: 300, at: noon, radioLoss: 0.1)
        for _ in 0..<36 { stage.live(.minutes(10)) }
        let byLamp = Dictionary(grouping: try stage.readings().filter { $0.id.hasPrefix("L-") }, by: \.id)
        let doubled = byLamp.values.reduce(0) { $0 + $1.count - Set($1.map(\.seq)).count }
        let overtaken = byLamp.values.reduce(0) { $0 + zip($1, $1.dropFirst()).count { $0.seq > $1.seq } }
        let missing = byLamp.values.reduce(0) { $0 + ($1.map(\.seq).max()! - Set($1.map(\.seq)).count) }
        #expect(doubled > 50 && overtaken > 5 && missing > 200)
    }

    @Test func theSameSeedAndTimesGiveTheSameMessages() throws {
        func run() throws -> [Outgoing] {
            let stage = try Stage(lamps: 200, at: noon + .hours(4), faults: 300, radioLoss: 0.02)
            for _ in 0..<40 { stage.live(.minutes(3)) }
            return stage.sent
        }
        let (a, b) = (try run(), try run())
        #expect(a.count > 100)
        #expect(a == b)
    }
}

@Suite struct SupplyAndLinkTests {
    @Test func lampsOfATrippedFeederGaspAndThenFallSilent() throws {
        let stage = try Stage(lamps: 600, at: noon + .hours(7))
        stage.live(.minutes(1))
        stage.forget()
        #expect(stage.simulation.hear("trip feeder F-01") == "ok")
        stage.live(.seconds(10))
        let gasps = try stage.readings().filter { $0.id.hasPrefix("L-") && Int($0.values["faults"]!) & 4 != 0 }
        #expect(gasps.count > 50)
        #expect(gasps.allSatisfy { $0.values["power"] == 0 && $0.values["voltage"] == 0 && $0.values["level"] == 0 })
        let dead = Set(gasps.map(\.id))
        stage.forget()
        stage.live(.minutes(16))
        #expect(try stage.readings().allSatisfy { !dead.contains($0.id) })
        #expect(stage.simulation.hear("restore all") == "ok")
        stage.forget()
        stage.live(.minutes(3))
        let back = Set(try stage.readings().filter { $0.values["level"] == 100 }.map(\.id))
        #expect(dead.isSubset(of: back))
    }

    @Test func gatewaysWithoutBatteryVanishWithTheirFeeder() throws {
        let stage = try Stage(lamps: 2000, at: noon)
        stage.live(.minutes(1))
        stage.forget()
        for f in 0..<stage.simulation.roster.feeders.count {
            _ = stage.simulation.hear("trip feeder \(stage.simulation.roster.feeders[f])")
        }
        stage.live(.seconds(30))
        let vanished = stage.sent.count { if case .vanish = $0 { true } else { false } }
        #expect(vanished > stage.gateways.count / 3 && vanished < stage.gateways.count)
    }

    @Test func aStormIsHeardLampByLampWithinItsTime() throws {
        let stage = try Stage(lamps: 2000, at: noon + .hours(7))
        stage.live(.minutes(1))
        stage.forget()
        #expect(stage.simulation.hear("storm 2000 losses in 10s") == "ok")
        stage.live(.seconds(10))
        let lost = Set(try stage.readings().filter { $0.id.hasPrefix("L-") && Int($0.values["faults"]!) & 4 != 0 }.map(\.id))
        #expect(lost.count == 2000)
    }

    @Test func aCutGatewayKeepsItsReadingsAndSendsThemWhenItIsBack() throws {
        let stage = try Stage(lamps: 100, at: noon)
        stage.live(.minutes(1))
        let gateway = stage.simulation.roster.gateways[0]
        #expect(stage.simulation.hear("cut gateway \(gateway) for 20m") == "ok")
        stage.forget()
        stage.live(.minutes(19))
        let before = try stage.readings().count
        stage.live(.minutes(2))
        let after = try stage.readings()
        #expect(after.count - before > 80)
        let oldest = after.map(\.at).min()!
        #expect(oldest < (noon + .minutes(4)).milliseconds)
    }

    @Test func everyGatewayReconnectsWhenTold() throws {
        let stage = try Stage(lamps: 2000, at: noon)
        stage.live(.minutes(1))
        stage.forget()
        #expect(stage.simulation.hear("every gateway reconnects within 5s") == "ok")
        stage.live(.seconds(6))
        #expect(stage.sent.count { if case .vanish = $0 { true } else { false } } == stage.gateways.count)
        #expect(stage.sent.count { if case .connect = $0 { true } else { false } } == stage.gateways.count)
    }

    @Test func anUnknownDeviceIsRefusedWithAnExample() throws {
        let stage = try Stage(lamps: 60, at: noon)
        #expect(stage.simulation.hear("trip feeder F-99") == "error: found 'F-99'; expected a feeder of this city, such as F-01, or any")
        #expect(throws: ScriptError.self) { try stage.simulation.rehearse(Script("restore all\nat +1s cut gateway G-0")) }
    }

    @Test func anOpenDoorIsReportedAtOnce() throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.minutes(1))
        stage.forget()
        let cabinet = stage.simulation.roster.cabinets[0]
        #expect(stage.simulation.hear("door open cabinet \(cabinet)") == "ok")
        stage.live(.seconds(1))
        #expect(try stage.readings(of: cabinet).last?.values["flags"] == 1)
    }
}

@Suite struct OrderAndTruthTests {
    private func receipts(_ stage: Stage) throws -> [[String: Any]] {
        var all: [[String: Any]] = []
        for case .publish(_, .receipts, let payload) in stage.sent {
            all.append(try #require(try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any]))
        }
        return all
    }

    @Test func anOrderIsAnsweredAndThenSeenInTheLampsOwnReading() throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.minutes(1))
        let lamp = stage.firstLamp
        stage.forget()
        stage.simulation.take(
            order: Array(
                "{\"order\":812,\"until\":null,\"commands\":[{\"id\":\"\(lamp)\",\"level\":60},{\"id\":\"L-0\",\"level\":60}]}".utf8),
            gateway: 0)
        #expect(stage.sent.isEmpty)
        stage.live(.seconds(30))
        let receipt = try #require(try receipts(stage).first)
        #expect(receipt["order"] as? Int == 812)
        let results = try #require(receipt["results"] as? [[String: Any]])
        #expect(results.map { $0["ok"] as? Bool } == [true, false])
        #expect(results[1]["why"] as? String == "unknown device")
        #expect(try stage.readings(of: lamp).last?.values["level"] == 60)
    }

    @Test func anOrderEndsWhenItsTimeIsOverAndTheProgrammeHoldsAgain() throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.minutes(1))
        let lamp = stage.firstLamp
        let until = (noon + .minutes(10)).iso8601
        stage.simulation.take(
            order: Array("{\"order\":1,\"until\":\"\(until)\",\"commands\":[{\"id\":\"\(lamp)\",\"level\":100}]}".utf8), gateway: 0)
        stage.live(.minutes(8))
        #expect(try stage.readings(of: lamp).last?.values["level"] == 100)
        stage.live(.minutes(3))
        #expect(try stage.readings(of: lamp).last?.values["level"] == 0)
    }

    @Test func instantAnswersInTheSameCall() throws {
        let stage = try Stage(lamps: 60, at: noon, instant: true)
        stage.live(.minutes(1))
        stage.forget()
        stage.simulation.take(order: Array("{\"order\":5,\"commands\":[{\"id\":\"\(stage.firstLamp)\",\"level\":30}]}".utf8), gateway: 0)
        #expect(try receipts(stage).count == 1)
        #expect(try stage.readings(of: stage.firstLamp).last?.values["level"] == 30)
    }

    @Test(arguments: [
        "", "null", "{}", "[1,2", "{\"order\":-1,\"commands\":[]}", "{\"order\":1,\"commands\":[{\"id\":\"x\",\"level\":1e300}]}",
        "{\"order\":1,\"until\":1e300,\"commands\":[]}",
    ])
    func whatIsNoOrderIsIgnored(text: String) throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.minutes(1))
        stage.simulation.take(order: Array(text.utf8), gateway: 0)
        stage.live(.seconds(10))
        #expect(try receipts(stage).allSatisfy { ($0["results"] as? [[String: Any]])?.allSatisfy { $0["ok"] as? Bool == false } == true })
    }

    @Test func aLampInLocalModeRefuses() throws {
        let stage = try Stage(lamps: 60, at: noon)
        stage.live(.minutes(1))
        let lamp = stage.firstLamp
        #expect(stage.simulation.hear("break lamp \(lamp) with refuses") == "ok")
        stage.live(.seconds(10))
        #expect(try stage.readings(of: lamp).last.map { Int($0.values["faults"]!) } == 128)
        stage.forget()
        stage.simulation.take(order: Array("{\"order\":9,\"commands\":[{\"id\":\"\(lamp)\",\"level\":60}]}".utf8), gateway: 0)
        stage.live(.seconds(10))
        let results = try #require(try receipts(stage).first?["results"] as? [[String: Any]])
        #expect(results.first?["why"] as? String == "local mode")
    }

    @Test(arguments: [("failure", 0.0, 1), ("darkUnnoticed", 100.0, 0), ("dayBurner", 100.0, 0), ("lies", 100.0, 0), ("driver", 50.0, 2)])
    func eachFaultIsSeenAsThatFaultWouldBe(name: String, level: Double, flags: Int) throws {
        let stage = try Stage(lamps: 60, at: noon + .hours(7))
        stage.live(.minutes(1))
        let lamp = stage.firstLamp
        #expect(stage.simulation.hear("break lamp \(lamp) with \(name)") == "ok")
        stage.live(.seconds(15))
        let reading = try #require(try stage.readings(of: lamp).last)
        #expect(reading.values["level"] == level)
        #expect(Int(reading.values["faults"]!) == flags)
        #expect((reading.values["power"]! < 3) == (name == "failure" || name == "darkUnnoticed"))
    }

    @Test func theTruthFileHoldsWhatWasInjectedAndNothingElse() throws {
        let path = FileManager.default.temporaryDirectory.path + "/truth-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stage = try Stage(lamps: 200, at: noon, truth: path)
        let lamp = stage.firstLamp
        try stage.simulation.rehearse(
            Script(
                "at +1m break lamp \(lamp) with dayBurner\nat +5m restore lamp \(lamp)\nat +2m trip feeder F-01 for 3m\nat +6m door open cabinet any"
            ))
        stage.live(.minutes(10))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as! [String: Any]
        }
        #expect(lines.map { $0["fault"] as? String } == ["dayBurner", "trip", "dayBurner", "trip", "doorOpen"])
        #expect(lines.map { $0["asset"] as? String }.prefix(4) == [lamp, "F-01", lamp, "F-01"])
        #expect(lines.map { $0["from"] as? String }.prefix(2) == [(noon + .minutes(1)).iso8601, (noon + .minutes(2)).iso8601])
        #expect(lines.map { $0["to"] is NSNull } == [true, true, false, false, true])
        #expect(lines[3]["to"] as? String == (noon + .minutes(5)).iso8601)
    }

    @Test func faultsComeAtTheirYearlyRates() throws {
        let path = FileManager.default.temporaryDirectory.path + "/truth-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // 2000 lamps for ten hours at 2000 times the rate: as 2000 lamps for 2.3 years, of which a third is LED.
        let stage = try Stage(lamps: 2000, at: noon, faults: 400, truth: path)
        stage.live(.hours(10))
        let began = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count { $0.hasSuffix("null}") }
        #expect((60...190).contains(began), "\(began)")
    }
}
