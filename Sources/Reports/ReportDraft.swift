// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// What a channel brings: everything a report needs before it has a number.
package struct ReportDraft: Sendable, Hashable {
    /// The sender's own secret for this one report: sent twice, it makes one report. 16 to 80 of `A-Z a-z 0-9 - _`; '' where the sender
    /// has none. The link that follows the report is made from it, and it is not kept.
    package var key: String
    package var category: String
    package var place: Place?
    package var address: String
    package var asset: Asset.Number?
    package var description: String
    package var answers: [String: String]
    package var channel: Report.Channel
    package var contact: ReportContact
    /// Already cleaned by `PhotoRules`.
    package var photos: [CleanPhoto]
    /// Login of whoever typed it for somebody; nil where the citizen or a machine did.
    package var author: String?
    package var splitFrom: Report.Number?
    /// Pseudonym of whoever speaks, where the channel knows it without a contact; '' otherwise.
    package var reporter = ""
    /// In which mails about it are written.
    package var language = Language.french
    /// What its first line of history tells besides: what a mail left open.
    var facts: [String: String] = [:]
    /// The photos went through the darkroom already.
    var arePhotosDeveloped = false
    /// The mail that made it.
    var answered: CitizenPost.Answered?

    package init(
        key: String = "", category: String, place: Place? = nil, address: String = "", asset: Asset.Number? = nil, description: String = "",
        answers: [String: String] = [:], channel: Report.Channel, contact: ReportContact = ReportContact(), photos: [CleanPhoto] = [],
        author: String? = nil, splitFrom: Report.Number? = nil
    ) {
        (self.key, self.category, self.place, self.address, self.asset) = (key, category, place, address, asset)
        (self.description, self.answers, self.channel, self.contact) = (description, answers, channel, contact)
        (self.photos, self.author, self.splitFrom) = (photos, author, splitFrom)
    }
}

/// What the sender gets: the report is on disk.
package struct ReportReceipt: Sendable, Hashable {
    package var report: Report
    /// The secret of the link that follows it; only its hash is kept. The same for the same key.
    package var token: String
    /// False where this key had made the report before.
    package var isNew: Bool
    package var reference: ReportReference { report.reference }
}

/// Why a draft is not taken, or an act not done.
package enum ReportFault: Error, Sendable, Hashable {
    /// Fields that are not right, each with what would be.
    case fields([Field])
    /// The place is not the city's to care for: who does, and why.
    case elsewhere(OutsideBody, [Words])
    case unknown
    /// The act does not fit the state.
    case impossible(ReportAct.Sort, Report.State)
    case refused(Words)

    package struct Field: Sendable, Hashable {
        package var name: String
        package var message: Words
        package init(_ name: String, _ message: Words) { (self.name, self.message) = (name, message) }
    }
}

/// What may be done to a report.
package enum ReportAct: Sendable, Hashable {
    /// It is what it says: its category, and the department that follows from it unless one is named.
    case qualify(category: String, department: String?)
    case assign(department: String, reason: String)
    /// To another house, which then is in charge.
    case forward(Forwarding)
    case start
    case finish(Report.Proof, text: String)
    case close
    case reject(reason: String)
    case duplicate(of: Report.Number)
    case reopen(reason: String)
    case contest(reason: String)
    /// Whoever reported it says that it is solved.
    case confirm
    /// To the citizen.
    case answer(String)
    /// Among staff.
    case note(String)
    case promise(Instant, reason: String)
    /// The description and the address may be shown to the public, or not any more. What tells of persons in them is masked, but for the
    /// mentions that are to show, each as it stands in the text.
    case release(Bool, showing: Set<String> = [])

    package enum Sort: String, Sendable, Hashable, CaseIterable {
        case qualify, assign, forward, start, finish, close, reject, duplicate, reopen, contest, confirm, answer, note, promise, release
    }

    package var sort: Sort {
        switch self {
        case .qualify: .qualify
        case .assign: .assign
        case .forward: .forward
        case .start: .start
        case .finish: .finish
        case .close: .close
        case .reject: .reject
        case .duplicate: .duplicate
        case .reopen: .reopen
        case .contest: .contest
        case .confirm: .confirm
        case .answer: .answer
        case .note: .note
        case .promise: .promise
        case .release: .release
        }
    }
}

/// In whose name something is done.
package enum ReportBy: Sendable, Hashable {
    case staff(String)
    /// Whoever holds the link.
    case citizen
    case vigie

    package var role: ReportEvent.Role {
        switch self {
        case .staff: .staff
        case .citizen: .citizen
        case .vigie: .vigie
        }
    }

    package var login: String? { if case .staff(let login) = self { login } else { nil } }
}
