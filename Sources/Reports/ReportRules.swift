// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The life of a report as a table, its delays, and what a draft must be. Values in, verdict out.
package enum ReportRules {
    package typealias State = Report.State

    /// From which state which act leads where; an act that is not listed does not fit. Answers, notes, promises and releases leave the
    /// state as it is and always fit.
    package static func next(_ state: State, _ act: ReportAct.Sort) -> State? {
        switch (act, state) {
        case (.answer, _), (.note, _), (.release, _): state
        case (.promise, let state) where state.isOpen: state
        case (.qualify, .received), (.qualify, .qualified), (.qualify, .assigned): .qualified
        case (.assign, .received), (.assign, .qualified), (.assign, .assigned), (.assign, .started), (.assign, .contested): .assigned
        case (.forward, .received), (.forward, .qualified), (.forward, .assigned), (.forward, .started), (.forward, .contested): .assigned
        case (.start, .assigned): .started
        case (.finish, let state) where state.isOpen: .done
        case (.close, .done), (.close, .contested): .closed
        case (.reject, .received), (.reject, .qualified), (.reject, .assigned), (.reject, .contested): .rejected
        case (.duplicate, let state) where state.isOpen: .duplicate
        case (.reopen, .done), (.reopen, .closed), (.reopen, .rejected), (.reopen, .duplicate), (.reopen, .contested): .qualified
        case (.contest, .done), (.contest, .closed), (.contest, .rejected): .contested
        case (.confirm, .done), (.confirm, .closed): .closed
        default: nil
        }
    }

    /// What may be done from a state, in the order in which people do it.
    package static func acts(from state: State) -> [ReportAct.Sort] { ReportAct.Sort.allCases.filter { next(state, $0) != nil } }

    /// What is most often done next; nil where nothing is expected.
    package static func likeliest(from state: State) -> ReportAct.Sort? {
        switch state {
        case .received: .qualify
        case .qualified, .contested: .assign
        case .assigned: .start
        case .started: .finish
        case .done: .close
        case .closed, .rejected, .duplicate: nil
        }
    }

    /// Who may do it: a citizen only contests, confirms and adds a word.
    package static func mayCitizen(_ act: ReportAct.Sort) -> Bool { act == .contest || act == .confirm || act == .note }

    package static func event(_ act: ReportAct.Sort, from state: State) -> ReportEvent.What {
        switch act {
        case .qualify: .qualified
        case .assign, .forward: .assigned
        case .start: .started
        case .finish: .done
        case .close: .closed
        case .reject: .rejected
        case .duplicate: .duplicate
        case .reopen: state == .duplicate ? .split : .reopened
        case .contest: .contested
        case .confirm: .confirmed
        case .answer: .answered
        case .note: .noted
        case .promise: .promised
        case .release: .released
        }
    }

    package static func isPublic(_ act: ReportAct.Sort) -> Bool {
        switch act {
        case .note, .release, .qualify: false
        default: true
        }
    }

    /// How long after its end a citizen may still contest, and whoever may be called back is kept.
    package static let contestable = Span.days(30)
    /// Of the row of a contact while the report is open, and of texts and names in a report.
    package static let contactKept = Span.days(730)
    package static let textKept = Span.days(1825)

    /// Until when a contact is kept.
    package static func contactEnd(created: Instant, ended: Instant?) -> Instant {
        min(created + contactKept, ended.map { $0 + contestable } ?? .distantFuture)
    }

    package static let longestText = 4000
    package static let mostPhotos = 5

    /// What is wrong with a draft by itself.
    package static func faults(_ draft: ReportDraft, _ tree: CategoryTree) -> [ReportFault.Field] {
        var faults: [ReportFault.Field] = []
        func refuse(_ name: String, _ french: String, _ english: String) { faults.append(.init(name, Words(french, english))) }
        if !draft.key.isEmpty, !isKey(draft.key) {
            refuse("key", "Une clé de 16 à 80 lettres, chiffres, '-' ou '_'.", "A key of 16 to 80 letters, digits, '-' or '_'.")
        }
        if let place = draft.place, !place.isValid {
            refuse("place", "Longitude de -180 à 180, latitude de -85 à 85.", "Longitude from -180 to 180, latitude from -85 to 85.")
        }
        // Whoever writes a mail is not asked anything, nor is a device: the desk completes it.
        let isMail = draft.channel == .mail
        let isAsked = !isMail && draft.channel != .alarm
        if draft.place == nil, draft.address.isEmpty, !isMail {
            refuse("place", "Un lieu sur la carte ou une adresse.", "A place on the map or an address.")
        }
        for (name, text, most) in [
            ("description", draft.description, longestText), ("address", draft.address, 300), ("name", draft.contact.name, 200),
            ("email", draft.contact.email, 254), ("phone", draft.contact.phone, 40),
        ] {
            // Counted as the database counts: a character may be thousands of scalars.
            if text.unicodeScalars.count > most { refuse(name, "\(most) caractères au plus.", "At most \(most) characters.") }
            if text.unicodeScalars.contains("\0") { refuse(name, "Un caractère nul n'est pas du texte.", "A zero character is no text.") }
        }
        if !draft.contact.email.isEmpty, !EmailText.isAddress(draft.contact.email) {
            refuse("email", "Une adresse comme nom@exemple.fr.", "An address such as name@example.org.")
        }
        if !draft.contact.phone.isEmpty, Telephone.digits(draft.contact.phone) == nil {
            refuse("phone", "Un numéro de 4 à 15 chiffres.", "A number of 4 to 15 digits.")
        }
        if draft.photos.count > mostPhotos { refuse("photos", "\(mostPhotos) photos au plus.", "At most \(mostPhotos) photos.") }
        guard let category = tree[draft.category], category.isOpen(in: tree) else {
            refuse("category", "Choisissez une catégorie de la liste.", "Choose a category of the list.")
            return faults
        }
        return faults + (!isAsked ? [] : answerFaults(draft.answers, category, tree))
    }

    private static func answerFaults(_ answers: [String: String], _ category: Category, _ tree: CategoryTree) -> [ReportFault.Field] {
        let questions = tree.questions(of: category)
        var faults = questions.compactMap { question -> ReportFault.Field? in
            question.fault(answers[question.key] ?? "").map { .init("answer-" + question.key, $0) }
        }
        if let stranger = answers.keys.filter({ key in !questions.contains { $0.key == key } }).min() {
            let shown = String(stranger.prefix(60))
            faults.append(.init("answers", Words("Aucune question « \(shown) » ici.", "No question '\(shown)' here.")))
        }
        return faults
    }

    static func isKey(_ text: String) -> Bool {
        (16...80).contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 }
    }
}
