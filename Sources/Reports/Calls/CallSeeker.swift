// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What the call desk knows of a citizen: calls under the pseudonym of a number, and the callbacks promised.
package struct CallSeeker: PersonalSeeker {
    package init() {}

    package func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        let caller = try pseudonym(subject, in: transaction)
        return try CallStore.calls(of: caller, limit: 1000, in: transaction).flatMap { call -> [PersonalFinding] in
            let number = "\(call.number.value)"
            var found = [
                PersonalFinding(
                    table: "call", fields: ["number": number, "started_at": call.startedAt.iso8601, "state": call.state.rawValue])
            ]
            if let phone = try CallStore.phone(of: call.number, in: transaction) {
                found.append(PersonalFinding(table: "call_number", fields: ["call": number, "phone": phone]))
            }
            for event in try CallStore.events(of: call.number, in: transaction) where !event.text.isEmpty {
                found.append(PersonalFinding(table: "call_note", fields: ["call": number, "at": event.at.iso8601, "text": event.text]))
            }
            for one in try CallBackStore.open(of: call.number, in: transaction) {
                let fields = ["call": number, "name": one.name, "why": one.why, "due_at": one.dueAt.iso8601]
                found.append(PersonalFinding(table: "call_back", fields: fields.filter { !$0.value.isEmpty }))
            }
            return found
        }
    }

    /// All of it goes: the calls stay as figures that name nobody, a promised callback is given up.
    package func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        let calls = try CallStore.calls(of: try pseudonym(subject, in: transaction), limit: 1000, in: transaction)
        guard !calls.isEmpty else { return [] }
        let list = SQL.list(calls.map(\.number.value))
        let backs = try transaction.run(
            """
            UPDATE call_back SET ended_at = \(now), end_how = 'givenUp', name = '', phone = '', why = ''
            WHERE call IN (\(list)) AND ended_at IS NULL
            """)
        let notes = try transaction.run("UPDATE call_note SET text = '' WHERE call IN (\(list)) AND text <> ''")
        for call in calls { try CallStore.forget(call.number, at: now, in: transaction) }
        try transaction.run("UPDATE call SET caller = '' WHERE number IN (\(list))")
        return [
            PersonalErasure(table: "call", count: calls.count), PersonalErasure(table: "call_back", count: backs),
            PersonalErasure(table: "call_note", count: notes),
        ]
    }

    private func pseudonym(_ subject: PersonalSubject, in transaction: Transaction) throws -> String {
        guard subject.sort == .phone else { return "" }
        return try ReportStore.pseudonym(ReportContact(phone: subject.value), in: transaction)
    }
}
