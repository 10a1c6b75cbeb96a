// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Rehearsal
import Testing

@Suite struct ScriptTests {
    @Test func aScriptIsReadLineByLine() throws {
        let script = try Script(
            """
            # A bad evening
            at +10s   trip feeder F-03 for 5m
            at 19:40  cut gateway any silently

            at 19:40:30 storm 34000 losses in 10 s   # all of it
            flap lamp L-21231-00001 every 20 s
            """)
        #expect(
            script.lines == [
                .init(number: 2, when: .after(seconds: 10), action: .trip(.feeder, "F-03", seconds: 300)),
                .init(number: 3, when: .daily(second: 70_800), action: .cut("any", seconds: nil, silently: true)),
                .init(number: 5, when: .daily(second: 70_830), action: .storm(34_000, seconds: 10)),
                .init(number: 6, when: .now, action: .flap("L-21231-00001", every: 20, seconds: 600)),
            ])
    }

    @Test(arguments: [
        ("restore all", Script.Action.restoreAll), ("every gateway reconnects within 3s", .reconnectAll(within: 3)),
        ("door open cabinet C-21231-001", .door("C-21231-001", isOpen: true)), ("door closed cabinet any", .door("any", isOpen: false)),
        ("clock jump gateway G-1 -90s", .jumpClock("G-1", seconds: -90)), ("hostile gateway G-1 500", .hostile("G-1", frames: 500)),
        ("break 30 lamps with dayBurner", .breakSome(30, .dayBurner)), ("break lamp any with failure", .breakLamp("any", .failure)),
        ("faults 20", .faults(20)), ("status", .status), ("cut 3 gateways for 1m", .cutSome(3, seconds: 60)),
        ("restore gateway G-1", .restore(.gateway, "G-1")),
    ])
    func everyVerbIsUnderstood(text: String, action: Script.Action) throws {
        #expect(try Script(text).lines.map(\.action) == [action])
    }

    @Test(arguments: [
        ("\nat 25:00 restore all", 2, "25:00", "19:40"),
        ("at +10 restore all", 1, "+10", "+10s"),
        ("explode feeder F-03", 1, "explode", "trip"),
        ("trip lamp L-1", 1, "lamp", "substation, feeder, cabinet"),
        ("trip feeder", 1, "the end of the line", "an identity"),
        ("trip feeder F-03 now", 1, "now", "the end of the line"),
        ("storm many losses in 10s", 1, "many", "whole number"),
        ("storm 10 losses", 1, "the end of the line", "in 10s"),
        ("break lamp any with rust", 1, "rust", "dayBurner"),
        ("door ajar cabinet any", 1, "ajar", "open or closed"),
        ("flap lamp any every 0s", 1, "0.0s", "1s or more"),
        ("trip feeder any for 99999999999999999999h", 1, "99999999999999999999h", "20s"),
        ("at +1e400s restore all", 1, "+1e400s", "+10s"),
    ])
    func aLineThatIsNotUnderstoodSaysWhereAndWhatWouldBeRight(text: String, line: Int, found: String, expected: String) {
        let error = #expect(throws: ScriptError.self) { try Script(text) }
        #expect(error?.line == line)
        #expect(error?.expected.contains(expected) == true, "\(error?.expected ?? "")")
        #expect(error?.found == found)
    }

    @Test func noiseNeverTraps() {
        var dice = Dice(seed: 5)
        let words = [
            "at", "+", "+5s", "trip", "feeder", "any", "storm", "-1", "1e9", "in", "10s", "é", "#", "\n", "flap", "every", "NaNs", "infs",
            "break", "with",
        ]
        for _ in 0..<20_000 {
            let text = (0..<dice.whole(0...8)).map { _ in words[dice.whole(0...words.count - 1)] }.joined(separator: " ")
            _ = try? Script(text)
        }
    }

    @Test func theScenariosThatAreDeliveredAreUnderstood() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent("packaging/scenarios")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".script") }
        #expect(names.count >= 8)
        for name in names {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(try !Script(text).lines.isEmpty, "\(name)")
            #expect(text.contains("# What to see:"), "\(name) tells the operator what to see")
        }
    }
}
