// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal

/// Addresses of the desk of personal data. All of it needs the right over the whole territory: people do not end at a commune.
struct PrivacyRoutes {
    let privacy: Privacy

    func add(to desk: Desk) {
        desk.page("/console/privacy", "Register of processing", right: .manage) { _, context in
            let runs = try await privacy.journal.read { try PersonalDestruction.past(limit: 100, in: $0) }
            return RegisterPage(privacy: privacy, runs: runs, mayErase: try context.required().mayEverywhere(.configure, "privacy")).page
        }
        desk.page("/console/privacy/register.csv", "Register of processing as CSV", right: .manage) { _, context in
            Bytes(
                Array(RegisterPage.csv(privacy, context.language).utf8), type: "text/csv; charset=utf-8",
                headers: [.contentDisposition: "attachment; filename=\"register.csv\""])
        }
        // What is asked names a person: it travels in the body, never in an address.
        desk.act("/console/privacy/inquiry", "What is kept of somebody", right: .manage) { form, context in
            let inquiry = try PrivacyRoutes.inquiry(form)
            let person = try context.required()
            let found = try await privacy.find(
                inquiry, by: person.login, at: context.now, as: Words("Données d'une personne consultées", "Data of a person looked at"))
            return InquiryPage(
                inquiry: inquiry, found: found, places: privacy.places, mayErase: person.mayEverywhere(.configure, "privacy")
            ).page
        }
        desk.act("/console/privacy/export", "What is kept of somebody, as a file", right: .manage) { form, context in
            let inquiry = try PrivacyRoutes.inquiry(form)
            let found = try await privacy.find(
                inquiry, by: try context.required().login, at: context.now,
                as: Words("Données remises à la personne", "Data handed to the person"))
            return Bytes(
                try InquiryPage.json(inquiry, found, privacy.places, at: context.now), type: "application/json",
                headers: [.contentDisposition: "attachment; filename=\"personal-data.json\"", .cacheControl: "no-store"])
        }
        desk.act("/console/privacy/erasure", "Erase what is kept of somebody", right: .configure) { form, context in
            let inquiry = try PrivacyRoutes.inquiry(form)
            guard form.flag("sure") else {
                throw Refused.fields([.init("sure", Words("Confirmez : rien ne le rendra.", "Please confirm: nothing brings it back."))])
            }
            let done = try await privacy.erase(inquiry, by: try context.required().login, at: context.now)
            return InquiryPage.erased(inquiry, done, privacy.places)
        }
    }

    private static func inquiry(_ form: Form) throws -> Inquiry {
        var form = form
        let sort: PersonalSubject.Sort = form.choice("sort")
        let value = form.text("value", 1...254)
        let reason = form.text("reason", 5...500)
        let subject = PersonalSubject(sort, typed: value)
        if subject == nil, !value.isEmpty {
            form.refuse(
                "value",
                Words(
                    "Une adresse comme nom@exemple.fr, un numéro de 4 à 15 chiffres, ou un identifiant.",
                    "An address such as name@example.org, a number of 4 to 15 digits, or a sign-in name."))
        }
        try form.finish()
        guard let subject else { throw Refused.fields([]) }
        return Inquiry(subject, reason: reason)
    }
}
