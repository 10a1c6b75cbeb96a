// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Reading the intake of a house that may be running: no lock, nothing is cut or made.
extension Intake {
    /// Gives every turn after `position`, in order. A torn tail ends it: that turn is just being written.
    /// - Throws: `IntakeError.missing` where the turns right after `position` are gone; `.damaged` in the middle.
    package static func read(folder: String, after position: UInt64, _ body: (Turn) throws -> Void) throws {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        var expected = position + 1
        let segments = try IntakeSegment.list(folder)
        for (i, segment) in segments.enumerated() {
            if i + 1 < segments.count, segments[i + 1].first <= expected { continue }
            try segment.walk { piece in
                switch piece {
                case .record(let offset, let bytes):
                    guard let turn = IntakeRecord.turn(bytes) else {
                        throw IntakeError.damaged(Damage(file: segment.path, offset: offset, count: bytes.count))
                    }
                    guard turn.position >= expected else { return }
                    if turn.position > expected { throw IntakeError.missing(expected, turn.position - 1) }
                    expected = turn.position + 1
                    try body(turn)
                case .damage(let offset, let count): throw IntakeError.damaged(Damage(file: segment.path, offset: offset, count: count))
                case .tail: break
                }
            }
        }
    }

    /// The first turn that a folder still holds, or nil where it holds none.
    package static func first(folder: String) throws -> UInt64? {
        guard FileManager.default.fileExists(atPath: folder) else { return nil }
        return try IntakeSegment.list(folder).first { $0.began != nil }?.first
    }

    /// The paths of the files that hold turns after `position`, oldest first: what a backup takes along.
    package static func files(folder: String, after position: UInt64) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let segments = try IntakeSegment.list(folder)
        return segments.indices.filter { $0 + 1 == segments.count || segments[$0 + 1].first > position + 1 }.map { segments[$0].path }
    }
}
