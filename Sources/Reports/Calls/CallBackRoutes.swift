// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird
import Journal

/// The list of those to call back.
struct CallBackRoutes {
    let calls: Calls

    func add(to desk: Desk) {
        desk.page("/allo/callbacks", "Who is to be called back") { _, context in try await page(context) }
        desk.act("/allo/callbacks/{number}/number", "Look at a number to call back") { _, context in
            let number = try number(context)
            guard let phone = try await calls.phone(ofCallback: number, by: try context.required().login) else {
                throw Refused.notFound(context.address)
            }
            return try await page(context, shown: (number, phone))
        }
        for (name, how) in [("done", CallBack.End.done), ("give-up", .givenUp)] {
            desk.act("/allo/callbacks/{number}/\(name)", "End a callback: \(name)") { _, context in
                let (number, login) = (try number(context), try context.required().login)
                do { try await calls.end(callback: number, how, by: login) } catch let fault as ReportFault { throw fault.refused }
                return SeeOther("/allo/callbacks")
            }
        }
        desk.act("/allo/callbacks/{number}/later", "Nobody answered: again in an hour") { _, context in
            let number = try number(context)
            do { try await calls.tryLater(callback: number, after: .hours(1)) } catch let fault as ReportFault { throw fault.refused }
            return SeeOther("/allo/callbacks")
        }
    }

    private func number(_ context: ConsoleContext) throws -> Int64 {
        guard let number = Int64(try context.text("number")), number > 0 else { throw Refused.notFound(context.address) }
        return number
    }

    private func page(_ context: ConsoleContext, shown: (number: Int64, phone: String)? = nil) async throws -> Page {
        let callbacks = try await calls.journal.read { try CallBackStore.open(in: $0) }
        return CallBackPage(
            callbacks: callbacks, shown: shown, mayAct: try context.required().mayEverywhere(.operate, "calls"), now: context.now
        ).page
    }
}
