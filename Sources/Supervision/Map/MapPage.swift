// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The map of the room. With a browser that can draw it, it is the city alive; without, the page shows the overview by commune
/// and leads to the list, which says the same.
package struct MapPage {
    package var counts: [StateCount]
    package var overview: CityOverview
    package var names: Names
    package var person: Person
    /// Keys of the states that the legend hides (`?hide=3 4`).
    package var hidden: Set<Int>
    package var now: Instant
    package var past: PastParts
    /// For a wall of screens (the theme 'Mur d'écrans'): the load of the room, large over the map, in place of panels and tools.
    package var wall: AlarmLoad?

    package init(
        counts: [StateCount], overview: CityOverview, names: Names, person: Person, hidden: Set<Int>, now: Instant,
        past: PastParts = PastParts(), wall: AlarmLoad? = nil
    ) {
        (self.counts, self.overview, self.names, self.person) = (counts, overview, names, person)
        (self.hidden, self.now, self.past, self.wall) = (hidden, now, past, wall)
    }

    package var page: Page {
        Page(
            title: Words("Carte", "Map"), place: "map", layout: .full, scripts: ["map"], styles: ["maplibre-gl"],
            ahead: ["maplibre-gl.js"],
            actions: a(.class("button", "button-quiet"), .href("/console/help/map"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            h1(Words("Carte", "Map"), .class("sr-only"))
            div(.class("map-page")) {
                div(.class("map-stage")) {
                    past.banner(hidden: hidden)
                    map
                    tools
                    past.slider(now: now, hidden: hidden)
                    if let wall { figures(wall) }
                }
                aside(.class("map-side"), .aria(.label, Words("Légende et sélection", "Legend and selection"))) {
                    search
                    legend
                    selection
                    p { a(.href("/console/assets")) { Words("La même chose en liste", "The same as a list") } }
                }
            }
        }
    }

    static func text(_ hidden: Set<Int>) -> String { hidden.sorted().map(String.init).joined(separator: " ") }

    private var map: HTML {
        custom(
            "room-map", .data("view", overview.view), .data("style", "/console/map/style.json"),
            .data("at", past.shown.map { String($0.milliseconds) } ?? ""), .data("part", Reach(person, "map").part),
            .named("data-label", Words("Carte des équipements ; la liste en dit autant.", "Map of the assets; the list says the same."))
        ) {
            overview.html(names: names)
        }
    }

    private var tools: HTML {
        div(.class("map-tools"), .role("toolbar"), .aria(.label, Words("Sélection sur la carte", "Selection on the map"))) {
            tool("pan", Words("Déplacer", "Pan"), isPressed: true)
            tool("box", Words("Rectangle", "Box"), isPressed: false)
            tool("lasso", Words("Lasso", "Lasso"), isPressed: false)
        }
    }

    private func tool(_ key: String, _ title: Words, isPressed: Bool) -> HTML {
        button(.type("button"), .class("button", "button-small"), .data("tool", key), .aria(.pressed, isPressed), .hidden) { title }
    }

    /// What a room reads from five metres: alarms, and what is abnormal of the first kind.
    private func figures(_ load: AlarmLoad) -> HTML {
        section(.class("wall"), .aria(.label, Words("Chiffres de la salle", "Figures of the room"))) {
            custom("live-counts", .named("topic", Reach(person, "alarms").topic("load")))
            dl {
                wallFigure(HTML.words(Words("À acquitter", "To acknowledge")), "new", load.unacknowledged)
                wallFigure(HTML.words(Words("Alarmes en cours", "Alarms standing")), "standing", load.standing)
                for (code, state) in (names.directory.kinds.first?.states ?? []).enumerated() where MapStyle.isAbnormal(state.tone) {
                    wallFigure(StateBadge(state).html, "k\(MapStyle.key(kind: 0, state: code))", count(code))
                }
            }
        }
    }

    private func wallFigure(_ title: HTML, _ key: String, _ value: Int) -> HTML {
        div {
            dt { title }
            dd(.data("count", key), .when(value == 0, .data("zero", ""))) { value }
        }
    }

    private func count(_ code: Int) -> Int {
        counts.first { $0.kind == names.directory.kinds.first?.name && Int($0.state) == code }?.count ?? 0
    }

    private var search: HTML {
        custom("asset-search") {
            form(.role("search"), .method("get"), .action("/console/assets")) {
                label(.class("field")) {
                    span { Words("Chercher (touche /)", "Search (key /)") }
                    input(
                        .type("search"), .id("map-search"), .name("q"), .named("maxlength", "100"),
                        .placeholder(Words("identité, nom, rue", "identity, name, street")))
                }
            }
        }
    }

    private var legend: HTML {
        section(.class("legend")) {
            h2(Words("Légende", "Legend"))
            custom("live-counts", .named("topic", Reach(person, "map").topic("counts")), .when(past.shown != nil, .data("paused", "")))
            for (index, kind) in names.directory.kinds.enumerated() {
                let total = counts.filter { $0.kind == kind.name }.reduce(0) { $0 + $1.count }
                if total > 0 {
                    details(.when(index == 0, .open)) {
                        summary {
                            kind.title
                            " "
                            span(.class("count"), .data("count", "\(kind.name)")) { total }
                        }
                        ul { for row in rows(kind, index) { row } }
                    }
                }
            }
        }
    }

    private func rows(_ kind: Kind, _ index: Int) -> [HTML] {
        kind.states.enumerated().filter { $1.isUsed }.map { code, state in
            let key = MapStyle.key(kind: index, state: code)
            let count = counts.first { $0.kind == kind.name && Int($0.state) == code }?.count ?? 0
            return li(.class("legend-row")) {
                label {
                    input(.type("checkbox"), .data("state", key), .when(!hidden.contains(key), .checked))
                    span(.class("tone-\(state.tone.rawValue)")) { state.tone.mark }
                    span { state.title }
                }
                a(
                    .href(address("/console/assets", ["kind": kind.name.text, "state": state.key])), .class("count"),
                    .data("count", "k\(key)"), .when(count == 0, .data("zero", "")),
                    .aria(
                        .label,
                        Words("Liste : \(kind.title.french), \(state.title.french)", "List: \(kind.title.english), \(state.title.english)"))
                ) { count }
            }
        }
    }

    private var selection: HTML {
        section(.class("selection"), .aria(.live, "polite")) {
            div(.data("selection", "")) {
                p(.class("quiet")) {
                    Words(
                        "Cliquez un équipement, ou tracez un rectangle ou un lasso. Maj et glisser : rectangle.",
                        "Click an asset, or draw a box or a lasso. Shift and drag: box.")
                }
            }
            button(.type("button"), .class("button", "button-small"), .data("clear", ""), .hidden) {
                Words("Tout désélectionner (Échap)", "Clear (Esc)")
            }
        }
    }
}
