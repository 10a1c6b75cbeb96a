// SPDX-License-Identifier: EUPL-1.2

import Inventory

/// What an import says when it is done.
enum ImportText {
    static func title(_ stage: AssetImport.Stage) -> String {
        switch stage {
        case .reading: "reading "
        case .checking: "checking"
        case .writing: "writing "
        }
    }

    /// - Parameter what: the subcommand that takes it back.
    static func summary(_ report: ImportReport, of what: String = "assets") -> String {
        let would = report.isDryRun ? "would be " : ""
        var lines = [
            "\(report.file): \(report.outcomes.count) \(report.unit)s, \(report.encoding), \(report.crs)",
            "  \(count(report, .accepted)) \(would)added, \(count(report, .changed)) \(would)changed, "
                + "\(count(report, .unchanged)) unchanged, \(count(report, .refused)) refused",
        ]
        if report.outside > 0 { lines.append("  \(report.outside) lie outside all areas (they are taken, without a commune)") }
        for remark in report.remarks { lines.append("  note: " + remark) }
        lines += reasons(report)
        if report.notesLeftOut > 0 { lines.append("  \(report.notesLeftOut) further remarks; --report FILE keeps them all") }
        if let change = report.change {
            lines.append("This is import \(change); take it back with: vigie import \(what) --undo \(change)")
        } else {
            lines.append(report.isDryRun ? "Nothing was written: this was a dry run." : "Nothing was to be written.")
        }
        return lines.joined(separator: "\n")
    }

    static func summary(_ report: AreaImport.Report, of what: String, isDryRun: Bool) -> String {
        var lines = ["\(report.taken) \(what)\(isDryRun ? " would be" : "") taken, \(report.refused.count) refused"]
        if report.moved > 0 { lines.append("  \(report.moved) assets have another commune now") }
        lines += report.refused.prefix(20).map { "  feature \($0.line): \(sentence($0))" }
        if report.refused.count > 20 { lines.append("  … and \(report.refused.count - 20) more") }
        return lines.joined(separator: "\n")
    }

    static func summary(_ result: ImportUndoStore.Result, of number: Int64) -> String {
        var lines = [
            "Import \(number): \(result.removed) assets removed, \(result.restored) restored, \(result.kept.count) left as they are"
        ]
        lines += result.kept.prefix(20).map { "  \($0.id): \($0.reason)" }
        if result.kept.count > 20 { lines.append("  … and \(result.kept.count - 20) more") }
        return lines.joined(separator: "\n")
    }

    /// Up to three lines for each reason, so that one mistake over 30 000 lines does not hide the others.
    private static func reasons(_ report: ImportReport) -> [String] {
        var order: [String] = []
        var byReason: [String: [ImportReport.Note]] = [:]
        for note in report.notes {
            let key = note.field + " " + note.reason.filter { !$0.isNumber }
            if byReason[key] == nil { order.append(key) }
            byReason[key, default: []].append(note)
        }
        var lines: [String] = []
        for key in order {
            let notes = byReason[key] ?? []
            lines += notes.prefix(3).map { "  \(report.unit) \($0.line)\($0.id.isEmpty ? "" : " (\($0.id))"): \(sentence($0))" }
            if notes.count > 3 { lines.append("    … and \(notes.count - 3) more of this sort; --report FILE lists all") }
        }
        return lines
    }

    private static func sentence(_ note: ImportReport.Note) -> String {
        "\(note.field) '\(note.value)' \(note.reason); right would be \(note.right)"
    }

    private static func count(_ report: ImportReport, _ outcome: ImportReport.Outcome) -> Int { report.count(outcome) }
}
