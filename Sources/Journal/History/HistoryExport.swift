// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Readings as text, for `vigie export readings`.
package enum HistoryExport {
    package enum Format: String, Sendable, CaseIterable {
        /// `id,time,property,value,unit`, one value a line (RFC 4180, UTF-8).
        case csv
        /// One reading a line, as devices send them: it can be sent again.
        case ndjson
    }

    package static let csvHeader = "id,time,property,value,unit\n"

    /// Calls `write` with the lines of one asset, chunk by chunk, oldest first.
    package static func each(
        _ format: Format, asset: Asset.Number, id: Asset.ID, kind: Kind, from: Instant, to: Instant, staged: StagedSamples = .none,
        in transaction: Transaction, _ write: (String) throws -> Void
    ) throws {
        let sql: SQL = """
            SELECT start, finish, count, bytes FROM history_chunk WHERE asset = \(asset) AND start <= \(to)
            AND finish >= \(from) ORDER BY start
            """
        // A house that runs may have moved staged samples into the journal meanwhile: each is written once.
        let firstStaged = staged.samples.first?.at ?? .distantFuture
        var written: Set<Instant> = []
        try transaction.each(sql) { row in
            let chunk = Chunk(asset: asset.value, start: row.integer(0), finish: row.integer(1), count: row.int(2), bytes: row.blob(3))
            let samples = chunk.samples ?? []
            if row.instant(1) >= firstStaged { written.formUnion(samples.map(\.at)) }
            try write(lines(format, samples, id, kind, from, to))
        }
        try write(lines(format, staged.samples.filter { !written.contains($0.at) }, id, kind, from, to))
    }

    private static func lines(_ format: Format, _ samples: [Sample], _ id: Asset.ID, _ kind: Kind, _ from: Instant, _ to: Instant) -> String
    {
        var text = ""
        for sample in samples where sample.at >= from && sample.at <= to {
            if format == .ndjson { text += "{\"id\":\"\(id.text)\",\"t\":\"\(sample.at.iso8601)\"" }
            for (slot, property) in kind.properties.enumerated() {
                guard let value = sample.value(slot: slot) else { continue }
                let number = decimal(value, property.decimals)
                switch format {
                case .csv: text += "\(id.text),\(sample.at.iso8601),\(property.key),\(number),\(property.unit)\n"
                case .ndjson: text += ",\"\(property.key)\":\(number)"
                }
            }
            if format == .ndjson { text += "}\n" }
        }
        return text
    }

    /// The exact decimal of a scaled value: 382 with one decimal is `38.2`.
    static func decimal(_ scaled: Int32, _ decimals: Int) -> String {
        guard decimals > 0 else { return String(scaled) }
        let digits = String(scaled.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return (scaled < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
