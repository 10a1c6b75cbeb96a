// SPDX-License-Identifier: EUPL-1.2

/// One attribute of a kind: what an inventory says of the thing itself, not what it measures (`mast`, `colour temperature`).
package struct AttributeSpec: Sendable, Hashable {
    /// The key in files and pages: `mast_height`.
    package var key: String
    package var title: Words
    /// As printed: `m`, `K`; '' for none.
    package var unit: String
    package var form: Form

    package enum Form: Sendable, Hashable {
        case text
        case number(ClosedRange<Double>)
        case flag
        /// One of these.
        case choice([String])
    }

    package init(key: String, title: Words, unit: String = "", form: Form = .text) {
        (self.key, self.title, self.unit, self.form) = (key, title, unit, form)
    }
}
