// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What came in with the citizen's form, as a draft of a report and the errors of its fields.
struct AppForm {
    var draft: ReportDraft
    var errors: [Refused.FieldError] = []

    /// - Parameter place: where a typed address lies; nil where it is unknown.
    init(_ sent: Form, _ uploads: [Upload], _ tree: CategoryTree, place: (String) -> Place?) {
        var form = sent
        let address = form.text("address", 0...300)
        let (longitude, latitude) = (form.decimal("lon", optional: -180...180), form.decimal("lat", optional: -85...85))
        var at: Place?
        if let longitude, let latitude { at = Place(longitude: longitude, latitude: latitude) }
        let category = sent["category"] ?? ""
        var answers: [String: String] = [:]
        if let chosen = tree[category] {
            for question in tree.questions(of: chosen) {
                let answer = (sent[AppForm.name(question, of: category)] ?? "").trimmingSpace
                if !answer.isEmpty { answers[question.key] = answer }
            }
        }
        draft = ReportDraft(
            key: sent["key"] ?? "", category: category, place: at ?? (address.isEmpty ? nil : place(address)), address: address,
            asset: sent["asset"].flatMap { UInt32($0) }.map { Asset.Number($0) }, description: form.text("description", 0...4000),
            answers: answers, channel: .app,
            contact: ReportContact(email: form.text("email", 0...254), phone: form.text("phone", 0...40)))
        errors = form.errors
        if let trap = sent["site"], !trap.isEmpty {
            errors.append(.init("site", Words("Laissez ce champ vide.", "Leave this field empty.")))
        }
        for upload in uploads where upload.name == "photo" && !upload.bytes.isEmpty {
            do {
                draft.photos.append(try PhotoRules.clean(upload.bytes, limit: CitizenApp.photoLimit))
            } catch let fault as PhotoFault {
                errors.append(.init("photo", fault.words))
            } catch {
                errors.append(.init("photo", Words("Cette photo ne peut pas être lue.", "This photo cannot be read.")))
            }
        }
        if draft.photos.count > CitizenApp.photos {
            errors.append(.init("photo", Words("\(CitizenApp.photos) photos au plus.", "At most \(CitizenApp.photos) photos.")))
        }
        if tree[category]?.visibility == .staff {
            errors.append(.init("category", Words("Choisissez une catégorie de la liste.", "Choose a category of the list.")))
        }
    }

    /// Questions of all categories stand on one page: each has the category in its name.
    static func name(_ question: Question, of category: String) -> String { "a.\(category).\(question.key)" }

    /// The faults of the desk, by the names of this form.
    static func errors(_ faults: [ReportFault.Field], category: String) -> [Refused.FieldError] {
        faults.map { fault in
            switch fault.name {
            case "place": .init("address", Words("Indiquez une adresse, ou votre position.", "Give an address, or your position."))
            case "photos": .init("photo", fault.message)
            case let name where name.hasPrefix("answer-"): .init("a.\(category).\(name.dropFirst("answer-".count))", fault.message)
            default: .init(fault.name, fault.message)
            }
        }
    }
}
