// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Interventions
import Journal
import Logging

extension BenchRun {
    /// A crew's day without a network, brought back over a line that breaks: every request is cut at a random byte, before or after it was
    /// sent whole, and the server is killed (kill -9) at random instants. What the tablet knows is only what it was answered in full. At
    /// the end the journal is read: acts, photos and parts that are missing, twice, or out of their order.
    func terrain() throws {
        let world = try BenchWorld(lamps: 850, in: root + "/terrain")
        defer { try? FileManager.default.removeItem(atPath: world.folder) }
        var log = Logger(label: "bench")
        log.logLevel = .error
        let path = world.folder + "/vigie.sqlite"
        do {
            let journal = try Journal.open(.file(path), migrations: Schemas.all, log: log)
            try journal.writeHere { try CrewStore.put(BenchTablet.plan, from: "bench", at: BenchWorld.clock.now(), in: $0) }
        }
        let line = BenchLine(folder: world.folder)
        defer { line.server?.kill() }
        let jobs = try line.prepare(world, jobs: 12)
        var tablets = try (0..<3).map { BenchTablet($0, token: try line.pair(world), jobs: jobs) }
        let began = ContinuousClock.now
        while tablets.contains(where: { !$0.isOver }), vigie.seconds(since: began) < 240 {
            for i in tablets.indices where !tablets[i].isOver { try tablets[i].turn(on: line) }
        }
        line.server?.stop()
        let journal = try Journal.open(.file(path), migrations: Schemas.all, log: log)
        let (missing, twice, disordered) = try journal.readHere { transaction in try tablets.counted(in: transaction) }
        let acts = tablets.reduce(0) { $0 + $1.acts.count }
        let note = """
            \(acts) acts of 3 tablets, \(tablets.reduce(0) { $0 + $1.photos.count }) photos in pieces; \(line.requests) requests, \
            \(line.cuts) cut at a random byte, \(line.kills) kills -9 of the server; \(missing) missing, \(twice) twice, \
            \(disordered) out of their order
            """
        let figure = Figure("offline-merge", Double(missing + twice + disordered), "acts", must: 0, aim: 0, note: note)
        tell(figure.void(tablets.contains { !$0.isOver } ? "not all was sent within four minutes" : line.cuts == 0 ? "no cut" : nil))
    }
}

/// The way from a tablet to the server: it breaks.
private final class BenchLine {
    let folder: String
    private(set) var server: BenchServer?
    private(set) var requests = 0
    private(set) var cuts = 0
    private(set) var kills = 0
    private let mostKills = 12

    init(folder: String) { self.folder = folder }

    private func port() throws -> Int {
        if let server, server.process.isRunning { return server.httpPort }
        let fresh = try BenchServer(folder: folder)
        server = fresh
        return fresh.httpPort
    }

    /// Jobs of one crew, asked for and planned through the desk's own forms.
    func prepare(_ world: BenchWorld, jobs: Int) throws -> [Int] {
        let port = try port()
        let form = world.bearer.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }
        return try (1...jobs).map { i in
            let body = "key=bench-job-\(i)&department=roads&title=Job+\(i)&category=bench&address=x&urgency=0"
            let answer = try rawHTTP(port: port, method: "POST", path: "/console/jobs", headers: form, body: Array(body.utf8))
            guard let range = answer.range(of: "/console/jobs/"), let number = Int(answer[range.upperBound...].prefix { $0.isNumber })
            else {
                throw BenchMetrics.Trouble.refused(String(answer.prefix(80)))
            }
            return number
        }
    }

    /// - Returns: the token of a new tablet.
    func pair(_ world: BenchWorld) throws -> String {
        let port = try port()
        let form = world.bearer.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 }
        let page = try rawHTTP(
            port: port, method: "POST", path: "/console/jobs/tablets", headers: form, body: Array("crew=bench-1&label=bench".utf8))
        guard let range = page.range(of: "pairing-code\"><strong>") else { throw BenchMetrics.Trouble.refused(String(page.prefix(80))) }
        let code = page[range.upperBound...].prefix { $0 != "<" }.filter(\.isNumber)
        let body = "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n\(code)\r\n--x--\r\n"
        let paired = try rawHTTP(
            port: port, method: "POST", path: "/terrain/pair", headers: ["Content-Type": "multipart/form-data; boundary=x"],
            body: Array(body.utf8))
        guard let cookie = paired.range(of: "vigie-terrain=") else { throw BenchMetrics.Trouble.refused(String(paired.prefix(80))) }
        return String(paired[cookie.upperBound...].prefix { $0 != ";" && $0 != "\r" })
    }

    /// One request, which arrives whole, in part, or not at all, and whose answer may be lost.
    /// - Returns: the body of a whole answer with 200; nil for everything else.
    func send(_ path: String, type: String, token: String, body: [UInt8]) throws -> String? {
        let port = try port()
        guard let fd = connectLoopback(port, timeout: 20) else { return nil }
        defer { close(fd) }
        requests += 1
        let head = """
            POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\nVigie-Device: \(token)\r\n\
            Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n
            """
        let bytes = Array(head.utf8) + body
        let fate = Int.random(in: 0..<10)
        // 0…2: cut while sending; 3…4: sent whole, the answer is not waited for; 5: the server dies under it; the rest arrives.
        let most = fate <= 2 ? Int.random(in: 0..<bytes.count) : bytes.count
        var sent = 0
        while sent < most {
            let n = bytes.withUnsafeBytes { Foundation.send(fd, $0.baseAddress! + sent, most - sent, Int32(MSG_NOSIGNAL)) }
            guard n > 0 else { return nil }
            sent += n
        }
        if fate <= 4 {
            cuts += 1
            return nil
        }
        if fate == 5, kills < mostKills {
            usleep(UInt32.random(in: 0...12_000))
            server?.kill()
            kills += 1
            return nil
        }
        return whole(fd)
    }

    private func whole(_ fd: Int32) -> String? {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let n = recv(fd, &buffer, buffer.count, 0)
            if n <= 0 { break }
            answer += buffer[0..<n]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 200"), let range = text.range(of: "\r\n\r\n") else { return nil }
        return String(text[range.upperBound...])
    }
}

/// A tablet with a day in its memory.
private struct BenchTablet {
    struct Act {
        var id: String
        var job: Int
        var json: String
        var photo: String?
    }

    let number: Int
    let token: String
    let acts: [Act]
    /// By key.
    let photos: [String: [UInt8]]
    private var done = 0

    var isOver: Bool { done == acts.count }

    init(_ number: Int, token: String, jobs: [Int]) {
        (self.number, self.token) = (number, token)
        var (acts, photos): ([Act], [String: [UInt8]]) = ([], [:])
        let morning = BenchWorld.clock.now().milliseconds - 8 * 3_600_000
        func add(_ job: Int, _ members: String, photo: String? = nil) {
            let n = acts.count + 1
            let id = "tablet-\(number)-act-\(n)"
            let at = morning + Int64(n) * 60_000
            acts.append(
                Act(id: id, job: job, json: "{\"n\":\(n),\"id\":\"\(id)\",\"at\":\(at),\"job\":\(job),\"seen\":1,\(members)}", photo: photo)
            )
        }
        for job in jobs where job % 3 == number {
            add(job, "\"act\":\"start\"")
            for i in 1...3 { add(job, "\"act\":\"note\",\"text\":\"note \(i) de la tablette \(number)\"") }
            let key = "tablet-\(number)-photo-\(job)"
            photos[key] = BenchTablet.picture
            add(
                job, "\"act\":\"photo\",\"stage\":\"after\",\"photo\":\"\(key)\",\"size\":\(BenchTablet.picture.count)", photo: key)
            add(job, "\"act\":\"parts\",\"name\":\"sac\",\"count\":2")
            add(job, "\"act\":\"time\",\"minutes\":25")
            add(job, "\"act\":\"pause\"")
            add(job, "\"act\":\"proceed\"")
            add(job, "\"act\":\"finish\",\"proof\":\"word\",\"name\":\"A. B.\",\"text\":\"fait\"")
        }
        (self.acts, self.photos) = (acts, photos)
    }

    /// Sends some of what waits. What was not answered in full stays in its memory.
    mutating func turn(on line: BenchLine) throws {
        let batch = acts[done..<min(acts.count, done + Int.random(in: 1...7))]
        for act in batch {
            guard let key = act.photo, let bytes = photos[key] else { continue }
            var from = 0
            while from < bytes.count {
                let piece = Array(bytes[from..<min(bytes.count, from + 40)])
                let path = "/api/terrain/photos/\(key)?from=\(from)&size=\(bytes.count)"
                guard let answer = try line.send(path, type: "application/octet-stream", token: token, body: piece),
                    let have = Int(answer.filter(\.isNumber))
                else { return }
                if have == from { return }
                from = have
            }
        }
        let body =
            "{\"queue\":\"queue-of-tablet-\(number)\",\"now\":\(BenchWorld.clock.now().milliseconds),\"acts\":["
            + batch.map(\.json).joined(separator: ",") + "]}"
        guard let answer = try line.send("/api/terrain/sync", type: "application/json", token: token, body: Array(body.utf8)),
            let range = answer.range(of: "\"taken\":"), let taken = Int(answer[range.upperBound...].prefix { $0.isNumber })
        else { return }
        done = max(done, min(taken, acts.count))
    }

    static let plan = CrewPlan(
        departments: [.init("roads", Words("Voirie", "Roads"))],
        crews: [
            Crew(
                code: "bench-1", title: Words("Équipe", "Crew"), departments: ["roads"],
                shifts: Array(repeating: [.init(0, 1440)], count: 7))
        ])

    /// A picture of one point.
    static let picture: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01,
        0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41,
        0x54, 0x78, 0x9c, 0x63, 0x60, 0x64, 0x62, 0x06, 0x00, 0x00, 0x0e, 0x00, 0x07, 0xd7, 0x6f, 0xe4, 0x78, 0x00, 0x00, 0x00,
        0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ]
}

extension [BenchTablet] {
    /// What the journal holds against what the tablets did: in the history, and by its consequences (photos, parts, minutes).
    fileprivate func counted(in transaction: Transaction) throws -> (missing: Int, twice: Int, disordered: Int) {
        var (missing, twice, disordered) = (0, 0, 0)
        let keys = try transaction.rows("SELECT key FROM job_event WHERE key LIKE 'crew:%' ORDER BY position").map { $0.text(0) }
        for tablet in self {
            let own = keys.filter { $0.contains(":tablet-\(tablet.number)-act-") }.map { String($0.split(separator: ":").last ?? "") }
            let wanted = tablet.acts.map(\.id)
            missing += Set(wanted).subtracting(own).count
            twice += own.count - Set(own).count
            if own.count == wanted.count, own != wanted { disordered += zip(own, wanted).count { $0 != $1 } }
        }
        let acts = flatMap(\.acts)
        for (job, own) in Dictionary(grouping: acts, by: \.job) {
            func compare(_ found: Int, _ told: Int) {
                missing += Swift.max(0, told - found)
                twice += Swift.max(0, found - told)
            }
            let number = Int64(job)
            compare(
                try transaction.row("SELECT COUNT(*) FROM job_photo WHERE job = \(number)")?.int(0) ?? 0, own.count { $0.photo != nil })
            compare(
                try transaction.row("SELECT COALESCE(SUM(count), 0) FROM job_part WHERE job = \(number)")?.int(0) ?? 0,
                2 * own.count { $0.json.contains("\"act\":\"parts\"") })
            compare(
                try transaction.row("SELECT COUNT(*) FROM job WHERE number = \(number) AND state = 'done'")?.int(0) ?? 0,
                own.contains { $0.json.contains("\"act\":\"finish\"") } ? 1 : 0)
        }
        return (missing, twice, disordered)
    }
}
