// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// On the sheet of a report: what the crews photographed and nobody has released yet.
struct CrewPhotosPart {
    var pictures: [JobPicture]
    /// Of the report's sheet.
    var path: String
    var mayAct: Bool

    var html: HTML {
        guard !pictures.isEmpty else { return .empty }
        return HTML.of {
            h3(Words("Photos de l'équipe, pas encore publiées", "The crew's photos, not released yet"))
            ul(.class("photos")) { for picture in pictures { li { one(picture) } } }
        }
    }

    private func one(_ picture: JobPicture) -> HTML {
        let address = "\(path)/crew-photos/\(picture.job)/\(picture.place)"
        let title =
            picture.stage == .before
            ? Words("Intervention \(picture.job), photo \(picture.place), avant", "Job \(picture.job), photo \(picture.place), before")
            : Words("Intervention \(picture.job), photo \(picture.place), après", "Job \(picture.job), photo \(picture.place), after")
        return HTML.of {
            a(.href(address)) { img(.src(address), .named("alt", title), .named("loading", "lazy"), .named("width", "240")) }
            p { title }
            if mayAct {
                form(.method("post"), .action("\(address)/release")) {
                    HTML.csrf
                    button(
                        Words("Publier (aucun visage, aucune plaque)", "Release (no face, no number plate)"), .type("submit"),
                        .class("button", "button-small", "button-quiet"))
                }
            }
        }
    }
}
