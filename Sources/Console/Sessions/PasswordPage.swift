// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Where a person changes their own password.
enum PasswordPage {
    static let address = "/account/password"

    static func page(login: String, isChanged: Bool = false, errors: [String: Words] = [:], message: Words? = nil, status: Int = 200)
        -> Page
    {
        Page(title: Words("Mon mot de passe", "My password"), status: status) {
            if isChanged {
                Banner(
                    .success,
                    Words("Mot de passe changé. Vos autres sessions sont fermées.", "Password changed. Your other sessions were ended.")
                ).html
            }
            if let message { Banner(.alarm, message).html }
            Panel(Words("Changer de mot de passe", "Change the password")) {
                form(.method("post"), .action(address), .class("stack")) {
                    HTML.csrf
                    input(.type("hidden"), .name("login"), .value(login), .autocomplete("username"))
                    Field(
                        "present", Words("Mot de passe actuel", "Present password"), type: "password", error: errors["present"],
                        autocomplete: "current-password", isRequired: true
                    ).html
                    Field(
                        "next", Words("Nouveau mot de passe", "New password"), type: "password",
                        hint: Words(
                            "\(PasswordRules.length.lowerBound) caractères au moins ; une phrase convient bien.",
                            "At least \(PasswordRules.length.lowerBound) characters; a sentence does well."),
                        error: errors["next"], autocomplete: "new-password", isRequired: true
                    ).html
                    Field(
                        "again", Words("Le nouveau, encore une fois", "The new one again"), type: "password", error: errors["again"],
                        autocomplete: "new-password", isRequired: true
                    ).html
                    Button(Words("Changer le mot de passe", "Change the password"), .primary).html
                }
                p(.class("quiet")) {
                    Words(
                        "Vos sessions dans d'autres navigateurs seront fermées, celle-ci reste ouverte.",
                        "Your sessions in other browsers will be ended; this one stays open.")
                }
            }
        }
    }
}
