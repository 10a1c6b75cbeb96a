// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
import Logging

/// Measurements of this room for `vigie bench`, each with the plain thing beside it. Time comes from the caller's stopwatch.
package enum JournalBench {
    package struct Figure: Sendable {
        package var name: String
        package var value: Double
        package var unit: String
        package var baseline: Double?
    }

    /// Seconds since some fixed moment.
    package typealias Stopwatch = () -> Double

    /// The historian: bytes a sample on disk, samples a second into the journal and out of it, against rows in SQLite.
    /// - Parameters:
    ///   - folder: empty; the journal is made there.
    ///   - lamp: the kind with six properties.
    package static func historian(lamps: Int, readings: Int, lamp: Kind, in folder: String, _ stopwatch: Stopwatch) throws -> [Figure] {
        let path = folder + "/history.db"
        let journal = try Journal.open(.file(path), migrations: [], log: Logger(label: "bench"))
        let empty = try size(path, journal)
        let staging = Staging(kinds: [lamp])
        let data = (0..<lamps).map { seed in
            var data = LampData(seed: UInt64(seed), from: Instant(year: 2026, month: 1, day: 1))
            return (0..<readings).map { _ in data.next() }
        }
        let begin = stopwatch()
        var encoding = 0.0
        for i in 0..<readings {
            let start = stopwatch()
            for lamp in 0..<lamps {
                let sample = data[lamp][i]
                sample.values.withUnsafeBufferPointer {
                    staging.add(asset: Asset.Number(lamp), kindIndex: 0, at: sample.at, mask: sample.mask, values: $0.baseAddress!)
                }
            }
            encoding += stopwatch() - start
            if i % 16 == 15, staging.hasFullChunks { try journal.writeHere { try staging.keepFull(in: $0) } }
        }
        try journal.writeHere { try staging.keepAll(in: $0) }
        let elapsed = stopwatch() - begin
        let samples = Double(lamps * readings * 6)
        let bytes = Double(try size(path, journal) - empty)
        let reading = try decodeRate(journal, lamps, stopwatch)
        let rows = try sqliteRows(count: min(lamps * readings * 6, 1_000_000), in: folder, stopwatch)
        return [
            Figure(name: "historian-bytes", value: bytes / samples, unit: "B/sample", baseline: nil),
            Figure(name: "historian-encode", value: samples / encoding, unit: "samples/s", baseline: rows),
            Figure(name: "historian-rate", value: samples / elapsed, unit: "samples/s", baseline: rows),
            Figure(name: "historian-decode", value: reading, unit: "samples/s", baseline: nil),
        ]
    }

    private static func decodeRate(_ journal: Journal, _ lamps: Int, _ stopwatch: Stopwatch) throws -> Double {
        let start = stopwatch()
        var (samples, sum) = (0, Int64(0))
        for lamp in 0..<lamps {
            try journal.readHere { transaction in
                for chunk in try HistoryStore.chunks(of: Asset.Number(lamp), from: .distantPast, to: .distantFuture, in: transaction) {
                    _ = chunk.each { _, mask, values in
                        samples += mask.nonzeroBitCount
                        sum &+= Int64(values[1])
                    }
                }
            }
        }
        return Double(samples) / (stopwatch() - start) + (sum == .min ? 1 : 0)
    }

    /// Milliseconds to answer 'a year of one lamp at screen resolution', all repetitions in order of time taken.
    package static func yearOfLamp(lamp: Kind, repetitions: Int, in folder: String, _ stopwatch: Stopwatch) throws -> [Double] {
        let journal = try Journal.open(.file(folder + "/year.db"), migrations: [], log: Logger(label: "bench"))
        let (staging, start) = (Staging(kinds: [lamp]), Instant(year: 2026, month: 1, day: 1))
        for number in 0..<8 {
            var data = LampData(seed: UInt64(number), from: start)
            for _ in 0..<105_120 / 3 {
                // A third as often as by default: 35 040 readings in the year.
                for _ in 0..<2 { _ = data.next() }
                let sample = data.next()
                staging.add(asset: Asset.Number(number), kindIndex: 0, at: sample.at, mask: sample.mask, values: sample.values)
            }
        }
        try journal.writeHere { try staging.keepAll(in: $0) }
        return try (0..<repetitions).map { i in
            let begin = stopwatch()
            let asset = Asset.Number(i % 8)
            // Every other question is for a span that hours cannot answer.
            let points = i % 2 == 0 ? 2000 : 10_000
            _ = try journal.readHere {
                try History.series(of: asset, slot: 1 + i % 4, from: start, to: start + .days(365), points: points, in: $0)
            }
            return (stopwatch() - begin) * 1000
        }
        .sorted()
    }

    /// Rows a second into a plain SQLite table, one row a sample, through this room's own insert.
    package static func sqliteRows(count: Int, in folder: String, _ stopwatch: Stopwatch) throws -> Double {
        let table = Migration(
            name: "bench", sql: "CREATE TABLE sample (asset BIGINT, slot BIGINT, at BIGINT, value BIGINT, PRIMARY KEY (asset, slot, at))")
        let journal = try Journal.open(.file(folder + "/rows.db"), migrations: [table], log: Logger(label: "bench"))
        let rows = (0..<count).map { i -> [Value] in
            let (asset, slot, at) = (Int64(i / 6 % 1000), Int64(i % 6), Int64(i / 6000) * 300_000)
            return [.integer(asset), .integer(slot), .integer(at), .integer(Int64(i % 391))]
        }
        let start = stopwatch()
        for begin in stride(from: 0, to: count, by: 10_000) {
            try journal.writeHere {
                try $0.insert(into: "sample", ["asset", "slot", "at", "value"], rows: Array(rows[begin..<min(begin + 10_000, count)]))
            }
        }
        return Double(count) / (stopwatch() - start)
    }

    /// Raw append and fdatasync a second of blocks of so many bytes: what the disk allows.
    package static func appendAndSync(bytes: Int, count: Int, in folder: String, _ stopwatch: Stopwatch) throws -> Double {
        let file = open(folder + "/raw", O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw JournalError.file("\(folder)/raw: \(Disk.message(errno))") }
        defer { close(file) }
        let block = [UInt8](repeating: 7, count: bytes)
        let start = stopwatch()
        for i in 0..<count {
            let code = block.withUnsafeBytes { Disk.real.write(file, $0, i * bytes) }
            guard code == 0, Disk.real.sync(file) == 0 else { throw JournalError.full("\(folder)/raw") }
        }
        return Double(count) / (stopwatch() - start)
    }

    private static func size(_ path: String, _ journal: Journal) throws -> Int {
        // What is still in the write-ahead file belongs to it.
        _ = try (journal.backend as! SQLiteBackend).setting("wal_checkpoint(TRUNCATE)")
        return (try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
    }
}
