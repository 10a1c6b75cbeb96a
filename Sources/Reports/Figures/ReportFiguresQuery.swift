// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Which figures: an address and nothing else. Days are those on the wall of UTC; what is no day is the last ninety.
struct ReportFiguresQuery: Hashable {
    var side: ReportFigures.Side = .branch
    /// Days since 1970-01-01; the last one is included.
    var first: Int64
    var last: Int64

    static let longest: Int64 = 3660

    init(_ form: Form, now: Instant) {
        let today = now.milliseconds / 86_400_000
        side = form["by"].flatMap(ReportFigures.Side.init) ?? .branch
        last = form["until"].flatMap(ReportFiguresQuery.day) ?? today
        first = form["from"].flatMap(ReportFiguresQuery.day) ?? last - 89
        if first > last { swap(&first, &last) }
        first = max(first, last - ReportFiguresQuery.longest)
    }

    var from: Instant { Instant(milliseconds: first * 86_400_000) }
    var until: Instant { Instant(milliseconds: (last + 1) * 86_400_000) }
    var fromText: String { String(from.iso8601.prefix(10)) }
    var lastText: String { String(Instant(milliseconds: last * 86_400_000).iso8601.prefix(10)) }

    func with(_ side: ReportFigures.Side) -> ReportFiguresQuery {
        var copy = self
        copy.side = side
        return copy
    }

    func address(at path: String) -> String { "\(path)?by=\(side.rawValue)&from=\(fromText)&until=\(lastText)" }

    /// `2026-11-22`; nil for what is no day of 1970 to 9999.
    private static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let instant = Instant(year: year, month: month, day: day, hour: 0)
        // The 31st of a month of 30 days is none.
        return instant.civilDate == (year, month, day) ? instant.milliseconds / 86_400_000 : nil
    }
}
