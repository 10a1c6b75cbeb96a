// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Brings the city's services in: checked as a whole, compared with those before, said line by line. A file with anything wrong in it
/// changes nothing; the newest import can be taken back.
package enum ServiceImport {
    package enum Outcome: String, Sendable, Hashable, CaseIterable { case accepted, changed, unchanged, removed, refused }

    package struct Line: Sendable, Hashable {
        /// Of the file; 0 for what it leaves out.
        package var line: Int
        /// `places/mairie-dijon`.
        package var code: String
        package var outcome: Outcome
        package var reason: String
        package init(line: Int, code: String, outcome: Outcome, reason: String = "") {
            (self.line, self.code, self.outcome, self.reason) = (line, code, outcome, reason)
        }
    }

    package struct Report: Sendable {
        package var lines: [Line]
        /// Nil where nothing was written.
        package var revision: Int64?

        package func count(_ outcome: Outcome) -> Int { lines.count { $0.outcome == outcome } }
        package var isRefused: Bool { count(.refused) > 0 }

        /// `line;code;outcome;reason`, for a spreadsheet.
        package var csv: String {
            lines.reduce(into: "line;code;outcome;reason\r\n") { text, line in
                text += [String(line.line), line.code, line.outcome.rawValue, line.reason].map(CSV.cell).joined(separator: ";") + "\r\n"
            }
        }
    }

    /// - Parameters:
    ///   - lines: where in the file each part begins, by `places/mairie-dijon`.
    ///   - problems: what the reading of the file has found wrong.
    package static func run(
        _ catalogue: ServiceCatalogue, lines: [String: Int], problems: [Line] = [], file: String, by author: String, isDryRun: Bool,
        at now: Instant, in transaction: Transaction
    ) throws -> Report {
        let before = try ServiceStore.current(in: transaction)
        let faults = problems + ServiceCheck(catalogue, lines).faults
        guard faults.isEmpty else { return Report(lines: faults.sorted { $0.line < $1.line }, revision: nil) }
        let said = compare(catalogue, before, lines)
        var compared = catalogue
        compared.revision = before.revision
        guard compared != before, !isDryRun else { return Report(lines: said, revision: nil) }
        let revision = try ServiceStore.put(catalogue, from: file, by: author, at: now, in: transaction)
        try log(
            Words(
                "Services de la ville importés de \(file) : révision \(revision), \(catalogue.places.count) lieux",
                "City services imported from \(file): revision \(revision), \(catalogue.places.count) places"), author, now, transaction)
        return Report(lines: said, revision: revision)
    }

    package enum UndoFault: Error, Sendable, Hashable { case unknown, notNewest(Int64) }

    /// Takes the newest import back: what was before it becomes a revision of its own.
    /// - Returns: that revision.
    package static func undo(_ revision: Int64, by author: String, at now: Instant, in transaction: Transaction) throws -> Int64 {
        let newest = try ServiceStore.revision(in: transaction)
        guard revision > 0, revision <= newest else { throw UndoFault.unknown }
        guard revision == newest else { throw UndoFault.notNewest(newest) }
        let before = try ServiceStore.at(revision - 1, in: transaction) ?? ServiceCatalogue()
        let made = try ServiceStore.put(before, from: "undo \(revision)", by: author, at: now, in: transaction)
        try log(
            Words(
                "Import des services, révision \(revision), annulé : révision \(made)",
                "Import of services, revision \(revision), taken back: revision \(made)"), author, now, transaction)
        return made
    }

    private static func log(_ words: Words, _ author: String, _ now: Instant, _ transaction: Transaction) throws {
        try Logbook.append(
            [LogDraft(author: author.isEmpty ? "vigie" : author, trade: "services", text: words)], in: transaction, at: now)
    }

    private static func compare(_ new: ServiceCatalogue, _ old: ServiceCatalogue, _ lines: [String: Int]) -> [Line] {
        func part<Part: Hashable>(_ name: String, _ new: [Part], _ old: [Part], _ code: (Part) -> String) -> [Line] {
            let known = Dictionary(old.map { (code($0), $0) }) { first, _ in first }
            let named = Set(new.map(code))
            let said = new.map { one in
                let key = "\(name)/\(code(one))"
                let outcome: Outcome = known[code(one)].map { $0 == one ? .unchanged : .changed } ?? .accepted
                return Line(line: lines[key] ?? 0, code: key, outcome: outcome)
            }
            let gone = old.filter { !named.contains(code($0)) }.map {
                Line(line: 0, code: "\(name)/\(code($0))", outcome: .removed, reason: "the file leaves it out")
            }
            return said + gone
        }
        return part("tiles", new.tiles, old.tiles, \.code) + part("categories", new.categories, old.categories, \.code)
            + part("places", new.places, old.places, \.code) + part("waste.kinds", new.wasteKinds, old.wasteKinds, \.code)
            + part("waste.sectors", new.wasteSectors, old.wasteSectors, \.code) + part("alerts", new.notices, old.notices, \.code)
            + part("bulky.items", new.bulky?.items ?? [], old.bulky?.items ?? [], \.code)
            + part("bulky.sectors", new.bulky?.sectors ?? [], old.bulky?.sectors ?? [], \.code)
            + part("stations", new.stations ?? [], old.stations ?? [], \.code)
    }
}
