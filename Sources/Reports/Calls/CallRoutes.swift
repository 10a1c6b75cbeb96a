// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Inventory
import Journal

/// Addresses of the call desk. A call has no commune: whoever works here has the right over the whole territory; a request made of a call
/// needs the right on reports where it lies.
struct CallRoutes {
    let calls: Calls

    func add(to desk: Desk) {
        desk.page("/allo", "The call desk") { _, context in try await page(nil, context) }
        desk.page("/allo/calls/{number}", "One call") { _, context in try await page(try number(context), context) }
        desk.act("/allo/calls", "Note a call by hand") { form, context in
            try form.finish()
            let call = try await calls.begin(by: try context.required().login)
            return SeeOther("/allo/calls/\(call.number.value)")
        }
        act(desk, "take", "Take a call") { _, number, login in try await calls.pick(up: number, by: login) }
        act(desk, "end", "Say that the caller hung up") { _, number, login in try await calls.end(number, by: login) }
        act(desk, "close", "Close a call", to: { _ in "/allo" }) { _, number, login in try await calls.close(number, by: login) }
        act(desk, "reopen", "Open a call again") { _, number, login in try await calls.reopen(number, by: login) }
        act(desk, "undo", "Take an outcome back") { form, number, login in
            var form = form
            let place = form.integer("place", 1...1000)
            try form.finish()
            try await calls.undo(place, of: number, by: login)
        }
        act(desk, "caller", "Note the caller's number") { form, number, login in
            try await calls.setCaller(form["phone"] ?? "", of: number, by: login)
        }
        act(desk, "information", "What was told suffices") { form, number, login in
            try await calls.inform(
                number, category: form["category"] ?? "", answer: form["answer"] ?? "", text: form["said"] ?? "", by: login)
        }
        act(desk, "nothing", "Nothing came of a call") { form, number, login in
            try await calls.nothing(number, text: form["remark"] ?? "", by: login)
        }
        act(desk, "transfer", "Transfer a call") { form, number, login in
            try await calls.transfer(number, to: form["target"] ?? "", by: login)
        }
        act(desk, "callback", "Promise to call back", to: { _ in nil }) { form, number, login in
            var form = form
            let minutes = form.integer("due", 1...20_000)
            try form.finish()
            try await calls.promise(
                callback: calls.clock.now() + .minutes(Int64(minutes)), why: form["why"] ?? "", name: form["callback-name"] ?? "",
                phone: form["callback-phone"] ?? "", of: number, by: login)
        }
        addForm(to: desk)
        desk.act("/allo/calls/{number}/number", "Look at the caller's number") { form, context in
            try form.finish()
            let number = try number(context)
            let phone = try await said { try await calls.phone(of: number, by: try context.required().login) }
            return try await page(number, context) { $0.phone = phone }
        }
        desk.act("/allo/presence", "Come to the desk or leave it") { form, context in
            try form.finish()
            try await calls.setPresent(try context.required().login, form["present"] != "no")
            return SeeOther("/allo")
        }
    }

    /// A form on a call that ends where it began.
    private func act(
        _ desk: Desk, _ name: String, _ summary: String, to: @Sendable @escaping (Call.Number) -> String? = { _ in nil },
        _ body: @Sendable @escaping (Form, Call.Number, String) async throws -> Void
    ) {
        desk.act("/allo/calls/{number}/\(name)", summary) { form, context in
            let number = try number(context)
            let login = try context.required().login
            try await said { try await body(form, number, login) }
            return SeeOther(to(number) ?? "/allo/calls/\(number.value)")
        }
    }

    private func number(_ context: ConsoleContext) throws -> Call.Number {
        guard let number = Int64(try context.text("number")), number > 0 else { throw Refused.notFound(context.address) }
        return Call.Number(number)
    }

    /// What the desk refuses, as the site says it.
    private func said<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let fault as ReportFault { throw fault.refused }
    }

    // MARK: Pages

    /// - Parameter number: nil for whatever call this person works on, or none.
    private func page(
        _ number: Call.Number?, _ context: ConsoleContext, status: Int = 200, _ change: (inout CallWork) -> Void = { _ in }
    ) async throws -> Page {
        let (person, now) = (try context.required(), context.now)
        let (open, present, callbacks) = try await calls.journal.read {
            (try CallStore.open(in: $0), try CallBackStore.present(in: $0), try CallBackStore.open(limit: 1000, in: $0))
        }
        var work: CallWork?
        if let number {
            guard let found = try await calls.work(on: number, for: person) else { throw Refused.notFound(context.address) }
            work = found
            change(&work!)
        }
        return CallDeskPage(
            open: open, present: present, callbacks: callbacks.count, late: callbacks.count { $0.isLate(at: now) }, work: work,
            login: person.login, mayAct: person.mayEverywhere(.operate, "calls"), now: now, status: status
        ).page
    }

    // MARK: The form of the request

    private func addForm(to desk: Desk) {
        desk.act("/allo/calls/{number}/draft", "Keep what is typed in a call") { form, context in
            let number = try number(context)
            try await keep(form, number)
            return SeeOther("/allo/calls/\(number.value)")
        }
        desk.act("/allo/calls/{number}/join", "Join the caller to a known report") { form, context in
            let (number, login) = (try number(context), try context.required().login)
            try await keep(form, number)
            guard let reference = ReportReference(form["report"] ?? ""), let report = try await calls.reports.report(reference.number)
            else {
                throw Refused.fields([.init("report", Words("Une référence comme 1042-H.", "A reference such as 1042-H."))])
            }
            // Whoever may see a report may let somebody follow it.
            let communes = try context.required().communes(.view, "reports")
            guard communes?.contains(report.commune.insee) ?? true else { throw Refused.notFound(context.address) }
            try await said { try await calls.join(number, to: report.number, by: login) }
            return SeeOther("/allo/calls/\(number.value)#outcomes")
        }
        desk.act("/allo/calls/{number}/report", "Make a request of a call") { form, context in try await make(form, context) }
    }

    @discardableResult
    private func keep(_ form: Form, _ number: Call.Number) async throws -> CallDraft {
        let tree = try await calls.reports.tree()
        let index = calls.addresses.index
        let draft = CallDraftForm(form, tree: tree) { text in
            AddressSearch(index).find(text, limit: 1).first.flatMap { $0.isExact && $0.house > 0 ? $0.place : nil }
        }.draft
        try await said { try await calls.keep(draft, of: number) }
        return draft
    }

    private func make(_ form: Form, _ context: ConsoleContext) async throws -> CallAnswer {
        let (number, person) = (try number(context), try context.required())
        var form = form
        let turn = form.integer("turn", 0...1000)
        try form.finish()
        let kept = try await keep(form, number)
        let commune = try await calls.reports.ground.current().commune(at: kept.place)
        if !person.mayEverywhere(.operate, "reports") { try context.require(.operate, "reports", in: commune.insee) }
        let draft = ReportDraft(
            category: kept.category, place: kept.place, address: kept.address, asset: await calls.asset(of: kept),
            description: kept.description, answers: kept.answers,
            channel: .phone, contact: ReportContact(name: kept.wantsNews ? kept.name : ""))
        do {
            _ = try await calls.report(draft, wantsNews: kept.wantsNews, turn: turn, from: number, by: person.login)
            return .done(SeeOther("/allo/calls/\(number.value)#outcomes"))
        } catch ReportFault.fields(let faults) {
            return .page(try await page(number, context, status: 422) { $0.errors = faults })
        } catch ReportFault.elsewhere(let body, let because) {
            return .page(try await page(number, context, status: 422) { $0.elsewhere = ReportFault.words(body, because) })
        } catch let fault as ReportFault {
            throw fault.refused
        }
    }
}

/// What the form of a request leads to.
private enum CallAnswer: ResponseGenerator, Sendable {
    case done(SeeOther)
    case page(Page)

    func response(from request: Request, context: some RequestContext) throws -> Response {
        switch self {
        case .done(let answer): try answer.response(from: request, context: context)
        case .page(let page): try page.response(from: request, context: context)
        }
    }
}

/// The form of a request at the telephone, read. Nothing in it is refused before the request is made: it is being typed.
struct CallDraftForm {
    private(set) var draft = CallDraft()

    /// - Parameter place: where a typed address lies beyond doubt.
    init(_ form: Form, tree: CategoryTree, place: (String) -> Place?) {
        func text(_ name: String, _ most: Int) -> String {
            String(String.UnicodeScalarView((form[name] ?? "").trimmingSpace.unicodeScalars.filter { $0 != "\0" }.prefix(most)))
        }
        draft.address = text("address", 300)
        draft.description = text("description", ReportRules.longestText)
        draft.name = text("name", 200)
        draft.wantsNews = form["news"] == "yes"
        draft.category = text("category", 64)
        if let guess = form["guess"], tree[guess] != nil { draft.category = guess }
        if let category = tree[draft.category] {
            for question in tree.questions(of: category) {
                let answer = text("answer-" + question.key, 500)
                if !answer.isEmpty { draft.answers[question.key] = answer }
            }
        } else {
            draft.category = ""
        }
        if let pick = form["pick"]?.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false), pick.count == 3,
            let place = CallDraftForm.place(String(pick[0]), String(pick[1]))
        {
            (draft.place, draft.address) = (place, String(pick[2].prefix(300)))
        } else if !draft.address.isEmpty, form["placed"] == draft.address, let place = CallDraftForm.place(form["lon"], form["lat"]) {
            draft.place = place
        } else if !draft.address.isEmpty {
            draft.place = place(draft.address)
        }
        // A number of before stands for nothing where the category is bound to no equipment any more.
        if !tree.assetKind(of: draft.category).isEmpty { draft.asset = form["asset"].flatMap { UInt32($0) } }
    }

    private static func place(_ longitude: String?, _ latitude: String?) -> Place? {
        guard let x = longitude.flatMap({ Double($0) }), let y = latitude.flatMap({ Double($0) }) else { return nil }
        let place = Place(longitude: x, latitude: y)
        return place.isValid ? place : nil
    }
}
