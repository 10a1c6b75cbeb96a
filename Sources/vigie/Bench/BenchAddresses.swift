// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import Logging
import Rehearsal

extension BenchRun {
    /// Completion over the demo city's first 100 000 addresses, each question with one slip; beside it the same questions to SQLite's
    /// trigram index (FTS5) over the same addresses, the five best by its own rank.
    func addresses() throws {
        let folder = root + "/addresses"
        _ = try City(lamps: 34_000, seed: 21_231).write(to: folder)
        var log = Logger(label: "bench")
        log.logLevel = .error
        let journal = try Journal.open(.file(folder + "/addresses.sqlite"), migrations: AddressSchema.migrations, log: log)
        let bytes = Array(try Data(contentsOf: URL(filePath: folder + "/addresses.csv")))
        _ = try AddressImport.run(
            bytes, .init(author: "bench", file: "addresses.csv"), into: journal, at: Instant(year: 2026, month: 11, day: 21))
        var table: [Address] = []
        try journal.readHere { transaction in try AddressStore.each(in: transaction) { table.append($0) } }
        table.sort { $0.id < $1.id }
        table = Array(table.prefix(100_000))
        let short = table.count < 100_000 ? "only \(table.count) addresses were drawn" : nil
        let began = ContinuousClock.now
        let index = AddressIndex(table)
        let building = vigie.seconds(since: began)
        var dice = Dice(seed: 7)
        let questions = (0..<4_000).map { AddressQuestion($0, table[dice.whole(0...(table.count - 1))], &dice) }
        let own = ask(questions) { AddressSearch(index).find($0.text).map(\.label).contains($0.label) }
        let trigrams = try TrigramTable(table, in: journal)
        let baseline = ask(Array(questions.prefix(400))) { (try? trigrams.find($0.text).contains($0.label)) ?? false }
        let note =
            "\(table.count) addresses, \(questions.count) questions with a slip, a quarter of them unfinished; median "
            + "\(Figure.print(own.times.median)) ms; the index is made in \(Figure.print(building)) s"
        tell(
            Figure(
                "address-p99", own.times.percentile(0.99), "ms p99", baseline: baseline.times.percentile(0.99),
                "FTS5 trigrams over the same", must: 20, aim: 3, note: note
            ).void(short))
        let missed = questions.filter { question in !AddressSearch(index).find(question.text).map(\.label).contains(question.label) }
        let examples = missed.prefix(2).map { "'\($0.text)' for \($0.label)" }.joined(separator: ", ")
        tell(
            Figure(
                "address-top5", own.right, "share", baseline: baseline.right, "FTS5 trigrams over the same", must: 0.95, aim: 0.99,
                isRate: true, note: missed.isEmpty ? "" : "missed: \(examples)"
            ).void(short))
    }

    private func ask(_ questions: [AddressQuestion], _ isFound: (AddressQuestion) -> Bool) -> (times: Spread, right: Double) {
        var times: [Double] = []
        var right = 0
        for question in questions {
            let began = ContinuousClock.now
            if isFound(question) { right += 1 }
            times.append(vigie.seconds(since: began) * 1000)
        }
        return (Spread(times), Double(right) / Double(max(1, questions.count)))
    }
}

/// An address as somebody types it: folded, with one slip (a letter too many, too few, another, two exchanged) in a letter of the street or
/// the commune; in turn whole, with the commune first, with the kind of street shortened and the postcode, and with the last word unfinished.
private struct AddressQuestion {
    let text: String
    let label: String

    init(_ turn: Int, _ address: Address, _ dice: inout Dice) {
        let number = "\(address.house)\(address.suffix.isEmpty ? "" : " " + address.suffix)"
        label = "\(number) \(address.street), \(address.postcode) \(address.commune)"
        var street = BenchStreets.plain(address.street)
        var commune = BenchStreets.plain(address.commune)
        if turn % 4 == 2 { (street, commune) = (AddressQuestion.shortened(street), address.postcode) }
        if turn % 4 != 2, dice.chance(0.25) {
            commune = AddressQuestion.slip(commune, &dice)
        } else {
            street = AddressQuestion.slip(street, &dice)
        }
        switch turn % 4 {
        case 1: text = "\(commune) \(number) \(street)"
        case 3:
            let word = street.split(separator: " ").last?.count ?? 0
            text = "\(number) \(commune) \(word > 4 ? String(street.dropLast(2)) : street)"
        default: text = "\(number) \(street) \(commune)"
        }
    }

    private static func shortened(_ street: String) -> String {
        let short = ["rue ": "r ", "avenue ": "av ", "boulevard ": "bd ", "allee ": "all ", "chemin ": "ch ", "impasse ": "imp "]
        return short.first { street.hasPrefix($0.key) }.map { $0.value + street.dropFirst($0.key.count) } ?? street
    }

    private static func slip(_ text: String, _ dice: inout Dice) -> String {
        var letters = Array(text)
        let places = letters.indices.filter { letters[$0].isLetter }
        guard !places.isEmpty else { return text }
        let at = places[dice.whole(0...(places.count - 1))]
        let other = Character(UnicodeScalar(UInt8(97 + dice.whole(0...25))))
        switch dice.whole(0...3) {
        case 0: letters.insert(other, at: at)
        case 1: letters.remove(at: at)
        case 2: letters[at] = other
        default: if at + 1 < letters.count { letters.swapAt(at, at + 1) }
        }
        return String(letters)
    }
}

/// SQLite's own answer to slips: three letters at a time, any of them, ranked by bm25.
private struct TrigramTable {
    let journal: Journal

    init(_ table: [Address], in journal: Journal) throws {
        self.journal = journal
        try journal.writeHere { transaction in
            try transaction.script("CREATE VIRTUAL TABLE address_trigrams USING fts5(label, shown UNINDEXED, tokenize = 'trigram')")
            try transaction.insert(
                into: "address_trigrams", ["label", "shown"],
                rows: table.map { address in
                    let number = "\(address.house)\(address.suffix.isEmpty ? "" : " " + address.suffix)"
                    let label = "\(number) \(address.street), \(address.postcode) \(address.commune)"
                    return [.text(" " + BenchStreets.plain(label)), .text(label)]
                })
        }
    }

    func find(_ text: String) throws -> [String] {
        let letters = Array(" " + text)
        let trigrams = Set(letters.indices.dropLast(2).map { "\"\(String(letters[$0...($0 + 2)]))\"" })
        let question = trigrams.sorted().joined(separator: " OR ")
        return try journal.readHere { transaction in
            try transaction.rows("SELECT shown FROM address_trigrams WHERE address_trigrams MATCH \(question) ORDER BY rank LIMIT 5").map {
                $0.text(0)
            }
        }
    }
}
