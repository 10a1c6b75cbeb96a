// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal
import NIOCore

/// Open311 GeoReport v2 under `/open311/v2`: the services, their questions, requests made, listed and followed, each as XML and as JSON.
/// Refusals are in the standard's form, too. Making a request needs a key (`api_key`, or a Bearer header) whose right on 'open311' is
/// to operate; everything else is open and tells nothing of a person.
package struct Open311Routes: Sendable {
    let reports: Reports
    /// Names of the jurisdiction that are taken; empty: any.
    let jurisdictions: Set<String>
    let personOfKey: @Sendable (_ key: String, _ at: Instant) async throws -> Person?
    static let trade = "open311"
    /// Of a POST with a photo.
    static let limit = PhotoRules.limit + 64 * 1024

    package init(_ reports: Reports, site: Site, jurisdictions: Set<String> = []) {
        (self.reports, self.jurisdictions, personOfKey) = (reports, jurisdictions, site.personOfKey)
    }

    package func add(to site: Site) {
        site.refuse(under: "/open311/") { refused, context, path in Open311Routes.refusal(refused, context, path) }
        let desk = site.desk(Open311Routes.trade)
        for format in Open311Format.allCases {
            for path in ["/open311/discovery", "/open311/v2/discovery"] {
                get(desk, "\(path).\(format)", "Open311: where the service is") { try await discovery(format, $0, $1) }
            }
            get(desk, "/open311/v2/services.\(format)", "Open311: what may be reported") { try await services(format, $1) }
            get(desk, "/open311/v2/requests.\(format)", "Open311: requests, ninety days and a thousand at most") {
                try await list(format, $1)
            }
            get(desk, "/open311/v2/servicerequestupdates.\(format)", "Open311: what became of requests") { try await updates(format, $1) }
            let post = Endpoint(
                .post, "/open311/v2/requests.\(format)", "Open311: make a request", access: .open, surface: .open)
            desk.api(post) { request, context in try await create(format, request, context) }
        }
        get(desk, "/open311/v2/services/{file}", "Open311: the questions of a service") { try await definition($1) }
        get(desk, "/open311/v2/requests/{file}", "Open311: one request") { try await one($1) }
        get(desk, "/open311/v2/tokens/{file}", "Open311: the number of a request from its token") { try await token($1) }
        get(desk, "/open311/v2/media/{id}/{place}", "Open311: a photo that a person has released") { try await photo($1) }
    }

    private func get(
        _ desk: Desk, _ path: String, _ summary: String,
        _ answer: @escaping @Sendable (Request, ConsoleContext) async throws -> Bytes
    ) {
        desk.api(Endpoint(.get, path, summary, access: .open, surface: .open)) { request, context in
            do { return try await answer(request, context) } catch let fault as Open311Translation.Fault {
                throw Open311Routes.refused(fault)
            }
        }
    }

    // MARK: Services

    private func discovery(_ format: Open311Format, _ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let scheme = context.settings.isSecure ? "https" : "http"
        let base = context.settings.origins.first ?? "\(scheme)://\(request.head.authority ?? "localhost")"
        let tree = try await reports.tree()
        return answer(
            Open311Translation.discovery(
                base + "/open311/v2", changed: Instant(milliseconds: tree.revision), contact: context.settings.operatorName),
            "discovery", format)
    }

    private func services(_ format: Open311Format, _ context: ConsoleContext) async throws -> Bytes {
        try check(context.query)
        return answer(Open311Translation.services(try await reports.tree(), context.language), "services", format)
    }

    private func definition(_ context: ConsoleContext) async throws -> Bytes {
        let (code, format) = try Open311Routes.file(context)
        try check(context.query)
        let tree = try await reports.tree()
        guard let category = tree[code], Open311Translation.isPublic(category), category.isOpen(in: tree) else {
            throw Open311Translation.Fault(404, Open311Translation.unknownService(code))
        }
        return answer(Open311Translation.definition(category, tree, context.language), "service_definition", format)
    }

    // MARK: Requests

    private func create(_ format: Open311Format, _ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        do {
            let (form, uploads) = try await Open311Routes.body(request, limit: Open311Routes.limit)
            try check(form)
            let person = try await sender(form, context)
            let tree = try await reports.tree()
            var draft = try Open311Translation.draft(form, tree: tree)
            draft.photos = try uploads.map(Open311Routes.photo)
            if let key = request.headers[HTTPField.Name("Idempotency-Key")!], !key.isEmpty {
                draft.key = Open311Routes.ownKey(key, of: person)
            }
            let receipt = try await reports.create(draft)
            let made: Open311Document = .object([
                .init("service_request_id", .text(receipt.reference.description)), .init("token", .text(receipt.token)),
                .init("service_notice", .optional(notice(receipt.report, tree, context.language))), .init("account_id", .nothing),
            ])
            return answer(.list(item: "request", [made]), "service_requests", format, status: .created)
        } catch let fault as Open311Translation.Fault {
            throw Open311Routes.refused(fault)
        } catch let fault as ReportFault {
            throw Open311Routes.refused(fault, context.language)
        }
    }

    private func notice(_ report: Report, _ tree: CategoryTree, _ language: Language) -> String {
        let who = tree.department(report.department)?.title(language) ?? ""
        let when = String(report.promisedAt.iso8601.prefix(10))
        return Words("Promis pour le \(when) : \(who)", "Promised by \(when): \(who)")(language)
    }

    private func list(_ format: Open311Format, _ context: ConsoleContext) async throws -> Bytes {
        try check(context.query)
        let tree = try await reports.tree()
        let query = try Open311Translation.query(context.query, tree: tree, now: context.now)
        let codes = Open311Routes.shown(tree)
        let found = try await reports.journal.read { try Open311Store.list(query, codes: codes, in: $0) }
        return answer(.list(item: "request", try await documents(found, tree, context)), "service_requests", format)
    }

    private func one(_ context: ConsoleContext) async throws -> Bytes {
        let (id, format) = try Open311Routes.file(context)
        try check(context.query)
        let tree = try await reports.tree()
        // Several with commas, as the standard has it for this path, too.
        var query = Open311Translation.Query(from: .distantPast, to: context.now)
        query.ids = try id.split(separator: ",").prefix(100).map {
            guard let number = Open311Translation.number(String($0)) else {
                throw Open311Translation.Fault(404, Open311Translation.unknownRequest(id))
            }
            return number
        }
        let (wanted, codes) = (query, Open311Routes.shown(tree))
        let found = try await reports.journal.read { try Open311Store.list(wanted, codes: codes, in: $0) }
        guard !found.isEmpty else { throw Open311Translation.Fault(404, Open311Translation.unknownRequest(id)) }
        return answer(.list(item: "request", try await documents(found, tree, context)), "service_requests", format)
    }

    private func documents(_ found: [Report], _ tree: CategoryTree, _ context: ConsoleContext) async throws -> [Open311Document] {
        let ground = try await reports.ground.current()
        let withPhotos = found.filter { $0.photos > 0 }.map(\.number)
        let media = try await reports.journal.read { try ReportPhotoStore.firstReleased(of: withPhotos, in: $0) }
        let base = context.settings.origins.first ?? ""
        let expected = await reports.expected(of: found)
        return found.map { report in
            let url = media[report.number].map { "\(base)/open311/v2/media/\(report.reference)/\($0)" } ?? ""
            return Open311Translation.request(
                ground.forOthers(report, tree), tree, expected: expected[report.number]?.at, media: url, context.language)
        }
    }

    private func token(_ context: ConsoleContext) async throws -> Bytes {
        let (token, format) = try Open311Routes.file(context)
        try check(context.query)
        guard let followed = try await reports.follow(token) else {
            throw Open311Translation.Fault(404, Words("Aucun signalement n'a ce jeton.", "No service request has this token."))
        }
        let found: Open311Document = .object([
            .init("service_request_id", .text(followed.report.reference.description)), .init("token", .text(token)),
        ])
        return answer(.list(item: "request", [found]), "service_requests", format)
    }

    private func updates(_ format: Open311Format, _ context: ConsoleContext) async throws -> Bytes {
        try check(context.query)
        let (from, to) = try Open311Translation.dates(context.query, now: context.now)
        let codes = Open311Routes.shown(try await reports.tree())
        let (found, media) = try await reports.journal.read { transaction in
            let found = try Open311Store.updates(from: from, to: to, codes: codes, limit: Open311Translation.most, in: transaction)
            let done = Set(found.filter { $0.event.what == .done }.map(\.number)).sorted()
            return (found, try ReportPhotoStore.firstReleased(of: done, .after, in: transaction))
        }
        let base = context.settings.origins.first ?? ""
        let documents = found.map { number, event in
            let photo = event.what == .done ? media[number] : nil
            let url = photo.map { "\(base)/open311/v2/media/\(ReportReference(number))/\($0)" } ?? ""
            return Open311Translation.update(event, of: number, media: url, context.language)
        }
        return answer(.list(item: "request_update", documents), "service_request_updates", format)
    }

    private func photo(_ context: ConsoleContext) async throws -> Bytes {
        let id = try context.text("id")
        guard let number = Open311Translation.number(id), let place = Int(try context.text("place")), place > 0 else {
            throw Open311Translation.Fault(404, Open311Translation.unknownRequest(id))
        }
        let codes = Open311Routes.shown(try await reports.tree())
        let photo = try await reports.journal.read { transaction -> (type: String, bytes: [UInt8])? in
            guard let report = try ReportStore.find(number, in: transaction), codes.contains(report.category) else { return nil }
            return try ReportPhotoStore.body(place, of: number, onlyReleased: true, in: transaction)
        }
        guard let photo else { throw Open311Translation.Fault(404, Open311Translation.unknownRequest(id)) }
        return Bytes(photo.bytes, type: photo.type)
    }

    // MARK: Who asks, and for what

    private func sender(_ form: Form, _ context: ConsoleContext) async throws -> Person {
        var person = context.session == nil ? context.person : nil
        if person == nil, let key = form["api_key"] ?? context.query["api_key"], !key.isEmpty {
            person = try await personOfKey(key, context.now)
        }
        guard let person, person.may(.operate, Open311Routes.trade) else {
            throw Open311Translation.Fault(
                403, Words("api_key manque ou n'est pas valable.", "api_key is missing or not valid."))
        }
        return person
    }

    private func check(_ form: Form) throws {
        guard let asked = form["jurisdiction_id"], !asked.isEmpty, !jurisdictions.isEmpty, !jurisdictions.contains(asked) else { return }
        throw Open311Translation.Fault(404, Words("jurisdiction_id inconnu.", "jurisdiction_id was not found."))
    }

    private static func shown(_ tree: CategoryTree) -> [String] { tree.categories.filter(Open311Translation.isPublic).map(\.code) }

    /// `{file}`: a name and its format after the last point.
    private static func file(_ context: ConsoleContext) throws -> (name: String, format: Open311Format) {
        let text = try context.text("file")
        guard let point = text.lastIndex(of: "."), point != text.startIndex,
            let format = Open311Format(rawValue: String(text[text.index(after: point)...]))
        else { throw Refused.notFound(context.address) }
        return (String(text[..<point]), format)
    }

    private static func body(_ request: Request, limit: Int) async throws -> (Form, [Upload]) {
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("multipart/form-data") {
            return try Multipart.read(try await request.bytes(limit: limit), contentType: type)
        }
        return (try await request.form(limit: 64 * 1024), [])
    }

    private static func photo(_ upload: Upload) throws -> CleanPhoto {
        do { return try PhotoRules.clean(upload.bytes) } catch let fault as PhotoFault { throw Open311Translation.Fault(400, fault.words) }
    }

    /// The sender's own key for one request, apart from everybody else's.
    private static func ownKey(_ key: String, of person: Person) -> String {
        Tokens.hash("open311 \(person.account) \(key)").hexadecimal
    }

    // MARK: Answers

    private func answer(
        _ document: Open311Document, _ root: String, _ format: Open311Format, status: HTTPResponse.Status = .ok
    ) -> Bytes {
        Bytes(format.write(document, root: root), type: format.type, status: status)
    }

    private static func refused(_ fault: Open311Translation.Fault) -> Refused {
        Refused(.init(code: fault.code), "open311", title: fault.text, detail: fault.text)
    }

    private static func refused(_ fault: ReportFault, _ language: Language) -> Refused {
        switch fault {
        case .fields(let fields):
            var refused = refused(Open311Translation.Fault(400, Words("Champs à corriger.", "Fields to correct.")))
            refused.fields = fields.map { .init($0.name, $0.message) }
            return refused
        case .elsewhere(let body, let because):
            func sentence(_ language: Language) -> String {
                let ways = [body.phone, body.web].filter { !$0.isEmpty }.joined(separator: ", ")
                return (because.map { $0(language) } + ["\(body.title(language))\(ways.isEmpty ? "" : " (\(ways))")"]).joined(
                    separator: " ")
            }
            return refused(Open311Translation.Fault(400, Words(sentence(.french), sentence(.english))))
        case .refused(let words): return refused(Open311Translation.Fault(400, words))
        case .unknown, .impossible: return refused(Open311Translation.Fault(400, Words("Demande refusée.", "Request refused.")))
        }
    }

    /// Any refusal below `/open311/`, in the standard's form and the format of the path; XML where it has none.
    static func refusal(_ refused: Refused, _ context: ConsoleContext, _ path: String) -> Bytes {
        let format: Open311Format = path.hasSuffix(".json") ? .json : .xml
        let faults =
            refused.fields.isEmpty
            ? [Open311Translation.Fault(refused.status.code, refused.detail)]
            : refused.fields.map { field in
                Open311Translation.Fault(
                    refused.status.code,
                    Words("\(field.field) : \(field.message.french)", "\(field.field): \(field.message.english)"))
            }
        return Bytes(
            format.write(Open311Translation.errors(faults, context.language), root: "errors"), type: format.type, status: refused.status)
    }
}
