// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Rehearsal
import Reports

/// Labelled pairs for measuring the search for duplicates, made from two real series. No series at hand says which reports are duplicates,
/// so labels are made, and each way has its weakness:
///
/// **Dans ma rue** (Paris, 19 754 reports of 14 months, a fiftieth of all and so about as dense as a town of 250 000). Each real report
/// stands where, when and under what it stood. To three in ten a *second telling* is added, so that its label is certain: at the place of
/// the first plus an error (7 in 10: σ 8 m, a telephone; 2 in 10: σ 25 m, the neighbour's house; 1 in 10: σ 80 m, from memory; the real pairs at one
/// address lie 0 to 50 m apart), so many days later as repeated reports at one lamp of New York come (0 to 30), under the same category (72 %), one of
/// the same branch (18 %) or another (10 %), both drawn from what is really reported together at one address on one day. Pairs of two real
/// reports are labelled 'not the same'; those at one address and of one branch may be the same in truth and are left out. The
/// scorer sees position, day and category codes; not addresses, not which report was told twice. There are no words in either series.
///
/// **Lamps of New York**: real pairs only, labelled by rule. Same registered place at most 14 days apart: the same fault. Another place: not the same. The
/// same place after 15 days or more: left out. The scorer sees positions with a telephone's error (σ 10 m), since the registered ones are equal.
///
/// Places are parted in two halves by a hash of their square kilometre.
struct DuplicatePairs {
    static let reportsFile = "reports/dmr_dev.csv"
    static let lampsFile = "lighting/nyc_streetlight_2024-01_2025-06_dev.csv"
    private static let openDays = 30.0

    /// Something reported. `source` is the event that it tells again; `spot` is what the labels know and the scorer does not.
    private struct Event {
        var matter: OpenMatter
        var spot: String
        var branch: String
        var isOpen: Bool
        var source: Int64?
        var half: Int
    }

    /// How well a judge did.
    struct Score {
        var pairs = 0
        var positives = 0
        var hits = 0
        var alarms = 0
        var recall: Double { positives > 0 ? Double(hits) / Double(positives) : .nan }
        var precision: Double { alarms > 0 ? Double(hits) / Double(alarms) : .nan }

        mutating func count(_ isSame: Bool, said: Bool) {
            pairs += 1
            positives += isSame ? 1 : 0
            alarms += said ? 1 : 0
            hits += isSame && said ? 1 : 0
        }
    }

    private var events: [Event] = []
    private let latitude: Double
    /// nil: these two are left out.
    private var isSame: (Event, Event) -> Bool?

    /// Plays the stream in its order; what is older than thirty days is closed.
    func judged(half: Int) -> (ours: Score, rule: Score) {
        var (ours, rule) = (Score(), Score())
        var grid = DuplicateGrid(latitude: latitude)
        var open: [Int64: Event] = [:]
        var oldest = 0
        let ordered = events.sorted { ($0.matter.at, $0.matter.id.number) < ($1.matter.at, $1.matter.id.number) }
        for event in ordered {
            while ordered[oldest].matter.at < event.matter.at - .days(Int64(DuplicatePairs.openDays)) {
                grid.remove(ordered[oldest].matter.id)
                open[ordered[oldest].matter.id.number] = nil
                oldest += 1
            }
            if event.half == half {
                for found in grid.likely(event.matter, least: 0, limit: .max) {
                    let earlier = open[found.matter.number]!
                    guard let same = isSame(event, earlier) else { continue }
                    ours.count(same, said: found.probability >= DuplicateRules.likely)
                    rule.count(same, said: found.pair.kinship == .same && found.pair.metres <= 150)
                }
            }
            if event.isOpen {
                grid.put(event.matter)
                open[event.matter.id.number] = event
            }
        }
        return (ours, rule)
    }

    // MARK: Dans ma rue

    static func dansMaRue() throws -> DuplicatePairs? {
        guard let rows = try SharedFiles.table(reportsFile), let gaps = try gapsOfNewYork() else { return nil }
        var random = Dice(seed: 2_026)
        let real = rows.enumerated().compactMap { event($1, number: Int64($0), &random) }
        let together = Together(real)
        var told: [Event] = []
        for event in real where random.unit() < 3.0 / 7 {
            var again = event
            let kind = random.unit()
            let error = random.error(kind < 0.7 ? 8 : kind < 0.9 ? 25 : 80)
            again.matter.place.longitude += error.east / (111_319.49 * cos(48.86 * .pi / 180))
            again.matter.place.latitude += error.north / 111_319.49
            again.matter.at = event.matter.at + .milliseconds(Int64((Double(random.pick(gaps)) + random.unit() * 0.9) * 86_400_000))
            if again.matter.at > event.matter.at + .days(30) { again.matter.at = event.matter.at + .days(30) }
            together.confuse(&again, &random)
            again.matter.id = .init(.report, Int64(rows.count) + event.matter.id.number)
            (again.isOpen, again.source) = (false, event.matter.id.number)
            told.append(again)
        }
        return DuplicatePairs(events: real + told, latitude: 48.86) { new, earlier in
            if new.source == earlier.matter.id.number { return true }
            return new.spot == earlier.spot && new.branch == earlier.branch ? nil : false
        }
    }

    private static func event(_ row: [String: String], number: Int64, _ random: inout Dice) -> Event? {
        guard let day = row["datedecl"].flatMap(Self.day), let type = row["type"], let kind = row["soustype"],
            let longitude = row["lon"].flatMap(Double.init), let latitude = row["lat"].flatMap(Double.init)
        else { return nil }
        let place = Place(longitude: longitude, latitude: latitude)
        let matter = OpenMatter(
            id: .init(.report, number), category: kind, branch: type, place: place,
            at: day + .milliseconds(Int64(random.unit() * 86_400_000)))
        let spot = WordBag.tokens(Folding.fold(row["adresse"] ?? "")).joined(separator: " ")
        return Event(matter: matter, spot: spot, branch: type, isOpen: true, source: nil, half: half(place))
    }

    /// What is reported at one address on one day under different categories: so people confuse them.
    private struct Together {
        private var siblings: [String: [(String, String)]] = [:]
        private var strangers: [String: [(String, String)]] = [:]
        private var byBranch: [String: [(String, String)]] = [:]

        init(_ events: [Event]) {
            for event in events { byBranch[event.branch, default: []].append((event.matter.category, event.branch)) }
            let groups = Dictionary(grouping: events) { "\($0.spot)|\($0.matter.at.seconds / 86_400)" }
            for group in groups.sorted(by: { $0.key < $1.key }).map(\.value) {
                for a in group {
                    for b in group where a.matter.category != b.matter.category {
                        let other = (b.matter.category, b.branch)
                        if a.branch == b.branch {
                            siblings[a.matter.category, default: []].append(other)
                        } else {
                            strangers[a.branch, default: []].append(other)
                        }
                    }
                }
            }
        }

        func confuse(_ event: inout Event, _ random: inout Dice) {
            let choice = random.unit()
            guard choice >= 0.72 else { return }
            let category = event.matter.category
            var others: [(String, String)]
            if choice < 0.9 {
                others = siblings[category] ?? byBranch[event.branch]!.filter { $0.0 != category }
            } else {
                others = strangers[event.branch] ?? byBranch.sorted { $0.key < $1.key }.first { $0.key != event.branch }?.value ?? []
            }
            if others.isEmpty { return }
            (event.matter.category, event.matter.branch) = random.pick(others)
        }
    }

    // MARK: New York

    private static func gapsOfNewYork() throws -> [Int64]? {
        guard let rows = try SharedFiles.table(lampsFile) else { return nil }
        let days = Dictionary(grouping: rows) { "\($0["lat"] ?? "") \($0["lon"] ?? "")" }.mapValues {
            $0.compactMap { $0["created"].flatMap(day) }.sorted()
        }
        return days.values.flatMap { days in zip(days, days.dropFirst()).map { ($1 - $0).seconds / 86_400 } }.filter { $0 <= 30 }.sorted()
    }

    static func lampsOfNewYork() throws -> DuplicatePairs? {
        guard let rows = try SharedFiles.table(lampsFile) else { return nil }
        var random = Dice(seed: 311)
        let events = rows.enumerated().compactMap { i, row -> Event? in
            guard let day = row["created"].flatMap(day), let kind = row["descriptor"],
                let longitude = row["lon"].flatMap(Double.init), let latitude = row["lat"].flatMap(Double.init)
            else { return nil }
            let place = Place(longitude: longitude, latitude: latitude)
            let error = random.error(10)
            let seen = Place(
                longitude: longitude + error.east / (111_319.49 * cos(40.7 * .pi / 180)), latitude: latitude + error.north / 111_319.49)
            let matter = OpenMatter(
                id: .init(.report, Int64(i)), category: kind, branch: "light", place: seen,
                at: day + .milliseconds(Int64(random.unit() * 86_400_000)))
            return Event(matter: matter, spot: "\(latitude) \(longitude)", branch: "light", isOpen: true, source: nil, half: half(place))
        }
        return DuplicatePairs(events: events, latitude: 40.7) { new, earlier in
            if new.spot != earlier.spot { return false }
            return new.matter.at - earlier.matter.at <= .days(14) ? true : nil
        }
    }

    private static func day(_ text: String) -> Instant? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        return parts.count == 3 ? Instant(year: parts[0], month: parts[1], day: parts[2]) : nil
    }

    private static func half(_ place: Place) -> Int {
        let (x, y) = (Int(place.longitude * 73), Int(place.latitude * 111.32))
        return ((x &* 73_856_093) ^ (y &* 19_349_663)) >> 3 & 1
    }
}
