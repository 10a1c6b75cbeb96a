// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Watch

/// `vigie replay`: a recorded span judged again, in memory, beside a running room.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Judges a recorded span again and compares the alarms with those that were kept.",
        discussion: """
            Begins with the newest snapshot at or before --from (the oldest there is by default). Ends with 0 where the alarms are the \
            same, 1 where they differ: '-' was kept and is not found again, '+' is found and was not kept. A span over a change of the \
            inventory may differ: the present one is judged by. Reaches back as far as the snapshots of each hour and the intake do.
            """)

    @Option(help: ArgumentHelp("Number of a turn, or a time (2026-11-21T18:00:00Z).", valueName: "turn|time")) var from: String?
    @Option(help: ArgumentHelp("The same; the last turn by default.", valueName: "turn|time")) var to: String?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let house = try KeepingHouse(options)
        let kept = try house.journal.readHere { try PositionStore.get(in: $0) }
        let (first, since) = try ReplaySpan.point(
            from, "--from", (Snapshot.files(house.settings.snapshotFolder).first?.position ?? 0, .distantFuture))
        let (last, until) = try ReplaySpan.point(to, "--to", (.max, .distantFuture))
        let comparison = try KeepingHouse.run(66) {
            let replay = try Replay(
                journal: house.journal, settings: house.settings, trades: house.configuration.trades, through: min(first, kept), at: since)
            // Turns that the journal does not cover yet have nothing to be compared with.
            let begin = since == .distantFuture ? .distantPast : since
            guard try replay.run(through: min(last, kept), from: begin, until: until) > 0 else {
                throw KeepingHouse.failed(
                    "Nothing was recorded in that span. Times are the room's: an exercise's clock (exercise.clock-ahead) goes ahead.", 66)
            }
            let comparison = try ReplayComparison(replay, from: begin, journal: house.journal)
            print(
                "judged again: \(replay.readings) readings up to turn \(replay.position), from \(replay.began?.iso8601 ?? "the beginning")")
            for line in comparison.onlyKept { print("- " + ReplaySpan.text(line, replay)) }
            for line in comparison.onlyFound { print("+ " + ReplaySpan.text(line, replay)) }
            return comparison
        }
        let differ = comparison.onlyKept.count + comparison.onlyFound.count
        print("\(comparison.same) raised or returned alarms are the same, \(differ) differ")
        if !comparison.isSame { throw ExitCode(1) }
    }
}

enum ReplaySpan {
    /// A number is a turn, anything else must be a time.
    static func point(_ text: String?, _ option: String, _ fallback: (UInt64, Instant)) throws -> (UInt64, Instant) {
        guard let text else { return fallback }
        if let turn = UInt64(text) { return (turn, .distantFuture) }
        return (.max, try time(text, option, "the number of a turn, or "))
    }

    /// - Parameter or: what else may be given, for the error.
    static func time(_ text: String, _ option: String, _ or: String) throws -> Instant {
        guard let at = try? Date(text, strategy: .iso8601) else {
            throw ValidationError("\(option) \(text): give \(or)a time such as 2026-11-21T18:00:00Z")
        }
        return Instant(milliseconds: Int64(at.timeIntervalSince1970 * 1000))
    }

    static func text(_ line: ReplayComparison.Line, _ replay: Replay) -> String {
        let id = replay.roster.directory.id(of: line.asset)?.text ?? "asset \(line.asset.value)"
        return "\(line.at.iso8601) \(id) \(line.condition) \(line.isRaised ? "raised" : "returned")"
    }
}
