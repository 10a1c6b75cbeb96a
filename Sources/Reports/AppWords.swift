// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation

/// What happened to a report, as one says it to the citizen.
enum AppWords {
    /// Nil where the line says nothing to a citizen.
    static func sentence(_ event: ReportEvent, _ tree: CategoryTree) -> Words? {
        switch event.what {
        case .received where event.facts["channel"] == "alarm":
            Words("L'équipement a dit lui-même qu'il est en panne.", "The asset said by itself that it is out.")
        case .received: Words("Votre signalement est bien arrivé.", "Your report has arrived.")
        case .qualified where event.facts["again"] != nil:
            Words(
                "L'équipe prévue ne viendra pas ; la ville choisit la suite.", "The crew will not come; the city decides what comes next.")
        case .qualified: Words("La ville l'a lu.", "The city has read it.")
        case .assigned:
            tree.department(event.facts["department"] ?? "").map {
                Words("Confié à : \($0.title.french).", "Given to: \($0.title.english).")
            } ?? Words("Confié au service compétent.", "Given to the department in charge.")
        case .started: Words("Une équipe s'en occupe.", "A crew is on it.")
        case .done: done(event, tree)
        case .closed: Words("Le dossier est clos.", "The case is closed.")
        case .rejected: Words("La ville ne peut pas y donner suite.", "The city cannot act on it.")
        case .duplicate:
            Words(
                "Le même problème était déjà signalé (\(event.facts["of"] ?? "")). La suite est aussi affichée ici.",
                "The same problem was reported before (\(event.facts["of"] ?? "")). What follows is shown here too.")
        case .split: Words("Traité à part, pour ne rien oublier.", "Dealt with on its own, so that nothing is forgotten.")
        case .reopened: Words("Le dossier est rouvert.", "The case is open again.")
        case .confirmed: Words("Vous avez confirmé que c'est réglé. Merci.", "You confirmed that it is solved. Thank you.")
        case .contested: Words("Vous avez dit que ce n'est pas réglé.", "You said that it is not solved.")
        case .answered: Words("La ville vous répond :", "The city answers you:")
        case .noted: event.role == .citizen ? Words("Vous avez ajouté :", "You added:") : nil
        case .promised: Words("Une nouvelle date est promise.", "A new date is promised.")
        case .blocked: Words("L'équipe ne peut pas continuer pour le moment.", "The crew cannot go on for the moment.")
        case .expected where event.facts["first"] == "yes": Words("Date prévue :", "Expected date:")
        case .expected: Words("La date prévue a été calculée à nouveau :", "The expected date was computed anew:")
        case .forwarded: forwarded(event, tree)
        case .heard:
            body(event, tree).map { Words("\($0.french) écrit :", "\($0.english) writes:") }
                ?? Words("L'organisme écrit :", "The body writes:")
        case .merged, .released, .withdrawn, .photo, .escalated: nil
        }
    }

    /// The same with the day that it names, where it stands alone.
    static func dated(_ event: ReportEvent, _ tree: CategoryTree, zone: TimeZone) -> Words? {
        guard let said = sentence(event, tree), event.what == .expected, let at = event.facts["expected"].flatMap({ Int64($0) }) else {
            return sentence(event, tree)
        }
        let day = Instant(milliseconds: at)
        return Words(
            "\(said.french) \(Audience(.french, zone: zone).date(day)).",
            "\(said.english) \(Audience(.english, zone: zone).date(day)).")
    }

    private static func body(_ event: ReportEvent, _ tree: CategoryTree) -> Words? {
        event.facts["department"].flatMap { tree.department($0)?.title }
    }

    private static func forwarded(_ event: ReportEvent, _ tree: CategoryTree) -> Words {
        let body = body(event, tree) ?? Words("l'organisme compétent", "the body in charge")
        let number = event.facts["theirs"] ?? ""
        return Words(
            "Transmis à : \(body.french), sous le numéro \(number).", "Sent on to: \(body.english), under the number \(number).")
    }

    private static func done(_ event: ReportEvent, _ tree: CategoryTree) -> Words {
        if let body = body(event, tree) {
            return Words("C'est réglé, d'après : \(body.french).", "Solved, by the word of: \(body.english).")
        }
        return switch event.facts["proof"].flatMap(Report.Proof.Sort.init) {
        case .telemetry:
            Words(
                "C'est réglé. Preuve : l'équipement lui-même dit qu'il fonctionne.", "Solved. Proof: the asset itself says that it works.")
        case .photos: Words("C'est réglé. Preuve : une photo prise après les travaux.", "Solved. Proof: a photo taken after the work.")
        case .word: Words("C'est réglé. Une personne de la ville l'a constaté.", "Solved. Somebody of the city has seen it.")
        case nil: Words("C'est réglé.", "Solved.")
        }
    }

    /// May somebody else see this line? What a citizen and the city write to each other is theirs.
    static func isForOthers(_ event: ReportEvent) -> Bool { ![.noted, .answered, .heard, .contested, .confirmed].contains(event.what) }

    /// Where a report stands, in one line.
    static func standing(_ report: Report) -> Words {
        switch report.state {
        case .received: Words("Reçu : la ville va le lire", "Received: the city will read it")
        case .qualified: Words("Lu par la ville", "Read by the city")
        case .assigned:
            report.department.hasPrefix("@")
                ? Words("Confié à un autre organisme", "Given to another body") : Words("Confié à une équipe", "Given to a crew")
        case .started: Words("En cours", "In progress")
        case .contested: Words("À revoir : vous dites que ce n'est pas réglé", "To be looked at again: you say it is not solved")
        case .done: Words("Réglé", "Solved")
        case .closed: Words("Clos", "Closed")
        case .rejected: Words("Sans suite", "Not acted on")
        case .duplicate: Words("Suivi avec un autre signalement", "Followed with another report")
        }
    }

    /// What was promised, honestly: late where it is.
    static func promise(_ report: Report, day: String, at now: Instant) -> Words? {
        guard report.isOpen else { return nil }
        return report.isLate(at: now)
            ? Words("Nous sommes en retard : c'était promis pour le \(day).", "We are late: it was promised for \(day).")
            : Words("Promis au plus tard le \(day).", "Promised for \(day) at the latest.")
    }
}
