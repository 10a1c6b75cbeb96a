// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Chunks and summaries in and out of the journal.
enum HistoryStore {
    static let dayMilliseconds: Int64 = 86_400_000
    static let hourMilliseconds: Int64 = 3_600_000

    /// What goes in for one asset.
    struct Batch {
        var asset: UInt32
        var chunks: [Chunk] = []
        var late: [Sample] = []
    }

    /// Keeps chunks (oldest first per asset) and late samples. What is there already is not doubled, so keeping twice is harmless.
    static func keep(_ chunks: [Chunk], late: [UInt32: [Sample]], kindOf: (UInt32) -> String, in transaction: Transaction) throws {
        var batches: [UInt32: Batch] = [:]
        for chunk in chunks { batches[chunk.asset, default: Batch(asset: chunk.asset)].chunks.append(chunk) }
        for (asset, samples) in late { batches[asset, default: Batch(asset: asset)].late += samples }
        let ordered = batches.values.sorted { $0.asset < $1.asset }
        for begin in stride(from: 0, to: ordered.count, by: 400) {
            try keep(Array(ordered[begin..<min(begin + 400, ordered.count)]), kindOf, transaction)
        }
    }

    private static func keep(_ batches: [Batch], _ kindOf: (UInt32) -> String, _ transaction: Transaction) throws {
        let kept = try keptThrough(batches.map(\.asset), transaction)
        var (rows, parts): ([[Value]], [DayKey: DaySummary]) = ([], [:])
        var assets: [[Value]] = []
        for batch in batches {
            let through = kept[batch.asset]
            if batch.late.isEmpty, isInOrder(batch.chunks, after: through) {
                rows += batch.chunks.map(row)
                for chunk in batch.chunks { add(chunk, to: &parts) }
            } else {
                try merge(batch, transaction)
            }
            let newest = max(batch.chunks.last?.finish ?? .min, batch.late.map(\.at.milliseconds).max() ?? .min)
            if newest > through ?? .min { assets.append([.integer(Int64(batch.asset)), .text(kindOf(batch.asset)), .integer(newest)]) }
        }
        try transaction.insert(into: "history_chunk", chunkColumns, rows: rows)
        try addToDays(parts, transaction)
        try transaction.insert(into: "history_asset", ["asset", "kind", "kept_through"], rows: assets, orReplace: true, key: ["asset"])
    }

    static let chunkColumns = ["asset", "start", "finish", "count", "bytes"]

    private static func row(_ chunk: Chunk) -> [Value] {
        [.integer(Int64(chunk.asset)), .integer(chunk.start), .integer(chunk.finish), .integer(Int64(chunk.count)), .blob(chunk.bytes)]
    }

    private static func isInOrder(_ chunks: [Chunk], after through: Int64?) -> Bool {
        var last = through ?? .min
        for chunk in chunks {
            guard chunk.start > last else { return false }
            last = chunk.finish
        }
        return true
    }

    /// The time of the newest reading that the journal has of each of some assets.
    static func keptThrough(_ assets: [UInt32], _ transaction: Transaction) throws -> [UInt32: Int64] {
        var kept: [UInt32: Int64] = [:]
        for row in try transaction.rows("SELECT asset, kept_through FROM history_asset WHERE asset IN (\(SQL.list(assets)))") {
            kept[UInt32(truncatingIfNeeded: row.integer(0))] = row.integer(1)
        }
        return kept
    }

    // MARK: Late readings

    /// The rare way: what is new is merged with the chunks that it overlaps.
    private static func merge(_ batch: Batch, _ transaction: Transaction) throws {
        var new: [Sample] = []
        for chunk in batch.chunks { new = SampleRules.merge(new, chunk.samples ?? []) }
        new = SampleRules.merge(new, SampleRules.ordered(batch.late))
        guard let first = new.first?.at, let last = new.last?.at else { return }
        let asset = Asset.Number(batch.asset)
        let stored = try chunks(of: asset, from: first, to: last, in: transaction)
        let old = stored.reduce(into: [Sample]()) { $0 = SampleRules.merge($0, $1.samples ?? []) }
        let fresh = SampleRules.fresh(new, over: old)
        guard !fresh.isEmpty else { return }
        for chunk in stored {
            try transaction.run("DELETE FROM history_chunk WHERE asset = \(asset) AND start = \(chunk.start)")
        }
        let merged = SampleRules.chunks(SampleRules.merge(old, new), asset: batch.asset, bytes: Staging.chunkBytes)
        try transaction.insert(into: "history_chunk", chunkColumns, rows: merged.map(row))
        let next = try transaction.row("SELECT MIN(start) FROM history_chunk WHERE asset = \(asset) AND start > \(last)")?.integerOrNil(0)
        // Within an hour, the last value is the fresh one's only where nothing that was there is later.
        var lastOld: [Int64: Int64] = [:]
        for sample in old { lastOld[floorDivide(sample.at.milliseconds, hourMilliseconds)] = sample.at.milliseconds }
        if let next { lastOld[floorDivide(next, hourMilliseconds)] = next }
        var lastFresh: [Int64: Int64] = [:]
        var parts: [DayKey: DaySummary] = [:]
        for sample in fresh {
            lastFresh[floorDivide(sample.at.milliseconds, hourMilliseconds)] = sample.at.milliseconds
            add(sample, asset: batch.asset, to: &parts)
        }
        try addToDays(parts, transaction) { lastFresh[$0] ?? .min > lastOld[$0] ?? .min }
    }

    // MARK: Days

    struct DayKey: Hashable {
        var asset: UInt32
        var day: Int64
    }

    private static func add(_ chunk: Chunk, to parts: inout [DayKey: DaySummary]) {
        var (key, part) = (DayKey(asset: chunk.asset, day: floorDivide(chunk.start, dayMilliseconds)), DaySummary())
        if let begun = parts[key] { part = begun }
        _ = chunk.each { at, mask, values in
            let day = floorDivide(at, dayMilliseconds)
            if day != key.day {
                parts[key] = part
                key.day = day
                part = parts[key] ?? DaySummary()
            }
            let hour = Int((at &- day &* dayMilliseconds) / hourMilliseconds)
            var rest = mask
            while rest != 0 {
                let slot = rest.trailingZeroBitCount
                rest &= rest &- 1
                part.add(values[slot], slot: slot, hour: hour)
            }
        }
        parts[key] = part
    }

    private static func add(_ sample: Sample, asset: UInt32, to parts: inout [DayKey: DaySummary]) {
        let day = floorDivide(sample.at.milliseconds, dayMilliseconds)
        let hour = Int((sample.at.milliseconds - day * dayMilliseconds) / hourMilliseconds)
        for slot in 0..<16 {
            if let value = sample.value(slot: slot) {
                parts[DayKey(asset: asset, day: day), default: DaySummary()].add(value, slot: slot, hour: hour)
            }
        }
    }

    /// Adds parts to the days kept; `isLater` says for an hour (since 1970) whether the part's last value is the hour's last.
    private static func addToDays(
        _ parts: [DayKey: DaySummary], _ transaction: Transaction, isLater: (Int64) -> Bool = { _ in true }
    ) throws {
        guard !parts.isEmpty else { return }
        var days = parts
        let (assets, numbers) = (Set(parts.keys.map(\.asset)).sorted(), Set(parts.keys.map(\.day)).sorted())
        let sql: SQL = "SELECT asset, day, bytes FROM history_day WHERE asset IN (\(SQL.list(assets))) AND day IN (\(SQL.list(numbers)))"
        for row in try transaction.rows(sql) {
            let key = DayKey(asset: UInt32(truncatingIfNeeded: row.integer(0)), day: row.integer(1))
            guard let part = parts[key], var day = DaySummary(row.blob(2)) else { continue }
            day.add(part) { isLater(key.day * 24 + Int64($0)) }
            days[key] = day
        }
        let rows = days.map { key, day -> [Value] in [.integer(Int64(key.asset)), .integer(key.day), .blob(day.bytes)] }
        try transaction.insert(into: "history_day", ["asset", "day", "bytes"], rows: rows, orReplace: true, key: ["asset", "day"])
    }

    // MARK: Out

    /// The chunks of an asset that touch a span, in order.
    static func chunks(of asset: Asset.Number, from: Instant, to: Instant, in transaction: Transaction) throws -> [Chunk] {
        let sql: SQL = """
            SELECT start, finish, count, bytes FROM history_chunk WHERE asset = \(asset) AND start <= \(to)
            AND start >= COALESCE((SELECT MAX(start) FROM history_chunk WHERE asset = \(asset) AND start <= \(from)), \(from))
            ORDER BY start
            """
        return try transaction.rows(sql).compactMap { row in
            guard row.integer(1) >= from.milliseconds else { return nil }
            return Chunk(asset: asset.value, start: row.integer(0), finish: row.integer(1), count: row.int(2), bytes: row.blob(3))
        }
    }

    /// Calls `body` with the start of each hour of a span (whole hours) and its summary of one slot.
    static func hours(
        of asset: Asset.Number, slot: Int, from: Instant, to: Instant, in transaction: Transaction, _ body: (Int64, HourSummary) -> Void
    ) throws {
        let first = floorDivide(from.milliseconds, hourMilliseconds)
        let last = floorDivide(to.milliseconds, hourMilliseconds)
        let sql: SQL = """
            SELECT day, bytes FROM history_day WHERE asset = \(asset) AND day BETWEEN \(floorDivide(first, 24)) AND \(floorDivide(last, 24))
            ORDER BY day
            """
        for row in try transaction.rows(sql) {
            let day = row.integer(0)
            _ = DaySummary.each(row.blob(1), slots: 1 << UInt16(slot)) { _, hour, summary in
                let number = day * 24 + Int64(hour)
                if number >= first, number <= last { body(number * hourMilliseconds, summary) }
            }
        }
    }
}
