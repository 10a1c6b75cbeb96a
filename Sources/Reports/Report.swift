// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What somebody said is wrong somewhere, and what became of it. Nothing in it names a person: who said it and who may be called back
/// stand apart (`ReportContact`), with a purpose and an end.
package struct Report: Sendable, Hashable {
    /// Given once, from 1 on, in the order of keeping.
    package struct Number: Sendable, Hashable, Comparable {
        package let value: Int64
        package init(_ value: Int64) { self.value = value }
        package static func < (a: Number, b: Number) -> Bool { a.value < b.value }
    }

    package var number: Number
    /// Code in the tree of categories, and of the branch on which it hangs.
    package var category: String
    package var branch: String
    /// Where it is; nil where only an address is known.
    package var place: Place?
    package var commune: Commune
    package var address: String
    package var asset: Asset.Number?
    /// As it was said; internal until somebody releases it. '' once its day has come.
    package var description: String
    /// By the key of the question.
    package var answers: [String: String]
    package var channel: Channel
    package var state: State
    /// Code of the department in charge, and why it is.
    package var department: String
    package var why: [Words]
    package var urgency: Urgency
    /// When it was promised to be done.
    package var promisedAt: Instant
    package var createdAt: Instant
    package var updatedAt: Instant
    /// When it was done, closed, rejected or joined to another; nil while work is wanted.
    package var endedAt: Instant?
    package var proof: Proof.Sort?
    package var duplicateOf: Number?
    package var splitFrom: Number?
    /// Of whoever spoke: the same for the same telephone or address, and nothing that tells which. '' for nobody known.
    package var reporter: String
    /// Has somebody released the description to the public?
    package var isReleased: Bool
    /// Photos that were not yet destroyed.
    package var photos: Int
    /// What was released of the description and of the address: masked by whoever released it. '' for nothing, and for what was released
    /// before anything was masked.
    package var published = ""
    package var publishedAddress = ""

    package init(
        number: Number, category: String, branch: String, place: Place?, commune: Commune, address: String, asset: Asset.Number?,
        description: String, answers: [String: String], channel: Channel, state: State, department: String, why: [Words], urgency: Urgency,
        promisedAt: Instant, createdAt: Instant, updatedAt: Instant, endedAt: Instant?, proof: Proof.Sort?, duplicateOf: Number?,
        splitFrom: Number?, reporter: String, isReleased: Bool, photos: Int
    ) {
        (self.number, self.category, self.branch, self.place, self.commune) = (number, category, branch, place, commune)
        (self.address, self.asset, self.description, self.answers) = (address, asset, description, answers)
        (self.channel, self.state, self.department, self.why, self.urgency) = (channel, state, department, why, urgency)
        (self.promisedAt, self.createdAt, self.updatedAt, self.endedAt) = (promisedAt, createdAt, updatedAt, endedAt)
        (self.proof, self.duplicateOf, self.splitFrom) = (proof, duplicateOf, splitFrom)
        (self.reporter, self.isReleased, self.photos) = (reporter, isReleased, photos)
    }

    package var reference: ReportReference { ReportReference(number) }
    /// As somebody else may see it: what was typed, the address too ('chez Mme Roy, 2e étage'), only where it was released.
    /// - Parameter road: the road at its place, shown where no address is; '' where none is known.
    package func forOthers(road: String) -> Report {
        var copy = self
        (copy.answers, copy.reporter) = ([:], "")
        (copy.description, copy.published, copy.publishedAddress) = (publicText(description, published), "", "")
        let address = publicText(address, publishedAddress)
        copy.address = address.isEmpty ? road : address
        return copy
    }
    /// What of a text may be seen outside: nothing unless a person released it, and never what was masked.
    private func publicText(_ text: String, _ published: String) -> String {
        !isReleased || text.isEmpty ? "" : published.isEmpty ? PersonalText.masked(text) : published
    }
    package var isOpen: Bool { endedAt == nil }
    package func isLate(at now: Instant) -> Bool { isOpen && promisedAt < now }
}

extension Report {
    package enum Channel: String, Sendable, Hashable, CaseIterable, Codable {
        case app, phone, mail, web, open311, `operator`, alarm

        package var title: Words {
            switch self {
            case .app: Words("application", "app")
            case .phone: Words("téléphone", "telephone")
            case .mail: Words("courriel", "e-mail")
            case .web: Words("site web", "web form")
            case .open311: Words("Open311", "Open311")
            case .operator: Words("opérateur", "operator")
            case .alarm: Words("alarme", "alarm")
            }
        }
    }

    /// Where a report is in its life.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case received, qualified, assigned, started, contested, done, closed, rejected, duplicate

        /// Work is still wanted.
        package var isOpen: Bool {
            switch self {
            case .received, .qualified, .assigned, .started, .contested: true
            case .done, .closed, .rejected, .duplicate: false
            }
        }

        package var title: Words {
            switch self {
            case .received: Words("Reçu", "Received")
            case .qualified: Words("Qualifié", "Qualified")
            case .assigned: Words("Attribué", "Assigned")
            case .started: Words("En cours", "In progress")
            case .contested: Words("Contesté", "Contested")
            case .done: Words("Fait", "Done")
            case .closed: Words("Clos", "Closed")
            case .rejected: Words("Rejeté", "Rejected")
            case .duplicate: Words("Doublon", "Duplicate")
            }
        }
    }

    /// By what it is proved that a job was done.
    package enum Proof: Sendable, Hashable {
        /// The asset itself reports that it works again.
        case telemetry(Asset.Number)
        /// Pictures from before and after.
        case photos
        /// The word of somebody who is named.
        case word(String)

        package enum Sort: String, Sendable, Hashable, CaseIterable {
            case telemetry, photos, word

            package var title: Words {
                switch self {
                case .telemetry: Words("mesure de l'équipement", "the asset's own reading")
                case .photos: Words("photos avant et après", "photos before and after")
                case .word: Words("parole d'une personne nommée", "the word of a named person")
                }
            }
        }

        package var sort: Sort {
            switch self {
            case .telemetry: .telemetry
            case .photos: .photos
            case .word: .word
            }
        }
    }
}

/// One line of a report's history: appended, never edited. A name or a free text in it ends on its own day, the line does not.
package struct ReportEvent: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case citizen, staff, vigie

        package var title: Words {
            switch self {
            case .citizen: Words("habitant", "citizen")
            case .staff: Words("agent", "staff")
            case .vigie: Words("Vigie", "Vigie")
            }
        }
    }

    package enum What: String, Sendable, Hashable, CaseIterable {
        case received, qualified, assigned, started, done, closed, rejected, duplicate, merged, split, reopened, contested, confirmed,
            answered
        case noted, promised, released, withdrawn, photo, blocked, expected, escalated
        /// Another house has it; what that house says.
        case forwarded, heard
    }

    /// From 1 on within the report.
    package var place: Int
    package var at: Instant
    package var what: What
    package var role: Role
    /// May the citizen see it?
    package var isPublic: Bool
    /// The state that the report has after it.
    package var state: Report.State
    /// What it tells without naming anybody: `department=roads`, `of=1042-H`.
    package var facts: [String: String]
    /// Login of staff; nil for nobody, or past its day.
    package var author: String?
    /// '' where nothing was written, or past its day.
    package var text: String

    /// What of the text is for the citizen. An instruction to a crew stays inside, and so does the name of whoever says that it is done: that
    /// stands on the first line.
    package var publicText: String {
        switch what {
        case .assigned: ""
        case .done where facts["proof"] == Report.Proof.Sort.word.rawValue:
            text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first.map(String.init) ?? ""
        default: text
        }
    }
}

/// Whom one may call back, apart from the report.
package struct ReportContact: Sendable, Hashable {
    package var name: String
    package var email: String
    package var phone: String

    package init(name: String = "", email: String = "", phone: String = "") { (self.name, self.email, self.phone) = (name, email, phone) }
    package var isEmpty: Bool { name.isEmpty && email.isEmpty && phone.isEmpty }
}
