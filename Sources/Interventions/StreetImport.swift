// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
package import Rounds

/// Brings a street network in. One is in force at a time; who puts another in its place says so.
package enum StreetImport {
    package enum Outcome: Sendable, Hashable {
        case written(revision: Int64)
        /// It is the one that is in force already.
        case same(revision: Int64)
        /// Another is in force, and nobody said that it may go.
        case standsInTheWay(StreetStore.About)
        case dryRun
    }

    package struct Options: Sendable {
        package var file: String
        package var author: String
        package var mayReplace: Bool
        package var isDryRun: Bool
        package init(file: String, author: String, mayReplace: Bool = false, isDryRun: Bool = false) {
            (self.file, self.author, self.mayReplace, self.isDryRun) = (file, author, mayReplace, isDryRun)
        }
    }

    /// - Parameter network: made of the extract: what cannot be driven is refused before anything is written.
    package static func run(
        _ extract: OSMExtract, _ network: StreetNetwork, _ options: Options, at now: Instant, in transaction: Transaction
    ) throws -> Outcome {
        let standing = try StreetStore.about(in: transaction)
        let body = extract.bytes
        if let standing {
            if try StreetStore.body(standing.revision, in: transaction) == body { return .same(revision: standing.revision) }
            if !options.mayReplace { return .standsInTheWay(standing) }
        }
        if options.isDryRun { return .dryRun }
        let about = StreetStore.About(
            revision: (standing?.revision ?? 0) + 1, importedAt: now, file: String(options.file.prefix(200)), asOf: extract.asOf,
            junctions: network.junctions, restrictions: network.restrictions, skipped: network.skipped)
        try StreetStore.replace(about, body, in: transaction)
        let words = Words(
            "Réseau des rues importé de \(about.file) : révision \(about.revision), \(about.junctions) carrefours",
            "Street network imported from \(about.file): revision \(about.revision), \(about.junctions) junctions")
        try Logbook.append(
            [LogDraft(author: options.author.isEmpty ? "vigie" : options.author, trade: "jobs", text: words)], in: transaction, at: now)
        return .written(revision: about.revision)
    }
}
