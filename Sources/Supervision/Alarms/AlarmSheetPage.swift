// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Inventory
package import Watch

/// One alarm or incident: what it is, what to do, who is in it, what can be done with it.
package struct AlarmSheetPage {
    package var line: AlarmLine
    package var members: [AlarmView]
    /// Which hundred of the members, from 1.
    package var page: Int
    /// What happened to the line itself, oldest first.
    package var records: [AlarmRecord]
    /// Where the asset at its root stands.
    package var root: AssetRecord?
    package var names: Names
    package var person: Person
    package var now: Instant

    package static let pageSize = 100

    package init(
        line: AlarmLine, members: [AlarmView], page: Int = 1, records: [AlarmRecord] = [], root: AssetRecord? = nil, names: Names,
        person: Person, now: Instant
    ) {
        (self.line, self.members, self.page, self.records, self.root) = (line, members, page, records, root)
        (self.names, self.person, self.now) = (names, person, now)
    }

    private var path: String { "/console/alarms/acts" }
    private var here: String { "/console/alarms/\(line.target)" }

    package var document: Page {
        Page(
            title: line.title, place: "alarms", trail: [.init(Words("Alarmes", "Alarms"), "/console/alarms")],
            actions: HTML.of {
                if let place = root?.place {
                    ButtonLink(
                        Words("Sur la carte", "On the map"), "/console/map#17.5/\(place.latitude)/\(place.longitude)", .quiet, icon: .map)
                }
                if person.may(.operate, "orders") {
                    ButtonLink(Words("Donner un ordre", "Give an order"), "/console/orders/new?target=\(line.target)", icon: .order)
                }
                if person.may(.operate, "jobs") {
                    ButtonLink(Words("Demander une intervention", "Ask for a job"), jobAddress, icon: .people)
                }
                a(.class("button", "button-quiet"), .href("/console/help/alarms"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            div(.class("columns")) {
                Panel(Words("État", "State")) {
                    facts
                }
                Panel(Words("Que faire ?", "What to do?")) {
                    AlarmRow.documentation(line.condition)
                }
            }
            if person.may(.operate, "alarms") { acts }
            membersTable
            history
        }
    }

    /// The same alarm leads to the same job.
    private var jobAddress: String {
        Console.address(
            "/console/jobs/new",
            [
                "from": "\(line.target)", "asset": line.root.map(names.id), "title": line.title(.french),
                "category": root.map { $0.kind.text },
            ])
    }

    private var history: HTML {
        guard !records.isEmpty else { return .empty }
        return Panel(
            Words("Ce qui s'est passé", "What happened"),
            actions: ButtonLink(
                Words("Dans la main courante", "In the log"), Console.address("/console/log", ["subject": logSubject]), .quiet, icon: .log
            ).html
        ) { Timeline(AlarmHistory.entries(records)) }.html
    }

    /// Under which subject the log tells of it: its asset, or the incident where it has none.
    private var logSubject: String { (line.root ?? (line.gathering == .single ? line.asset : nil)).map(names.id) ?? "\(line.target)" }

    private var facts: HTML {
        dl(.class("facts")) {
            if let root = line.root {
                fact(Words("Équipement", "Asset")) {
                    a(.href(names.sheet(root))) { names.id(root) }
                    if let name = self.root?.name, !name.isEmpty { " \(name)" }
                }
            }
            if let address = root?.address, !address.isEmpty { fact(Words("Adresse", "Address")) { address } }
            if !line.communes.isEmpty {
                fact(line.communes.count == 1 ? Words("Commune", "Commune") : Words("Communes", "Communes")) {
                    for (index, place) in line.communes.prefix(12).enumerated() {
                        if index > 0 { ", " }
                        names.commune(place.commune)
                        if line.communes.count > 1 { " "; place.count }
                    }
                    if line.communes.count > 12 { Words(" et \(line.communes.count - 12) autres", " and \(line.communes.count - 12) more") }
                }
            }
            fact(Words("Priorité", "Priority")) { PriorityBadge(line.priority) }
            fact(Words("État", "State")) { line.state.title }
            fact(Words("Depuis", "Since")) {
                HTML.time(line.since)
                " ("
                HTML.ago(line.since, now: now)
                ")"
            }
            if let at = line.returnedAt { fact(Words("Disparue", "Returned")) { HTML.time(at) } }
            if let by = line.acknowledgedBy, let at = line.acknowledgedAt {
                fact(Words("Acquittée", "Acknowledged")) {
                    HTML.time(at)
                    ", \(by)"
                }
            }
            if let person = line.assignedTo { fact(Words("Prise par", "Taken by")) { person } }
            if let until = line.heldUntil {
                fact(Words("De côté jusqu'à", "Aside until")) {
                    HTML.time(until)
                    ", \(line.heldBy ?? "") (\(line.heldWhy ?? ""))"
                }
            }
            if line.count > 1 {
                fact(Words("Alarmes réunies", "Alarms gathered")) {
                    Words(
                        "\(line.count), dont \(line.activeCount) présentes, \(line.peak) au plus",
                        "\(line.count), \(line.activeCount) of them active, \(line.peak) at most")
                }
            }
            fact(Words("Urgence", "Urgency")) { line.condition.urgency.title }
            fact(Words("Gravité", "Severity")) { line.condition.severity.title }
        }
    }

    private func fact(_ title: Words, @Markup _ value: () -> HTML) -> HTML {
        HTML.of {
            dt { title }
            dd { value() }
        }
    }

    private var acts: some Content {
        Panel(Words("Agir", "Act"), id: "shelve") {
            form(.method("post"), .action(path), .class("row")) {
                HTML.csrf
                input(.type("hidden"), .name("target"), .value(line.target.description))
                input(.type("hidden"), .name("back"), .value(here))
                if line.state.wantsAcknowledgement {
                    submit(Words("Acquitter", "Acknowledge"), "button-primary", name: "act", value: "acknowledge")
                }
                if line.state == .latchedAcknowledged { submit(Words("Réarmer", "Reset"), name: "act", value: "reset") }
                submit(Words("Je m'en charge", "I take it"), name: "act", value: "take")
                if line.state == .shelved { submit(Words("Remettre en liste", "Unshelve"), name: "act", value: "unshelve") }
                if line.state == .suppressed { submit(Words("Lever l'inhibition", "Lift suppression"), name: "act", value: "unsuppress") }
                if line.state == .outOfService { submit(Words("Remettre en service", "Restore to service"), name: "act", value: "restore") }
            }
            form(.method("post"), .action(path), .class("row")) {
                HTML.csrf
                input(.type("hidden"), .name("target"), .value(line.target.description))
                input(.type("hidden"), .name("back"), .value(here))
                textField("reason", Words("Motif ou commentaire", "Reason or comment"), isRequired: true)
                choice("hours", Words("Durée", "For"), AlarmPage.shelfTimes, selected: "1")
                submit(Words("Mettre de côté", "Shelve"), name: "act", value: "shelve")
                submit(Words("Commenter", "Comment"), name: "act", value: "comment")
                if person.may(.manage, "alarms") {
                    submit(Words("Inhiber", "Suppress"), name: "act", value: "suppress")
                    submit(Words("Mettre hors service", "Remove from service"), name: "act", value: "remove")
                }
            }
        }
    }

    private var membersTable: HTML {
        guard !members.isEmpty else { return .empty }
        return Panel(Words("Alarmes de cette ligne", "Alarms in this line")) {
            DataTable(
                Words("Alarmes de cette ligne", "Alarms in this line"),
                columns: [
                    .init(Words("Équipement", "Asset")), .init(Words("Alarme", "Alarm")), .init(Words("État", "State")),
                    .init(Words("Apparue", "Raised")),
                ],
                rows: members.map { member in
                    .init {
                        a(.href(names.sheet(member.asset))) { names.id(member.asset) }
                        member.condition.title
                        member.state.title
                        HTML.time(member.raisedAt)
                    }
                })
            PageLinks(page, of: (line.count + AlarmSheetPage.pageSize - 1) / AlarmSheetPage.pageSize) { [here] in
                Console.address(here, ["page": $0 == 1 ? nil : String($0)])
            }
        }.html
    }
}
