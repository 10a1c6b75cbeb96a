// SPDX-License-Identifier: EUPL-1.2

/// An SQL text with its values: `"SELECT name FROM asset WHERE number = \(number)"`. Whatever is interpolated is bound, never
/// spliced; `\(raw: …)` splices text of the program's own (a column name, never something from outside).
/// Placeholders are written by the engine (`?` in SQLite, `$1` in PostgreSQL), so the text holds none.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// Always one more than `values`: a value stands between two fragments.
    private(set) var fragments: [String]
    private(set) var values: [Value]

    package init(stringLiteral text: String) { (fragments, values) = ([text], []) }
    package init(stringInterpolation: StringInterpolation) {
        (fragments, values) = (stringInterpolation.fragments, stringInterpolation.values)
    }
    /// A text without values, from the program itself.
    package init(raw text: String) { (fragments, values) = ([text], []) }

    package struct StringInterpolation: StringInterpolationProtocol {
        var fragments = [""]
        var values: [Value] = []

        package init(literalCapacity: Int, interpolationCount: Int) { values.reserveCapacity(interpolationCount) }
        package mutating func appendLiteral(_ literal: String) { fragments[fragments.count - 1] += literal }
        package mutating func appendInterpolation(_ value: some Bindable) {
            values.append(value.bound)
            fragments.append("")
        }
        /// NULL where there is none.
        package mutating func appendInterpolation(_ value: (some Bindable)?) {
            values.append(value?.bound ?? .null)
            fragments.append("")
        }
        package mutating func appendInterpolation(raw text: String) { fragments[fragments.count - 1] += text }
        package mutating func appendInterpolation(_ sql: SQL) {
            fragments[fragments.count - 1] += sql.fragments[0]
            fragments += sql.fragments.dropFirst()
            values += sql.values
        }
    }

    package static func + (a: SQL, b: SQL) -> SQL { "\(a)\(b)" }
    package static func += (a: inout SQL, b: SQL) { a = a + b }

    /// `\(1), \(2), \(3)` for an `IN (…)`; NULL where the list is empty, which is in nothing.
    package static func list(_ values: some Sequence<some Bindable>) -> SQL {
        var sql: SQL = ""
        for (i, value) in values.enumerated() { sql += i == 0 ? "\(value)" : ", \(value)" }
        return sql.values.isEmpty ? "NULL" : sql
    }

    /// Conditions joined by AND; true where there is none.
    package static func all(_ conditions: [SQL]) -> SQL {
        guard var sql = conditions.first else { return "1 = 1" }
        for condition in conditions.dropFirst() { sql += " AND \(condition)" }
        return sql
    }

    func text(for engine: Engine) -> String {
        guard fragments.count > 1 else { return fragments[0] }
        var text = fragments[0]
        for i in 1..<fragments.count {
            text += engine == .sqlite ? "?" : "$\(i)"
            text += fragments[i]
        }
        return text
    }
}

/// Which database is behind the journal; stores ask only where the two differ.
package enum Engine: String, Sendable { case sqlite, postgres }
