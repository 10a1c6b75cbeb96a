// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Inventory
import Journal
import Synchronization
package import Watch

/// The call desk: calls as the exchange tells them or as somebody notes them, what came of each, who is to be called back. It lives beside
/// the reports, since most calls end in one. What it says is kept when it returns.
package struct Calls: Sendable {
    package let reports: Reports
    let addresses: AddressShelf
    /// Desks that know what is near a place now.
    let surroundings: [any Surroundings]
    /// Assets of a kind inside a box of ground.
    let assets: @Sendable (Box, Asset.KindName) async -> [Asset.Number]
    let outlet = CallOutlet()

    package init(
        reports: Reports, addresses: AddressShelf, surroundings: [any Surroundings] = [],
        assets: @escaping @Sendable (Box, Asset.KindName) async -> [Asset.Number] = { _, _ in [] }
    ) {
        (self.reports, self.addresses, self.surroundings, self.assets) = (reports, addresses, surroundings, assets)
    }

    var journal: Journal { reports.journal }
    var clock: Clock { reports.clock }

    /// Calls `hear` after each call that came or moved, once it is kept.
    package func tell(_ hear: @escaping @Sendable (Call.Number?) -> Void) { outlet.hearers.withLock { $0.append(hear) } }

    // MARK: From the exchange

    /// Takes what an exchange says: all of it or, where one is not right, nothing.
    /// - Throws: `ReportFault.fields`, each field with the place of its event: `2.at`.
    /// - Returns: the call of each event, and whether it was news.
    package func take(_ signals: [CallSignal]) async throws -> [(call: Call, isNews: Bool)] {
        let now = clock.now()
        let faults = signals.enumerated().compactMap { index, signal in
            CallRules.fault(signal, at: now).map { ReportFault.Field(signals.count == 1 ? $0.field : "\(index).\($0.field)", $0.message) }
        }
        guard faults.isEmpty else { throw ReportFault.fields(faults) }
        let taken = try await journal.write { transaction in
            try signals.map { try CallStore.take($0, at: now, in: transaction) }
        }
        outlet.tell(taken.filter(\.isNews).map(\.call.number))
        return taken
    }

    /// Who is at the desk, as an exchange or they themselves say it.
    package func setPresent(_ login: String, _ isPresent: Bool, at: Instant? = nil) async throws {
        let at = at ?? clock.now()
        let isNews = try await journal.write { try CallBackStore.setPresent(login, isPresent, at: at, in: $0) }
        if isNews { outlet.tell([]) }
    }

    // MARK: By hand

    /// A call that no exchange tells of: it is being talked on.
    package func begin(by login: String) async throws -> Call {
        let now = clock.now()
        let call = try await journal.write { transaction -> Call in
            let call = Call(
                number: Call.Number(0), caller: "", line: "", agent: login, state: .answered, startedAt: now, answeredAt: now, endedAt: nil,
                closedAt: nil, isTransferred: false)
            let made = try CallStore.insert(call, exchange: nil, in: transaction)
            try CallStore.append(
                CallEvent(place: 0, at: now, what: .answered, facts: ["hand": "1"], author: login, text: ""), to: made.number,
                in: transaction)
            return made
        }
        outlet.tell([call.number])
        return call
    }

    /// - Throws: `ReportFault.refused` where somebody else was quicker.
    @discardableResult
    package func pick(up number: Call.Number, by login: String) async throws -> Call {
        try await move(number, .take, by: login) { call, now, _ in
            call.answeredAt = now
            call.agent = login
            return CallEvent(place: 0, at: now, what: .answered, facts: [:], author: login, text: "")
        }
    }

    /// The line is free.
    package func end(_ number: Call.Number, by login: String) async throws {
        try await move(number, .end, by: login) { call, now, _ in
            call.endedAt = now
            return CallEvent(place: 0, at: now, what: .ended, facts: [:], author: login, text: "")
        }
    }

    /// The work on it is done: number and draft go.
    package func close(_ number: Call.Number, by login: String) async throws {
        try await move(number, .close, by: login) { call, now, _ in
            call.closedAt = now
            return CallEvent(place: 0, at: now, what: .ready, facts: [:], author: login, text: "")
        }
    }

    package func reopen(_ number: Call.Number, by login: String) async throws {
        try await move(number, .reopen, by: login) { call, now, _ in
            call.closedAt = nil
            return CallEvent(place: 0, at: now, what: .reopened, facts: [:], author: login, text: "")
        }
    }

    /// Keeps what stands in the form.
    package func keep(_ draft: CallDraft, of number: Call.Number) async throws {
        try await journal.write { transaction in
            let call = try Calls.call(number, may: .draft, in: transaction)
            try CallStore.setDraft(draft, of: call, in: transaction)
        }
    }

    /// The number that the caller says, where the exchange told none.
    /// - Throws: `ReportFault.fields` where it is no number.
    package func setCaller(_ phone: String, of number: Call.Number, by login: String) async throws {
        guard let digits = Telephone.digits(phone) else {
            throw ReportFault.fields([.init("phone", Words("Un numéro de 4 à 15 chiffres.", "A number of 4 to 15 digits."))])
        }
        try await move(number, .caller, by: login) { call, now, transaction in
            call.caller = try ReportStore.pseudonym(ReportContact(phone: digits), in: transaction)
            try CallStore.setNumber(digits, of: call.number, until: call.startedAt + CallRules.numberKept, in: transaction)
            return CallEvent(place: 0, at: now, what: .caller, facts: [:], author: login, text: "")
        }
    }

    /// The number in clear, for whoever is on the call. Each look stands in the log.
    /// - Returns: nil where it is not known, or gone.
    package func phone(of number: Call.Number, by login: String) async throws -> String? {
        let now = clock.now()
        let (phone, entries) = try await journal.write { transaction -> (String?, [LogEntry]) in
            _ = try Calls.call(number, may: .look, in: transaction)
            guard let phone = try CallStore.phone(of: number, in: transaction) else { return (nil, []) }
            try CallStore.append(
                CallEvent(place: 0, at: now, what: .looked, facts: [:], author: login, text: ""), to: number, in: transaction)
            let words = Words("Numéro de l'appel \(number.value) consulté", "Number of call \(number.value) looked at")
            let draft = LogDraft(author: login, trade: "calls", subject: "call:\(number.value)", text: words)
            return (phone, try Logbook.append([draft], in: transaction, at: now))
        }
        reports.outlet.tell([], entries)
        return phone
    }

    // MARK: Inside

    static func call(_ number: Call.Number, may act: CallRules.Act, in transaction: Transaction) throws -> Call {
        guard let call = try CallStore.find(number, in: transaction) else { throw ReportFault.unknown }
        guard CallRules.may(act, in: call.state) else { throw refusal(act, call) }
        return call
    }

    private static func refusal(_ act: CallRules.Act, _ call: Call) -> ReportFault {
        if act == .take, call.answeredAt != nil {
            let who = call.agent.isEmpty ? Words("quelqu'un d'autre", "somebody else") : Words(call.agent, call.agent)
            return .refused(
                Words("Cet appel est déjà pris par \(who.french).", "This call was taken by \(who.english) already."))
        }
        return .refused(
            Words(
                "Cet appel est « \(call.state.title.french.lowercased()) » : cela ne se fait plus, ou pas encore.",
                "This call is '\(call.state.title.english.lowercased())': that cannot be done any more, or not yet."))
    }

    @discardableResult
    func move(
        _ number: Call.Number, _ act: CallRules.Act, by login: String,
        _ change: @Sendable @escaping (inout Call, Instant, Transaction) throws -> CallEvent
    ) async throws -> Call {
        let now = clock.now()
        let moved = try await journal.write { transaction -> Call in
            var call = try Calls.call(number, may: act, in: transaction)
            let event = try change(&call, now, transaction)
            call = CallRules.judged(call)
            try CallStore.update(call, in: transaction)
            try CallStore.append(event, to: number, in: transaction)
            if !call.state.isOpen { try CallStore.forget(number, at: now, in: transaction) }
            return call
        }
        outlet.tell([number])
        return moved
    }
}

/// Who hears of what was kept. Filled while the house is built.
final class CallOutlet: Sendable {
    let hearers = Mutex<[@Sendable (Call.Number?) -> Void]>([])

    /// - Parameter numbers: the calls that moved; none where it was something else at the desk.
    func tell(_ numbers: [Call.Number]) {
        let all = hearers.withLock { $0 }
        let told: [Call.Number?] = numbers.isEmpty ? [nil] : Array(numbers.prefix(20))
        for hearer in all { for number in told { hearer(number) } }
    }
}
