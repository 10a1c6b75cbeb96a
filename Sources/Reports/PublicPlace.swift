// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

extension Category {
    /// How exactly others are told where a report of it lies: in lists around a place, by Open311, in the open data. The room and its crews
    /// always see the place itself.
    package enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
        /// The place itself: equipment, a hole in the road.
        case exact
        /// The middle of some 100 m of its street.
        case street
        /// The middle of a square of some 100 m: what may stand before one's own door.
        case area
    }
}

extension CategoryTree {
    /// As the category says it, or one above it; else the place itself where the report names its equipment, and the street where it does
    /// not: what a citizen's telephone gives may be a home.
    package func precision(of report: Report) -> Category.Precision {
        path(report.category).lazy.compactMap(\.precision).first
            ?? (report.asset != nil && !assetKind(of: report.category).isEmpty ? .exact : .street)
    }
}

extension Ground {
    /// A report as others may see it: what was typed only as far as it was released, its place as exactly as its category allows. Where
    /// that is not the place itself, the address is the road: a number of a house would tell it after all.
    package func forOthers(_ report: Report, _ tree: CategoryTree) -> Report {
        let road = report.place.map(road) ?? ""
        var shown = report.forOthers(road: road)
        guard let place = report.place else { return shown }
        let precision = tree.precision(of: report)
        if precision == .exact { return shown }
        (shown.place, shown.address) = (self.place(place, precision), road)
        return shown
    }

    /// The same with the place itself, for whoever goes there.
    package func forCrews(_ report: Report) -> Report { report.forOthers(road: report.place.map(road) ?? "") }

    /// Where others are told that it lies.
    func shownPlace(of report: Report, _ tree: CategoryTree) -> Place? {
        report.place.map { place($0, tree.precision(of: report)) }
    }

    func place(_ place: Place, _ precision: Category.Precision) -> Place {
        switch precision {
        case .exact: place
        case .street: roads.stretch(place, within: 40) ?? Ground.square(place)
        case .area: Ground.square(place)
        }
    }

    /// The middle of the square of a grid of 0.0009° of latitude (100 m) in which a place lies; the squares of a row are as wide as high.
    /// The same for all places in it, so that asking often tells no more.
    static func square(_ place: Place) -> Place {
        let side = 0.0009
        let latitude = ((place.latitude / side).rounded(.down) + 0.5) * side
        let width = side / max(0.05, cos(latitude * .pi / 180))
        let longitude = ((place.longitude / width).rounded(.down) + 0.5) * width
        return Place(longitude: min(180, max(-180, longitude)), latitude: min(85, max(-85, latitude)))
    }
}
