// SPDX-License-Identifier: EUPL-1.2

package import Journal

/// The table of addresses. It has a history of its own: an import of addresses does not wake those who follow the inventory.
package enum AddressSchema {
    package static let migrations: [Migration] = [Migration(name: "address-1", sql: first)]

    private static let first = """
        -- One import of addresses or its undoing. The greatest number is the revision of the table.
        CREATE TABLE address_change (
            number BIGINT NOT NULL PRIMARY KEY,
            at BIGINT NOT NULL,
            author TEXT NOT NULL,
            source TEXT NOT NULL,
            accepted BIGINT NOT NULL DEFAULT 0,
            changed BIGINT NOT NULL DEFAULT 0,
            removed BIGINT NOT NULL DEFAULT 0,
            refused BIGINT NOT NULL DEFAULT 0,
            undoes BIGINT REFERENCES address_change (number)
        );

        -- Addresses by the key of the Base Adresse Nationale. WGS84 degrees. 'added' and 'revision' are changes.
        CREATE TABLE address (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 80),
            house BIGINT NOT NULL CHECK (house >= 0),
            suffix TEXT NOT NULL,
            street TEXT NOT NULL CHECK (street <> ''),
            postcode TEXT NOT NULL,
            insee TEXT NOT NULL,
            commune TEXT NOT NULL,
            lon DOUBLE PRECISION NOT NULL,
            lat DOUBLE PRECISION NOT NULL,
            added BIGINT NOT NULL REFERENCES address_change (number),
            revision BIGINT NOT NULL REFERENCES address_change (number)
        );

        -- What an address was before a change altered or removed it, so that the change can be taken back.
        CREATE TABLE address_before (
            change BIGINT NOT NULL REFERENCES address_change (number),
            id TEXT NOT NULL,
            house BIGINT NOT NULL,
            suffix TEXT NOT NULL,
            street TEXT NOT NULL,
            postcode TEXT NOT NULL,
            insee TEXT NOT NULL,
            commune TEXT NOT NULL,
            lon DOUBLE PRECISION NOT NULL,
            lat DOUBLE PRECISION NOT NULL,
            added BIGINT NOT NULL,
            PRIMARY KEY (change, id)
        );
        """
}
