// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Foundation
package import Journal

extension Call.Number: Bindable { package var bound: Value { .integer(value) } }
extension Call.State: Bindable { package var bound: Value { .text(rawValue) } }

/// Calls as rows. Each function does one thing inside the caller's transaction.
package enum CallStore {
    private static let select = SQL(
        raw: """
            SELECT call.number, call.caller, call.line, call.agent, call.state, call.started_at, call.answered_at, call.ended_at,
                call.closed_at, call.is_transferred FROM call
            """ + " ")

    private static func call(_ row: Row) -> Call {
        Call(
            number: Call.Number(row.integer(0)), caller: row.text(1), line: row.text(2), agent: row.text(3),
            state: Call.State(rawValue: row.text(4)) ?? .closed, startedAt: row.instant(5), answeredAt: row.instantOrNil(6),
            endedAt: row.instantOrNil(7), closedAt: row.instantOrNil(8), isTransferred: row.flag(9))
    }

    // MARK: Finding

    package static func find(_ number: Call.Number, in transaction: Transaction) throws -> Call? {
        try transaction.row(select + "WHERE call.number = \(number)").map(call)
    }

    package static func find(exchange id: String, in transaction: Transaction) throws -> Call? {
        try transaction.row(select + "WHERE call.exchange = \(Tokens.hash(id))").map(call)
    }

    /// What rings, is talked on or is being written up, the oldest first.
    package static func open(limit: Int = 200, in transaction: Transaction) throws -> [Call] {
        try transaction.rows(
            select + "WHERE state IN ('ringing', 'answered', 'wrapping') ORDER BY started_at, number LIMIT \(limit)"
        ).map(call)
    }

    /// Calls of one pseudonym, the newest first.
    package static func calls(of caller: String, limit: Int = 20, in transaction: Transaction) throws -> [Call] {
        guard !caller.isEmpty else { return [] }
        return try transaction.rows(select + "WHERE caller = \(caller) AND caller <> '' ORDER BY number DESC LIMIT \(limit)").map(call)
    }

    /// Calls that keep this number in clear.
    static func calls(with phone: String, in transaction: Transaction) throws -> [Call.Number] {
        try transaction.rows("SELECT call FROM call_number WHERE phone = \(phone) ORDER BY call").map { Call.Number($0.integer(0)) }
    }

    /// Calls that began in a span, in the order of time.
    package static func calls(from: Instant, to: Instant, in transaction: Transaction) throws -> [Call] {
        try transaction.rows(select + "WHERE started_at >= \(from) AND started_at < \(to) ORDER BY started_at, number").map(call)
    }

    // MARK: Making and moving

    /// - Parameter exchange: the exchange's name of it; nil for a call noted by hand.
    package static func insert(_ call: Call, exchange: String?, in transaction: Transaction) throws -> Call {
        var call = call
        call.number = Call.Number(try transaction.row("SELECT COALESCE(MAX(number), 0) + 1 FROM call")?.integer(0) ?? 1)
        try transaction.run(
            """
            INSERT INTO call (number, exchange, caller, line, agent, state, started_at, answered_at, ended_at, closed_at,
                is_transferred, destroy_at)
            VALUES (\(call.number), \(exchange.map(Tokens.hash)), \(call.caller), \(call.line), \(call.agent), \(call.state),
                \(call.startedAt), \(call.answeredAt), \(call.endedAt), \(call.closedAt), \(call.isTransferred),
                \(call.startedAt + CallRules.callKept))
            """)
        return call
    }

    package static func update(_ call: Call, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE call SET caller = \(call.caller), line = \(call.line), agent = \(call.agent), state = \(call.state),
                started_at = \(call.startedAt), answered_at = \(call.answeredAt), ended_at = \(call.endedAt),
                closed_at = \(call.closedAt), is_transferred = \(call.isTransferred)
            WHERE number = \(call.number)
            """)
    }

    /// What an exchange says, once: a call that is unknown is made, an event that is known changes nothing.
    /// - Returns: the call as it is then, and whether anything changed.
    package static func take(_ signal: CallSignal, at now: Instant, in transaction: Transaction) throws -> (call: Call, isNews: Bool) {
        let known = try find(exchange: signal.call, in: transaction)
        if let known, try has(signal.what.rawValue, known.number, in: transaction) { return (known, false) }
        let fresh = Call(
            number: Call.Number(0), caller: "", line: "", agent: "", state: .ringing, startedAt: signal.at, answeredAt: nil, endedAt: nil,
            closedAt: nil, isTransferred: false)
        var call = CallRules.with(signal, known ?? fresh)
        let phone = Telephone.digits(signal.from)
        if call.caller.isEmpty, let phone { call.caller = try ReportStore.pseudonym(ReportContact(phone: phone), in: transaction) }
        if known == nil { call = try insert(call, exchange: signal.call, in: transaction) } else { try update(call, in: transaction) }
        let facts = ["agent": signal.what == .answered && !signal.agent.isEmpty ? "1" : "", "to": signal.to].filter { !$0.value.isEmpty }
        try append(
            CallEvent(place: 0, at: signal.at, what: CallEvent.What(rawValue: signal.what.rawValue) ?? .ringing, facts: facts, text: ""),
            to: call.number, in: transaction)
        let end = call.startedAt + CallRules.numberKept
        if let phone, call.state.isOpen, end > now { try setNumber(phone, of: call.number, until: end, in: transaction) }
        if !call.state.isOpen { try forget(call.number, at: now, in: transaction) }
        return (call, true)
    }

    private static func has(_ what: String, _ number: Call.Number, in transaction: Transaction) throws -> Bool {
        try transaction.row("SELECT 1 FROM call_event WHERE call = \(number) AND what = \(what)") != nil
    }

    // MARK: History

    /// Appends a line to the history; its `place` is given here.
    @discardableResult
    package static func append(_ event: CallEvent, to number: Call.Number, in transaction: Transaction) throws -> Int {
        let place = try transaction.row("SELECT COALESCE(MAX(place), 0) + 1 FROM call_event WHERE call = \(number)")?.int(0) ?? 1
        try transaction.run(
            """
            INSERT INTO call_event (call, place, at, what, facts)
            VALUES (\(number), \(place), \(event.at), \(event.what.rawValue), \(ReportFields.json(event.facts)))
            """)
        guard event.author != nil || !event.text.isEmpty else { return place }
        try transaction.run(
            """
            INSERT INTO call_note (call, place, login, text, destroy_at)
            VALUES (\(number), \(place), \(event.author ?? ""), \(event.text), \(event.at + CallRules.callKept))
            """)
        return place
    }

    package static func events(of number: Call.Number, in transaction: Transaction) throws -> [CallEvent] {
        try transaction.rows(
            """
            SELECT e.place, e.at, e.what, e.facts, n.login, n.text FROM call_event e
            LEFT JOIN call_note n ON n.call = e.call AND n.place = e.place WHERE e.call = \(number) ORDER BY e.place LIMIT 1000
            """
        ).map { row in
            CallEvent(
                place: row.int(0), at: row.instant(1), what: CallEvent.What(rawValue: row.text(2)) ?? .outcome,
                facts: ReportFields.texts(row.text(3)), author: row.text(4).isEmpty ? nil : row.text(4), text: row.text(5))
        }
    }

    // MARK: Outcomes

    package static func add(_ outcome: CallOutcome, to number: Call.Number, in transaction: Transaction) throws -> CallOutcome {
        var outcome = outcome
        outcome.place = try transaction.row("SELECT COALESCE(MAX(place), 0) + 1 FROM call_outcome WHERE call = \(number)")?.int(0) ?? 1
        try transaction.run(
            """
            INSERT INTO call_outcome (call, place, at, sort, category, report, target)
            VALUES (\(number), \(outcome.place), \(outcome.at), \(outcome.sort.rawValue), \(outcome.category), \(outcome.report),
                \(outcome.target))
            """)
        return outcome
    }

    package static func outcomes(of number: Call.Number, in transaction: Transaction) throws -> [CallOutcome] {
        try transaction.rows(
            "SELECT place, at, sort, category, report, target, undone_at FROM call_outcome WHERE call = \(number) ORDER BY place"
        ).map { row in
            CallOutcome(
                place: row.int(0), at: row.instant(1), sort: CallOutcome.Sort(rawValue: row.text(2)) ?? .nothing, category: row.text(3),
                report: row.integerOrNil(4).map(Report.Number.init), target: row.text(5), undoneAt: row.instantOrNil(6))
        }
    }

    package static func undo(_ place: Int, of number: Call.Number, at now: Instant, in transaction: Transaction) throws -> Bool {
        try transaction.run(
            "UPDATE call_outcome SET undone_at = \(now) WHERE call = \(number) AND place = \(place) AND undone_at IS NULL") > 0
    }

    /// How many outcomes of each sort the calls of a span have.
    package static func tally(from: Instant, to: Instant, in transaction: Transaction) throws -> [CallOutcome.Sort: Int] {
        let rows = try transaction.rows(
            """
            SELECT o.sort, COUNT(*) FROM call_outcome o JOIN call ON call.number = o.call
            WHERE call.started_at >= \(from) AND call.started_at < \(to) AND o.undone_at IS NULL GROUP BY o.sort
            """)
        return Dictionary(rows.compactMap { row in CallOutcome.Sort(rawValue: row.text(0)).map { ($0, row.int(1)) } }) { $1 }
    }

    // MARK: What is kept for a while only

    package static func setNumber(
        _ phone: String, of number: Call.Number, until end: Instant, in transaction: Transaction
    ) throws {
        try transaction.run("DELETE FROM call_number WHERE call = \(number)")
        try transaction.run("INSERT INTO call_number (call, phone, destroy_at) VALUES (\(number), \(phone), \(end))")
    }

    /// In clear: whoever reads it has it written to the log.
    package static func phone(of number: Call.Number, in transaction: Transaction) throws -> String? {
        try transaction.row("SELECT phone FROM call_number WHERE call = \(number)")?.text(0)
    }

    package static func setDraft(_ draft: CallDraft, of call: Call, in transaction: Transaction) throws {
        let body = String(decoding: try JSONEncoder().encode(draft), as: UTF8.self)
        try transaction.run("DELETE FROM call_draft WHERE call = \(call.number)")
        guard !draft.isEmpty else { return }
        try transaction.run(
            "INSERT INTO call_draft (call, body, destroy_at) VALUES (\(call.number), \(body), \(call.startedAt + CallRules.numberKept))")
    }

    package static func draft(of number: Call.Number, in transaction: Transaction) throws -> CallDraft {
        guard let row = try transaction.row("SELECT body FROM call_draft WHERE call = \(number)") else { return CallDraft() }
        return (try? JSONDecoder().decode(CallDraft.self, from: Data(row.text(0).utf8))) ?? CallDraft()
    }

    /// Takes away the number and the draft of a call that needs them no more; the history says that it was done.
    package static func forget(_ number: Call.Number, at now: Instant, in transaction: Transaction) throws {
        let drafts = try transaction.run("DELETE FROM call_draft WHERE call = \(number)")
        let numbers = try transaction.run("DELETE FROM call_number WHERE call = \(number)")
        guard numbers + drafts > 0 else { return }
        let facts = ["number": numbers > 0 ? "1" : "", "draft": drafts > 0 ? "1" : ""].filter { !$0.value.isEmpty }
        try append(CallEvent(place: 0, at: now, what: .forgotten, facts: facts, text: ""), to: number, in: transaction)
    }
}
