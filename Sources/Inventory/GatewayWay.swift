// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// By which way each gateway was last heard (the listener, or one of the city's brokers), so that the first order after a restart goes
/// out by it alone.
package enum GatewayWayStore {
    package static func all(in transaction: Transaction) throws -> [Asset.Number: String] {
        var ways: [Asset.Number: String] = [:]
        try transaction.each("SELECT gateway, way FROM gateway_way") { row in
            ways[Asset.Number(UInt32(truncatingIfNeeded: row.integer(0)))] = row.text(1)
        }
        return ways
    }

    package static func set(_ ways: [Asset.Number: String], at: Instant, in transaction: Transaction) throws {
        try transaction.insert(
            into: "gateway_way", ["gateway", "way", "since"],
            rows: ways.sorted { $0.key.value < $1.key.value }.map {
                [.integer(Int64($0.key.value)), .text($0.value), .integer(at.milliseconds)]
            },
            orReplace: true, key: ["gateway"])
    }
}

package enum GatewayWaySchema {
    package static let migrations = [
        Migration(
            name: "inventory-ways-1 gateway ways",
            sql: """
                -- The way by which each gateway was last heard: 'listener', or host and port of a broker. Not a personal datum.
                CREATE TABLE gateway_way (
                    gateway BIGINT PRIMARY KEY,
                    way TEXT NOT NULL,
                    since BIGINT NOT NULL
                );
                """)
    ]
}
