// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// In what the two numbers of a position are counted.
package enum CoordinateSystem: Sendable, Hashable, CustomStringConvertible {
    case wgs84
    case lambert93
    /// The nine conics of RGF93, 42 to 50 (Dijon: 47).
    case conic9(Int)

    /// From a name on the command line or in a mapping: `wgs84`, `lambert93`, `cc47`, `epsg:2154`, `EPSG:3947`, `4326`.
    package init?(name: String) {
        let name = name.lowercased().replacing("epsg:", with: "").replacing("-", with: "")
        switch name {
        case "wgs84", "4326": self = .wgs84
        case "lambert93", "l93", "2154": self = .lambert93
        default:
            let digits = name.hasPrefix("cc") ? name.dropFirst(2) : name.hasPrefix("39") ? name.dropFirst(2) : ""
            guard let zone = Int(digits), (42...50).contains(zone) else { return nil }
            self = .conic9(zone)
        }
    }

    /// What a position that nobody explained most likely is; nil where it is none of those that are known. Degrees by their size,
    /// Lambert-93 by its northings above 6 000 000 with eastings up to 1 300 000, the conics by eastings about 1 700 000.
    package static func guess(x: Double, y: Double) -> CoordinateSystem? {
        if abs(x) <= 180 && abs(y) <= 90 { return .wgs84 }
        if (0...1_300_000).contains(x) && (6_000_000...7_200_000).contains(y) { return .lambert93 }
        guard (1_000_000...2_400_000).contains(x), (1_000_000...9_500_000).contains(y) else { return nil }
        let zone = 41 + Int(((y - 200_000) / 1_000_000).rounded())
        return (42...50).contains(zone) ? .conic9(zone) : nil
    }

    package func place(x: Double, y: Double) -> Place {
        switch self {
        case .wgs84: Place(longitude: x, latitude: y)
        case .lambert93: Projections.lambert93.place(x: x, y: y)
        case .conic9(let zone): Projections.conics[max(0, min(8, zone - 42))].place(x: x, y: y)
        }
    }

    package var description: String {
        switch self {
        case .wgs84: "WGS84 (EPSG:4326)"
        case .lambert93: "Lambert-93 (EPSG:2154)"
        case .conic9(let zone): "CC\(zone) (EPSG:39\(zone))"
        }
    }
}

private enum Projections {
    static let lambert93 = LambertConic.lambert93
    static let conics = (42...50).map(LambertConic.conic9)
}
