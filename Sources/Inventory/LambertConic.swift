// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// A Lambert conformal conic projection with two standard parallels, as IGN writes it (note technique NT/G 71:
/// ALG0001 to ALG0004, ALG0019, ALG0021). Angles in radians, lengths in metres.
package struct LambertConic: Sendable {
    let exponent: Double
    let constant: Double
    let poleX: Double
    let poleY: Double
    let meridian: Double
    /// First eccentricity of the ellipsoid.
    let e: Double

    /// From IGN's constants: n, c, Xs, Ys, λc and e.
    package init(exponent: Double, constant: Double, poleX: Double, poleY: Double, meridian: Double, eccentricity: Double) {
        (self.exponent, self.constant, self.poleX, self.poleY) = (exponent, constant, poleX, poleY)
        (self.meridian, e) = (meridian, eccentricity)
    }

    /// ALG0019, secant case: the constants from the defining parameters. Angles in degrees, `semiMajor` in metres.
    package init(
        latitude0: Double, latitude1: Double, latitude2: Double, meridian: Double, x0: Double, y0: Double, semiMajor: Double = 6_378_137,
        eccentricity: Double = LambertConic.grs80
    ) {
        let p = Double.pi / 180
        let (p0, p1, p2) = (latitude0 * p, latitude1 * p, latitude2 * p)
        func normal(_ latitude: Double) -> Double { semiMajor / (1 - pow(eccentricity * sin(latitude), 2)).squareRoot() }
        let l1 = LambertConic.isometric(p1, eccentricity), l2 = LambertConic.isometric(p2, eccentricity)
        let n = log(normal(p2) * cos(p2) / (normal(p1) * cos(p1))) / (l1 - l2)
        let c = normal(p1) * cos(p1) / n * exp(n * l1)
        self.init(
            exponent: n, constant: c, poleX: x0, poleY: y0 + c * exp(-n * LambertConic.isometric(p0, eccentricity)), meridian: meridian * p,
            eccentricity: eccentricity)
    }

    /// First eccentricity of GRS 80.
    package static let grs80 = 0.081_819_191_042_815_8

    /// RGF93 / Lambert-93 (EPSG:2154).
    package static let lambert93 = LambertConic(latitude0: 46.5, latitude1: 44, latitude2: 49, meridian: 3, x0: 700_000, y0: 6_600_000)

    /// RGF93 / CC42 to CC50 (EPSG:3942 to 3950): one formula, the zone is its middle latitude.
    package static func conic9(zone: Int) -> LambertConic {
        LambertConic(
            latitude0: Double(zone), latitude1: Double(zone) - 0.75, latitude2: Double(zone) + 0.75, meridian: 3, x0: 1_700_000,
            y0: Double(zone - 41) * 1_000_000 + 200_000)
    }

    /// ALG0003. RGF93 and WGS84 agree to a decimetre, so no change of datum is made.
    package func project(_ place: Place) -> (x: Double, y: Double) {
        let p = Double.pi / 180
        let r = constant * exp(-exponent * LambertConic.isometric(place.latitude * p, e))
        let angle = exponent * (place.longitude * p - meridian)
        return (poleX + r * sin(angle), poleY - r * cos(angle))
    }

    /// ALG0004.
    package func place(x: Double, y: Double) -> Place {
        let r = hypot(x - poleX, y - poleY)
        let angle = atan((x - poleX) / (poleY - y))
        let isometric = -log(abs(r / constant)) / exponent
        return Place(
            longitude: (meridian + angle / exponent) * 180 / .pi, latitude: LambertConic.latitude(isometric, e) * 180 / .pi)
    }

    /// ALG0001.
    static func isometric(_ latitude: Double, _ e: Double) -> Double {
        log(tan(.pi / 4 + latitude / 2) * pow((1 - e * sin(latitude)) / (1 + e * sin(latitude)), e / 2))
    }

    /// ALG0002: by iteration, to 1e-12 rad (6 µm); eight rounds suffice anywhere.
    static func latitude(_ isometric: Double, _ e: Double) -> Double {
        var latitude = 2 * atan(exp(isometric)) - .pi / 2
        for _ in 0..<20 {
            let next = 2 * atan(pow((1 + e * sin(latitude)) / (1 - e * sin(latitude)), e / 2) * exp(isometric)) - .pi / 2
            if abs(next - latitude) < 1e-12 { return next }
            latitude = next
        }
        return latitude
    }
}
