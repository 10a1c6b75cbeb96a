// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// What every file of `Sources/` keeps to. Each rule gives its complaints as sentences: the file, the line, what would be right.
enum HouseRules {
    static func complaints(_ file: SourceFile) -> [String] {
        [licence, length, depth, importsByTarget, importsBySuffix, typeNames, vocabulary, wallClock, printing, workplaces].flatMap {
            $0(file)
        }
    }

    static func licence(_ file: SourceFile) -> [String] {
        file.lines.first == "// SPDX-License-Identifier: EUPL-1.2"
            ? [] : ["\(file.path):1: the first line is '// SPDX-License-Identifier: EUPL-1.2'"]
    }

    static func length(_ file: SourceFile) -> [String] {
        file.lines.count <= 600 ? [] : ["\(file.path): \(file.lines.count) lines; one idea a file, 600 at most"]
    }

    static func depth(_ file: SourceFile) -> [String] {
        file.path.split(separator: "/").count <= 4 ? [] : ["\(file.path): folders nest two deep in a room, no deeper"]
    }

    private static let system: Set = ["Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "Logging"]
    private static let nio: Set = ["NIOCore", "NIOPosix", "NIOSSL", "NIOConcurrencyHelpers", "NIOFoundationCompat", "NIOHTTP1", "NIOTLS"]
    private static let desk: Set = [
        "ControlRoom", "Journal", "Inventory", "Fieldbus", "Console", "Watch", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore",
    ]
    /// Who may import whom; the door may import everybody.
    static let targets: [String: Set<String>] = [
        "ControlRoom": ["Foundation", "Synchronization"],
        "Rounds": ["ControlRoom"],
        // Lends the tests a PostgreSQL server; no room imports it.
        "JournalTesting": ["Journal"],
        "Journal": ["ControlRoom", "GRDB", "GRDBSQLite", "CPostgres", "Crypto"],
        "Inventory": ["ControlRoom", "Journal", "Crypto"],
        "Fieldbus": nio.union(["ControlRoom", "X509", "SwiftASN1", "Crypto"]),
        "Console": ["ControlRoom", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "CArgon2", "CZlib", "Crypto"],
        "Watch": ["ControlRoom", "Journal", "Inventory"],
        "Errand": nio.union(["ControlRoom"]),
        "Post": nio.union(["ControlRoom", "Journal", "Errand", "Crypto"]),
        "Supervision": desk.union(["Crypto"]),
        "Lighting": desk,
        "Reports": desk.subtracting(["Fieldbus"]).union(["Crypto", "Errand", "Post"]),
        "Privacy": ["ControlRoom", "Journal", "Console", "Hummingbird", "HTTPTypes"],
        "Darkroom": ["CPictures"],
        "Interventions": desk.subtracting(["Fieldbus"]).union(["Rounds"]),
        "Services": desk.subtracting(["Fieldbus"]).union(["CZlib"]),
        "Rehearsal": nio.union(["ControlRoom", "Fieldbus"]),
    ]

    static func importsByTarget(_ file: SourceFile) -> [String] {
        if file.target == "vigie" { return [] }
        guard let allowed = targets[file.target] else {
            return ["\(file.path): the room \(file.target) is not in the table of HouseRules; say there what it may import"]
        }
        let more = file.target == "ControlRoom" ? [] : system
        return file.imports.filter { !allowed.contains($0) && !more.contains($0) }.map {
            "\(file.path): \(file.target) does not import \($0)"
        }
    }

    /// The promise of a file's name about what it knows.
    private static let suffixes: [(suffix: String, forbidden: Set<String>, words: String)] = [
        (
            "Rules",
            ["Journal", "Hummingbird", "HummingbirdCore", "Console", "Fieldbus", "NIOCore", "Logging", "Synchronization", "Dispatch"],
            "rules are values in, verdict out"
        ),
        ("Store", ["Hummingbird", "HummingbirdCore", "Fieldbus", "NIOCore", "HTTPTypes"], "a store is SQL, and only SQL"),
        (
            "Schema", ["Hummingbird", "HummingbirdCore", "Console", "Fieldbus", "Watch", "NIOCore", "HTTPTypes"],
            "a schema is SQL, and only SQL"
        ),
        ("Page", ["Hummingbird", "HummingbirdCore", "GRDB", "CPostgres", "NIOCore"], "a page is HTML values"),
        ("Routes", ["GRDB", "CPostgres", "NIOPosix", "NIOSSL"], "routes speak HTTP"),
    ]

    static func importsBySuffix(_ file: SourceFile) -> [String] {
        guard file.target != "Console", let promise = suffixes.first(where: { file.name.hasSuffix($0.suffix) }) else { return [] }
        return file.imports.filter(promise.forbidden.contains).map {
            "\(file.path): \(promise.words), so \(file.name) does not import \($0)"
        }
    }

    private static let weakNames = ["Manager", "Service", "Handler", "Helper", "Helpers", "Util", "Utils", "Utility", "Controller"]

    static func typeNames(_ file: SourceFile) -> [String] {
        complain(
            file,
            about: { line in
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                guard let at = words.firstIndex(where: { ["struct", "class", "enum", "actor", "protocol", "typealias"].contains($0) }),
                    at + 1 < words.count
                else { return nil }
                let name = words[at + 1]
                return weakNames.contains { name.hasSuffix($0) } ? "'\(name)' says nothing: name the thing or the act" : nil
            })
    }

    /// The vocabulary does nothing, waits for nothing and asks nobody for the time.
    static func vocabulary(_ file: SourceFile) -> [String] {
        guard file.target == "ControlRoom" else { return [] }
        let forbidden = ["async", "await", "FileManager", "FileHandle", "URLSession", "Task", "DispatchQueue", "Date", "ProcessInfo"]
        return complain(
            file,
            about: { line in
                let words = Set(line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
                return forbidden.first { words.contains($0) }.map {
                    "ControlRoom does no I/O, has no async and reads no clock: not '\($0)'"
                }
            })
    }

    /// The wall clock is read at the door; everybody else is handed a `Clock` or the time. Monotonic time for measuring is another thing.
    static func wallClock(_ file: SourceFile) -> [String] {
        if file.target == "vigie" { return [] }
        let forbidden = ["Date()", "Date.now", "Date.init()", "gettimeofday(", "CLOCK_REALTIME", "time(nil)", "CFAbsoluteTimeGetCurrent"]
        return complain(
            file,
            about: { line in forbidden.first { line.contains($0) }.map { "the time comes in as an argument or a Clock, not by '\($0)'" } })
    }

    static func printing(_ file: SourceFile) -> [String] {
        if ["vigie", "JournalTesting"].contains(file.target) { return [] }
        return complain(
            file,
            about: { line in
                guard let range = line.range(of: "print(") else { return nil }
                let before = line[..<range.lowerBound].last
                return before == nil || before!.isWhitespace || before == "{" || before == "(" ? "only the door prints; a room logs" : nil
            })
    }

    /// Paths of the machine on which somebody built this say nothing elsewhere.
    static func workplaces(_ file: SourceFile) -> [String] {
        file.lines.enumerated().filter { $0.element.contains("/wo" + "rk/") || $0.element.contains("/ho" + "me/") }.map {
            "\(file.path):\($0.offset + 1): a path of one machine"
        }
    }

    private static func complain(_ file: SourceFile, about: (String) -> String?) -> [String] {
        file.code.enumerated().compactMap { index, line in about(line).map { "\(file.path):\(index + 1): \($0)" } }
    }
}
