// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What a check of the chain found.
package struct LogVerification: Sendable, Hashable {
    package var checked = 0
    /// The last entry seen: number and hash. Written down elsewhere, it proves later that nothing up to it was cut off or changed.
    package var head: Int64 = 0
    package var headHash = ""
    /// At most a hundred.
    package var faults: [Fault] = []

    package enum Fault: Sendable, Hashable, CustomStringConvertible {
        /// The entry's contents do not give its hash.
        case changed(Int64)
        /// The entry is not bound to the one before.
        case unbound(Int64)
        /// Entries that are not there, from the first to the last.
        case missing(Int64, Int64)

        package var description: String {
            switch self {
            case .changed(let n): "entry \(n) was changed: its contents do not give its hash"
            case .unbound(let n): "entry \(n) is not bound to the entry before: one of the two was replaced"
            case .missing(let a, let b): a == b ? "entry \(a) is missing" : "entries \(a) to \(b) are missing"
            }
        }
    }

    package var isIntact: Bool { faults.isEmpty }
}

extension Logbook {
    /// Checks the chain over a range of numbers (all by default), each entry by itself and against the one before.
    package static func verify(from first: Int64 = 1, to last: Int64 = .max, in transaction: Transaction) throws -> LogVerification {
        var (result, expected) = (LogVerification(), max(1, first))
        var previous = expected == 1 ? LogEntry.noHash : try entry(expected - 1, in: transaction)?.hash ?? []
        func note(_ fault: LogVerification.Fault) { if result.faults.count < 100 { result.faults.append(fault) } }
        if previous.isEmpty { note(.missing(expected - 1, expected - 1)) }
        try each(from: expected, to: last, in: transaction) { entry in
            if entry.number > expected { note(.missing(expected, entry.number - 1)) }
            if entry.expectedHash != entry.hash { note(.changed(entry.number)) }
            if entry.previous != previous, entry.number == expected, !previous.isEmpty { note(.unbound(entry.number)) }
            (expected, previous) = (entry.number + 1, entry.hash)
            result.checked += 1
            (result.head, result.headHash) = (entry.number, entry.hash.hexadecimal)
        }
        return result
    }

    private static func each(from first: Int64, to last: Int64, in transaction: Transaction, _ body: (LogEntry) -> Void) throws {
        try transaction.each(select + " WHERE number BETWEEN \(first) AND \(last) ORDER BY number") { body(entry($0)) }
    }
}
