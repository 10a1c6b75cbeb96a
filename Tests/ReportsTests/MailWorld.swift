// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import JournalTesting
import Logging
import Post
import Synchronization

@testable import Reports

/// A city that takes and sends mail; nothing leaves it: what waits in the outbox is read there.
struct MailWorld: Sendable {
    let journal: Journal
    let reports: Reports
    let mail: ReportMail
    let time: Time

    final class Time: Sendable {
        let now = Mutex(World.start)
    }

    static let post = CitizenPost(
        publicURL: "https://city.example/", from: MailAddress(name: "Ville", "signaler@city.example"), mailbox: "signaler@city.example",
        sendsMail: true, pushKey: "BKey")

    static func make(_ engine: Engine = .sqlite, post: CitizenPost? = post) async throws -> MailWorld {
        let journal = try TestJournal.open(engine, InventorySchema.migrations + AddressSchema.migrations + Reports.migrations)
        try await journal.write { try CategoryStore.put(World.tree, from: "test.yaml", by: "test", at: World.start, in: $0) }
        let file = """
            id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat
            1;12;bis;Rue des Forges;21000;21231;Dijon;5.0405;47.3220
            2;12;;Rue des Forges;21000;21231;Dijon;5.0404;47.3220
            3;3;;Rue de la Paix;21000;21231;Dijon;5.0410;47.3225
            4;3;;Rue de la Paix;21800;21515;Quetigny;5.1000;47.3130
            """
        _ = try AddressImport.run(Array(file.utf8), .init(author: "test", file: "ban.csv"), into: journal, at: World.start)
        let addresses = AddressShelf(journal: journal)
        _ = try await addresses.refresh()
        let time = Time()
        let clock = Clock { time.now.withLock { $0 } }
        let reports = Reports(journal: journal, clock: clock, post: post)
        let mail = ReportMail(
            reports: reports, post: post ?? Self.post, addresses: addresses, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return MailWorld(journal: journal, reports: reports, mail: mail, time: time)
    }

    func wait(_ span: Span) { time.now.withLock { $0 = $0 + span } }

    /// A mail from a citizen, as a server hands it over.
    func take(
        _ text: String, subject: String = "Trou", head: String = "", id: String = "<1@example.org>", from: String = "ada@example.org",
        sender: String? = nil, to: String = "signaler@city.example"
    ) async -> SMTPVerdict {
        let lines = "From: Ada Roy <\(from)>\nSubject: \(subject)\nMessage-ID: \(id)\n\(head)"
        let whole = lines + (head.isEmpty || head.hasSuffix("\n") ? "" : "\n") + "\n" + text
        return await mail.take(
            .init(sender: sender ?? from, recipients: [to], bytes: Array(whole.replacing("\n", with: "\r\n").utf8)))
    }

    /// What waits to go out, the oldest first, and is then gone.
    func sent() async throws -> [(way: String, sender: String, to: String, mail: MailMessage?, body: String)] {
        try await journal.write { transaction in
            let rows = try transaction.rows("SELECT way, sender, recipient, body FROM post_outbox WHERE state = 'waiting' ORDER BY number")
            try transaction.run("DELETE FROM post_outbox")
            return rows.map { row in
                (
                    row.text(0), row.text(1), row.text(2), try? MailMessage(row.blob(3), sender: "x@y.example", mark: ""),
                    String(decoding: row.blob(3), as: UTF8.self)
                )
            }
        }
    }

    func report(_ number: Int64) async throws -> Report? { try await reports.report(Report.Number(number)) }
    func count() async throws -> Int { try await journal.read { try $0.row("SELECT COUNT(*) FROM report")?.int(0) ?? 0 } }
}
