// SPDX-License-Identifier: EUPL-1.2

import Console
import HTTPTypes

/// The tablets' door as the API's description says it.
enum TerrainEndpoints {
    static func page(_ path: String, _ summary: String) -> Endpoint { Endpoint(.get, path, summary, access: .open, surface: .page) }

    private static let key = Schema.string(pattern: "^[A-Za-z0-9_-]{8,43}$")
    private static let milliseconds = Schema.integer(0...4_102_444_800_000)
    private static let device = Endpoint.Parameter(
        "Vigie-Device", in: .header, .string(length: 20...100),
        note: "The tablet's token, where its cookie is not sent. Without either, or where it was revoked: 401")

    private static let act = Schema.object(
        [
            ("n", .integer(1...1_000_000_000)), ("id", key), ("at", milliseconds), ("job", .integer()), ("seen", .integer()),
            (
                "act",
                .string(values: [
                    "start", "pause", "proceed", "block", "finish", "note", "time", "parts", "sign", "confirm", "photo",
                ])
            ), ("text", .string(length: 0...4000)), ("proof", .string(values: ["photos", "word"])), ("name", .string(length: 1...200)),
            ("minutes", .integer(1...100_000)), ("count", .integer(1...100_000)), ("picture", .string()),
            ("safety", .string(values: ["permit", "lockout"])), ("stage", .string(values: ["before", "after"])), ("photo", key),
            ("size", .integer(1...TerrainRules.photoLimit)),
        ], required: ["n", "id", "at", "job", "act"], open: true)

    static let sync = Endpoint(
        .post, "/api/terrain/sync", "Crews' tablets: take in what was done without a network, and tell which jobs the crew has",
        access: .open, surface: .open, parameters: [device],
        body: .init(
            "application/json",
            .object(
                [
                    ("queue", key), ("now", milliseconds), ("acts", .array(act, limit: TerrainBatch.most)),
                    ("have", .object([], open: true)),
                ], required: ["queue", "now"], open: true),
            note: """
                `queue` is made once by the tablet; `n` counts its acts from 1 without a gap, `id` is an act's own key. `at` and `now` are \
                milliseconds since 1970 by the tablet's clock; `seen` is the version of the job that the crew had before it. `have` maps \
                numbers of jobs to versions. The same acts may be sent as often as it takes: each counts once.
                """),
        answers: [
            .init(
                200, "After the commit", "application/json",
                .object(
                    [
                        ("now", .integer), ("crew", .string), ("device", .integer), ("taken", .integer),
                        (
                            "receipts",
                            .array(
                                .object(
                                    [
                                        ("n", .integer), ("id", .string),
                                        ("fate", .string(values: TerrainReceipt.Fate.allCases.map(\.rawValue))), ("because", .string),
                                    ], required: ["n", "id", "fate"]))
                        ),
                        (
                            "jobs",
                            .array(
                                .object(
                                    [
                                        ("number", .integer), ("version", .integer), ("changed", .boolean), ("state", .string),
                                        ("title", .string),
                                    ], required: ["number", "version", "changed", "state", "title"]))
                        ),
                    ], required: ["now", "crew", "device", "taken", "receipts", "jobs"])),
            .init(401, "No tablet of ours"), .init(413, "More than 1 MB"), .init(422, "Not what is described here"),
            .init(429, "Too often"),
        ])

    static let piece = Endpoint(
        .post, "/api/terrain/photos/{key}", "Crews' tablets: a piece of a photo, before the act that names it", access: .open,
        surface: .open,
        parameters: [
            .init("key", in: .path, key), device, .init("from", in: .query, .integer(0...TerrainRules.photoLimit), required: true),
            .init("size", in: .query, .integer(1...TerrainRules.photoLimit), required: true, note: "Of the whole photo"),
        ],
        body: .init("application/octet-stream", .binary, note: "At most 512 KiB. A piece that does not begin at `have` is not kept."),
        answers: [
            .init(
                200, "How many bytes are here", "application/json", .object([("have", .integer)], required: ["have"])),
            .init(401, "No tablet of ours"), .init(413, "Too large a piece"), .init(422, "Beyond its size"),
            .init(429, "Too often, or too many photos on their way"),
        ])
}
