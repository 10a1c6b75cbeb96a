// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The photos on an asset's sheet: seen small, each a link to itself; they print with the sheet.
struct PhotoPart {
    var photos: [PhotoStore.Photo]
    /// Of the asset's sheet.
    var path: String
    var id: String
    var mayAct: Bool

    var html: HTML {
        guard mayAct || !photos.isEmpty else { return .empty }
        return Panel(Words("Photos", "Photos"), id: "photos") {
            if photos.isEmpty { p(.class("empty")) { Words("Aucune photo.", "No photo.") } }
            ul(.class("photos")) { for photo in photos { item(photo) } }
            if mayAct { form }
        }.html
    }

    private func item(_ photo: PhotoStore.Photo) -> HTML {
        let address = "\(path)/photos/\(photo.number)"
        let title =
            photo.caption.isEmpty
            ? Words("Photo \(photo.number) de \(id)", "Photo \(photo.number) of \(id)") : Words(photo.caption, photo.caption)
        return li {
            figure {
                a(.href(address)) {
                    img(
                        .src(address), .named("alt", title), .named("loading", "lazy"), .named("width", "\(photo.width)"),
                        .named("height", "\(photo.height)"))
                }
                figcaption {
                    if !photo.caption.isEmpty { photo.caption; " " }
                    small(.class("quiet")) {
                        HTML.time(photo.at)
                        ", \(photo.author)"
                    }
                }
            }
            if mayAct {
                details {
                    summary { Words("Retirer", "Remove") }
                    Console.form(.method("post"), .action("\(address)/removal"), .class("row")) {
                        HTML.csrf
                        textField("reason", Words("Motif", "Reason"), isRequired: true)
                        submit(Words("Retirer la photo", "Remove the photo"), "button-small")
                    }
                }
            }
        }
    }

    private var form: HTML {
        custom("photo-shrink", .named("limit", "\(PhotoRules.limit)")) {
            Console.form(.method("post"), .action("\(path)/photos"), .class("row"), .named("enctype", "multipart/form-data")) {
                HTML.csrf
                label(.class("field")) {
                    span { Words("Photo (JPEG, PNG ou WebP, 2 Mo au plus)", "Photo (JPEG, PNG or WebP, 2 MB at most)") }
                    input(
                        .type("file"), .name("photo"), .required,
                        .named("accept", PhotoType.allCases.map(\.rawValue).joined(separator: ",")))
                }
                textField("caption", Words("Légende", "Caption"), limit: 300)
                submit(Words("Ajouter la photo", "Add the photo"))
                p(.class("quiet"), .data("shrunk", ""), .role("status"))
                p(.class("quiet")) {
                    Words(
                        "Lieu, date et appareil inscrits dans le fichier sont retirés. Ne photographiez ni visages ni plaques.",
                        "Place, date and camera written in the file are removed. Take no faces and no number plates.")
                }
            }
        }
    }
}
