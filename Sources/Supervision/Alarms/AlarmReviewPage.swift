// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// Looking back at what the alarms asked of the room: EEMUA 191's figures, the top ten that ring most, what has stood for days.
package struct AlarmReviewPage {
    /// One that rings often: which asset, what, how often, the last time.
    package struct BadActor: Sendable {
        package var asset: Asset.Number
        package var condition: Condition
        package var times: Int
        package var last: Instant
    }

    package var load: AlarmLoad
    package var badActors: [BadActor]
    /// All raisings in the span, those of the top ten included.
    package var raised: Int
    /// Lines that have stood for over a day, oldest first.
    package var stale: [AlarmLine]
    package var span: ReviewSpan
    package var names: Names
    /// Of whoever looks.
    package var reach: Reach
    package var now: Instant

    package init(
        load: AlarmLoad, badActors: [BadActor], raised: Int, stale: [AlarmLine], span: ReviewSpan, names: Names, reach: Reach, now: Instant
    ) {
        (self.load, self.badActors, self.raised, self.stale) = (load, badActors, raised, stale)
        (self.span, self.names, self.reach, self.now) = (span, names, reach, now)
    }

    package var page: Page {
        Page(
            title: Words("Bilan des alarmes", "Review of alarms"), place: "alarms",
            trail: [.init(Words("Alarmes", "Alarms"), "/console/alarms")],
            actions: a(.class("button", "button-quiet"), .href("/console/help/alarms"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            LoadMeterPart(load: load, reach: reach, now: now).html
            priorities
            ringing
            standing
        }
    }

    private var priorities: some Content {
        Panel(Words("Lignes en cours par priorité", "Standing lines by priority")) {
            if load.standing == 0 {
                EmptyState(Words("Aucune alarme en cours.", "No alarm stands."))
            } else {
                Facts(
                    Priority.allCases.reversed().map { priority in
                        let count = load.byPriority[priority] ?? 0
                        return (
                            title: priority.title,
                            value: HTML.of {
                                HTML.number(count)
                                " ("
                                HTML.quantity(100 * Double(count) / Double(load.standing), decimals: 0, unit: "%")
                                ")"
                            }
                        )
                    })
                p(.class("quiet")) {
                    Words(
                        "Une bonne répartition : environ 5 % hautes ou critiques, 15 % moyennes, 80 % basses (EEMUA 191).",
                        "A good share: about 5% high or critical, 15% medium, 80% low (EEMUA 191).")
                }
            }
        }
    }

    private var ringing: some Content {
        Panel(Words("Celles qui sonnent le plus", "Those that ring most")) {
            FilterLinks(
                Words("Durée", "Span"),
                ReviewSpan.allCases.map {
                    .init($0.title, Console.address("/console/alarms/review", ["span": $0.rawValue]), isCurrent: $0 == span)
                })
            p {
                Words("Apparitions d'alarmes sur cette durée : ", "Alarms raised over this span: ")
                strong(HTML.number(raised))
            }
            DataTable(
                Words("Les dix premières", "The top ten"),
                columns: [
                    .init(Words("Équipement", "Asset")), .init(Words("Alarme", "Alarm")), .init(Words("Fois", "Times"), numeric: true),
                    .init(Words("Part", "Share"), numeric: true), .init(Words("La dernière", "Last")),
                ],
                rows: badActors.filter { $0.times > 1 }.map { actor in
                    .init {
                        a(.href(names.sheet(actor.asset))) { names.id(actor.asset) }
                        actor.condition.title
                        HTML.number(actor.times)
                        HTML.quantity(100 * Double(actor.times) / Double(max(1, raised)), decimals: 0, unit: "%")
                        HTML.time(actor.last)
                    }
                }, empty: EmptyState(Words("Aucune n'est apparue deux fois.", "None was raised twice.")))
        }
    }

    private var standing: some Content {
        Panel(Words("En cours depuis plus d'un jour", "Standing for over a day")) {
            if stale.isEmpty { EmptyState(Words("Aucune : rien ne traîne.", "None: nothing lingers.")) }
            ul(.class("rows")) {
                for line in stale.prefix(100) {
                    li {
                        AlarmSentence(
                            line, place: line.root.map { root in a(.href(names.sheet(root))) { names.id(root) } } ?? .empty)
                    }
                }
            }
            if stale.count > 100 {
                p(.class("quiet")) { Words("Les 100 plus anciennes sur \(stale.count).", "The oldest 100 of \(stale.count).") }
            }
        }
    }
}

/// How far back the review counts.
package enum ReviewSpan: String, Sendable, CaseIterable {
    case day, week, month

    package var length: Span {
        switch self {
        case .day: .days(1)
        case .week: .days(7)
        case .month: .days(31)
        }
    }

    var title: Words {
        switch self {
        case .day: Words("1 jour", "1 day")
        case .week: Words("1 semaine", "1 week")
        case .month: Words("1 mois", "1 month")
        }
    }
}
