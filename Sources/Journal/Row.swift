// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One row of an answer; columns are counted from 0 in the order of the SELECT.
/// A reader that asks for a type the column does not hold gets the nearest value (0, 0.0, "" or no bytes where there is none):
/// what the columns hold is fixed by the schema, so that is not an error to handle at each place.
package struct Row: Sendable {
    package let values: [Value]
    package init(_ values: [Value]) { self.values = values }

    package func isNull(_ column: Int) -> Bool { values[column] == .null }

    package func integer(_ column: Int) -> Int64 { integerOrNil(column) ?? 0 }
    package func int(_ column: Int) -> Int { Int(integer(column)) }
    package func real(_ column: Int) -> Double { realOrNil(column) ?? 0 }
    package func text(_ column: Int) -> String { textOrNil(column) ?? "" }
    package func blob(_ column: Int) -> [UInt8] { blobOrNil(column) ?? [] }
    package func flag(_ column: Int) -> Bool { integer(column) != 0 }
    package func instant(_ column: Int) -> Instant { Instant(milliseconds: integer(column)) }
    package func asset(_ column: Int) -> Asset.Number { Asset.Number(UInt32(truncatingIfNeeded: integer(column))) }

    package func integerOrNil(_ column: Int) -> Int64? {
        switch values[column] {
        case .integer(let n): n
        case .real(let d): Int64(exactly: d.rounded())
        case .text(let s): Int64(s)
        case .null, .blob: nil
        }
    }

    package func realOrNil(_ column: Int) -> Double? {
        switch values[column] {
        case .integer(let n): Double(n)
        case .real(let d): d
        case .text(let s): Double(s)
        case .null, .blob: nil
        }
    }

    package func textOrNil(_ column: Int) -> String? {
        switch values[column] {
        case .integer(let n): String(n)
        case .real(let d): String(d)
        case .text(let s): s
        case .blob(let b): String(decoding: b, as: UTF8.self)
        case .null: nil
        }
    }

    package func blobOrNil(_ column: Int) -> [UInt8]? {
        switch values[column] {
        case .blob(let b): b
        case .text(let s): Array(s.utf8)
        case .integer, .real, .null: nil
        }
    }

    package func instantOrNil(_ column: Int) -> Instant? { integerOrNil(column).map(Instant.init(milliseconds:)) }
    package func assetOrNil(_ column: Int) -> Asset.Number? { integerOrNil(column).map { Asset.Number(UInt32(truncatingIfNeeded: $0)) } }
}
