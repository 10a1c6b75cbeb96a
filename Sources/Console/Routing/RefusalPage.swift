// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes

enum RefusalPage {
    /// - Parameter back: the page from which the request came, where it is one of ours.
    static func page(_ refused: Refused, hasPerson: Bool, back: String? = nil) -> Page {
        Page(title: refused.title, layout: hasPerson ? .standard : .bare, status: refused.status.code) {
            section(.class("refusal")) {
                p(String(refused.status.code), .class("refusal-code"))
                if !hasPerson { h1(refused.title) }
                p(refused.detail, .class("lead"))
                if !refused.fields.isEmpty {
                    ul(.class("error-list")) {
                        for error in refused.fields {
                            li {
                                strong(name(of: error.field))
                                " : "
                                error.message
                            }
                        }
                    }
                }
                p(.class("row")) {
                    if let back { a(Words("Revenir à la page", "Back to the page"), .href(back), .class("button", "button-primary")) }
                    a(Words("Revenir à l’accueil", "Back to the front page"), .href("/"), .class("button"))
                }
            }
        }
    }

    /// A field as its form calls it; one that is not among them keeps its key.
    private static func name(of field: String) -> Words {
        switch field {
        case "reason": Words("Motif", "Reason")
        case "text", "note": Words("Texte", "Text")
        case "target", "which", "assets": Words("Sélection", "Selection")
        case "hours", "for", "days": Words("Durée", "Duration")
        case "level": Words("Niveau", "Level")
        case "login": Words("Identifiant", "Sign-in name")
        case "name", "title": Words("Nom", "Name")
        case "communes", "commune": Words("Communes", "Communes")
        case "to": Words("Destinataire", "Receiver")
        case "photo": Words("Photo", "Photo")
        default: Words(field, field)
        }
    }

    /// The path of the page that a `Referer` names, where it is of this site.
    static func back(from referer: String?, authority: String?) -> String? {
        guard let referer, let authority, let scheme = referer.firstRange(of: "://") else { return nil }
        let rest = referer[scheme.upperBound...]
        guard rest.hasPrefix(authority + "/"), rest.utf8.count < 2000 else { return nil }
        let path = String(rest.dropFirst(authority.count))
        return path.hasPrefix("//") ? nil : path
    }
}
