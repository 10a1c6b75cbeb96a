// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

extension Report.State {
    package var tone: StateSpec.Tone {
        switch self {
        case .received: .notice
        case .qualified, .assigned: .idle
        case .started: .active
        case .contested: .warning
        case .done, .closed: .active
        case .rejected, .duplicate: .disabled
        }
    }
}

extension ReportEvent.What {
    package var title: Words {
        switch self {
        case .received: Words("Reçu", "Received")
        case .qualified: Words("Qualifié", "Qualified")
        case .assigned: Words("Attribué", "Assigned")
        case .started: Words("Travail commencé", "Work started")
        case .done: Words("Fait", "Done")
        case .closed: Words("Clos", "Closed")
        case .rejected: Words("Rejeté", "Rejected")
        case .duplicate: Words("Joint à un autre signalement", "Joined to another report")
        case .merged: Words("Un autre signalement s'y joint", "Another report joins it")
        case .split: Words("Séparé", "Split")
        case .reopened: Words("Rouvert", "Reopened")
        case .contested: Words("Contesté", "Contested")
        case .confirmed: Words("Confirmé : c'est réglé", "Confirmed: it is solved")
        case .answered: Words("Réponse", "Answer")
        case .noted: Words("Note interne", "Internal note")
        case .promised: Words("Nouvelle échéance", "New promised day")
        case .released: Words("Texte publié", "Text released")
        case .withdrawn: Words("Texte retiré du public", "Text withdrawn from the public")
        case .photo: Words("Photo ajoutée", "Photo added")
        case .blocked: Words("Intervention bloquée", "Work is blocked")
        case .expected: Words("Date prévue", "Expected date")
        case .escalated: Words("Promesse en danger", "Promise at risk")
        case .forwarded: Words("Transmis", "Sent on")
        case .heard: Words("Nouvelles de l'organisme", "News from the body")
        }
    }
}

extension ReportAct.Sort {
    package var title: Words {
        switch self {
        case .qualify: Words("Qualifier", "Qualify")
        case .assign: Words("Attribuer", "Assign")
        case .forward: Words("Transmettre à un organisme", "Send to another body")
        case .start: Words("Commencer", "Start")
        case .finish: Words("Fait", "Done")
        case .close: Words("Clore", "Close")
        case .reject: Words("Rejeter", "Reject")
        case .duplicate: Words("Joindre à un autre", "Join to another")
        case .reopen: Words("Rouvrir", "Reopen")
        case .contest: Words("Contester", "Contest")
        case .confirm: Words("Confirmer", "Confirm")
        case .answer: Words("Répondre", "Answer")
        case .note: Words("Noter", "Note")
        case .promise: Words("Changer l'échéance", "Change the promised day")
        case .release: Words("Publier le texte", "Release the text")
        }
    }
}

extension ReportFault {
    /// What a page or a program is told.
    package var refused: Refused {
        switch self {
        case .fields(let fields): .fields(fields.map { .init($0.name, $0.message) })
        case .elsewhere(let body, let because):
            .fields([.init("place", ReportFault.words(body, because))])
        case .unknown: .notFound("report")
        case .impossible(let act, let state):
            .conflict(
                Words(
                    "« \(act.title.french) » ne convient pas à l'état « \(state.title.french) ».",
                    "'\(act.title.english)' does not fit the state '\(state.title.english)'."))
        case .refused(let words): .conflict(words)
        }
    }

    /// Who cares for a place, and how to reach them.
    package static func words(_ body: OutsideBody, _ because: [Words]) -> Words {
        let reach = [body.phone, body.web].filter { !$0.isEmpty }.joined(separator: ", ")
        let at = reach.isEmpty ? "" : " (\(reach))"
        let more = (body.note.map { [$0] } ?? []) + because
        return Words(
            "Adressez-vous à : \(body.title.french)\(at). \(more.map(\.french).joined(separator: " "))",
            "Turn to: \(body.title.english)\(at). \(more.map(\.english).joined(separator: " "))")
    }
}
