// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Rehearsal
import Reports

extension BenchRun {
    /// The search for duplicates: how good on labelled pairs (`DuplicatePairs`), and how fast while somebody types.
    func duplicates() throws {
        if !wanted.isDisjoint(with: ["duplicates-recall", "duplicates-precision"]) { try duplicateQuality() }
        if wanted.contains("duplicates-p99") { typing() }
    }

    private func duplicateQuality() throws {
        let names = ["duplicates-recall", "duplicates-precision"]
        guard let stream = try DuplicatePairs.dansMaRue() else {
            for name in names { skip(name, "not measured: data absent (\(SharedFiles.root.path)/\(DuplicatePairs.reportsFile))") }
            return
        }
        let (ours, theirs) = stream.judged(half: 1)
        let other = stream.judged(half: 0)
        let lamps = try DuplicatePairs.lampsOfNewYork()?.judged(half: 1)
        let lampText =
            lamps.map {
                "; real pairs of New York's lamps, \($0.ours.positives) of \($0.ours.pairs): recall \(two($0.ours.recall)) precision \(two($0.ours.precision)), the rule \(two($0.rule.recall)) \(two($0.rule.precision))"
            } ?? ""
        let note =
            "\(ours.pairs) pairs, \(ours.positives) duplicates, of one half of the places; both halves were seen while constants were chosen (other half: recall \(two(other.ours.recall)), precision \(two(other.ours.precision)))\(lampText)"
        let rule = "same category within 150 m"
        tell(Figure(names[0], ours.recall, "", baseline: theirs.recall, rule, must: 0.8, aim: 0.9, isRate: true, note: note))
        tell(Figure(names[1], ours.precision, "", baseline: theirs.precision, rule, must: 0.8, aim: 0.9, isRate: true, note: note))
    }

    private func two(_ value: Double) -> String { String(format: "%.2f", value) }

    /// A million past reports went through the grid, 12 000 are open, 300 lamps are in alarm; somebody types, and each word asks again.
    private func typing() {
        var random = Dice(seed: 5)
        let texts = [
            "Deux matelas et un sommier sur le trottoir", "lampadaire éteint depuis lundi devant l'école",
            "gros trou dans la chaussée, dangereux à vélo",
            "voiture ventouse sans plaque", "tags sur le mur de la maison", "poubelle renversée, déchets partout",
            "branche cassée sur la piste cyclable",
        ]
        let bags = texts.map(WordBag.init)
        let now = Instant(year: 2026, month: 11, day: 21)
        func matter(_ i: Int, _ source: OpenMatter.Source = .report) -> OpenMatter {
            let branch = random.below(10)
            // Half stand in the densest tenth of the ground, as in a town.
            let reach = random.below(2) == 0 ? 0.02 : 0.1
            return OpenMatter(
                id: .init(source, Int64(i)), category: "c\(branch).\(random.below(6))", branch: "c\(branch)",
                place: Place(longitude: 5.04 + (random.unit() - 0.5) * reach * 1.4, latitude: 47.32 + (random.unit() - 0.5) * reach),
                at: now - .hours(Int64(random.below(24 * 40))), words: bags[Int(random.below(UInt64(bags.count)))])
        }
        let open = 12_000
        var grid = DuplicateGrid(latitude: 47.32)
        for i in 0..<1_000_000 {
            grid.put(matter(i))
            if i >= open { grid.remove(.init(.report, Int64(i - open))) }
        }
        for i in 0..<300 { grid.put(matter(i, .alarm)) }
        var (times, scans) = ([Double](), [Double]())
        var found = 0
        for i in 0..<2_000 {
            let words = texts[i % texts.count].split(separator: " ")
            for count in 1...words.count {
                let question = matter(2_000_000 + i)
                let text = words.prefix(count).joined(separator: " ")
                let began = ContinuousClock.now
                found += grid.likely(question, text: text, least: 0.2).count
                times.append(vigie.seconds(since: began) * 1000)
            }
        }
        let all = (0..<open).map { matter($0) }
        for i in 0..<500 {
            let question = matter(i)
            let began = ContinuousClock.now
            found += all.count { $0.category == question.category && $0.place.metres(to: question.place) <= 150 } > 0 ? 1 : 0
            scans.append(vigie.seconds(since: began) * 1000)
        }
        tell(
            Figure(
                "duplicates-p99", Spread(times).percentile(0.99), "ms p99", baseline: Spread(scans).percentile(0.99),
                "scan of what is open",
                must: 50, aim: 8,
                note:
                    "in the process, \(times.count) questions as words are typed, \(grid.count) open after 1 000 000 reports; median \(Figure.print(Spread(times).median)); \(found) answers"
            ).void(grid.count == open + 300 && found > 0 ? nil : "the grid holds \(grid.count), \(found) answers"))
    }
}

/// The files of others that benches read where they are at hand: `VIGIE_SHARED_DATA`, else `../shared/data`.
enum SharedFiles {
    static var root: URL {
        URL(fileURLWithPath: ProcessInfo.processInfo.environment["VIGIE_SHARED_DATA"] ?? "../shared/data")
    }

    /// The rows of a table by its header's names; nil where the file is not there.
    static func table(_ path: String) throws -> [[String: String]]? {
        guard let data = try? Data(contentsOf: root.appending(path: path)) else { return nil }
        var reader = CSVReader(Array(data), separator: UInt8(ascii: ","))
        var (header, fields, rows) = ([String](), [String](), [[String: String]]())
        guard try reader.next(into: &header) else { return [] }
        while try reader.next(into: &fields) {
            rows.append(Dictionary(zip(header, fields), uniquingKeysWith: { first, _ in first }))
        }
        return rows
    }
}

extension Dice {
    mutating func below(_ n: UInt64) -> UInt64 { next() % n }
    mutating func pick<T>(_ values: [T]) -> T { values[Int(below(UInt64(values.count)))] }
    /// An error east and north, in metres, of a bell of this width.
    mutating func error(_ sigma: Double) -> (east: Double, north: Double) {
        let length = sigma * (-2 * log(1 - unit())).squareRoot()
        let angle = 2 * Double.pi * unit()
        return (length * cos(angle), length * sin(angle))
    }
}
