// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Inventory
package import Watch

/// Everything about one asset: how it is and why, what is wanted of it, its curves, its alarms and orders, where it hangs, what happened.
package struct SheetPage {
    package var record: AssetRecord
    package var why: Why?
    package var alarms: [AlarmView]
    package var charts: [SheetChart]
    package var span: ChartSpan
    package var up: [AssetRecord]
    package var children: [AssetRecord]
    /// Lines of the alarm list whose root it is: what is wrong below it.
    package var lines: [AlarmLine]
    package var past: AssetPast
    package var notes: [NoteStore.Note]
    package var photos: [PhotoStore.Photo]
    package var names: Names
    package var person: Person
    package var now: Instant

    private var path: String { "/console/assets/\(record.id)" }
    private var kind: Kind? { names.kind(record.kind) }

    package var page: Page {
        Page(
            title: Words(record.id.text, record.id.text), place: "assets",
            trail: [.init(Words("Équipements", "Assets"), "/console/assets")],
            actions: HTML.of {
                if let place = record.place {
                    ButtonLink(
                        Words("Sur la carte", "On the map"), "/console/map#17.5/\(place.latitude)/\(place.longitude)", .quiet, icon: .map)
                }
                if person.may(.operate, "orders", in: record.commune.insee) {
                    ButtonLink(Words("Donner un ordre", "Give an order"), orderAddress, icon: .order)
                }
                if record.removal == nil, person.may(.operate, "jobs", in: record.commune.insee) {
                    ButtonLink(
                        Words("Demander une intervention", "Ask for a job"),
                        Console.address("/console/jobs/new", ["asset": record.id.text, "category": record.kind.text]), .quiet, icon: .people
                    )
                }
                a(.class("button", "button-quiet"), .href("/console/help/assets"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            lifeBanner
            div(.class("columns")) {
                state
                identity
            }
            measures
            if !charts.isEmpty { curves }
            alarmList
            div(.class("columns")) {
                topology
                notesPanel
            }
            PhotoPart(
                photos: photos, path: path, id: record.id.text,
                mayAct: record.removal == nil && person.may(.operate, "inventory", in: record.commune.insee)
            ).html
            history
            life
        }
    }

    private var orderAddress: String {
        switch record.kind.text {
        case "cabinet", "feeder", "substation": Console.address("/console/orders/new", ["supply": record.id.text])
        case "gateway": Console.address("/console/orders/new", ["gateway": record.id.text])
        default: Console.address("/console/orders/new", ["asset": record.id.text])
        }
    }

    private var lifeBanner: HTML {
        if let removal = record.removal {
            return Banner(
                .warning, Words("Retiré par \(removal.author) : \(removal.reason)", "Removed by \(removal.author): \(removal.reason)")
            ).html
        }
        if let outage = record.outage {
            return Banner(
                .info,
                Words("Hors service, \(outage.author) : \(outage.reason)", "Out of service, \(outage.author): \(outage.reason)")
            ).html
        }
        return .empty
    }

    private var state: some Content {
        Panel(Words("État", "State")) {
            if let why, let kind {
                p(.class("state-now")) { StateBadge(names.state(why.view.state, of: kind)) }
                p {
                    why.reason.words
                    " "
                    small(.class("quiet")) {
                        Words("règle ", "rule "); code(why.reason.rule)
                    }
                }
                if let since = why.view.stateSince {
                    p {
                        Words("Depuis ", "Since ")
                        HTML.time(since)
                        " ("
                        HTML.ago(since, now: now)
                        ")"
                    }
                }
                p(.class("quiet")) {
                    if let reading = why.view.lastReading {
                        Words("Dernière lecture : ", "Last reading: ")
                        HTML.time(reading)
                    } else {
                        Words("Aucune lecture reçue.", "No reading received.")
                    }
                    if why.view.isLinkDown { Words(" Liaison coupée.", " Link down.") }
                }
                if why.view.wanted != nil || why.view.level != nil {
                    WantedObserved(
                        wanted: level(why.view.wanted), observed: level(why.view.level), differs: differs(why.view),
                        isKnown: why.view.wanted != nil && why.view.level != nil)
                }
                wants(why)
            } else {
                EmptyState(Words("Vigie ne suit pas cet équipement.", "Vigie does not watch this asset."))
            }
        }
    }

    private func differs(_ view: AssetView) -> Bool {
        guard let wanted = view.wanted, let level = view.level else { return false }
        return abs(Int(wanted) - Int(level)) > 5
    }

    private func level(_ level: UInt8?) -> HTML { level.map { HTML.quantity(Double($0), decimals: 0, unit: "%") } ?? HTML.text("–") }

    private func wants(_ why: Why) -> HTML {
        guard let winning = why.winning else { return .empty }
        return HTML.of {
            p {
                strong(Words("Décide : ", "Decides: "))
                want(winning, why.programme)
            }
            if !why.losing.isEmpty {
                details {
                    summary { Words("Puis, s'il cédait", "Next, if it gave way") }
                    ol { for losing in why.losing { li { want(losing, why.programme) } } }
                }
            }
        }
    }

    private func want(_ want: Want, _ programme: Words?) -> HTML {
        HTML.of {
            want.authority.words
            " : "
            HTML.quantity(Double(want.level), decimals: 0, unit: "%")
            if want.authority == .programme, let programme { " ("; programme; ")" }
            if want.order > 0 {
                ", "
                a(.href("/console/orders/\(want.order)")) { Words("ordre \(want.order)", "order \(want.order)") }
            }
            if want.until != .distantFuture {
                Words(", jusqu'à ", ", until ")
                HTML.time(want.until, .minutes)
            }
        }
    }

    private var identity: some Content {
        Panel(Words("Identité", "Identity")) { Facts(facts) }
    }

    private var facts: [(title: Words, value: HTML)] {
        var facts: [(title: Words, value: HTML)] = [(Words("Sorte", "Kind"), HTML.words(names.title(record.kind)))]
        if !record.name.isEmpty { facts.append((Words("Nom", "Name"), HTML.text(record.name))) }
        if !record.address.isEmpty { facts.append((Words("Adresse", "Address"), HTML.text(record.address))) }
        facts.append((Words("Commune", "Commune"), HTML.words(names.commune(record.commune))))
        if let power = record.ratedPower {
            facts.append((Words("Puissance nominale", "Rated power"), HTML.quantity(power, decimals: 0, unit: "W")))
        }
        if let period = record.period ?? kind?.period { facts.append((Words("Parle toutes les", "Speaks every"), HTML.span(period))) }
        for (key, value) in record.attributes.pairs {
            let spec = kind?.attributes.first { $0.key == key }
            facts.append((spec?.title ?? Words(key, key), SheetPage.attribute(value.text, spec)))
        }
        if record.commissionedAt > .distantPast {
            facts.append((Words("Mise en service", "Commissioned"), HTML.time(record.commissionedAt, .date)))
        }
        return facts
    }

    private static func attribute(_ text: String, _ spec: AttributeSpec?) -> HTML {
        switch spec?.form {
        case .flag: return .words(flag(text))
        case .number:
            guard let value = Double(text) else { return .text(text) }
            return .quantity(value, decimals: value == value.rounded() ? 0 : 1, unit: spec?.unit ?? "")
        default: return .text(text)
        }
    }

    private static func flag(_ text: String) -> Words {
        switch text {
        case "true": Words("oui", "yes")
        case "false": Words("non", "no")
        default: Words(text, text)
        }
    }

    private var measures: HTML {
        guard let why, let kind, !kind.properties.isEmpty else { return .empty }
        return Panel(Words("Dernières mesures", "Last values")) {
            div(.class("figure-row")) {
                for (slot, property) in kind.properties.enumerated() {
                    Figure(property.title, value(slot < why.view.values.count ? why.view.values[slot] : nil, property))
                }
            }
        }.html
    }

    private func value(_ scaled: Int32?, _ property: Property) -> HTML {
        guard let scaled else { return .text("–") }
        if property.nature == .flags {
            let names = property.names(ofFlags: scaled)
            return .words(
                names.isEmpty
                    ? Words("aucun", "none")
                    : Words(names.map(\.french).joined(separator: ", "), names.map(\.english).joined(separator: ", ")))
        }
        if property.unit == "s", property.nature == .counter { return .span(.seconds(Int64(scaled))) }
        return .quantity(property.value(scaled), decimals: property.decimals, unit: property.unit)
    }

    private var curves: some Content {
        Panel(Words("Courbes", "Charts")) {
            spanLinks
            if charts.allSatisfy(\.buckets.isEmpty) {
                EmptyState(Words("Aucune mesure sur cette durée.", "No value over this span."), icon: .chart)
            } else {
                div(.class("charts")) { for chart in charts { chart.html } }
            }
        }
    }

    private var spanLinks: some Content {
        FilterLinks(
            Words("Durée des courbes", "Span of the charts"),
            ChartSpan.allCases.map { .init($0.title, Console.address(path, ["span": $0.rawValue]), isCurrent: $0 == span) })
    }

    private var alarmList: some Content {
        Panel(Words("Alarmes", "Alarms")) {
            if alarms.isEmpty && lines.isEmpty { EmptyState(Words("Aucune alarme.", "No alarm.")) }
            ul(.class("rows")) {
                for line in lines {
                    li {
                        AlarmSentence(line)
                    }
                }
                // What stands in one of those lines is told by it.
                for alarm in alarms where alarm.incident.map({ id in !lines.contains { $0.target == .incident(id) } }) ?? true {
                    li {
                        AlarmSentence(
                            priority: alarm.priority, title: alarm.condition.title,
                            address: "/console/alarms/\(alarm.incident.map { "i\($0)" } ?? "a\(alarm.id)")", state: alarm.state,
                            since: alarm.raisedAt)
                    }
                }
            }
        }
    }

    private var topology: some Content {
        Panel(Words("Rattachements", "Topology")) {
            if up.isEmpty && children.isEmpty { EmptyState(Words("Aucun rattachement connu.", "No known connection.")) }
            if !up.isEmpty {
                p {
                    Words("Dépend de : ", "Depends on: ")
                    for parent in up {
                        a(.href("/console/assets/\(parent.id)")) { parent.id.text }
                        " "
                        small(.class("quiet")) { names.title(parent.kind) }
                        " "
                    }
                }
            }
            if !children.isEmpty {
                details {
                    summary { Words("Porte \(children.count) équipements", "Carries \(children.count) assets") }
                    ul(.class("inline-list")) {
                        for child in children { li { a(.href("/console/assets/\(child.id)")) { child.id.text } } }
                    }
                }
            }
        }
    }

    private var notesPanel: some Content {
        Panel(Words("Notes", "Notes")) {
            ul(.class("rows")) {
                for note in notes {
                    li {
                        HTML.time(note.at)
                        " \(note.author) : \(note.text)"
                    }
                }
            }
            if person.may(.operate, "inventory", in: record.commune.insee) {
                form(.method("post"), .action("\(path)/notes"), .class("row")) {
                    HTML.csrf
                    textField("text", Words("Nouvelle note", "New note"), isRequired: true, limit: 4000)
                    submit(Words("Noter", "Note"))
                }
            }
        }
    }

    private var history: some Content {
        Panel(Words("Tout ce qui l'a touché", "All that ever touched it")) {
            let entries = past.entries
            if entries.isEmpty { EmptyState(Words("Rien encore.", "Nothing yet."), icon: .history) }
            Timeline(entries)
        }
    }

    private var life: HTML {
        guard record.removal == nil, person.may(.manage, "inventory", in: record.commune.insee) else { return .empty }
        return Panel(Words("Vie de l'équipement", "Life of the asset")) {
            if record.outage == nil {
                form(.method("post"), .action("\(path)/outage"), .class("row")) {
                    HTML.csrf
                    textField("reason", Words("Motif", "Reason"), isRequired: true)
                    submit(Words("Mettre hors service", "Take out of service"))
                }
            } else {
                form(.method("post"), .action("\(path)/return"), .class("row")) {
                    HTML.csrf
                    submit(Words("Remettre en service", "Return to service"))
                }
            }
        }.html
    }
}

extension AssetEvent.What {
    var words: Words {
        switch self {
        case .commissioned: Words("Mis en service", "Commissioned")
        case .changed: Words("Modifié", "Changed")
        case .outOfService: Words("Mis hors service", "Taken out of service")
        case .backInService: Words("Remis en service", "Back in service")
        case .removed: Words("Retiré", "Removed")
        case .reinstated: Words("Rétabli", "Reinstated")
        }
    }
}
