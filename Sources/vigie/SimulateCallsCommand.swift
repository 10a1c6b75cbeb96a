// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Rehearsal

/// `vigie simulate calls`: a telephone exchange that speaks to the call desk as a real one does, by `POST /api/calls`.
struct SimulateCalls: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "Lets a simulated telephone exchange tell the call desk of its calls.",
        discussion: """
            First the days before (--days), many events a request, then, with --live, today as it goes on. Calls are drawn with a seed, or \
            after calls that were recorded (--recorded: CSV with the columns vru_entry and ser_time, as the series 'AnonymousBank' of the \
            Technion has them), and go through a queue with so many at the desk.
            """)

    @Option(help: "Vigie's web site on this machine: its port.") var port = 8080
    @Option(help: "API key whose right on 'exchange' is to operate.") var key: String
    @Option(help: "Calls on a weekday; on Saturday and Sunday a fifth.") var perDay = 600
    @Option(help: "How many at the desk.") var agents = 6
    @Option(help: "How many days before today are told.") var days = 0
    @Option(help: "CSV of recorded calls.") var recorded: String?
    @Option(help: "Where the desk stands: it opens at eight there.") var timezone = "Europe/Paris"
    @Option(help: "The seed.") var seed: UInt64 = 3_900
    @Option(help: "Seconds by which its clock goes ahead of the machine's, as the room's own (exercise.clock-ahead).") var ahead = 0
    @Option(help: "Seconds to wait for the room to answer.") var patience = 0
    @Flag(help: "Goes on with today, at the pace of the clock.") var live = false
    @Flag(help: "Of today's calls, leaves every second to people: they ring until somebody takes them, or the caller gives up.")
    var shared = false

    func validate() throws {
        guard (1...65_535).contains(port) else { throw ValidationError("--port \(port): give 1 to 65535") }
        guard (1...20_000).contains(perDay) else { throw ValidationError("--per-day \(perDay): give 1 to 20000") }
        guard (1...200).contains(agents) else { throw ValidationError("--agents \(agents): give 1 to 200") }
        guard TimeZone(identifier: timezone) != nil else {
            throw ValidationError("--timezone \(timezone): give a name such as Europe/Paris")
        }
        guard (0...365).contains(days) else { throw ValidationError("--days \(days): give 0 to 365") }
    }

    private struct Event {
        var at: Instant
        /// Nil for what belongs to `/api/calls/agents`.
        var call: String?
        var json: String
    }

    func run() async throws {
        let past = try recorded.map(readRecorded) ?? []
        let now = Instant(milliseconds: Composition.liveClock.now().milliseconds + Int64(ahead) * 1000)
        let today = floorDivide(now.seconds + offset(now), 86_400)
        var told = 0
        try await waitForRoom()
        for back in stride(from: days, to: 0, by: -1) { told += try send(events(day: today - Int64(back), past)) }
        if days > 0 { print("\(told) events of \(days) days are told") }
        guard live else { return }
        let all = events(day: today, past, isToday: true)
        var (due, later) = (all.filter { $0.at <= now }, all.filter { $0.at > now })
        // What would still ring is left out: nobody waits since this morning.
        due = due.filter { event in event.call == nil || !later.contains { $0.call == event.call } }
        let running = Set(due.compactMap(\.call))
        later = later.filter { event in event.call == nil || !running.contains(event.call ?? "") && isWhole(event, later) }
        told += try send(due)
        for event in later {
            let wait = event.at.milliseconds - (Composition.liveClock.now().milliseconds + Int64(ahead) * 1000)
            if wait > 0 { try await Task.sleep(for: .milliseconds(wait)) }
            try send([event])
        }
    }

    private func waitForRoom() async throws {
        for _ in 0..<max(0, patience) {
            if let answer = try? rawHTTP(port: port, path: "/readyz"), answer.hasPrefix("HTTP/1.1 200") { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func offset(_ at: Instant) -> Int64 {
        Int64((TimeZone(identifier: timezone) ?? .gmt).secondsFromGMT(for: Date(timeIntervalSince1970: Double(at.seconds))))
    }

    /// Has its call not begun before now?
    private func isWhole(_ event: Event, _ later: [Event]) -> Bool {
        later.contains { $0.call == event.call && $0.json.contains("\"ringing\"") }
    }

    private func events(day: Int64, _ past: [CallPlan.Recorded], isToday: Bool = false) -> [Event] {
        let noon = Instant(seconds: day * 86_400 + 43_200)
        let midnight = noon - .seconds(43_200 + offset(noon))
        let isWeekend = (day + 3) % 7 >= 5
        let count = isWeekend ? max(1, perDay / 5) : perDay
        let staff = isWeekend ? max(1, agents / 2) : agents
        let plan = CallPlan(calls: count, agents: staff, seed: seed &+ UInt64(day), recorded: past)
        var events: [Event] = []
        for agent in 0..<staff {
            for (second, isPresent) in [(CallPlan.opens, true), (CallPlan.closes + 1800, false)] {
                let at = midnight + .seconds(Int64(second))
                events.append(
                    Event(at: at, call: nil, json: #"{"agent":"agent-\#(agent + 1)","present":\#(isPresent),"at":"\#(at.iso8601)"}"#))
            }
        }
        for (index, call) in plan.calls.enumerated() {
            let id = "sim-\(day)-\(index)"
            func add(_ what: String, _ seconds: Double, _ more: String = "") {
                let at = midnight + .milliseconds(Int64(seconds * 1000))
                events.append(Event(at: at, call: id, json: #"{"call":"\#(id)","event":"\#(what)","at":"\#(at.iso8601)"\#(more)}"#))
            }
            // Numbers of the span that the authority keeps for films.
            let from = "035301" + String(String(call.caller % 10_000 + 10_000).dropFirst())
            add("ringing", call.at, #","from":"\#(from)","line":"accueil""#)
            guard let agent = call.agent, !(isToday && shared && index % 2 == 0) else {
                add("abandoned", call.at + (call.agent == nil ? call.wait : 240))
                continue
            }
            add("answered", call.at + call.wait, #","agent":"agent-\#(agent + 1)""#)
            add("ended", call.at + call.wait + call.talk)
            add("ready", call.at + call.wait + call.talk + call.wrap)
        }
        return events.sorted { $0.at < $1.at }
    }

    @discardableResult
    private func send(_ events: [Event]) throws -> Int {
        for (path, own) in [("/api/calls/agents", events.filter { $0.call == nil }), ("/api/calls", events.filter { $0.call != nil })] {
            for start in stride(from: 0, to: own.count, by: 500) {
                let body = "[" + own[start..<min(start + 500, own.count)].map(\.json).joined(separator: ",") + "]"
                let answer = try rawHTTP(
                    port: port, method: "POST", path: path,
                    headers: ["Authorization": "Bearer \(key)", "Content-Type": "application/json"],
                    body: Array(body.utf8))
                guard answer.hasPrefix("HTTP/1.1 200") else {
                    throw ValidationError("the desk refuses: \(answer.prefix(600))")
                }
            }
        }
        return events.count
    }

    private func readRecorded(_ file: String) throws -> [CallPlan.Recorded] {
        guard let data = FileManager.default.contents(atPath: file) else { throw ValidationError("--recorded \(file): cannot be read") }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        let head = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        guard let at = head.firstIndex(of: "vru_entry"), let length = head.firstIndex(of: "ser_time") else {
            throw ValidationError("--recorded \(file): the columns vru_entry and ser_time are missing")
        }
        return lines.dropFirst().compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count == head.count, let talk = Double(cells[length]) else { return nil }
            let clock = cells[at].split(separator: ":").compactMap { Double($0) }
            return clock.count == 3 ? .init(at: clock[0] * 3600 + clock[1] * 60 + clock[2], talk: talk) : nil
        }
    }
}
