// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Crypto
package import Journal

/// Photos of reports. The public sees one only once a person has released it: no program finds faces and number plates reliably.
package enum ReportPhotoStore {
    package enum Stage: String, Sendable, Hashable, CaseIterable { case citizen, before, after }

    package struct Photo: Sendable, Hashable {
        package var place: Int
        package var at: Instant
        package var stage: Stage
        package var width: Int
        package var height: Int
        package var isReleased: Bool
    }

    /// Of one report, those of the staff included.
    package static let most = 20

    package static func add(
        _ photo: CleanPhoto, stage: Stage, place: Int, to number: Report.Number, at now: Instant, of picture: JobPicture? = nil,
        in transaction: Transaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO report_photo (report, place, at, stage, type, width, height, is_released, hash, body, destroy_at, job, job_place)
            VALUES (\(number), \(place), \(now), \(stage.rawValue), \(photo.type.rawValue), \(photo.width), \(photo.height), 0,
                \(Array(SHA256.hash(data: photo.bytes))), \(photo.bytes), \(now + ReportRules.textKept), \(picture?.job), \(picture?.place))
            """)
    }

    /// Photos of crews that were taken over: where they stand here, by job and place there.
    static func ofCrews(_ number: Report.Number, in transaction: Transaction) throws -> [Origin: Int] {
        let rows = try transaction.rows("SELECT job, job_place, place FROM report_photo WHERE report = \(number) AND job IS NOT NULL")
        return Dictionary(rows.map { (Origin(job: $0.integer(0), place: $0.int(1)), $0.int(2)) }) { first, _ in first }
    }

    /// Which photo of the crews one is.
    struct Origin: Hashable {
        var job: Int64
        var place: Int
    }

    static let migration = Migration(
        name: "reports-5-crew-photos",
        sql: """
            -- Of a photo that a crew took and somebody released: the number of the job and of the photo within it.
            ALTER TABLE report_photo ADD COLUMN job BIGINT;
            ALTER TABLE report_photo ADD COLUMN job_place BIGINT;
            CREATE UNIQUE INDEX report_photo_job ON report_photo (report, job, job_place) WHERE job IS NOT NULL;
            """)

    /// - Returns: the next free place; nil where there are as many as there may be.
    package static func nextPlace(of number: Report.Number, in transaction: Transaction) throws -> Int? {
        let row = try transaction.row("SELECT COUNT(*), COALESCE(MAX(place), 0) + 1 FROM report_photo WHERE report = \(number)")
        guard let row, row.int(0) < most else { return nil }
        return row.int(1)
    }

    package static func photos(of number: Report.Number, in transaction: Transaction) throws -> [Photo] {
        try transaction.rows(
            "SELECT place, at, stage, width, height, is_released FROM report_photo WHERE report = \(number) ORDER BY place"
        ).map {
            Photo(
                place: $0.int(0), at: $0.instant(1), stage: Stage(rawValue: $0.text(2)) ?? .citizen, width: $0.int(3), height: $0.int(4),
                isReleased: $0.flag(5))
        }
    }

    /// Places of those that whoever reported it sent.
    static func sent(with number: Report.Number, in transaction: Transaction) throws -> [Int] {
        try photos(of: number, in: transaction).filter { $0.stage == .citizen }.map(\.place)
    }

    /// Of each report the place of the first photo, of a stage or of any, that was released; none of those without.
    static func firstReleased(
        of numbers: [Report.Number], _ stage: Stage? = nil, in transaction: Transaction
    ) throws -> [Report.Number: Int] {
        if numbers.isEmpty { return [:] }
        let which: SQL = stage.map { " AND stage = \($0.rawValue)" } ?? ""
        let rows = try transaction.rows(
            """
            SELECT report, MIN(place) FROM report_photo WHERE report IN (\(SQL.list(numbers))) AND is_released = 1\(which) GROUP BY report
            """)
        return Dictionary(uniqueKeysWithValues: rows.map { (Report.Number($0.integer(0)), $0.int(1)) })
    }

    package static func body(
        _ place: Int, of number: Report.Number, onlyReleased: Bool, in transaction: Transaction
    ) throws -> (type: String, bytes: [UInt8])? {
        let which: SQL = onlyReleased ? " AND is_released = 1" : ""
        return try transaction.row("SELECT type, body FROM report_photo WHERE report = \(number) AND place = \(place)\(which)").map {
            ($0.text(0), $0.blob(1))
        }
    }

    /// - Returns: false where there is no such photo.
    package static func release(_ place: Int, of number: Report.Number, _ isReleased: Bool, in transaction: Transaction) throws -> Bool {
        try transaction.run("UPDATE report_photo SET is_released = \(isReleased) WHERE report = \(number) AND place = \(place)") == 1
    }
}
