// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Synchronization

/// The way in of new reports. Those that come while another is being written are written together: one commit for many, and each is told
/// only after its own is kept.
final class ReportIntake: Sendable {
    typealias Created = (report: Report, isNew: Bool)

    private let journal: Journal
    private let waiting = Mutex<[Slot]>([])
    /// Of one transaction, so that nobody waits long for others.
    private static let most = 500

    private final class Slot: Sendable {
        let new: ReportStore.New
        let kept = Mutex<Created?>(nil)
        let hadCompany = Mutex(false)
        init(_ new: ReportStore.New) { self.new = new }
    }

    init(journal: Journal) { self.journal = journal }

    /// Each caller brings a turn at the journal's one writer. The first turn writes whatever waits; a turn whose own report was written by
    /// an earlier one has nothing left to do, and one whose earlier turn failed writes its own alone.
    func add(_ new: ReportStore.New) async throws -> Created {
        let slot = Slot(new)
        waiting.withLock { $0.append(slot) }
        do { return try await write(slot) } catch {
            // It may be another's report that could not be kept.
            guard slot.hadCompany.withLock({ $0 }) else { throw error }
            return try await write(slot)
        }
    }

    private func write(_ slot: Slot) async throws -> Created {
        try await journal.write { [self] transaction in
            if let kept = slot.kept.withLock({ $0 }) { return kept }
            let batch = take(with: slot)
            slot.hadCompany.withLock { $0 = batch.count > 1 }
            let made = try batch.map { try ReportStore.create($0.new, in: transaction) }
            transaction.afterCommit {
                for (slot, one) in zip(batch, made) { slot.kept.withLock { $0 = one } }
            }
            return made[0]
        }
    }

    /// The slot first, and others that wait; itself alone where an earlier turn took it and failed.
    private func take(with slot: Slot) -> [Slot] {
        waiting.withLock { all in
            guard let own = all.firstIndex(where: { $0 === slot }) else { return [slot] }
            all.remove(at: own)
            let others = Array(all.prefix(ReportIntake.most - 1))
            all.removeFirst(others.count)
            return [slot] + others
        }
    }
}
