// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Synchronization

/// Fetches the figures of stations that the city's file names by their address, as often as it says. What comes is a stranger's: bounded by
/// whoever fetches, read whole or not at all, and never led on to another server than the file names. While a source is away its last
/// figures stand and say of when they are.
package final class StationFetching: Sendable {
    /// - Returns: the body of what stands at an address of the web; throws where there is none.
    package typealias Fetch = @Sendable (_ address: String) async throws -> [UInt8]

    private struct Standing: Sendable {
        var dueAt = Instant.distantPast
        var failures = 0
        var fault: String?
        /// What changes seldom, and until when it is not asked for again.
        var addresses: StationAddresses?
        var information: [UInt8]?
        var freshUntil = Instant.distantPast
    }

    /// Addresses and names of stations are asked for anew after this.
    static let steady = Span.hours(1)
    static let longestPause = Span.minutes(10)

    private let services: Services
    private let fetch: Fetch
    private let held = Mutex<(sources: [StationSource]?, standings: [String: Standing])>((nil, [:]))

    package init(services: Services, fetch: @escaping Fetch) { (self.services, self.fetch) = (services, fetch) }

    /// Asks every source whose time has come, beside each other. To be called every few seconds, by one task.
    /// - Returns: sources of which the last try failed, with why, by their name.
    package func round() async throws -> [String: String] {
        let sources = services.shelf.catalogue.stations ?? []
        if held.withLock({ $0.sources }) != sources {
            // A network that the file no longer names is no longer shown; what was imported by hand stays.
            try await services.journal.write { try StationStore.keep(sources.map(\.code), in: $0) }
            held.withLock { held in
                // An address that was changed begins anew.
                held.standings = held.standings.filter { code, _ in
                    sources.contains { $0.code == code && held.sources?.contains($0) == true }
                }
                held.sources = sources
            }
        }
        let now = services.clock.now()
        await withTaskGroup { group in
            for source in sources where held.withLock({ $0.standings[source.code]?.dueAt ?? .distantPast }) <= now {
                group.addTask { await self.run(source, at: now) }
            }
        }
        return held.withLock { held in
            Dictionary(sources.compactMap { one in held.standings[one.code]?.fault.map { (one.name, $0) } }) { first, _ in first }
        }
    }

    private func run(_ source: StationSource, at now: Instant) async {
        var standing = held.withLock { $0.standings[source.code] } ?? Standing()
        do {
            if standing.freshUntil <= now || standing.information == nil { (standing.addresses, standing.information) = (nil, nil) }
            let addresses = try await addresses(of: source, known: standing.addresses)
            let information: [UInt8]
            if let known = standing.information {
                information = known
            } else {
                information = try await fetch(addresses.information)
                standing.freshUntil = now + StationFetching.steady
            }
            var feed = try StationReading.feed(information: information, status: try await fetch(addresses.status))
            // A source whose clock is ahead would never be seen to be away.
            feed.reportedAt = min(feed.reportedAt, now)
            try await services.journal.write { [feed] in
                try StationStore.put(feed, name: source.name, source: source.code, at: now, in: $0)
            }
            (standing.addresses, standing.information) = (addresses, information)
            (standing.failures, standing.fault, standing.dueAt) = (0, nil, now + .seconds(Int64(source.every)))
        } catch {
            standing.failures += 1
            standing.fault = String("\(error)".prefix(300))
            let pause = Span.seconds(Int64(source.every) << Int64(min(standing.failures, 6)))
            standing.dueAt = now + min(pause, StationFetching.longestPause)
            (standing.addresses, standing.information) = (nil, nil)
        }
        held.withLock { [standing] held in
            // The file may have changed while the source was asked.
            if held.sources?.contains(source) == true { held.standings[source.code] = standing }
        }
    }

    private func addresses(of source: StationSource, known: StationAddresses?) async throws -> StationAddresses {
        if let known { return known }
        guard !source.gbfs.isEmpty else { return StationAddresses(information: source.information, status: source.status) }
        let found = try StationReading.addresses(try await fetch(source.gbfs))
        for address in [found.information, found.status] where !StationReading.isSameOrigin(address, source.gbfs) {
            throw StationReading.Fault(
                description:
                    "gbfs.json leads to another server (\(address.prefix(100))); right would be: information: and status: in the file")
        }
        return found
    }
}
