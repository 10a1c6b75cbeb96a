// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What a tablet shows before it belongs to a crew.
struct TerrainPairPage {
    /// The code that was typed is not right.
    var isWrong: Bool

    var page: Page {
        Page(
            title: Words("Appairer cette tablette", "Pair this tablet"), place: "day", layout: .crew, scripts: ["terrain"],
            styles: ["terrain"], status: isWrong ? 422 : 200
        ) {
            h1(Words("Appairer cette tablette", "Pair this tablet"))
            if isWrong {
                Banner(
                    .alarm,
                    Words(
                        "Ce code n'est pas bon, ou il est périmé. Demandez-en un autre à la salle.",
                        "This code is not right, or it is over. Ask the room for another."))
            }
            p {
                Words(
                    "La salle donne un code de huit chiffres pour votre équipe (Interventions, Équipes, Tablettes).",
                    "The room gives a code of eight digits for your crew (Jobs, Crews, Tablets).")
            }
            custom("terrain-pairing", .data("paired", "no")) {
                form(.method("post"), .action("/terrain/pair"), .named("enctype", "multipart/form-data"), .class("crew-form")) {
                    Field(
                        "code", Words("Code", "Code"), error: isWrong ? Words("Code refusé.", "Code refused.") : nil,
                        autocomplete: "one-time-code", isRequired: true, .named("inputmode", "numeric"), .named("maxlength", "12"))
                    Button(Words("Appairer", "Pair"), .primary)
                }
            }
        }
    }
}
