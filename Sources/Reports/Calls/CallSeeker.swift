// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What the call desk knows of a citizen: calls under the pseudonym of a number, and the callbacks promised.
package struct CallSeeker: PersonalSeeker {
    package init() {}

    package func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        let calls = try CallStore.calls(of: try pseudonym(subject, in: transaction), limit: 1000, in: transaction)
        return try calls.flatMap { call -> [PersonalFinding] in
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
            for one in try CallBackStore.open(of: call.number, in: transaction) { found.append(finding(one)) }
            return found
        } + (try others(subject, calls, in: transaction))
    }

    private func finding(_ one: CallBack) -> PersonalFinding {
        let fields = ["call": "\(one.call.value)", "name": one.name, "why": one.why, "due_at": one.dueAt.iso8601]
        return PersonalFinding(table: "call_back", fields: fields.filter { !$0.value.isEmpty })
    }

    /// What stands under the number itself in calls of somebody else, or of nobody known: 'call my mother back'.
    private func others(_ subject: PersonalSubject, _ calls: [Call], in transaction: Transaction) throws -> [PersonalFinding] {
        guard let phone = phone(subject) else { return [] }
        let own = Set(calls.map(\.number))
        let backs = try CallBackStore.open(to: phone, in: transaction).filter { !own.contains($0.call) }
        let numbers = try CallStore.calls(with: phone, in: transaction).filter { !own.contains($0) }
        return backs.map(finding)
            + numbers.map { PersonalFinding(table: "call_number", fields: ["call": "\($0.value)", "phone": phone]) }
    }

    /// All of it goes: the calls stay as figures that name nobody, a promised callback is given up.
    package func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        let calls = try CallStore.calls(of: try pseudonym(subject, in: transaction), limit: 1000, in: transaction)
        var (backs, numbers) = (0, 0)
        if let phone = phone(subject) {
            backs = try CallBackStore.giveUp("phone = \(phone)", at: now, in: transaction)
            numbers = try transaction.run("DELETE FROM call_number WHERE phone = \(phone)")
        }
        let named = [PersonalErasure(table: "call_back", count: backs), PersonalErasure(table: "call_number", count: numbers)]
        guard !calls.isEmpty else { return named.filter { $0.count > 0 } }
        let list = SQL.list(calls.map(\.number.value))
        backs += try CallBackStore.giveUp("call IN (\(list))", at: now, in: transaction)
        let notes = try transaction.run("UPDATE call_note SET text = '' WHERE call IN (\(list)) AND text <> ''")
        for call in calls { try CallStore.forget(call.number, at: now, in: transaction) }
        try transaction.run("UPDATE call SET caller = '' WHERE number IN (\(list))")
        return [
            PersonalErasure(table: "call", count: calls.count), PersonalErasure(table: "call_back", count: backs),
            PersonalErasure(table: "call_note", count: notes),
        ] + named.dropFirst().filter { $0.count > 0 }
    }

    /// As numbers are kept here; nil where the subject is none.
    private func phone(_ subject: PersonalSubject) -> String? {
        subject.sort == .phone ? Telephone.digits(subject.value) : nil
    }

    private func pseudonym(_ subject: PersonalSubject, in transaction: Transaction) throws -> String {
        guard subject.sort == .phone else { return "" }
        return try ReportStore.pseudonym(ReportContact(phone: subject.value), in: transaction)
    }
}
