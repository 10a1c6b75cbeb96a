// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Rehearsal

@Suite struct ScoreTests {
    private static func at(_ minutes: Int64) -> Instant { Instant(seconds: 1_795_284_000) + .minutes(minutes) }
    private static func alarm(_ asset: String, _ condition: String, _ from: Int64, _ to: Int64? = nil) -> Score.Alarm {
        .init(asset: asset, condition: condition, raisedAt: at(from), closedAt: to.map { at($0) })
    }
    private static func truth(_ asset: String, _ fault: String, _ from: Int64, _ to: Int64? = nil) -> Truth {
        .init(asset: asset, fault: fault, from: at(from), to: to.map { at($0) })
    }
    private static func score(_ faults: [Truth], _ alarms: [Score.Alarm], until: Int64 = 300) -> Score {
        Score(
            faults, alarms, above: { ["L-1": ["C-1", "F-1", "G-1"], "L-2": ["C-1", "F-1"], "C-1": ["F-1"]][$0] ?? [] }, until: at(until))
    }

    @Test func aFaultIsFoundByItsOwnAlarmAndTheDelayIsCounted() {
        let score = ScoreTests.score(
            [ScoreTests.truth("L-1", "failure", 0, 200), ScoreTests.truth("L-2", "failure", 10)],
            [ScoreTests.alarm("L-1", "lamp.failure", 4, 201), ScoreTests.alarm("L-2", "lamp.voltage", 12)])
        #expect(score.found == [Score.Found(fault: "failure", found: 1, missed: 1, open: 0, medianDelay: 240, examples: ["L-2"])])
        #expect(score.recall == 0.5)
        #expect(score.precision == 1, "any alarm of a faulty asset is explained")
    }

    @Test func anAlarmWithoutAFaultIsUnexplained() {
        let score = ScoreTests.score(
            [ScoreTests.truth("L-1", "cycling", 100, 110)],
            [
                ScoreTests.alarm("L-2", "lamp.cycling", 5), ScoreTests.alarm("L-1", "lamp.cycling", 40, 50),
                ScoreTests.alarm("L-1", "lamp.cycling", 150),
            ])
        // The second rang before the fault began, the third within the patience after it.
        #expect(score.rung.map { [$0.explained, $0.unexplained] } == [[1, 2]])
        #expect(score.rung.first?.examples == ["L-2", "L-1"])
        #expect(score.found.first?.found == 1)
    }

    @Test func whatIsYoungOrHiddenIsOpenAndNotMissed() {
        let score = ScoreTests.score(
            [
                ScoreTests.truth("L-1", "failure", 280), ScoreTests.truth("L-1", "refuses", 0, 250),
                ScoreTests.truth("F-1", "trip", 100, 120),
                ScoreTests.truth("L-9", "lies", 400),
            ], [])
        #expect(score.found.map { "\($0.fault) \($0.found) \($0.missed) \($0.open)" } == ["failure 0 0 1", "refuses 0 0 1", "trip 0 0 1"])
        #expect(score.recall == nil && score.precision == nil)
    }

    @Test func aLossIsToldByWhatLiesBelowItAndExplainsIt() {
        let faults = [ScoreTests.truth("F-1", "trip", 0, 120), ScoreTests.truth("G-1", "linkCut", 200)]
        let score = ScoreTests.score(
            faults, [ScoreTests.alarm("L-2", "lamp.supplyLoss", 1, 121), ScoreTests.alarm("L-1", "lamp.lost", 245)])
        #expect(score.found.map(\.found) == [1, 1] && score.found.map(\.medianDelay) == [2700, 60])
        #expect(score.rung.allSatisfy { $0.unexplained == 0 })
    }

    @Test func aTruthFileIsReadWithItsEnds() throws {
        let begin = #"{"asset":"L-1","fault":"failure","from":"2026-11-21T18:04:05Z","to":null}"#
        let end = #"{"asset":"L-1","fault":"failure","from":"2026-11-21T18:04:05Z","to":"2026-11-21T18:44:05.250Z"}"#
        let read = try Truth.read(begin + "\n" + end + "\n" + #"{"asset":"L-2","fa"#)
        #expect(read.count == 1 && read.first?.asset == "L-1")
        #expect(read.first?.to.map { ($0 - read[0].from).milliseconds } == 2_400_250)
        #expect(throws: Truth.Wrong(line: 1)) { try Truth.read("{}\n" + begin) }
        #expect(throws: Truth.Wrong(line: 2)) {
            try Truth.read(begin + "\n" + #"{"asset":"L-2","fault":"x","from":"noon","to":null}"# + "\n" + begin)
        }
        #expect(try Truth.read("").isEmpty)
    }
}
