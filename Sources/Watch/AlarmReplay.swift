// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What people did is in the journal, not in the intake. A book restored from a snapshot and fed again with the intake's turns
/// gets those acts back at the very place where they were done: records are numbered without a gap, so an act is due when
/// the book has reached the number before it.
extension AlarmBook {
    /// - Parameter acts: the journal's records with `isAct` and a number above this book's, in any order.
    package func expect(_ acts: [AlarmRecord]) {
        expected = acts.filter { $0.isAct && $0.number > lastRecord }.sorted { $0.number > $1.number }
    }

    /// The number of the last record that this book knows.
    package var position: UInt64 { lastRecord }

    /// Acts that were due and have not been met again; anything left after a replay means that inputs are missing.
    package var outstanding: Int { expected.count }

    /// The acts after the last turn, which no input calls for.
    func catchUpToEnd() { catchUp(at: .distantFuture) }

    func catchUp(at now: Instant) {
        while let act = expected.last, act.number <= lastRecord + 1, act.at <= now {
            expected.removeLast()
            if act.number == lastRecord + 1 { repeatAct(act) }
        }
    }

    private func repeatAct(_ record: AlarmRecord) {
        if record.event == .handedOver {
            let parts = record.note.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            _ = performHandOver(
                from: record.by, to: String(parts[0]), note: parts.count > 1 ? String(parts[1]) : "", at: record.at)
            return
        }
        guard let act = AlarmBook.act(of: record) else { return }
        let target =
            record.incident.map { incident in record.alarm.map(AlarmTarget.alarm) ?? .incident(incident) }
            ?? record.alarm.map(AlarmTarget.alarm)
        if let target { _ = perform(act, on: [target], by: record.by, at: record.at) }
    }

    private static func act(of record: AlarmRecord) -> AlarmAct? {
        switch record.event {
        case .acknowledged: .acknowledge
        case .reset: .reset
        case .shelved: .shelve(until: record.until ?? record.at, why: record.note)
        case .unshelved: .unshelve
        case .suppressed: .suppress(why: record.note)
        case .unsuppressed: .unsuppress
        case .removedFromService: .removeFromService(why: record.note)
        case .restoredToService: .restoreToService
        case .assigned: .assign(to: record.note.isEmpty ? nil : record.note)
        case .commented: .comment(record.note)
        default: nil
        }
    }
}
