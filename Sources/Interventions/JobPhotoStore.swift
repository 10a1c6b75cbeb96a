// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Journal

/// Photos of the work, cleaned of their metadata.
package enum JobPhotoStore {
    package enum Stage: String, Sendable, Hashable, CaseIterable {
        case before, after
        package var title: Words { self == .before ? Words("avant", "before") : Words("après", "after") }
    }

    package struct Photo: Sendable, Hashable {
        package var place: Int
        package var at: Instant
        package var stage: Stage
        package var width: Int
        package var height: Int
    }

    /// Of one job.
    package static let most = 40

    /// - Returns: its place; nil where there are as many as there may be.
    static func add(
        _ photo: CleanPhoto, _ stage: Stage, to number: Job.Number, at: Instant, now: Instant, in transaction: Transaction
    ) throws -> Int? {
        let row = try transaction.row("SELECT COUNT(*), COALESCE(MAX(place), 0) + 1 FROM job_photo WHERE job = \(number)")
        guard let row, row.int(0) < most else { return nil }
        try transaction.run(
            """
            INSERT INTO job_photo (job, place, at, stage, type, width, height, body, destroy_at)
            VALUES (\(number), \(row.int(1)), \(at), \(stage.rawValue), \(photo.type.rawValue), \(photo.width), \(photo.height),
                \(photo.bytes), \(now + JobRules.textKept))
            """)
        return row.int(1)
    }

    package static func photos(of number: Job.Number, in transaction: Transaction) throws -> [Photo] {
        try transaction.rows("SELECT place, at, stage, width, height FROM job_photo WHERE job = \(number) ORDER BY place").map {
            Photo(
                place: $0.int(0), at: $0.instant(1), stage: Stage(rawValue: $0.text(2)) ?? .after, width: $0.int(3), height: $0.int(4))
        }
    }

    package static func body(
        _ place: Int, of number: Job.Number, in transaction: Transaction
    ) throws -> (type: String, bytes: [UInt8])? {
        try transaction.row("SELECT type, body FROM job_photo WHERE job = \(number) AND place = \(place)").map { ($0.text(0), $0.blob(1)) }
    }
}
