// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Tablets of the crews: which there are, when each was last heard, a code for a new one.
struct TabletsPage {
    var plan: CrewPlan
    var devices: [CrewDevice]
    /// Just made, shown once.
    var code: String?
    var crew: String
    var now: Instant

    var page: Page {
        Page(
            title: Words("Tablettes des équipes", "Tablets of the crews"), place: "jobs",
            trail: [
                .init(Words("Interventions", "Jobs"), "/console/jobs"), .init(Words("Équipes", "Crews"), "/console/jobs/crews"),
            ]
        ) {
            if let code { fresh(code) }
            if plan.crews.isEmpty {
                EmptyState(Words("Importez d'abord les équipes.", "Import the crews first."))
            } else {
                pairing
            }
            if devices.isEmpty {
                EmptyState(Words("Aucune tablette n'est appairée.", "No tablet is paired."))
            } else {
                table
            }
        }
    }

    private func fresh(_ code: String) -> HTML {
        Panel(Words("Code d'appairage", "Pairing code"), id: "code") {
            p(.class("pairing-code")) { strong("\(code.prefix(4)) \(code.suffix(4))") }
            p {
                Words("À saisir sur la tablette, à l'adresse ", "To be typed on the tablet, at ")
                kbd("/terrain")
                Words(
                    ", dans le quart d'heure. Il ne sert qu'une fois et ne sera plus montré.",
                    ", within a quarter of an hour. It works once and is not shown again.")
            }
            p {
                Words("Équipe : ", "Crew: ")
                plan.crewTitle(crew)
            }
        }.html
    }

    private var pairing: HTML {
        Panel(Words("Appairer une tablette", "Pair a tablet")) {
            form(.method("post"), .action("/console/jobs/tablets")) {
                HTML.csrf
                Choice("crew", Words("Équipe", "Crew"), plan.crews.map { ($0.code, $0.title) }, value: crew)
                Field(
                    "label", Words("Nom de la tablette", "Name of the tablet"),
                    hint: Words("Celui du véhicule, par exemple ; jamais celui d'une personne.", "The vehicle's, say; never a person's."))
                Button(Words("Faire un code", "Make a code"), .primary)
            }
        }.html
    }

    private var table: HTML {
        DataTable(
            Words("Tablettes", "Tablets"),
            columns: [
                .init(Words("N°", "No."), numeric: true), .init(Words("Équipe", "Crew")), .init(Words("Nom", "Name")),
                .init(Words("Appairée", "Paired")), .init(Words("Dernier contact", "Last heard")), .init(Words("État", "State")),
            ],
            rows: devices.map { device in
                DataTable.Row {
                    HTML.text("\(device.number)")
                    plan.crewTitle(device.crew).html
                    HTML.text(device.label.isEmpty ? "—" : device.label)
                    HTML.time(device.pairedAt)
                    HTML.time(device.seenAt)
                    state(device)
                }
            }
        ).html
    }

    private func state(_ device: CrewDevice) -> HTML {
        HTML.of {
            if let at = device.revokedAt {
                StateBadge(.disabled, Words("retirée", "revoked"))
                " "
                HTML.time(at)
            } else {
                form(.method("post"), .action("/console/jobs/tablets/\(device.number)/revoke")) {
                    HTML.csrf
                    Button(
                        Words("Retirer la tablette \(device.number)", "Revoke tablet \(device.number)"), .danger)
                }
            }
        }
    }
}

/// What came too late from a tablet, on the job's sheet: what the crew did, what it did not know, and two buttons.
struct LateActsPart {
    var sheet: JobPage

    private var open: [LateAct] { sheet.late.filter { $0.decidedAt == nil } }

    var html: HTML {
        guard !open.isEmpty else { return .empty }
        return Panel(Words("À décider : arrivé trop tard", "To be decided: came too late"), id: "late") {
            for late in open { one(late) }
        }.html
    }

    private func one(_ late: LateAct) -> HTML {
        let event = sheet.events.first { $0.position == late.position }
        return article(.class("late")) {
            h3 {
                sheet.plan.crewTitle(late.crew)
                " : "
                late.act.sort.title
            }
            p {
                if let event { HTML.time(event.at) }
                " · "
                late.because
            }
            if let event, !event.text.isEmpty { p(.class("said")) { event.text } }
            unknown(late)
            if sheet.mayAct {
                form(.method("post"), .action("\(sheet.path)/late/\(late.position)"), .class("row")) {
                    HTML.csrf
                    Button(Words("Faire compter", "Let it count"), .primary, .name("verdict"), .value("apply"))
                    Button(Words("Écarter", "Dismiss"), .plain, .name("verdict"), .value("dismiss"))
                }
            }
        }
    }

    /// What had happened when the act came in, and the tablet had not seen.
    private func unknown(_ late: LateAct) -> HTML {
        let meanwhile = sheet.events.filter { event in
            event.position > late.act.seen && event.position < late.position && event.author != JobBy.crew(late.crew).login
                && event.what != .expected
        }
        guard late.act.seen > 0, !meanwhile.isEmpty else { return .empty }
        return HTML.of {
            p(.class("quiet")) { Words("L'équipe ne savait pas encore :", "The crew did not know yet:") }
            ul {
                for event in meanwhile {
                    li {
                        event.what.title
                        " · "
                        HTML.time(event.at)
                        event.text.isEmpty ? "" : " · \(event.text)"
                    }
                }
            }
        }
    }
}
