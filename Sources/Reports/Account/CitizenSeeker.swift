// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Post

/// What an account knows of a citizen beyond its row: its streets, and what was put out to be sent.
package struct CitizenSeeker: PersonalSeeker {
    package init() {}

    package func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        guard let account = try account(subject, in: transaction) else { return [] }
        let row = [
            "email": account.email, "requests": account.requests.rawValue, "streets": account.streets.rawValue,
            "works": account.works.rawValue,
        ]
        return [PersonalFinding(table: "citizen_account", fields: row)]
            + (try CitizenAccountStore.streets(of: account, in: transaction)).map {
                PersonalFinding(table: "citizen_street", fields: ["label": $0.label])
            }
            + (try CitizenNewsStore.news(of: account.number, in: transaction)).map {
                PersonalFinding(
                    table: "citizen_news", fields: ["at": $0.at.iso8601, "title": $0.title.french, "text": $0.text.french])
            }
    }

    package func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        guard subject.sort == .email else { return [] }
        let messages = try transaction.run("DELETE FROM post_outbox WHERE lower(recipient) = \(subject.value)")
        let doors = try transaction.run("DELETE FROM citizen_door WHERE lower(email) = \(subject.value)")
        var gone = [PersonalErasure(table: "post_outbox", count: messages), PersonalErasure(table: "citizen_door", count: doors)]
        if let account = try account(subject, in: transaction) { gone += try CitizenAccountStore.remove(account.number, in: transaction) }
        return gone.filter { $0.count > 0 }
    }

    private func account(_ subject: PersonalSubject, in transaction: Transaction) throws -> CitizenAccount? {
        guard subject.sort == .email else { return nil }
        return try CitizenAccountStore.find(email: subject.value, in: transaction)
    }
}
