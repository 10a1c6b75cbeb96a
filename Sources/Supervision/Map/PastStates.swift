// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
package import Watch

/// The city as it was, a few seconds of it at hand: the tiles of one view ask for the same second at the same time, and whoever
/// plays the past back asks for the next.
package actor PastStates {
    private let floor: Floor
    private let journal: Journal
    /// The last asked last. A city of a million assets takes 3 MB a second that is kept.
    private var kept: [(second: Int64, columns: Task<StateColumns?, any Error>)] = []
    private static let keeps = 4

    package init(floor: Floor, journal: Journal) { (self.floor, self.journal) = (floor, journal) }

    /// The states at the end of a whole second; nil where the tape does not reach back so far.
    package func columns(at second: Instant) async throws -> StateColumns? {
        if let known = kept.first(where: { $0.second == second.seconds }) { return try await known.columns.value }
        let task = Task { [floor] in try await floor.columns(at: Instant(seconds: second.seconds) + .milliseconds(999)) }
        kept.append((second.seconds, task))
        if kept.count > PastStates.keeps { kept.removeFirst() }
        do {
            guard let columns = try await task.value else {
                forget(second)
                return nil
            }
            return columns
        } catch {
            forget(second)
            throw error
        }
    }

    private func forget(_ second: Instant) { kept.removeAll { $0.second == second.seconds } }

    /// The first moment that can be shown; nil while nothing is on the tape.
    package nonisolated func begins() async throws -> Instant? { try await journal.read { try StateTape.begins(in: $0) } }
}
