// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The daily end of what names a person in jobs: what is past its day goes, and the log tells what and how much, in the same transaction.
/// The job itself and its history stay: they name nobody.
package enum JobDestruction {
    /// - Returns: the entry that tells of it; nil where nothing was due.
    @discardableResult
    package static func run(at now: Instant, in transaction: Transaction) throws -> LogEntry? {
        try PersonalDestruction.told(
            "jobs", Words("Données personnelles des interventions détruites à leur échéance", "Personal data of jobs destroyed at its end"),
            at: now, in: transaction
        ) { try destroy(at: now, in: transaction) }
    }

    /// Takes the instruction, the address and the position out of the jobs of a source that are over.
    package static func forget(_ source: JobSource, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE job SET details = '', address = '', folded = '', longitude = NULL, latitude = NULL
            WHERE source = \(JobFields.text(source)) AND ended_at IS NOT NULL
            """)
    }

    private static func destroy(at now: Instant, in transaction: Transaction) throws -> [(what: Words, count: Int)] {
        let notes =
            try transaction.run("DELETE FROM job_note WHERE destroy_at <= \(now)")
            + transaction.run("DELETE FROM street_works_note WHERE destroy_at <= \(now)")
        try WorksStore.dropProposals(before: now - .days(1), in: transaction)
        let photos = try transaction.run("DELETE FROM job_photo WHERE destroy_at <= \(now)")
        let positions = try VehicleStore.destroy(at: now, in: transaction)
        let due: SQL = "destroy_at <= \(now) AND (details <> '' OR address <> '')"
        // Counted first: what SQLite says of an update counts what its triggers do in the index of words.
        let texts = try transaction.row("SELECT COUNT(*) FROM job WHERE \(due)")?.int(0) ?? 0
        // Where a household's things were fetched goes too; where a lamp was mended is no secret.
        try transaction.run(
            """
            UPDATE job SET details = '', address = '', folded = '',
                longitude = CASE WHEN source LIKE 'booking:%' THEN NULL ELSE longitude END,
                latitude = CASE WHEN source LIKE 'booking:%' THEN NULL ELSE latitude END
            WHERE \(due)
            """)
        return [
            (Words("noms et notes :", "names and notes:"), notes), (Words("photos :", "photos:"), photos),
            (Words("consignes et adresses :", "instructions and addresses:"), texts),
            (Words("positions de véhicules :", "positions of vehicles:"), positions),
        ]
    }
}
