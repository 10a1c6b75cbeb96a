// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
package import Rounds
import Synchronization

/// The street network of now, in memory: read at start, and anew when another process has imported one. Whoever asks never waits for it: until
/// it is there, travel times are those of a straight line, and say so.
package final class StreetShelf: Sendable {
    private let journal: Journal
    private let held = Mutex<(about: StreetStore.About, network: StreetNetwork)?>(nil)
    /// A revision that could not be read: it is not tried again every two seconds.
    private let refused = Mutex<Int64>(0)

    package init(journal: Journal) { self.journal = journal }

    /// Which network travel times are taken from; nil for the straight line.
    package var about: StreetStore.About? { held.withLock { $0?.about } }
    private var network: StreetNetwork? { held.withLock { $0?.network } }

    /// Seconds from each place to each.
    package func travelTimes(among places: [Place]) -> TravelTimes {
        network?.travelTimes(among: places) ?? TravelTimes.straight(places)
    }

    /// Seconds from each place to one.
    package func seconds(from places: [Place], to place: Place) -> [Int] {
        guard let network else { return TravelTimes.straightSeconds(from: places, to: place) }
        return network.seconds(from: places, to: place)
    }

    /// Reads the network where it has changed since. The arithmetic runs on a thread of its own.
    /// - Throws: `StreetFault` once where what is kept cannot be read; the network before stays.
    /// - Returns: true where another one is there now.
    @discardableResult
    package func refresh() async throws -> Bool {
        let known = about?.revision ?? 0
        let fresh = try await journal.read { transaction -> (StreetStore.About, [UInt8])? in
            guard let about = try StreetStore.about(in: transaction), about.revision != known,
                let body = try StreetStore.body(about.revision, in: transaction)
            else { return nil }
            return (about, body)
        }
        guard let (about, body) = fresh, refused.withLock({ $0 != about.revision }) else { return false }
        do {
            let network = try await Task.detached(priority: .utility) { try StreetNetwork(try OSMExtract(bytes: body)) }.value
            // Already good for a question; many at once are quicker when it is prepared.
            held.withLock { $0 = (about, network) }
            let ready = await Task.detached(priority: .utility) { network.prepared() }.value
            held.withLock { $0 = (about, ready) }
            return true
        } catch {
            refused.withLock { $0 = about.revision }
            throw error
        }
    }
}
