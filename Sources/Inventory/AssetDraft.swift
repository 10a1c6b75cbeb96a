// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// One line of a file, read: what it says of one asset. Nil is 'the file does not speak of this', so that an import of part of the
/// columns leaves the rest as it is; an empty cell says 'none'.
struct AssetDraft: Sendable {
    enum Said<Value: Sendable & Hashable>: Sendable, Hashable {
        case nothing
        case empty
        case value(Value)

        /// What stands after this was said.
        func over(_ before: Value?) -> Value? {
            switch self {
            case .nothing: before
            case .empty: nil
            case .value(let value): value
            }
        }
    }

    var line: Int32
    var id: Asset.ID
    var kind: String?
    var name: String?
    var address: String?
    var place: Said<Place> = .nothing
    var commune: String?
    /// Identities.
    var supplyParent: Said<String> = .nothing
    var linkParent: Said<String> = .nothing
    var period: Said<Span> = .nothing
    var power: Said<Double> = .nothing
    var commissioned: Instant?
    /// Nil: the cell is empty, the attribute goes.
    var attributes: [(key: String, value: AttributeValue?)] = []
}

/// Why one line is not taken.
struct LineRefused: Error {
    var id = ""
    var field: String
    var value: String
    var reason: String
    var right: String
}
