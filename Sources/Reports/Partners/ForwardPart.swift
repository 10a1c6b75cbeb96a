// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// On a report's sheet: where it was sent on to, and how it stands there.
struct ForwardPart {
    var sheet: ReportPage

    @Markup var html: HTML {
        if !sheet.forwards.isEmpty {
            Panel(Words("Chez d'autres organismes", "With other bodies"), id: "forwards") {
                for forward in sheet.forwards { one(forward) }
            }
        }
    }

    private func one(_ forward: Forward) -> HTML {
        let title = sheet.tree.department(forward.partner)?.title ?? Words(forward.partner, forward.partner)
        return HTML.of {
            Facts(
                [
                    (Words("Organisme", "Body"), title.html),
                    (Words("Où en est-il ?", "How does it stand?"), StateBadge(forward.tone, forward.standing).html),
                    (Words("Envoyé le", "Sent on"), HTML.time(forward.createdAt)),
                ] + (forward.theirs.isEmpty ? [] : [(Words("Numéro là-bas", "Number there"), HTML.text(forward.theirs))])
                    + (forward.notes.isEmpty ? [] : [(Words("Ce qu'ils en disent", "What they say of it"), HTML.text(forward.notes))])
                    + (forward.sharesContact
                        ? [(Words("Coordonnées", "Contact"), Words("transmises, avec accord", "sent, as agreed").html)] : [])
                    + (forward.trouble.isEmpty ? [] : [(Words("Ce qui ne va pas", "What is wrong"), HTML.text(forward.trouble))])
                    + (isTriedAgain(forward) ? [(Words("Prochain essai", "Next try"), HTML.time(forward.dueAt))] : []))
            if sheet.mayAct, forward.state == .unclear || forward.state == .failed { decide(forward) }
        }
    }

    private func isTriedAgain(_ forward: Forward) -> Bool {
        !forward.trouble.isEmpty && [.waiting, .sending, .token, .followed].contains(forward.state)
    }

    private func decide(_ forward: Forward) -> HTML {
        let path = "\(sheet.path)/forwards/\(forward.number)"
        return HTML.of {
            if forward.state == .unclear {
                p {
                    Words(
                        "On ne sait pas s'ils l'ont reçu. Demandez-leur : un second envoi pourrait faire un doublon chez eux.",
                        "It is not known whether they have it. Ask them: sending it again might double it there.")
                }
            }
            form(.method("post"), .action("\(path)/number"), .class("row")) {
                HTML.csrf
                Field("theirs", Words("Leur numéro, s'ils l'ont", "Their number, if they have it"), isRequired: true)
                Button(Words("Suivre sous ce numéro", "Follow under this number"))
            }
            form(.method("post"), .action("\(path)/again")) {
                HTML.csrf
                Button(Words("Envoyer à nouveau", "Send again"), icon: .refresh)
            }
        }
    }
}

/// The form that sends a report on.
struct ForwardFields {
    var sheet: ReportPage

    var html: HTML {
        HTML.of {
            Choice(
                "forward-partner", Words("Organisme", "Body"),
                sheet.takers.map { ($0.code, sheet.tree.department($0.code)?.title ?? Words($0.code, $0.code)) },
                value: sheet.report.department)
            for partner in sheet.takers { questions(partner) }
            if !sheet.report.description.isEmpty, !sheet.report.isReleased {
                Tick(
                    "forward-text",
                    Words(
                        "Transmettre le texte et l'adresse tels quels : je les ai lus, ils ne nomment personne",
                        "Send text and address as they are: I have read them, they name nobody"))
            }
            if sheet.hasContact, sheet.mayCall {
                Tick(
                    "forward-contact",
                    Words(
                        "Transmettre nom, courriel et téléphone : l'habitant est d'accord (consigné)",
                        "Send name, e-mail and telephone: the citizen agrees (written to the log)"))
            }
        }
    }

    /// What they ask and nothing of ours answers.
    private func questions(_ partner: Partner) -> HTML {
        guard let service = partner.service(for: sheet.report.category) else { return .empty }
        let open = PartnerRules.missing(sheet.report.answers, [:], service)
        let body = sheet.tree.department(partner.code)?.title ?? Words(partner.code, partner.code)
        return HTML.of {
            for attribute in open {
                let name = "forward-\(partner.code)-\(attribute.code)"
                let title = Words("\(body.french) demande : \(attribute.title)", "\(body.english) asks: \(attribute.title)")
                if attribute.values.isEmpty {
                    Field(name, title)
                } else {
                    Choice(name, title, [("", Words("–", "–"))] + attribute.values.map { ($0.key, Words($0.name, $0.name)) })
                }
            }
        }
    }
}

extension Forward {
    var standing: Words {
        switch state {
        case .waiting: Words("à envoyer", "to be sent")
        case .sending: Words("envoi en cours", "being sent")
        case .token: Words("reçu là-bas, sans numéro encore", "received there, without a number yet")
        case .followed: status == "closed" ? Words("clos là-bas", "closed there") : Words("ouvert là-bas", "open there")
        case .unclear: Words("envoi incertain", "may have been sent")
        case .failed: Words("refusé", "refused")
        case .ended: status == "closed" ? Words("clos là-bas", "closed there") : Words("n'est plus suivi", "not followed any more")
        }
    }

    var tone: StateSpec.Tone {
        switch state {
        case .waiting, .sending, .token: .notice
        case .followed: status == "closed" ? .active : .idle
        case .unclear, .failed: .warning
        case .ended: .disabled
        }
    }
}
