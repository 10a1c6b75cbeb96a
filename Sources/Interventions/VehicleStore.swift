// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Inventory
package import Journal

/// Where vehicles are, for so long as it helps to send the nearest: by vehicle, never by person, and only while its crew works.
package enum VehicleStore {
    /// So long a position is kept, and so long it says where the vehicle is.
    package static let kept = Span.days(3)
    package static let fresh = Span.minutes(10)
    /// One position is kept for each so many seconds.
    static let step: Int64 = 10

    package static let personal: [PersonalPlace] = [
        PersonalPlace(
            "vehicle_position", [.init("vehicle")], of: .staff,
            for: Words("Envoyer l'équipe la plus proche", "Send the nearest crew"),
            end: .rowsGo(on: "destroy_at", Words("3 jours", "3 days")))
    ]

    static let migration = Migration(
        name: "interventions-4-vehicles",
        sql: """
            -- The hash (SHA-256) of the key with which a vehicle says where it is.
            CREATE TABLE vehicle_key (
                vehicle TEXT NOT NULL PRIMARY KEY,
                hash BYTEA NOT NULL,
                made_at BIGINT NOT NULL
            );
            -- Where a vehicle was while its crew worked, at most every ten seconds.
            CREATE TABLE vehicle_position (
                vehicle TEXT NOT NULL,
                at BIGINT NOT NULL,
                longitude DOUBLE PRECISION NOT NULL,
                latitude DOUBLE PRECISION NOT NULL,
                destroy_at BIGINT NOT NULL,
                PRIMARY KEY (vehicle, at)
            );
            CREATE INDEX vehicle_position_end ON vehicle_position (destroy_at);
            """)

    /// Where vehicles are now is asked with each sheet of a job.
    static let newest = Migration(
        name: "interventions-5-newest-positions", sql: "CREATE INDEX vehicle_position_at ON vehicle_position (at);")

    /// Gives a vehicle this key in place of any earlier one.
    package static func set(_ key: GatewayKey, for vehicle: String, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            INSERT INTO vehicle_key (vehicle, hash, made_at) VALUES (\(vehicle), \(key.hash), \(now))
            ON CONFLICT (vehicle) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at
            """)
    }

    static func isKey(_ text: String, of vehicle: String, in transaction: Transaction) throws -> Bool {
        guard let hash = try transaction.row("SELECT hash FROM vehicle_key WHERE vehicle = \(vehicle)")?.blob(0) else { return false }
        return GatewayKeyStore.matches(text, hash)
    }

    static func add(_ place: Place, of vehicle: String, at now: Instant, in transaction: Transaction) throws {
        let at = Instant(seconds: now.seconds / step * step)
        try transaction.run(
            """
            INSERT INTO vehicle_position (vehicle, at, longitude, latitude, destroy_at)
            VALUES (\(vehicle), \(at), \(place.longitude), \(place.latitude), \(at + kept))
            ON CONFLICT (vehicle, at) DO UPDATE SET longitude = excluded.longitude, latitude = excluded.latitude
            """)
    }

    /// The last position of each vehicle, where it is fresh.
    package static func positions(at now: Instant, in transaction: Transaction) throws -> [String: Place] {
        let sql: SQL = """
            SELECT vehicle, longitude, latitude FROM vehicle_position WHERE at > \(now - fresh) AND at <= \(now) ORDER BY at
            """
        return try transaction.rows(sql).reduce(into: [:]) { $0[$1.text(0)] = Place(longitude: $1.real(1), latitude: $1.real(2)) }
    }

    static func destroy(at now: Instant, in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM vehicle_position WHERE destroy_at <= \(now)")
    }
}
