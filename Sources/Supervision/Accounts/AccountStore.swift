// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Accounts and their grants in the journal. Each function does one thing inside the caller's transaction.
package enum AccountStore {
    /// How long a closed account is kept, so that the log's logins can still be told apart.
    static let closedAccountKept = Span.days(365)

    /// Opens a new account. `password` is the finished hash, never the password.
    /// - Throws: `AccountError.badLogin`, `.badName`, `.loginTaken`.
    @discardableResult
    package static func create(
        login: String, name: String, language: Language, password: String, grants: [Grant], by author: String, at now: Instant,
        in transaction: Transaction
    ) throws -> Int64 {
        guard AccountRecord.isLogin(login) else { throw AccountError.badLogin(login) }
        guard (1...200).contains(name.count) else { throw AccountError.badName }
        guard try transaction.row("SELECT 1 FROM account WHERE login = \(login)") == nil else { throw AccountError.loginTaken(login) }
        let number = try next("account", transaction)
        try transaction.run(
            """
            INSERT INTO account (number, login, name, language, password, created_at, created_by, destroy_at)
            VALUES (\(number), \(login), \(name), \(language.rawValue), \(password), \(now), \(author), NULL)
            """)
        try record(number, opening: true, reason: "", by: author, at: now, transaction)
        for grant in grants { try add(grant, to: number, by: author, at: now, in: transaction) }
        return number
    }

    package static func find(login: String, in transaction: Transaction) throws -> AccountRecord? {
        guard let row = try transaction.row("SELECT number FROM account WHERE login = \(login)") else { return nil }
        return try find(number: row.integer(0), in: transaction)
    }

    package static func find(number: Int64, in transaction: Transaction) throws -> AccountRecord? {
        try accounts(where: "WHERE number = \(number)", transaction).first
    }

    /// All accounts by login, closed ones too.
    package static func all(in transaction: Transaction) throws -> [AccountRecord] { try accounts(where: "", transaction) }

    /// The password hash of an account, or '' where there is no such account.
    package static func password(of number: Int64, in transaction: Transaction) throws -> String {
        try transaction.row("SELECT password FROM account WHERE number = \(number)")?.text(0) ?? ""
    }

    /// A new encoding of the same password; sessions stay.
    package static func rehash(_ hash: String, of number: Int64, in transaction: Transaction) throws {
        try transaction.run("UPDATE account SET password = \(hash) WHERE number = \(number)")
    }

    /// Sets a new password hash and signs the account out everywhere, but for the session with the token's hash `keeping`.
    package static func setPassword(_ hash: String, of number: Int64, keeping token: [UInt8]? = nil, in transaction: Transaction) throws {
        guard try transaction.run("UPDATE account SET password = \(hash) WHERE number = \(number)") == 1 else {
            throw AccountError.unknownAccount
        }
        try SessionStore.endAll(of: number, except: token, in: transaction)
    }

    package static func setLanguage(_ language: Language, of number: Int64, in transaction: Transaction) throws {
        try transaction.run("UPDATE account SET language = \(language.rawValue) WHERE number = \(number)")
    }

    /// Closes an account: signed out everywhere, its keys ended, destroyed a year later.
    package static func close(_ number: Int64, reason: String, by author: String, at now: Instant, in transaction: Transaction) throws {
        guard !reason.isEmpty else { throw AccountError.reasonMissing }
        guard let account = try find(number: number, in: transaction) else { throw AccountError.unknownAccount }
        guard account.isOpen else { return }
        try keepAConfigurer(without: number, transaction)
        try record(number, opening: false, reason: reason, by: author, at: now, transaction)
        try transaction.run("UPDATE account SET destroy_at = \(now + closedAccountKept) WHERE number = \(number)")
        try transaction.run(
            "UPDATE account_key SET ended_at = \(now), ended_by = \(author) WHERE account = \(number) AND ended_at IS NULL")
        try SessionStore.endAll(of: number, in: transaction)
    }

    package static func reopen(_ number: Int64, reason: String, by author: String, at now: Instant, in transaction: Transaction) throws {
        guard !reason.isEmpty else { throw AccountError.reasonMissing }
        guard let account = try find(number: number, in: transaction) else { throw AccountError.unknownAccount }
        guard !account.isOpen else { return }
        try record(number, opening: true, reason: reason, by: author, at: now, transaction)
        try transaction.run("UPDATE account SET destroy_at = NULL WHERE number = \(number)")
    }

    // MARK: Grants

    package static func add(_ grant: Grant, to account: Int64, by author: String, at now: Instant, in transaction: Transaction) throws {
        guard try transaction.row("SELECT 1 FROM account WHERE number = \(account)") != nil else { throw AccountError.unknownAccount }
        let number = try next("account_grant", transaction)
        try transaction.run(
            """
            INSERT INTO account_grant (number, account, access_right, trade, communes, at, author, ended_at, ended_by)
            VALUES (\(number), \(account), \(grant.right.rawValue), \(grant.trade), \(grant.communes.joined(separator: " ")),
                \(now), \(author), NULL, NULL)
            """)
    }

    package static func end(grant: Int64, of account: Int64, by author: String, at now: Instant, in transaction: Transaction) throws {
        let row = try transaction.row(
            "SELECT access_right FROM account_grant WHERE number = \(grant) AND account = \(account) AND ended_at IS NULL")
        guard let row else { throw AccountError.unknownGrant }
        let changed = "UPDATE account_grant SET ended_at = \(now), ended_by = \(author) WHERE number = \(grant)" as SQL
        if row.integer(0) == Right.configure.rawValue { try keepAConfigurer(without: account, otherThan: grant, transaction) }
        try transaction.run(changed)
    }

    /// Destroys what has come of age: closed accounts, sessions, keys, attempts, notes and photos.
    /// - Returns: the tables and how many rows went; those of which none did are left out.
    @discardableResult
    package static func destroy(at now: Instant, in transaction: Transaction) throws -> [(table: String, count: Int)] {
        try ["account_session", "account_attempt", "account_key", "asset_note", "asset_photo", "account"].compactMap { table in
            let count = try transaction.run("DELETE FROM \(raw: table) WHERE destroy_at IS NOT NULL AND destroy_at <= \(now)")
            return count == 0 ? nil : (table, count)
        }
    }

    // MARK: Inside

    static func next(_ table: String, _ transaction: Transaction) throws -> Int64 {
        try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM \(raw: table)")?.integer(0) ?? 1
    }

    private static func record(
        _ account: Int64, opening: Bool, reason: String, by author: String, at now: Instant, _ transaction: Transaction
    ) throws {
        let number = try next("account_record", transaction)
        try transaction.run(
            """
            INSERT INTO account_record (number, account, what, at, author, reason)
            VALUES (\(number), \(account), \(opening ? "opened" : "closed"), \(now), \(author), \(reason))
            """)
    }

    private static func accounts(where condition: SQL, _ transaction: Transaction) throws -> [AccountRecord] {
        let columns: SQL = "SELECT number, login, name, language, created_at, created_by, destroy_at FROM account "
        return try transaction.rows(columns + condition + " ORDER BY login").map { row in
            let number = row.integer(0)
            return AccountRecord(
                number: number, login: row.text(1), name: row.text(2), language: Language(rawValue: row.text(3)) ?? .french,
                grants: try grants(of: number, transaction), records: try records(of: number, transaction),
                createdAt: row.instant(4), createdBy: row.text(5),
                destroyAt: row.isNull(6) ? nil : row.instant(6))
        }
    }

    private static func grants(of account: Int64, _ transaction: Transaction) throws -> [AccountRecord.NumberedGrant] {
        try transaction.rows(
            """
            SELECT number, access_right, trade, communes, at, author FROM account_grant
            WHERE account = \(account) AND ended_at IS NULL ORDER BY number
            """
        ).compactMap { row in
            guard let right = Right(rawValue: Int(row.integer(1))) else { return nil }
            let communes = row.text(3).split(separator: " ").map(String.init)
            return AccountRecord.NumberedGrant(
                number: row.integer(0), grant: Grant(right: right, trade: row.text(2), communes: communes), at: row.instant(4),
                author: row.text(5))
        }
    }

    private static func records(of account: Int64, _ transaction: Transaction) throws -> [AccountRecord.Record] {
        try transaction.rows("SELECT what, at, author, reason FROM account_record WHERE account = \(account) ORDER BY number").map {
            AccountRecord.Record(isOpening: $0.text(0) == "opened", at: $0.instant(1), author: $0.text(2), reason: $0.text(3))
        }
    }

    /// Throws where, without this account (or without this one grant of it), nobody open could configure everything.
    private static func keepAConfigurer(without account: Int64, otherThan grant: Int64? = nil, _ transaction: Transaction) throws {
        let remains = try all(in: transaction).contains { candidate in
            candidate.isOpen
                && candidate.grants.contains { held in
                    held.grant.right == .configure && held.grant.trade.isEmpty && held.grant.communes.isEmpty
                        && (candidate.number != account || (grant != nil && held.number != grant))
                }
        }
        let wasOne = try find(number: account, in: transaction)?.grants.contains {
            $0.grant.right == .configure && $0.grant.trade.isEmpty && $0.grant.communes.isEmpty
        }
        if wasOne == true, !remains { throw AccountError.lastConfigurer }
    }
}
