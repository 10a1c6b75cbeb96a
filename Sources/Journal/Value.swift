// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What one column of one row holds, on either engine.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The name of its type in messages.
    var typeName: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .real: "a real number"
        case .text: "text"
        case .blob: "bytes"
        }
    }
}

/// What may be written into an SQL text as `\(…)`.
package protocol Bindable {
    var bound: Value { get }
}

extension Value: Bindable { package var bound: Value { self } }
extension Int: Bindable { package var bound: Value { .integer(Int64(self)) } }
extension Int64: Bindable { package var bound: Value { .integer(self) } }
extension Int32: Bindable { package var bound: Value { .integer(Int64(self)) } }
extension Int16: Bindable { package var bound: Value { .integer(Int64(self)) } }
extension UInt8: Bindable { package var bound: Value { .integer(Int64(self)) } }
extension UInt16: Bindable { package var bound: Value { .integer(Int64(self)) } }
extension UInt32: Bindable { package var bound: Value { .integer(Int64(self)) } }
/// The same 64 bits, so that numbers from 2^63 on are kept as negative ones; read back with `UInt64(bitPattern:)`.
extension UInt64: Bindable { package var bound: Value { .integer(Int64(bitPattern: self)) } }
/// 1 or 0; the column is a `SMALLINT` on both engines.
extension Bool: Bindable { package var bound: Value { .integer(self ? 1 : 0) } }
extension Double: Bindable { package var bound: Value { .real(self) } }
extension String: Bindable { package var bound: Value { .text(self) } }
extension [UInt8]: Bindable { package var bound: Value { .blob(self) } }
/// Milliseconds since 1970; the column is a `BIGINT`.
extension Instant: Bindable { package var bound: Value { .integer(milliseconds) } }
extension Span: Bindable { package var bound: Value { .integer(milliseconds) } }
extension Asset.Number: Bindable { package var bound: Value { .integer(Int64(value)) } }
extension Asset.ID: Bindable { package var bound: Value { .text(text) } }
extension Asset.KindName: Bindable { package var bound: Value { .text(text) } }
extension Optional: Bindable where Wrapped: Bindable { package var bound: Value { self?.bound ?? .null } }
