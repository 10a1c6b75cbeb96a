// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Inventory
import Journal
import Logging

extension BenchRun {
    /// The search among a million assets as a person types it: over HTTP with a key, one connection, a hundred rows an answer. Beside it
    /// the same questions as LIKE over the same rows in SQLite, in this process.
    func search(_ world: BenchWorld, _ server: BenchServer) throws {
        let name = "search-1m"
        guard wanted.contains(name) else { return }
        let (key, count) = (world.keys[0], SearchQuestion.kinds.count)
        let load = HTTPLoad(port: server.httpPort, connections: 1, seconds: min(10, seconds * 2)) { _, turn in
            let path = SearchQuestion(turn, in: world).path
            return Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n\r\n".utf8)
        }
        let result = load.run()
        var trouble = result.answers == 0 || result.failures > 0 ? "\(result.failures) requests failed" : nil
        for turn in 0..<count where trouble == nil {
            let question = SearchQuestion(turn, in: world)
            let answer = try rawHTTP(port: server.httpPort, path: question.path, headers: world.bearer)
            if !answer.contains("\"id\":\"\(world.lamp(question.lamp))\"") {
                trouble = "'\(question.text)' does not find \(world.lamp(question.lamp))"
            }
        }
        let times = Spread(result.times)
        let medians = SearchQuestion.kinds.indices.map { kind in
            let own = result.times.indices.filter { $0 % count == kind }.map { result.times[$0] }
            return "\(SearchQuestion.kinds[kind]) \(Figure.print(Spread(own).median))"
        }
        let scans = Spread(try likeScans(world, questions: 6 * count))
        tell(
            Figure(
                name, times.percentile(0.99), "ms p99", baseline: scans.percentile(0.99), "LIKE over the same rows", must: 100, aim: 20,
                note:
                    "\(result.answers) questions; medians in ms: \(medians.joined(separator: ", ")); LIKE median \(Figure.print(scans.median))"
            ).void(trouble))
    }

    /// Milliseconds of each question as a scan: every word anywhere, two thousand found at most, as the room itself asks.
    private func likeScans(_ world: BenchWorld, questions: Int) throws -> [Double] {
        var log = Logger(label: "bench")
        log.logLevel = .error
        let journal = try Journal.open(.file(world.folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
        func scan(_ question: SearchQuestion) throws -> Double {
            let words = question.text.split(separator: " ").map { "folded LIKE \("%\($0)%")" as SQL }
            let began = ContinuousClock.now
            _ = try journal.readHere { try $0.rows("SELECT number FROM asset WHERE \(SQL.all(words)) LIMIT 2000") }
            return vigie.seconds(since: began) * 1000
        }
        // Once without the clock: the first pays for the disk.
        _ = try scan(SearchQuestion(0, in: world))
        return try (0..<questions).map { try scan(SearchQuestion($0, in: world)) }
    }
}

/// What somebody asks for, without accents and with the last word cut short; a different lamp each time.
private struct SearchQuestion {
    static let kinds = ["identity", "its beginning", "name", "address", "one word"]
    let text: String
    /// One that must be among the first hundred.
    let lamp: Int

    init(_ turn: Int, in world: BenchWorld) {
        let kind = turn % SearchQuestion.kinds.count
        // The golden ratio's steps reach all parts of the city; the last two questions have many answers, so theirs is a first lamp.
        let any = turn * 618_033 % world.lamps
        let street = BenchStreets.Address(lamp: any)
        switch kind {
        case 0: (text, lamp) = (world.lamp(any).lowercased(), any)
        case 1: (text, lamp) = (String(world.lamp(any - any % 100).lowercased().dropLast(2)), any - any % 100)
        case 2: (text, lamp) = (BenchStreets.plain(BenchStreets.name(ofLamp: any)), any)
        case 3: (text, lamp) = (BenchStreets.plain("\(street.house) \(street.kind) \(street.words.0) \(street.words.1.dropLast(2))"), any)
        default:
            let first = any % BenchStreets.count
            (text, lamp) = (BenchStreets.plain(BenchStreets.Address(lamp: first).words.0), first)
        }
    }

    var path: String { "/api/assets?limit=100&q=\(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
}

/// Names and addresses for a large city, made by rule: 20 000 streets of two words, fifty lamps in each.
enum BenchStreets {
    static let count = 20_000
    private static let starts = ["Bé", "Car", "Dra", "Fon", "Gué", "Lan", "Mar", "Nè", "Pré", "Ro", "Sain", "Tal", "Vau", "Cheno", "Bour"]
    private static let ends = ["val", "ville", "mont", "rive", "court", "bois", "gny", "neuf", "pierre", "lac", "noir", "clos", "dret"]

    struct Address {
        let house: Int
        let kind: String
        let words: (String, String)

        init(lamp: Int) {
            let street = lamp % BenchStreets.count
            house = lamp / BenchStreets.count * 2 + 1
            kind = ["rue", "avenue", "chemin", "place"][street % 4]
            words = (BenchStreets.word(street % 1_521), BenchStreets.word(street / 13 + 7))
        }

        var text: String { "\(house) \(kind) \(words.0) \(words.1)" }
    }

    static func name(ofLamp i: Int) -> String { "Candélabre \(word(i % 1_999)) \(i)" }

    private static func word(_ n: Int) -> String {
        let middle = n / (starts.count * ends.count)
        return starts[n % starts.count]
            + (middle == 0 ? "" : ["an", "el", "or", "is", "un", "ar", "ou", "em", "ig", "ac", "ut"][middle % 11])
            + ends[n / starts.count % ends.count]
    }

    static func plain(_ text: String) -> String { text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil) }
}
