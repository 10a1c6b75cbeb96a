// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal
import Post

/// The administrator's page of mail and push messages.
struct PostRoutes {
    let letters: ReportPost
    private var reports: Reports { letters.reports }

    func add(to desk: Desk) {
        desk.page("/console/post", "Mail and push messages", right: .configure) { _, context in try await show(context) }
        desk.act("/console/post/hurry", "Try all messages at once", right: .configure) { _, _ in
            try await letters.outbox.hurry()
            return SeeOther("/console/post")
        }
        desk.act("/console/post/{number}/forget", "Remove a message that could not be sent", right: .configure) { _, context in
            let (number, login, now) = (Int64(try context.number("number")), try context.required().login, context.now)
            let entries = try await reports.journal.write { transaction -> [LogEntry] in
                guard try OutboxStore.forget(number, in: transaction) else { return [] }
                let words = Words("Message non parti n° \(number) retiré", "Message no. \(number) that did not go removed")
                return try Logbook.append([LogDraft(author: login, trade: "reports", text: words)], in: transaction, at: now)
            }
            reports.outlet.tell([], entries)
            return SeeOther("/console/post")
        }
    }

    private func show(_ context: ConsoleContext) async throws -> Page {
        let since = context.now - .days(30)
        let read = try await reports.journal.read { transaction in
            (
                try OutboxStore.waitingCount(in: transaction), try OutboxStore.waiting(in: transaction),
                try OutboxStore.failures(in: transaction),
                try OutboxStore.tallies(since: since, in: transaction).map {
                    PostPage.Tally(way: $0.way, outcome: $0.outcome, count: $0.count)
                }
            )
        }
        return PostPage(
            door: letters.door.map { ($0.isListening, $0.counts) }, came: letters.mail.counts, standing: letters.outbox.standing,
            sendsMail: letters.outbox.sendsMail, waitingCount: read.0, waiting: read.1, failures: read.2, tallies: read.3
        ).page
    }
}
