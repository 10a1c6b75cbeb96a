// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// A timetable as a GTFS file says it (GTFS Schedule reference): stops, lines, trips with the days on which they run, and when they leave
/// where. Times are seconds after noon minus twelve hours of the service's day, so they may be beyond 24 hours.
package struct TransitFeed: Sendable, Hashable {
    package struct Stop: Sendable, Hashable, Codable {
        package var id: String
        package var name: String
        package var longitude: Double
        package var latitude: Double
        package var place: Place { Place(longitude: longitude, latitude: latitude) }
    }

    package struct Line: Sendable, Hashable, Codable {
        /// What stands on the vehicle: 'T1', 'L3'.
        package var name: String
        package var title: String
        /// Of GTFS: 0 tram, 1 metro, 2 rail, 3 bus, …
        package var sort: Int
    }

    /// On which days trips run.
    package struct Days: Sendable, Hashable, Codable {
        /// 1 is Monday.
        package var weekdays: [Int]
        package var from: CivilDay?
        package var until: CivilDay?
        package var added: [CivilDay]
        package var removed: [CivilDay]

        package func holds(_ day: CivilDay) -> Bool {
            if removed.contains(day) { return false }
            if added.contains(day) { return true }
            guard let from, let until else { return false }
            return from <= day && day <= until && weekdays.contains(day.weekday)
        }
    }

    package struct Trip: Sendable, Hashable, Codable {
        package var line: Int
        package var days: Int
        package var headsign: String
    }

    package struct Departure: Sendable, Hashable {
        package var line: Line
        package var headsign: String
        package var at: Instant
    }

    package let stops: [Stop]
    package let lines: [Line]
    package let days: [Days]
    package let trips: [Trip]
    /// In the order of the stops: trip and seconds of each departure; those of stop `n` stand at `starts[n]..<starts[n + 1]`, by seconds.
    package let starts: [UInt32]
    package let tripOf: [UInt32]
    package let secondsOf: [UInt32]
    /// Made once: pages that everybody opens must not look through all stops.
    private let index: StopIndex
    /// The first and last day on which anything runs.
    package var reach: ClosedRange<CivilDay>? {
        let firsts = days.flatMap { [$0.from].compactMap { $0 } + $0.added }
        let lasts = days.flatMap { [$0.until].compactMap { $0 } + $0.added }
        guard let first = firsts.min(), let last = lasts.max(), first <= last else { return nil }
        return first...last
    }

    package func index(of id: String) -> Int? { index.byID[id] }

    /// One stop for each name in which every word of the question begins a word, in the order of the feed.
    package func named(_ question: String, limit: Int) -> [Int] { index.named(question, limit: limit) }

    /// The next departures at some stops (the poles of one name), the earliest first.
    package func departures(_ stops: [Int], after now: Instant, _ wall: WallTime, limit: Int) -> [Departure] {
        let today = wall.day(at: now)
        // Poles on both sides of a street may list the same trip once each.
        var found: Set<Departure> = []
        // Trips of yesterday may still be on their way after midnight.
        for day in [today - 1, today, today + 1] {
            // Noon minus twelve hours is midnight except on the two days on which the clock is changed.
            let zero = wall.instant(day, minute: 720) - .hours(12)
            var runs = [Bool?](repeating: nil, count: days.count)
            for stop in stops where self.stops.indices.contains(stop) {
                found.formUnion(next(at: stop, day, zero: zero, after: now, limit, &runs))
            }
            if day == today, found.count >= limit { break }
        }
        return Array(found.sorted { ($0.at, $0.line.name, $0.headsign) < ($1.at, $1.line.name, $1.headsign) }.prefix(limit))
    }

    /// At one stop and of one day of service, at most `limit`.
    /// - Parameter runs: what is known of that day already, by the number of `days`.
    private func next(
        at stop: Int, _ day: CivilDay, zero: Instant, after now: Instant, _ limit: Int, _ runs: inout [Bool?]
    ) -> Set<Departure> {
        var found: Set<Departure> = []
        let (end, waited) = (Int(starts[stop + 1]), (now - zero).milliseconds)
        // By halving: the first that has not left yet.
        var (low, high) = (Int(starts[stop]), end)
        while low < high {
            let middle = (low + high) / 2
            if Int64(secondsOf[middle]) * 1000 < waited { low = middle + 1 } else { high = middle }
        }
        while low < end, found.count < limit {
            let trip = trips[Int(tripOf[low])]
            let isRunning = runs[trip.days] ?? days[trip.days].holds(day)
            runs[trip.days] = isRunning
            if isRunning {
                found.insert(Departure(line: lines[trip.line], headsign: trip.headsign, at: zero + .seconds(Int64(secondsOf[low]))))
            }
            low += 1
        }
        return found
    }

    /// Stops near a place, one for each name, the nearest first, each with the poles of that name within 300 m of it.
    package func near(_ place: Place, within metres: Double, limit: Int) -> [(stops: [Int], metres: Double)] {
        // A degree of latitude is some 111 km.
        let reach = metres / 110_000
        let around = stops.indices.filter { abs(stops[$0].latitude - place.latitude) <= reach }
            .map { (stop: $0, metres: stops[$0].place.metres(to: place)) }.filter { $0.metres <= metres }
            .sorted { $0.metres < $1.metres }
        var found: [(stops: [Int], metres: Double)] = []
        for one in around {
            if found.contains(where: { stops[$0.stops[0]].name == stops[one.stop].name }) { continue }
            found.append((poles(of: one.stop), one.metres))
            if found.count == limit { break }
        }
        return found
    }

    /// A stop and those of the same name within 300 m, with departures.
    package func poles(of stop: Int) -> [Int] {
        let at = stops[stop].place
        let others = (index.byName[stops[stop].name] ?? []).filter { other in other != stop && stops[other].place.metres(to: at) <= 300 }
        return [stop] + others
    }

    // MARK: As bytes

    private struct Head: Codable {
        var stops: [Stop]
        var lines: [Line]
        var days: [Days]
        var trips: [Trip]
        var departures: Int
    }

    /// Length of the head (4 bytes), the head as JSON, then three columns of 32-bit numbers, little end first.
    package var bytes: [UInt8] {
        get throws {
            let head = Array(
                try JSONEncoder().encode(Head(stops: stops, lines: lines, days: days, trips: trips, departures: tripOf.count)))
            var bytes: [UInt8] = []
            bytes.reserveCapacity(head.count + 4 * (starts.count + 2 * tripOf.count + 1))
            func put(_ number: UInt32) {
                for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
            }
            put(UInt32(head.count))
            bytes += head
            for number in starts + tripOf + secondsOf { put(number) }
            return bytes
        }
    }

    package init(
        stops: [Stop], lines: [Line], days: [Days], trips: [Trip], starts: [UInt32], tripOf: [UInt32], secondsOf: [UInt32]
    ) {
        (self.stops, self.lines, self.days, self.trips) = (stops, lines, days, trips)
        (self.starts, self.tripOf, self.secondsOf) = (starts, tripOf, secondsOf)
        index = StopIndex(stops)
    }

    package struct Damaged: Error {}

    package init(bytes: [UInt8]) throws {
        func number(_ at: Int) -> UInt32 {
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        }
        guard bytes.count >= 4, 4 + Int(number(0)) <= bytes.count else { throw Damaged() }
        let body = 4 + Int(number(0))
        let head = try JSONDecoder().decode(Head.self, from: Data(bytes[4..<body]))
        guard bytes.count == body + 4 * (head.stops.count + 1 + 2 * head.departures) else { throw Damaged() }
        func column(_ first: Int, _ count: Int) -> [UInt32] { (0..<count).map { number(body + 4 * (first + $0)) } }
        self.init(
            stops: head.stops, lines: head.lines, days: head.days, trips: head.trips, starts: column(0, head.stops.count + 1),
            tripOf: column(head.stops.count + 1, head.departures),
            secondsOf: column(head.stops.count + 1 + head.departures, head.departures))
        guard isWhole else { throw Damaged() }
    }

    /// Every number in it points at something: what was damaged on its way may not end the program at a question.
    private var isWhole: Bool {
        guard starts.first == 0, Int(starts.last ?? 0) == tripOf.count, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }),
            tripOf.allSatisfy({ Int($0) < trips.count }),
            trips.allSatisfy({ lines.indices.contains($0.line) && days.indices.contains($0.days) })
        else { return false }
        return stops.indices.allSatisfy { stop in
            let own = secondsOf[Int(starts[stop])..<Int(starts[stop + 1])]
            return zip(own, own.dropFirst()).allSatisfy { $0 <= $1 }
        }
    }
}
