// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Synchronization

@testable import Fieldbus

/// A small city for these tests: two gateways, three lamps, the second gateway's lamp last.
enum World {
    static let lamp = Kind(
        name: "lamp", title: Words("Point lumineux", "Lamp"),
        properties: [
            Property(key: "level", title: Words("Niveau", "Level"), unit: "%", decimals: 0, range: 0...100),
            Property(key: "power", title: Words("Puissance", "Power"), unit: "W", decimals: 1, range: 0...20_000),
            Property(
                key: "energy", title: Words("Énergie", "Energy"), unit: "kWh", decimals: 3, range: 0...2_000_000_000, nature: .counter),
            Property(key: "voltage", title: Words("Tension", "Voltage"), unit: "V", decimals: 1, range: 0...5_000),
            Property(key: "temperature", title: Words("Température", "Temperature"), unit: "°C", decimals: 1, range: -600...2_000),
            Property(key: "faults", title: Words("Défauts", "Faults"), unit: "", decimals: 0, range: 0...255, nature: .flags),
        ], conditions: [], states: [], period: .minutes(5))
    static let gatewayKind = Kind(
        name: "gateway", title: Words("Passerelle", "Gateway"),
        properties: [Property(key: "rssi", title: Words("Signal", "Signal"), unit: "dBm", decimals: 0, range: -200...0)],
        conditions: [], states: [], period: .minutes(1))

    static let g1 = Asset.Number(0), g2 = Asset.Number(1), l1 = Asset.Number(2), l2 = Asset.Number(3), l3 = Asset.Number(4)

    static let directory = Directory(
        kinds: [lamp, gatewayKind],
        entries: [
            .init(number: g1, id: Asset.ID("G-1")!, kind: "gateway"),
            .init(number: g2, id: Asset.ID("G-2")!, kind: "gateway"),
            .init(number: l1, id: Asset.ID("L-21231-00001")!, kind: "lamp", gateway: g1),
            .init(number: l2, id: Asset.ID("L-21231-00002")!, kind: "lamp", gateway: g1),
            .init(number: l3, id: Asset.ID("L-21231-00003")!, kind: "lamp", gateway: g2),
        ])
    static let clock = Clock { Instant(milliseconds: 1_795_284_245_120) }
}

/// An inlet that keeps what it is given. Acknowledges at once, or when told to.
final class Tray: Inlet {
    struct Content {
        var readings = ReadingBatch()
        var links: [LinkEvent] = []
        var receipts: [Receipt] = []
        var refusals = RefusalCounts()
        var waiting: [@Sendable () -> Void] = []
        var isFull = false
        var acknowledgesAtOnce = true
    }
    private let content = Mutex(Content())

    func take(_ delivery: Delivery) -> Bool {
        let acknowledge: (@Sendable () -> Void)? = content.withLock { content in
            if content.isFull { return {} }
            content.readings.append(contentsOf: delivery.readings)
            content.links += delivery.links
            content.receipts += delivery.receipts
            content.refusals += delivery.refusals
            if content.acknowledgesAtOnce { return delivery.acknowledge }
            if let acknowledge = delivery.acknowledge { content.waiting.append(acknowledge) }
            return nil
        }
        acknowledge?()
        return !now.isFull
    }

    var now: Content { content.withLock { $0 } }
    func change(_ body: @Sendable (inout Content) -> Void) { content.withLock { body(&$0) } }

    /// Acknowledges all that waits.
    func release() {
        let waiting = content.withLock { content in
            defer { content.waiting = [] }
            return content.waiting
        }
        for acknowledge in waiting { acknowledge() }
    }

    /// Waits until `condition` holds; false after ten seconds.
    func waits(until condition: @Sendable (Content) -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if condition(now) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

/// Waits until `condition` holds; false after ten seconds.
func waits(until condition: () -> Bool) async -> Bool {
    for _ in 0..<1000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// Text as the bytes that a scanner takes.
func withBytes<T>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    try Array(text.utf8).withUnsafeBytes(body)
}

/// A seeded generator (SplitMix64), so that a failure can be played again.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
