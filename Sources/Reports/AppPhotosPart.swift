// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// Released photos of a request, as everybody may see them: what was reported, then before and after side by side.
struct AppPhotosPart {
    /// Released ones of the report, and of the work; the work may be that of the report to which it was joined.
    var photos: [ReportPhotoStore.Photo]
    var work: [ReportPhotoStore.Photo]
    /// Under which a photo is found by its place.
    var path: String
    var workPath: String
    /// Of the sender's photos, those that nobody released.
    var waiting = 0
    /// Proved by photos.
    var isProof: Bool

    var html: HTML {
        let hasAfter = work.contains { $0.stage == .after }
        guard !photos.isEmpty || !work.isEmpty || waiting > 0 || isProof else { return .empty }
        return section(.aria(.labelledby, "photos")) {
            h2(Words("Photos", "Photos"), .id("photos"))
            for photo in photos { self.figure(photo, path) }
            if waiting > 0 {
                p(.class("quiet")) {
                    Words(
                        "\(waiting) photo(s) reçue(s), visibles seulement par la ville.",
                        "\(waiting) photo(s) received, seen by the city only.")
                }
            }
            if !work.isEmpty {
                div(.class("before-after")) {
                    for photo in work.filter({ $0.stage == .before }) + work.filter({ $0.stage == .after }) { self.figure(photo, workPath) }
                }
            }
            if isProof, !hasAfter {
                p(.class("quiet")) {
                    Words(
                        "La photo prise après les travaux s'affichera ici une fois vérifiée : ni visage, ni plaque.",
                        "The photo taken after the work will stand here once it is checked: no face, no number plate.")
                }
            }
        }
    }

    private func figure(_ photo: ReportPhotoStore.Photo, _ path: String) -> HTML {
        Console.figure {
            img(
                .src("\(path)/\(photo.place)"), .named("alt", AppPhotosPart.caption(photo)), .named("width", "\(photo.width)"),
                .named("height", "\(photo.height)"), .named("loading", "lazy"))
            figcaption { AppPhotosPart.caption(photo) }
        }
    }

    private static func caption(_ photo: ReportPhotoStore.Photo) -> Words {
        switch photo.stage {
        case .citizen: Words("Photo du signalement", "Photo of the report")
        case .before: Words("Avant les travaux", "Before the work")
        case .after: Words("Après les travaux", "After the work")
        }
    }
}
