// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Foundation

/// What the statistics are asked for. It lives in the address.
package struct CallStatisticsQuery: Sendable, Hashable {
    /// Midnights of the wall: the first day, and the last.
    package var from: Instant
    package var to: Instant
    /// The day for which staff is planned.
    package var plan: Instant
    /// Share in percent, and seconds.
    package var target: Int
    package var within: Int

    package static let longest = 92
    /// Weeks back that a plan looks at.
    package static let weeks = 4

    package init(_ query: Form, now: Instant, zone: TimeZone) throws {
        var form = query
        let today = CallLoadRules.midnight(before: now, zone)
        func day(_ name: String, _ otherwise: Instant) -> Instant {
            guard let text = query[name], !text.isEmpty else { return otherwise }
            guard let day = CallStatisticsQuery.day(text, zone) else {
                form.refuse(name, Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30."))
                return otherwise
            }
            return day
        }
        let last = day("to", today)
        (from, to) = (day("from", last), last)
        plan = day("plan", CallLoadRules.midnight(1, after: today, zone))
        target = form.integer("target", optional: 1...99) ?? 80
        within = form.integer("within", optional: 1...600) ?? 20
        if from > to { form.refuse("from", Words("Le premier jour est après le dernier.", "The first day is after the last.")) }
        if (to - from).seconds / 86_400 > Int64(CallStatisticsQuery.longest) {
            form.refuse("from", Words("\(Self.longest) jours au plus.", "At most \(Self.longest) days."))
        }
        try form.finish()
    }

    private static func day(_ text: String, _ zone: TimeZone) -> Instant? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], (2000...2999).contains(year), let month = parts[1], (1...12).contains(month),
            let day = parts[2], (1...31).contains(day)
        else { return nil }
        return CallLoadRules.midnight(before: Instant(year: year, month: month, day: day, hour: 12), zone)
    }

    /// `2026-11-22`, as the wall says.
    func text(_ day: Instant, _ zone: TimeZone) -> String { Audience(.english, zone: zone).date(day) }

    /// The days of the span.
    package func days(_ zone: TimeZone) -> [Instant] {
        var days = [from]
        while let last = days.last, last < to { days.append(CallLoadRules.midnight(1, after: last, zone)) }
        return days
    }

    /// The same weekday in the weeks before the planned one, none of them later than today.
    package func likes(now: Instant, _ zone: TimeZone) -> [Instant] {
        let today = CallLoadRules.midnight(before: now, zone)
        return (1...(CallStatisticsQuery.weeks + 1)).map { CallLoadRules.midnight(-7 * $0, after: plan, zone) }.filter { $0 < today }
            .prefix(CallStatisticsQuery.weeks).map { $0 }
    }
}

/// Waiting, abandons, length, load by quarter-hour against staff, and how many the target asks for.
package struct CallStatisticsPage {
    package var query: CallStatisticsQuery
    package var figures: CallLoadRules.Figures
    package var outcomes: [CallOutcome.Sort: Int]
    package var quarters: [CallLoadRules.Quarter]
    package var needs: [CallLoadRules.Need]
    /// Days that the plan was made from.
    package var likes: [Instant]
    package var handling: Double?
    package var zone: TimeZone

    private func address(_ path: String) -> String {
        Console.address(
            path,
            [
                "from": query.text(query.from, zone), "to": query.text(query.to, zone), "plan": query.text(query.plan, zone),
                "target": "\(query.target)", "within": "\(query.within)",
            ])
    }

    package var page: Page {
        Page(
            title: Words("Statistiques des appels", "Statistics of calls"), place: "calls",
            trail: [.init(Words("Accueil téléphonique", "Call desk"), "/allo")],
            actions: HTML.of {
                ButtonLink(Words("Exporter", "Export"), address("/allo/statistics.csv"), .quiet, icon: .download)
                button(.class("button", "button-quiet", "with-script"), .type("button"), .data("print", "")) {
                    Icon.print.html
                    span(Words("Imprimer", "Print"))
                }
            }
        ) {
            custom("hot-keys") {
                ask
                summary
                if figures.offered > 0 { quarterTable }
                plan
            }
        }
    }

    private var ask: HTML {
        form(.method("get"), .action("/allo/statistics"), .class("row")) {
            Field("from", Words("Du", "From"), type: "date", value: query.text(query.from, zone))
            Field("to", Words("Au", "To"), type: "date", value: query.text(query.to, zone))
            Field("plan", Words("Effectif pour le", "Staff for"), type: "date", value: query.text(query.plan, zone))
            Field("target", Words("Objectif", "Target"), type: "number", value: "\(query.target)", unit: "%")
            Field("within", Words("répondus en", "answered in"), type: "number", value: "\(query.within)", unit: "s")
            Button(Words("Voir", "Show"), .primary)
        }
    }

    private func seconds(_ value: Double?) -> HTML { value.map { HTML.quantity($0, decimals: 0, unit: "s") } ?? "–".html }
    private func share(_ value: Double?) -> HTML { value.map { HTML.quantity($0 * 100, decimals: 1, unit: "%") } ?? "–".html }

    private var summary: HTML {
        Panel(Words("Sur la période", "Over the span"), id: "figures") {
            if figures.offered == 0 {
                EmptyState(Words("Aucun appel sur cette période.", "No call in this span."))
            } else {
                div(.class("figure-row")) {
                    Figure(Words("Appels", "Calls"), figures.offered)
                    Figure(
                        Words("Répondus en \(query.within) s", "Answered in \(query.within) s"), share(figures.inTime),
                        note: Words("objectif \(query.target) %", "target \(query.target) %").html)
                    Figure(Words("Attente moyenne", "Mean wait"), seconds(figures.meanWait))
                    Figure(Words("Attente, 9 sur 10 sous", "Wait, 9 in 10 below"), seconds(figures.p90Wait))
                    Figure(
                        Words("Raccrochés avant réponse", "Hung up before an answer"),
                        share(Double(figures.abandoned) / Double(max(1, figures.offered))), note: HTML.number(figures.abandoned))
                    Figure(Words("Durée moyenne", "Mean length"), seconds(figures.meanTalk))
                    Figure(Words("Après l'appel", "After the call"), seconds(figures.meanWrap))
                }
                Facts(
                    CallOutcome.Sort.allCases.compactMap { sort in outcomes[sort].map { (sort.title, HTML.number($0)) } })
            }
        }.html
    }

    private var quarterTable: HTML {
        Panel(Words("Charge par quart d'heure", "Load by quarter-hour"), id: "quarters") {
            p(.class("quiet")) {
                Words(
                    "Moyenne par jour. Présents : d'après les prises de poste.", "Mean of the days. Present: from who took a seat.")
            }
            Chart(
                Words("Appels et présents", "Calls and staff present"), unit: "", decimals: 1,
                lines: [
                    .init(Words("Appels par quart d'heure", "Calls a quarter-hour"), quarters.map { .init(at($0.index), $0.calls) }),
                    .init(Words("Présents", "Present"), quarters.map { .init(at($0.index), $0.staff) }),
                ], from: query.to, to: query.to + .hours(24))
            DataTable(
                Words("Charge par quart d'heure", "Load by quarter-hour"),
                columns: [
                    .init(Words("Quart d'heure", "Quarter-hour")), .init(Words("Appels", "Calls"), numeric: true),
                    .init(Words("Raccrochés", "Hung up"), numeric: true), .init(Words("Attente moyenne", "Mean wait"), numeric: true),
                    .init(Words("En \(query.within) s", "In \(query.within) s"), numeric: true),
                    .init(Words("Présents", "Present"), numeric: true),
                ],
                rows: quarters.filter { $0.calls > 0 || $0.staff > 0 }.map { quarter in
                    DataTable.Row {
                        quarter.title
                        HTML.quantity(quarter.calls, decimals: 1, unit: "")
                        quarter.figures.abandoned
                        seconds(quarter.figures.meanWait)
                        share(quarter.figures.inTime)
                        HTML.quantity(quarter.staff, decimals: 1, unit: "")
                    }
                })
        }.html
    }

    private func at(_ index: Int) -> Instant { query.to + .minutes(Int64(index) * 15) }

    private var plan: HTML {
        Panel(Words("Effectif conseillé", "Staff that is needed"), id: "plan") {
            p {
                Words("Pour le ", "For ")
                HTML.time(query.plan, .date)
                Words(
                    " : \(query.target) % des appels répondus en \(query.within) s, d'après les mêmes jours de semaine : ",
                    ": \(query.target) % of calls answered in \(query.within) s, after the same weekdays: ")
                for (index, day) in likes.enumerated() {
                    if index > 0 { ", " }
                    HTML.time(day, .date)
                }
                "."
            }
            p(.class("quiet")) {
                Words(
                    "Formule d'Erlang C, chaque quart d'heure pour lui-même. Elle ignore que des gens raccrochent : elle demande un peu plus de monde qu'il n'en faut, jamais moins. Pauses et absences sont à ajouter.",
                    "Erlang C, each quarter-hour for itself. It ignores that people hang up: it asks for a little more staff than is needed, never less. Breaks and absences come on top."
                )
            }
            if let handling, needs.contains(where: { $0.agents > 0 }) {
                p {
                    Words("Durée d'un appel avec le travail qui suit : ", "Length of a call with the work after it: ")
                    seconds(handling)
                }
                DataTable(
                    Words("Effectif conseillé par quart d'heure", "Staff needed by quarter-hour"),
                    columns: [
                        .init(Words("Quart d'heure", "Quarter-hour")), .init(Words("Appels attendus", "Calls expected"), numeric: true),
                        .init(Words("Charge (erlang)", "Load (erlang)"), numeric: true),
                        .init(Words("Il faut", "Needed"), numeric: true), .init(Words("Étaient là", "Were there"), numeric: true),
                        .init(Words("Écart", "Difference"), numeric: true), .init(Words("En temps voulu", "In time"), numeric: true),
                    ],
                    rows: needs.filter { $0.agents > 0 || $0.quarter.staff > 0 }.map { need in
                        DataTable.Row {
                            need.quarter.title
                            HTML.quantity(need.quarter.calls, decimals: 1, unit: "")
                            HTML.quantity(need.load, decimals: 2, unit: "")
                            strong(HTML.number(need.agents))
                            HTML.quantity(need.quarter.staff, decimals: 1, unit: "")
                            HTML.quantity(need.quarter.staff - Double(need.agents), decimals: 1, unit: "")
                            share(need.inTime)
                        }
                    })
            } else {
                p(.class("empty")) {
                    Words("Pas encore d'appels un même jour de semaine.", "No calls on such a weekday yet.")
                }
            }
        }.html
    }

    /// For a spreadsheet: the quarter-hours of the span and of the plan beside each other.
    package var csv: String {
        let head =
            "quarter;calls_per_day;abandoned;mean_wait_s;in_time;staff_present;plan_calls;plan_load_erlang;plan_agents;plan_staff_present\r\n"
        return zip(quarters, needs).reduce(into: head) { text, pair in
            let (quarter, need) = pair
            let cells = [
                quarter.title, number(quarter.calls), "\(quarter.figures.abandoned)", quarter.figures.meanWait.map(number) ?? "",
                quarter.figures.inTime.map(number) ?? "", number(quarter.staff), number(need.quarter.calls), number(need.load),
                "\(need.agents)", number(need.quarter.staff),
            ]
            text += cells.map(CSV.cell).joined(separator: ";") + "\r\n"
        }
    }

    private func number(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
