// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What an import did, or would do, line by line.
package struct ImportReport: Sendable {
    package enum Outcome: UInt8, Sendable, CaseIterable { case accepted, changed, unchanged, refused }

    /// One remark about one line: why it was refused, or what was noticed about a line that was taken.
    package struct Note: Sendable, Hashable {
        package var line: Int
        /// The identity, where the line has one.
        package var id: String
        package var isRefusal: Bool
        /// The column or field.
        package var field: String
        package var value: String
        package var reason: String
        package var right: String
    }

    package var file: String
    /// 'line' of a CSV, 'feature' of a GeoJSON.
    package var unit: String
    package var isDryRun: Bool
    package var encoding = ""
    package var separator = ""
    package var crs = ""
    /// By line or feature; the identity where the line has one.
    package private(set) var outcomes: [(line: Int32, outcome: Outcome, id: String)] = []
    package private(set) var notes: [Note] = []
    /// How many notes are kept; those beyond are only counted.
    private let most: Int
    package private(set) var notesLeftOut = 0
    /// Assets whose position lies in no known area. They are taken, and said.
    package private(set) var outside = 0
    package var remarks: [String] = []
    /// The number to give to `--undo`; nil where nothing was written.
    package var change: Int64?

    package init(file: String, unit: String, isDryRun: Bool, most: Int = 10_000) {
        (self.file, self.unit, self.isDryRun, self.most) = (file, unit, isDryRun, most)
    }

    package func count(_ outcome: Outcome) -> Int { counts[Int(outcome.rawValue)] }
    private var counts = [0, 0, 0, 0]

    mutating func set(_ outcome: Outcome, line: Int32, id: String) {
        outcomes.append((line, outcome, id))
        counts[Int(outcome.rawValue)] += 1
    }

    mutating func add(_ note: Note) {
        guard notes.count < most else {
            notesLeftOut += 1
            return
        }
        var note = note
        (note.id, note.value) = (PlainText.shown(note.id), PlainText.shown(note.value))
        notes.append(note)
    }

    mutating func addOutside(line: Int32, id: String, value: String) {
        outside += 1
        add(
            Note(
                line: Int(line), id: id, isRefusal: false, field: "position", value: value, reason: "lies outside all areas",
                right: "a position inside, or the missing area imported with 'vigie import areas'"))
    }

    /// In the order of the file; the outcome of each line as CSV: `line;id;outcome;field;value;reason;right`.
    package func csv() -> String {
        let byLine = Dictionary(grouping: notes) { $0.line }
        var out = "line;id;outcome;field;value;reason;right\n"
        for (line, outcome, id) in outcomes.sorted(by: { $0.line < $1.line }) {
            let notes = byLine[Int(line)] ?? []
            if notes.isEmpty { out += "\(line);\(CSV.cell(id));\(outcome);;;;\n" }
            for note in notes {
                let cells = [note.id, "\(outcome)", note.field, note.value, note.reason, note.right].map(CSV.cell)
                out += "\(line);" + cells.joined(separator: ";") + "\n"
            }
        }
        return out
    }
}
