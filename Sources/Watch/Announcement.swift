// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What the map needs to know when an asset changed: who, where, what now.
package struct Glance: Sendable, Hashable {
    package var number: Asset.Number
    package var kind: UInt8
    package var state: UInt8
    /// Observed level in per cent, 255 where none.
    package var level: UInt8
    /// Web Mercator, 32-bit fractions: the top 12 bits of each are the z12 cell.
    package var x: UInt32
    package var y: UInt32
}

/// The state of all assets for readers off the turn's thread (tiles, lists): at most a quarter of a second old, by asset number.
package final class StateColumns: Sendable {
    package let kinds: ContiguousArray<UInt8>
    package let states: ContiguousArray<UInt8>
    package let levels: ContiguousArray<UInt8>
    /// Grows with each change; equal versions have equal content.
    package let version: UInt64
    package let at: Instant

    package init(
        kinds: ContiguousArray<UInt8>, states: ContiguousArray<UInt8>, levels: ContiguousArray<UInt8>, version: UInt64, at: Instant
    ) {
        (self.kinds, self.states, self.levels, self.version, self.at) = (kinds, states, levels, version, at)
    }

    package var count: Int { states.count }
}

/// Everything that the room knows of one asset now.
package struct AssetView: Sendable {
    package var number: Asset.Number
    package var kind: Kind
    package var state: UInt8
    package var stateSince: Instant?
    package var lastHeard: Instant?
    package var lastReading: Instant?
    package var values: [Int32?]
    package var conditions: UInt32
    package var level: UInt8?
    package var wanted: UInt8?
    package var wantedSince: Instant?
    package var isOutOfService: Bool
    package var isLinkDown: Bool
    package var commune: String
    package var place: Place?
    package var period: Span
}

/// How many assets of a kind are in a state.
package struct StateCount: Sendable, Hashable {
    package var kind: Asset.KindName
    package var state: UInt8
    package var count: Int
}

/// What the floor tells, after it is kept.
package enum Announcement: Sendable {
    /// At most four times a second: the assets that changed, each once.
    case glances([Glance])
    /// At once: the lines of the alarm list that changed, as they stand now.
    case alarms([AlarmLine])
    case orders([OrderProgress])
    case log([LogEntry])
    /// Once a second.
    case vitals(Vitals)
}
