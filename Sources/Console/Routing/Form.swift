// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Fields that came in with a form or a query, and a reading of them that gathers every error before it refuses:
/// `var form = form; let level = form.integer("level", 0...100); try form.finish()`. After `finish` the values are right.
package struct Form: Sendable {
    /// In the order sent; a name may come more than once.
    package private(set) var fields: [(name: String, value: String)]
    package private(set) var errors: [Refused.FieldError] = []

    package init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
    package func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// Refuses with every error found so far.
    package func finish() throws {
        if !errors.isEmpty { throw Refused.fields(errors) }
    }

    package mutating func refuse(_ field: String, _ message: Words) { errors.append(.init(field, message)) }

    /// Text, trimmed, of so many characters; '' where it is missing and 0 is allowed.
    package mutating func text(_ name: String, _ length: ClosedRange<Int> = 1...200) -> String {
        let text = trimmed(self[name] ?? "")
        if text.isEmpty, length.lowerBound > 0 {
            refuse(name, Words("À remplir.", "Must be filled in."))
        } else if !length.contains(text.count) {
            refuse(
                name,
                Words(
                    "\(text.count) caractères ; il en faut de \(length.lowerBound) à \(length.upperBound).",
                    "\(text.count) characters; must be \(length.lowerBound) to \(length.upperBound)."))
        }
        return text
    }

    /// Whole number in a range; the lower bound where it was refused.
    package mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int {
        integer(name, optional: range) ?? missing(name, range.lowerBound)
    }

    /// Whole number in a range, or nil where the field is missing or empty.
    package mutating func integer(_ name: String, optional range: ClosedRange<Int>) -> Int? {
        let text = trimmed(self[name] ?? "")
        guard !text.isEmpty else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        refuse(
            name,
            Words(
                "« \(Refused.clipped(text)) » : il faut un nombre entier de \(range.lowerBound) à \(range.upperBound).",
                "'\(Refused.clipped(text))': must be a whole number from \(range.lowerBound) to \(range.upperBound)."))
        return range.lowerBound
    }

    /// Decimal number in a range, with comma or point; nil where missing.
    package mutating func decimal(_ name: String, optional range: ClosedRange<Double>) -> Double? {
        let text = trimmed(self[name] ?? "")
        guard !text.isEmpty else { return nil }
        let point = String(text.map { $0 == "," ? "." : $0 })
        let isPlain = point.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 || $0 == 45 }
        if isPlain, let value = Double(point), range.contains(value) { return value }
        refuse(
            name,
            Words(
                "« \(Refused.clipped(text)) » : il faut un nombre de \(range.lowerBound) à \(range.upperBound).",
                "'\(Refused.clipped(text))': must be a number from \(range.lowerBound) to \(range.upperBound)."))
        return range.lowerBound
    }

    /// One of the cases of an enumeration by its raw value; `fallback` where it is missing.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, or fallback: Choice? = nil) -> Choice
    where Choice.RawValue == String {
        let text = trimmed(self[name] ?? "")
        if let value = Choice(rawValue: text) { return value }
        if text.isEmpty, let fallback { return fallback }
        let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(
            name,
            Words(
                "« \(Refused.clipped(text)) » : choisir parmi \(allowed).", "'\(Refused.clipped(text))': must be one of \(allowed)."))
        return fallback ?? Choice.allCases.first!
    }

    /// A box that was ticked.
    package func flag(_ name: String) -> Bool { ["on", "1", "true", "yes"].contains(self[name] ?? "") }

    /// Whole numbers given as repeated fields or separated by commas: `asset=1&asset=2` or `asset=1,2`. At most `limit`.
    package mutating func numbers(_ name: String, limit: Int) -> [UInt32] {
        var found: [UInt32] = []
        for text in all(name).flatMap({ $0.split(separator: ",") }) {
            guard let value = UInt32(trimmed(String(text))) else {
                refuse(
                    name,
                    Words(
                        "« \(Refused.clipped(String(text))) » n’est pas un nombre.", "'\(Refused.clipped(String(text)))' is not a number."))
                return []
            }
            guard found.count < limit else {
                refuse(name, Words("Plus de \(limit) valeurs.", "More than \(limit) values."))
                return []
            }
            found.append(value)
        }
        return found
    }

    private mutating func missing(_ name: String, _ value: Int) -> Int {
        if !errors.contains(where: { $0.field == name }) { refuse(name, Words("À remplir.", "Must be filled in.")) }
        return value
    }

    private func trimmed(_ text: String) -> String {
        var slice = Substring(text)
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
