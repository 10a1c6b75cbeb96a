// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom

extension Call.State {
    package var title: Words {
        switch self {
        case .ringing: Words("Sonne", "Ringing")
        case .answered: Words("En ligne", "On the line")
        case .wrapping: Words("À clore", "To be closed")
        case .closed: Words("Clos", "Closed")
        case .abandoned: Words("Raccroché avant réponse", "Hung up before an answer")
        }
    }

    package var tone: StateSpec.Tone {
        switch self {
        case .ringing: .notice
        case .answered: .active
        case .wrapping: .idle
        case .closed, .abandoned: .disabled
        }
    }
}

extension CallOutcome.Sort {
    package var title: Words {
        switch self {
        case .information: Words("Renseignement donné", "Information given")
        case .request: Words("Demande enregistrée", "Request made")
        case .joined: Words("Joint à une demande connue", "Joined to a known request")
        case .transferred: Words("Transféré", "Transferred")
        case .callback: Words("Rappel promis", "Callback promised")
        case .nothing: Words("Sans objet", "Nothing came of it")
        }
    }
}

extension CallEvent {
    package var title: Words {
        switch what {
        case .ringing: Words("Sonne", "Ringing")
        case .answered: Words("Pris", "Answered")
        case .ended: Words("Raccroché", "Hung up")
        case .abandoned: Words("Raccroché avant réponse", "Hung up before an answer")
        case .transferred: Words("Transféré", "Transferred")
        case .ready: Words("Clos", "Closed")
        case .outcome: CallOutcome.Sort(rawValue: facts["sort"] ?? "")?.title ?? Words("Suite", "Outcome")
        case .undone: Words("Suite annulée", "Outcome taken back")
        case .reopened: Words("Rouvert", "Opened again")
        case .caller: Words("Numéro noté", "Number noted")
        case .looked: Words("Numéro consulté", "Number looked at")
        case .forgotten: Words("Numéro et brouillon détruits", "Number and draft destroyed")
        }
    }
}

extension Surrounding.Sort {
    package var title: Words {
        switch self {
        case .outage: Words("Panne", "Outage")
        case .alarm: Words("Alarme", "Alarm")
        case .report: Words("Signalement", "Report")
        case .job: Words("Intervention", "Job")
        case .works: Words("Travaux", "Works")
        case .collection: Words("Collecte", "Collection")
        case .notice: Words("Information", "Notice")
        }
    }

    package var tone: StateSpec.Tone {
        switch self {
        case .outage: .alarm
        case .alarm: .warning
        case .report, .works: .notice
        case .job: .active
        case .collection, .notice: .idle
        }
    }
}
