// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One thing that may be configured. The table of all settings drives reading, checking and the documentation.
struct Setting: Sendable {
    /// `http.port`: nested in the file, `VIGIE_HTTP_PORT` in the environment, `--set http.port=…` on the command line.
    let key: String
    let type: SettingType
    /// As it would be written; '' for none.
    let fallback: String
    /// What it does, in one or two sentences.
    let words: String
    var isSecret = false

    init(_ key: String, _ type: SettingType, _ fallback: String, _ words: String, isSecret: Bool = false) {
        (self.key, self.type, self.fallback, self.words, self.isSecret) = (key, type, fallback, words, isSecret)
    }

    /// The name in the environment.
    var variable: String {
        "VIGIE_" + key.uppercased().replacingOccurrences(of: ".", with: "_").replacingOccurrences(of: "-", with: "_")
    }
}

extension Setting {
    static let all: [Setting] =
        [
            Setting("data.folder", .text, ".vigie", "Where Vigie keeps its files: journal, intake, snapshots, photos."),
            Setting(
                "journal", .journal, "",
                "Where the journal lives: empty for `vigie.sqlite` in the data folder, a path to an SQLite file, or "
                    + "`postgres://user:password@host:5432/database`.", isSecret: true),
            Setting(
                "journal.patience", .duration(2000...600_000), "15s",
                "How long a PostgreSQL server may say nothing while it is asked, and three quarters of it one statement may take; then it counts as away, as the "
                    + "health page tells, and is looked for. Locks are waited for three seconds at most."),
            Setting("assets.folder", .text, "", "Folder of the built scripts, styles and fonts; empty for those beside the executable."),
            Setting(
                "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info", "How much is logged."),
            Setting(
                "timezone", .timezone, "Europe/Paris", "The time that people read: pages, programmes, reports. Everything is stored in UTC."
            ),

            Setting(
                "open311.jurisdiction", .list, "",
                "Names (`jurisdiction_id`) by which Open311 clients call this city; any where none is given."),

            Setting(
                "open311.follow", .duration(1000...86_400_000), "15min",
                "How often another house is asked how a report stands that was sent there."),

            Setting("http.bind", .text, "127.0.0.1", "Address on which pages and API are served; a reverse proxy stands before it."),
            Setting("http.port", .integer(0...65_535), "8080", "Port of pages and API; 0 takes a free one."),
            Setting(
                "http.public-url", .url(["http", "https"]), "http://localhost:8080",
                "What operators type: `https` here makes cookies `Secure`."
            ),
            Setting(
                "http.trusted-proxies", .addresses, "",
                "Addresses of reverse proxies whose `X-Forwarded-For` is believed, for instance "
                    + "`127.0.0.1, ::1`. Empty: none."),
            Setting(
                "http.requests-per-minute", .integer(60...100_000_000), "6000",
                "Most requests a minute of one signed-in person or one key; more are answered with 429."),

            Setting(
                "errands.roots", .text, "",
                "PEM of further authorities of servers that this house asks for something: other houses by Open311, feeds. Empty for those of the "
                    + "system alone."),
            Setting(
                "errands.inside", .flag, "false",
                "Whether such servers may stand at private addresses, and speak plain http. For servers of the city's own network, and trials."
            ),

            Setting("mqtt.bind", .text, "127.0.0.1", "Address of the MQTT listener."),
            Setting("mqtt.port", .integer(0...65_535), "1883", "Port of the MQTT listener; 0 takes a free one."),
            Setting("mqtt.certificate", .text, "", "PEM chain of the listener; with it the listener speaks TLS only."),
            Setting("mqtt.key", .text, "", "PEM private key of the listener (a path: the key itself stays in its file)."),
            Setting(
                "mqtt.client-ca", .text, "", "PEM of the authority that signs gateways' certificates: one may be shown instead of a key."),
            Setting("mqtt.anonymous", .flag, "false", "Whether a gateway may connect without user and certificate. For trials only."),
            Setting("mqtt.connections", .integer(1...1_000_000), "20000", "Most connections at one time."),
            Setting("mqtt.packet", .bytes(1024...268_435_455), "256KiB", "Largest packet taken from a gateway."),
            Setting("mqtt.rate", .integer(0...10_000_000), "0", "Most messages a second from one connection; 0 for no limit."),
            Setting(
                "mqtt.receive-maximum", .integer(1...65_535), "1000", "Most unacknowledged messages of one connection (MQTT 5 §3.2.2.3.3)."),
            Setting(
                "mqtt.brokers", .brokers, "",
                "A city's existing brokers, to which Vigie connects as a client: "
                    + "`mqtt(s)://user:password@host:port?topic=vigie/1/%23&share=vigie&client=room-a`, more than one separated by commas. "
                    + "Also `ca=`, `cert=`, `key=` (PEM files).", isSecret: true),

            Setting("turn.interval", .duration(1...1000), "2ms", "How long readings gather at most before they are written and judged."),
            Setting(
                "intake.retention", .duration(0...31_536_000_000), "24h",
                "How long the intake keeps readings that the journal already covers."),
            Setting("intake.bytes", .bytes(16_777_216...1_099_511_627_776), "8GiB", "Most disk that such readings may take."),
            Setting("history.raw", .retention, "*=400d", "How long single samples are kept, by kind: `lamp=400d, gateway=90d, *=400d`."),
            Setting("history.minutes", .retention, "*=400d", "How long minute summaries are kept, by kind."),
            Setting("history.hours", .retention, "*=3650d", "How long hour summaries are kept, by kind."),
            Setting("history.days", .retention, "*=10950d", "How long day summaries are kept, by kind."),

            Setting(
                "photos.kept", .duration(86_400_000...946_080_000_000), "1825d",
                "How long photos of assets are kept, in whole days; a new time counts for photos of before too."),
            Setting(
                "log.names", .integer(0...360), "24",
                "How many months after the end of its year a name in the log is destroyed; marks stay. Counts for names of before too."),
            Setting("session.idle", .duration(60_000...86_400_000), "30min", "A session without a click ends after this."),
            Setting("session.longest", .duration(600_000...604_800_000), "12h", "A session ends after this in any case: a shift."),
            Setting(
                "exercise.clock-ahead", .duration(0...86_400_000), "0s",
                "For exercises on a simulated city only: the room's clock goes ahead by this much, so that it is dusk when you need it."),
            Setting(
                "map.style", .text, "", "Address of a base-map style of the city (MapLibre JSON); empty for the streets of the inventory."),
        ] + mail + rules

    static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

    /// The key that somebody most likely meant.
    static func nearest(to key: String) -> String {
        all.map(\.key).min { EditDistance.between($0, key) < EditDistance.between($1, key) } ?? ""
    }
}

/// Levenshtein: how many letters must be added, dropped or changed.
enum EditDistance {
    static func between(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8.prefix(200)))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let change = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
