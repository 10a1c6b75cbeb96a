// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One file of `Sources/`, as the rules of the house see it.
struct SourceFile {
    /// Below `Sources/`: `Watch/Board.swift`.
    let path: String
    let lines: [Substring]
    /// The same lines without comments and without what stands inside quotes.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = CodeLines.strip(lines)
    }

    var target: String { String(path.prefix { $0 != "/" }) }
    /// Without its ending.
    var name: String { String((path.split(separator: "/").last ?? "").dropLast(".swift".count)) }

    /// The modules that it imports.
    var imports: [String] {
        code.compactMap { line in
            let words = line.split(separator: " ").filter {
                !["package", "public", "internal", "private", "fileprivate", "@testable", "@preconcurrency"].contains($0)
            }
            guard words.first == "import", words.count > 1 else { return nil }
            // `import struct Foundation.Date` names its module before the point.
            let module =
                ["struct", "class", "enum", "func", "protocol", "var", "let"].contains(words[1]) ? words.dropFirst(2).first : words[1]
            return module.map { String($0.prefix { $0 != "." }) }
        }
    }

    static func all(under folder: String) throws -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: folder)
        let files = try FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false)).filter { $0.hasSuffix(".swift") }
        return try files.sorted().map { SourceFile(path: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8)) }
    }
}

/// Takes comments and quoted texts out of lines, so that a rule meets code only. Interpolations inside texts go with them.
enum CodeLines {
    static func strip(_ lines: [Substring]) -> [String] {
        var isInBlock = false
        var isInText = false
        return lines.map { line in
            if isInText {
                isInText = !line.contains("\"\"\"")
                return ""
            }
            let (code, block, opensText) = strip(line, isInBlock: isInBlock)
            isInBlock = block
            isInText = opensText
            return code
        }
    }

    private static func strip(_ line: Substring, isInBlock: Bool) -> (String, Bool, Bool) {
        var out = ""
        var isInBlock = isInBlock
        var isQuoted = false
        let characters = Array(line)
        var i = 0
        while i < characters.count {
            let two = i + 1 < characters.count ? String(characters[i...i + 1]) : ""
            if isInBlock {
                if two == "*/" { (isInBlock, i) = (false, i + 1) }
            } else if isQuoted {
                if characters[i] == "\\" { i += 1 } else if characters[i] == "\"" { isQuoted = false }
            } else if String(characters[i...].prefix(3)) == "\"\"\"" {
                return (out, false, !String(characters[(i + 3)...]).contains("\"\"\""))
            } else if characters[i] == "\"" {
                isQuoted = true
            } else if two == "//" {
                break
            } else if two == "/*" {
                (isInBlock, i) = (true, i + 1)
            } else {
                out.append(characters[i])
            }
            i += 1
        }
        return (out, isInBlock, false)
    }
}
