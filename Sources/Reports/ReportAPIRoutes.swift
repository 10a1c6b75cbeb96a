// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Hummingbird
import Inventory
import Journal

/// Reports for programs of the house: another desk's software, an alarm's, a call centre's. Citizens have doors of their own.
struct ReportAPIRoutes {
    let reports: Reports

    /// Bytes of one request.
    static let limit = 64 * 1024

    func add(to desk: Desk) {
        desk.api(ReportAPIRoutes.makeEndpoint) { request, context in try await make(request, context) }
        desk.api(ReportAPIRoutes.oneEndpoint) { _, context in try await one(context) }
    }

    private struct Body: Decodable {
        var key: String?
        var category: String
        var longitude: Double?
        var latitude: Double?
        var address: String?
        var description: String?
        var answers: [String: String]?
        var channel: String?
        var name: String?
        var email: String?
        var phone: String?
        var asset: String?
    }

    private func make(_ request: Request, _ context: ConsoleContext) async throws -> Bytes {
        let person = try context.required()
        let type = request.headers[.contentType] ?? ""
        guard type.split(separator: ";").first == "application/json" else { throw Refused.wrongType(type, expected: "application/json") }
        let (draft, asset) = try await bound(try await request.bytes(limit: ReportAPIRoutes.limit), login: person.login)
        let isOfDevice = asset != nil && draft.channel == .alarm
        if !person.mayEverywhere(.operate, "reports") {
            // What stands elsewhere than it is said to be is somebody else's, and so is an open report about it.
            for place in [draft.place] + (asset.map { [$0.place] } ?? []) {
                let commune = try await reports.ground.current().commune(at: place)
                try context.require(.operate, "reports", in: commune.insee)
            }
        }
        do {
            let receipt = try await isOfDevice ? reports.take(ofDevice: draft) : reports.create(draft)
            var answer = ReportAPIRoutes.json(receipt.report, token: receipt.token.isEmpty ? nil : receipt.token)
            answer.status = receipt.isNew ? .created : .ok
            answer.headers[.location] = "/api/reports/\(receipt.reference)"
            return answer
        } catch let fault as ReportFault {
            throw fault.refused
        }
    }

    /// What was sent, with its asset where it names one.
    private func bound(_ buffer: ByteBuffer, login: String) async throws -> (ReportDraft, AssetRecord?) {
        var (draft, asset) = try ReportAPIRoutes.draft(buffer, login: login)
        guard let asset else { return (draft, nil) }
        guard let id = Asset.ID(asset), let record = try await reports.journal.read({ try AssetStore.find(id, in: $0) }),
            record.removal == nil
        else { throw Refused.fields([.init("asset", Words("Aucun équipement n'a cette identité.", "No asset has this identity."))]) }
        (draft.asset, draft.place) = (record.number, draft.place ?? record.place)
        return (draft, record)
    }

    private static func draft(_ buffer: ByteBuffer, login: String) throws -> (ReportDraft, asset: String?) {
        let body: Body
        do { body = try JSONDecoder().decode(Body.self, from: Data(buffer.readableBytesView)) } catch {
            throw Refused.badRequest(
                Words(
                    "Un objet JSON est attendu, avec au moins 'category' (docs/desks/reports.md).",
                    "A JSON object is expected, with 'category' at least (docs/desks/reports.md)."))
        }
        let channel = body.channel.map { Report.Channel(rawValue: $0) } ?? .operator
        guard let channel, (body.longitude == nil) == (body.latitude == nil) else {
            let words =
                channel == nil
                ? Words("Canal inconnu.", "Unknown channel.") : Words("Longitude et latitude ensemble.", "Longitude and latitude together.")
            throw Refused.fields([.init(channel == nil ? "channel" : "longitude", words)])
        }
        let place = body.longitude.flatMap { x in body.latitude.map { Place(longitude: x, latitude: $0) } }
        let draft = ReportDraft(
            key: body.key ?? "", category: body.category, place: place, address: body.address ?? "", description: body.description ?? "",
            answers: body.answers ?? [:], channel: channel,
            contact: ReportContact(name: body.name ?? "", email: body.email ?? "", phone: body.phone ?? ""), author: login)
        return (draft, body.asset)
    }

    private func one(_ context: ConsoleContext) async throws -> Bytes {
        let communes = try context.required().communes(.view, "reports")
        guard let reference = ReportReference(try context.text("reference")), let report = try await reports.report(reference.number),
            communes?.contains(report.commune.insee) ?? true
        else { throw Refused.notFound(context.address) }
        return ReportAPIRoutes.json(report)
    }

    /// - Parameter token: of the link, to whoever made it and to nobody else.
    private static func json(_ report: Report, token: String? = nil) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.member("reference", "\(report.reference)")
            if let token { json.member("follow", token) }
            json.member("category", report.category)
            json.member("state", report.state.rawValue)
            json.member("department", report.department)
            json.member("channel", report.channel.rawValue)
            json.member("address", report.address)
            json.member("commune", report.commune.insee)
            if let place = report.place {
                json.member("longitude", place.longitude)
                json.member("latitude", place.latitude)
            }
            json.member("received", report.createdAt.iso8601)
            json.member("promised", report.promisedAt.iso8601)
            if let ended = report.endedAt { json.member("ended", ended.iso8601) }
            if let proof = report.proof { json.member("proof", proof.rawValue) }
        }
        return Bytes(json.bytes, type: "application/json")
    }

    private static let answer = Schema.object(
        [
            ("reference", .string), ("follow", .string), ("category", .string),
            ("state", .string(values: Report.State.allCases.map(\.rawValue))),
            ("department", .string), ("channel", .string), ("address", .string), ("commune", .string), ("longitude", .number),
            ("latitude", .number), ("received", .instant), ("promised", .instant), ("ended", .instant), ("proof", .string),
        ], required: ["reference", "category", "state"])

    private static let makeEndpoint = Endpoint(
        .post, "/api/reports", "Make a report; the same key makes one report", access: .right(.operate, "reports"),
        body: .init(
            "application/json",
            .object(
                [
                    ("key", .string(pattern: "^[A-Za-z0-9_-]*$", length: 16...80)), ("category", .string),
                    ("longitude", .number(-180...180)),
                    ("latitude", .number(-85...85)), ("address", .string(length: 0...300)), ("description", .string(length: 0...4000)),
                    ("answers", .object([], open: true)), ("channel", .string(values: Report.Channel.allCases.map(\.rawValue))),
                    ("asset", .string(length: 1...64)), ("name", .string(length: 0...200)), ("email", .string(length: 0...254)),
                    ("phone", .string(length: 0...40)),
                ], required: ["category"], open: true)),
        answers: [
            .init(201, "Made and kept", "application/json", answer), .init(200, "This key had made it before", "application/json", answer),
        ])

    private static let oneEndpoint = Endpoint(
        .get, "/api/reports/{reference}", "One report", access: .right(.view, "reports"),
        parameters: [.init("reference", in: .path, .string)], answers: [.init(200, "The report", "application/json", answer)])
}
