// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The room's page of services: alerts to citizens, and what the city's file says.
struct NoticePage {
    var published: [PublishedNotice]
    var fromFile: [Notice]
    var catalogue: ServiceCatalogue
    /// INSEE code and name; those for which this person may publish.
    var communes: [(code: String, name: String)]
    /// Nil: may not publish.
    var mayPublish: Bool
    /// May publish for the whole territory.
    var isWhole: Bool
    var now: Instant
    var values = Form()
    var errors: [Refused.FieldError] = []

    var page: Page {
        Page(
            title: Words("Services aux habitants", "Services to citizens"), place: "services",
            actions: HTML.of {
                if catalogue.bulky != nil {
                    ButtonLink(Words("Encombrants du jour", "Bulky waste of the day"), "/console/services/encombrants", icon: .list)
                }
                ButtonLink(Words("Voir l'app", "See the app"), "/app/services", icon: .external)
            }, status: errors.isEmpty ? 200 : 422
        ) {
            section(.aria(.labelledby, "alerts")) {
                h2(Words("Alertes", "Alerts"), .id("alerts"))
                DataTable(
                    Words("Alertes publiées dans la salle", "Alerts published in the room"),
                    columns: [
                        .init(Words("Alerte", "Alert")), .init(Words("Niveau", "Level")), .init(Words("Où", "Where")),
                        .init(Words("Depuis", "Since")), .init(Words("Jusqu'à", "Until")), .init(Words("État", "State")),
                        .init(Words("Acte", "Act"), hidden: true),
                    ], rows: published.map(row),
                    empty: EmptyState(Words("Aucune alerte n'a été publiée.", "No alert was published.")))
            }
            if mayPublish { publishForm }
            file
        }
    }

    private func row(_ one: PublishedNotice) -> DataTable.Row {
        DataTable.Row {
            ServiceWords.both(one.notice.title)
            ServiceWords.level(one.notice.level)
            one.notice.communes.isEmpty
                ? Words("partout", "everywhere") : Words(names(one.notice.communes), names(one.notice.communes))
            HTML.time(one.notice.from)
            one.notice.until.map { HTML.time($0) } ?? .words(Words("fin à la main", "ended by hand"))
            state(one)
            isOver(one) || !mayPublish ? HTML.empty : endForm(one)
        }
    }

    private func isOver(_ one: PublishedNotice) -> Bool { one.ended != nil || one.notice.until.map { $0 <= now } == true }

    private func state(_ one: PublishedNotice) -> HTML {
        HTML.of {
            if let ended = one.ended {
                Words("close par \(ended.author)", "ended by \(ended.author)")
            } else if isOver(one) {
                Words("terminée", "over")
            } else if one.notice.from > now {
                Words("à venir", "to come")
            } else {
                strong(Words("en cours", "on"))
            }
        }
    }

    private func names(_ codes: [String]) -> String {
        codes.map { code in communes.first { $0.code == code }?.name ?? code }.joined(separator: ", ")
    }

    private func endForm(_ one: PublishedNotice) -> HTML {
        form(.method("post"), .action("/console/services/alertes/\(one.number)/fin")) {
            HTML.csrf
            Button(Words("Clore", "End"), .plain, icon: .check)
        }
    }

    private func error(_ name: String) -> Words? { errors.first { $0.field == name }?.message }

    private var publishForm: HTML {
        section(.aria(.labelledby, "publish")) {
            h2(Words("Publier une alerte", "Publish an alert"), .id("publish"))
            p(
                Words(
                    "Elle est sur l'app des habitants en quelques secondes, et au journal de bord.",
                    "It is on the citizens' app within seconds, and in the log."), .class("quiet"))
            form(.method("post"), .action("/console/services/alertes"), .class("stack")) {
                HTML.csrf
                Choice(
                    "level", Words("Niveau", "Level"), Notice.Level.allCases.map { ($0.rawValue, ServiceWords.level($0)) },
                    value: values["level"] ?? "warning")
                Field("title", Words("Titre", "Title"), value: values["title"] ?? "", error: error("title"), isRequired: true)
                TextArea(
                    "text", Words("Texte : que faire ?", "Text: what is to be done?"), value: values["text"] ?? "", error: error("text"))
                Field(
                    "title-en", Words("Titre en anglais (facultatif)", "Title in English (optional)"), value: values["title-en"] ?? "",
                    error: error("title-en"))
                TextArea(
                    "text-en", Words("Texte en anglais (facultatif)", "Text in English (optional)"), value: values["text-en"] ?? "",
                    error: error("text-en"))
                Field(
                    "until", Words("Jusqu'à", "Until"), type: "datetime-local", value: values["until"] ?? "",
                    hint: Words("Vide : jusqu'à ce que quelqu'un la close.", "Empty: until somebody ends it."), error: error("until"))
                fieldset {
                    legend(isWhole ? Words("Communes (aucune : toutes)", "Communes (none: all)") : Words("Communes", "Communes"))
                    if let error = error("commune") { p(error, .class("field-error")) }
                    for commune in communes {
                        Tick(
                            "commune", Words(commune.name, commune.name), value: commune.code,
                            isOn: values.all("commune").contains(commune.code))
                    }
                }
                Button(Words("Publier", "Publish"), .primary)
            }
        }
    }

    private var file: HTML {
        section(.aria(.labelledby, "file")) {
            h2(Words("Le fichier de la ville", "The city's file"), .id("file"))
            if catalogue.revision == 0 {
                p(Words("Rien n'est importé : vigie import services FICHIER.", "Nothing is imported: vigie import services FILE."))
            } else {
                p {
                    Words(
                        "Révision \(catalogue.revision) : \(catalogue.tiles.count) services en ligne, \(catalogue.places.count) lieux, ",
                        "Revision \(catalogue.revision): \(catalogue.tiles.count) services online, \(catalogue.places.count) places, ")
                    Words(
                        "\(catalogue.wasteSectors.count) secteurs de collecte, \(fromFile.count) alertes en cours.",
                        "\(catalogue.wasteSectors.count) sectors of collection, \(fromFile.count) alerts that are on.")
                }
            }
        }
    }
}
