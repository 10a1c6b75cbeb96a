// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory
import Journal

/// The room's side of alerts: whoever has the right `services` publishes and ends them, in their communes.
struct NoticeRoutes {
    let services: Services

    func add(to desk: Desk) {
        desk.page("/console/services", "Services to citizens: alerts") { _, context in try await index(context) }
        desk.act("/console/services/alertes", "Publish an alert to citizens") { form, context in try await publish(form, context) }
        desk.act("/console/services/alertes/{number}/fin", "End an alert") { _, context in try await end(context) }
    }

    private func index(_ context: ConsoleContext, _ values: Form = Form(), _ errors: [Refused.FieldError] = []) async throws -> Page {
        let person = try context.required()
        let (published, names) = try await services.journal.read {
            (try NoticeStore.latest(50, in: $0), try AreaStore.names(in: $0))
        }
        let (seen, own) = (person.communes(.view, "services"), person.communes(.operate, "services"))
        let catalogue = services.shelf.catalogue
        return NoticePage(
            published: published.filter { NoticeRoutes.isIn($0.notice, seen) },
            fromFile: services.shelf.notices(at: context.now).filter { notice in catalogue.notices.contains { $0.code == notice.code } },
            catalogue: catalogue, communes: names.filter { own?.contains($0.code) ?? true },
            mayPublish: person.may(.operate, "services"), isWhole: own == nil, now: context.now, values: values, errors: errors
        ).page
    }

    /// Does a notice concern one of these communes (nil: all)?
    private static func isIn(_ notice: Notice, _ communes: Set<String>?) -> Bool {
        communes.map { notice.communes.isEmpty || !$0.isDisjoint(with: notice.communes) } ?? true
    }

    private func publish(_ sent: Form, _ context: ConsoleContext) async throws -> FormAnswer {
        let person = try context.required()
        var form = sent
        let level: Notice.Level = form.choice("level", or: .warning)
        let title = form.text("title", 1...120)
        let text = form.text("text", 0...2000)
        let (titleEnglish, textEnglish) = (form.text("title-en", 0...120), form.text("text-en", 0...2000))
        let until = until(&form, context)
        let known = Set(try await services.journal.read { try AreaStore.names(in: $0) }.map(\.code))
        let communes = form.all("commune")
        if communes.contains(where: { !known.contains($0) }) {
            form.refuse("commune", Words("Commune inconnue.", "Unknown commune."))
        }
        if let own = person.communes(.operate, "services") {
            if communes.isEmpty { form.refuse("commune", Words("Choisissez parmi vos communes.", "Choose among your communes.")) }
            for commune in communes where !own.contains(commune) { try context.require(.operate, "services", in: commune) }
        }
        guard form.errors.isEmpty else {
            return .again(try await index(context, sent, form.errors))
        }
        let notice = Notice(
            code: "", level: level, title: Words(title, titleEnglish), text: Words(text, textEnglish), from: context.now, until: until,
            communes: communes.sorted())
        try await services.publish(notice, by: person.login)
        return .done(SeeOther("/console/services"))
    }

    /// What a clock on the wall will show: `2026-11-22T18:30`.
    private func until(_ form: inout Form, _ context: ConsoleContext) -> Instant? {
        let text = form.text("until", 0...20)
        guard !text.isEmpty else { return nil }
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let clock = parts.count == 2 ? parts[1].split(separator: ":").prefix(2).compactMap { Int($0) } : []
        guard clock.count == 2, (0...23).contains(clock[0]), (0...59).contains(clock[1]), let day = CivilDay(parts[0]) else {
            form.refuse("until", Words("Une date et une heure.", "A date and a time."))
            return nil
        }
        let at = services.wall.instant(day, minute: clock[0] * 60 + clock[1])
        if at <= context.now { form.refuse("until", Words("La fin est déjà passée.", "The end is past already.")) }
        return at
    }

    private func end(_ context: ConsoleContext) async throws -> SeeOther {
        let person = try context.required()
        let number = Int64(try context.number("number"))
        guard let known = try await services.journal.read({ try NoticeStore.one(number, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        if let own = person.communes(.operate, "services"), known.notice.communes.isEmpty || !own.isSuperset(of: known.notice.communes) {
            try context.requireEverywhere(.operate, "services")
        }
        guard try await services.end(number, by: person.login) else {
            throw Refused.conflict(Words("Cette alerte est déjà close.", "This alert has ended already."))
        }
        return SeeOther("/console/services")
    }
}

/// What a form answers with: itself again with what is to be corrected, or the way on.
enum FormAnswer: ResponseGenerator, Sendable {
    case again(Page)
    case done(SeeOther)

    func response(from request: Request, context: some RequestContext) throws -> Response {
        switch self {
        case .again(let page): try page.response(from: request, context: context)
        case .done(let way): try way.response(from: request, context: context)
        }
    }
}
