// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird

/// `/account/password`: a person changes their own password. It asks for the present one, under the same lock-out as the sign-in, so that
/// a browser left open gives nobody the account.
struct PasswordRoutes {
    let doorkeeper: Doorkeeper
    let live: LiveFeed

    func add(to desk: Desk) {
        let see = Endpoint(.get, PasswordPage.address, "The own password", access: .signedIn, surface: .page)
        desk.route(see) { _, context in
            let (person, _) = try signedIn(context)
            return PasswordPage.page(login: person.login, isChanged: context.query["changed"] == "1")
        }
        let change = Endpoint(.post, PasswordPage.address, "Change the own password", access: .signedIn, surface: .form)
        desk.formRoute(change, limit: 8_192) { form, context in try await self.change(form, context) }
    }

    private func change(_ form: Form, _ context: ConsoleContext) async throws -> Response {
        let (person, session) = try signedIn(context)
        let (present, next) = (form["present"] ?? "", form["next"] ?? "")
        var errors: [String: Words] = [:]
        let names = [person.login] + person.name.split { !$0.isLetter }.map(String.init)
        errors["next"] = PasswordRules.fault(next, names: names)
        if next == present { errors["next"] = Words("C'est le mot de passe actuel.", "This is the present password.") }
        if form["again"] != next { errors["again"] = Words("Les deux ne sont pas pareils.", "The two are not the same.") }
        guard errors.isEmpty else { return try PasswordPage.page(login: person.login, errors: errors, status: 422).response(context) }
        switch try await doorkeeper.changePassword(of: person, session: session, from: present, to: next, context) {
        case .changed:
            live.hangUp(account: person.account)
            return try SeeOther(PasswordPage.address + "?changed=1").response()
        case .wrong:
            let words = Words("Ce n'est pas le mot de passe actuel.", "This is not the present password.")
            return try PasswordPage.page(login: person.login, errors: ["present": words], status: 422).response(context)
        case .wait(let seconds):
            var response = try PasswordPage.page(login: person.login, message: SignInPage.wait(seconds), status: 429).response(context)
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    /// The person and the session; a key has no password.
    private func signedIn(_ context: ConsoleContext) throws -> (Person, SessionRecord) {
        let person = try context.required()
        guard let session = context.session else {
            throw Refused(
                .forbidden, "forbidden", title: Words("Droit insuffisant", "Not allowed"),
                detail: Words("Une clé d'API n'a pas de mot de passe.", "An API key has no password."))
        }
        return (person, session)
    }
}
