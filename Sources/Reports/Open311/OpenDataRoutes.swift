// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import NIOCore

/// All reports as open data, `/open-data/reports.csv` and `.geojson`: no words of a citizen, no address, nobody's name or pseudonym, and
/// only categories that all may see, with places as exact as the category says. Written as it is read, however long the past is.
package struct OpenDataRoutes: Sendable {
    let reports: Reports
    private static let page = 2_000

    package init(_ reports: Reports) { self.reports = reports }

    package func add(to site: Site) {
        let desk = site.desk("open-data")
        func open(_ path: String) -> Endpoint { Endpoint(.get, path, "Open data: all reports", access: .open, surface: .open) }
        desk.api(open("/open-data/reports.csv")) { _, context in
            try await stream("text/csv; charset=utf-8", OpenDataRoutes.header, "") { row, _ in row.csv(context.language) }
        }
        desk.api(open("/open-data/reports.geojson")) { _, context in
            try await stream("application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[\n", "\n]}\n") { row, isFirst in
                (isFirst ? "" : ",\n") + row.geoJSON(context.language)
            }
        }
    }

    private static let header =
        "reference,category,category_title,status,state,requested_at,updated_at,promised_at,ended_at,proof,channel,commune,department,longitude,latitude\r\n"

    private func stream(
        _ type: String, _ head: String, _ tail: String, _ line: @escaping @Sendable (OpenDataRow, Bool) -> String
    ) async throws -> Response {
        let (tree, ground, journal) = (try await reports.tree(), try await reports.ground.current(), reports.journal)
        let codes = tree.categories.filter(Open311Translation.isPublic).map(\.code)
        let body = ResponseBody { writer in
            var open = writer
            try await open.write(ByteBuffer(string: head))
            var (last, isFirst): (Int64, Bool) = (0, true)
            while true {
                let after = last
                let found = try await journal.read { try Open311Store.page(after: after, codes: codes, limit: OpenDataRoutes.page, in: $0) }
                guard let newest = found.last else { break }
                var text = ""
                for report in found {
                    var shown = report
                    shown.place = ground.shownPlace(of: report, tree)
                    text += line(OpenDataRow(report: shown, title: tree[report.category]?.title), isFirst)
                    isFirst = false
                }
                try await open.write(ByteBuffer(string: text))
                last = newest.number.value
            }
            try await open.write(ByteBuffer(string: tail))
            try await open.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=3600"], body: body)
    }
}

/// What a line tells of one report.
struct OpenDataRow: Sendable {
    var report: Report
    var title: Words?

    func csv(_ language: Language) -> String {
        let r = report
        let cells = [
            r.reference.description, r.category, title?(language) ?? r.category, r.isOpen ? "open" : "closed", r.state.rawValue,
            r.createdAt.iso8601, r.updatedAt.iso8601, r.promisedAt.iso8601, r.endedAt?.iso8601 ?? "", r.proof?.rawValue ?? "",
            r.channel.rawValue, r.commune.insee, r.department, r.place.map { degrees($0.longitude) } ?? "",
            r.place.map { degrees($0.latitude) } ?? "",
        ]
        return cells.map { CSV.cell($0, separator: ",") }.joined(separator: ",") + "\r\n"
    }

    func geoJSON(_ language: Language) -> String {
        let r = report
        var json = JSONWriter()
        json.object { json in
            json.member("type", "Feature")
            json.member("id", r.reference.description)
            if let place = r.place {
                json.object("geometry") { json in
                    json.member("type", "Point")
                    json.array("coordinates", [place.longitude, place.latitude]) { $0.number(($1 * 1e6).rounded() / 1e6) }
                }
            } else {
                json.null("geometry")
            }
            json.object("properties") { json in
                json.member("category", r.category)
                json.member("category_title", title?(language) ?? r.category)
                json.member("status", r.isOpen ? "open" : "closed")
                json.member("state", r.state.rawValue)
                json.member("requested_at", r.createdAt.iso8601)
                json.member("updated_at", r.updatedAt.iso8601)
                json.member("promised_at", r.promisedAt.iso8601)
                if let ended = r.endedAt { json.member("ended_at", ended.iso8601) } else { json.null("ended_at") }
                if let proof = r.proof { json.member("proof", proof.rawValue) } else { json.null("proof") }
                json.member("channel", r.channel.rawValue)
                json.member("commune", r.commune.insee)
                json.member("department", r.department)
            }
        }
        return json.text
    }

    private func degrees(_ value: Double) -> String { String(format: "%.6f", value) }
}
