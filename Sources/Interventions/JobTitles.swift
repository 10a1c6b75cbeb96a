// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

extension JobState {
    package var title: Words {
        switch self {
        case .wanted: Words("À planifier", "Wanted")
        case .planned: Words("Planifiée", "Planned")
        case .started: Words("En cours", "In progress")
        case .blocked: Words("Bloquée", "Blocked")
        case .done: Words("Faite", "Done")
        case .cancelled: Words("Annulée", "Cancelled")
        }
    }

    package var tone: StateSpec.Tone {
        switch self {
        case .wanted: .notice
        case .planned: .idle
        case .started: .active
        case .blocked: .warning
        case .done, .cancelled: .disabled
        }
    }
}

extension JobEvent.What {
    package var title: Words {
        switch self {
        case .wanted: Words("Demandée", "Asked for")
        case .planned: Words("Planifiée", "Planned")
        case .unplanned: Words("Retirée du plan", "Taken off the plan")
        case .started: Words("Commencée", "Started")
        case .paused: Words("En pause", "Paused")
        case .proceeded: Words("Reprise", "Gone on with")
        case .blocked: Words("Bloquée", "Blocked")
        case .resumed: Words("Débloquée", "Unblocked")
        case .done: Words("Faite", "Done")
        case .cancelled: Words("Annulée", "Cancelled")
        case .reopened: Words("Rouverte", "Reopened")
        case .noted: Words("Note", "Note")
        case .photo: Words("Photo", "Photo")
        case .time: Words("Temps passé", "Time spent")
        case .cost: Words("Dépense", "Cost")
        case .parts: Words("Pièces", "Parts")
        case .signed: Words("Signature", "Signature")
        case .confirmed: Words("Sécurité confirmée", "Safety confirmed")
        case .revoked: Words("Confirmation retirée", "Confirmation withdrawn")
        case .changed: Words("Besoins modifiés", "Needs changed")
        case .ordered: Words("Dépendance ajoutée", "Dependency added")
        case .locked: Words("Verrouillée", "Locked")
        case .unlocked: Words("Déverrouillée", "Unlocked")
        case .expected: Words("Nouvelle date prévue", "New expected date")
        }
    }
}

extension JobAct.Sort {
    package var title: Words {
        switch self {
        case .plan: Words("Planifier", "Plan")
        case .unplan: Words("Retirer du plan", "Take off the plan")
        case .start: Words("Commencer", "Start")
        case .pause: Words("Faire une pause", "Pause")
        case .proceed: Words("Reprendre", "Go on")
        case .block: Words("Bloquer", "Block")
        case .resume: Words("Débloquer", "Unblock")
        case .finish: Words("Terminer", "Finish")
        case .cancel: Words("Annuler", "Cancel")
        case .reopen: Words("Rouvrir", "Reopen")
        case .note: Words("Noter", "Note")
        case .photo: Words("Ajouter une photo", "Add a photo")
        case .time: Words("Noter le temps passé", "Note time spent")
        case .cost: Words("Noter une dépense", "Note a cost")
        case .parts: Words("Noter des pièces", "Note parts")
        case .sign: Words("Faire signer", "Sign")
        case .confirm: Words("Confirmer la sécurité", "Confirm safety")
        case .revoke: Words("Retirer une confirmation", "Withdraw a confirmation")
        case .change: Words("Modifier les besoins", "Change what it needs")
        case .order: Words("Faire attendre une autre", "Let it wait for another")
        case .lock: Words("Verrouiller", "Lock")
        }
    }
}

extension Urgency {
    package var jobTitle: Words {
        switch self {
        case .days: Words("sous quelques jours", "within days")
        case .shift: Words("dans la journée", "within the day")
        case .hour: Words("dans l'heure", "within the hour")
        case .now: Words("tout de suite", "at once")
        }
    }
}

extension JobSource {
    /// What asked for it, and where its page is; '' for none.
    package var shown: (title: Words, address: String) {
        switch self {
        case .report(let number): (Words("Signalement n° \(number)", "Report no. \(number)"), "/console/reports/by-number/\(number)")
        case .alarm(let number): (Words("Alarme \(number)", "Alarm \(number)"), "/console/alarms/a\(number)")
        case .plan(let number, _): (Words("Entretien préventif \(number)", "Maintenance plan \(number)"), "/console/jobs/plans/\(number)")
        case .booking(let number): (Words("Encombrants, rendez-vous \(number)", "Bulky waste, booking \(number)"), "")
        case .hand: (Words("Demande à la main", "Asked for by hand"), "")
        }
    }
}

extension JobFault {
    package var words: Words {
        switch self {
        case .fields(let fields): fields.first?.message ?? Words("Champ à corriger.", "Field to correct.")
        case .unknown: Words("Aucune intervention de ce numéro.", "No job of this number.")
        case .impossible(let act, let state):
            Words(
                "« \(act.title.french) » ne convient pas à l'état « \(state.title.french) ».",
                "'\(act.title.english)' does not fit the state '\(state.title.english)'.")
        case .refused(let words): words
        }
    }

    /// What a page or a program is told.
    package var refused: Refused {
        switch self {
        case .fields(let fields): .fields(fields.map { .init($0.name, $0.message) })
        case .unknown: .notFound("job")
        case .impossible, .refused: .conflict(words)
        }
    }
}
