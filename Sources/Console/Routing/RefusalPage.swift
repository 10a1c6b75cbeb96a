// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes

enum RefusalPage {
    static func page(_ refused: Refused, hasPerson: Bool) -> Page {
        Page(title: refused.title, layout: hasPerson ? .standard : .bare, status: refused.status.code) {
            section(.class("refusal")) {
                p(String(refused.status.code), .class("refusal-code"))
                if !hasPerson { h1(refused.title) }
                p(refused.detail, .class("lead"))
                if !refused.fields.isEmpty {
                    ul(.class("error-list")) {
                        for error in refused.fields {
                            li {
                                strong(error.field)
                                " : "
                                error.message
                            }
                        }
                    }
                }
                p { a(Words("Revenir à l’accueil", "Back to the front page"), .href("/"), .class("button")) }
            }
        }
    }
}
