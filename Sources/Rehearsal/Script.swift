// SPDX-License-Identifier: EUPL-1.2

/// What is to happen in a rehearsal, as text that an instructor writes: one line, one event.
///
/// ```
/// # Everything behind '#' is a comment.
/// at +10s    trip feeder F-03
/// at 19:40   cut gateway any for 5m
/// at +2m     storm 34000 losses in 10s
/// ```
/// `at +10s` counts from the start, `at 19:40` is the city's local time; a line without `at` happens at once. `any` lets the seed choose.
package struct Script: Sendable {
    package enum When: Sendable, Equatable {
        case now
        case after(seconds: Double)
        /// Seconds of the local day.
        case daily(second: Int)
    }

    package enum Kind: String, Sendable, CaseIterable { case substation, feeder, cabinet, gateway, lamp }

    package enum Action: Sendable, Equatable {
        case trip(Kind, String, seconds: Double?)
        case restore(Kind, String)
        case restoreAll
        case cut(String, seconds: Double?, silently: Bool)
        case cutSome(Int, seconds: Double?)
        case reconnectAll(within: Double)
        case storm(Int, seconds: Double)
        case door(String, isOpen: Bool)
        case flap(String, every: Double, seconds: Double)
        case breakLamp(String, Fault)
        case breakSome(Int, Fault)
        case jumpClock(String, seconds: Double)
        case hostile(String, frames: Int)
        case faults(Double)
        case status
    }

    package struct Line: Sendable, Equatable {
        package var number: Int
        package var when: When
        package var action: Action
        package init(number: Int, when: When, action: Action) { (self.number, self.when, self.action) = (number, when, action) }
    }

    package var lines: [Line] = []

    /// Parses a whole script. The first line that is not understood is thrown as `ScriptError`.
    package init(_ text: String) throws(ScriptError) {
        var number = 0
        for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let code = raw.prefix { $0 != "#" }
            var reader = ScriptReader(line: number, text: String(code))
            guard !reader.isAtEnd else { continue }
            lines.append(try reader.line())
        }
    }

    /// One line as said over the control port.
    package static func action(said text: String) throws(ScriptError) -> Line {
        var reader = ScriptReader(line: 1, text: text)
        return try reader.line()
    }
}

/// What is wrong with a line, and what would be right.
package struct ScriptError: Error, Equatable, CustomStringConvertible {
    package var line: Int
    package var found: String
    package var expected: String
    package var description: String { "line \(line): found '\(found)'; expected \(expected)" }
}
