// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import Logging

/// Everything that may be set, read and checked, with its type. Made once at the door and handed on in parts:
/// no room reads a file or the environment itself.
struct Configuration: Sendable {
    var dataFolder: String
    /// SQLite in the data folder, an SQLite file, or PostgreSQL.
    var journal: Journal.Location
    /// How long a PostgreSQL server may say nothing.
    var journalPatience: Span
    /// Empty: beside the executable.
    var assetsFolder: String
    var logLevel: Logger.Level
    /// IANA name.
    var timezone: String
    /// Names by which Open311 clients call this city; empty: any.
    var jurisdictions: [String]
    var http: HTTP
    var mqtt: MQTT
    var mail: Mail
    var errands: ErrandRules
    var turnInterval: Span
    var intakeRetention: Span
    var intakeBytes: Int
    var history: Retention
    var photosKept: Span
    /// Months after the end of a year.
    var logNames: Int
    var sessionIdle: Span
    var sessionLongest: Span
    /// Empty: the streets of the inventory.
    var mapStyle: String
    /// How far the room's clock goes ahead of the machine's; zero but in exercises.
    var clockAhead: Span
    /// How this town's equipment is judged, ordered and escalated.
    var rules: TownRules

    struct HTTP: Sendable {
        var bind: String
        var port: Int
        var publicURL: String
        var trustedProxies: [String]
        /// Of one person or key.
        var requestsPerMinute: Int
    }

    struct MQTT: Sendable {
        var bind: String
        var port: Int
        /// Paths of PEM files; '' for none.
        var certificate: String
        var key: String
        var clientCA: String
        var isAnonymousAllowed: Bool
        var connections: Int
        var packetBytes: Int
        /// Messages a second of one connection; 0: no limit.
        var rate: Int
        var receiveMaximum: Int
        var brokers: [Broker]
    }

    /// How other machines are asked for something.
    struct ErrandRules: Sendable {
        /// PEM file; '' for none.
        var roots: String
        var isInsideAllowed: Bool
        /// How often another house is asked how a report stands there.
        var follow: Span
    }

    /// By kind; `*` for every other kind.
    struct Retention: Sendable {
        var raw: [String: Span]
        var minutes: [String: Span]
        var hours: [String: Span]
        var days: [String: Span]
    }

    /// What the whole reads to, with the origin of each value.
    var sources: [ResolvedSetting] = []

    /// - Parameters:
    ///   - arguments: `key=value`, from `--set` and the options that stand for settings.
    ///   - environment: only names that begin with `VIGIE_` are read.
    ///   - file: path of a YAML file; nil for none.
    /// - Throws: `ConfigurationProblems` with everything that is wrong, not only the first.
    static func load(arguments: [String], environment: [String: String], file: String?) throws -> Configuration {
        var layers = [ConfigurationLayer.defaults]
        var problems: [String] = []
        for read in [
            { try file.map(ConfigurationLayer.file) }, { try ConfigurationLayer.environment(environment) },
            { try ConfigurationLayer.arguments(arguments) },
        ] as [() throws -> ConfigurationLayer?] {
            do {
                if let layer = try read() { layers.append(layer) }
            } catch let error as ConfigurationProblems { problems += error.list }
        }
        let values = SettingValues(layers: layers, problems: &problems)
        guard problems.isEmpty else { throw ConfigurationProblems(list: problems) }
        let configuration = Configuration(values)
        let contradictions = configuration.contradictions + TownRules.contradictions(values)
        guard contradictions.isEmpty else { throw ConfigurationProblems(list: contradictions) }
        return configuration
    }

    private init(_ values: SettingValues) {
        dataFolder = values.text("data.folder")
        let journal = values.text("journal")
        if journal.hasPrefix("postgres") && journal.contains("://") {
            self.journal = .postgres(journal)
        } else {
            self.journal = .file(journal.isEmpty ? values.text("data.folder") + "/vigie.sqlite" : journal)
        }
        journalPatience = values.span("journal.patience")
        assetsFolder = values.text("assets.folder")
        logLevel = Logger.Level(rawValue: values.text("log.level")) ?? .info
        timezone = values.text("timezone")
        jurisdictions = values.list("open311.jurisdiction")
        http = HTTP(
            bind: values.text("http.bind"), port: values.integer("http.port"), publicURL: values.text("http.public-url"),
            trustedProxies: values.list("http.trusted-proxies"), requestsPerMinute: values.integer("http.requests-per-minute"))
        mqtt = MQTT(
            bind: values.text("mqtt.bind"), port: values.integer("mqtt.port"), certificate: values.text("mqtt.certificate"),
            key: values.text("mqtt.key"), clientCA: values.text("mqtt.client-ca"), isAnonymousAllowed: values.flag("mqtt.anonymous"),
            connections: values.integer("mqtt.connections"), packetBytes: values.integer("mqtt.packet"), rate: values.integer("mqtt.rate"),
            receiveMaximum: values.integer("mqtt.receive-maximum"), brokers: values.brokers("mqtt.brokers"))
        mail = Mail(values, publicURL: http.publicURL)
        errands = ErrandRules(
            roots: values.text("errands.roots"), isInsideAllowed: values.flag("errands.inside"),
            follow: values.span("open311.follow"))
        turnInterval = values.span("turn.interval")
        intakeRetention = values.span("intake.retention")
        intakeBytes = values.integer("intake.bytes")
        history = Retention(
            raw: values.retention("history.raw"), minutes: values.retention("history.minutes"), hours: values.retention("history.hours"),
            days: values.retention("history.days"))
        photosKept = values.span("photos.kept")
        logNames = values.integer("log.names")
        sessionIdle = values.span("session.idle")
        sessionLongest = values.span("session.longest")
        mapStyle = values.text("map.style")
        clockAhead = values.span("exercise.clock-ahead")
        rules = TownRules(values)
        sources = values.resolved
    }

    /// Values that are each right and do not fit together.
    private var contradictions: [String] {
        var found: [String] = []
        if mqtt.certificate.isEmpty != mqtt.key.isEmpty {
            found.append("mqtt.certificate and mqtt.key go together: give both, or neither for a listener without TLS")
        }
        if !mqtt.clientCA.isEmpty && mqtt.certificate.isEmpty {
            found.append("mqtt.client-ca needs mqtt.certificate and mqtt.key: without TLS there are no client certificates")
        }
        if sessionIdle > sessionLongest { found.append("session.idle must not be longer than session.longest") }
        return found + mail.contradictions
    }
}
