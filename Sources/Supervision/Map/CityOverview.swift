// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
package import Inventory

/// The city without a map library: the outlines of the communes drawn by the server, and how many assets are abnormal in each.
package struct CityOverview: Sendable {
    package struct Commune: Sendable {
        package var insee: String
        package var total: Int
        package var abnormal: Int
        package init(insee: String, total: Int, abnormal: Int) { (self.insee, self.total, self.abnormal) = (insee, total, abnormal) }
    }

    package var outlines: CityOutlines
    package var communes: [Commune]

    package init(outlines: CityOutlines, communes: [Commune]) { (self.outlines, self.communes) = (outlines, communes) }

    /// 'longitude,latitude,zoom' that shows everything.
    package var view: String { outlines.view }

    package func html(names: Names) -> HTML {
        div(.class("overview")) {
            p(.class("overview-note")) {
                Words(
                    "Vue d'ensemble par commune. La carte vivante demande JavaScript et WebGL.",
                    "Overview by commune. The live map needs JavaScript and WebGL.")
            }
            drawing(names)
            table(.class("data-table")) {
                caption { Words("Équipements par commune", "Assets by commune") }
                thead {
                    tr {
                        th(Words("Commune", "Commune"), .scope("col"))
                        th(Words("Équipements", "Assets"), .scope("col"))
                        th(Words("Anormaux", "Abnormal"), .scope("col"))
                    }
                }
                tbody {
                    for row in communes.sorted(by: { ($0.abnormal, $0.total) > ($1.abnormal, $1.total) }) {
                        tr {
                            th(.scope("row")) {
                                a(.href(address("/console/assets", ["commune": row.insee.isEmpty ? "-" : row.insee]))) {
                                    names.commune(row.insee)
                                }
                            }
                            td(.class("number")) { row.total }
                            td(.class("number", row.abnormal > 0 ? "is-abnormal" : "")) { row.abnormal }
                        }
                    }
                }
            }
        }
    }

    private func drawing(_ names: Names) -> HTML {
        guard !outlines.paths.isEmpty else { return .empty }
        return custom(
            "svg", .class("overview-map"), .named("viewBox", "0 0 1000 \(outlines.height)"), .role("img"),
            .aria(.label, Words("Communes et équipements anormaux", "Communes and abnormal assets"))
        ) {
            for outline in outlines.paths {
                let row = communes.first { $0.insee == outline.insee }
                let share = Double(row?.abnormal ?? 0) / Double(max(1, row?.total ?? 0))
                custom("path", .class(share > 0.05 ? "is-bad" : share > 0.01 ? "is-fair" : "is-good"), .named("d", outline.path)) {
                    custom("title") { "\(names.commune(outline.insee).french) : \(row?.abnormal ?? 0) / \(row?.total ?? 0)" }
                }
            }
        }
    }
}

/// The outlines as SVG paths, in a frame 1 000 wide; made once for an inventory.
package struct CityOutlines: Sendable {
    package struct Outline: Sendable {
        package var insee: String
        package var path: String
    }

    package var paths: [Outline]
    package var height: Int
    package var view: String

    package init(_ areas: [Area]) {
        let places = areas.flatMap { $0.polygons.flatMap { $0.flatMap { $0 } } }
        guard let first = places.first else {
            (paths, height, view) = ([], 0, "5.0415,47.3220,11")
            return
        }
        var (west, east, south, north) = (first.longitude, first.longitude, first.latitude, first.latitude)
        for place in places {
            (west, east) = (min(west, place.longitude), max(east, place.longitude))
            (south, north) = (min(south, place.latitude), max(north, place.latitude))
        }
        let corner = Place(longitude: west, latitude: north).mercator
        let other = Place(longitude: east, latitude: south).mercator
        let scale = 1000 / Double(max(1, other.x &- corner.x))
        height = Int((Double(other.y &- corner.y) * scale).rounded(.up))
        func point(_ place: Place) -> String {
            let (x, y) = place.mercator
            let (dx, dy) = ((Double(x) - Double(corner.x)) * scale, (Double(y) - Double(corner.y)) * scale)
            return "\((dx * 10).rounded() / 10),\((dy * 10).rounded() / 10)"
        }
        paths = areas.map { area in
            let rings = area.polygons.flatMap { $0 }.map { ring in
                // Every outline in at most 200 points: it is a drawing, not a survey.
                let step = max(1, ring.count / 200)
                return "M" + stride(from: 0, to: ring.count, by: step).map { point(ring[$0]) }.joined(separator: "L") + "Z"
            }
            return Outline(insee: area.code, path: rings.joined())
        }
        view = "\((west + east) / 2),\((south + north) / 2),\(max(east - west, north - south) > 0.5 ? 9 : 10.8)"
    }
}
