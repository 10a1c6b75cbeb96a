// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory

/// Reads the files of a GTFS feed. What is needed and missing, and numbers that are none, are refused with the file and line.
package struct TransitReading {
    private init(most: Int) { self.most = most }

    package static let files: Set = [
        "agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt", "calendar_dates.txt", "frequencies.txt",
    ]

    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String
    }

    private var stops: [TransitFeed.Stop] = []
    private var stopNumbers: [String: Int] = [:]
    private var lines: [TransitFeed.Line] = []
    private var lineNumbers: [String: Int] = [:]
    private var days: [TransitFeed.Days] = []
    private var dayNumbers: [String: Int] = [:]
    private var trips: [TransitFeed.Trip] = []
    private var tripNumbers: [String: Int] = [:]
    /// Departures of a feed, those that a frequency repeats included.
    private let most: Int

    /// - Parameter most: departures, those that a frequency repeats included; more are refused before they are made.
    package static func feed(_ files: [String: [UInt8]], most: Int = 20_000_000) throws -> TransitFeed {
        var reading = TransitReading(most: most)
        for name in ["stops.txt", "routes.txt", "trips.txt", "stop_times.txt"] where files[name] == nil {
            throw Fault(description: "\(name) is missing; right would be: a GTFS feed with stops, routes, trips and stop_times")
        }
        guard files["calendar.txt"] != nil || files["calendar_dates.txt"] != nil else {
            throw Fault(description: "calendar.txt and calendar_dates.txt are both missing: nobody knows on which days anything runs")
        }
        try reading.readStops(Table("stops.txt", files))
        try reading.readLines(Table("routes.txt", files))
        try reading.readDays(files)
        try reading.readTrips(Table("trips.txt", files))
        return try reading.readTimes(Table("stop_times.txt", files), try reading.readFrequencies(files))
    }

    private mutating func readStops(_ table: Table) throws {
        var table = table
        while try table.next() {
            // Stations and entrances have no departures of their own.
            let sort = table["location_type"]
            guard sort.isEmpty || sort == "0" else { continue }
            let id = try table.needed("stop_id")
            guard let latitude = Double(table["stop_lat"]), let longitude = Double(table["stop_lon"]),
                Place(longitude: longitude, latitude: latitude).isValid
            else { throw table.fault("stop_lat and stop_lon are no position") }
            stopNumbers[id] = stops.count
            stops.append(.init(id: id, name: table["stop_name"], longitude: longitude, latitude: latitude))
        }
    }

    private mutating func readLines(_ table: Table) throws {
        var table = table
        while try table.next() {
            lineNumbers[try table.needed("route_id")] = lines.count
            let (short, long) = (table["route_short_name"], table["route_long_name"])
            lines.append(.init(name: short.isEmpty ? long : short, title: long, sort: Int(table["route_type"]) ?? 3))
        }
    }

    private mutating func number(ofDays id: String) -> Int {
        if let known = dayNumbers[id] { return known }
        dayNumbers[id] = days.count
        days.append(.init(weekdays: [], from: nil, until: nil, added: [], removed: []))
        return days.count - 1
    }

    private mutating func readDays(_ files: [String: [UInt8]]) throws {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        if files["calendar.txt"] != nil {
            var table = try Table("calendar.txt", files)
            while try table.next() {
                let n = number(ofDays: try table.needed("service_id"))
                days[n].weekdays = names.enumerated().filter { table[$0.element] == "1" }.map { $0.offset + 1 }
                (days[n].from, days[n].until) = (try table.day("start_date"), try table.day("end_date"))
            }
        }
        if files["calendar_dates.txt"] != nil {
            var table = try Table("calendar_dates.txt", files)
            while try table.next() {
                let n = number(ofDays: try table.needed("service_id"))
                let day = try table.day("date")
                switch table["exception_type"] {
                case "1": days[n].added.append(day)
                case "2": days[n].removed.append(day)
                default: throw table.fault("exception_type '\(table["exception_type"])'; right would be: 1 or 2")
                }
            }
        }
    }

    private mutating func readTrips(_ table: Table) throws {
        var table = table
        while try table.next() {
            let (id, route, service) = (try table.needed("trip_id"), try table.needed("route_id"), try table.needed("service_id"))
            guard let line = lineNumbers[route] else { throw table.fault("route_id '\(route)' is none of routes.txt") }
            tripNumbers[id] = trips.count
            trips.append(.init(line: line, days: number(ofDays: service), headsign: table["trip_headsign"]))
        }
    }

    private struct Frequency {
        var from: Int
        var until: Int
        var every: Int
    }

    private func readFrequencies(_ files: [String: [UInt8]]) throws -> [Int: [Frequency]] {
        guard files["frequencies.txt"] != nil else { return [:] }
        var table = try Table("frequencies.txt", files)
        var found: [Int: [Frequency]] = [:]
        while try table.next() {
            guard let trip = tripNumbers[try table.needed("trip_id")] else { continue }
            guard let from = Table.seconds(table["start_time"]), let until = Table.seconds(table["end_time"]),
                let every = Int(table["headway_secs"]), (1...360_000).contains(every), from < until
            else { throw table.fault("start_time, end_time and headway_secs are no frequency") }
            found[trip, default: []].append(Frequency(from: from, until: until, every: every))
        }
        return found
    }

    private struct Call {
        var trip: Int
        var order: Int
        var stop: Int
        var seconds: Int
    }

    private func readTimes(_ table: Table, _ frequencies: [Int: [Frequency]]) throws -> TransitFeed {
        var table = table
        var calls: [Call] = []
        while try table.next() {
            let (tripID, stopID) = (try table.needed("trip_id"), try table.needed("stop_id"))
            guard let trip = tripNumbers[tripID] else { throw table.fault("trip_id '\(tripID)' is none of trips.txt") }
            guard let stop = stopNumbers[stopID] else { throw table.fault("stop_id '\(stopID)' is none of stops.txt") }
            let text = table["departure_time"].isEmpty ? table["arrival_time"] : table["departure_time"]
            // Between two times that are given, a bus calls when it calls.
            if text.isEmpty { continue }
            guard let seconds = Table.seconds(text) else { throw table.fault("departure_time '\(text)'; right would be: 08:30:00") }
            if table["pickup_type"] == "1" { continue }
            calls.append(Call(trip: trip, order: Int(table["stop_sequence"]) ?? 0, stop: stop, seconds: seconds))
        }
        return try gather(calls, frequencies)
    }

    private func gather(_ calls: [Call], _ frequencies: [Int: [Frequency]]) throws -> TransitFeed {
        var last: [Int: Int] = [:]
        var first: [Int: Int] = [:]
        for call in calls {
            last[call.trip] = max(last[call.trip] ?? call.order, call.order)
            first[call.trip] = min(first[call.trip] ?? call.seconds, call.seconds)
        }
        var byStop = [[(trip: UInt32, seconds: UInt32)]](repeating: [], count: stops.count)
        var count = 0
        // Where a trip ends nobody gets in.
        for call in calls where last[call.trip] != call.order {
            let repeated = frequencies[call.trip]
            // Counted before any is made.
            count += repeated?.reduce(0) { $0 + ($1.until - $1.from + $1.every - 1) / $1.every } ?? 1
            guard count <= most else { throw Fault(description: "more than \(most) departures") }
            guard let repeated else {
                byStop[call.stop].append((UInt32(call.trip), UInt32(call.seconds)))
                continue
            }
            let offset = call.seconds - (first[call.trip] ?? call.seconds)
            for one in repeated {
                for time in stride(from: one.from + offset, to: one.until + offset, by: one.every) {
                    byStop[call.stop].append((UInt32(call.trip), UInt32(time)))
                }
            }
        }
        var (starts, tripOf, secondsOf): ([UInt32], [UInt32], [UInt32]) = ([0], [], [])
        for stop in byStop.indices {
            for one in byStop[stop].sorted(by: { $0.seconds < $1.seconds }) {
                tripOf.append(one.trip)
                secondsOf.append(one.seconds)
            }
            starts.append(UInt32(tripOf.count))
        }
        return TransitFeed(
            stops: stops, lines: lines, days: days, trips: trips, starts: starts, tripOf: tripOf, secondsOf: secondsOf)
    }

    // MARK: Tables

    /// One file, row after row, by the names of its columns.
    private struct Table {
        private let name: String
        private var reader: CSVReader
        private var columns: [String: Int] = [:]
        private var fields: [String] = []
        private var line = 1

        init(_ name: String, _ files: [String: [UInt8]]) throws {
            self.name = name
            var bytes = files[name] ?? []
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
            reader = CSVReader(bytes, separator: UInt8(ascii: ","))
            guard try reader.next(into: &fields) else { throw Fault(description: "\(name) is empty") }
            for (i, column) in fields.enumerated() { columns[Table.trimmed(column)] = i }
        }

        mutating func next() throws -> Bool {
            repeat {
                guard try reader.next(into: &fields) else { return false }
                line += 1
            } while fields.allSatisfy(\.isEmpty)
            return true
        }

        subscript(_ column: String) -> String {
            guard let i = columns[column], i < fields.count else { return "" }
            return Table.trimmed(fields[i])
        }

        func needed(_ column: String) throws -> String {
            let text = self[column]
            if text.isEmpty { throw fault("\(column) is empty") }
            return text
        }

        /// `20261122`.
        func day(_ column: String) throws -> CivilDay {
            let text = self[column]
            let parts = [text.prefix(4), text.dropFirst(4).prefix(2), text.dropFirst(6)]
            guard text.utf8.count == 8, let day = CivilDay(parts.joined(separator: "-")) else {
                throw fault("\(column) '\(text)'; right would be: 20261122")
            }
            return day
        }

        func fault(_ reason: String) -> Fault { Fault(description: "\(name), line \(line): \(reason)") }

        /// `08:30:00`, also `25:10:00`.
        static func seconds(_ text: String) -> Int? {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 3, let h = Int(parts[0]), let m = Int(parts[1]), let s = Int(parts[2]), (0...100).contains(h),
                (0...59).contains(m), (0...59).contains(s)
            else { return nil }
            return h * 3600 + m * 60 + s
        }

        private static func trimmed(_ text: String) -> String {
            var slice = Substring(text)
            while let first = slice.first, first.isWhitespace { slice.removeFirst() }
            while let last = slice.last, last.isWhitespace { slice.removeLast() }
            return String(slice)
        }
    }
}
