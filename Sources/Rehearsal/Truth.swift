// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Fieldbus
import Foundation

/// One thing that was really wrong, as the truth file tells it (docs/operating/rehearsal.md, 'The truth').
package struct Truth: Sendable, Hashable {
    package var asset: String
    package var fault: String
    package var from: Instant
    /// Nil while it stands.
    package var to: Instant?

    package init(asset: String, fault: String, from: Instant, to: Instant? = nil) {
        (self.asset, self.fault, self.from, self.to) = (asset, fault, from, to)
    }

    package struct Wrong: Error, CustomStringConvertible, Hashable {
        package var line: Int
        package var description: String {
            "line \(line) is not of a truth file; right would be {\"asset\":\"L-…\",\"fault\":\"failure\",\"from\":\"2026-11-21T18:04:05Z\",\"to\":null}"
        }
    }

    private struct Line: Decodable {
        var asset: String
        var fault: String
        var from: String
        var to: String?
    }

    /// Reads a truth file: a fault's second line, with its end, replaces its first. A last line that was cut (the city was ended while
    /// it wrote) is passed over.
    package static func read(_ text: String) throws -> [Truth] {
        struct Key: Hashable {
            var asset: String
            var fault: String
            var from: Instant
        }
        var order: [Key] = []
        var ends: [Key: Instant?] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (i, line) in lines.enumerated() where !line.isEmpty {
            guard let parsed = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)), let from = TimeText.instant(parsed.from),
                parsed.to == nil || TimeText.instant(parsed.to!) != nil
            else {
                if i == lines.count - 1 { break }
                throw Wrong(line: i + 1)
            }
            let key = Key(asset: parsed.asset, fault: parsed.fault, from: from)
            if ends[key] == nil { order.append(key) }
            ends[key] = .some(parsed.to.flatMap { TimeText.instant($0) })
        }
        return order.map { Truth(asset: $0.asset, fault: $0.fault, from: $0.from, to: ends[$0] ?? nil) }
    }
}
