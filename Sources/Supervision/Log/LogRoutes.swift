// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Fieldbus
import HTTPTypes
import Hummingbird
import Journal
import Watch

/// Addresses of the log.
struct LogRoutes {
    let room: Supervision

    func add(to desk: Desk) {
        desk.page("/console/log", "Log") { _, context in
            let query = LogQuery(context.query)
            let found = try await sight(context).search(query.filter, before: query.before, limit: LogPage.pageSize)
            return LogPage(entries: found.entries, filter: query, older: found.older, person: try context.required()).page
        }
        desk.act("/console/log", "Write an entry") { form, context in
            var form = form
            let text = form.text("text", 1...4000)
            let subject = form.text("subject", 0...64)
            try form.finish()
            let login = try context.required().login
            try await room.floor.act {
                $0.log.append(
                    LogDraft(
                        author: login, kind: .written, trade: "log", subject: subject.isEmpty ? nil : subject, text: Words(text, text)))
            }
            return SeeOther("/console/log")
        }
        desk.page("/console/log/verification", "Verify the chain of the log") { _, context in
            try context.requireEverywhere(.view, "log")
            let result = try await room.journal.read { try Logbook.verify(in: $0) }
            return LogRoutes.page(result)
        }
        desk.page("/console/log.jsonl", "The log with its hashes, one JSON object a line") { _, context in
            try context.requireEverywhere(.view, "log")
            return LogDownload(journal: room.journal).jsonLines
        }
        desk.page("/console/log-names.csv", "Who stands behind the marks of the log, as far as it is known") { _, context in
            try context.requireEverywhere(.view, "log")
            return LogDownload(journal: room.journal).names
        }
        desk.page("/console/log.csv", "The log as CSV") { _, context in
            LogDownload(journal: room.journal).csv(LogQuery(context.query).filter, context.language, try await sight(context))
        }
        desk.api(LogRoutes.endpoint) { _, context in
            let query = LogQuery(context.query)
            let found = try await sight(context).search(query.filter, before: query.before, limit: 100)
            return Bytes.json(LogEntry.json(found.entries))
        }
    }

    private func sight(_ context: ConsoleContext) async throws -> LogSight {
        let person = try context.required()
        return LogSight(
            journal: room.journal, sight: try await room.sight(person, "log"), login: person.login, directory: room.directory.current)
    }

    private static func page(_ result: LogVerification) -> Page {
        Page(
            title: Words("Vérification de la main courante", "Verification of the log"), place: "log",
            trail: [.init(Words("Main courante", "Log"), "/console/log")]
        ) {
            if result.faults.isEmpty {
                Banner(
                    .success,
                    Words(
                        "La chaîne est intacte : \(result.checked) entrées vérifiées.",
                        "The chain is intact: \(result.checked) entries checked."))
            } else {
                Banner(.alarm, Words("La chaîne est rompue.", "The chain is broken."))
                ul { for fault in result.faults { li { fault.description } } }
            }
            p {
                Words("Dernière entrée : ", "Last entry: ")
                String(result.head)
            }
            p {
                Words("Son empreinte, à noter ailleurs : ", "Its hash, to be written down elsewhere: ")
                code(result.headHash)
            }
            p(.class("quiet")) {
                Words(
                    "Un tiers peut refaire cette vérification sur l'export JSONL sans Vigie : voir docs/operating/log-verification.md.",
                    "A third party can repeat this on the JSONL export without Vigie: see docs/operating/log-verification.md.")
            }
        }
    }

    static let endpoint = Endpoint(
        .get, "/api/log", "Entries of the log, newest first", access: .right(.view, "log"),
        parameters: [
            .init("q", in: .query, .string(length: 0...100)), .init("author", in: .query, .string(length: 0...64)),
            .init("trade", in: .query, .string(length: 0...64)), .init("subject", in: .query, .string(length: 0...64)),
            .init("before", in: .query, .integer(1...9_007_199_254_740_991), note: "Only entries with a smaller number"),
        ],
        answers: [
            .init(
                200, "At most 100 entries as they are hashed; `names` says who stands behind a mark (`@` and 16 letters)",
                "application/json",
                .object(
                    [("entries", .array(.object([], open: true))), ("names", .object([], open: true))], required: ["entries", "names"]))
        ])
}
