// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Crypto
import Foundation
package import Journal

/// The secret by which a gateway proves who it is over MQTT (user name = its identity, password = the key), where it has no
/// client certificate. 160 random bits made here, so a plain SHA-256 protects them as well as a slow hash would, and a
/// mass reconnect of 5 000 gateways costs milliseconds. Only the hash is kept.
package struct GatewayKey: Sendable, Hashable {
    /// As shown once: 32 letters and digits of Crockford's base 32.
    package let text: String
    package var hash: [UInt8] { GatewayKey.hash(text) }

    package static func make() -> GatewayKey {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        var generator = SystemRandomNumberGenerator()
        return GatewayKey(text: String((0..<32).map { _ in alphabet[Int(UInt8.random(in: 0..<32, using: &generator))] }))
    }

    package static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}

package enum GatewayKeyStore {
    /// Gives a gateway this key in place of any earlier one.
    package static func set(_ key: GatewayKey, for gateway: Asset.Number, at: Instant, in transaction: Transaction) throws {
        try transaction.insert(
            into: "gateway_key", ["gateway", "hash", "made_at"],
            rows: [[.integer(Int64(gateway.value)), .blob(key.hash), .integer(at.milliseconds)]], orReplace: true, key: ["gateway"])
        try note(gateway, isRevoked: false, at: at, in: transaction)
    }

    /// Takes the key back: a running server ends the gateway's connections within seconds, and refuses it from then on.
    /// False where it had none.
    package static func revoke(_ gateway: Asset.Number, at: Instant, in transaction: Transaction) throws -> Bool {
        guard try transaction.run("DELETE FROM gateway_key WHERE gateway = \(gateway)") > 0 else { return false }
        try note(gateway, isRevoked: true, at: at, in: transaction)
        return true
    }

    private static func note(_ gateway: Asset.Number, isRevoked: Bool, at: Instant, in transaction: Transaction) throws {
        let last = try lastChange(in: transaction)
        try transaction.run(
            "INSERT INTO gateway_key_change (number, gateway, revoked, at) VALUES (\(last + 1), \(gateway), \(isRevoked ? 1 : 0), \(at))")
    }

    /// The number of the last change to a key; 0 before the first.
    package static func lastChange(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(number), 0) FROM gateway_key_change")?.integer(0) ?? 0
    }

    /// The gateways whose keys were made or taken back after change `number`, each once.
    package static func changed(after number: Int64, in transaction: Transaction) throws -> [Asset.Number] {
        try transaction.rows("SELECT DISTINCT gateway FROM gateway_key_change WHERE number > \(number) ORDER BY gateway").map {
            Asset.Number(UInt32(truncatingIfNeeded: $0.integer(0)))
        }
    }

    /// The hash of a gateway's key; nil where it has none.
    package static func hash(of gateway: Asset.Number, in transaction: Transaction) throws -> [UInt8]? {
        try transaction.row("SELECT hash FROM gateway_key WHERE gateway = \(gateway)")?.blob(0)
    }

    /// The hashes of all keys, by gateway.
    package static func all(in transaction: Transaction) throws -> [Asset.Number: [UInt8]] {
        var hashes: [Asset.Number: [UInt8]] = [:]
        try transaction.each("SELECT gateway, hash FROM gateway_key") { row in
            hashes[Asset.Number(UInt32(truncatingIfNeeded: row.integer(0)))] = row.blob(1)
        }
        return hashes
    }

    /// Compares in constant time.
    package static func matches(_ password: String, _ hash: [UInt8]) -> Bool {
        let given = GatewayKey.hash(password)
        guard given.count == hash.count else { return false }
        return zip(given, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

package enum GatewayKeySchema {
    package static let migrations = [
        Migration(
            name: "inventory-keys-1 gateway keys",
            sql: """
                -- The hash (SHA-256) of the key of each gateway that signs in by password. Not a personal datum.
                CREATE TABLE gateway_key (
                    gateway BIGINT PRIMARY KEY,
                    hash BYTEA NOT NULL,
                    made_at BIGINT NOT NULL
                );
                """),
        Migration(
            name: "inventory-keys-2 changes",
            sql: """
                -- Each making and taking back of a gateway's key, numbered without gaps: a running server looks for new ones once a
                -- second and forgets what it knows of that gateway. Not a personal datum.
                CREATE TABLE gateway_key_change (
                    number BIGINT PRIMARY KEY,
                    gateway BIGINT NOT NULL,
                    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
                    at BIGINT NOT NULL
                );
                """),
    ]
}
