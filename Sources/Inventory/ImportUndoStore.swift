// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Takes a whole import back: what it added is removed, what it changed has its values of before. What was touched since by somebody
/// else stays as it is, and is said.
package enum ImportUndoStore {
    package struct Result: Sendable {
        /// The change that this undoing is; nil where nothing could be undone.
        package var change: Int64?
        package var removed = 0
        package var restored = 0
        package var kept: [Kept] = []
    }
    /// An asset that was left alone, and why.
    package struct Kept: Sendable, Hashable {
        package var id: String
        package var reason: String
    }

    private struct Touched {
        var asset: Asset.Number
        var id: String
        var isAddition: Bool
        var fields: [AssetEvent.Field]
        var reason: String?
    }

    /// - Throws: `ImportProblem` where the number is no import, or was undone already; `JournalError`.
    package static func run(_ number: Int64, by author: String, at now: Instant, in journal: Journal) throws -> Result {
        try journal.writeHere { transaction in
            let run = try undoable(number, in: transaction)
            var touched = try touched(by: run, in: transaction)
            try keepParentsOfOthers(&touched, in: transaction)
            var result = Result()
            result.kept = touched.compactMap { one in one.reason.map { Kept(id: one.id, reason: $0) } }
            let free = touched.filter { $0.reason == nil }
            guard !free.isEmpty else { return result }
            var change = try ChangeStore.begin(.undo, author: author, source: run.source, at: now, undoes: number, in: transaction)
            for one in free { try undo(one, run, change, in: transaction) }
            try AssetRowsStore.addHistory(
                free.map {
                    (
                        $0.asset, $0.isAddition ? .removed : .changed,
                        $0.fields.map { .init(name: $0.name, before: $0.after, after: $0.before) }
                    )
                },
                change: change.number, in: transaction)
            result.removed = free.count { $0.isAddition }
            result.restored = free.count - result.removed
            (change.changed, change.refused) = (free.count, result.kept.count)
            try ChangeStore.finish(change, in: transaction)
            result.change = change.number
            return result
        }
    }

    private static func undoable(_ number: Int64, in transaction: Transaction) throws -> Change {
        guard let run = try ChangeStore.find(number, in: transaction), run.act == .import else {
            let imports = try ChangeStore.list(limit: 1000, in: transaction).filter { $0.act == .import }.prefix(5)
            let names = imports.map { "\($0.number) (\($0.source), \($0.at.iso8601))" }.joined(separator: ", ")
            throw ImportProblem(
                "change \(number) is no import", right: names.isEmpty ? "there is no import yet" : "one of the last imports: \(names)")
        }
        if let by = try ChangeStore.undoing(of: number, in: transaction) {
            throw ImportProblem("import \(number) was undone already, by change \(by)", right: "import the file again to have it back")
        }
        return run
    }

    /// What the import touched, with the last change of each asset, but for imports that were taken back since: they left nothing.
    private static func touched(by run: Change, in transaction: Transaction) throws -> [Touched] {
        var found: [Touched] = []
        try transaction.each(
            """
            SELECT h.asset, a.id, h.what, h.detail, l.number, l.author, l.at, l.act
            FROM asset_history h JOIN asset a ON a.number = h.asset
            JOIN inventory_change l ON l.number = (
                SELECT MAX(x.change) FROM asset_history x JOIN inventory_change c ON c.number = x.change
                WHERE x.asset = h.asset AND c.act <> \(Change.Act.undo.rawValue) AND NOT EXISTS (
                    SELECT 1 FROM asset_history y JOIN inventory_change u ON u.number = y.change
                    WHERE y.asset = x.asset AND u.undoes = x.change))
            WHERE h.change = \(run.number) ORDER BY h.asset
            """
        ) { row in
            let last = row.integer(4)
            let what = AssetEvent.What(rawValue: row.text(2))
            found.append(
                Touched(
                    asset: row.asset(0), id: row.text(1), isAddition: what == .commissioned || what == .reinstated,
                    fields: ChangeDetail.fields(row.text(3)),
                    reason: last == run.number
                        ? nil : "changed since by \(row.text(5)) on \(row.instant(6).iso8601) (change \(last), \(row.text(7)))"))
        }
        return found
    }

    /// An added asset stays while another, which stays, hangs below it. Repeated, because a kept child keeps its parents.
    private static func keepParentsOfOthers(_ touched: inout [Touched], in transaction: Transaction) throws {
        var indexOf: [Asset.Number: Int] = [:]
        for (i, one) in touched.enumerated() { indexOf[one.asset] = i }
        guard touched.contains(where: \.isAddition) else { return }
        var children: [AssetRecord] = []
        try AssetStore.load(in: transaction) { if $0.supplyParent != .none || $0.linkParent != .none { children.append($0) } }
        var isStable = false
        while !isStable {
            isStable = true
            for child in children {
                var after = child
                if let index = indexOf[child.number], touched[index].reason == nil {
                    if touched[index].isAddition { continue }
                    for field in touched[index].fields { RecordFields.set(field.name, to: field.before, in: &after) }
                }
                for parent in [after.supplyParent, after.linkParent] {
                    guard let index = indexOf[parent], touched[index].isAddition, touched[index].reason == nil else { continue }
                    touched[index].reason = "\(child.id) hangs below it and stays"
                    isStable = false
                }
            }
        }
    }

    private static func undo(_ one: Touched, _ run: Change, _ change: Change, in transaction: Transaction) throws {
        if one.isAddition {
            try transaction.run(
                """
                INSERT INTO removal (asset, at, author, reason)
                VALUES (\(one.asset), \(change.at), \(change.author), \("import \(run.number) undone"))
                """)
            try transaction.run("UPDATE asset SET revision = \(change.number) WHERE number = \(one.asset)")
            return
        }
        guard var record = try AssetStore.find(one.asset, in: transaction) else { return }
        for field in one.fields { RecordFields.set(field.name, to: field.before, in: &record) }
        record.revision = change.number
        try AssetRowsStore.replace(record, in: transaction)
    }
}
