// SPDX-License-Identifier: EUPL-1.2

import Darkroom
import Foundation
import Testing

/// The door of the darkroom with the real executable behind it, and with programs that behave badly.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DarkroomProcessTests {
    /// 2 × 1 points, red and blue: the smallest JPEG that `Development` wrote of them.
    private static let bitmap: [UInt8] = {
        // PNG: header, one deflated row stored without compression, end.
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            let named = Array(name.utf8) + data
            return big(UInt32(data.count)) + named + big(crc(named))
        }
        func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func crc(_ bytes: [UInt8]) -> UInt32 {
            ~bytes.reduce(UInt32.max) { sum, byte in
                (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            }
        }
        let row: [UInt8] = [0, 255, 0, 0, 0, 0, 255]
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in row { (a, b) = ((a + UInt32(byte)) % 65_521, (b + a + UInt32(byte)) % 65_521) }
        let stored: [UInt8] = [0x78, 0x01, 1, UInt8(row.count), 0, ~UInt8(row.count), 0xFF] + row + big(b << 16 | a)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", big(2) + big(1) + [8, 2, 0, 0, 0]) + chunk("IDAT", stored)
            + chunk("IEND", [])
    }()

    @Test(.enabled(if: ServedHouse.executable != nil)) func aPictureComesBackAsOurOwn() async throws {
        let darkroom = Darkroom(program: try #require(ServedHouse.executable))
        let jpeg = try await darkroom.develop(DarkroomProcessTests.bitmap, orientation: 1)
        #expect(jpeg.starts(with: [0xFF, 0xD8]) && jpeg.suffix(2) == [0xFF, 0xD9])
        // Many at once, each gets its own.
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await darkroom.develop(DarkroomProcessTests.bitmap, orientation: 1) == jpeg } }
            for try await isSame in group { #expect(isSame) }
        }
    }

    @Test(.enabled(if: ServedHouse.executable != nil)) func whatIsNoPictureIsToldSo() async throws {
        let darkroom = Darkroom(program: try #require(ServedHouse.executable))
        for bytes in [
            [], Array("no picture".utf8), Array(DarkroomProcessTests.bitmap.prefix(40)), [UInt8](repeating: 0xFF, count: 3 << 20),
        ] {
            await #expect(throws: Darkroom.Fault.unreadable) { try await darkroom.develop(bytes, orientation: 1) }
        }
    }

    @Test func aProcessThatDoesNotEndIsEnded() async throws {
        let darkroom = Darkroom(program: "/bin/sleep", arguments: ["60"], limit: .milliseconds(200))
        await #expect(throws: Darkroom.Fault.late) { try await darkroom.develop(DarkroomProcessTests.bitmap, orientation: 1) }
        let endless = Darkroom(program: "/bin/cat", arguments: ["/dev/zero"], limit: .seconds(30))
        await #expect(throws: Darkroom.Fault.unreadable, "more than any picture") {
            try await endless.develop(DarkroomProcessTests.bitmap, orientation: 1)
        }
    }

    @Test func tooManyAreTurnedAwayAndAMissingProgramIsNoFaultOfThePicture() async throws {
        let slow = Darkroom(program: "/bin/sleep", arguments: ["60"], atOnce: 1, limit: .milliseconds(100))
        let faults = await withTaskGroup(of: Darkroom.Fault?.self) { group in
            for _ in 0..<80 {
                group.addTask {
                    do { _ = try await slow.develop([1], orientation: 1) } catch let fault as Darkroom.Fault { return fault } catch {}
                    return nil
                }
            }
            return await group.reduce(into: [Darkroom.Fault?]()) { $0.append($1) }
        }
        // Sixty-four may wait; a machine that is slow to start eighty tasks ends some of them meanwhile.
        let busy = faults.count { $0 == .busy }
        #expect((1...16).contains(busy) && faults.count { $0 == .late } == 80 - busy)
        let missing = Darkroom(program: "/nonexistent")
        let error = await #expect(throws: Darkroom.Fault.self) { try await missing.develop([1], orientation: 1) }
        guard case .closed = error else { Issue.record("\(String(describing: error))"); return }
    }
}
