// SPDX-License-Identifier: EUPL-1.2

/// Many readings, held in columns: what one pass over the wire gave, what the intake writes, what the turn judges.
/// A reading is one message of one asset: a time, a sequence number and the values of some of its kind's properties.
/// `values` holds the values of all readings one after the other, each reading's in slot order.
package struct ReadingBatch: Sendable {
    package var assets: ContiguousArray<UInt32> = []
    /// Milliseconds since 1970, as the device says.
    package var times: ContiguousArray<Int64> = []
    /// The device's own counter; 0 where it has none.
    package var sequences: ContiguousArray<UInt32> = []
    /// Bit n set: the property of slot n is present.
    package var masks: ContiguousArray<UInt16> = []
    package var values: ContiguousArray<Int32> = []

    package init() {}

    @inlinable package var count: Int { assets.count }
    @inlinable package var isEmpty: Bool { assets.isEmpty }

    @inlinable package mutating func removeAll() {
        assets.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        sequences.removeAll(keepingCapacity: true)
        masks.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    @inlinable package mutating func reserve(_ n: Int) {
        assets.reserveCapacity(n)
        times.reserveCapacity(n)
        sequences.reserveCapacity(n)
        masks.reserveCapacity(n)
        values.reserveCapacity(n * 4)
    }

    @inlinable package mutating func append(contentsOf other: ReadingBatch) {
        assets.append(contentsOf: other.assets)
        times.append(contentsOf: other.times)
        sequences.append(contentsOf: other.sequences)
        masks.append(contentsOf: other.masks)
        values.append(contentsOf: other.values)
    }

    /// Appends one reading; `values` in slot order, as many as `mask` has bits.
    @inlinable package mutating func append(
        asset: Asset.Number, at time: Instant, sequence: UInt32, mask: UInt16, values: some Sequence<Int32>
    ) {
        assets.append(asset.value)
        times.append(time.milliseconds)
        sequences.append(sequence)
        masks.append(mask)
        self.values.append(contentsOf: values)
    }
}

/// Why a message, or one reading of it, was not taken. Each is counted, shown on the health page, and never fatal.
package enum Refusal: UInt8, Sendable, CaseIterable, Codable {
    case tooLarge, notJSON, notPacked, wrongType, missingField, unknownProperty, outOfRange
    case unknownDevice, notYours, badTopic
    case future, ancient, duplicate, outOfOrder, outOfService, rateLimited, overflow

    /// The name in metrics, in answers to devices and on the health page: `notJSON`.
    package var key: String { String(describing: self) }
}

/// How many of each refusal, as one addable value.
package struct RefusalCounts: Sendable, Hashable {
    package private(set) var counts = [Int](repeating: 0, count: Refusal.allCases.count)
    package init() {}
    package subscript(_ refusal: Refusal) -> Int {
        get { counts[Int(refusal.rawValue)] }
        set { counts[Int(refusal.rawValue)] = newValue }
    }
    package static func += (a: inout RefusalCounts, b: RefusalCounts) { for i in a.counts.indices { a.counts[i] += b.counts[i] } }
    package var total: Int { counts.reduce(0, +) }
    package var isEmpty: Bool { total == 0 }
}

/// A gateway's link went up or down (connected, disconnected, or its will was published).
package struct LinkEvent: Sendable, Hashable {
    package var gateway: Asset.Number
    package var isUp: Bool
    package var at: Instant
    /// Down because the gateway took its leave (MQTT DISCONNECT without the will), not because the link broke.
    package var isClean: Bool
    package init(gateway: Asset.Number, isUp: Bool, at: Instant, isClean: Bool = false) {
        (self.gateway, self.isUp, self.at, self.isClean) = (gateway, isUp, at, isClean)
    }
}

/// What a gateway says of one asset of one order: taken, or refused and why. Proof is not this, but the asset's own reading.
package struct Receipt: Sendable, Hashable {
    package var order: UInt64
    package var asset: Asset.Number
    package var isAccepted: Bool
    package var reason: String
    package init(order: UInt64, asset: Asset.Number, isAccepted: Bool, reason: String = "") {
        (self.order, self.asset, self.isAccepted, self.reason) = (order, asset, isAccepted, reason)
    }
}

/// What Fieldbus hands to the floor in one go.
package struct Delivery: Sendable {
    package var readings = ReadingBatch()
    package var links: [LinkEvent] = []
    package var receipts: [Receipt] = []
    /// Refused before the turn could see it, by reason.
    package var refusals = RefusalCounts()
    /// Called once, from any thread, when everything above is on disk: only then may a device be told so.
    /// Not called where the process dies first; then the device sends again.
    package var acknowledge: (@Sendable () -> Void)?

    package init() {}
    package var isEmpty: Bool { readings.isEmpty && links.isEmpty && receipts.isEmpty && refusals.isEmpty }
}

/// Where deliveries go. Never blocks; where the floor is full it answers `false`, the delivery is NOT taken, and the caller keeps
/// it and stops reading from its sockets (back-pressure) until `Delivery.acknowledge` of an earlier one was called; then it offers it again.
package protocol Inlet: Sendable {
    func take(_ delivery: Delivery) -> Bool
}
