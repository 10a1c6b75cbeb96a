// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Addresses as rows, and the changes that made them.
package enum AddressStore {
    /// 0 before the first import.
    package static func revision(in transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(number), 0) FROM address_change")?.integer(0) ?? 0
    }

    /// Every address, in no order.
    package static func each(in transaction: Transaction, _ body: (Address) throws -> Void) throws {
        try transaction.each("SELECT \(raw: columns) FROM address") { try body(address($0)) }
    }

    package static func find(_ id: String, in transaction: Transaction) throws -> Address? {
        try transaction.row("SELECT \(raw: columns) FROM address WHERE id = \(id)").map(address)
    }

    static let names = ["id", "house", "suffix", "street", "postcode", "insee", "commune", "lon", "lat"]
    private static let columns = names.joined(separator: ", ")

    private static func address(_ row: Row) -> Address {
        Address(
            id: row.text(0), house: row.int(1), suffix: row.text(2), street: row.text(3), postcode: row.text(4), insee: row.text(5),
            commune: row.text(6), place: Place(longitude: row.real(7), latitude: row.real(8)))
    }

    private static func values(_ address: Address) -> [Value] {
        [
            .text(address.id), .integer(Int64(address.house)), .text(address.suffix), .text(address.street), .text(address.postcode),
            .text(address.insee), .text(address.commune), .real(address.place.longitude), .real(address.place.latitude),
        ]
    }

    /// What a file changes.
    struct Plan {
        var added: [Address] = []
        var changed: [Address] = []
        var removed: [String] = []
        var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
    }

    /// Writes a plan as one change.
    /// - Returns: its number.
    static func write(
        _ plan: Plan, refused: Int, author: String, source: String, at now: Instant, in transaction: Transaction
    ) throws -> Int64 {
        let change = try begin(author: author, source: source, at: now, in: transaction)
        try keepBefore(plan.changed.map(\.id) + plan.removed, change, in: transaction)
        for part in parts(plan.removed) { try transaction.run("DELETE FROM address WHERE id IN (\(SQL.list(part)))") }
        try transaction.insert(
            into: "address", names + ["added", "revision"],
            rows: plan.added.map { values($0) + [.integer(change), .integer(change)] })
        for address in plan.changed { try replace(address, change, in: transaction) }
        try transaction.run(
            """
            UPDATE address_change SET accepted = \(plan.added.count), changed = \(plan.changed.count), removed = \(plan.removed.count),
                refused = \(refused) WHERE number = \(change)
            """)
        return change
    }

    private static func begin(
        author: String, source: String, at now: Instant, undoes: Int64? = nil, in transaction: Transaction
    ) throws -> Int64 {
        if transaction.engine == .postgres { try transaction.run("LOCK TABLE address_change IN EXCLUSIVE MODE") }
        let number = try revision(in: transaction) + 1
        try transaction.run(
            """
            INSERT INTO address_change (number, at, author, source, undoes)
            VALUES (\(number), \(now), \(author), \(source), \(undoes.bound))
            """)
        return number
    }

    private static func parts(_ ids: [String]) -> [ArraySlice<String>] {
        stride(from: 0, to: ids.count, by: 500).map { ids[$0..<min($0 + 500, ids.count)] }
    }

    private static func keepBefore(_ ids: [String], _ change: Int64, in transaction: Transaction) throws {
        for part in parts(ids) {
            try transaction.run(
                """
                INSERT INTO address_before (change, \(raw: columns), added)
                SELECT \(change), \(raw: columns), added FROM address WHERE id IN (\(SQL.list(part)))
                """)
        }
    }

    private static func replace(_ address: Address, _ change: Int64, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE address SET house = \(address.house), suffix = \(address.suffix), street = \(address.street),
                postcode = \(address.postcode), insee = \(address.insee), commune = \(address.commune),
                lon = \(address.place.longitude), lat = \(address.place.latitude), revision = \(change) WHERE id = \(address.id)
            """)
    }

    /// What taking an import back did.
    package struct Undone: Sendable, Hashable {
        package var removed = 0
        package var restored = 0
        /// Addresses that a later import touched; they stay as they are.
        package var kept = 0
        /// nil where nothing was to be done.
        package var change: Int64?
    }

    /// Takes an import back: what it added goes, what it changed or removed is as before. What a later import touched stays.
    /// - Throws: `ImportProblem` where the number is no import or was taken back already.
    package static func undo(_ number: Int64, by author: String, at now: Instant, in transaction: Transaction) throws -> Undone {
        guard let run = try transaction.row("SELECT source, undoes FROM address_change WHERE number = \(number)"), run.isNull(1) else {
            let last = try transaction.rows("SELECT number, source FROM address_change WHERE undoes IS NULL ORDER BY number DESC LIMIT 5")
            let names = last.map { "\($0.integer(0)) (\($0.text(1)))" }.joined(separator: ", ")
            throw ImportProblem(
                "change \(number) is no import of addresses",
                right: names.isEmpty ? "there is no import of addresses yet" : "one of the last imports: \(names)")
        }
        if let by = try transaction.row("SELECT number FROM address_change WHERE undoes = \(number)")?.integer(0) {
            throw ImportProblem("import \(number) was undone already, by change \(by)", right: "import the file again to have it back")
        }
        let before = try transaction.rows(
            "SELECT \(raw: columns), added FROM address_before WHERE change = \(number)")
        var result = Undone()
        let touched: SQL = "added = \(number) AND revision > \(number)"
        result.kept = try transaction.row("SELECT COUNT(*) FROM address WHERE \(touched)")?.int(0) ?? 0
        let change = try begin(author: author, source: run.text(0), at: now, undoes: number, in: transaction)
        result.removed = try transaction.run("DELETE FROM address WHERE added = \(number) AND revision = \(number)")
        var missing: [[Value]] = []
        for row in before {
            let old = address(row)
            guard let standing = try transaction.row("SELECT revision FROM address WHERE id = \(old.id)")?.integer(0) else {
                missing.append(values(old) + [.integer(row.integer(9)), .integer(change)])
                continue
            }
            guard standing == number else {
                result.kept += 1
                continue
            }
            try replace(old, change, in: transaction)
            result.restored += 1
        }
        try transaction.insert(into: "address", names + ["added", "revision"], rows: missing)
        result.restored += missing.count
        try transaction.run(
            """
            UPDATE address_change SET changed = \(result.restored), removed = \(result.removed), refused = \(result.kept)
            WHERE number = \(change)
            """)
        result.change = change
        return result
    }
}
