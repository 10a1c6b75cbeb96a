// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Journal
import Logging
import Reports
import Synchronization

extension BenchRun {
    /// The desk of reports over a million past ones: what a report costs over HTTP, durable, and what a list and a search cost, as pages
    /// that an operator's browser asks for. Beside them raw rows of SQLite of the same size.
    func reports() throws {
        let world = try BenchWorld(lamps: 850, in: root + "/reports-world")
        defer { try? FileManager.default.removeItem(atPath: world.folder) }
        var log = Logger(label: "bench")
        log.logLevel = .error
        let past = BenchReports(count: wanted == ["report-create-rate"] ? 1_000 : 1_000_000, now: BenchWorld.clock.now())
        do {
            let journal = try Journal.open(.file(world.folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
            try past.fill(journal)
        }
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        try lists(world, server, past)
        try creations(world, server)
    }

    // MARK: Lists

    private func lists(_ world: BenchWorld, _ server: BenchServer, _ past: BenchReports) throws {
        for (name, questions, must, aim) in [
            ("desk-list-p99", BenchReports.lists, 50.0, 8.0), ("desk-search-p99", BenchReports.searches, 100.0, 15.0),
        ] where wanted.contains(name) {
            let key = world.keys[0]
            let load = HTTPLoad(port: server.httpPort, connections: 1, seconds: min(20, seconds * 4)) { _, turn in
                let path = "/console/reports?" + questions[turn % questions.count].query
                return Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n\r\n".utf8)
            }
            let result = load.run()
            var trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests failed" : nil
            for question in questions where trouble == nil && question.finds {
                let page = try rawHTTP(port: server.httpPort, path: "/console/reports?" + question.query, headers: world.bearer)
                if !page.contains("id=\"report-") { trouble = "'\(question.query)' finds nothing" }
            }
            let times = Spread(result.times)
            let slowest = questions.indices.map { kind -> (String, Double) in
                let own = result.times.indices.filter { $0 % questions.count == kind }.map { result.times[$0] }
                return (questions[kind].query, Spread(own).median)
            }.max { $0.1 < $1.1 }
            let raw = Spread(try rawRows(world, like: name == "desk-search-p99"))
            tell(
                Figure(
                    name, times.percentile(0.99), "ms p99", baseline: raw.percentile(0.99),
                    name == "desk-search-p99" ? "LIKE over the same rows" : "100 rows by number", must: must, aim: aim,
                    note:
                        "\(result.answers) pages over \(past.count) reports, median \(Figure.print(times.median)) ms; slowest "
                        + "\(slowest?.0 ?? "") \(Figure.print(slowest?.1 ?? .nan)) ms"
                ).void(trouble))
        }
    }

    /// Milliseconds of the same count of rows without any desk around them.
    private func rawRows(_ world: BenchWorld, like: Bool) throws -> [Double] {
        var log = Logger(label: "bench")
        log.logLevel = .error
        let journal = try Journal.open(.file(world.folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
        return try (0..<(like ? 10 : 200)).map { turn in
            let began = ContinuousClock.now
            let word = "% \(BenchReports.words[turn % BenchReports.words.count])%"
            let which: SQL = like ? "WHERE folded LIKE \(word)" : ""
            let sql: SQL = "SELECT * FROM report \(which) ORDER BY number DESC LIMIT 100"
            _ = try journal.readHere { try $0.rows(sql) }
            return vigie.seconds(since: began) * 1000
        }
    }

    // MARK: Making

    private func creations(_ world: BenchWorld, _ server: BenchServer) throws {
        if wanted.contains("report-create-p99") {
            // A hundred a second: ten connections, each one report in a tenth of a second.
            let pace = BenchPace(every: 0.1)
            let load = HTTPLoad(port: server.httpPort, connections: 10, seconds: min(20, seconds * 2)) { connection, turn in
                pace.wait(connection, turn)
                return BenchReports.request(world.keys[0], connection, turn, "p99")
            }
            let result = load.run()
            let times = Spread(result.times)
            let trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests failed" : nil
            tell(
                Figure(
                    "report-create-p99", times.percentile(0.99), "ms p99", baseline: Spread(try rawCommits(200)).percentile(0.99),
                    "one row committed", must: 50, aim: 8,
                    note: "\(result.answers) reports at 100 a second, median \(Figure.print(times.median)) ms"
                ).void(trouble))
        }
        if wanted.contains("report-create-rate") {
            let load = HTTPLoad(port: server.httpPort, connections: 64, seconds: seconds) { connection, turn in
                BenchReports.request(world.keys[0], connection, turn, "rate")
            }
            let result = load.run()
            let commits = try rawCommits(500)
            let rate = Double(commits.count) / (commits.reduce(0, +) / 1000)
            let trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests failed" : nil
            tell(
                Figure(
                    "report-create-rate", Double(result.answers) / result.elapsed, "reports/s", baseline: rate, "one row a commit",
                    must: 500, aim: 3_000, isRate: true, note: "64 connections, \(result.answers) kept; each 201 is on disk"
                ).void(trouble))
        }
    }

    /// Milliseconds of single rows, each committed to the same disk.
    private func rawCommits(_ count: Int) throws -> [Double] {
        var log = Logger(label: "bench")
        log.logLevel = .error
        let path = root + "/raw-commits-\(count).sqlite"
        let journal = try Journal.open(.file(path), migrations: [], log: log)
        try journal.writeHere { try $0.script("CREATE TABLE raw (number BIGINT PRIMARY KEY, body TEXT NOT NULL)") }
        let text = String(repeating: "x", count: 500)
        return try (0..<count).map { turn in
            let began = ContinuousClock.now
            try journal.writeHere { _ = try $0.run("INSERT INTO raw (number, body) VALUES (\(turn), \(text))") }
            return vigie.seconds(since: began) * 1000
        }
    }
}

/// Lets each connection ask at its own instants, so that the load is a rate and not as much as can be.
private final class BenchPace: Sendable {
    private let every: Double
    private let began = ContinuousClock.now
    init(every: Double) { self.every = every }

    func wait(_ connection: Int, _ turn: Int) {
        let due = (Double(turn) + Double(connection) / 10) * every
        let left = due - vigie.seconds(since: began)
        if left > 0 { usleep(UInt32(left * 1_000_000)) }
    }
}

/// A past of a city by rule: 24 communes, twelve categories of which few are frequent, texts of some twenty words.
struct BenchReports {
    let count: Int
    let now: Instant

    struct Asked: Sendable {
        var query: String
        /// Must a page of it hold rows?
        var finds = true
    }

    static let categories = (0..<12).map { "sort-\($0)" }
    static let words = [
        "lampadaire", "eteint", "trottoir", "trou", "chaussee", "poubelle", "matelas", "graffiti", "voiture", "arbre", "fuite", "banc",
        "ecole", "danger", "nuit", "depuis", "semaine", "devant", "angle", "commerce",
    ]
    static let rareWords = ["toboggan", "peuplier", "girouette", "perroquet"]

    /// Every filter, alone and together, with pages further on.
    static let lists: [Asked] =
        [
            Asked(query: ""), Asked(query: "sort=new"), Asked(query: "show=late"), Asked(query: "show=all"), Asked(query: "show=closed"),
            Asked(query: "show=rejected"), Asked(query: "show=all&category=sort-0"), Asked(query: "show=all&category=sort-11"),
            Asked(query: "show=all&category=branch-0"), Asked(query: "show=all&commune=21003"),
            Asked(query: "show=all&category=sort-11&commune=21003"), Asked(query: "show=closed&category=branch-1&commune=21023"),
            Asked(query: "show=all&department=team-2"), Asked(query: "show=closed&department=team-1&commune=21010"),
            Asked(query: "show=all&channel=mail"), Asked(query: "show=all&page=20"), Asked(query: "category=sort-3&commune=21001"),
            Asked(query: "show=received&department=team-0", finds: false), Asked(query: "show=rejected&category=sort-7"),
        ]

    static let searches: [Asked] =
        words.map { Asked(query: "show=all&q=\($0)") } + rareWords.map { Asked(query: "show=all&q=\($0)") }
        + [
            Asked(query: "show=all&q=lampadaire+eteint"), Asked(query: "show=all&q=trottoir+ecole+danger"),
            Asked(query: "show=all&q=lampad"), Asked(query: "q=lampadaire"), Asked(query: "show=all&q=toboggan+ecole"),
            Asked(query: "show=closed&q=graffiti"), Asked(query: "show=all&q=zzzz", finds: false),
        ]

    static func request(_ key: String, _ connection: Int, _ turn: Int, _ run: String) -> [UInt8] {
        let body = """
            {"key":"bench-\(run)-\(connection)-\(turn)-0123456789","category":"sort-\(turn % 12)",\
            "longitude":\(5.0 + Double(turn % 997) / 20_000),"latitude":\(47.3 + Double(connection * 31 + turn % 89) / 50_000),\
            "address":"\(turn) rue des Forges",\
            "description":"Un \(words[turn % words.count]) \(words[(turn + 7) % words.count]) devant le numéro \(turn)","channel":"app"}
            """
        return Array(
            ("POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body).utf8)
    }

    var tree: CategoryTree {
        let branches = (0..<4).map {
            Category(code: "branch-\($0)", title: Words("Branche \($0)", "Branch \($0)"), department: "team-\($0)")
        }
        let leaves = BenchReports.categories.enumerated().map { index, code in
            Category(code: code, parent: "branch-\(index % 4)", title: Words("Sorte \(index)", "Sort \(index)"), delay: .days(5))
        }
        return CategoryTree(
            categories: branches + leaves,
            departments: (0..<4).map { Department(code: "team-\($0)", title: Words("Équipe \($0)", "Team \($0)")) }, fallback: "team-0")
    }

    /// Straight through the store, twenty thousand a transaction.
    func fill(_ journal: Journal) throws {
        try journal.writeHere { try CategoryStore.put(tree, from: "bench", by: "bench", at: now, in: $0) }
        for start in stride(from: 1, through: count, by: 20_000) {
            try journal.writeHere { transaction in
                let part = start..<min(start + 20_000, count + 1)
                try ReportStore.insert(part.map { (report($0), Tokens.hash("bench past \($0)"), []) }, in: transaction)
            }
        }
    }

    private func report(_ number: Int) -> Report {
        // Small steps of a golden ratio spread what belongs together.
        let dice = (number &* 2_654_435_761) & 0xFFFF_FFFF
        let part = Double(dice % 10_007) / 10_007
        let sort = min(11, Int(part * part * 12))
        let commune = dice / 16 % 24
        let at = now + .seconds(Int64(number - count) * 120)
        // The last five thousand are still open, some of them late.
        let isOpen = number > count - 5_000
        let state: Report.State = isOpen ? [.received, .qualified, .assigned, .started][dice % 4] : dice % 50 == 0 ? .rejected : .closed
        var text = (0..<14).map { BenchReports.words[(dice >> $0 + number * ($0 + 3)) % BenchReports.words.count] }
        if number % 5_003 == 0 { text.append(BenchReports.rareWords[number / 5_003 % 4]) }
        return Report(
            number: Report.Number(Int64(number)), category: BenchReports.categories[sort], branch: "branch-\(sort % 4)",
            place: Place(longitude: 4.9 + Double(dice % 9973) / 40_000, latitude: 47.25 + Double(dice / 7 % 9967) / 70_000),
            commune: Commune(insee: String(21_000 + commune)),
            address: "\(dice % 120) rue \(BenchReports.words[dice / 3 % 20]) \(dice % 1500)", asset: nil,
            description: text.joined(separator: " "), answers: [:], channel: Report.Channel.allCases[dice / 5 % 6], state: state,
            department: "team-\(sort % 4)", why: [], urgency: .days, promisedAt: at + .days(5), createdAt: at, updatedAt: at,
            endedAt: isOpen ? nil : at + .days(3), proof: isOpen || state == .rejected ? nil : .photos, duplicateOf: nil, splitFrom: nil,
            reporter: "", isReleased: false, photos: 0)
    }
}
