// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// Addresses of the citizens' app. All are open: what they show is public, or told to whoever holds a link of 160 secret bits.
struct AppRoutes {
    let app: CitizenApp
    private var reports: Reports { app.reports }

    func add(to desk: Desk) {
        desk.api(AppRoutes.page("/app", "Citizens' app: report a problem")) { _, context in
            let tree = try await reports.tree()
            return AppPage(tree: tree, values: AppRoutes.start(context.query), key: Tokens.make()).page
        }
        desk.openUpload(AppRoutes.sendEndpoint, limit: CitizenApp.limit, parts: 2000) { form, uploads, request, context in
            try await send(form, uploads, request, context)
        }
        desk.api(AppRoutes.page("/app/around", "Citizens' app: open public reports around a place")) { _, context in
            try await around(context)
        }
        desk.api(AppRoutes.page("/app/around/style.json", "Citizens' app: style of the small map")) { request, context in
            let origin = "\(context.settings.isSecure ? "https" : "http")://\(request.head.authority ?? "localhost")"
            return Bytes.json(AroundStyle(isDark: context.query["theme"] == "dark", origin: origin).json)
        }
        desk.api(AppRoutes.page("/app/accessibilite", "Citizens' app: what was tested of its accessibility")) { _, _ in
            AppAccessPage().page
        }
        desk.api(AppRoutes.page("/app/mine", "Citizens' app: requests of this device, and the way to a public report")) {
            request, context in
            guard let text = context.query["reference"] else { return try AppMinePage().page.response(from: request, context: context) }
            guard let number = ReportReference(text)?.number, try await publicReport(number) != nil else {
                return try AppMinePage(isUnknown: true).page.response(from: request, context: context)
            }
            return try SeeOther("/app/reports/\(ReportReference(number))").response(from: request, context: context)
        }
        desk.api(AppRoutes.page("/app/reports/{reference}", "Citizens' app: what everybody may see of a report")) { _, context in
            guard let number = ReportReference(try context.text("reference"))?.number, let report = try await publicReport(number) else {
                throw Refused.notFound(context.address)
            }
            let tree = try await reports.tree()
            return AppPublicPage(
                report: try await reports.ground.current().forOthers(report, tree),
                events: try await reports.events(of: number, onlyPublic: true), tree: tree, now: context.now,
                pushKey: reports.post?.pushKey ?? "", expected: await reports.expected(of: report),
                photos: try await reports.journal.read { try ReportPhotoStore.photos(of: number, in: $0).filter(\.isReleased) }
            ).page
        }
        desk.api(AppRoutes.page("/app/reports/{reference}/photos/{place}", "Citizens' app: a released photo of a public report")) {
            _, context in
            guard let number = ReportReference(try context.text("reference"))?.number, try await publicReport(number) != nil else {
                throw Refused.notFound(context.address)
            }
            return try await photo(of: number, context)
        }
        addFollowing(to: desk)
        addFiles(to: desk)
        desk.api(AppRoutes.knownEndpoint) { _, context in try await known(context.query, context) }
        // The words travel in a body: an address ends in logs.
        desk.openAct("/api/app/known", "The same, with the words as far as they are typed (`q`)") { form, context in
            try await known(form, context)
        }
        desk.openAct("/api/app/guess", "Categories that a text (`q`) and a place (`near`) may mean, the likeliest first") { form, context in
            try await guess(form, context)
        }
        desk.openAct("/app/known/follow", "Citizens' app: follow what an asset says of itself, without a report of one's own") {
            form, context in
            if let seconds = app.pace.take(context.network, perMinute: CitizenApp.sentPerMinute, at: context.now) {
                throw Refused.tooMany(retryAfter: seconds)
            }
            var form = form
            let (asset, category, key) = (
                form.integer("asset", 0...4_294_967_294), form.text("category", 1...64), form.text("key", 16...80)
            )
            try form.finish()
            let token = try await told("/app/known/follow") {
                try await reports.follow(asset: Asset.Number(UInt32(asset)), category: category, key: key)
            }
            return SeeOther("/app/follow/\(token)")
        }
        desk.api(AppRoutes.assetsEndpoint) { _, context in try await assets(context) }
    }

    /// What a link to the form may bring: a category, a place.
    private static func start(_ query: Form) -> Form {
        Form(query.fields.filter { ["category", "address", "lon", "lat"].contains($0.name) && $0.value.utf8.count <= 300 })
    }

    // MARK: Sending

    private func send(_ form: Form, _ uploads: [Upload], _ request: Request, _ context: ConsoleContext) async throws -> Response {
        if let seconds = app.pace.take(context.network, perMinute: CitizenApp.sentPerMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
        let tree = try await reports.tree()
        let index = app.addresses.index
        let read = AppForm(form, uploads, tree) { text in
            AddressSearch(index).find(text, limit: 1).first.flatMap { $0.isExact ? $0.place : nil }
        }
        let isProgram = AppRoutes.wantsJSON(request)
        var errors = read.errors
        do {
            if errors.isEmpty {
                var draft = read.draft
                draft.language = context.language
                let receipt = try await reports.create(draft)
                let link = "/app/follow/\(receipt.token)"
                guard isProgram else { return try SeeOther(link + "?sent=1").response(from: request, context: context) }
                let expected = await reports.expected(of: receipt.report)
                return try AppRoutes.answer(receipt, link, expected).response(from: request, context: context)
            }
            let named = Set(errors.map(\.field))
            errors += AppForm.errors(ReportRules.faults(read.draft, tree), category: read.draft.category).filter {
                !named.contains($0.field)
            }
        } catch ReportFault.fields(let faults) {
            errors = AppForm.errors(faults, category: read.draft.category)
        } catch ReportFault.elsewhere(let body, _) {
            let reach = [body.phone, body.web].filter { !$0.isEmpty }.joined(separator: ", ")
            let more = reach.isEmpty ? "" : " : \(reach)"
            errors = [
                .init(
                    "address",
                    Words(
                        "Ce lieu relève de : \(body.title.french)\(more).", "This place is cared for by: \(body.title.english)\(more)."))
            ]
        }
        if isProgram { throw Refused.fields(errors) }
        var page = AppPage(tree: tree, values: form, errors: errors, key: Tokens.make())
        if tree[read.draft.category] == nil {
            page.proposed = try await app.proposals(read.draft.description, at: read.draft.place).map(\.code)
        }
        return try page.page.response(from: request, context: context)
    }

    private static func wantsJSON(_ request: Request) -> Bool {
        let accept = request.headers[.accept] ?? ""
        return accept.contains("json") && !accept.contains("text/html")
    }

    private static func answer(_ receipt: ReportReceipt, _ link: String, _ expected: ReportExpected?) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("reference", "\(receipt.reference)")
            writer.member("link", link)
            writer.member("new", receipt.isNew)
            writer.member("promised", receipt.report.promisedAt.iso8601)
            if let expected { writer.member("expected", expected.at.iso8601) }
        }
        return Bytes(writer.bytes, type: "application/json", status: receipt.isNew ? .created : .ok)
    }

    // MARK: Following

    private func addFollowing(to desk: Desk) {
        desk.api(AppRoutes.page("/app/follow/{token}", "Citizens' app: a request, for whoever holds its link")) { _, context in
            let (token, followed) = try await followed(context)
            return AppFollowPage(
                followed: followed, tree: try await reports.tree(), token: token, now: context.now, isSent: context.query["sent"] == "1",
                isTold: context.query["told"] == "1", pushKey: reports.post?.pushKey ?? ""
            ).page
        }
        desk.api(AppRoutes.page("/app/follow/{token}/photos/{place}", "Citizens' app: a released photo")) { _, context in
            try await photo(of: try await followed(context).1.report.number, context)
        }
        desk.api(AppRoutes.page("/app/follow/{token}/crew-photos/{place}", "Citizens' app: a released photo of the work for a request")) {
            _, context in
            let followed = try await followed(context).1
            let place = Int(try context.number("place"))
            guard followed.work.contains(where: { $0.place == place }) else { throw Refused.notFound(context.address) }
            return try await photo(of: followed.report.duplicateOf ?? followed.report.number, context)
        }
        desk.openAct("/app/follow/{token}/contest", "Citizens' app: say that a request is not solved") { form, context in
            var form = form
            let text = form.text("text", 1...2000)
            try form.finish()
            return try await tell(.contest(reason: text), context)
        }
        desk.openAct("/app/follow/{token}/word", "Citizens' app: add a word to a request") { form, context in
            var form = form
            let text = form.text("text", 1...2000)
            try form.finish()
            return try await tell(.note(text), context)
        }
        desk.openAct("/app/follow/{token}/satisfied", "Citizens' app: say that a request is solved") { _, context in
            try await tell(.confirm, context)
        }
    }

    private func photo(of number: Report.Number, _ context: ConsoleContext) async throws -> Bytes {
        let place = Int(try context.number("place"))
        let found = try await reports.journal.read { try ReportPhotoStore.body(place, of: number, onlyReleased: true, in: $0) }
        guard let found else { throw Refused.notFound(context.address) }
        return Bytes(found.bytes, type: found.type, headers: [.cacheControl: "private, max-age=3600"])
    }

    private func followed(_ context: ConsoleContext) async throws -> (String, Reports.Followed) {
        let token = try context.text("token")
        guard let followed = try await reports.follow(token) else { throw Refused.notFound("/app/follow/…") }
        return (token, followed)
    }

    private func tell(_ act: ReportAct, _ context: ConsoleContext) async throws -> SeeOther {
        if let seconds = app.pace.take(context.network, perMinute: CitizenApp.sentPerMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
        let token = try context.text("token")
        _ = try await told("/app/follow/…") { try await reports.act(act, byLink: token) }
        return SeeOther("/app/follow/\(token)?told=1")
    }

    /// Faults of the desk as a citizen is told them.
    private func told<T>(_ address: String, _ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch ReportFault.unknown {
            throw Refused.notFound(address)
        } catch ReportFault.refused(let why) {
            throw Refused.conflict(why)
        } catch ReportFault.impossible {
            throw Refused.conflict(Words("La demande n'est plus dans cet état.", "The request is no longer in that state."))
        } catch ReportFault.fields(let faults) {
            throw Refused.fields(faults.map { .init($0.name, $0.message) })
        }
    }

    // MARK: Around

    /// A report that everybody may see: of a public category, and not joined to another.
    private func publicReport(_ number: Report.Number) async throws -> Report? {
        let tree = try await reports.tree()
        guard let report = try await reports.report(number), tree[report.category]?.visibility == .everybody else { return nil }
        return report
    }

    private func around(_ context: ConsoleContext) async throws -> Page {
        let question = String((context.query["q"] ?? "").prefix(200)).trimmingSpace
        let given = AppRoutes.place(context.query["near"])
        let index = app.addresses.index
        let address = question.isEmpty ? nil : AddressSearch(index).find(question, limit: 1).first
        var shown: (name: String, at: Place)?
        if let given {
            let own = context.language == .french ? "ma position" : "my position"
            shown = (index.nearest(to: given).first?.label ?? own, given)
        } else if let address {
            shown = (address.label, address.place)
        }
        return AppAroundPage(
            question: question, place: shown, found: try await items(around: shown?.at), isAsked: !question.isEmpty || given != nil,
            files: .init(library: context.assetAddress("maplibre-gl.js"), style: "/app/around/style.json")
        ).page
    }

    /// Most lines of the list.
    private static let mostAround = 80

    /// Open reports of public categories, and what other desks may tell everybody, the nearest first.
    private func items(around place: Place?) async throws -> [AroundItem] {
        guard let place else { return [] }
        let tree = try await reports.tree()
        let near = try await reports.journal.read {
            try ReportStore.open(round: place, metres: AppAroundPage.metres, limit: 200, in: $0)
        }
        let ground = try await reports.ground.current()
        var items = near.filter { tree[$0.report.category]?.visibility == .everybody }.map { report, _ in
            // As far as the place that is shown: distances from several places would tell the other one.
            let shown = ground.forOthers(report, tree)
            return AroundItem(shown, metres: shown.place?.metres(to: place) ?? 0, tree)
        }
        let (road, commune) = (ground.road(at: place), ground.commune(at: place))
        items += await app.known(of: place, road: road, commune: commune)
        return Array(items.sorted { $0.metres < $1.metres }.prefix(AppRoutes.mostAround))
    }

    /// 'longitude,latitude'.
    private static func place(_ text: String?) -> Place? {
        let parts = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard parts.count == 2 else { return nil }
        let place = Place(longitude: parts[0], latitude: parts[1])
        return place.isValid ? place : nil
    }

    private func known(_ asked: Form, _ context: ConsoleContext) async throws -> Bytes {
        var form = asked
        let tree = try await reports.tree()
        let category = form.text("category", 1...64)
        let place = AppRoutes.place(form["near"])
        let asset = form.integer("asset", optional: 0...4_294_967_294).map { Asset.Number(UInt32($0)) }
        if place == nil, asset == nil { form.refuse("near", Words("Il faut un lieu.", "A place is needed.")) }
        if form.errors.isEmpty, tree[category].map({ $0.visibility != .staff }) != true {
            form.refuse("category", Words("Catégorie inconnue.", "Unknown category."))
        }
        try form.finish()
        let known = try await reports.known(category: category, place: place, asset: asset)
        let words = form.text("q", 0...ReportRules.longestText)
        try form.finish()
        // What place, time, category and words make likely stands first, then what is merely near.
        let typing = try await reports.whileTyping(words, category: category, place: place, asset: asset, isStaff: false)
        let likely = typing.likely.map(\.report)
        let named = Set(likely.map(\.number))
        let near = known.reports.map(\.report).filter { tree[$0.category]?.visibility == .everybody && !named.contains($0.number) }
        let ground = try await reports.ground.current()
        let shown = (likely + near).prefix(5).map { report in
            let seen = ground.forOthers(report, tree)
            return (report: seen, metres: place.flatMap { seen.place?.metres(to: $0) } ?? 0)
        }
        let dates = try await reports.dates(category: category, place: place ?? known.place)
        var elsewhere: OutsideBody?
        if case .elsewhere(let body, _) = try await reports.route(category, at: place ?? known.place) { elsewhere = body }
        let mayFollow = known.trouble != nil && tree[category]?.visibility == .everybody
        let planned = if let trouble = known.trouble { await reports.planned(for: trouble.asset) } else { ReportExpected?.none }
        var writer = JSONWriter()
        writer.object { writer in
            if let trouble = known.trouble {
                writer.object("trouble") { writer in
                    writer.member("kind", trouble.kind(context.language))
                    writer.member("state", trouble.state(context.language))
                    if let since = trouble.since { writer.member("since", since.iso8601) }
                    if let planned { writer.member("expected", context.audience.date(planned.at)) }
                    if let planned { writer.member("because", planned.because(context.language)) }
                    if mayFollow { writer.member("asset", Int(trouble.asset.value)) }
                }
            }
            if let elsewhere {
                writer.object("elsewhere") { writer in
                    writer.member("title", elsewhere.title(context.language))
                    writer.member("phone", elsewhere.phone)
                    writer.member("web", elsewhere.web)
                    writer.member("note", elsewhere.note?(context.language) ?? "")
                }
            }
            if let dates {
                writer.object("dates") { writer in
                    writer.member("promised", context.audience.date(dates.promisedAt))
                    if let expected = dates.expected {
                        writer.member("expected", context.audience.date(expected.at))
                        writer.member("because", expected.because(context.language))
                    }
                }
            }
            writer.array("reports", shown) { writer, one in
                writer.object { writer in
                    writer.member("reference", "\(one.report.reference)")
                    writer.member("link", "/app/reports/\(one.report.reference)")
                    writer.member("title", tree.title(one.report.category)(context.language))
                    writer.member("metres", one.metres.rounded())
                    writer.member("standing", AppWords.standing(one.report)(context.language))
                    writer.member("reported", context.audience.date(one.report.createdAt))
                    writer.member("promised", context.audience.date(one.report.promisedAt))
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    /// Asked while somebody types: words that are too long are cut, a place that is none is left out.
    private func guess(_ form: Form, _ context: ConsoleContext) async throws -> Bytes {
        let words = String((form["q"] ?? "").prefix(ReportRules.longestText))
        let proposals = try await app.proposals(words, at: AppRoutes.place(form["near"]))
        let tree = try await reports.tree()
        var writer = JSONWriter()
        writer.object { writer in
            if let hint = PersonalText.hint(words) { writer.member("hint", hint(context.language)) }
            writer.array("guesses", proposals) { writer, guess in
                writer.object { writer in
                    writer.member("category", guess.code)
                    writer.member("title", tree.title(guess.code)(context.language))
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    /// The assets of a kind nearest to a place: to say which lamp is meant without a map.
    private func assets(_ context: ConsoleContext) async throws -> Bytes {
        var form = context.query
        let kind = form.text("kind", 1...32)
        let place = AppRoutes.place(form["near"])
        if place == nil { form.refuse("near", Words("Il faut un lieu.", "A place is needed.")) }
        if form.errors.isEmpty, try await !reports.tree().categories.contains(where: { $0.assetKind == kind }) {
            form.refuse("kind", Words("Aucune catégorie ne se lie à cette sorte.", "No category is bound to this kind."))
        }
        try form.finish()
        guard let place else { throw Refused.notFound(context.address) }
        let near = try await app.assets(of: kind, near: place, within: 80).prefix(8)
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("assets", near) { writer, one in
                writer.object { writer in
                    writer.member("number", Int(one.record.number.value))
                    writer.member("id", one.record.id.text)
                    writer.member("address", one.record.address)
                    writer.member("metres", one.metres.rounded())
                    if let place = one.record.place {
                        writer.member("longitude", place.longitude)
                        writer.member("latitude", place.latitude)
                    }
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    // MARK: Files

    private func addFiles(to desk: Desk) {
        desk.api(AppRoutes.page("/robots.txt", "What search engines may read")) { _, _ in
            Bytes(Array(AppRoutes.robots.utf8), type: "text/plain; charset=utf-8", headers: [.cacheControl: "public, max-age=86400"])
        }
        desk.api(AppRoutes.page("/app/manifest.webmanifest", "Citizens' app: what an installed app needs to know")) { _, context in
            AppRoutes.manifest(context)
        }
        desk.api(AppRoutes.page("/app/worker.js", "Citizens' app: its service worker")) { _, context in
            guard var file = context.asset("app-worker.js") else { throw Refused.notFound(context.address) }
            file.headers = [.cacheControl: "no-cache", HTTPField.Name("Service-Worker-Allowed")!: "/app"]
            return file
        }
    }

    /// RFC 9309; the longest rule that fits decides. Pages whose address is a secret, and all of the room, are nobody's to list.
    private static let robots = """
        User-agent: *
        Disallow: /
        Allow: /app
        Allow: /assets/
        Allow: /open-data/
        Disallow: /app/follow/
        Disallow: /app/mail/
        Disallow: /app/compte
        Disallow: /app/mine
        Disallow: /app/encombrants/suivi/

        """

    private static let icons: [(file: String, sizes: String, purpose: String)] = [
        ("app-icon-192.png", "192x192", "any"), ("app-icon-512.png", "512x512", "any"),
        ("app-icon-maskable-512.png", "512x512", "maskable"), ("app-icon.svg", "any", "any"),
    ]
    private static let shortcuts: [Page.Crumb] = [
        .init(Words("Signaler un problème", "Report a problem"), "/app"),
        .init(Words("Autour de moi", "Around me"), "/app/around"), .init(Words("Services", "Services"), "/app/services"),
        .init(Words("Mes demandes", "My requests"), "/app/mine"),
    ]

    private static func manifest(_ context: ConsoleContext) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", "/app")
            writer.member("name", context.language == .french ? "Signaler à la ville" : "Tell the city")
            writer.member("short_name", context.language == .french ? "Signaler" : "Report")
            writer.member("lang", context.language.rawValue)
            writer.member("start_url", "/app")
            writer.member("scope", "/app")
            writer.member("display", "standalone")
            writer.member("background_color", "#f3f4f5")
            writer.member("theme_color", "#1d4f91")
            writer.array("icons", AppRoutes.icons) { writer, icon in
                writer.object { writer in
                    writer.member("src", context.assetAddress(icon.file))
                    writer.member("sizes", icon.sizes)
                    writer.member("type", icon.file.hasSuffix(".png") ? "image/png" : "image/svg+xml")
                    writer.member("purpose", icon.purpose)
                }
            }
            writer.array("shortcuts", AppRoutes.shortcuts) { writer, shortcut in
                writer.object { writer in
                    writer.member("name", shortcut.title(context.language))
                    writer.member("url", shortcut.address)
                }
            }
        }
        return Bytes(writer.bytes, type: "application/manifest+json", headers: [.cacheControl: "no-cache"])
    }
}
