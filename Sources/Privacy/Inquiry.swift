// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What somebody may ask: who they are by an address, a number or a sign-in name, and why it is looked for.
package struct Inquiry: Sendable, Hashable {
    package var subject: PersonalSubject
    package var reason: String
    package init(_ subject: PersonalSubject, reason: String) { (self.subject, self.reason) = (subject, reason) }
}

extension Privacy {
    /// At most so many rows of one place: somebody of the staff may have acted ten thousand times.
    package static let mostRows = 5000

    /// Everything kept about somebody. The look itself stands in the log, with its reason; the name there is a mark that ends.
    package func find(_ inquiry: Inquiry, by login: String, at now: Instant, as act: Words) async throws -> [PersonalFinding] {
        let (found, entries) = try await journal.write { transaction -> ([PersonalFinding], [LogEntry]) in
            let found = try findings(inquiry.subject, in: transaction)
            return (found, try log(inquiry, act, "\(found.count)", login, now, transaction))
        }
        tell(entries)
        return found
    }

    /// Takes somebody out of what may be erased now, and says what stays and why.
    package func erase(_ inquiry: Inquiry, by login: String, at now: Instant) async throws -> [PersonalErasure] {
        let (done, entries) = try await journal.write { transaction -> ([PersonalErasure], [LogEntry]) in
            let done = try transaction.wiping { try erasures(inquiry.subject, now, in: transaction) }
            let list = done.map { "\($0.table) \($0.count)" }.joined(separator: ", ")
            let entries = try log(
                inquiry, Words("Effacement à la demande de la personne", "Erasure at the person's request"), list, login, now, transaction)
            for erasure in done {
                try PersonalDestruction.keep(erasure.count, of: erasure.table, at: now, entry: entries.first?.number, in: transaction)
            }
            return (done, entries)
        }
        tell(entries)
        return done
    }

    private func log(
        _ inquiry: Inquiry, _ act: Words, _ result: String, _ login: String, _ now: Instant, _ transaction: Transaction
    ) throws -> [LogEntry] {
        let about = inquiry.subject.value
        let draft = LogDraft(
            author: login, trade: "privacy",
            text: Words(
                "\(act.french) (\(about)) : \(result). \(inquiry.reason)", "\(act.english) (\(about)): \(result). \(inquiry.reason)"),
            people: [about])
        return try Logbook.append([draft], in: transaction, at: now)
    }

    private func findings(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        var found = try seekers.flatMap { try $0.find(subject, in: transaction) }
        let known = Set(found.map(\.table))
        for place in places where !known.contains(place.table) {
            guard let which = which(place, subject) else { continue }
            let names = place.columns.map(\.name)
            let rows = try transaction.rows(
                "SELECT \(raw: names.joined(separator: ", ")) FROM \(raw: place.table) WHERE \(which) LIMIT \(Privacy.mostRows)")
            found += rows.map { row in
                let fields = names.enumerated().compactMap { i, name in row.textOrNil(i).map { (name, $0) } }.filter { !$0.1.isEmpty }
                return PersonalFinding(table: place.table, fields: Dictionary(fields) { first, _ in first })
            }
        }
        return found
    }

    /// Rows of a place that name this subject in a column of that sort; nil where none can.
    private func which(_ place: PersonalPlace, _ subject: PersonalSubject) -> SQL? {
        let columns = place.columns.filter { $0.subject == subject.sort }.map(\.name)
        guard !columns.isEmpty else { return nil }
        var which: SQL = ""
        for (i, column) in columns.enumerated() { which += "\(raw: i == 0 ? "" : " OR ")lower(\(raw: column)) = \(subject.value)" }
        return which
    }

    private func erasures(_ subject: PersonalSubject, _ now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        var done = try seekers.flatMap { try $0.erase(subject, at: now, in: transaction) }
        let known = Set(done.map(\.table))
        for place in places where !known.contains(place.table) {
            guard let which = which(place, subject) else { continue }
            if subject.sort == .login {
                let count = try transaction.row("SELECT COUNT(*) FROM \(raw: place.table) WHERE \(which)")?.int(0) ?? 0
                guard count > 0 else { continue }
                done.append(
                    PersonalErasure(
                        table: place.table, count: 0,
                        stays: Words(
                            "\(count) restent jusqu'à leur échéance : preuve d'actes d'un service public (RGPD, article 17.3 b)",
                            "\(count) stay until their end: evidence of a public service's acts (GDPR article 17.3 b)")))
            } else if case .rowsGo = place.end {
                let count = try transaction.run("DELETE FROM \(raw: place.table) WHERE \(which)")
                if count > 0 { done.append(PersonalErasure(table: place.table, count: count)) }
            }
        }
        return done
    }
}

extension PersonalSubject {
    /// As it is kept: an address in small letters, a number as digits.
    /// - Returns: nil where it is none of that sort.
    package init?(_ sort: Sort, typed text: String) {
        let text = text.filter { !$0.isWhitespace }
        switch sort {
        case .email:
            guard text.split(separator: "@").count == 2 else { return nil }
            self.init(.email, text.lowercased())
        case .phone:
            guard let digits = Telephone.digits(text) else { return nil }
            self.init(.phone, digits)
        case .login:
            guard !text.isEmpty, text.count <= 64 else { return nil }
            self.init(.login, text.lowercased())
        }
    }
}
