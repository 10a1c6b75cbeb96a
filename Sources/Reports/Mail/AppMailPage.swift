// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Whether mails about a request go on.
struct AppMailPage {
    var token: String
    var isMuted: Bool
    var isTold: Bool

    var page: Page {
        Page(
            title: Words("Courriels d'une demande", "Mails about a request"), place: "mine", layout: .citizen, scripts: ["app"],
            styles: ["app"]
        ) {
            h1(Words("Courriels de cette demande", "Mails about this request"))
            if isTold { Banner(.success, Words("C'est noté.", "Noted.")) }
            if isMuted {
                p { Words("Vous ne recevez plus de courriels à ce sujet.", "You get no more mails about it.") }
                form(.method("post"), .action("/app/mail/\(token)/again")) {
                    Button(Words("En recevoir de nouveau", "Get them again"))
                }
            } else {
                p {
                    Words(
                        "Vous recevez un courriel à chaque étape de cette demande.", "You get a mail at each step of this request.")
                }
                form(.method("post"), .action("/app/mail/\(token)")) {
                    Button(Words("Ne plus en recevoir", "No more of them"), .primary)
                }
            }
            p { a(Words("Voir la demande", "See the request"), .href("/app/follow/\(token)")) }
        }
    }
}
