// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How well a room's alarms tell what is really wrong: the faults of a truth file beside the alarms of a journal.
///
/// A fault is *found* where an alarm that tells of it stood on its asset while it lasted, *missed* where it lasted longer than
/// `patience` without one, and *open* where it was too short, or hidden by a loss of supply or link above it: nobody could tell yet. An alarm
/// is *explained* by a fault of its asset, or by a loss above it; any other is *unexplained*.
package struct Score: Sendable {
    package struct Alarm: Sendable, Hashable {
        package var asset: String
        /// The key of the alarm type: `lamp.failure`.
        package var condition: String
        package var raisedAt: Instant
        package var closedAt: Instant?
        package init(asset: String, condition: String, raisedAt: Instant, closedAt: Instant?) {
            (self.asset, self.condition, self.raisedAt, self.closedAt) = (asset, condition, raisedAt, closedAt)
        }
    }

    /// One kind of fault, summed.
    package struct Found: Sendable, Hashable {
        package var fault: String
        package var found = 0
        package var missed = 0
        package var open = 0
        /// From the fault to its alarm, seconds, in the middle; nil where none was found.
        package var medianDelay: Double?
        /// Assets whose fault was missed, the first few.
        package var examples: [String] = []
        package var recall: Double? { found + missed == 0 ? nil : Double(found) / Double(found + missed) }
    }

    /// One type of alarm, summed.
    package struct Rung: Sendable, Hashable {
        package var condition: String
        package var explained = 0
        package var unexplained = 0
        package var examples: [String] = []
        package var precision: Double { Double(explained) / Double(explained + unexplained) }
    }

    package private(set) var found: [Found] = []
    package private(set) var rung: [Rung] = []

    /// Alarm types that tell of a fault; of a loss of supply or link any alarm below does, too.
    static let tells: [String: Set<String>] = [
        "failure": ["lamp.failure"], "darkUnnoticed": ["lamp.failure", "lamp.lies"], "dayBurner": ["lamp.dayBurner", "lamp.refuses"],
        "cycling": ["lamp.cycling", "lamp.failure"], "driver": ["lamp.driver", "lamp.failure"],
        "communication": ["lamp.lost", "lamp.never"],
        "knockedDown": ["lamp.impact", "lamp.lost", "lamp.never"], "leakage": ["lamp.leakage"], "refuses": ["lamp.refuses"],
        "lies": ["lamp.lies", "lamp.refuses"],
        "doorOpen": ["cabinet.doorOpen"], "linkCut": ["gateway.lost", "gateway.never"],
        "trip": ["feeder.tripped", "substation.outage", "cabinet.breaker", "cabinet.battery", "cabinet.lost", "cabinet.never"],
    ]
    /// Faults that hide or explain what happens below their asset.
    private static let losses: Set<String> = ["trip", "linkCut"]

    /// - Parameters:
    ///   - above: the assets above one, in the electrical and the communication tree.
    ///   - until: the end of what is scored; faults and alarms that begin later are left out.
    ///   - patience: how long a fault may stand before an alarm is due: the longest delay of an alarm type and two reports.
    package init(_ faults: [Truth], _ alarms: [Alarm], above: (String) -> [String], until: Instant, patience: Span = .minutes(60)) {
        let faults = faults.filter { $0.from <= until }
        let alarms = alarms.filter { $0.raisedAt <= until }
        var losses: [String: [Truth]] = [:]
        for fault in faults where Score.losses.contains(fault.fault) { losses[fault.asset, default: []].append(fault) }
        let byAsset = Dictionary(grouping: faults, by: \.asset)
        let rungOn = Dictionary(grouping: alarms, by: \.asset)
        var supplyLostBelow: [String: [Alarm]] = [:]
        if !losses.isEmpty {
            let silent = [".supplyLoss", ".lost", ".never"]
            for alarm in alarms where silent.contains(where: { alarm.condition.hasSuffix($0) }) {
                for node in above(alarm.asset) where losses[node] != nil { supplyLostBelow[node, default: []].append(alarm) }
            }
        }
        func lossesAbove(_ asset: String) -> [Truth] { losses.isEmpty ? [] : above(asset).flatMap { losses[$0] ?? [] } }

        var sums: [String: (row: Found, delays: [Double])] = [:]
        for fault in faults {
            var (row, delays) = sums[fault.fault] ?? (Found(fault: fault.fault), [])
            var telling = rungOn[fault.asset]?.filter { Score.tells[fault.fault]?.contains($0.condition) ?? true } ?? []
            if Score.losses.contains(fault.fault) { telling += supplyLostBelow[fault.asset] ?? [] }
            let end = fault.to ?? until
            if let first = telling.filter({ $0.raisedAt <= end + patience && ($0.closedAt ?? until) >= fault.from }).map(\.raisedAt).min() {
                row.found += 1
                delays.append(max(0, Double((first - fault.from).milliseconds) / 1000))
            } else if end - fault.from < patience
                || lossesAbove(fault.asset).contains(where: { $0.from <= end && ($0.to ?? until) >= fault.from })
            {
                row.open += 1
            } else {
                row.missed += 1
                if row.examples.count < 5 { row.examples.append(fault.asset) }
            }
            sums[fault.fault] = (row, delays)
        }
        found = sums.values.map { sum in
            var row = sum.row
            row.medianDelay = sum.delays.isEmpty ? nil : sum.delays.sorted()[sum.delays.count / 2]
            return row
        }.sorted { $0.fault < $1.fault }

        var rows: [String: Rung] = [:]
        for alarm in alarms {
            var row = rows[alarm.condition] ?? Rung(condition: alarm.condition)
            let causes = (byAsset[alarm.asset] ?? []) + lossesAbove(alarm.asset)
            if causes.contains(where: { $0.from <= alarm.raisedAt + .seconds(5) && alarm.raisedAt <= ($0.to ?? until) + patience }) {
                row.explained += 1
            } else {
                row.unexplained += 1
                if row.examples.count < 5 { row.examples.append(alarm.asset) }
            }
            rows[alarm.condition] = row
        }
        rung = rows.values.sorted { $0.condition < $1.condition }
    }

    /// Faults found among those that could be, 0…1; nil where there were none.
    package var recall: Double? {
        let (right, all) = found.reduce((0, 0)) { ($0.0 + $1.found, $0.1 + $1.found + $1.missed) }
        return all == 0 ? nil : Double(right) / Double(all)
    }

    /// Alarms that a fault explains, 0…1; nil where none rang.
    package var precision: Double? {
        let (right, all) = rung.reduce((0, 0)) { ($0.0 + $1.explained, $0.1 + $1.explained + $1.unexplained) }
        return all == 0 ? nil : Double(right) / Double(all)
    }
}
