// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Crypto
package import Journal

/// Reports as rows: made, found, moved. Each function does one thing inside the caller's transaction.
package enum ReportStore {
    /// A draft that was checked, with all that follows from it.
    package struct New: Sendable {
        package var draft: ReportDraft
        /// SHA-256 of the token of its link.
        package var follow: [UInt8]
        package var branch: String
        package var commune: Commune
        package var department: String
        package var why: [Words]
        package var urgency: Urgency
        package var at: Instant
        package var promisedAt: Instant
        /// Titles of its category, for the search in words.
        package var titles: [String]
        /// Whatever else belongs into the same transaction.
        var made: (@Sendable (Report, Transaction) throws -> Void)?
    }

    // MARK: Making

    /// - Returns: the report, and whether it is new: a link that is known already gives the report that it follows, untouched.
    package static func create(_ new: New, in transaction: Transaction) throws -> (report: Report, isNew: Bool) {
        if let known = try find(follow: new.follow, in: transaction) { return (known, false) }
        let number = Report.Number(try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM report")?.integer(0) ?? 1)
        let draft = new.draft
        let report = Report(
            number: number, category: draft.category, branch: new.branch, place: draft.place, commune: new.commune, address: draft.address,
            asset: draft.asset, description: draft.description, answers: draft.answers, channel: draft.channel, state: .received,
            department: new.department, why: new.why, urgency: new.urgency, promisedAt: new.promisedAt, createdAt: new.at,
            updatedAt: new.at, endedAt: nil, proof: nil, duplicateOf: nil, splitFrom: draft.splitFrom,
            reporter: draft.reporter.isEmpty ? try pseudonym(draft.contact, in: transaction) : draft.reporter, isReleased: false,
            photos: draft.photos.count)
        try insert([(report, new.follow, new.titles)], in: transaction)
        let event = ReportEvent(
            place: 1, at: new.at, what: .received, role: draft.author == nil ? draft.channel == .alarm ? .vigie : .citizen : .staff,
            isPublic: true, state: .received, facts: ["channel": draft.channel.rawValue].merging(draft.facts) { $1 }, author: draft.author,
            text: "")
        try append(event, to: number, in: transaction)
        if !draft.contact.isEmpty { try setContact(draft.contact, of: report, at: new.at, in: transaction) }
        for (index, photo) in draft.photos.enumerated() {
            try ReportPhotoStore.add(photo, stage: .citizen, place: index + 1, to: number, at: new.at, in: transaction)
        }
        try new.made?(report, transaction)
        return (report, true)
    }

    /// Writes rows as they are, with their counts: for the way in, and to fill a journal with a past.
    package static func insert(_ reports: [(report: Report, follow: [UInt8], titles: [String])], in transaction: Transaction) throws {
        let columns = ReportFields.columns + ["follow", "cell", "folded", "destroy_at"]
        try transaction.insert(
            into: "report", columns,
            rows: reports.map { report, follow, titles in
                values(report) + [
                    .blob(follow), report.place.map { .integer(ReportFields.cell($0)) } ?? .null,
                    .text(folded(report, titles)), (report.createdAt + ReportRules.textKept).bound,
                ]
            })
        var counts: [String: [Report.State: Int]] = [:]
        for (report, _, _) in reports { counts[report.commune.insee, default: [:]][report.state, default: 0] += 1 }
        for (commune, states) in counts { for (state, count) in states { try tally(commune, state, count, in: transaction) } }
    }

    static func folded(_ report: Report, _ titles: [String]) -> String {
        ReportFields.folded([String(report.number.value), report.address, report.description] + titles)
    }

    private static func values(_ r: Report) -> [Value] {
        [
            r.number.bound, .text(r.category), .text(r.branch), (r.place?.longitude).bound, (r.place?.latitude).bound,
            .text(r.commune.insee), .text(r.address), r.asset.bound, .text(r.description), .text(ReportFields.json(r.answers)),
            .text(r.channel.rawValue), r.state.bound, .text(r.department), .text(ReportFields.json(r.why)), r.urgency.rawValue.bound,
            r.promisedAt.bound, r.createdAt.bound, r.updatedAt.bound, r.endedAt.bound, (r.proof?.rawValue).bound, r.duplicateOf.bound,
            r.splitFrom.bound, .text(r.reporter), r.isReleased.bound, r.photos.bound, .text(r.published), .text(r.publishedAddress),
        ]
    }

    /// What a telephone number or an address is called here: the same for the same one, and nothing without the key.
    package static func pseudonym(_ contact: ReportContact, in transaction: Transaction) throws -> String {
        guard let known = Telephone.digits(contact.phone) ?? (contact.email.isEmpty ? nil : contact.email.lowercased()) else { return "" }
        let code = HMAC<SHA256>.authenticationCode(for: Array(known.utf8), using: SymmetricKey(data: try secret(in: transaction)))
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789".unicodeScalars)
        return "p-" + String(String.UnicodeScalarView(Array(code).prefix(10).map { letters[Int($0) % letters.count] }))
    }

    static func secret(in transaction: Transaction) throws -> [UInt8] {
        if let row = try transaction.row("SELECT secret FROM report_secret") { return row.blob(0) }
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try transaction.run("INSERT INTO report_secret (secret) VALUES (\(secret))")
        return secret
    }

    // MARK: Finding

    package static func find(_ number: Report.Number, in transaction: Transaction) throws -> Report? {
        try transaction.row(ReportFields.select + "WHERE report.number = \(number)").map(ReportFields.report)
    }

    /// - Parameter follow: SHA-256 of the token of a link.
    package static func find(follow: [UInt8], in transaction: Transaction) throws -> Report? {
        try transaction.row(ReportFields.select + "WHERE report.follow = \(follow)").map(ReportFields.report)
    }

    /// - Parameter own: SHA-256 of the token of a link of whoever made the report: the one it was given, or that of the mails about it.
    package static func find(own: [UInt8], in transaction: Transaction) throws -> Report? {
        if let report = try find(follow: own, in: transaction) { return report }
        return try ReportLinkStore.report(follow: own, in: transaction).flatMap { try find($0, in: transaction) }
    }

    /// - Parameter follower: SHA-256 of the token of somebody else's link.
    package static func find(follower: [UInt8], in transaction: Transaction) throws -> Report? {
        let sql: SQL = "WHERE report.number = (SELECT report FROM report_follower WHERE follow = \(follower))"
        return try transaction.row(ReportFields.select + sql).map(ReportFields.report)
    }

    /// The same link again changes nothing.
    package static func add(follower: [UInt8], to number: Report.Number, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO report_follower (follow, report, at, destroy_at)
            VALUES (\(follower), \(number), \(now), \(now + ReportRules.contactKept)) ON CONFLICT (follow) DO NOTHING
            """)
    }

    package static func remove(follower: [UInt8], in transaction: Transaction) throws {
        try transaction.run("DELETE FROM report_follower WHERE follow = \(follower)")
    }

    package static func followers(of number: Report.Number, in transaction: Transaction) throws -> Int {
        try transaction.row("SELECT COUNT(*) FROM report_follower WHERE report = \(number)")?.int(0) ?? 0
    }

    /// Those joined to a report, oldest first.
    package static func joined(to number: Report.Number, limit: Int = 100, in transaction: Transaction) throws -> [Report] {
        try transaction.rows(ReportFields.select + "WHERE duplicate_of = \(number) ORDER BY number LIMIT \(limit)").map(
            ReportFields.report)
    }

    /// Open reports within so many metres, at most 400, the nearest first.
    package static func open(
        round place: Place, metres: Double, categories: [String] = [], limit: Int = 20, in transaction: Transaction
    ) throws -> [(report: Report, metres: Double)] {
        guard place.isValid, metres > 0 else { return [] }
        let metres = min(metres, 400)
        var conditions: [SQL] = ["cell IN (\(SQL.list(ReportFields.cells(round: place, metres: metres))))", "ended_at IS NULL"]
        if !categories.isEmpty { conditions.append("category IN (\(SQL.list(categories)))") }
        return try transaction.rows(ReportFields.select + "WHERE \(SQL.all(conditions)) LIMIT 5000").map(ReportFields.report)
            .compactMap { report in report.place.map { (report, $0.metres(to: place)) } }
            .filter { $0.1 <= metres }.sorted { ($0.1, $0.0.number) < ($1.1, $1.0.number) }.prefix(limit).map { ($0.0, $0.1) }
    }

    /// Open reports about an asset, the oldest first.
    package static func open(about asset: Asset.Number, in transaction: Transaction) throws -> [Report] {
        try transaction.rows(ReportFields.select + "WHERE asset = \(asset) AND ended_at IS NULL ORDER BY number LIMIT 20").map(
            ReportFields.report)
    }

    /// The last made of those about an asset that are over.
    static func lastEnded(about asset: Asset.Number, in transaction: Transaction) throws -> Report.Number? {
        try transaction.row("SELECT MAX(number) FROM report WHERE asset = \(asset) AND ended_at IS NOT NULL")?.integerOrNil(0)
            .map(Report.Number.init)
    }

    /// Whatever one pseudonym reported, the newest first.
    package static func reports(of reporter: String, limit: Int = 20, in transaction: Transaction) throws -> [Report] {
        guard !reporter.isEmpty else { return [] }
        let sql = ReportFields.select + "WHERE reporter = \(reporter) AND reporter <> '' ORDER BY number DESC LIMIT \(limit)"
        return try transaction.rows(sql).map(ReportFields.report)
    }

    // MARK: Moving

    /// Writes what an act made of a report, and its line of history.
    package static func move(
        _ report: Report, from before: Report, _ event: ReportEvent, titles: [String]? = nil, in transaction: Transaction
    ) throws {
        let r = report
        try transaction.run(
            """
            UPDATE report SET category = \(r.category), branch = \(r.branch), state = \(r.state), department = \(r.department),
                why = \(ReportFields.json(r.why)), urgency = \(r.urgency.rawValue), promised_at = \(r.promisedAt),
                updated_at = \(r.updatedAt), ended_at = \(r.endedAt), proof = \(r.proof?.rawValue), duplicate_of = \(r.duplicateOf),
                is_released = \(r.isReleased), published = \(r.published), published_address = \(r.publishedAddress)
            WHERE number = \(r.number)
            """)
        if let titles { try transaction.run("UPDATE report SET folded = \(folded(r, titles)) WHERE number = \(r.number)") }
        if r.state != before.state {
            try tally(r.commune.insee, before.state, -1, in: transaction)
            try tally(r.commune.insee, r.state, 1, in: transaction)
        }
        if r.endedAt != before.endedAt {
            let end = ReportRules.contactEnd(created: r.createdAt, ended: r.endedAt)
            try transaction.run("UPDATE report_contact SET destroy_at = \(end) WHERE report = \(r.number)")
            try ReportLinkStore.end(of: r, in: transaction)
        }
        try append(event, to: r.number, in: transaction)
    }

    /// Appends a line to the history; its `place` is given here.
    package static func append(_ event: ReportEvent, to number: Report.Number, in transaction: Transaction) throws {
        let place = try transaction.row("SELECT COALESCE(MAX(place), 0) + 1 FROM report_event WHERE report = \(number)")?.int(0) ?? 1
        try transaction.run(
            """
            INSERT INTO report_event (report, place, at, what, role, is_public, state, facts)
            VALUES (\(number), \(place), \(event.at), \(event.what.rawValue), \(event.role.rawValue), \(event.isPublic), \(event.state),
                \(ReportFields.json(event.facts)))
            """)
        guard event.author != nil || !event.text.isEmpty else { return }
        try transaction.run(
            """
            INSERT INTO report_note (report, place, login, text, destroy_at)
            VALUES (\(number), \(place), \(event.author ?? ""), \(event.text), \(event.at + ReportRules.textKept))
            """)
    }

    /// The history, oldest first; at most the newest thousand lines.
    package static func events(of number: Report.Number, onlyPublic: Bool = false, in transaction: Transaction) throws -> [ReportEvent] {
        let which: SQL = onlyPublic ? " AND e.is_public = 1" : ""
        return try events("WHERE e.report = \(number)\(which) ORDER BY e.place DESC LIMIT 1000", in: transaction).reversed().map(\.event)
    }

    /// Lines of history with the report of each.
    /// - Parameter which: the rest of the statement; `e` is the line.
    static func events(_ which: SQL, in transaction: Transaction) throws -> [(number: Report.Number, event: ReportEvent)] {
        let sql: SQL = """
            SELECT e.place, e.at, e.what, e.role, e.is_public, e.state, e.facts, n.login, n.text, e.report
            FROM report_event e LEFT JOIN report_note n ON n.report = e.report AND n.place = e.place \(which)
            """
        return try transaction.rows(sql).map { row in
            let event = ReportEvent(
                place: row.int(0), at: row.instant(1), what: ReportEvent.What(rawValue: row.text(2)) ?? .noted,
                role: ReportEvent.Role(rawValue: row.text(3)) ?? .vigie, isPublic: row.flag(4),
                state: Report.State(rawValue: row.text(5)) ?? .received, facts: ReportFields.texts(row.text(6)),
                author: row.text(7).isEmpty ? nil : row.text(7), text: row.text(8))
            return (Report.Number(row.integer(9)), event)
        }
    }

    // MARK: Counting

    static func tally(_ commune: String, _ state: Report.State, _ change: Int, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO report_tally (commune, state, count) VALUES (\(commune), \(state), \(max(0, change)))
            ON CONFLICT (commune, state) DO UPDATE SET count = report_tally.count + \(change)
            """)
    }

    /// How many are in which state, in some communes or (nil) everywhere.
    package static func counts(in communes: Set<String>? = nil, _ transaction: Transaction) throws -> [Report.State: Int] {
        let which: SQL = communes.map { "WHERE commune IN (\(SQL.list($0.sorted())))" } ?? ""
        let rows = try transaction.rows("SELECT state, SUM(count) FROM report_tally \(which) GROUP BY state")
        return Dictionary(rows.compactMap { row in Report.State(rawValue: row.text(0)).map { ($0, row.int(1)) } }) { $1 }
    }

    // MARK: Contacts

    package static func setContact(_ contact: ReportContact, of report: Report, at now: Instant, in transaction: Transaction) throws {
        let end = ReportRules.contactEnd(created: now, ended: report.endedAt)
        try transaction.run("DELETE FROM report_contact WHERE report = \(report.number)")
        try transaction.run(
            """
            INSERT INTO report_contact (report, name, email, phone, created_at, destroy_at)
            VALUES (\(report.number), \(contact.name), \(contact.email), \(contact.phone), \(now), \(end))
            """)
    }

    package static func contact(of number: Report.Number, in transaction: Transaction) throws -> ReportContact? {
        try transaction.row("SELECT name, email, phone FROM report_contact WHERE report = \(number)").map {
            ReportContact(name: $0.text(0), email: $0.text(1), phone: $0.text(2))
        }
    }

    package static func hasContact(_ number: Report.Number, in transaction: Transaction) throws -> Bool {
        try transaction.row("SELECT 1 FROM report_contact WHERE report = \(number)") != nil
    }
}
