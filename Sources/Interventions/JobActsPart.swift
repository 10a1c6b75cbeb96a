// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What may be done to a job in its state: each act a form of its own. Fields are called by the act, so that each has one label.
struct JobActsPart {
    var sheet: JobPage

    private var job: Job { sheet.job }
    private var plan: CrewPlan { sheet.plan }

    private var acts: [JobAct.Sort] {
        JobRules.acts(from: job.state).filter { act in
            switch act {
            case .confirm: !job.unconfirmed.isEmpty
            case .revoke: !job.confirmed.isEmpty
            default: true
            }
        }
    }

    var html: HTML {
        Panel(Words("Que faire", "What to do"), id: "acts") {
            for act in acts {
                let title = act == .lock && job.isLocked ? Words("Déverrouiller", "Unlock") : act.title
                details(.class("act")) {
                    summary(.class("button", "button-quiet")) { title }
                    if act == .photo {
                        photo
                    } else {
                        form(.method("post"), .action("\(sheet.path)/acts")) {
                            HTML.csrf
                            input(.type("hidden"), .name("act"), .value(act.rawValue))
                            fields(act)
                            Button(title, act == .cancel ? .danger : .primary)
                        }
                    }
                }
            }
        }.html
    }

    private var photo: HTML {
        form(.method("post"), .action("\(sheet.path)/photos"), .named("enctype", "multipart/form-data")) {
            HTML.csrf
            Choice("stage", Words("Prise", "Taken"), JobPhotoStore.Stage.allCases.map { ($0.rawValue, $0.title) }, value: "after")
            label(.class("field")) {
                span { Words("Photo (JPEG, PNG, WebP ; 2 Mo)", "Photo (JPEG, PNG, WebP; 2 MB)") }
                input(.type("file"), .name("photo"), .named("accept", "image/jpeg,image/png,image/webp"), .required)
            }
            Button(Words("Ajouter", "Add"))
        }
    }

    private func fields(_ act: JobAct.Sort) -> HTML {
        HTML.of {
            switch act {
            case .plan:
                Choice("plan-crew", Words("Équipe", "Crew"), crews, value: job.crew)
                Field("plan-day", Words("Jour", "Day"), type: "date", isRequired: true)
                Field("plan-time", Words("Heure", "Time"), type: "time", value: "08:00", isRequired: true)
            case .start: Choice("start-crew", Words("Équipe", "Crew"), [("", Words("—", "—"))] + crews, value: job.crew)
            case .block, .cancel, .reopen:
                TextArea("\(act.rawValue)-text", Words("Parce que (public)", "Because (public)"), isRequired: true)
            case .finish:
                Choice(
                    "finish-proof", Words("Prouvé par", "Proved by"),
                    [
                        ("photos", Words("photos avant et après", "photos before and after")),
                        ("word", Words("parole de l'équipe", "word of the crew")),
                    ],
                    value: "word")
                Field("finish-name", Words("Équipe ou personne qui l'affirme", "Crew or person who says so"), value: crewName)
                TextArea("finish-text", Words("Ce qui a été fait", "What was done"))
            case .note: TextArea("note-text", Words("Note", "Note"), isRequired: true)
            case .time: Field("time-minutes", Words("Minutes de l'équipe", "Minutes of the crew"), type: "number", isRequired: true)
            case .cost:
                Field("cost-euros", Words("Montant", "Amount"), type: "number", isRequired: true, unit: "€", .named("step", "0.01"))
                Field("cost-what", Words("Pour quoi", "For what"), isRequired: true)
            case .parts:
                Field("parts-name", Words("Pièce", "Part"), isRequired: true)
                Field("parts-count", Words("Nombre", "Number"), type: "number", value: "1", isRequired: true)
            case .sign: Field("sign-name", Words("Nom de qui reçoit l'ouvrage", "Name of whoever receives the work"), isRequired: true)
            case .confirm:
                Choice("confirm-safety", Words("Mesure", "Measure"), job.unconfirmed.map { ($0.rawValue, $0.title) })
                p(.class("quiet")) { Words("Votre nom est consigné.", "Your name is written to the log.") }
            case .revoke:
                Choice(
                    "revoke-safety", Words("Mesure", "Measure"),
                    Safety.allCases.filter(job.confirmed.contains).map { ($0.rawValue, $0.title) })
            case .change: change
            case .order:
                Field("order-after", Words("Numéro de l'autre intervention", "Number of the other job"), type: "number", isRequired: true)
            case .lock: input(.type("hidden"), .name("lock-on"), .value(job.isLocked ? "no" : "yes"))
            case .unplan, .resume, .photo, .pause, .proceed: HTML.empty
            }
        }
    }

    private func clock(_ at: Instant?) -> String { at.map { WallText.minute($0, sheet.wall) } ?? "" }

    private var crewName: String { plan[crew: job.crew]?.title.french ?? "" }

    private var crews: [(value: String, title: Words)] { plan.crews.filter { $0.suits(job) }.map { ($0.code, $0.title) } }

    private var change: HTML {
        let needs = job.needs
        return HTML.of {
            Field("change-minutes", Words("Durée", "Duration"), type: "number", value: "\(needs.minutes)", isRequired: true, unit: "min")
            fieldset {
                legend { Words("Compétences", "Skills") }
                for skill in plan.skills { Tick("change-skill", skill.title, value: skill.code, isOn: needs.skills.contains(skill.code)) }
            }
            fieldset {
                legend { Words("Sécurité", "Safety") }
                for one in Safety.allCases { Tick("change-safety", one.title, value: one.rawValue, isOn: needs.safety.contains(one)) }
            }
            Field(
                "change-equipment", Words("Matériel (séparé par des virgules)", "Equipment (parted by commas)"),
                value: needs.equipment.joined(separator: ", "))
            Field(
                "change-parts", Words("Pièces", "Parts"),
                value: needs.parts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
                hint: Words("comme « 2 sac-enrobe, 1 ampoule »", "such as '2 asphalt-bag, 1 bulb'"))
            Field("change-litres", Words("Volume à emporter", "Volume to take away"), type: "number", value: "\(needs.litres)", unit: "l")
            Field("change-opens", Words("Pas avant", "Not before"), type: "datetime-local", value: clock(job.opensAt))
            Field("change-closes", Words("Pas après", "Not after"), type: "datetime-local", value: clock(job.closesAt))
        }
    }
}
