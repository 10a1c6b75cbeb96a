// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal

/// Addresses of the figures: for the desk, and as open data without groups so small that somebody could be told apart.
struct ReportFiguresRoutes {
    let reports: Reports
    private let shelf = FiguresShelf()

    init(reports: Reports) { self.reports = reports }

    func add(to desk: Desk) {
        desk.page("/console/reports/statistics", "Figures of reports") { _, context in try await found(context).page }
        desk.page("/console/reports/statistics.csv", "Figures of reports as a table") { _, context in
            Bytes(
                Array(try await found(context).csv(context.language).utf8), type: "text/csv; charset=utf-8",
                headers: [.contentDisposition: "attachment; filename=\"reports-figures.csv\""])
        }
    }

    func addOpenData(to desk: Desk) {
        let endpoint = Endpoint(
            .get, "/open-data/report-figures.csv", "Open data: reports, delays and promises kept by category and month", access: .open,
            surface: .open)
        desk.api(endpoint) { _, context in
            let text = try await shelf.text(context.language, at: context.now) { try await openData(context) }
            return Bytes(Array(text.utf8), type: "text/csv; charset=utf-8", headers: [.cacheControl: "public, max-age=3600"])
        }
    }

    private func found(_ context: ConsoleContext) async throws -> ReportFiguresPage {
        let query = ReportFiguresQuery(context.query, now: context.now)
        let communes = try context.required().communes(.view, "reports")
        let figures = try await reports.journal.read {
            try ReportFiguresStore.figures(by: query.side, from: query.from, until: query.until, communes: communes, in: $0)
        }
        return ReportFiguresPage(
            query: query, figures: figures, tree: try await reports.tree(), ground: try await reports.ground.current())
    }

    /// The last twelve months, each by public category.
    private func openData(_ context: ConsoleContext) async throws -> String {
        let tree = try await reports.tree()
        let codes = Set(tree.categories.filter(Open311Translation.isPublic).map(\.code))
        var text =
            "month,category,category_title,reported,ended,promise_kept_percent,median_days,nine_in_ten_days,solved_they_say_percent\r\n"
        let (year, month, _) = context.now.civilDate
        for back in 0..<12 {
            let index = year * 12 + month - 1 - back
            @Sendable func start(_ index: Int) -> Instant { Instant(year: index / 12, month: index % 12 + 1, day: 1, hour: 0) }
            let figures = try await reports.journal.read {
                try ReportFiguresStore.figures(by: .category, from: start(index), until: start(index + 1), in: $0)
            }
            let name = String(start(index).iso8601.prefix(7))
            for one in figures where codes.contains(one.key) && one.count >= ReportFigures.fewest {
                func shown(_ value: Int?, of count: Int) -> String { count < ReportFigures.fewest ? "" : value.map(String.init) ?? "" }
                let title = tree[one.key]?.title(context.language) ?? one.key
                let cells = [
                    name, one.key, title, "\(one.count)", "\(one.ended)", shown(one.keptPercent, of: one.ended),
                    shown(one.medianDays, of: one.ended), shown(one.ninetiethDays, of: one.ended),
                    shown(one.confirmedPercent, of: one.confirmed + one.contested),
                ]
                text += cells.map { CSV.cell($0, separator: ",") }.joined(separator: ",") + "\r\n"
            }
        }
        return text
    }
}

/// The figures as everybody reads them, counted once an hour in each language, however many ask at once.
actor FiguresShelf {
    private var held: [Language: (at: Instant, text: Task<String, any Error>)] = [:]
    static let life = Span.hours(1)

    func text(_ language: Language, at now: Instant, _ make: @escaping @Sendable () async throws -> String) async throws -> String {
        if let known = held[language], known.at <= now, now - known.at < FiguresShelf.life { return try await known.text.value }
        let task = Task { try await make() }
        held[language] = (now, task)
        do { return try await task.value } catch {
            held[language] = nil
            throw error
        }
    }
}
