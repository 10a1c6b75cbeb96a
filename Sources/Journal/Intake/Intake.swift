// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// The crash-safe way in: every turn is appended here, and is on disk, before anything follows from it and before a device is told.
/// Append-only segments in a folder; see `IntakeRecord` for the bytes. Confined to the turn's thread.
package final class Intake {
    /// What one turn took in.
    package struct Turn: Sendable {
        /// The number of the turn, from 1; `append` gives it.
        package var position: UInt64 = 0
        package var now: Instant
        package var readings: ReadingBatch
        package var links: [LinkEvent]
        package var receipts: [Receipt]
        /// What people and orders changed that judgement depends on, packed by the floor; opaque here.
        package var acts: [UInt8] = []
        package init(now: Instant, readings: ReadingBatch = ReadingBatch(), links: [LinkEvent] = [], receipts: [Receipt] = []) {
            (self.now, self.readings, self.links, self.receipts) = (now, readings, links, receipts)
        }
    }

    /// How long turns that are already kept stay on disk (for `vigie replay`): the older of both limits goes.
    package struct Retention: Sendable {
        package var age: Span
        package var bytes: Int
        package init(age: Span = .days(2), bytes: Int = 2 << 30) { (self.age, self.bytes) = (age, bytes) }
    }

    /// A stretch of a file that holds no sound record although sound ones follow.
    package struct Damage: Sendable, Hashable, CustomStringConvertible {
        package var file: String
        package var offset: Int
        package var count: Int
        package var description: String {
            "the intake file \(file) is damaged at byte \(offset), \(count) bytes: a disk or a hand changed it"
        }
    }

    /// What `replay` does at damage: stop with an error, or go on with the next sound record (the damage stands in `damage`).
    package enum OnDamage: Sendable { case stop, skip }

    package private(set) var last: UInt64 = 0
    /// What was found broken at opening and while replaying.
    package private(set) var damage: [Damage] = []
    /// Bytes cut at opening: a write that a crash interrupted.
    package private(set) var cutBytes = 0
    package var bytesOnDisk: Int { segments.reduce(0) { $0 + $1.bytes } }

    private let folder: String
    private let segmentBytes: Int
    private let retention: Retention
    private let onDamage: OnDamage
    private let disk: Disk
    private var segments: [IntakeSegment] = []
    private var file: Int32 = -1
    private var lock: Int32 = -1
    /// Appended and not yet on disk.
    private var pending: [UInt8] = []
    private var pendingFirst: UInt64 = 0
    private var newest = Instant.distantPast

    /// Opens the folder (made where absent), finds the last turn, cuts a torn tail.
    package static func open(
        folder: String, segmentBytes: Int = 64 << 20, retention: Retention = Retention(), onDamage: OnDamage = .stop
    ) throws -> Intake {
        try Intake(folder, segmentBytes, retention, onDamage, .real)
    }

    init(_ folder: String, _ segmentBytes: Int, _ retention: Retention, _ onDamage: OnDamage, _ disk: Disk) throws {
        (self.folder, self.segmentBytes, self.retention, self.onDamage, self.disk) = (folder, segmentBytes, retention, onDamage, disk)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw IntakeError.file(folder, "cannot be made: \(error.localizedDescription)")
        }
        lock = Foundation.open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw IntakeError.file(folder, "is in use by another process")
        }
        segments = try IntakeSegment.list(folder)
        try openLast()
    }

    deinit {
        if file >= 0 { close(file) }
        if lock >= 0 { close(lock) }
    }

    /// Takes a turn and gives its position. It is safe only after `sync`.
    package func append(_ turn: Turn) throws -> UInt64 {
        last += 1
        if pending.isEmpty { pendingFirst = last }
        newest = max(newest, turn.now)
        IntakeRecord.append(turn, position: last, to: &pending)
        return last
    }

    /// Puts on disk all that was appended: one write and one fdatasync. Where it throws, nothing is lost or torn, and the
    /// next call tries again.
    package func sync() throws {
        guard !pending.isEmpty else { return }
        if file < 0 || segments[segments.count - 1].bytes >= segmentBytes { try startSegment() }
        let size = segments[segments.count - 1].bytes
        var code = pending.withUnsafeBytes { disk.write(file, $0, size) }
        if code == 0 { code = disk.sync(file) }
        guard code == 0 else {
            // What was written in part must not stand there, lest a later crash leaves half a record in the middle.
            ftruncate(file, off_t(size))
            throw IntakeError.full(Disk.message(code))
        }
        segments[segments.count - 1].bytes = size + pending.count
        if segments[segments.count - 1].began == nil {
            segments[segments.count - 1].began = pending.withUnsafeBytes { IntakeRecord.now($0, at: 0) }
        }
        pending.removeAll(keepingCapacity: pending.count < 16 << 20)
    }

    /// Gives every turn after `position`, in order.
    package func replay(after position: UInt64, _ body: (Turn) throws -> Void) throws {
        var expected = position + 1
        for (i, segment) in segments.enumerated() {
            if i + 1 < segments.count, segments[i + 1].first <= expected { continue }
            try segment.walk { piece in
                switch piece {
                case .record(let offset, let bytes):
                    guard let turn = IntakeRecord.turn(bytes) else { return try found(segment, offset, bytes.count) }
                    guard turn.position >= expected else { return }
                    if turn.position > expected, onDamage == .stop { throw IntakeError.missing(expected, turn.position - 1) }
                    expected = turn.position + 1
                    try body(turn)
                case .damage(let offset, let count), .tail(let offset, let count): try found(segment, offset, count)
                }
            }
        }
        if expected <= last, pending.isEmpty, onDamage == .stop { throw IntakeError.missing(expected, last) }
    }

    /// Deletes whole segments whose turns are all kept (up to `position`) and that are beyond the retention.
    package func release(through position: UInt64) throws {
        while segments.count > 1, segments[1].first <= position + 1 {
            let ended = segments[1].began ?? newest
            guard newest - ended > retention.age || bytesOnDisk > retention.bytes else { return }
            guard unlink(segments[0].path) == 0 || errno == ENOENT else {
                throw IntakeError.file(segments[0].path, Disk.message(errno))
            }
            segments.removeFirst()
        }
    }

    private func openLast() throws {
        guard let segment = segments.last else { return }
        last = segment.first - 1
        var end = 0
        try segment.walk { piece in
            switch piece {
            case .record(let offset, let bytes):
                last = max(last, IntakeRecord.position(bytes, at: 0))
                newest = max(newest, IntakeRecord.now(bytes, at: 0))
                end = offset + bytes.count
            case .damage(let offset, let count): damage.append(Damage(file: segment.path, offset: offset, count: count))
            case .tail(_, let count): cutBytes = count
            }
        }
        file = Foundation.open(segment.path, O_RDWR | O_CLOEXEC)
        guard file >= 0, ftruncate(file, off_t(end)) == 0, disk.sync(file) == 0 else {
            throw IntakeError.file(segment.path, Disk.message(errno))
        }
        segments[segments.count - 1].bytes = end
        if end == 0 { segments[segments.count - 1].began = nil }
    }

    private func startSegment() throws {
        let path = folder + "/" + IntakeSegment.name(pendingFirst)
        let fresh = Foundation.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard fresh >= 0 else {
            throw errno == ENOSPC ? IntakeError.full(Disk.message(errno)) : IntakeError.file(path, Disk.message(errno))
        }
        Disk.syncFolder(folder)
        if file >= 0 { close(file) }
        file = fresh
        segments.append(IntakeSegment(path: path, first: pendingFirst, bytes: 0, began: nil))
    }

    private func found(_ segment: IntakeSegment, _ offset: Int, _ count: Int) throws {
        let found = Damage(file: segment.path, offset: offset, count: count)
        if !damage.contains(found) { damage.append(found) }
        if onDamage == .stop { throw IntakeError.damaged(found) }
    }
}
