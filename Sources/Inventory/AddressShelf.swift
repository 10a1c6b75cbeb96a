// SPDX-License-Identifier: EUPL-1.2

package import Journal
import Synchronization

/// The addresses of now: an index in memory, made at start and again after an import. Asking it never waits for a database.
package final class AddressShelf: Sendable {
    private let journal: Journal
    private let held = Mutex<(revision: Int64, index: AddressIndex)>((0, AddressIndex([])))

    package init(journal: Journal) { self.journal = journal }

    /// Empty until `refresh` has run.
    package var index: AddressIndex { held.withLock { $0.index } }

    /// Makes the index anew where the table has changed since.
    /// - Returns: true where it did.
    @discardableResult
    package func refresh() async throws -> Bool {
        let known = held.withLock { $0.revision }
        let fresh = try await journal.read { transaction -> (revision: Int64, index: AddressIndex)? in
            let revision = try AddressStore.revision(in: transaction)
            guard revision != known else { return nil }
            var addresses: [Address] = []
            try AddressStore.each(in: transaction) { addresses.append($0) }
            return (revision, AddressIndex(addresses))
        }
        guard let fresh else { return false }
        held.withLock { $0 = fresh }
        return true
    }
}
