// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// What the holder of a link sees: where the request stands, what was promised, each step, and a way to say that it is not solved.
struct AppFollowPage {
    var followed: Reports.Followed
    var tree: CategoryTree
    var token: String
    var now: Instant
    /// Just now sent.
    var isSent = false
    /// A word was just added or the end contested.
    var isTold = false
    /// For push messages; '' where there are none.
    var pushKey = ""

    private var report: Report { followed.report }

    var page: Page {
        Page(
            title: Words("Demande \(report.reference)", "Request \(report.reference)"), place: "mine", layout: .citizen, scripts: ["app"],
            styles: ["app"]
        ) {
            if isSent { sent }
            if isTold { Banner(.success, Words("C'est noté. Merci.", "Noted. Thank you.")) }
            if !isSent { h1(Words("Demande \(report.reference)", "Request \(report.reference)")) }
            custom(
                "kept-request", .data("reference", "\(report.reference)"), .data("link", "/app/follow/\(token)"),
                .data("title", tree.path(report.category).first?.title.french ?? report.category)
            ) {}
            ReportSummary(report: report, tree: tree, now: now, expected: followed.expected).html
            if !pushKey.isEmpty, report.isOpen {
                custom("push-choice", .data("key", pushKey), .data("address", "/app/follow/\(token)/push")) {}
            }
            steps
            pictures
            ends
            p(.class("quiet")) {
                Words(
                    "Cette page n'est connue que de qui a son lien. Gardez-le : il tient lieu de compte.",
                    "Only who has its link knows this page. Keep it: it serves as an account.")
            }
        }
    }

    private var sent: HTML {
        div(.class("sent"), .role("status")) {
            h1(Words("Merci, c'est envoyé", "Thank you, it is sent"))
            p(.class("reference")) {
                Words("Votre référence : ", "Your reference: ")
                strong("\(report.reference)")
            }
            p(
                Words(
                    "Tout ce qui se passe ensuite s'affiche sur cette page. Ajoutez-la à vos favoris.",
                    "All that happens next is shown on this page. Add it to your bookmarks."))
        }
    }

    private var steps: HTML {
        section(.aria(.labelledby, "steps")) {
            h2(Words("Étapes", "Steps"), .id("steps"))
            ol(.class("steps")) {
                for event in followed.events where followed.isOwn || AppWords.isForOthers(event) {
                    if let sentence = AppWords.sentence(event, tree) {
                        li {
                            step(event, sentence)
                            if followed.isOwn, !event.publicText.isEmpty { blockquote { event.publicText } }
                            p(.class("quiet")) { moment(event.at) }
                        }
                    }
                }
            }
        }
    }

    private var pictures: HTML {
        AppPhotosPart(
            photos: followed.photos.filter { $0.isReleased && $0.stage == .citizen }, work: followed.work,
            path: "/app/follow/\(token)/photos", workPath: "/app/follow/\(token)/crew-photos",
            waiting: followed.photos.filter { $0.stage == .citizen && !$0.isReleased }.count,
            isProof: (followed.joinedTo ?? report).proof == .photos
        ).html
    }

    @Markup private var ends: HTML {
        if !followed.isOwn {
            HTML.empty
        } else if ReportRules.next(report.state, .contest) != nil {
            section(.class("verdict"), .aria(.labelledby, "verdict")) {
                h2(Words("Est-ce réglé pour vous ?", "Is it solved for you?"), .id("verdict"))
                if ReportRules.next(report.state, .confirm) != nil, followed.events.last?.what != .confirmed {
                    form(.method("post"), .action("/app/follow/\(token)/satisfied")) {
                        Button(Words("Oui, merci", "Yes, thank you"), .primary)
                    }
                }
                form(.method("post"), .action("/app/follow/\(token)/contest")) {
                    TextArea(
                        "text", Words("Non : qu'est-ce qui ne va pas ?", "No: what is wrong?"),
                        hint: Words(
                            "La demande est alors rouverte (dans les 30 jours).", "The request is then opened again (within 30 days)."),
                        isRequired: true)
                    Button(Words("Ce n'est pas réglé", "It is not solved"))
                }
            }
        } else if report.isOpen {
            form(.method("post"), .action("/app/follow/\(token)/word"), .class("verdict")) {
                TextArea("text", Words("Ajouter une précision", "Add a word"), isRequired: true)
                Button(Words("Ajouter", "Add"))
            }
        }
    }
}

/// A report in a few lines: what, where, where it stands, what was promised.
struct ReportSummary {
    var report: Report
    var tree: CategoryTree
    var now: Instant
    /// When the crews expect to be done, and where that comes from.
    var expected: ReportExpected?

    var html: HTML {
        div(.class("summary")) {
            p(.class("standing", report.isOpen ? "" : "is-over")) { AppWords.standing(report) }
            if report.isOpen {
                p {
                    HTML.formatted { [report, now] audience in
                        AppWords.promise(report, day: audience.date(report.promisedAt), at: now).map { $0(audience.language) } ?? ""
                    }
                }
            }
            if report.isOpen, let expected {
                p {
                    Words("Prévu pour le ", "Expected on ")
                    HTML.time(expected.at, .date)
                    Words(" : \(expected.because.french).", ": \(expected.because.english).")
                }
            }
            dl(.class("facts")) {
                dt(Words("Quoi", "What"))
                dd { tree.title(report.category) }
                if !report.address.isEmpty {
                    dt(Words("Où", "Where"))
                    dd { report.address }
                }
                dt(Words("Signalé le", "Reported on"))
                dd { HTML.time(report.createdAt, .date) }
                if !report.description.isEmpty {
                    dt(Words("Texte", "Text"))
                    dd { report.description }
                }
            }
        }
    }
}

/// What everybody may see of a report of a public category.
struct AppPublicPage {
    /// As others may see it.
    var report: Report
    var events: [ReportEvent]
    var tree: CategoryTree
    var now: Instant
    var pushKey = ""
    var expected: ReportExpected?
    /// Released ones.
    var photos: [ReportPhotoStore.Photo] = []

    var page: Page {
        Page(
            title: Words("Signalement \(report.reference)", "Report \(report.reference)"), place: "around", layout: .citizen,
            scripts: ["app"], styles: ["app"]
        ) {
            h1(Words("Signalement \(report.reference)", "Report \(report.reference)"))
            ReportSummary(report: report, tree: tree, now: now, expected: expected).html
            custom(
                "follow-public", .data("reference", "\(report.reference)"), .data("link", "/app/reports/\(report.reference)"),
                .data("title", tree.path(report.category).first?.title.french ?? report.category)
            ) {}
            if !pushKey.isEmpty, report.isOpen {
                custom("push-choice", .data("key", pushKey), .data("address", "/app/reports/\(report.reference)/push")) {}
            }
            ol(.class("steps")) {
                for event in events where AppWords.isForOthers(event) {
                    if let sentence = AppWords.sentence(event, tree) {
                        li {
                            step(
                                event,
                                event.what == .received && event.facts["channel"] != "alarm" ? Words("Signalé.", "Reported.") : sentence)
                            p(.class("quiet")) { moment(event.at) }
                        }
                    }
                }
            }
            AppPhotosPart(
                photos: photos.filter { $0.stage == .citizen }, work: photos.filter { $0.stage != .citizen },
                path: "/app/reports/\(report.reference)/photos", workPath: "/app/reports/\(report.reference)/photos",
                isProof: report.proof == .photos
            ).html
            p { a(Words("Signaler autre chose", "Report something else"), .href("/app"), .class("button")) }
        }
    }
}

/// Requests kept on this device, and the way in by a reference.
struct AppMinePage {
    var isUnknown = false

    var page: Page {
        Page(
            title: Words("Mes demandes", "My requests"), place: "mine", layout: .citizen, scripts: ["app"], styles: ["app"],
            status: isUnknown ? 404 : 200
        ) {
            h1(Words("Mes demandes", "My requests"))
            custom("report-queue", .class("queue"), .role("status")) {}
            custom("my-requests") {
                p(.class("empty-state")) {
                    Words(
                        "Les demandes faites sur cet appareil s'affichent ici quand les scripts sont permis. Sinon, gardez le lien de chaque demande.",
                        "Requests made on this device are shown here where scripts are allowed. Else keep the link of each request.")
                }
            }
            p { a(Words("Mon compte (facultatif)", "My account (optional)"), .href("/app/compte")) }
            form(.method("get"), .action("/app/mine"), .class("row")) {
                Field(
                    "reference", Words("Voir un signalement public par sa référence", "See a public report by its reference"),
                    hint: Words("Par exemple 1042-H", "For example 1042-H"),
                    error: isUnknown
                        ? Words("Aucun signalement public n'a cette référence.", "No public report has this reference.") : nil)
                Button(Words("Voir", "See"))
            }
        }
    }
}

/// What happened, and the day that it names.
private func step(_ event: ReportEvent, _ sentence: Words) -> HTML {
    p {
        sentence
        if event.what == .expected, let at = event.facts["expected"].flatMap({ Int64($0) }) {
            " "
            HTML.time(Instant(milliseconds: at), .date)
        }
    }
}

/// The day and the minute; seconds say nothing to a citizen.
@Markup private func moment(_ at: Instant) -> HTML {
    HTML.time(at, .date)
    " "
    HTML.time(at, .minutes)
}
