// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What stands round every page: skip link, navigation by rights, who is signed in, language, theme, the state of the live connection.
struct Shell {
    let page: Page
    let context: ConsoleContext?

    private var language: Language { context?.language ?? .french }
    private var theme: Theme { context?.theme ?? .auto }
    private var shelf: AssetShelf { context?.furniture.assets ?? AssetShelf(folders: []) }
    private var frame: CitizenFrame { context?.settings.citizen ?? CitizenFrame() }
    private var house: String { context?.settings.operatorName ?? "Vigie" }

    var html: HTML {
        HTML.of {
            HTML.trusted("<!doctype html>")
            Tag("html")(
                .lang(language), .data("theme", theme.rawValue), .data("layout", page.layout.rawValue),
                .data("now", context.map { "\($0.now.milliseconds)" } ?? ""),
                .when(context?.person != nil, .data("news", context.map { "\($0.newest)" } ?? ""))
            ) {
                head
                Tag("body")(.class("layout-\(page.layout.rawValue)")) {
                    a(Words("Aller au contenu", "Skip to content"), .href("#content"), .class("skip"))
                    if page.layout == .citizen { citizenTop }
                    if page.layout != .bare, !page.layout.isApart {
                        top
                        trouble
                    }
                    mainElement(.id("content"), .tabindex(-1)) {
                        if page.layout == .standard { heading }
                        page.body
                        printed
                    }
                    div(.id("toasts"), .class("toasts"), .role("status"), .aria(.live, "polite"))
                    if page.layout == .bare || page.layout.isApart { bareFoot }
                }
            }
        }
    }

    /// On paper only: when the page was made and for whom.
    private var printed: HTML {
        guard let context, let person = context.person else { return .empty }
        return p(.class("printed"), .aria(.hidden, true)) {
            house
            Words(", imprimé pour \(person.name), état du ", ", printed for \(person.name), as of ")
            HTML.time(context.now)
            " · \(context.address)"
        }
    }

    private var head: HTML {
        Tag("head")() {
            VoidTag("meta")(.named("charset", "utf-8"))
            VoidTag("meta")(.name("viewport"), .named("content", "width=device-width, initial-scale=1"))
            VoidTag("meta")(.name("color-scheme"), .named("content", "light dark"))
            VoidTag("meta")(.name("csrf-token"), .named("content", context?.formToken ?? ""))
            Tag("title")(HTML.formatted { [page, house] in "\(page.title($0.language)) · \(house)" })
            VoidTag("link")(.rel("icon"), .href(shelf.address("vigie.svg")), .type("image/svg+xml"))
            if page.layout == .citizen {
                VoidTag("link")(.rel("manifest"), .href("/app/manifest.webmanifest"))
                VoidTag("link")(.rel("apple-touch-icon"), .href(shelf.address("app-icon-180.png")))
                VoidTag("meta")(.name("theme-color"), .named("content", "#1d4f91"))
                VoidTag("meta")(.name("description"), .named("content", CitizenFrame.description))
            }
            if page.layout == .crew {
                VoidTag("link")(.rel("manifest"), .href("/terrain/manifest.webmanifest"))
                VoidTag("meta")(.name("theme-color"), .named("content", "#101418"))
            }
            for name in (page.layout.isApart ? [] : ["vigie.css"]) + page.styles.map({ "\($0).css" }) {
                VoidTag("link")(.rel("stylesheet"), .href(shelf.address(name)))
            }
            for name in page.ahead { VoidTag("link")(.rel("preload"), .named("as", "script"), .href(shelf.address(name))) }
            let scripts = (page.layout.isApart ? [] : ["console"]) + page.scripts
            for name in shelf.parts(of: scripts) { VoidTag("link")(.rel("modulepreload"), .href("/assets/\(name)")) }
            for name in scripts {
                Tag("script")(.type("module"), .src(shelf.address("\(name).js")))
            }
        }
    }

    private var top: HTML {
        header(.class("top")) {
            a(.class("brand"), .href("/"), .aria(.label, Words("\(house), accueil", "\(house), home"))) {
                span(.class("brand-mark"), .aria(.hidden, true)) { Icon.lamp.html }
                span(house, .class("brand-name"))
            }
            nav(.class("places"), .aria(.label, Words("Principale", "Main"))) {
                ul {
                    for item in items where item.group == .city { li { link(item) } }
                }
            }
            houseMenu
            custom(
                "vigie-live", .class("live"), .id("live"), .role("status"), .data("topics", page.topics.joined(separator: ",")),
                .data("state", "off")
            ) {
                span(.class("live-mark"), .aria(.hidden, true))
                span(.class("live-text"))
            }
            person
        }
    }

    private func link(_ item: NavigationItem) -> HTML {
        a(.href(item.address), .when(item.key == page.place, .aria(.current, "page"))) {
            item.icon.html
            span(item.title)
        }
    }

    /// The house's own matters, one click away; the page that is open gives the menu its name.
    private var houseMenu: HTML {
        let own = items.filter { $0.group == .house }
        guard !own.isEmpty else { return .empty }
        let current = own.first { $0.key == page.place }
        return details(.class("house")) {
            summary(.class("house-name", current == nil ? "" : "is-current")) {
                (current?.icon ?? .menu).html
                span(current?.title ?? Words("Plus", "More"))
            }
            nav(.class("house-menu"), .aria(.label, Words("La maison", "The house"))) {
                ul { for item in own { li { link(item) } } }
            }
        }
    }

    @Markup private var citizenTop: HTML {
        header(.class("app-top")) {
            nav(.aria(.label, Words("Principale", "Main"))) {
                for item in frame.navigation {
                    a(.href(item.address), .when(item.key == page.place, .aria(.current, "page"))) {
                        item.icon.html
                        span(item.title)
                    }
                }
            }
        }
        if let context { frame.strip(context.now) }
    }

    /// The page of health says it at length.
    private var trouble: HTML {
        guard let context, context.person != nil, page.place != "health", let words = context.settings.trouble() else { return .empty }
        return Banner(.alarm, words, action: a(Words("Santé de Vigie", "Health of Vigie"), .href("/console/health"))).html
    }

    private var items: [NavigationItem] {
        guard let person = context?.person else { return [] }
        return (context?.furniture.navigation ?? []).filter { $0.isOpen(to: person) }
    }

    private var person: HTML {
        guard let person = context?.person else { return .empty }
        return details(.class("who")) {
            summary(.class("who-name")) {
                Icon.user.html
                span(person.name)
            }
            div(.class("who-menu")) {
                p(.class("quiet")) { Words("Connecté : \(person.login)", "Signed in: \(person.login)") }
                preferences
                a(Words("Changer mon mot de passe", "Change my password"), .href(PasswordPage.address))
                form(.method("post"), .action("/sign-out")) {
                    HTML.csrf
                    Button(Words("Se déconnecter", "Sign out"), icon: .signOut)
                }
                form(.method("post"), .action("/sign-out/everywhere")) {
                    HTML.csrf
                    Button(Words("Se déconnecter partout", "Sign out everywhere"), .quiet)
                }
            }
        }
    }

    private var preferences: HTML {
        form(.method("post"), .action("/preferences"), .class("preferences")) {
            HTML.csrf
            input(.type("hidden"), .name("back"), .value(context?.address ?? "/"))
            Choice(
                "language", Words("Langue", "Language"), [("fr", Words("Français", "Français")), ("en", Words("English", "English"))],
                value: language.rawValue)
            Choice("theme", Words("Apparence", "Appearance"), Theme.allCases.map { ($0.rawValue, $0.title) }, value: theme.rawValue)
            Button(Words("Appliquer", "Apply"))
        }
    }

    private var bareFoot: HTML {
        footer(.class("bare-foot")) {
            if page.layout == .citizen, !frame.foot.isEmpty {
                ul(.class("foot-links")) { for link in frame.foot { li { a(link.title, .href(link.address)) } } }
            }
            preferences
        }
    }

    private var heading: HTML {
        header(.class("page-head")) {
            if !page.trail.isEmpty {
                nav(.class("trail"), .aria(.label, Words("Fil d’Ariane", "Breadcrumb"))) {
                    ol { for crumb in page.trail { li { a(crumb.title, .href(crumb.address)) } } }
                }
            }
            div(.class("page-title")) {
                h1(page.title)
                if !page.actions.isEmpty { div(.class("page-actions")) { page.actions } }
            }
        }
    }
}

extension Theme {
    var title: Words {
        switch self {
        case .auto: Words("Comme l’appareil", "As the device")
        case .light: Words("Clair", "Light")
        case .dark: Words("Sombre", "Dark")
        case .wall: Words("Mur d’écrans", "Video wall")
        case .contrast: Words("Contraste élevé", "High contrast")
        }
    }
}
