// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Keys with which programs speak in the name of an account. Only the SHA-256 of a key is kept.
package enum KeyStore {
    /// Keeps a new key. `start` is its first characters, by which its owner knows it again; `title` says what it is for.
    /// - Throws: `AccountError.badName`, `.unknownAccount`, `.closedAccount`, and `.beyondOwnRights` where the account may not itself do what
    ///   the key should.
    @discardableResult
    package static func add(
        title: String, token: [UInt8], start: String, grant: Grant, account: Int64, by author: String, at now: Instant, until: Instant,
        in transaction: Transaction
    ) throws -> Int64 {
        guard (1...120).contains(title.count) else { throw AccountError.badName }
        guard let owner = try AccountStore.find(number: account, in: transaction) else { throw AccountError.unknownAccount }
        guard owner.isOpen else { throw AccountError.closedAccount }
        guard owner.grants.contains(where: { $0.grant.covers(grant) }) else { throw AccountError.beyondOwnRights }
        let number = try AccountStore.next("account_key", transaction)
        try transaction.run(
            """
            INSERT INTO account_key (number, account, title, token, start, access_right, trade, communes, created_at, created_by,
                destroy_at, ended_at, ended_by)
            VALUES (\(number), \(account), \(title), \(token), \(start), \(grant.right.rawValue), \(grant.trade),
                \(grant.communes.joined(separator: " ")), \(now), \(author), \(until), NULL, NULL)
            """)
        return number
    }

    /// The key that was not ended, with its account.
    package static func find(
        token: [UInt8], in transaction: Transaction
    ) throws -> (key: AccountRecord.Key, account: AccountRecord)? {
        let row = try transaction.row("SELECT \(raw: columns), account FROM account_key WHERE token = \(token) AND ended_at IS NULL")
        guard let row, let key = key(row), let account = try AccountStore.find(number: row.integer(10), in: transaction) else {
            return nil
        }
        return (key, account)
    }

    package static func end(_ number: Int64, of account: Int64, by author: String, at now: Instant, in transaction: Transaction) throws {
        let changed = try transaction.run(
            """
            UPDATE account_key SET ended_at = \(now), ended_by = \(author)
            WHERE number = \(number) AND account = \(account) AND ended_at IS NULL
            """)
        guard changed == 1 else { throw AccountError.unknownKey }
    }

    package static func keys(of account: Int64, in transaction: Transaction) throws -> [AccountRecord.Key] {
        try transaction.rows("SELECT \(raw: columns) FROM account_key WHERE account = \(account) ORDER BY number").compactMap(key)
    }

    private static let columns =
        "number, title, start, access_right, trade, communes, created_at, created_by, destroy_at, ended_at"

    private static func key(_ row: Row) -> AccountRecord.Key? {
        guard let right = Right(rawValue: Int(row.integer(3))) else { return nil }
        let communes = row.text(5).split(separator: " ").map(String.init)
        return AccountRecord.Key(
            number: row.integer(0), title: row.text(1), start: row.text(2),
            grant: Grant(right: right, trade: row.text(4), communes: communes), createdAt: row.instant(6), createdBy: row.text(7),
            expiresAt: row.instant(8), endedAt: row.isNull(9) ? nil : row.instant(9))
    }
}
