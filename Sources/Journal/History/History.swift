// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Questions to the historian. Each takes what the floor has staged of the asset, so that the answer reaches to the last reading.
package enum History {
    /// A stretch of time on a chart. Values are scaled by the property's decimals.
    package struct Bucket: Sendable, Hashable {
        /// Its beginning; the exact time where it holds one sample.
        package var at: Instant
        package var least: Int32
        package var most: Int32
        /// Over the samples, each counting once.
        package var mean: Double
        package var last: Int32
        package var count: Int
    }

    /// A property over a span as at most about `points` buckets: each sample by itself where there are no more, hours and multiples of
    /// hours (in UTC) over long spans. A time without samples has no bucket.
    /// - Parameters:
    ///   - to: included.
    package static func series(
        of asset: Asset.Number, slot: Int, from: Instant, to: Instant, points: Int, staged: StagedSamples = .none,
        in transaction: Transaction
    ) throws -> [Bucket] {
        guard to >= from, (0..<16).contains(slot) else { return [] }
        let points = Int64(max(1, min(points, 10_000)))
        let span = to.milliseconds &- from.milliseconds
        let width = span / points + 1
        var gathering = Gathering(from: from, to: to, width: width)
        if width >= HistoryStore.hourMilliseconds {
            let hours = (width + HistoryStore.hourMilliseconds - 1) / HistoryStore.hourMilliseconds
            gathering = Gathering(from: from, to: to, hours: hours)
            try HistoryStore.hours(of: asset, slot: slot, from: from, to: to, in: transaction) { gathering.add($0, $1) }
        } else {
            let chunks = try HistoryStore.chunks(of: asset, from: from, to: to, in: transaction)
            try olderHours(of: asset, slot, from, to, before: chunks.first?.start, &gathering, transaction)
            for chunk in chunks {
                _ = chunk.each { at, mask, values in if mask >> UInt16(slot) & 1 == 1 { gathering.add(at, values[slot]) } }
            }
        }
        let known = try times(of: asset, slot, among: staged.samples, in: transaction)
        for sample in staged.samples where !known.contains(sample.at.milliseconds) {
            if let value = sample.value(slot: slot) { gathering.add(sample.at.milliseconds, value) }
        }
        return gathering.buckets(points: Int(points))
    }

    /// Times of staged samples at which the journal has the property already: a reading that was sent again waits beside the one that was kept.
    private static func times(
        of asset: Asset.Number, _ slot: Int, among staged: [Sample], in transaction: Transaction
    ) throws -> Set<Int64> {
        guard let first = staged.first?.at, let last = staged.last?.at else { return [] }
        var known: Set<Int64> = []
        for chunk in try HistoryStore.chunks(of: asset, from: first, to: last, in: transaction) {
            _ = chunk.each { at, mask, _ in if mask >> UInt16(slot) & 1 == 1, at >= first.milliseconds { known.insert(at) } }
        }
        return known
    }

    /// Where raw chunks of the beginning are past their retention, the hours stand for them.
    private static func olderHours(
        of asset: Asset.Number, _ slot: Int, _ from: Instant, _ to: Instant, before start: Int64?, _ gathering: inout Gathering,
        _ transaction: Transaction
    ) throws {
        let limit = start ?? to.milliseconds
        guard limit - from.milliseconds > HistoryStore.hourMilliseconds else { return }
        let raw = try transaction.row("SELECT MIN(start) FROM history_chunk WHERE asset = \(asset)")?.integerOrNil(0)
        let end = min(to.milliseconds, raw.map { $0 - HistoryStore.hourMilliseconds } ?? to.milliseconds)
        guard end >= from.milliseconds else { return }
        try HistoryStore.hours(of: asset, slot: slot, from: from, to: Instant(milliseconds: end), in: transaction) { gathering.add($0, $1) }
    }

    /// The readings of a span, all properties, oldest first; at most `limit`.
    package static func samples(
        of asset: Asset.Number, from: Instant, to: Instant, limit: Int = 100_000, staged: StagedSamples = .none, in transaction: Transaction
    ) throws -> [Sample] {
        var samples: [Sample] = []
        for chunk in try HistoryStore.chunks(of: asset, from: from, to: to, in: transaction) {
            samples = SampleRules.merge(samples, chunk.samples ?? [])
            if samples.count > limit + 1000 { break }
        }
        samples = SampleRules.merge(samples, staged.samples)
        return Array(samples.lazy.filter { $0.at >= from && $0.at <= to }.prefix(limit))
    }

    /// The last known value of each slot at an instant, with the time that it was said; nil where none is known.
    package static func lastKnown(
        of asset: Asset.Number, at instant: Instant, staged: StagedSamples = .none, in transaction: Transaction
    ) throws -> [(value: Int32, at: Instant)?] {
        var known = [(value: Int32, at: Instant)?](repeating: nil, count: 16)
        for sample in staged.samples.reversed() where sample.at <= instant { note(sample, &known) }
        let sql: SQL = """
            SELECT start, finish, count, bytes FROM history_chunk WHERE asset = \(asset) AND start <= \(instant) ORDER BY start DESC LIMIT 8
            """
        for row in try transaction.rows(sql) {
            let chunk = Chunk(asset: asset.value, start: row.integer(0), finish: row.integer(1), count: row.int(2), bytes: row.blob(3))
            for sample in (chunk.samples ?? []).reversed() where sample.at <= instant { note(sample, &known) }
        }
        return known
    }

    private static func note(_ sample: Sample, _ known: inout [(value: Int32, at: Instant)?]) {
        for slot in 0..<16 {
            guard let value = sample.value(slot: slot) else { continue }
            if let before = known[slot], before.at >= sample.at { continue }
            known[slot] = (value, sample.at)
        }
    }
}

/// Buckets being filled, in order of time.
private struct Gathering {
    private let from: Int64
    private let to: Int64
    private let origin: Int64
    private let width: Int64
    private let isByHour: Bool
    private var open: [(index: Int64, at: Int64, summary: HourSummary)] = []
    private var singles: [(Int64, Int32)] = []
    private var hasHours = false
    private var isSorted = true

    init(from: Instant, to: Instant, width: Int64) {
        (self.from, self.to, origin, self.width, isByHour) = (from.milliseconds, to.milliseconds, from.milliseconds, width, false)
    }

    init(from: Instant, to: Instant, hours: Int64) {
        width = hours * HistoryStore.hourMilliseconds
        origin = floorDivide(from.milliseconds, width) * width
        (self.from, self.to, isByHour) = (from.milliseconds, to.milliseconds, true)
    }

    mutating func add(_ at: Int64, _ value: Int32) {
        guard at >= from, at <= to else { return }
        if !isByHour, singles.count <= 10_000 { singles.append((at, value)) }
        add(at, HourSummary(value), isWhole: false)
    }

    mutating func add(_ hour: Int64, _ summary: HourSummary) {
        hasHours = true
        add(hour, summary, isWhole: true)
    }

    private mutating func add(_ at: Int64, _ summary: HourSummary, isWhole: Bool) {
        let index = (max(at, origin) &- origin) / width
        if let last = open.last, last.index == index {
            open[open.count - 1].summary.add(summary)
        } else {
            if let last = open.last, last.index > index { isSorted = false }
            open.append((index, origin + index * width, summary))
        }
    }

    /// - Parameter points: with no more samples than that, each stands by itself.
    func buckets(points: Int) -> [History.Bucket] {
        if !isByHour, !hasHours, singles.count <= points {
            return singles.sorted { $0.0 < $1.0 }.map {
                History.Bucket(at: Instant(milliseconds: $0), least: $1, most: $1, mean: Double($1), last: $1, count: 1)
            }
        }
        var merged = open
        if !isSorted {
            merged.removeAll()
            for bucket in open.enumerated().sorted(by: { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }).map(\.element) {
                if let last = merged.last, last.index == bucket.index {
                    merged[merged.count - 1].summary.add(bucket.summary)
                } else {
                    merged.append(bucket)
                }
            }
        }
        return merged.map { bucket in
            let s = bucket.summary
            return History.Bucket(
                at: Instant(milliseconds: bucket.at), least: s.least, most: s.most, mean: Double(s.sum) / Double(max(1, s.count)),
                last: s.last,
                count: Int(s.count))
        }
    }
}
