// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Inventory
import Journal
import Post

/// The account under `/app/compte`: in by a link sent to an address, and from then on a cookie of its own. Whether an address is known, no
/// answer tells.
struct CitizenAccountRoutes {
    let reports: Reports
    let addresses: AddressShelf
    /// Of other desks.
    let seekers: [any PersonalSeeker]
    private let byNetwork = Pace()
    private let byAddress = Pace()
    static let linksPerMinute = 5

    init(reports: Reports, addresses: AddressShelf, seekers: [any PersonalSeeker] = []) {
        (self.reports, self.addresses, self.seekers) = (reports, addresses, seekers)
    }

    func add(to desk: Desk) {
        desk.api(AppRoutes.page("/app/compte", "Citizens' app: the optional account")) { request, context in
            guard let account = try await account(request, context) else {
                return CitizenDoorPage(
                    isOpen: reports.post?.sendsMail == true, isSent: context.query["sent"] == "1", isErased: context.query["erased"] == "1"
                ).page
            }
            return try await show(account, context)
        }
        desk.openForm("/app/compte/lien", "Citizens' app: have a link to sign in sent") { form, _, context in
            try await sendLink(form, context)
        }
        desk.api(AppRoutes.page("/app/compte/entrer/{token}", "Citizens' app: sign in by the link of a mail")) { _, context in
            let (token, now) = (try context.text("token"), context.now)
            let isGood = try await reports.journal.read { try CitizenAccountStore.hasDoor(token, at: now, in: $0) }
            return CitizenEnterPage(token: token, isGood: isGood).page
        }
        // A mail program that looks at links must not use one up: only the button does.
        desk.openForm("/app/compte/entrer/{token}", "Citizens' app: use the link of a mail") { _, request, context in
            try await enter(request, context)
        }
        desk.openForm("/app/compte/sortir", "Citizens' app: sign out") { _, request, context in
            if let session = request.cookies[cookieName(context)]?.value {
                try await reports.journal.write { try CitizenAccountStore.endSession(session, in: $0) }
            }
            return try withCookie("", 0, SeeOther("/app/compte"), request, context)
        }
        act(desk, "gouts", "how one is told") { form, account, _ in
            var changed = account
            changed.requests = CitizenAccount.Taste(rawValue: form["requests"] ?? "") ?? account.requests
            changed.streets = CitizenAccount.Taste(rawValue: form["streets"] ?? "") ?? account.streets
            changed.works = CitizenAccount.Taste(rawValue: form["works"] ?? "") ?? account.works
            let kept = changed
            try await reports.journal.write { try CitizenAccountStore.set(kept, in: $0) }
        }
        act(desk, "demandes", "add a request by its link or reference") { form, account, _ in try await add(form, account) }
        desk.api(AppRoutes.page("/app/compte/demandes/{reference}", "Citizens' account: open a request of one's own")) { request, context in
            try await open(request, context)
        }
        act(desk, "demandes/retirer", "take a request out") { form, account, _ in
            guard let number = ReportReference(form["reference"] ?? "")?.number else { return }
            try await reports.journal.write { try CitizenAccountStore.leave(number, account, in: $0) }
        }
        act(desk, "rues", "add a street") { form, account, _ in try await addStreet(form, account) }
        act(desk, "rues/retirer", "take a street out") { form, account, _ in
            guard let place = form["place"].flatMap({ Int($0) }) else { return }
            try await reports.journal.write { try CitizenAccountStore.removeStreet(place, of: account, in: $0) }
        }
        addData(to: desk)
    }

    // MARK: In and out

    private func cookieName(_ context: ConsoleContext) -> String { context.settings.isSecure ? "__Host-vigie-citizen" : "vigie-citizen" }

    private func withCookie(
        _ value: String, _ seconds: Int, _ answer: SeeOther, _ request: Request, _ context: ConsoleContext
    ) throws -> Response {
        var response = try answer.response(from: request, context: context)
        response.setCookie(
            Cookie(
                name: cookieName(context), value: value, maxAge: seconds, path: "/", secure: context.settings.isSecure, httpOnly: true,
                sameSite: .lax))
        return response
    }

    private func account(_ request: Request, _ context: ConsoleContext) async throws -> CitizenAccount? {
        guard let session = request.cookies[cookieName(context)]?.value, session.utf8.count == 43 else { return nil }
        let now = context.now
        return try await reports.journal.read { try CitizenAccountStore.find(session: session, at: now, in: $0) }
    }

    private func act(
        _ desk: Desk, _ path: String, _ summary: String,
        _ body: @escaping @Sendable (Form, CitizenAccount, ConsoleContext) async throws -> Void
    ) {
        desk.openForm("/app/compte/\(path)", "Citizens' account: \(summary)") { form, request, context in
            guard let account = try await account(request, context) else { return SeeOther("/app/compte") }
            try await body(form, account, context)
            return SeeOther("/app/compte?told=1")
        }
    }

    private func sendLink(_ form: Form, _ context: ConsoleContext) async throws -> SeeOther {
        guard let post = reports.post, post.sendsMail else { throw Refused.notFound(context.address) }
        var form = form
        let email = form.text("email", 3...254).trimmingSpace.lowercased()
        if form.errors.isEmpty, !EmailText.isAddress(email) || !MailAddress.isAddress(email) {
            form.refuse("email", Words("Une adresse comme nom@exemple.fr.", "An address such as name@example.org."))
        }
        try form.finish()
        if let seconds = byNetwork.take(context.network, perMinute: CitizenAccountRoutes.linksPerMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
        // One a minute for one address; whoever asks more often reads the same answer.
        if byAddress.take(email, perMinute: 1, at: context.now) == nil {
            let (token, now, language) = (Tokens.make(), context.now, context.language)
            try await reports.journal.write { transaction in
                try CitizenAccountStore.addDoor(token, email: email, language, at: now, in: transaction)
                try post.sendDoor(token, to: email, language, at: now, in: transaction)
            }
        }
        return SeeOther("/app/compte?sent=1")
    }

    private func enter(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let (token, session, now) = (try context.text("token"), Tokens.make(), context.now)
        let account = try await reports.journal.write { transaction -> CitizenAccount? in
            let account = try CitizenAccountStore.enter(token, session: session, at: now, in: transaction)
            if let account { try CitizenAccountStore.adopt(account, in: transaction) }
            return account
        }
        guard account != nil else { return try SeeOther("/app/compte/entrer/\(token)").response(from: request, context: context) }
        return try withCookie(
            session, Int(CitizenAccount.sessionLife.seconds), SeeOther("/app/compte"), request, context)
    }

    // MARK: Page

    private func show(_ account: CitizenAccount, _ context: ConsoleContext) async throws -> Page {
        let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
        let read = try await reports.journal.read { transaction in
            let requests = try CitizenAccountStore.requests(account, in: transaction).map { report, isOwn in
                CitizenAccountPage.Request(report: isOwn ? report : ground.forOthers(report, tree), isOwn: isOwn)
            }
            let streets = try CitizenAccountStore.streets(of: account, in: transaction).map { street in
                CitizenAccountPage.Street(
                    street: street,
                    near: try ReportStore.open(round: street.at, metres: CitizenAccount.metres, limit: 50, in: transaction).map(\.report)
                        .filter { tree[$0.category]?.visibility == .everybody }.prefix(5).map { ground.forOthers($0, tree) })
            }
            return (requests, streets)
        }
        return CitizenAccountPage(
            account: account, requests: read.0, streets: read.1, tree: tree, pushKey: reports.post?.pushKey ?? "",
            isTold: context.query["told"] == "1"
        ).page
    }

    /// The page of an own request lies under a link with a secret, made where there is none (any more).
    private func open(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        guard let account = try await account(request, context) else {
            return try SeeOther("/app/compte").response(from: request, context: context)
        }
        let (number, now) = (ReportReference(try context.text("reference"))?.number, context.now)
        let link = try await reports.journal.write { transaction -> ReportLinkStore.Link? in
            guard let number, let report = try CitizenAccountStore.own(number, of: account, in: transaction) else { return nil }
            return try ReportLinkStore.open(report, account.language, at: now, in: transaction)
        }
        guard let link else { throw Refused.notFound("/app/compte/demandes/…") }
        return try SeeOther("/app/follow/\(link.secrets.follow)").response(from: request, context: context)
    }

    /// A link that its holder pastes, or the reference of a public report.
    private func add(_ form: Form, _ account: CitizenAccount) async throws {
        var form = form
        let text = form.text("link", 1...400).trimmingSpace
        try form.finish()
        let unknown = Refused.fields([
            .init(
                "link",
                Words(
                    "Ni un lien de demande, ni la référence d'un signalement public.",
                    "Neither a link of a request nor the reference of a public report."))
        ])
        let token = text.split { "/?#".contains($0) }.map(String.init).last { $0.utf8.count == 40 } ?? ""
        if let followed = try await reports.follow(token) {
            return try await reports.journal.write {
                try CitizenAccountStore.follow(followed.report.number, account, isOwn: followed.isOwn, in: $0)
            }
        }
        let tree = try await reports.tree()
        let reference = text.split(separator: "/").last.map(String.init) ?? text
        guard let number = ReportReference(reference)?.number, let report = try await reports.report(number),
            tree[report.category]?.visibility == .everybody
        else { throw unknown }
        try await reports.journal.write { try CitizenAccountStore.follow(number, account, isOwn: false, in: $0) }
    }

    private func addStreet(_ form: Form, _ account: CitizenAccount) async throws {
        var form = form
        let text = form.text("address", 1...300).trimmingSpace
        try form.finish()
        guard let found = AddressSearch(addresses.index).find(text, limit: 1).first else {
            throw Refused.fields([.init("address", Words("Cette adresse n'est pas connue.", "This address is not known."))])
        }
        let isIn = try await reports.journal.write { try CitizenAccountStore.add(found.label, found.place, to: account, in: $0) }
        guard isIn else {
            throw Refused.fields([
                .init(
                    "address", Words("\(CitizenAccount.mostStreets) adresses au plus.", "At most \(CitizenAccount.mostStreets) addresses."))
            ])
        }
    }

    // MARK: Data

    private func addData(to desk: Desk) {
        desk.api(AppRoutes.page("/app/compte/donnees.json", "Citizens' account: all data of it")) { request, context in
            guard let account = try await account(request, context) else {
                return try SeeOther("/app/compte").response(from: request, context: context)
            }
            let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
            let bytes = try await reports.journal.read { try CitizenData.read(account, ground, tree, seekers, in: $0).json }
            let name = #"attachment; filename="vigie-mes-donnees.json""#
            return try Bytes(bytes, type: "application/json", headers: [.contentDisposition: name, .cacheControl: "no-store"])
                .response(from: request, context: context)
        }
        desk.api(AppRoutes.page("/app/compte/donnees", "Citizens' account: all data of it, to be read")) { request, context in
            guard let account = try await account(request, context) else {
                return try SeeOther("/app/compte").response(from: request, context: context)
            }
            let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
            let data = try await reports.journal.read { try CitizenData.read(account, ground, tree, seekers, in: $0) }
            return try CitizenDataPage(data: data, tree: tree).page.response(from: request, context: context)
        }
        desk.api(AppRoutes.page("/app/compte/photos/{reference}/{place}", "Citizens' account: a photo of one's own")) { request, context in
            let (reference, place) = (try context.text("reference"), Int(try context.number("place")))
            guard let account = try await account(request, context), let number = ReportReference(reference)?.number else {
                throw Refused.notFound("/app/compte/photos/…")
            }
            let photo = try await reports.journal.read { transaction -> (type: String, bytes: [UInt8])? in
                guard let report = try CitizenAccountStore.own(number, of: account, in: transaction),
                    try CitizenAccountStore.sent(report, account, in: transaction),
                    try ReportPhotoStore.sent(with: number, in: transaction).contains(place)
                else { return nil }
                return try ReportPhotoStore.body(place, of: number, onlyReleased: false, in: transaction)
            }
            guard let photo else { throw Refused.notFound("/app/compte/photos/…") }
            return try Bytes(photo.bytes, type: photo.type, headers: [.cacheControl: "no-store"]).response(from: request, context: context)
        }
        desk.openForm("/app/compte/effacer", "Citizens' account: erase all data of it") { form, request, context in
            guard let account = try await account(request, context) else {
                return try SeeOther("/app/compte").response(from: request, context: context)
            }
            guard form.flag("sure") else {
                throw Refused.fields([.init("sure", Words("Cochez la case pour effacer.", "Tick the box to erase."))])
            }
            let now = context.now
            let entries = try await reports.journal.write { transaction -> [LogEntry] in
                let done = try CitizenAccountStore.erase(account, others: seekers, at: now, in: transaction)
                let list = done.filter { $0.count > 0 }.map { "\($0.table) \($0.count)" }.joined(separator: ", ")
                let words = Words(
                    "Données d'un habitant effacées à sa demande, depuis son compte : \(list).",
                    "Data of a citizen erased on request, from the account: \(list).")
                let entries = try Logbook.append([LogDraft(trade: "privacy", text: words)], in: transaction, at: now)
                for one in done {
                    try PersonalDestruction.keep(one.count, of: one.table, at: now, entry: entries.first?.number, in: transaction)
                }
                return entries
            }
            reports.outlet.tell([], entries)
            return try withCookie("", 0, SeeOther("/app/compte?erased=1"), request, context)
        }
        addPush(to: desk)
    }

    private func addPush(to desk: Desk) {
        desk.api(AppPostRoutes.subscribe("/app/compte/push", "an account")) { request, context in
            guard let account = try await account(request, context), reports.post?.sendsPush == true else {
                throw Refused.notFound(context.address)
            }
            switch try await AppPostRoutes.sent(request) {
            case .subscribed(let device):
                guard try await reports.journal.write({ try CitizenAccountStore.add(device, to: account, in: $0) }) else {
                    throw Refused.conflict(Words("Trop d'appareils.", "Too many devices."))
                }
            case .stopped(let endpoint):
                try await reports.journal.write { try CitizenAccountStore.removeDevice(endpoint, of: account, in: $0) }
            }
            return Response(status: .noContent)
        }
        desk.api(AppRoutes.page("/app/compte/stop/{token}", "Citizens' account: end its mails")) { _, context in
            _ = try await stopped(context)
            return CitizenStopPage(token: try context.text("token"), isDone: context.query["told"] == "1").page
        }
        desk.api(
            Endpoint(
                .post, "/app/compte/stop/{token}", "Citizens' account: end its mails (RFC 8058)", access: .open, surface: .open,
                answers: [.init(303, "No more mails go out"), .init(404, "No such link")])
        ) { request, context in
            let account = try await stopped(context)
            _ = try await request.bytes(limit: 4096)
            var changed = account
            if changed.requests == .mail { changed.requests = .none }
            if changed.streets == .mail { changed.streets = .none }
            if changed.works == .mail { changed.works = .none }
            let kept = changed
            try await reports.journal.write { try CitizenAccountStore.set(kept, in: $0) }
            return SeeOther("/app/compte/stop/\(try context.text("token"))?told=1")
        }
    }

    /// The account that a link in a mail names.
    private func stopped(_ context: ConsoleContext) async throws -> CitizenAccount {
        let parts = try context.text("token").split(separator: "-").map(String.init)
        let account = try await reports.journal.write { transaction -> CitizenAccount? in
            guard parts.count == 2, let number = Int64(parts[0]),
                Tokens.hash(try CitizenPost.stopToken(number, in: transaction)) == Tokens.hash(parts[1])
            else { return nil }
            return try CitizenAccountStore.find(number, in: transaction)
        }
        guard let account else { throw Refused.notFound("/app/compte/stop/…") }
        return account
    }
}
