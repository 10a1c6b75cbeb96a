// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal
import NIOCore

/// `/terrain`: the crews' pages and the door for what they did without a network. A tablet is known by its token, not by a session.
struct TerrainRoutes {
    let desk: Interventions
    private static let requestsPerMinute = 1_200
    private static let strangersPerMinute = 60
    private static let codesPerMinute = 20
    static let bodyLimit = 1 << 20

    func add(to site: Desk) {
        site.api(TerrainEndpoints.page("/terrain", "Crews' tablets: the day")) { request, context in try await day(request, context) }
        site.api(TerrainEndpoints.page("/terrain/jobs/{number}", "Crews' tablets: one job")) { request, context in
            // A tablet that was revoked asks for a code, not for a sign-in.
            guard try await device(request, context) != nil else {
                return try SeeOther("/terrain").response(from: request, context: context)
            }
            return try await sheet(request, context).response(from: request, context: context)
        }
        site.api(TerrainEndpoints.page("/terrain/jobs/{number}/photos/{place}", "Crews' tablets: a photo of a job")) { request, context in
            try await photo(request, context)
        }
        site.openUpload(
            Endpoint(.post, "/terrain/jobs/{number}/acts", "Crews' tablets: an act, from a form", access: .open, surface: .open),
            limit: TerrainRules.photoLimit + 64 * 1024
        ) { form, uploads, request, context in try await act(form, uploads, request, context) }
        site.openUpload(
            Endpoint(.post, "/terrain/pair", "Crews' tablets: pair by a code", access: .open, surface: .open), limit: 16 * 1024
        ) { form, _, request, context in try await pair(form, request, context) }
        site.openPost(TerrainEndpoints.sync, limit: TerrainRoutes.bodyLimit) { body, request, context in
            try await sync(body, request, context)
        }
        site.openPost(TerrainEndpoints.piece, limit: TerrainRules.pieceLimit) { body, request, context in
            try await piece(body, request, context)
        }
        site.api(TerrainEndpoints.page("/terrain/worker.js", "Crews' tablets: the service worker")) { _, context in
            guard var file = context.asset("terrain-worker.js") else { throw Refused.notFound(context.address) }
            file.headers = [.cacheControl: "no-cache", HTTPField.Name("Service-Worker-Allowed")!: "/terrain"]
            return file
        }
        site.api(TerrainEndpoints.page("/terrain/manifest.webmanifest", "Crews' tablets: what an installed app needs to know")) {
            _, context in TerrainRoutes.manifest(context)
        }
    }

    // MARK: Who it is

    private static func cookieName(_ context: ConsoleContext) -> String {
        context.settings.isSecure ? "__Host-vigie-terrain" : "vigie-terrain"
    }

    /// The tablet that asks; nil where it is none of ours. Each tablet is counted by itself, strangers by their network.
    private func device(_ request: Request, _ context: ConsoleContext) async throws -> CrewDevice? {
        let token = request.headers[.vigieDevice] ?? request.cookies[TerrainRoutes.cookieName(context)]?.value ?? ""
        if !token.isEmpty, let device = try await desk.device(token: token) {
            try pace("tablet \(device.number)", TerrainRoutes.requestsPerMinute, context)
            return device
        }
        try pace("network \(context.network)", TerrainRoutes.strangersPerMinute, context)
        return nil
    }

    private func required(_ request: Request, _ context: ConsoleContext) async throws -> CrewDevice {
        guard let device = try await device(request, context) else { throw TerrainRoutes.unknown }
        return device
    }

    private static let unknown = Refused(
        .unauthorized, "tablet", title: Words("Tablette inconnue", "Unknown tablet"),
        detail: Words(
            "Cette tablette n'est pas appairée, ou la salle l'a retirée. Ouvrez /terrain.",
            "This tablet is not paired, or the room has revoked it. Open /terrain."))

    private func pace(_ who: String, _ perMinute: Int, _ context: ConsoleContext) throws {
        if let seconds = desk.tabletPace.take(who, perMinute: perMinute, at: context.now) { throw Refused.tooMany(retryAfter: seconds) }
    }

    private func pair(_ form: Form, _ request: Request, _ context: ConsoleContext) async throws -> Response {
        try pace("code \(context.network)", TerrainRoutes.codesPerMinute, context)
        try pace("codes", 120, context)
        do {
            let (token, _) = try await desk.pair(code: form["code"] ?? "")
            var response = try SeeOther("/terrain").response(from: request, context: context)
            response.setCookie(
                Cookie(
                    name: TerrainRoutes.cookieName(context), value: token, maxAge: 400 * 86_400, path: "/",
                    secure: context.settings.isSecure, httpOnly: true, sameSite: .strict))
            return response
        } catch CrewFault.wrongCode {
            return try TerrainPairPage(isWrong: true).page.response(from: request, context: context)
        }
    }

    // MARK: Pages

    private func day(_ request: Request, _ context: ConsoleContext) async throws -> Page {
        guard let device = try await device(request, context) else { return TerrainPairPage(isWrong: false).page }
        let sight = try await desk.sight(of: device)
        return TerrainDayPage(sight: sight, wall: desk.wall, now: context.now).page
    }

    private func theirs(_ request: Request, _ context: ConsoleContext) async throws -> (CrewDevice, Job) {
        let device = try await required(request, context)
        let number = Job.Number(Int64(try context.number("number")))
        guard let job = try await desk.job(number, for: device) else { throw Refused.notFound(context.address) }
        return (device, job)
    }

    private func sheet(_ request: Request, _ context: ConsoleContext) async throws -> Page {
        let (device, job) = try await theirs(request, context)
        let plan = try await desk.crews.current()
        return try await desk.journal.read { transaction in
            TerrainJobPage(
                job: job, events: try JobStore.events(of: job.number, in: transaction),
                photos: try JobPhotoStore.photos(of: job.number, in: transaction),
                waiting: try JobStore.waiting(job.number, in: transaction),
                late: try TerrainStore.late(of: job.number, in: transaction).filter { $0.crew == device.crew },
                asset: try job.asset.flatMap { try AssetStore.find($0, in: transaction) }?.id.text,
                commune: try AreaStore.names(in: transaction).first { $0.code == job.commune.insee }?.name ?? "", plan: plan,
                crew: device.crew, key: Tokens.make(), now: context.now
            ).page
        }
    }

    private func photo(_ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let (_, job) = try await theirs(request, context)
        let place = Int(try context.number("place"))
        guard let body = try await desk.journal.read({ try JobPhotoStore.body(place, of: job.number, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        return Bytes(body.bytes, type: body.type, headers: [.cacheControl: "private, max-age=86400"])
    }

    // MARK: Acts

    private func act(_ form: Form, _ uploads: [Upload], _ request: Request, _ context: ConsoleContext) async throws -> SeeOther {
        let device = try await required(request, context)
        let number = Job.Number(Int64(try context.number("number")))
        var form = form
        var photo: CleanPhoto?
        if form["act"] == "photo" { photo = try await PhotoRules.one(of: uploads, &form, desk.develop) }
        let deed = TerrainForm.deed(&form, size: photo?.bytes.count ?? 1)
        let key = form["key"] ?? ""
        if !TerrainRules.isKey(key) { form.refuse("key", Words("Rechargez la page.", "Reload the page.")) }
        try form.finish()
        let act = TerrainAct(
            number: 1, key: key, at: context.now, job: number,
            seen: Int64(form["seen"] ?? "").flatMap { (0...TerrainAct.mostNumber).contains($0) ? $0 : nil } ?? 0, deed: deed)
        let receipt: TerrainReceipt
        do { receipt = try await desk.take(act, photo: photo, from: device) } catch CrewFault.unknownTablet { throw TerrainRoutes.unknown }
        if receipt.fate == .refused { throw Refused.conflict(receipt.because ?? JobFault.unknown.words) }
        return SeeOther("/terrain/jobs/\(number.value)")
    }

    private func sync(_ body: ByteBuffer, _ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let device = try await required(request, context)
        let json: JSON
        do { json = try body.withUnsafeReadableBytes { try JSON($0) } } catch let fault as JSON.Malformed {
            throw Refused.badRequest(Words("Ce n'est pas du JSON : \(fault)", "\(fault)"))
        }
        do {
            let batch = try TerrainBatch(json)
            let (receipts, taken) = try await desk.sync(batch, from: device)
            let sight = try await desk.sight(of: device)
            return TerrainRoutes.answer(receipts, taken, sight, have: json["have"], context)
        } catch let fault as JobFault { throw fault.refused } catch CrewFault.unknownTablet { throw TerrainRoutes.unknown }
    }

    private static func answer(
        _ receipts: [TerrainReceipt], _ taken: Int, _ sight: TerrainSight, have: JSON?, _ context: ConsoleContext
    ) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("now", Int(context.now.milliseconds))
            writer.member("crew", sight.device.crew)
            writer.member("device", Int(sight.device.number))
            writer.member("taken", taken)
            writer.array("receipts", receipts) { writer, one in
                writer.object { writer in
                    writer.member("n", one.number)
                    writer.member("id", one.key)
                    writer.member("fate", one.fate.rawValue)
                    if let because = one.because { writer.member("because", because(context.language)) }
                }
            }
            writer.array("jobs", sight.all) { writer, job in
                let version = sight.versions[job.number] ?? 0
                writer.object { writer in
                    writer.member("number", Int(job.number.value))
                    writer.member("version", Int(version))
                    writer.member("changed", have?[String(job.number.value)]?.numberOrNil.map { $0 != Double(version) } ?? true)
                    writer.member("state", job.state.rawValue)
                    writer.member("title", job.title(context.language))
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json")
    }

    private func piece(_ body: ByteBuffer, _ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let device = try await required(request, context)
        let key = try context.text("key")
        var query = context.query
        let (from, size) = (query.integer("from", 0...TerrainRules.photoLimit), query.integer("size", 1...TerrainRules.photoLimit))
        if !TerrainRules.isKey(key) { query.refuse("key", Words("8 à 43 lettres ou chiffres.", "8 to 43 letters or digits.")) }
        let bytes = Array(body.readableBytesView)
        if from + bytes.count > size { query.refuse("size", Words("Plus long qu'annoncé.", "Longer than was said.")) }
        try query.finish()
        let have = try await desk.journal.write { transaction -> Int? in
            guard try TerrainStore.device(device.number, in: transaction)?.revokedAt == nil else { throw TerrainRoutes.unknown }
            // Two sendings of one piece at once must not both keep it.
            _ = try TerrainStore.queue(device.number, "", in: transaction)
            let have = try TerrainStore.have(key, device.number, in: transaction)
            guard from == have, !bytes.isEmpty else { return have }
            if have == 0, try TerrainStore.photos(device.number, in: transaction) >= TerrainStore.mostPhotos { return nil }
            try TerrainStore.add(bytes, at: from, of: key, device.number, now: context.now, in: transaction)
            return have + bytes.count
        }
        guard let have else { throw Refused.tooMany(retryAfter: 60) }
        return .json("{\"have\":\(have)}")
    }

    private static func manifest(_ context: ConsoleContext) -> Bytes {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", "/terrain")
            writer.member("name", context.language == .french ? "Équipe de terrain" : "Crew")
            writer.member("short_name", context.language == .french ? "Terrain" : "Crew")
            writer.member("lang", context.language.rawValue)
            writer.member("start_url", "/terrain")
            writer.member("scope", "/terrain")
            writer.member("display", "standalone")
            writer.member("background_color", "#f3f4f5")
            writer.member("theme_color", "#101418")
            writer.array("icons", ["any", "maskable"]) { writer, purpose in
                writer.object { writer in
                    writer.member("src", context.assetAddress("app-icon.svg"))
                    writer.member("sizes", "any")
                    writer.member("type", "image/svg+xml")
                    writer.member("purpose", purpose)
                }
            }
        }
        return Bytes(writer.bytes, type: "application/manifest+json", headers: [.cacheControl: "no-cache"])
    }
}

extension HTTPField.Name {
    static let vigieDevice = HTTPField.Name("Vigie-Device")!
}
