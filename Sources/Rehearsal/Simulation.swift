// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// How a rehearsal is set up.
package struct SimulationSettings: Sendable {
    package var seed: UInt64 = 21_231
    /// Seconds between two reports of a lamp when nothing happens.
    package var period = 900
    /// Multiplies the yearly rates of faults; 0 for a city without faults.
    package var faults = 1.0
    /// Share of the lamps that are faulty when the rehearsal begins.
    package var standing = 0.006
    /// Answers orders at once and without radio: for measuring the way out.
    package var isInstant = false
    /// Share of radio messages that are lost; doubling and overtaking happen half as often.
    package var radioLoss = 0.004
    package init() {}
}

/// The simulated city at work. Confined to one thread; reads no clock and opens no socket: time is an argument, what is to be sent leaves
/// through `outbox`. The same roster, settings, script and times give the same messages.
package final class Simulation {
    package let roster: Roster
    package let settings: SimulationSettings
    package let pace: Pace
    package var outbox: (Outgoing) -> Void = { _ in }
    package private(set) var now: Instant
    var agenda = Agenda()
    var fleet: Fleet
    var gateways: Gateways
    var supply: Supply
    let truth: TruthLog
    var scripted: [Script.Action] = []
    /// Readings that are being overtaken, and answers on their way, by number.
    var held: [UInt32: [UInt8]] = [:]
    var answers: [UInt32: Answer] = [:]
    var flapping: [Int: Instant] = [:]
    /// By lamp: the order (its low 32 bits) that holds it until its end.
    var lastOrder: [Int: UInt32] = [:]
    var numbers: UInt32 = 0
    var radio: Dice
    var chance: Dice
    var faultScale: Double
    var counts = Counts()
    private let rota: Rota
    private let cabinetRota: Rota
    private let gatewayRota: Rota
    private var rotaSecond: Int64
    var dirty: [Int] = []

    /// What happened so far, for the status line.
    package struct Counts: Sendable, Equatable {
        package var readings = 0, messages = 0, lost = 0, doubled = 0, overtaken = 0, dropped = 0
        package var orders = 0, commands = 0, refused = 0
    }

    /// Truth goes to the file at `truth`; nil keeps it in memory only.
    package init(roster: Roster, settings: SimulationSettings = .init(), pace: Pace, truth path: String? = nil) throws {
        (self.roster, self.settings, self.pace) = (roster, settings, pace)
        now = pace.cityStart
        truth = try TruthLog(path: path)
        fleet = Fleet(roster: roster, seed: settings.seed, period: settings.period)
        gateways = Gateways(roster: roster, seed: settings.seed, at: pace.cityStart)
        supply = Supply(roster: roster, seed: settings.seed)
        radio = Dice(seed: settings.seed, 22)
        chance = Dice(seed: settings.seed, 23)
        faultScale = settings.faults
        rota = Rota(phases: fleet.phase, period: settings.period)
        var dice = Dice(seed: settings.seed, 24)
        cabinetRota = Rota(phases: (0..<roster.cabinets.count).map { _ in UInt16(dice.whole(0...299)) }, period: 300)
        gatewayRota = Rota(phases: (0..<roster.gateways.count).map { _ in UInt16(dice.whole(0...299)) }, period: 300)
        rotaSecond = pace.cityStart.seconds
        begin()
    }

    /// Each gateway connects within seconds, its lamps are as its programme wants them at this hour, and some faults are old. As after a
    /// power-up every device says within a minute how it is; a city so large that this were a storm waits for its rota instead.
    private func begin() {
        let spread = max(1.0, Double(gateways.count) / 200)
        var first = Dice(seed: settings.seed, 25)
        let isModest = fleet.count <= 60_000 && !settings.isInstant
        for g in 0..<gateways.count {
            agenda.note(.gatewayConnects, at: now + Span(milliseconds: Int64(chance.between(0, spread * 1000))), g)
            if isModest {
                for lamp in roster.lamps(ofGateway: g) { agenda.note(.report, at: after(spread + first.between(1, 45)), lamp) }
            }
            gateways.programmeLevel[g] = programme(g, at: now)
            agenda.note(.programme, at: nextProgramme(g, after: now), g)
            for lamp in roster.lamps(ofGateway: g) {
                fleet.target[lamp] = gateways.programmeLevel[g]
                fleet.actual[lamp] = fleet.target[lamp]
                fleet.litAt[lamp] = citySeconds - 3600
                fleet.countedAt[lamp] = citySeconds
            }
        }
        if isModest {
            for c in 0..<roster.cabinets.count { agenda.note(.cabinetReport, at: after(spread + first.between(1, 45)), c) }
        }
        beginFaults()
    }

    /// Lets the city live until this moment of the wall clock, and sends what comes of it.
    package func advance(to wall: Instant) {
        let end = pace.city(at: wall)
        while true {
            let second = Instant(seconds: rotaSecond + 1)
            if let next = agenda.next, next <= min(end.milliseconds, second.milliseconds) {
                guard let entry = agenda.take(until: end) else { break }
                now = max(now, Instant(milliseconds: entry.at))
                happen(entry)
            } else if second <= end {
                rotaSecond += 1
                now = max(now, second)
                reportOnRota(rotaSecond)
            } else {
                break
            }
        }
        now = max(now, end)
        flush()
        truth.flush()
    }

    private func happen(_ entry: Agenda.Entry) {
        let subject = Int(entry.subject)
        switch entry.what {
        case .programme: runProgramme(subject)
        case .ramp: settle(subject)
        case .report: report(subject)
        case .late: arriveLate(entry.argument, gateway: subject)
        case .lastGasp: lastGasp(subject)
        case .overrideEnds: endOverride(subject, order: entry.argument)
        case .cycle: cycle(subject)
        case .flap: flap(subject, seconds: entry.argument)
        case .faultBegins: beginRandomFault()
        case .faultEnds: endFault(subject, entry.argument)
        case .cabinetReport: reportCabinet(subject)
        case .gatewayDies: die(subject, silently: entry.argument == 1)
        case .gatewayConnects: connect(subject)
        case .answer: sendAnswer(entry.argument, gateway: subject)
        case .scripted: perform(scripted[Int(entry.argument)])
        }
    }

    private func reportOnRota(_ second: Int64) {
        for lamp in rota.due(second) { sendOverRadio(Int(lamp)) }
        for cabinet in cabinetRota.due(second) { reportCabinet(Int(cabinet)) }
        for gateway in gatewayRota.due(second) { reportGateway(Int(gateway)) }
    }

    /// Seconds of city time since the start of the rehearsal's day, small enough for a column of Int32.
    var citySeconds: Int32 { Int32(truncatingIfNeeded: now.seconds &- pace.cityStart.seconds) }

    func number() -> UInt32 {
        numbers &+= 1
        return numbers
    }

    func after(_ seconds: Double) -> Instant { now + Span(milliseconds: Int64(seconds * 1000)) }

    /// The wall clock as this gateway has it.
    func stamp(_ g: Int) -> Instant {
        let wall = pace.wall(at: now)
        let drifted = gateways.drift[g] * Double((wall - pace.wallStart).milliseconds)
        return wall + Span(milliseconds: gateways.clockOffset[g] + Int64(drifted))
    }

    var wallNow: Instant { pace.wall(at: now) }
}
