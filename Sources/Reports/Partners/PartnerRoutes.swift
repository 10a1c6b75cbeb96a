// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Errand
import HTTPTypes
import Hummingbird
import Journal

/// The administrator's pages of other houses.
package struct PartnerRoutes: Sendable {
    let courier: PartnerCourier
    private var reports: Reports { courier.reports }

    package init(_ courier: PartnerCourier) { self.courier = courier }

    package func add(to site: Site) {
        let desk = site.desk("reports")
        desk.page("/console/partners", "Other houses that take reports", right: .configure) { _, context in try await list(context) }
        desk.page("/console/partners/{code}", "Another house that takes reports", right: .configure) { _, context in
            try await show(context)
        }
        desk.act("/console/partners/{code}", "Say where another house takes reports", right: .configure) { form, context in
            try await save(form, context)
        }
        desk.act("/console/partners/{code}/check", "Ask another house what it takes", right: .configure) { _, context in
            try await check(context)
        }
        desk.act("/console/partners/{code}/map", "Say which category is which service there", right: .configure) { form, context in
            try await map(form, context)
        }
        desk.act("/console/partners/{code}/remove", "Send nothing to another house any more", right: .configure) { _, context in
            try await remove(context)
        }
    }

    /// A key and an address of the whole house: only for whoever configures everywhere.
    private func login(_ context: ConsoleContext) throws -> String {
        let person = try context.required()
        guard person.mayEverywhere(.configure, "reports") else { throw Refused.notFound(context.address) }
        return person.login
    }

    private func list(_ context: ConsoleContext) async throws -> Page {
        _ = try login(context)
        let tree = try await reports.tree()
        return try await reports.journal.read { transaction in
            PartnersPage(
                tree: tree, partners: try PartnerStore.all(in: transaction), troubled: try ForwardStore.troubled(in: transaction)
            ).page
        }
    }

    private func named(_ context: ConsoleContext) async throws -> (code: String, title: Words, tree: CategoryTree) {
        _ = try login(context)
        let (code, tree) = (try context.text("code"), try await reports.tree())
        guard let title = tree.department(code)?.title else { throw Refused.notFound(context.address) }
        return (code, title, tree)
    }

    private func show(_ context: ConsoleContext) async throws -> Page {
        let (code, title, tree) = try await named(context)
        let partner = try await reports.journal.read { try PartnerStore.find(code, in: $0) }
        return PartnerPage(code: code, title: title, partner: partner, tree: tree).page
    }

    private func known(_ context: ConsoleContext) async throws -> (Partner, CategoryTree, Words) {
        let (code, title, tree) = try await named(context)
        guard let partner = try await reports.journal.read({ try PartnerStore.find(code, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        return (partner, tree, title)
    }

    /// Asks the server of a partner as it would be with a change, then makes that change to the partner as it stands by then, and says so in
    /// the log.
    private func keep(
        _ partner: Partner, key: String? = nil, _ words: Words, _ context: ConsoleContext,
        _ change: @escaping @Sendable (inout Partner) -> Void
    ) async throws -> SeeOther {
        let (login, now) = (try login(context), context.now)
        var wanted = partner
        change(&wanted)
        let found = await courier.check(wanted)
        let entries = try await reports.journal.write { transaction in
            var standing = try PartnerStore.find(partner.code, in: transaction) ?? partner
            change(&standing)
            found.note(in: &standing)
            try PartnerStore.put(standing, key: key, in: transaction)
            return try Logbook.append([LogDraft(author: login, trade: "reports", text: words)], in: transaction, at: now)
        }
        reports.outlet.tell([], entries)
        return SeeOther("/console/partners/\(partner.code)")
    }

    private func save(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let (code, title, _) = try await named(context)
        var form = form
        var url = form.text("url", 1...500)
        while url.hasSuffix("/") { url.removeLast() }
        let jurisdiction = form.text("jurisdiction", 0...200)
        let key = form.text("key", 0...500)
        if courier.errands.address(url) == nil || url.contains("?") {
            form.refuse(
                "url",
                Words(
                    "Une adresse comme https://ville.example/open311/v2, sans « ? ».",
                    "An address such as https://city.example/open311/v2, without '?'."))
        }
        try form.finish()
        let partner =
            try await reports.journal.read { try PartnerStore.find(code, in: $0) } ?? Partner(code: code, url: url)
        let (isMoved, isAutomatic) = (partner.url != url, form.has("automatic"))
        // A key belongs to the server that gave it, and so does what it takes.
        let fresh: String? = key.isEmpty ? isMoved ? "" : nil : key
        return try await keep(
            partner, key: fresh,
            Words("Envoi par Open311 réglé : \(title.french), \(url)", "Sending by Open311 set: \(title.english), \(url)"), context
        ) { [url] in
            if $0.url != url { $0.services = [] }
            ($0.url, $0.jurisdiction, $0.isAutomatic) = (url, jurisdiction, isAutomatic)
        }
    }

    private func check(_ context: ConsoleContext) async throws -> SeeOther {
        let (partner, _, title) = try await known(context)
        return try await keep(
            partner, Words("Serveur Open311 vérifié : \(title.french)", "Open311 server checked: \(title.english)"), context
        ) { _ in }
    }

    private func map(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        let (partner, tree, title) = try await known(context)
        var (form, mapping) = (form, partner.mapping)
        let codes = Set(partner.services.map(\.code))
        for category in tree.open() {
            let wanted = form["map-\(category.code)"] ?? ""
            if !wanted.isEmpty, !codes.contains(wanted) {
                form.refuse("map-\(category.code)", Words("Choisissez un service de la liste.", "Choose a service of the list."))
            }
            mapping[category.code] = wanted.isEmpty ? nil : wanted
        }
        try form.finish()
        let count = mapping.count
        return try await keep(
            partner, Words("Catégories envoyées à \(title.french) : \(count)", "Categories sent to \(title.english): \(count)"), context
        ) { [mapping] in $0.mapping = mapping }
    }

    private func remove(_ context: ConsoleContext) async throws -> SeeOther {
        let (partner, _, title) = try await known(context)
        let (login, now) = (try login(context), context.now)
        let entries = try await reports.journal.write { transaction in
            try PartnerStore.remove(partner.code, in: transaction)
            let words = Words("Envoi par Open311 retiré : \(title.french)", "Sending by Open311 removed: \(title.english)")
            return try Logbook.append([LogDraft(author: login, trade: "reports", text: words)], in: transaction, at: now)
        }
        reports.outlet.tell([], entries)
        return SeeOther("/console/partners")
    }
}
