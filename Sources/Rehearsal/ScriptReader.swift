// SPDX-License-Identifier: EUPL-1.2

/// Reads one line of a script, word by word.
struct ScriptReader {
    private let number: Int
    private var words: ArraySlice<Substring>

    init(line number: Int, text: String) {
        self.number = number
        words = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })[...]
    }

    var isAtEnd: Bool { words.isEmpty }

    private static let verbs = "trip, restore, cut, every, storm, door, flap, break, clock, hostile, faults or status"

    mutating func line() throws(ScriptError) -> Script.Line {
        var when = Script.When.now
        if peek("at") { when = try self.when() }
        let line = Script.Line(number: number, when: when, action: try action())
        guard isAtEnd else { throw fail("the end of the line") }
        return line
    }

    private mutating func when() throws(ScriptError) -> Script.When {
        guard let word = words.popFirst() else { throw fail("a time: +10s or 19:40") }
        if word.hasPrefix("+") {
            guard let seconds = ScriptReader.seconds(word.dropFirst()) else { throw fail("a span such as +10s, +5m or +2h", word) }
            return .after(seconds: seconds)
        }
        let parts = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute),
            let second = parts.count == 3 ? parts[2] : 0, (0..<60).contains(second)
        else { throw fail("a local time such as 19:40 or 19:40:30, or a span such as +10s", word) }
        return .daily(second: hour * 3600 + minute * 60 + second)
    }

    private mutating func action() throws(ScriptError) -> Script.Action {
        guard let verb = words.popFirst() else { throw fail(ScriptReader.verbs) }
        switch verb.lowercased() {
        case "trip": return .trip(try kind([.substation, .feeder, .cabinet]), try id(), seconds: try duration(after: "for"))
        case "restore":
            if peek("all") { return .restoreAll }
            return .restore(try kind(Script.Kind.allCases), try id())
        case "cut": return try cut()
        case "every":
            try expect("gateway")
            try expect("reconnects")
            return .reconnectAll(within: try duration(after: "within") ?? 10)
        case "storm":
            let count = try whole(1...20_000_000)
            try expect("losses")
            guard let seconds = try duration(after: "in") else { throw fail("in 10s") }
            return .storm(count, seconds: seconds)
        case "door": return try door()
        case "flap":
            try expect("lamp")
            let lamp = try id()
            guard let every = try duration(after: "every") else { throw fail("every 20s") }
            guard every >= 1 else { throw fail("every 1s or more", "\(every)s") }
            return .flap(lamp, every: every, seconds: try duration(after: "for") ?? 600)
        case "break": return try breaking()
        case "clock":
            try expect("jump")
            try expect("gateway")
            let gateway = try id()
            guard let word = words.first, let sign = word.first, sign == "+" || sign == "-",
                let seconds = ScriptReader.seconds(word.dropFirst())
            else { throw fail("a jump such as +1h or -90s") }
            words.removeFirst()
            return .jumpClock(gateway, seconds: sign == "-" ? -seconds : seconds)
        case "hostile":
            try expect("gateway")
            return .hostile(try id(), frames: isAtEnd ? 100 : try whole(1...1_000_000))
        case "faults":
            guard let word = words.first, let scale = Double(word), scale >= 0, scale <= 100_000 else {
                throw fail("a factor such as 0, 1 or 20")
            }
            words.removeFirst()
            return .faults(scale)
        case "status": return .status
        default: throw fail(ScriptReader.verbs, verb)
        }
    }

    private mutating func cut() throws(ScriptError) -> Script.Action {
        if peek("gateway") {
            let gateway = try id()
            let isSilent = peek("silently")
            return .cut(gateway, seconds: try duration(after: "for"), silently: isSilent)
        }
        let count = try whole(1...1_000_000)
        try expect("gateways")
        return .cutSome(count, seconds: try duration(after: "for"))
    }

    private mutating func door() throws(ScriptError) -> Script.Action {
        let isOpen = peek("open")
        if !isOpen { try expect("closed", or: "open or closed") }
        try expect("cabinet")
        return .door(try id(), isOpen: isOpen)
    }

    private mutating func breaking() throws(ScriptError) -> Script.Action {
        if peek("lamp") {
            let lamp = try id()
            return .breakLamp(lamp, try fault())
        }
        let count = try whole(1...1_000_000)
        try expect("lamps")
        return .breakSome(count, try fault())
    }

    private mutating func fault() throws(ScriptError) -> Fault {
        try expect("with")
        guard let word = words.first, let fault = Fault(name: String(word)) else { throw fail("one of \(Fault.names)") }
        words.removeFirst()
        return fault
    }

    private mutating func kind(_ kinds: [Script.Kind]) throws(ScriptError) -> Script.Kind {
        let expected = kinds.map(\.rawValue).joined(separator: ", ")
        guard let word = words.first, let kind = Script.Kind(rawValue: word.lowercased()), kinds.contains(kind) else {
            throw fail("one of \(expected)")
        }
        words.removeFirst()
        return kind
    }

    private mutating func id() throws(ScriptError) -> String {
        guard let word = words.popFirst() else { throw fail("an identity such as F-03, or any") }
        return String(word)
    }

    private mutating func whole(_ range: ClosedRange<Int>) throws(ScriptError) -> Int {
        guard let word = words.first, let value = Int(word), range.contains(value) else {
            throw fail("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        words.removeFirst()
        return value
    }

    /// `for 5m` where the line has it; nil where it has not.
    private mutating func duration(after word: String) throws(ScriptError) -> Double? {
        guard peek(word) else { return nil }
        guard var text = words.popFirst() else { throw fail("a span such as \(word) 20s") }
        // '20 s' is as good as '20s'.
        if Double(text) != nil, let unit = words.first, unit.count == 1, unit.first?.isLetter == true { text += words.removeFirst() }
        guard let seconds = ScriptReader.seconds(text) else { throw fail("a span such as 20s, 5m or 2h", text) }
        return seconds
    }

    /// `20s`, `5m`, `2h`; at most ten days.
    private static func seconds(_ text: Substring) -> Double? {
        guard let unit = text.last, let scale = ["s": 1.0, "m": 60, "h": 3600][unit], let value = Double(text.dropLast()) else {
            return nil
        }
        return value >= 0 && value * scale <= 864_000 ? value * scale : nil
    }

    /// Takes the next word where it is this one.
    private mutating func peek(_ word: String) -> Bool {
        guard words.first?.lowercased() == word else { return false }
        words.removeFirst()
        return true
    }

    private mutating func expect(_ word: String, or expected: String? = nil) throws(ScriptError) {
        guard peek(word) else { throw fail(expected ?? "'\(word)'") }
    }

    private func fail(_ expected: String, _ found: Substring? = nil) -> ScriptError {
        ScriptError(line: number, found: String(found ?? words.first ?? "the end of the line"), expected: expected)
    }
}
