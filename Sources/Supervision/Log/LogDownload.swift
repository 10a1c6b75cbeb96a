// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import Journal
import NIOCore

/// The log as a file, written as it is read: a thousand entries at a time, however long the log is.
struct LogDownload {
    let journal: Journal
    private static let page = 1000

    init(journal: Journal) { self.journal = journal }

    /// Every entry with its hash, oldest first: what a third party verifies.
    var jsonLines: Response {
        answer("main-courante.jsonl", "application/x-ndjson") { [journal] write in
            // Entries are numbered without gaps and never changed: pages read one after the other make one true export.
            var next: Int64 = 1
            while true {
                let from = next
                let text = try await journal.read { transaction in
                    var text = ""
                    try Logbook.export(from: from, to: from + Int64(LogDownload.page) - 1, in: transaction) { text += $0 }
                    return text
                }
                if text.isEmpty { return }
                try await write(text)
                next += Int64(LogDownload.page)
            }
        }
    }

    /// Who stands behind the marks, as far as it is still known.
    var names: Response {
        answer("main-courante-noms.csv", "text/csv; charset=utf-8") { [journal] write in
            try await write(LogNames.csv(try await journal.read { try LogNames.all(in: $0) }))
        }
    }

    /// What a filter finds, newest first, for a spreadsheet.
    func csv(_ filter: Logbook.Filter, _ language: Language, _ sight: LogSight) -> Response {
        answer("main-courante.csv", "text/csv; charset=utf-8") { write in
            try await write("number;at;author;kind;trade;subject;text\r\n")
            var before: Int64?
            while true {
                let found = try await sight.search(filter, before: before, limit: LogDownload.page)
                try await write(found.entries.map { LogDownload.line($0, language) }.joined())
                guard let older = found.older else { return }
                before = older
            }
        }
    }

    private static func line(_ entry: LogEntry, _ language: Language) -> String {
        let cells = [
            String(entry.number), entry.at.iso8601, entry.author, entry.kind.rawValue, entry.trade, entry.subject ?? "",
            entry.text(language),
        ]
        return cells.map(CSV.cell).joined(separator: ";") + "\r\n"
    }

    private func answer(
        _ name: String, _ type: String, _ body: @escaping @Sendable (_ write: (String) async throws -> Void) async throws -> Void
    ) -> Response {
        let content = ResponseBody { writer in
            var open = writer
            try await body { try await open.write(ByteBuffer(string: $0)) }
            try await open.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""], body: content)
    }
}
