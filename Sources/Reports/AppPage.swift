// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The page on which a citizen reports: photo, place, what it is, what the category asks, news by e-mail or not, send. One form, one page.
struct AppPage {
    var tree: CategoryTree
    /// What was sent before, where it is shown again.
    var values = Form()
    var errors: [Refused.FieldError] = []
    /// Makes a report sent twice one report.
    var key: String
    /// Codes of categories that words and place may mean: they stand first.
    var proposed: [String] = []

    var page: Page {
        Page(
            title: Words("Signaler un problème", "Report a problem"), place: "report", layout: .citizen, scripts: ["app"], styles: ["app"],
            status: errors.isEmpty ? 200 : 422
        ) {
            h1(Words("Signaler un problème", "Report a problem"))
            p(.class("lead")) {
                Words(
                    "Un lampadaire éteint, un trou, un dépôt : dites-le à la ville en une minute. Sans compte.",
                    "A dead lamp, a pothole, rubbish: tell the city in a minute. No account.")
            }
            custom("report-queue", .class("queue"), .role("status")) {}
            if tree.open(toStaff: false).isEmpty {
                p(.class("empty-state")) {
                    Words("La ville n'a pas encore ouvert de catégorie.", "The city has not opened any category yet.")
                }
            } else {
                errorList
                reportForm
            }
        }
    }

    private func error(_ name: String) -> Words? { errors.first { $0.field == name }?.message }

    private var errorList: HTML {
        guard !errors.isEmpty else { return .empty }
        return div(.class("banner", "banner-alarm"), .role("alert"), .id("errors"), .tabindex(-1)) {
            div {
                p { strong(Words("Rien n'est encore envoyé. À corriger :", "Nothing is sent yet. To correct:")) }
                ul {
                    for error in errors {
                        li { a(.href("#\(AppPage.anchor(error.field))")) { error.message } }
                    }
                }
                if errors.contains(where: { $0.field != "photo" }) {
                    p(Words("La photo est à choisir de nouveau.", "The photo has to be chosen again."), .class("no-script"))
                }
            }
        }
    }

    private static func anchor(_ field: String) -> String {
        field == "category" || field == "photo" || field == "address" ? "step-\(field)" : "field-\(field)"
    }

    private var reportForm: HTML {
        custom("report-form") {
            form(
                .method("post"), .action("/app"), .named("enctype", "multipart/form-data"), .class("report"),
                .named("novalidate", "novalidate")
            ) {
                input(.type("hidden"), .name("key"), .value(key))
                input(.type("hidden"), .name("lon"), .value(values["lon"] ?? ""))
                input(.type("hidden"), .name("lat"), .value(values["lat"] ?? ""))
                input(.type("hidden"), .name("asset"), .value(values["asset"] ?? ""))
                div(.class("trap"), .aria(.hidden, true)) {
                    label {
                        "Site"
                        input(.type("text"), .name("site"), .tabindex(-1), .autocomplete("off"))
                    }
                }
                photoStep
                placeStep
                wordsStep
                categoryStep
                newsStep
                div(.class("send")) { Button(Words("Envoyer", "Send"), .primary) }
                p(.class("quiet")) {
                    Words(
                        "Votre texte et vos photos sont lus par la ville. Les photos ne deviennent publiques que si une personne les a vérifiées. "
                            + "Ils sont effacés après cinq ans.",
                        "Your text and photos are read by the city. Photos become public only after a person has checked them. "
                            + "They are erased after five years.")
                }
            }
        }
    }

    private func step(_ name: String, _ number: Int, _ title: Words, @Markup content: () -> HTML) -> HTML {
        fieldset(.class("step"), .id("step-\(name)"), .tabindex(-1)) {
            legend {
                span(.class("step-number"), .aria(.hidden, true)) { "\(number)" }
                title
            }
            if let error = error(name) { p(error, .class("field-error"), .id("error-\(name)")) }
            content()
        }
    }

    private var photoStep: HTML {
        step("photo", 1, Words("Photo (facultatif)", "Photo (optional)")) {
            label(.class("photo-choice"), .for("field-photo")) {
                Icon.plus.html
                span(Words("Prendre ou choisir une photo", "Take or choose a photo"))
            }
            input(
                .type("file"), .id("field-photo"), .name("photo"), .named("accept", "image/jpeg,image/png,image/webp"), .flag("multiple"),
                .aria(.describedby, "hint-photo"))
            p(
                Words(
                    "\(CitizenApp.photos) photos au plus, de 5 Mo. Évitez les visages et les plaques.",
                    "At most \(CitizenApp.photos) photos of 5 MB. Avoid faces and number plates."), .class("field-hint"), .id("hint-photo"))
            div(.class("photo-shown"))
        }
    }

    private var placeStep: HTML {
        step("address", 2, Words("Où ?", "Where?")) {
            custom("place-choice") {
                div(.class("field")) {
                    label(.for("field-address")) { Words("Adresse, ou lieu connu", "Address, or a known place") }
                    input(
                        .type("text"), .id("field-address"), .name("address"), .value(values["address"] ?? ""), .autocomplete("off"),
                        .named("maxlength", "300"), .placeholder(Words("12 rue de la Liberté, Dijon", "12 rue de la Liberté, Dijon")),
                        .when(error("address") != nil, .aria(.invalid, true)),
                        .when(error("address") != nil, .aria(.describedby, "error-address")))
                }
            }
        }
    }

    private var categoryStep: HTML {
        let open = tree.open(toStaff: false)
        let first = proposed.compactMap { code in open.first { $0.code == code } }
        let byBranch = Dictionary(grouping: open.filter { !proposed.contains($0.code) }) { tree.branch(of: $0.code) }
        let chosen = values["category"] ?? ""
        let isShort = open.count <= 12
        return step("category", 4, Words("Quoi ?", "What?")) {
            custom("category-choice") {
                if !first.isEmpty {
                    p(Words("D'après vos mots et le lieu :", "By your words and the place:"), .class("field-hint"), .id("proposed"))
                    ul(.class("choices"), .aria(.labelledby, "proposed")) { for one in first { choice(one, tree.title(one.code), chosen) } }
                }
                for branch in tree.branches where byBranch[branch.code] != nil {
                    if byBranch[branch.code]?.map(\.code) == [branch.code] {
                        ul(.class("choices")) { choice(branch, branch.title, chosen) }
                    } else {
                        details(
                            .class("branch"),
                            .when(isShort || !chosen.isEmpty && tree.branch(of: chosen) == branch.code, .open)
                        ) {
                            summary { branch.title }
                            ul(.class("choices")) {
                                for one in byBranch[branch.code] ?? [] { choice(one, title(one), chosen) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Without the branch under which it stands.
    private func title(_ category: Category) -> Words {
        let path = tree.path(category.code).reversed().dropFirst()
        return Words(path.map(\.title.french).joined(separator: " › "), path.map(\.title.english).joined(separator: " › "))
    }

    private func choice(_ category: Category, _ title: Words, _ chosen: String) -> HTML {
        let questions = tree.questions(of: category)
        let kind = tree.assetKind(of: category.code)
        return li(.data("words", category.words.joined(separator: " "))) {
            input(
                .type("radio"), .id("category-\(category.code)"), .name("category"), .value(category.code),
                .when(category.code == chosen, .checked), .when(!kind.isEmpty, .data("asset", kind)))
            label(.for("category-\(category.code)")) {
                title
                if !category.help.french.isEmpty { small(category.help) }
            }
            if !questions.isEmpty {
                div(.class("questions")) { for question in questions { self.question(question, of: category.code) } }
            }
        }
    }

    private func question(_ question: Question, of category: String) -> HTML {
        let name = AppForm.name(question, of: category)
        let (value, error) = (values[name] ?? "", error(name))
        let title =
            question.isRequired
            ? Words("\(question.title.french) (obligatoire)", "\(question.title.english) (required)") : question.title
        switch question.sort {
        case .text: return Field(name, title, value: value, error: error).html
        case .number: return Field(name, title, value: value, error: error, .named("inputmode", "decimal")).html
        case .choice:
            let none = (value: "", title: Words("—", "—"))
            return Choice(name, title, [none] + question.choices.map { ($0.key, $0.title) }, value: value, error: error).html
        case .flag:
            let options = [(value: "", title: Words("—", "—")), ("yes", Words("Oui", "Yes")), ("no", Words("Non", "No"))]
            return Choice(name, title, options, value: value, error: error).html
        }
    }

    private var wordsStep: HTML {
        step("words", 3, Words("En quelques mots (facultatif)", "In a few words (optional)")) {
            TextArea(
                "description", Words("Ce qui peut aider l'équipe", "What may help the crew"), value: values["description"] ?? "",
                hint: Words("Pas de nom ni de numéro de téléphone ici.", "No names or telephone numbers here."), error: error("description")
            )
        }
    }

    private var newsStep: HTML {
        step("news", 5, Words("Des nouvelles ? (facultatif)", "News? (optional)")) {
            p(
                Words(
                    "Vous recevez de toute façon un lien pour suivre la demande. Si vous laissez une adresse, elle ne sert qu'à vous informer "
                        + "ou vous rappeler à ce sujet, et elle est effacée 30 jours après la fin, au plus tard après deux ans.",
                    "You get a link to follow the request in any case. An address that you leave serves only to inform you or call you back "
                        + "about it, and is erased 30 days after the end, after two years at the latest."), .class("field-hint"))
            Field(
                "email", Words("Courriel", "E-mail"), type: "email", value: values["email"] ?? "", error: error("email"),
                autocomplete: "email")
            Field(
                "phone", Words("Téléphone", "Telephone"), type: "tel", value: values["phone"] ?? "", error: error("phone"),
                autocomplete: "tel")
        }
    }
}
