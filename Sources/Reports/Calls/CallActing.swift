// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Journal

/// What comes of a call. Each is one outcome of the call with a line of its history; a mistake can be taken back.
extension Calls {
    /// What was told suffices.
    /// - Parameter text: what was said, beside the standard answer; nothing of the caller belongs into it.
    package func inform(_ number: Call.Number, category: String, answer: String, text: String, by login: String) async throws {
        let (tree, text) = (try await reports.tree(), try Calls.text(text, mayBeEmpty: true))
        let standard = tree.answers.first { $0.code == answer }
        guard answer.isEmpty || standard != nil else {
            throw ReportFault.fields([.init("answer", Words("Une réponse type de la liste.", "A standard answer of the list."))])
        }
        guard category.isEmpty || tree[category] != nil else {
            throw ReportFault.fields([.init("category", Words("Une catégorie de la liste.", "A category of the list."))])
        }
        let facts = ["answer": answer, "category": category].filter { !$0.value.isEmpty }
        try await add(.information, to: number, category: category, facts: facts, text: text, by: login)
    }

    /// Nothing came of it: a wrong number, a line that broke.
    package func nothing(_ number: Call.Number, text: String, by login: String) async throws {
        try await add(.nothing, to: number, text: try Calls.text(text, mayBeEmpty: true), by: login)
    }

    /// A report of what the form holds.
    /// - Parameters:
    ///   - wantsNews: the number of the call goes to the report's contact; without it the report knows a pseudonym only.
    ///   - turn: how many reports this call had when the form was shown: the same form sent twice makes one report.
    /// - Throws: `ReportFault`.
    package func report(
        _ draft: ReportDraft, wantsNews: Bool, turn: Int, from number: Call.Number, by login: String
    ) async throws -> ReportReceipt {
        let now = clock.now()
        let (call, phone, key) = try await journal.write { transaction in
            let call = try Calls.call(number, may: .outcome, in: transaction)
            return (
                call, try CallStore.phone(of: number, in: transaction), try Calls.key(call, "report \(turn)", in: transaction)
            )
        }
        var draft = draft
        (draft.channel, draft.author, draft.reporter, draft.key) = (.phone, login, call.caller, key)
        if draft.contact.phone.isEmpty, wantsNews { draft.contact.phone = phone ?? "" }
        let receipt = try await reports.create(draft)
        let report = receipt.report
        try await journal.write { transaction in
            guard let call = try CallStore.find(number, in: transaction),
                try !CallStore.outcomes(of: number, in: transaction).contains(where: { $0.sort == .request && $0.report == report.number })
            else { return }
            try Calls.add(
                .request, to: number, category: report.category, report: report.number, facts: ["report": "\(report.reference)"], by: login,
                at: now, in: transaction)
            try CallStore.setDraft(CallDraft(), of: call, in: transaction)
        }
        outlet.tell([number])
        return receipt
    }

    /// It is known already: the caller follows the report that stands, which counts one more.
    package func join(_ number: Call.Number, to report: Report.Number, by login: String) async throws {
        let now = clock.now()
        let moved = try await journal.write { transaction -> Report in
            let call = try Calls.call(number, may: .outcome, in: transaction)
            guard let found = try ReportStore.find(report, in: transaction), found.isOpen else {
                throw ReportFault.fields([
                    .init("report", Words("Aucun signalement ouvert n'a cette référence.", "No open report has this reference."))
                ])
            }
            let already = try CallStore.outcomes(of: number, in: transaction).contains {
                $0.sort == .joined && $0.report == report && $0.undoneAt == nil
            }
            guard !already else { throw ReportFault.refused(Words("Déjà joint à ce signalement.", "Joined to this report already.")) }
            try ReportStore.add(follower: Calls.follower(call, report, in: transaction), to: report, at: now, in: transaction)
            try Calls.add(
                .joined, to: number, category: found.category, report: report, facts: ["report": "\(found.reference)"], by: login, at: now,
                in: transaction)
            try CallStore.setDraft(CallDraft(), of: call, in: transaction)
            return found
        }
        reports.outlet.tell([moved])
        outlet.tell([number])
    }

    /// To somebody else: a body outside or a department, by its code.
    package func transfer(_ number: Call.Number, to target: String, by login: String) async throws {
        let tree = try await reports.tree()
        guard tree.contacts.contains(where: { $0.code == target }) else {
            throw ReportFault.fields([.init("target", Words("Un destinataire de la liste.", "Somebody of the list."))])
        }
        try await add(.transferred, to: number, target: target, facts: ["to": target], by: login)
    }

    /// Onto the list of those to call back. The number of the call is kept with it until it is done or given up.
    /// - Parameter phone: '' for the number of the call.
    package func promise(
        callback due: Instant, why: String, name: String, phone: String, of number: Call.Number, by login: String
    ) async throws {
        let (now, why) = (clock.now(), try Calls.text(why, field: "why"))
        guard due > now - .minutes(1), due - now < CallRules.callbackKept else {
            throw ReportFault.fields([.init("due", Words("D'ici quatorze jours.", "Within fourteen days."))])
        }
        let given = phone.isEmpty ? nil : Telephone.digits(phone)
        guard phone.isEmpty || given != nil, name.unicodeScalars.count <= 200, !name.unicodeScalars.contains("\0") else {
            throw ReportFault.fields([.init("phone", Words("Un numéro de 4 à 15 chiffres.", "A number of 4 to 15 digits."))])
        }
        try await journal.write { transaction in
            _ = try Calls.call(number, may: .outcome, in: transaction)
            guard let phone = try given ?? CallStore.phone(of: number, in: transaction) else {
                throw ReportFault.fields([
                    .init("phone", Words("Le numéro n'est pas connu : demandez-le.", "The number is not known: ask for it."))
                ])
            }
            let made = try CallBackStore.add(phone, name: name, why: why, due: due, to: number, at: now, in: transaction)
            try Calls.add(
                .callback, to: number, target: String(made), facts: ["callback": String(made), "due": String(due.milliseconds)], by: login,
                at: now, in: transaction)
        }
        outlet.tell([number])
    }

    /// Takes a mistaken outcome back: a report that nobody has touched since is rejected, a follower is gone, a callback given up.
    package func undo(_ place: Int, of number: Call.Number, by login: String) async throws {
        let (now, outcome) = (
            clock.now(),
            try await journal.read { transaction in
                _ = try Calls.call(number, may: .undo, in: transaction)
                return try CallStore.outcomes(of: number, in: transaction).first { $0.place == place && $0.undoneAt == nil }
            }
        )
        guard let outcome else { throw ReportFault.unknown }
        if outcome.sort == .request, let report = outcome.report { try await withdraw(report, by: login) }
        try await journal.write { transaction in
            let call = try Calls.call(number, may: .undo, in: transaction)
            guard try CallStore.undo(place, of: number, at: now, in: transaction) else { throw ReportFault.unknown }
            switch outcome.sort {
            case .joined:
                if let report = outcome.report {
                    try ReportStore.remove(follower: Calls.follower(call, report, in: transaction), in: transaction)
                }
            case .callback:
                _ = try Int64(outcome.target).map { try CallBackStore.end($0, .givenUp, at: now, in: transaction) }
            case .information, .nothing, .transferred, .request: break
            }
            try CallStore.append(
                CallEvent(
                    place: 0, at: now, what: .undone, facts: ["outcome": outcome.sort.rawValue, "of": String(place)], author: login,
                    text: ""),
                to: number, in: transaction)
        }
        outlet.tell([number])
    }

    private func withdraw(_ number: Report.Number, by login: String) async throws {
        guard let report = try await reports.report(number) else { return }
        guard report.state == .received else {
            throw ReportFault.refused(
                Words(
                    "On travaille déjà à \(report.reference) : rejetez-le sur sa fiche.",
                    "\(report.reference) is being worked on: reject it on its sheet."))
        }
        let why = ReportAct.reject(reason: "Enregistré par erreur pendant l'appel.")
        _ = try await reports.act(why, on: number, by: .staff(login))
    }

    // MARK: Callbacks

    package func end(callback number: Int64, _ how: CallBack.End, by login: String) async throws {
        let now = clock.now()
        let entries = try await journal.write { transaction -> [LogEntry] in
            guard let callback = try CallBackStore.find(number, in: transaction),
                try CallBackStore.end(number, how, at: now, in: transaction)
            else { throw ReportFault.unknown }
            let words =
                how == .done
                ? Words("Rappel \(number) fait ; numéro détruit", "Callback \(number) done; number destroyed")
                : Words("Rappel \(number) abandonné ; numéro détruit", "Callback \(number) given up; number destroyed")
            let draft = LogDraft(author: login, trade: "calls", subject: "call:\(callback.call.value)", text: words)
            return try Logbook.append([draft], in: transaction, at: now)
        }
        reports.outlet.tell([], entries)
        outlet.tell([])
    }

    /// Nobody answered: again after so long.
    package func tryLater(callback number: Int64, after span: Span) async throws {
        let due = clock.now() + span
        guard try await journal.write({ try CallBackStore.tryLater(number, due: due, in: $0) }) else { throw ReportFault.unknown }
        outlet.tell([])
    }

    /// The number to call back, in clear. Each look stands in the log.
    package func phone(ofCallback number: Int64, by login: String) async throws -> String? {
        let now = clock.now()
        let (phone, entries) = try await journal.write { transaction -> (String?, [LogEntry]) in
            guard let phone = try CallBackStore.phone(number, in: transaction) else { return (nil, []) }
            let words = Words("Numéro du rappel \(number) consulté", "Number of callback \(number) looked at")
            let draft = LogDraft(author: login, trade: "calls", text: words)
            return (phone, try Logbook.append([draft], in: transaction, at: now))
        }
        reports.outlet.tell([], entries)
        return phone
    }

    // MARK: Inside

    private func add(
        _ sort: CallOutcome.Sort, to number: Call.Number, category: String = "", target: String = "", facts: [String: String] = [:],
        text: String = "", by login: String
    ) async throws {
        let now = clock.now()
        try await journal.write { transaction in
            _ = try Calls.call(number, may: .outcome, in: transaction)
            try Calls.add(
                sort, to: number, category: category, target: target, facts: facts, text: text, by: login, at: now, in: transaction)
        }
        outlet.tell([number])
    }

    private static func add(
        _ sort: CallOutcome.Sort, to number: Call.Number, category: String = "", report: Report.Number? = nil, target: String = "",
        facts: [String: String], text: String = "", by login: String, at now: Instant, in transaction: Transaction
    ) throws {
        let outcome = CallOutcome(place: 0, at: now, sort: sort, category: category, report: report, target: target)
        let made = try CallStore.add(outcome, to: number, in: transaction)
        let event = CallEvent(
            place: 0, at: now, what: .outcome, facts: facts.merging(["sort": sort.rawValue, "place": String(made.place)]) { $1 },
            author: login, text: text)
        try CallStore.append(event, to: number, in: transaction)
    }

    /// The same for the same call and purpose; only this house can make it. The exchange knows all else of a call.
    private static func key(_ call: Call, _ purpose: String, in transaction: Transaction) throws -> String {
        try ReportLinkStore.key(
            for: Array("call \(call.number.value) \(call.startedAt.milliseconds) \(purpose)".utf8), in: transaction)
    }

    private static func follower(_ call: Call, _ report: Report.Number, in transaction: Transaction) throws -> [UInt8] {
        Tokens.hash(Reports.token(try key(call, "follow \(report.value)", in: transaction)))
    }

    static func text(_ text: String, field: String = "text", mayBeEmpty: Bool = false) throws -> String {
        let trimmed = text.trimmingSpace
        guard mayBeEmpty || !trimmed.isEmpty else {
            throw ReportFault.fields([.init(field, Words("À remplir.", "Must be filled in."))])
        }
        guard trimmed.unicodeScalars.count <= CallRules.longestText, !trimmed.unicodeScalars.contains("\0") else {
            throw ReportFault.fields([.init(field, Words("1000 caractères au plus.", "At most 1000 characters."))])
        }
        return trimmed
    }
}
