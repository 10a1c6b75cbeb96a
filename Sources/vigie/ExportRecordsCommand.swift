// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal
import Watch

/// `vigie export log`: the main courante, verifiable by anybody (docs/operating/log-verification.md).
struct ExportLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "log", abstract: "The log, one JSON object a line, oldest first.")

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to; else the standard output.", valueName: "file")) var output: String?
    @Option(
        help: ArgumentHelp("Also writes who stands behind the marks (@…), as far as it is still known, as CSV.", valueName: "file"))
    var names: String?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let house = try KeepingHouse(options)
        let lines = try LineOutput(output)
        let known = try names.map { try LineOutput($0) }
        try KeepingHouse.run {
            try house.journal.readHere {
                try Logbook.export(in: $0) { try lines.write($0) }
                if let known { try known.write(LogNames.csv(try LogNames.all(in: $0))) }
            }
            try lines.flush()
            try known?.flush()
        }
    }
}

/// `vigie export readings`: the history, with what is not in the journal yet.
struct ExportReadingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings", abstract: "Readings as they came, asset by asset, oldest first.")

    @Option(help: "csv (a value a line) or ndjson (a reading a line, as devices send them).") var format = "csv"
    @Option(name: .customLong("asset"), help: ArgumentHelp("Only this asset; may be repeated.", valueName: "id")) var assets: [String] = []
    @Option(help: ArgumentHelp("2026-11-21T00:00:00Z", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("2026-11-22T00:00:00Z", valueName: "time")) var to: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("Where to; else the standard output.", valueName: "file")) var output: String?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        guard let format = HistoryExport.Format(rawValue: format) else { throw ValidationError("--format \(format): give csv or ndjson") }
        let begin = try from.map { try ReplaySpan.time($0, "--from", "") } ?? .distantPast
        let end = try to.map { try ReplaySpan.time($0, "--to", "") } ?? .distantFuture
        let house = try KeepingHouse(options)
        let chosen: [AssetRecord] = try KeepingHouse.run { try house.journal.readHere { try load(in: $0) } }
        let lines = try LineOutput(output)
        try KeepingHouse.run {
            if format == .csv { try lines.write(HistoryExport.csvHeader) }
            // What the floor holds and has not put into the journal yet is found again from the newest snapshot and the intake.
            let kept = try house.journal.readHere { try PositionStore.get(in: $0) }
            let replay = try Replay(journal: house.journal, settings: house.settings, trades: house.configuration.trades, through: kept)
            try replay.run()
            let kinds = Dictionary(uniqueKeysWithValues: house.configuration.trades.flatMap(\.kinds).map { ($0.name, $0) })
            try house.journal.readHere { transaction in
                for asset in chosen {
                    guard let kind = kinds[asset.kind] else { continue }
                    try HistoryExport.each(
                        format, asset: asset.number, id: asset.id, kind: kind, from: begin, to: end,
                        staged: replay.staging.staged(asset: asset.number),
                        in: transaction
                    ) { try lines.write($0) }
                }
            }
            try lines.flush()
        }
    }

    private func load(in transaction: Transaction) throws -> [AssetRecord] {
        var unknown = Set(assets)
        var chosen: [AssetRecord] = []
        try AssetStore.load(in: transaction, includingRemoved: true) { record in
            if unknown.remove(record.id.text) != nil || assets.isEmpty { chosen.append(record) }
        }
        if let id = unknown.min() {
            throw KeepingHouse.failed("There is no asset '\(id)'; 'vigie export inventory' lists them.", 66)
        }
        return chosen
    }
}
