// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

enum SignInPage {
    static let wrong = Words(
        "Identifiant ou mot de passe incorrect.", "Wrong login or password.")

    static func wait(_ seconds: Int) -> Words {
        Words("Trop d’essais. Réessayez dans \(seconds) s.", "Too many tries. Try again in \(seconds) s.")
    }

    static func page(back: String, login: String = "", message: Words? = nil, status: Int = 200, settings: SiteSettings) -> Page {
        Page(title: Words("Connexion", "Sign in"), layout: .bare, status: message == nil ? 200 : max(status, 401)) {
            section(.class("sign-in")) {
                p(settings.operatorName, .class("sign-in-house"))
                h1(Words("Connexion", "Sign in"))
                if let message { Banner(.alarm, message).html }
                form(.method("post"), .action("/sign-in")) {
                    HTML.csrf
                    input(.type("hidden"), .name("back"), .value(back))
                    Field("login", Words("Identifiant", "Login"), value: login, autocomplete: "username", isRequired: true).html
                    Field(
                        "password", Words("Mot de passe", "Password"), type: "password", autocomplete: "current-password", isRequired: true
                    ).html
                    Button(Words("Se connecter", "Sign in"), .primary).html
                }
            }
        }
    }
}
