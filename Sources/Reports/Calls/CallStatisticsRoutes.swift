// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Journal

/// Statistics of the call desk, as a page and as a table.
struct CallStatisticsRoutes {
    let calls: Calls

    func add(to desk: Desk) {
        desk.page("/allo/statistics", "Statistics of calls, and staff that is needed") { _, context in try await read(context).page }
        desk.page("/allo/statistics.csv", "Statistics of calls as a table") { _, context in
            Bytes(
                ByteBuffer(string: try await read(context).csv), type: "text/csv; charset=utf-8",
                headers: [.contentDisposition: "attachment; filename=\"appels.csv\""])
        }
    }

    private func read(_ context: ConsoleContext) async throws -> CallStatisticsPage {
        let (zone, now) = (context.audience.zone, context.now)
        let query = try CallStatisticsQuery(context.query, now: now, zone: zone)
        let within = Double(query.within)
        let end = CallLoadRules.midnight(1, after: query.to, zone)
        let likes = query.likes(now: now, zone)
        let read = try await calls.journal.read { transaction in
            (
                calls: try CallStore.calls(from: query.from, to: end, in: transaction),
                presence: try CallBackStore.presence(from: query.from, to: min(end, max(now, query.from)), in: transaction),
                outcomes: try CallStore.tally(from: query.from, to: end, in: transaction),
                likes: try likes.map { day in
                    let end = CallLoadRules.midnight(1, after: day, zone)
                    return (
                        calls: try CallStore.calls(from: day, to: end, in: transaction),
                        presence: try CallBackStore.presence(from: day, to: end, in: transaction)
                    )
                }
            )
        }
        // A day without a call was a holiday, or before the desk was opened.
        let alike = read.likes.filter { !$0.calls.isEmpty }
        let days = zip(likes, read.likes).filter { !$1.calls.isEmpty }.map(\.0)
        let past = alike.flatMap(\.calls)
        let handling = CallLoadRules.figures(past, within: within).handling
        let expected = CallLoadRules.quarters(past, presence: alike.flatMap(\.presence), days: days, zone: zone, within: within)
        return CallStatisticsPage(
            query: query, figures: CallLoadRules.figures(read.calls, within: within), outcomes: read.outcomes,
            quarters: CallLoadRules.quarters(read.calls, presence: read.presence, days: query.days(zone), zone: zone, within: within),
            needs: CallLoadRules.needs(expected, handling: handling ?? 0, target: Double(query.target) / 100, within: within), likes: days,
            handling: handling, zone: zone)
    }
}
