// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Synchronization
import Testing

@testable import Journal

/// A folder that goes with the test.
final class Scratch {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/vigie-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Intake")
struct IntakeTests {
    /// Turn `n` with n % 4 readings and, every third, a link and a receipt: everything that a record can hold.
    static func turn(_ n: Int) -> Intake.Turn {
        var turn = Intake.Turn(now: Instant(seconds: Int64(1000 + n)))
        for i in 0..<n % 4 {
            turn.readings.append(
                asset: Asset.Number(n * 10 + i), at: Instant(seconds: Int64(n)), sequence: UInt32(i), mask: 0b101,
                values: [Int32(n), Int32(-i)])
        }
        if n % 3 == 0 {
            turn.links = [LinkEvent(gateway: Asset.Number(n), isUp: n % 2 == 0, at: turn.now, isClean: n % 2 == 1 && n % 5 == 0)]
            turn.receipts = [Receipt(order: UInt64(n), asset: Asset.Number(3), isAccepted: false, reason: "occupé")]
            turn.acts = [1, 2, UInt8(truncatingIfNeeded: n)]
        }
        return turn
    }

    static func replayed(_ intake: Intake, after position: UInt64 = 0) throws -> [Intake.Turn] {
        var turns: [Intake.Turn] = []
        try intake.replay(after: position) { turns.append($0) }
        return turns
    }

    static func same(_ a: Intake.Turn, _ b: Intake.Turn) -> Bool {
        a.now == b.now && a.links == b.links && a.receipts == b.receipts && a.readings.assets == b.readings.assets
            && a.readings.times == b.readings.times && a.readings.sequences == b.readings.sequences && a.readings.masks == b.readings.masks
            && a.readings.values == b.readings.values && a.acts == b.acts
    }

    @Test func theChecksumIsThatOfTheStandard() {
        // RFC 3720 §B.4 gives the last three; the first is the usual check value.
        #expect(Array("123456789".utf8).withUnsafeBytes { CRC32C.checksum($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes { CRC32C.checksum($0) } == 0x8A91_36AA)
        #expect([UInt8](repeating: 0xFF, count: 32).withUnsafeBytes { CRC32C.checksum($0) } == 0x62A8_AB43)
        #expect([UInt8](0..<32).withUnsafeBytes { CRC32C.checksum($0) } == 0x46DD_794E)
    }

    @Test func turnsComeBackAfterAReopeningInOrderAndWhole() throws {
        let scratch = try Scratch()
        var intake: Intake? = try Intake.open(folder: scratch.path, segmentBytes: 600)
        for n in 1...40 {
            #expect(try intake!.append(Self.turn(n)) == UInt64(n))
            if n % 3 == 0 { try intake!.sync() }
        }
        try intake!.sync()
        intake = nil
        let again = try Intake.open(folder: scratch.path, segmentBytes: 600)
        #expect(again.last == 40)
        let turns = try Self.replayed(again)
        #expect(turns.map(\.position) == Array(1...40))
        #expect(zip(turns, 1...40).allSatisfy { Self.same($0, Self.turn($1)) })
        #expect(try Self.replayed(again, after: 33).map(\.position) == Array(34...40))
        #expect(try Self.replayed(again, after: 40).isEmpty)
    }

    @Test func aFileCutAtAnyByteLosesOnlyWhatWasNotWholeAndGoesOn() throws {
        let scratch = try Scratch()
        var ends = [0]
        do {
            let intake = try Intake.open(folder: scratch.path)
            for n in 1...7 {
                _ = try intake.append(Self.turn(n))
                try intake.sync()
                ends.append(intake.bytesOnDisk)
            }
        }
        let name = scratch.path + "/" + IntakeSegment.name(1)
        let whole = try #require(FileManager.default.contents(atPath: name))
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: name))
            let kept = ends.lastIndex { $0 <= length }!
            let intake = try Intake.open(folder: scratch.path)
            #expect(intake.last == UInt64(kept))
            #expect(intake.cutBytes == length - ends[kept])
            _ = try intake.append(Self.turn(99))
            try intake.sync()
            let turns = try Self.replayed(intake)
            #expect(turns.map(\.position) == Array(1...UInt64(kept + 1)))
            #expect(Self.same(turns[kept], Self.turn(99)))
        }
    }

    @Test func aFlippedByteInTheMiddleIsReportedWithItsPlaceAndSkippedOnlyByChoice() throws {
        let scratch = try Scratch()
        var ends = [0]
        do {
            let intake = try Intake.open(folder: scratch.path)
            for n in 1...7 {
                _ = try intake.append(Self.turn(n))
                try intake.sync()
                ends.append(intake.bytesOnDisk)
            }
        }
        let name = scratch.path + "/" + IntakeSegment.name(1)
        let whole = try #require(FileManager.default.contents(atPath: name))
        for place in stride(from: ends[2], to: ends[3], by: 3) {
            var bytes = whole
            bytes[bytes.startIndex + place] ^= 0x40
            try bytes.write(to: URL(fileURLWithPath: name))
            let damage = Intake.Damage(file: name, offset: ends[2], count: ends[3] - ends[2])
            let strict = try Intake.open(folder: scratch.path)
            #expect(strict.damage == [damage])
            #expect(throws: IntakeError.damaged(damage)) { try Self.replayed(strict) }
        }
        let lenient = try Intake.open(folder: scratch.path, onDamage: .skip)
        #expect(try Self.replayed(lenient).map(\.position) == [1, 2, 4, 5, 6, 7])
        #expect(lenient.last == 7)
    }

    @Test func aFullDiskLosesNothingAndTheIntakeGoesOnWhenThereIsSpace() throws {
        let scratch = try Scratch()
        let room = Mutex(300)
        let disk = Disk(
            write: { file, bytes, offset in
                let fits = min(bytes.count, max(0, room.withLock { $0 } - offset))
                _ = Disk.real.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(fits)), offset)
                return fits == bytes.count ? 0 : ENOSPC
            }, sync: Disk.real.sync)
        var intake: Intake? = try Intake(scratch.path, 1 << 20, Intake.Retention(), .stop, disk)
        var failures = 0
        for n in 1...12 {
            _ = try intake!.append(Self.turn(n))
            do { try intake!.sync() } catch let error as IntakeError {
                guard case .full = error else { throw error }
                failures += 1
                if failures == 3 { room.withLock { $0 = 1 << 20 } }
            }
        }
        #expect(failures == 3)
        intake = nil
        let again = try Intake.open(folder: scratch.path)
        #expect(again.damage.isEmpty && again.cutBytes == 0)
        #expect(try Self.replayed(again).map(\.position) == Array(1...12))
    }

    @Test func onlySegmentsThatAreKeptAndPastTheRetentionGo() throws {
        let scratch = try Scratch()
        let intake = try Intake.open(folder: scratch.path, segmentBytes: 1, retention: Intake.Retention(age: .seconds(5), bytes: 1 << 30))
        for n in 1...20 {
            _ = try intake.append(Self.turn(n))
            try intake.sync()
        }
        try intake.release(through: 8)
        #expect(throws: IntakeError.missing(1, 8)) { try Self.replayed(intake) }
        #expect(try Self.replayed(intake, after: 8).count == 12)
        try intake.release(through: 20)
        // Turn n was at second 1000 + n: those that ended within the last five seconds stay for replays.
        #expect(try Self.replayed(intake, after: 14).map(\.position) == Array(15...20))
        // Turn 14's segment ended when 15 came, at the very edge.
        #expect(throws: IntakeError.missing(13, 13)) { try Self.replayed(intake, after: 12) }
    }

    @Test func twoProcessesCannotShareOneFolder() throws {
        let scratch = try Scratch()
        let first = try Intake.open(folder: scratch.path)
        #expect(throws: IntakeError.file(scratch.path, "is in use by another process")) { try Intake.open(folder: scratch.path) }
        withExtendedLifetime(first) {}
    }

    @Test func hostileBytesNeverTrap() throws {
        var generator = SystemRandomNumberGenerator()
        var record: [UInt8] = []
        IntakeRecord.append(Self.turn(3), position: 9, to: &record)
        for _ in 0..<20_000 {
            var bytes = record
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 12..<bytes.count, using: &generator)] = .random(in: 0...255)
            }
            if Bool.random() { bytes.removeLast(Int.random(in: 0...40)) }
            // Past the checksum on purpose: a turn is given or refused, never a trap.
            if bytes.count >= 48 { _ = bytes.withUnsafeBytes { IntakeRecord.turn($0) } }
        }
        #expect(record.withUnsafeBytes { IntakeRecord.turn($0) }.map { Self.same($0, Self.turn(3)) } == true)
    }
}
