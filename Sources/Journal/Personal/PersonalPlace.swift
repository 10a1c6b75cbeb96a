// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Where the journal may name a person: whom, what for, on what ground, and how it ends (GDPR articles 5.1 b and e, 30.1). A room declares
/// its places beside its schema; the register of processing, the daily destruction, and the answer to whoever asks for their data all
/// read these declarations, so that none of them can say something else than what is done.
package struct PersonalPlace: Sendable {
    package enum People: String, Sendable, CaseIterable { case staff, citizens, anybody }

    /// What makes the processing lawful (GDPR article 6.1; France: loi 78-17 article 5).
    package enum Ground: String, Sendable, CaseIterable { case publicTask, legalObligation, consent, vitalInterest }

    package enum End: Sendable {
        /// Rows go on the day that this column holds; NULL is not yet. With how that day was set, for the register.
        case rowsGo(on: String, Words)
        /// The row stays and names nobody: its columns are emptied this long after the instant in an SQL expression over the row, which is NULL
        /// while the matter is open.
        case columnsEmpty(after: String, kept: Kept)
        /// Another run ends it: how, for the register.
        case elsewhere(Words)
    }

    package enum Kept: Sendable, Hashable {
        case days(Int)
        /// As long as names in the log: a setting of the house (`log.names`).
        case names
    }

    package struct Column: Sendable, Hashable {
        package var name: String
        /// What stands in it once it is emptied, as SQL: `''`, `NULL`, `'{}'`.
        package var emptied: String
        /// May it be found by what is asked for: an e-mail address, a telephone number, a sign-in name?
        package var subject: PersonalSubject.Sort?
        package init(_ name: String, emptied: String = "''", subject: PersonalSubject.Sort? = nil) {
            (self.name, self.emptied, self.subject) = (name, emptied, subject)
        }

        /// The sign-in name of somebody of the staff; a dash takes its place, which no sign-in name can be. Nobody stays nobody.
        package static func login(_ name: String) -> Column {
            Column(
                name, emptied: "CASE WHEN \(name) IS NULL OR \(name) IN ('', 'vigie') THEN \(name) ELSE '—' END", subject: .login)
        }
    }

    package var table: String
    package var columns: [Column]
    package var people: People
    package var purpose: Words
    package var ground: Ground
    package var end: End

    package init(_ table: String, _ columns: [Column], of people: People, for purpose: Words, ground: Ground = .publicTask, end: End) {
        (self.table, self.columns, self.people) = (table, columns, people)
        (self.purpose, self.ground, self.end) = (purpose, ground, end)
    }
}

/// About whom somebody asks.
package struct PersonalSubject: Sendable, Hashable {
    package enum Sort: String, Sendable, CaseIterable, Codable { case email, phone, login }

    package var sort: Sort
    /// Lower-case e-mail address; telephone number as `Telephone.digits` writes it; sign-in name.
    package var value: String
    package init(_ sort: Sort, _ value: String) { (self.sort, self.value) = (sort, value) }
}

/// What a desk knows of somebody beyond what its columns say by themselves: by a pseudonym, by a key.
package protocol PersonalSeeker: Sendable {
    /// Everything kept about this person, by place of the register, each as names and values that they can read.
    func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding]
    /// Takes the person out of it now. What the law or an open matter still needs stays, and the answer says so.
    func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure]
}

package struct PersonalFinding: Sendable, Hashable {
    package var table: String
    package var fields: [String: String]
    package init(table: String, fields: [String: String]) { (self.table, self.fields) = (table, fields) }
}

package struct PersonalErasure: Sendable, Hashable {
    package var table: String
    package var count: Int
    /// Why some stay; nil where all went.
    package var stays: Words?
    package init(table: String, count: Int, stays: Words? = nil) { (self.table, self.count, self.stays) = (table, count, stays) }
}
