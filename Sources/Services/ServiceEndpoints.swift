// SPDX-License-Identifier: EUPL-1.2

import Console
import HTTPTypes

/// The desk's endpoints for programs as the API's description says them.
extension ServiceAPIRoutes {
    private static let near = Endpoint.Parameter(
        "near", in: .query, .string(pattern: #"^-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,2}(\.[0-9]{1,15})?$"#, length: 3...50),
        note: "'longitude,latitude': the nearest first")
    private static let day = Schema.string(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    private static let clock = Schema.string(pattern: "^[0-9]{2}:[0-9]{2}$")

    private static let placeMembers: [(name: String, schema: Schema)] = [
        ("code", .string), ("category", .string), ("title", .string), ("help", .string), ("address", .string), ("commune", .string),
        ("longitude", .number), ("latitude", .number), ("metres", .number), ("phone", .string), ("email", .string), ("web", .string),
        ("access", .string), ("open", .boolean), ("state", .string),
    ]

    static let servicesEndpoint = Endpoint(
        .get, "/api/services", "The city's services: tiles, and places with whether they are open now", access: .open,
        parameters: [
            .init("q", in: .query, .string(length: 0...100), note: "Beginnings of words"),
            .init("category", in: .query, .string(length: 0...60)), .init("open", in: .query, .string(values: ["0", "1"])), near,
        ],
        answers: [
            .init(
                200, "What answers the question", "application/json",
                .object(
                    [
                        ("revision", .integer),
                        (
                            "tiles",
                            .array(
                                .object(
                                    [("code", .string), ("title", .string), ("help", .string), ("link", .string), ("phone", .string)],
                                    required: ["code", "title", "link", "phone"]))
                        ), ("categories", .array(.object([("code", .string), ("title", .string)], required: ["code", "title"]))),
                        ("places", .array(.object(placeMembers, required: ["code", "category", "title"]))),
                    ], required: ["revision", "tiles", "categories", "places"]))
        ])

    static let placeEndpoint = Endpoint(
        .get, "/api/services/{place}", "One place, with the hours of the next seven days", access: .open,
        parameters: [.init("place", in: .path, .string(length: 1...60))],
        answers: [
            .init(
                200, "The place", "application/json",
                .object(
                    placeMembers + [
                        (
                            "days",
                            .array(
                                .object(
                                    [
                                        ("day", day),
                                        ("open", .array(.object([("from", clock), ("until", clock)], required: ["from", "until"]))),
                                        ("why", .string),
                                    ], required: ["day", "open"]))
                        )
                    ], required: ["code", "category", "title"])),
            .init(404, "No such place"),
        ])

    static let wasteEndpoint = Endpoint(
        .get, "/api/waste", "Days of waste collection at an address", access: .open,
        parameters: [
            .init("q", in: .query, .string(length: 1...200), required: true, note: "An address or a street"),
            .init("days", in: .query, .integer(1...366), note: "From today on; 28 where it is not given"),
        ],
        answers: [
            .init(
                200, "By day; holidays are reckoned with", "application/json",
                .object(
                    [
                        ("address", .string),
                        (
                            "pickups",
                            .array(
                                .object(
                                    [
                                        ("day", day), ("kind", .string), ("title", .string), ("out", .string), ("instead", day),
                                        ("why", .string),
                                    ], required: ["day", "kind", "title", "out"]))
                        ),
                    ], required: ["address", "pickups"])),
            .init(404, "The street is unknown"), .init(422, "Fields that are not right"),
        ])

    static let noticesEndpoint = Endpoint(
        .get, "/api/alerts", "Alerts that are on, the gravest first", access: .open,
        parameters: [.init("commune", in: .query, .string(length: 0...5), note: "INSEE code: those for this commune")],
        answers: [
            .init(
                200, "The alerts", "application/json",
                .object(
                    [
                        (
                            "alerts",
                            .array(
                                .object(
                                    [
                                        ("code", .string), ("level", .string(values: ["info", "warning", "alarm"])), ("title", .string),
                                        ("text", .string), ("from", .instant), ("until", .instant), ("communes", .array(.string)),
                                        ("link", .string),
                                    ], required: ["code", "level", "title", "text", "from", "communes", "link"]))
                        )
                    ], required: ["alerts"]))
        ])
}
