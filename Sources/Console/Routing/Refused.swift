// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import HTTPTypes

/// An answer that is 'no', decided where it is thrown and shown in one way: as a page for people, as problem+json (RFC 9457) for programs.
/// It says what was wrong, where, and what would be right.
package struct Refused: Error, Sendable {
    package var status: HTTPResponse.Status
    /// Stable name of the sort of refusal, last part of the problem's `type`: `not-found`.
    package var sort: String
    package var title: Words
    package var detail: Words
    package var fields: [FieldError]
    /// Seconds until another try makes sense (429, 503).
    package var retryAfter: Int?
    var headers: HTTPFields = [:]
    /// Where to come back to after sign-in.
    var back: String?

    package init(
        _ status: HTTPResponse.Status, _ sort: String, title: Words, detail: Words, fields: [FieldError] = [], retryAfter: Int? = nil
    ) {
        (self.status, self.sort, self.title, self.detail) = (status, sort, title, detail)
        (self.fields, self.retryAfter) = (fields, retryAfter)
    }

    /// What was wrong with one field of a form, a query or a JSON body.
    package struct FieldError: Sendable, Hashable {
        package var field: String
        package var message: Words
        package init(_ field: String, _ message: Words) { (self.field, self.message) = (field, message) }
    }
}

extension Refused {
    package static func notFound(_ what: String) -> Refused {
        Refused(
            .notFound, "not-found", title: Words("Introuvable", "Not found"),
            detail: Words("Rien ne se trouve à « \(clipped(what)) ».", "There is nothing at '\(clipped(what))'."))
    }

    package static func forbidden(_ right: Right, _ trade: String, commune: String? = nil) -> Refused {
        let place = commune.map { Words(" dans la commune \($0)", " in commune \($0)") } ?? Words("", "")
        let trade = trade.isEmpty ? Words("tous les métiers", "every trade") : Words("le métier « \(trade) »", "the trade '\(trade)'")
        return Refused(
            .forbidden, "forbidden", title: Words("Droit insuffisant", "Not allowed"),
            detail: Words(
                "Il faut le droit « \(right.title.french) » sur \(trade.french)\(place.french). Une personne qui administre les comptes peut l’accorder.",
                "This needs the right '\(right.title.english)' over \(trade.english)\(place.english). Whoever manages accounts can grant it."
            ))
    }

    /// A right that ends at some communes does not open what is told of the whole territory.
    package static func forbiddenInPart(_ right: Right, _ trade: String) -> Refused {
        var refused = forbidden(right, trade)
        refused.detail = Words(
            "\(refused.detail.french) Ce droit doit valoir sur tout le territoire.",
            "\(refused.detail.english) The right must hold over the whole territory.")
        return refused
    }

    /// 401: a page sends the browser to sign in and back to `address`.
    package static func signIn(at address: String) -> Refused {
        var refused = Refused(
            .unauthorized, "sign-in", title: Words("Connexion nécessaire", "Sign in first"),
            detail: Words(
                "Connectez-vous, ou présentez une clé d’API dans l’en-tête Authorization.",
                "Sign in, or show an API key in the Authorization header."))
        refused.headers[.wwwAuthenticate] = "Bearer realm=\"vigie\""
        refused.back = address
        return refused
    }

    package static func badRequest(_ detail: Words) -> Refused {
        Refused(.badRequest, "bad-request", title: Words("Demande incompréhensible", "Bad request"), detail: detail)
    }

    /// 422: the request was understood and some fields were not right.
    package static func fields(_ errors: [FieldError]) -> Refused {
        Refused(
            .unprocessableContent, "fields", title: Words("Champs à corriger", "Fields to correct"),
            detail: Words("Corrigez les champs indiqués, puis recommencez.", "Correct the fields shown, then try again."), fields: errors)
    }

    /// 409: the thing has changed meanwhile, or the act does not fit its state.
    package static func conflict(_ detail: Words) -> Refused {
        Refused(.conflict, "conflict", title: Words("État incompatible", "Conflict"), detail: detail)
    }

    package static func tooLarge(limit: Int) -> Refused {
        Refused(
            .contentTooLarge, "too-large", title: Words("Envoi trop volumineux", "Too large"),
            detail: Words("La limite est de \(limit) octets.", "The limit is \(limit) bytes."))
    }

    package static func wrongType(_ found: String, expected: String) -> Refused {
        Refused(
            .unsupportedMediaType, "media-type", title: Words("Type de contenu refusé", "Unsupported media type"),
            detail: Words("Reçu : « \(clipped(found)) ». Attendu : \(expected).", "Got '\(clipped(found))'; expected \(expected)."))
    }

    package static func tooMany(retryAfter: Int) -> Refused {
        Refused(
            .tooManyRequests, "too-many", title: Words("Trop de demandes", "Too many requests"),
            detail: Words("Réessayez dans \(retryAfter) s.", "Try again in \(retryAfter) s."), retryAfter: retryAfter)
    }

    package static func unavailable(_ detail: Words, retryAfter: Int = 5) -> Refused {
        Refused(
            .serviceUnavailable, "unavailable", title: Words("Momentanément indisponible", "Unavailable for the moment"), detail: detail,
            retryAfter: retryAfter)
    }

    static func clipped(_ text: String) -> String { text.count <= 120 ? text : text.prefix(120) + "…" }
}

extension Right {
    package var title: Words {
        switch self {
        case .view: Words("consulter", "view")
        case .operate: Words("exploiter", "operate")
        case .manage: Words("gérer", "manage")
        case .configure: Words("configurer", "configure")
        }
    }
}
