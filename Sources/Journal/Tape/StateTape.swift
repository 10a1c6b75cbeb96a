// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The map as it was at any second of the last day: changes of state and level as they come, and a keyframe an hour. Confined to
/// the turn's thread; it is fed and kept within the turn, so that it and the rest of the journal tell the same story.
package final class StateTape {
    /// What is on the tape now.
    package private(set) var columns: TapeColumns
    private let keyframeEvery: Span
    private let retention: Span
    private var lastKeyframe: Instant?
    /// Encoded changes that are not kept yet: zigzag of the step in ms, zigzag of the step in asset number (both in base 128),
    /// state, level.
    private var pending: [UInt8] = []
    private var (pendingStart, pendingLast, pendingAsset) = (Int64(0), Int64(0), Int64(0))

    private static let version: UInt8 = 1
    /// So much is worth a transaction of its own; so is a minute.
    private static let manyBytes = 1 << 16

    /// Takes up the tape where the journal has it.
    package init(in transaction: Transaction, keyframeEvery: Span = .hours(1), retention: Span = .days(1)) throws {
        (self.keyframeEvery, self.retention) = (keyframeEvery, retention)
        lastKeyframe = try transaction.row("SELECT MAX(at) FROM tape_keyframe")?.instantOrNil(0)
        columns = try StateTape.states(at: .distantFuture, in: transaction) ?? TapeColumns()
    }

    /// Notes what an asset is now. The same again costs nothing and leaves no trace. Not to be called while the floor replays what is kept.
    /// - Parameters:
    ///   - at: the turn's time.
    ///   - level: 0…100, or 255 for none.
    @inline(__always)
    package func note(_ asset: Asset.Number, at: Instant, state: UInt8, level: UInt8) {
        let i = asset.index
        if i < columns.states.count, columns.states[i] == state, columns.levels[i] == level { return }
        write(i, at.milliseconds, state, level)
    }

    private func write(_ asset: Int, _ at: Int64, _ state: UInt8, _ level: UInt8) {
        columns.set(asset, state, level)
        if pending.isEmpty { (pendingStart, pendingLast, pendingAsset, pending) = (at, at, 0, [StateTape.version]) }
        Base128.put(StateTape.zigzag(at &- pendingLast), &pending)
        Base128.put(StateTape.zigzag(Int64(asset) - pendingAsset), &pending)
        pending.append(state)
        pending.append(level)
        (pendingLast, pendingAsset) = (at, Int64(asset))
    }

    /// Something is on the tape that is not in the journal yet.
    package var isWaiting: Bool { !pending.isEmpty }

    /// Enough waits for a transaction of its own, or the hour of a keyframe has come: the first one says from when the past can be shown.
    package func isDue(at now: Instant) -> Bool {
        if isKeyframeDue(at: now) { return true }
        let age = now.milliseconds - pendingStart
        return !pending.isEmpty && (pending.count >= StateTape.manyBytes || age >= 60_000 || age < 0)
    }

    /// Also where the clock was put back: then the past is told from a picture of its own.
    private func isKeyframeDue(at now: Instant) -> Bool { lastKeyframe.map { now - $0 >= keyframeEvery || now < $0 } ?? true }

    /// Writes what waits, a keyframe when its hour has come, and drops what is past the retention. Call it in every transaction of
    /// the turn.
    package func keep(in transaction: Transaction, now: Instant) throws {
        if !pending.isEmpty {
            // Two runs of the program may begin a row in the same millisecond: the next free place.
            let free = try transaction.row("SELECT MAX(place) FROM tape_change WHERE start = \(pendingStart)")?.integerOrNil(0)
            try transaction.run(
                """
                INSERT INTO tape_change (start, place, finish, bytes)
                VALUES (\(pendingStart), \((free ?? 0) + 1), \(max(pendingStart, pendingLast)), \(pending))
                """)
        }
        let isKeyframeDue = self.isKeyframeDue(at: now)
        if isKeyframeDue { try keyframe(in: transaction, now) }
        let written = pending.count
        transaction.afterCommit { [self] in
            // Where it was known late that this was kept, more is on the tape: all of it is then written again, which changes no picture.
            if pending.count == written { pending.removeAll(keepingCapacity: true) }
            if isKeyframeDue { lastKeyframe = now }
        }
    }

    private func keyframe(in transaction: Transaction, _ now: Instant) throws {
        // Pictures of a time that had not come yet, when the clock was wrong, would hide what comes then.
        try transaction.run("DELETE FROM tape_keyframe WHERE at > \(now)")
        try transaction.insert(
            into: "tape_keyframe", ["at", "bytes"], rows: [[now.bound, columns.bytes.bound]], orReplace: true, key: ["at"])
        // The last keyframe at or before the horizon still serves the seconds after the horizon.
        let horizon = now - retention
        guard let oldest = try transaction.row("SELECT MAX(at) FROM tape_keyframe WHERE at <= \(horizon)")?.instantOrNil(0) else { return }
        try transaction.run("DELETE FROM tape_keyframe WHERE at < \(oldest)")
        try transaction.run("DELETE FROM tape_change WHERE start < \(oldest) AND finish < \(oldest)")
    }

    /// All states at an instant; nil where the tape does not reach back so far.
    package static func states(at instant: Instant, in transaction: Transaction) throws -> TapeColumns? {
        let keyframe: SQL = "SELECT at, bytes FROM tape_keyframe WHERE at <= \(instant) ORDER BY at DESC LIMIT 1"
        guard let row = try transaction.row(keyframe) else { return nil }
        guard var columns = TapeColumns(row.blob(1)) else { throw JournalError.corrupt("the keyframe of \(row.instant(0).iso8601)") }
        let from = row.instant(0)
        let changes: SQL = """
            SELECT start, bytes FROM tape_change WHERE start <= \(instant) AND finish >= \(from)
            AND start >= \(from - .hours(24)) ORDER BY start, place
            """
        try transaction.each(changes) { row in
            each(row.blob(1), start: row.integer(0)) { at, asset, state, level in
                if at >= from.milliseconds, at <= instant.milliseconds { columns.set(asset, state, level) }
            }
        }
        return columns
    }

    /// The first instant that the tape can show.
    package static func begins(in transaction: Transaction) throws -> Instant? {
        try transaction.row("SELECT MIN(at) FROM tape_keyframe")?.instantOrNil(0)
    }

    /// - Returns: false where the bytes are damaged.
    @discardableResult
    static func each(_ bytes: [UInt8], start: Int64, _ body: (Int64, Int, UInt8, UInt8) -> Void) -> Bool {
        guard bytes.first == version else { return false }
        var (place, at, asset) = (1, start, Int64(0))
        while place < bytes.count {
            guard let step = Base128.take(bytes, &place), let stride = Base128.take(bytes, &place), place + 1 < bytes.count else {
                return false
            }
            at = at &+ unzigzag(step)
            asset = asset &+ unzigzag(stride)
            guard asset >= 0, asset < 100_000_000 else { return false }
            body(at, Int(asset), bytes[place], bytes[place + 1])
            place += 2
        }
        return true
    }

    private static func zigzag(_ n: Int64) -> UInt64 { UInt64(bitPattern: (n << 1) ^ (n >> 63)) }
    private static func unzigzag(_ z: UInt64) -> Int64 { Int64(bitPattern: z >> 1) ^ -Int64(bitPattern: z & 1) }
}
