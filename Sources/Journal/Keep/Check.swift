// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Something that is not as it should be.
package struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// `integrity`, `schema`, `log`, `history`, `tape`, `intake`; of the floor `alarms`, `orders`, `snapshot`, `replay`.
    package var area: String
    package var what: String
    package init(area: String, what: String) { (self.area, self.what) = (area, what) }
    package var description: String { "\(area): \(what)" }
}

extension Journal {
    /// Looks the journal over while it is in use, everything in it by default; empty where all is well. Blocks.
    /// - Parameter intake: the folder of the intake, checked too where given.
    package func check(intake: String? = nil) throws -> [Finding] {
        var findings: [Finding] = []
        func note(_ area: String, _ what: String) { if findings.count < 1000 { findings.append(Finding(area: area, what: what)) } }
        try readHere { transaction in
            try Journal.checkIntegrity(transaction, note)
            try checkSchema(transaction, note)
            for fault in try Logbook.verify(in: transaction).faults { note("log", "\(fault)") }
            try Journal.checkHistory(transaction, note)
            try Journal.checkTape(transaction, note)
        }
        if let intake { for problem in try Intake.inspect(folder: intake) { note("intake", problem) } }
        return findings
    }

    private static func checkIntegrity(_ transaction: Transaction, _ note: (String, String) -> Void) throws {
        guard transaction.engine == .sqlite else { return }
        for row in try transaction.rows("PRAGMA integrity_check(20)") where row.text(0) != "ok" { note("integrity", row.text(0)) }
        for row in try transaction.rows("PRAGMA foreign_key_check") {
            note("integrity", "row \(row.text(1)) of \(row.text(0)) refers to a row of \(row.text(2)) that is not there")
        }
    }

    private func checkSchema(_ transaction: Transaction, _ note: (String, String) -> Void) throws {
        var applied: [String: String] = [:]
        for row in try transaction.rows("SELECT name, checksum FROM migration") { applied[row.text(0)] = row.text(1) }
        for migration in migrations {
            switch applied[migration.name] {
            case nil: note("schema", "the step '\(migration.name)' was not applied")
            case migration.checksum(for: engine): break
            default: note("schema", "the step '\(migration.name)' was applied with another text than this release has")
            }
        }
        for name in applied.keys.sorted() where !migrations.contains(where: { $0.name == name }) {
            note("schema", "the step '\(name)' is of another release")
        }
    }

    private static func checkHistory(_ transaction: Transaction, _ note: (String, String) -> Void) throws {
        var (asset, finish) = (UInt32.max, Int64.min)
        try transaction.each("SELECT asset, start, finish, count, bytes FROM history_chunk ORDER BY asset, start") { row in
            let number = UInt32(truncatingIfNeeded: row.integer(0))
            let chunk = Chunk(asset: number, start: row.integer(1), finish: row.integer(2), count: row.int(3), bytes: row.blob(4))
            let place = "the readings of asset \(number) from \(row.instant(1).iso8601)"
            if number == asset, chunk.start <= finish { note("history", "\(place) overlap those before") }
            (asset, finish) = (number, chunk.finish)
            var last = chunk.start
            let isSound = chunk.each { at, _, _ in last = at }
            if !isSound {
                note("history", "\(place) are damaged")
            } else if last != chunk.finish {
                note("history", "\(place) end at another time than noted")
            }
        }
        try transaction.each("SELECT asset, day, bytes FROM history_day") { row in
            if !DaySummary.each(row.blob(2), slots: 0, { _, _, _ in }) {
                note("history", "the hours of asset \(row.integer(0)) on day \(row.integer(1)) are damaged")
            }
        }
    }

    private static func checkTape(_ transaction: Transaction, _ note: (String, String) -> Void) throws {
        try transaction.each("SELECT at, bytes FROM tape_keyframe") { row in
            if TapeColumns(row.blob(1)) == nil { note("tape", "the keyframe of \(row.instant(0).iso8601) is damaged") }
        }
        try transaction.each("SELECT start, bytes FROM tape_change") { row in
            if !StateTape.each(row.blob(1), start: row.integer(0), { _, _, _, _ in }) {
                note("tape", "the changes from \(row.instant(0).iso8601) are damaged")
            }
        }
    }
}

extension Intake {
    /// Reads all segments of a folder, also of one in use, and says what is wrong; a torn tail is not.
    package static func inspect(folder: String) throws -> [String] {
        var (problems, expected): ([String], UInt64?) = ([], nil)
        for segment in try IntakeSegment.list(folder) {
            try segment.walk { piece in
                switch piece {
                case .record(let offset, let bytes):
                    let position = IntakeRecord.position(bytes, at: 0)
                    if IntakeRecord.turn(bytes) == nil {
                        problems.append("\(Damage(file: segment.path, offset: offset, count: bytes.count))")
                    }
                    if let expected, position != expected {
                        problems.append("after turn \(expected - 1) comes turn \(position), in \(segment.path)")
                    }
                    expected = position &+ 1
                case .damage(let offset, let count): problems.append("\(Damage(file: segment.path, offset: offset, count: count))")
                case .tail: break
                }
            }
        }
        return problems
    }
}
