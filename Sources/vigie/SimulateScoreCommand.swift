// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal
import Rehearsal
import Watch

/// `vigie simulate score`: what the room's alarms told of what was really wrong.
struct SimulateScore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Compares a room's alarms with the truth file of the simulated city.",
        discussion: """
            Faults found, missed and still open, with the time until the alarm; alarms that a fault explains, and those that none does. Works \
            while the room runs (see docs/operating/rehearsal.md).
            """)

    @Option(help: "The file that `vigie simulate --truth` wrote.") var truth: String
    @Option(help: "Minutes that a fault may stand before its alarm is due.") var patience = 60
    @Flag(help: "One JSON object a row.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (0...10_080).contains(patience) else { throw ValidationError("--patience \(patience): give minutes from 0 to 10080") }
    }

    func run() throws {
        guard let data = FileManager.default.contents(atPath: truth) else { throw KeepingHouse.failed("\(truth) cannot be read.", 66) }
        let faults: [Truth]
        do { faults = try Truth.read(String(decoding: data, as: UTF8.self)) } catch { throw KeepingHouse.failed("\(truth): \(error)", 65) }
        let house = try KeepingHouse(options)
        let kinds = house.configuration.trades.flatMap(\.kinds)
        let score = try KeepingHouse.run {
            try house.journal.readHere { transaction in
                let city = try ScoredCity(in: transaction)
                let rows = try AlarmStore.alarms(.init(), limit: .max, kinds: kinds, in: transaction)
                let alarms = rows.compactMap { row -> Score.Alarm? in
                    guard let id = city.id(row.asset), let known = kinds.declared(kind: row.kind, bit: row.bit) else { return nil }
                    return .init(asset: id, condition: known.condition.key, raisedAt: row.raisedAt, closedAt: row.closedAt)
                }
                let now = Composition.liveClock.now() + house.configuration.clockAhead
                return Score(faults, alarms, above: city.above, until: now, patience: .minutes(Int64(patience)))
            }
        }
        print(json ? SimulateScore.rows(score) : SimulateScore.table(score))
    }

    static func table(_ score: Score) -> String {
        func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        func share(_ value: Double?) -> String { value.map { String(format: "%.0f %%", $0 * 100) } ?? "–" }
        var lines = [pad("fault", 20) + ["found", "missed", "open", "recall", "median delay"].map { right($0, 13) }.joined()]
        for row in score.found {
            let delay = row.medianDelay.map { String(format: "%.0f s", $0) } ?? "–"
            let cells = ["\(row.found)", "\(row.missed)", "\(row.open)", share(row.recall), delay].map { right($0, 13) }.joined()
            lines.append(pad(row.fault, 20) + cells + (row.examples.isEmpty ? "" : "  missed: " + row.examples.joined(separator: " ")))
        }
        lines += ["", pad("alarm", 20) + ["explained", "unexplained", "precision"].map { right($0, 13) }.joined()]
        for row in score.rung {
            let cells = ["\(row.explained)", "\(row.unexplained)", share(row.precision)].map { right($0, 13) }.joined()
            lines.append(
                pad(row.condition, 20) + cells + (row.examples.isEmpty ? "" : "  unexplained: " + row.examples.joined(separator: " ")))
        }
        lines += ["", "faults found: \(share(score.recall)); alarms explained: \(share(score.precision))"]
        return lines.joined(separator: "\n")
    }

    static func rows(_ score: Score) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "null" }
        let found = score.found.map {
            #"{"fault":"\#($0.fault)","found":\#($0.found),"missed":\#($0.missed),"open":\#($0.open),"recall":\#(number($0.recall)),"medianDelay":\#(number($0.medianDelay))}"#
        }
        let rung = score.rung.map {
            #"{"alarm":"\#($0.condition)","explained":\#($0.explained),"unexplained":\#($0.unexplained),"precision":\#(number($0.precision))}"#
        }
        return (found + rung).joined(separator: "\n")
    }
}

/// Identities and trees of the inventory, as the score asks for them.
private struct ScoredCity {
    private let ids: [Asset.Number: String]
    private let parents: [String: [Asset.Number]]

    init(in transaction: Transaction) throws {
        var (ids, parents): ([Asset.Number: String], [String: [Asset.Number]]) = ([:], [:])
        try AssetStore.load(in: transaction, includingRemoved: true, withTexts: false) { record in
            ids[record.number] = record.id.text
            parents[record.id.text] = [record.supplyParent, record.linkParent].filter { $0 != .none }
        }
        (self.ids, self.parents) = (ids, parents)
    }

    func id(_ number: Asset.Number) -> String? { ids[number] }

    /// Everything above an asset in both trees.
    func above(_ asset: String) -> [String] {
        var (found, waiting): ([String], [Asset.Number]) = ([], parents[asset] ?? [])
        while let next = waiting.popLast() {
            guard let id = ids[next], !found.contains(id) else { continue }
            found.append(id)
            waiting += parents[id] ?? []
        }
        return found
    }
}
