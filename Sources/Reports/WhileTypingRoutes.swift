// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Hummingbird
import Watch

/// `/api/reports/while-typing`: for staff at the telephone and at the desk, asked after each word.
package struct WhileTypingRoutes {
    let reports: Reports
    package init(_ reports: Reports) { self.reports = reports }

    package func add(to site: Site) {
        let item = Schema.object(
            [
                ("reference", .string), ("number", .integer), ("category", .string), ("state", .string), ("probability", .number(0...1)),
                ("reason", .string), ("description", .string),
            ], required: ["reference", "probability", "reason"])
        let guess = Schema.object([("category", .string), ("title", .string), ("confidence", .number(0...1))], required: ["category"])
        let outage = Schema.object(
            [("asset", .integer), ("title", .string), ("state", .string), ("probability", .number(0...1)), ("reason", .string)],
            required: ["asset", "title", "state", "probability", "reason"])
        let endpoint = Endpoint(
            .get, "/api/reports/while-typing", "Categories that a text may mean, and open reports that may be the same",
            access: .everywhere(.view, "reports"),
            parameters: [
                .init("q", in: .query, .string(length: 0...4_000)), .init("category", in: .query, .string(length: 0...64)),
                .init("lat", in: .query, .number(-85...85)), .init("long", in: .query, .number(-180...180)),
            ],
            answers: [
                .init(
                    200, "What helps", "application/json",
                    .object(
                        [("guesses", .array(guess)), ("likely", .array(item)), ("outages", .array(outage))],
                        required: ["guesses", "likely", "outages"]))
            ])
        site.desk("reports").api(endpoint) { [reports] _, context in
            var form = context.query
            let (lat, long) = (form.decimal("lat", optional: -85...85), form.decimal("long", optional: -180...180))
            if (lat == nil) != (long == nil) { form.refuse("lat", Words("lat et long vont ensemble.", "lat and long go together.")) }
            try form.finish()
            let place = lat.flatMap { lat in long.map { Place(longitude: $0, latitude: lat) } }
            let found = try await reports.whileTyping(form["q"] ?? "", category: form["category"], place: place, isStaff: true)
            let tree = try await reports.tree()
            var json = JSONWriter()
            json.object { json in
                json.array("guesses", found.guesses) { json, guess in
                    json.object { json in
                        json.member("category", guess.code)
                        json.member("title", tree.title(guess.code)(context.language))
                        json.member("confidence", (guess.confidence * 100).rounded() / 100)
                    }
                }
                json.array("likely", found.likely) { json, one in
                    json.object { json in
                        json.member("reference", one.report.reference.description)
                        json.member("number", Int(one.report.number.value))
                        json.member("category", one.report.category)
                        json.member("state", one.report.state.rawValue)
                        json.member("probability", (one.probability * 100).rounded() / 100)
                        json.member("reason", one.reason(context.language))
                        json.member("description", one.report.description)
                    }
                }
                json.array("outages", found.outages) { json, one in
                    json.object { json in
                        json.member("asset", Int(one.trouble.asset.value))
                        json.member("title", one.trouble.kind(context.language))
                        json.member("state", one.trouble.state(context.language))
                        json.member("probability", (one.probability * 100).rounded() / 100)
                        json.member("reason", one.reason(context.language))
                    }
                }
            }
            return Bytes.json(json.text)
        }
    }
}
