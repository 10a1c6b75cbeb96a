// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What an order would do, before anybody places it.
package struct OrderPreview: Sendable, Hashable {
    /// All that the selection names.
    package var selected = 0
    /// Those that would be sent to.
    package var count = 0
    /// By INSEE code, the most first.
    package var communes: [Tally<String>] = []
    /// By cabinet, the most first, at most `OrderPreview.listed`.
    package var cabinets: [Tally<Asset.Number>] = []
    package var cabinetCount = 0
    package var gatewayCount = 0
    /// Observed level now (255: not known) to the level then, the most first.
    package var changes: [Change] = []
    /// Without a link, or silent: they will be sent to, but are not expected to answer.
    package var unreachable = 0
    package var unreachableExamples: [Asset.Number] = []
    /// Left out, by reason.
    package var blocked: [Blocked] = []
    /// Held by something of higher authority: the order would wait beneath it.
    package var outranked = 0
    /// Tenths of a watt of all counted, as seen now and as ordered.
    package var powerBefore: Int64 = 0
    package var powerAfter: Int64 = 0
    package var needsSecondPerson = false
    /// Communes in which the person may not operate; not empty: placing would be refused.
    package var lacksRight: [String] = []

    package static let listed = 50

    package init() {}

    package struct Tally<Key: Sendable & Hashable>: Sendable, Hashable {
        package var key: Key
        package var count: Int
        package init(key: Key, count: Int) { (self.key, self.count) = (key, count) }
    }

    package struct Change: Sendable, Hashable {
        package var from: UInt8
        package var to: UInt8
        package var count: Int
        package init(from: UInt8, to: UInt8, count: Int) { (self.from, self.to, self.count) = (from, to, count) }
    }

    package struct Blocked: Sendable, Hashable {
        package var interlock: Interlock
        package var count: Int
        package var examples: [Asset.Number]
        package init(interlock: Interlock, count: Int, examples: [Asset.Number]) {
            (self.interlock, self.count, self.examples) = (interlock, count, examples)
        }
    }
}
