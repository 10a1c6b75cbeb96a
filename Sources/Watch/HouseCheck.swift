// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
package import Journal

/// What must hold between the journal, the intake and the snapshots of an installation, also of a running one. Empty where all is well.
package enum HouseCheck {
    package static func findings(journal: Journal, settings: Floor.Settings, trades: [any Trade]) throws -> [Finding] {
        let kept = try journal.readHere { try PositionStore.get(in: $0) }
        var findings = try journal.check(intake: folder(settings.intakeFolder))
        findings += try journal.readHere { transaction in
            try AlarmStore.check(in: transaction).map { Finding(area: "alarms", what: $0) }
                + AlarmStore.orphans(in: transaction).map { Finding(area: "alarms", what: $0) }
                + OrderStore.check(in: transaction).map { Finding(area: "orders", what: $0) }
        }
        findings += Snapshot.files(settings.snapshotFolder).filter { Snapshot(contentsOf: $0.path) == nil }.map {
            Finding(area: "snapshot", what: "the snapshot of turn \($0.position) is damaged; an older one is used")
        }
        // With a hole in the intake there is nothing to judge again, and that was said.
        if !findings.contains(where: { $0.area == "intake" }) { try findings += again(kept, journal, settings, trades) }
        return findings
    }

    private static func folder(_ path: String) -> String? { FileManager.default.fileExists(atPath: path) ? path : nil }

    /// The turns since the newest snapshot, judged again: the board and the alarms that follow must be those of the journal.
    private static func again(_ kept: UInt64, _ journal: Journal, _ settings: Floor.Settings, _ trades: [any Trade]) throws -> [Finding] {
        let replay: Replay
        do {
            replay = try Replay(journal: journal, settings: settings, trades: trades, through: kept)
            try replay.run(through: kept)
        } catch {
            return [Finding(area: "replay", what: "\(error)")]
        }
        guard replay.position == kept else {
            return [
                Finding(area: "intake", what: "the journal covers turn \(kept), the intake and the snapshots only turn \(replay.position)")
            ]
        }
        let comparison = try ReplayComparison(replay, journal: journal)
        func text(_ line: ReplayComparison.Line) -> String {
            let id = replay.roster.directory.id(of: line.asset)?.text ?? "asset \(line.asset.value)"
            return "\(id) \(line.condition) \(line.isRaised ? "raised" : "returned") at \(line.at.iso8601)"
        }
        return comparison.onlyKept.prefix(20).map { Finding(area: "replay", what: "\(text($0)): in the journal, and not found again") }
            + comparison.onlyFound.prefix(20).map { Finding(area: "replay", what: "\(text($0)): found, and not in the journal") }
    }
}

extension AlarmStore {
    /// Standing alarms of assets that are not in the inventory.
    static func orphans(in transaction: Transaction) throws -> [String] {
        try transaction.rows(
            """
            SELECT a.id, a.asset, a.condition FROM alarm a LEFT JOIN asset s ON s.number = a.asset
            WHERE a.closed_at IS NULL AND s.number IS NULL ORDER BY a.id LIMIT 20
            """
        ).map { "alarm \($0.integer(0)) (\($0.text(2))) stands on asset \($0.integer(1)), which no inventory knows" }
    }
}

extension OrderStore {
    /// What must hold of the orders of a live journal.
    package static func check(in transaction: Transaction) throws -> [String] {
        let steps = try transaction.rows(
            """
            SELECT o.number, o.steps, count(s.number) FROM order_record o LEFT JOIN order_step s ON s.order_number = o.number
            GROUP BY o.number, o.steps HAVING o.steps <> count(s.number) ORDER BY o.number LIMIT 20
            """
        ).map { "order \($0.integer(0)) says \($0.integer(1)) steps of its ledger, \($0.integer(2)) are there" }
        let bare = try transaction.rows(
            """
            SELECT o.number FROM order_record o WHERE o.ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM order_ledger l WHERE l.order_number = o.number) ORDER BY o.number LIMIT 20
            """
        ).map { "order \($0.integer(0)) is under way and has no ledger" }
        return steps + bare
    }
}
