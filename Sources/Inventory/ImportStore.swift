// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal

/// Writing a plan.
enum ImportStore {
    /// Five thousand assets at a time: progress moves, memory does not.
    private static let batch = 5000

    /// Nothing is written where the plan is empty: importing the same file again leaves no trace and wakes no server.
    static func write(
        _ plan: ImportPlan, _ report: inout ImportReport, _ options: AssetImport.Options, at now: Instant, in transaction: Transaction,
        progress: AssetImport.Progress
    ) throws {
        guard !plan.isEmpty else { return }
        var change = try ChangeStore.begin(.import, author: options.author, source: options.file, at: now, in: transaction)
        let total = plan.additions.count + plan.changes.count
        for start in stride(from: 0, to: plan.additions.count, by: batch) {
            try add(plan.additions[start..<min(start + batch, plan.additions.count)], change.number, in: transaction)
            progress(.writing, min(start + batch, plan.additions.count), total)
        }
        for start in stride(from: 0, to: plan.changes.count, by: batch) {
            try apply(plan.changes[start..<min(start + batch, plan.changes.count)], change.number, in: transaction)
            progress(.writing, plan.additions.count + min(start + batch, plan.changes.count), total)
        }
        (change.accepted, change.changed) = (report.count(.accepted), report.count(.changed))
        (change.unchanged, change.refused) = (report.count(.unchanged), report.count(.refused))
        try ChangeStore.finish(change, in: transaction)
        report.change = change.number
    }

    private static func add(_ records: ArraySlice<AssetRecord>, _ change: Int64, in transaction: Transaction) throws {
        try AssetRowsStore.add(
            records.map { record in
                var record = record
                record.revision = change
                return record
            }, in: transaction)
        try AssetRowsStore.addHistory(records.map { ($0.number, .commissioned, []) }, change: change, in: transaction)
    }

    private static func apply(_ changes: ArraySlice<ImportPlan.Change>, _ number: Int64, in transaction: Transaction) throws {
        for change in changes {
            var record = change.record
            record.revision = number
            try AssetRowsStore.replace(record, in: transaction)
            if change.isReinstated { try transaction.run("DELETE FROM removal WHERE asset = \(record.number)") }
        }
        try AssetRowsStore.addHistory(
            changes.map { ($0.record.number, $0.isReinstated ? .reinstated : .changed, $0.fields) }, change: number, in: transaction)
    }
}
