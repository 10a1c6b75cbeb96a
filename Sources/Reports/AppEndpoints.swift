// SPDX-License-Identifier: EUPL-1.2

import Console
import HTTPTypes

/// The app's endpoints as the API's description says them.
extension AppRoutes {
    static func page(_ path: String, _ summary: String) -> Endpoint { Endpoint(.get, path, summary, access: .open, surface: .page) }

    static let sendEndpoint = Endpoint(
        .post, "/app", "Send a report; the answer is a page, or JSON where that is asked for", access: .open, surface: .open,
        body: .init(
            "multipart/form-data",
            .object(
                [
                    ("key", .string(pattern: "^[A-Za-z0-9_-]{16,80}$")), ("category", .string(length: 1...64)),
                    ("lon", .number(-180...180)), ("lat", .number(-85...85)), ("address", .string(length: 0...300)),
                    ("asset", .integer(0...4_294_967_294)), ("description", .string(length: 0...4000)), ("email", .string(length: 0...254)),
                    ("phone", .string(length: 0...40)), ("photo", .array(.binary, limit: CitizenApp.photos)),
                ], required: ["category"], open: true),
            note: "The same key makes one report. Answers to a category's questions are fields 'a.CATEGORY.QUESTION'."),
        answers: [
            .init(
                201, "Kept; 200 where this key had made it before", "application/json",
                .object(
                    [
                        ("reference", .string), ("link", .string), ("new", .boolean), ("promised", .instant), ("expected", .instant),
                    ], required: ["reference", "link", "new", "promised"])),
            .init(303, "Kept, for browsers: to the page that follows it"),
            .init(413, "More than three photos of 5 MB"), .init(422, "Fields that are not right"), .init(429, "Too many in a minute"),
        ])

    private static let near = Endpoint.Parameter(
        "near", in: .query, .string(pattern: #"^-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,2}(\.[0-9]{1,15})?$"#, length: 3...50),
        note: "'longitude,latitude'")

    static let knownEndpoint = Endpoint(
        .get, "/api/app/known", "What the city knows already at a place, before one reports it", access: .open,
        parameters: [
            .init("category", in: .query, .string(length: 1...64), required: true), near,
            .init("asset", in: .query, .integer(0...4_294_967_294)),
        ],
        answers: [
            .init(
                200, "What the asset itself reports, and open public reports of the same branch within 60 m", "application/json",
                .object(
                    [
                        (
                            "trouble",
                            .object(
                                [
                                    ("kind", .string), ("state", .string), ("since", .instant), ("expected", .string), ("because", .string),
                                    ("asset", .integer),
                                ], required: ["kind", "state"])
                        ),
                        (
                            "elsewhere",
                            .object(
                                [("title", .string), ("phone", .string), ("web", .string), ("note", .string)],
                                required: ["title", "phone", "web", "note"])
                        ),
                        (
                            "dates",
                            .object(
                                [("promised", .string), ("expected", .string), ("because", .string)], required: ["promised"])
                        ),
                        (
                            "reports",
                            .array(
                                .object(
                                    [
                                        ("reference", .string), ("link", .string), ("title", .string), ("metres", .number),
                                        ("standing", .string), ("reported", .string), ("promised", .string),
                                    ], required: ["reference", "link", "title", "metres", "standing", "reported", "promised"]), limit: 5)
                        ),
                    ], required: ["reports"])),
            .init(422, "Neither place nor asset, or an unknown category"),
        ])

    static let assetsEndpoint = Endpoint(
        .get, "/api/app/assets", "The assets of a kind nearest to a place, to say which is meant", access: .open,
        parameters: [
            .init("kind", in: .query, .string(length: 1...32), required: true, note: "A kind to which a category is bound"),
            .init(near.name, in: .query, near.schema, required: true, note: near.note),
        ],
        answers: [
            .init(
                200, "At most eight within 80 m, the nearest first", "application/json",
                .object(
                    [
                        (
                            "assets",
                            .array(
                                .object(
                                    [
                                        ("number", .integer), ("id", .string), ("address", .string), ("metres", .number),
                                        ("longitude", .number), ("latitude", .number),
                                    ],
                                    required: ["number", "id", "address", "metres"]), limit: 8)
                        )
                    ], required: ["assets"])),
            .init(422, "No place, or a kind to which no category is bound"),
        ])
}
