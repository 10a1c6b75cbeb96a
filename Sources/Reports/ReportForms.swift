// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation

/// The form of an act, read.
struct ReportActForm {
    private var form: Form
    private let report: Report
    private let tree: CategoryTree
    private let zone: TimeZone
    private let takers: [Partner]
    private let mayCall: Bool

    private let citizen: Language

    /// - Parameters:
    ///   - takers: partners that take the report's category.
    ///   - mayCall: may this person open contacts, and so send them on?
    ///   - citizen: in which whoever made the report is answered.
    init(
        _ form: Form, report: Report, tree: CategoryTree, zone: TimeZone, takers: [Partner] = [], mayCall: Bool = false,
        citizen: Language = .french
    ) {
        (self.form, self.report, self.tree, self.zone, self.citizen) = (form, report, tree, zone, citizen)
        (self.takers, self.mayCall) = (takers, mayCall)
    }

    /// - Throws: `Refused` with every field that is not right.
    func act() throws -> ReportAct {
        var form = form
        guard let sort = ReportAct.Sort(rawValue: form["act"] ?? ""), sort != .contest, sort != .confirm else {
            throw Refused.fields([.init("act", Words("Aucun acte de ce nom.", "No act of this name."))])
        }
        let act = read(sort, &form)
        try form.finish()
        return act
    }

    private func read(_ sort: ReportAct.Sort, _ form: inout Form) -> ReportAct {
        func text(_ least: Int = 1) -> String { form.text("\(sort.rawValue)-text", least...ReportRules.longestText) }
        switch sort {
        case .qualify:
            let department = form["qualify-department"] ?? ""
            return .qualify(category: form["qualify-category"] ?? "", department: department.isEmpty ? nil : department)
        case .assign: return .assign(department: form["assign-department"] ?? "", reason: text(0))
        case .forward: return .forward(forwarding(&form))
        case .start: return .start
        case .finish: return .finish(proof(&form), text: text(0))
        case .close: return .close
        case .reject: return .reject(reason: text())
        case .duplicate:
            let reference = ReportReference(form["duplicate-of"] ?? "")
            if reference == nil {
                form.refuse("duplicate-of", Words("Une référence comme 1042-H.", "A reference such as 1042-H."))
            }
            return .duplicate(of: reference?.number ?? report.number)
        case .reopen: return .reopen(reason: text())
        case .contest: return .contest(reason: text())
        case .confirm: return .confirm
        case .answer:
            let standard = form["answer-standard"] ?? ""
            let own = form.text("answer-text", 0...ReportRules.longestText)
            guard let found = tree.answers(for: report.category).first(where: { $0.code == standard }) else {
                if own.isEmpty || !standard.isEmpty {
                    form.refuse("answer-text", Words("Un texte, ou une réponse type.", "A text, or a standard answer."))
                }
                return .answer(own)
            }
            return .answer([found.text(citizen), own].filter { !$0.isEmpty }.joined(separator: "\n\n"))
        case .note: return .note(text())
        case .promise: return .promise(day(&form), reason: text())
        case .release: return .release(form["release-on"] != "no", showing: Set(form.all("release-show")))
        }
    }

    private func forwarding(_ form: inout Form) -> Forwarding {
        let chosen = takers.first { $0.code == form["forward-partner"] ?? takers.first?.code }
        guard let partner = chosen, let service = partner.service(for: report.category) else {
            form.refuse("forward-partner", Words("Choisissez un organisme de la liste.", "Choose a body of the list."))
            return Forwarding(partner: "")
        }
        var wish = Forwarding(partner: partner.code)
        for attribute in service.attributes {
            let answer = form.text("forward-\(partner.code)-\(attribute.code)", 0...500)
            if !answer.isEmpty { wish.answers[attribute.code] = answer }
        }
        wish.sharesText = form.has("forward-text")
        wish.sharesContact = form.has("forward-contact")
        if wish.sharesContact, !mayCall {
            form.refuse(
                "forward-contact",
                Words("Il y faut le droit « rappel des habitants ».", "That needs the right 'call citizens back'."))
        }
        return wish
    }

    private func proof(_ form: inout Form) -> Report.Proof {
        switch Report.Proof.Sort(rawValue: form["finish-proof"] ?? "") {
        case .telemetry: return .telemetry(report.asset ?? .none)
        case .photos: return .photos
        case .word: return .word(form.text("finish-name", 1...200))
        case nil:
            form.refuse("finish-proof", Words("Choisissez une preuve.", "Choose a proof."))
            return .photos
        }
    }

    /// The end of a day of the wall, from `2026-11-21`.
    private func day(_ form: inout Form) -> Instant {
        let parts = (form["promise-day"] ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        guard parts.count == 3, let year = parts[0], (2000...9999).contains(year), let month = parts[1], (1...12).contains(month),
            let day = parts[2], (1...31).contains(day),
            let end = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 18))
        else {
            form.refuse("promise-day", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30."))
            return .distantPast
        }
        return Instant(seconds: Int64(end.timeIntervalSince1970))
    }
}

/// The form of a report made by hand, read.
struct ReportDraftForm {
    private let form: Form
    private let tree: CategoryTree
    private let login: String

    init(_ form: Form, tree: CategoryTree, login: String) { (self.form, self.tree, self.login) = (form, tree, login) }

    /// - Returns: the draft, and the identity of an asset as it was typed.
    /// - Throws: `Refused` with every field that is not right.
    func draft() throws -> (ReportDraft, asset: String) {
        var form = form
        let channel = form["channel"].flatMap(Report.Channel.init) ?? .operator
        let place = ReportDraftForm.place(&form)
        var draft = ReportDraft(
            key: form["key"] ?? "", category: form["category"] ?? "", place: place, address: form.text("address", 0...300),
            description: form.text("description", 0...ReportRules.longestText), channel: channel,
            contact: ReportContact(
                name: form.text("name", 0...200), email: form.text("email", 0...254), phone: form.text("phone", 0...40)), author: login)
        let asset = form.text("asset", 0...64)
        if draft.place == nil, draft.address.isEmpty, asset.isEmpty {
            form.refuse("address", Words("Une adresse ou une position.", "An address or a position."))
        }
        if let category = tree[draft.category] {
            for question in tree.questions(of: category) {
                let answer = form.text("answer-" + question.key, 0...500)
                if !answer.isEmpty { draft.answers[question.key] = answer }
            }
        }
        try form.finish()
        return (draft, asset)
    }

    /// `47.322, 5.0415`: latitude first, as maps show it.
    static func place(_ form: inout Form) -> Place? {
        let text = form.text("place", 0...60)
        if text.isEmpty { return nil }
        let numbers = text.split { $0 == "," || $0 == " " || $0 == ";" }.map { Double($0) }
        if numbers.count == 2, let latitude = numbers[0], let longitude = numbers[1] {
            let place = Place(longitude: longitude, latitude: latitude)
            if place.isValid { return place }
        }
        form.refuse("place", Words("Latitude, longitude : 47.322, 5.0415", "Latitude, longitude: 47.322, 5.0415"))
        return nil
    }
}
