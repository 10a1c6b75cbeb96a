// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Testing

@Suite struct LambertConicTests {
    /// IGN, note technique NT/G 71: the constants and the test points of ALG0003 (forward) and ALG0004 (back).
    @Test func theTestPointsOfIGNAreReached() {
        let conic = LambertConic(
            exponent: 0.760405966, constant: 11_603_796.9767, poleX: 600_000, poleY: 5_657_616.674, meridian: 0.04079234433,
            eccentricity: 0.0824832568)
        let degrees = 180 / Double.pi
        let place = conic.place(x: 1_029_705.083, y: 272_723.849)
        #expect(abs(place.longitude / degrees - 0.14551209925) < 1e-11)
        #expect(abs(place.latitude / degrees - 0.87266462567) < 1e-11)
        let projected = conic.project(Place(longitude: 0.145512099 * degrees, latitude: 0.872664626 * degrees))
        #expect(abs(projected.x - 1_029_705.0818) < 0.0001)
        #expect(abs(projected.y - 272_723.8510) < 0.0001)
    }

    /// IOGP Guidance Note 7-2, Lambert conic conformal (2SP): NAD27 / Texas South Central, in US survey feet.
    @Test func theTestPointOfIOGPIsReached() {
        let foot = 1200.0 / 3937
        let conic = LambertConic(
            latitude0: 27 + 50.0 / 60, latitude1: 28 + 23.0 / 60, latitude2: 30 + 17.0 / 60, meridian: -99, x0: 2_000_000 * foot, y0: 0,
            semiMajor: 6_378_206.400, eccentricity: 0.08227185)
        let projected = conic.project(Place(longitude: -96, latitude: 28.5))
        #expect(abs(projected.x / foot - 2_963_503.91) < 0.02)
        #expect(abs(projected.y / foot - 254_759.80) < 0.02)
    }

    /// The constants that IGN publishes for Lambert-93.
    @Test func theOriginsOfLambert93AndOfTheConicsAreWhereTheyAreDefined() {
        let origin = LambertConic.lambert93.project(Place(longitude: 3, latitude: 46.5))
        #expect(abs(origin.x - 700_000) < 1e-6 && abs(origin.y - 6_600_000) < 1e-6)
        for zone in 42...50 {
            let origin = LambertConic.conic9(zone: zone).project(Place(longitude: 3, latitude: Double(zone)))
            #expect(abs(origin.x - 1_700_000) < 1e-6 && abs(origin.y - (Double(zone - 41) * 1_000_000 + 200_000)) < 1e-6)
        }
    }

    @Test(arguments: [CoordinateSystem.lambert93, .conic9(47), .conic9(42), .conic9(50)])
    func thereAndBackIsTheSamePlaceToATenthOfAMillimetre(_ system: CoordinateSystem) {
        for (longitude, latitude) in [(5.0415, 47.3220), (-4.4861, 48.3904), (9.4503, 42.6977), (2.3522, 48.8566)] {
            let place = Place(longitude: longitude, latitude: latitude)
            let conic =
                switch system {
                case .conic9(let zone): LambertConic.conic9(zone: zone)
                default: LambertConic.lambert93
                }
            let (x, y) = conic.project(place)
            #expect(system.place(x: x, y: y).metres(to: place) < 1e-4)
        }
    }

    @Test func aPositionTellsItsSystemByItsSize() {
        let dijon = Place(longitude: 5.0415, latitude: 47.3220)
        let l93 = LambertConic.lambert93.project(dijon), cc47 = LambertConic.conic9(zone: 47).project(dijon)
        #expect(CoordinateSystem.guess(x: 5.0415, y: 47.3220) == .wgs84)
        #expect(CoordinateSystem.guess(x: l93.x, y: l93.y) == .lambert93)
        #expect(CoordinateSystem.guess(x: cc47.x, y: cc47.y) == .conic9(47))
        #expect(CoordinateSystem.guess(x: 1e12, y: -4) == nil)
        #expect(CoordinateSystem.guess(x: .nan, y: .infinity) == nil)
    }

    @Test(arguments: [
        ("lambert93", CoordinateSystem.lambert93 as CoordinateSystem?), ("EPSG:2154", .lambert93), ("cc47", .conic9(47)),
        ("3947", .conic9(47)),
        ("WGS84", .wgs84), ("cc41", nil), ("cc", nil), ("mercator", nil), ("", nil),
    ])
    func aSystemIsKnownByItsNames(_ name: String, _ system: CoordinateSystem?) { #expect(CoordinateSystem(name: name) == system) }
}
