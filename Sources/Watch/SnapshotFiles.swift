// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// Which snapshots lie in the folder: the newest three, whole, from which a start begins (`floor-…`), and the first of each hour, without
/// what was staged, from which a span of the past is judged again (`hour-…`). Those of past hours stay while the intake holds the
/// turns after them, and while they take no more than half a gigabyte.
extension Snapshot {
    private static let kept = 3
    private static let hourlyBytes = 512 << 20
    private static let hour: Int64 = 3_600_000

    /// One file, known by its name and its first bytes.
    package struct File: Sendable, Hashable {
        package var path: String
        package var position: UInt64
        package var isHourly: Bool
        /// When it was taken; nil where its first bytes are not a snapshot's of this release.
        package var now: Instant?
        package var bytes: Int
    }

    /// Writes it into `folder`, once more for the hour where it is the first of it, and removes whole ones beyond the newest three.
    package func write(folder: String) throws {
        try write(to: Snapshot.path(folder, "floor", position))
        for old in Snapshot.positions(folder).dropLast(Snapshot.kept) {
            try? FileManager.default.removeItem(atPath: Snapshot.path(folder, "floor", old))
        }
        let newest = Snapshot.files(folder).last { $0.isHourly }?.now
        guard newest.map({ floorDivide($0.milliseconds, Snapshot.hour) != floorDivide(now.milliseconds, Snapshot.hour) }) ?? true else {
            return
        }
        var hourly = self
        hourly.staging = []
        try hourly.write(to: Snapshot.path(folder, "hour", position))
    }

    /// Removes those of past hours whose next turn the intake no longer holds, then the oldest beyond half a gigabyte.
    /// - Parameter first: the first turn that the intake holds.
    package static func release(folder: String, before first: UInt64) {
        var hourly = files(folder).filter(\.isHourly)
        var bytes = hourly.reduce(0) { $0 + $1.bytes }
        while let oldest = hourly.first, oldest.position + 1 < first || bytes > hourlyBytes {
            try? FileManager.default.removeItem(atPath: oldest.path)
            bytes -= oldest.bytes
            hourly.removeFirst()
        }
    }

    /// The newest whole snapshot at or before `limit` that can be read, or nil: where a start begins.
    package static func newest(folder: String, through limit: UInt64 = .max) -> Snapshot? {
        positions(folder).reversed().lazy.filter { $0 <= limit }.compactMap { Snapshot(contentsOf: path(folder, "floor", $0)) }.first
    }

    /// The newest snapshot of any sort at or before a turn and an instant that can be read, or nil: where judging again begins.
    package static func newest(folder: String, through limit: UInt64, at instant: Instant) -> Snapshot? {
        files(folder).reversed().lazy.filter { $0.position <= limit && ($0.now.map { $0 <= instant } ?? false) }
            .compactMap { Snapshot(contentsOf: $0.path) }.first
    }

    /// Positions of the whole snapshots in a folder, ascending.
    package static func positions(_ folder: String) -> [UInt64] {
        names(folder).compactMap { position(of: $0, "floor") }.sorted()
    }

    /// All snapshots in a folder by position, whole ones after those of the hour.
    package static func files(_ folder: String) -> [File] {
        names(folder).compactMap { name -> File? in
            let hourly = position(of: name, "hour")
            guard let position = hourly ?? position(of: name, "floor") else { return nil }
            let (now, bytes) = head(folder + "/" + name)
            return File(path: folder + "/" + name, position: position, isHourly: hourly != nil, now: now, bytes: bytes)
        }.sorted { ($0.position, $0.isHourly ? 0 : 1) < ($1.position, $1.isHourly ? 0 : 1) }
    }

    private static func head(_ path: String) -> (now: Instant?, bytes: Int) {
        guard let file = FileHandle(forReadingAtPath: path) else { return (nil, 0) }
        defer { try? file.close() }
        let bytes = Int((try? file.seekToEnd()) ?? 0)
        try? file.seek(toOffset: 0)
        let head = [UInt8]((try? file.read(upToCount: headBytes)) ?? Data())
        var reader = ByteReader(head)
        guard head.count == headBytes, reader.take(magic.count) == magic, reader.word() != nil else { return (nil, bytes) }
        return (reader.instant(), bytes)
    }

    private static func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    private static func position(of name: String, _ sort: String) -> UInt64? {
        guard name.hasPrefix(sort + "-"), name.hasSuffix(".snapshot") else { return nil }
        return UInt64(name.dropFirst(sort.count + 1).dropLast(9))
    }

    private static func path(_ folder: String, _ sort: String, _ position: UInt64) -> String {
        let digits = String(position)
        return folder + "/\(sort)-" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".snapshot"
    }
}
