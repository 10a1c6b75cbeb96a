// SPDX-License-Identifier: EUPL-1.2

/// The Prometheus text format, version 0.0.4: what `/metrics` answers with, written from values.
package struct MetricsText: Sendable {
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    package enum Sort: String, Sendable { case counter, gauge }

    private var lines: [String] = []
    private var named: Set<String> = []

    package init() {}

    /// One family: `add("vigie_readings_total", .counter, "Readings taken", [(["result": "kept"], 812)])`. Names and label names that the
    /// format forbids have their other characters replaced by `_`; a family added twice keeps its first help line.
    package mutating func add(
        _ name: String, _ sort: Sort, _ help: String, _ samples: [(labels: KeyValuePairs<String, String>, value: Double)]
    ) {
        let name = Self.word(name)
        if named.insert(name).inserted {
            lines.append("# HELP \(name) \(Self.escape(help, quotes: false))")
            lines.append("# TYPE \(name) \(sort.rawValue)")
        }
        for sample in samples {
            let labels = sample.labels.map { "\(Self.word($0.key))=\"\(Self.escape($0.value, quotes: true))\"" }.joined(separator: ",")
            lines.append(name + (labels.isEmpty ? "" : "{\(labels)}") + " " + Self.number(sample.value))
        }
    }

    package mutating func add(_ name: String, _ sort: Sort, _ help: String, _ value: Double) {
        add(name, sort, help, [(labels: [:] as KeyValuePairs<String, String>, value: value)])
    }

    package var text: String { lines.joined(separator: "\n") + "\n" }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    private static func word(_ text: String) -> String {
        let kept = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let word = String(decoding: kept, as: UTF8.self)
        return word.first.map { $0.isNumber } == true ? "_" + word : word
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension LiveFeed.Statistics {
    /// The live feed's own figures.
    package func write(to metrics: inout MetricsText) {
        metrics.add("vigie_live_listeners", .gauge, "Open live streams", Double(listeners))
        metrics.add("vigie_live_published_total", .counter, "Events published", Double(published))
        metrics.add("vigie_live_delivered_total", .counter, "Events queued to listeners", Double(delivered))
        metrics.add("vigie_live_bytes_total", .counter, "Bytes queued to listeners", Double(bytes))
        metrics.add("vigie_live_resyncs_total", .counter, "Events that a slow listener missed and was told to fetch again", Double(resyncs))
        metrics.add("vigie_live_refused_total", .counter, "Streams refused because the house was full", Double(refused))
    }
}
