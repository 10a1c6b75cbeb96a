// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// The sheet of an alarm or incident that is over: what it was, how long, who saw it, what happened.
struct AlarmPastPage {
    var past: AlarmPast
    /// What the reader may see of its assets.
    var sees: (Asset.Number) -> Bool
    var names: Names
    var now: Instant

    var page: Page {
        let assets = Set(past.assets.filter(sees)).sorted { names.id($0) < names.id($1) }
        return Page(title: past.condition.title, place: "alarms", trail: [.init(Words("Alarmes", "Alarms"), "/console/alarms")]) {
            if past.to != nil {
                Banner(.info, Words("Cette alarme est terminée.", "This alarm is over."))
            } else {
                Banner(
                    .info, Words("Cette alarme fait maintenant partie d'une autre ligne.", "This alarm is part of another line now."),
                    action: past.incident.map {
                        ButtonLink(Words("Ouvrir l'incident", "Open the incident"), "/console/alarms/i\($0)").html
                    } ?? .empty)
            }
            facts
            Panel(Words("Que faire ?", "What to do?")) { AlarmRow.documentation(past.condition) }
            if assets.count > 1 {
                Panel(Words("Équipements", "Assets")) {
                    ul(.class("inline-list")) {
                        for asset in assets { li { a(.href(names.sheet(asset))) { names.id(asset) } } }
                    }
                }
            }
            if !past.records.isEmpty {
                Panel(Words("Ce qui s'est passé", "What happened")) { Timeline(AlarmHistory.entries(past.records)) }
            }
        }
    }

    private var facts: some Content {
        var facts: [(title: Words, value: HTML)] = []
        if sees(past.asset) {
            facts.append((Words("Équipement", "Asset"), a(.href(names.sheet(past.asset))) { names.id(past.asset) }))
        }
        facts.append((Words("Priorité", "Priority"), PriorityBadge(past.priority).html))
        facts.append((Words("Apparue", "Raised"), HTML.time(past.from)))
        if let to = past.to {
            facts.append((Words("Close", "Closed"), HTML.time(to)))
            facts.append((Words("Durée", "Lasted"), HTML.span(to - past.from)))
        }
        if let at = past.acknowledgedAt {
            facts.append(
                (
                    Words("Acquittée", "Acknowledged"),
                    HTML.of {
                        HTML.time(at); ", \(past.acknowledgedBy)"
                    }
                ))
        }
        if past.peak > 1, past.assets.allSatisfy(sees) {
            facts.append((Words("Alarmes au plus", "Alarms at most"), HTML.number(past.peak)))
        }
        return Panel(Words("Ce que c'était", "What it was")) { Facts(facts) }
    }
}
