// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Where the sun is: the equations of NOAA's solar calculator (after Meeus, *Astronomical Algorithms*, ch. 25),
/// good to a minute between the polar circles for 1900 to 2100.
package enum Sun {
    /// What the horizon is: the centre of the sun this far from the zenith, in degrees.
    package enum Horizon: Double, Sendable {
        /// Upper limb on the horizon with mean refraction: sunrise and sunset as almanacs print them.
        case sunset = 90.833
        /// Civil twilight: six degrees below.
        case civil = 96
    }

    /// One solar day: from one solar midnight to the next.
    package enum Day: Sendable, Hashable {
        case upFrom(Instant, until: Instant)
        /// The sun does not set (polar day), or does not rise (polar night).
        case alwaysUp, alwaysDown
    }

    /// The solar day that holds this instant at this place.
    package static func day(holding instant: Instant, at place: Place, horizon: Horizon = .sunset) -> Day {
        let noon = solarNoon(nearest: instant, longitude: place.longitude)
        guard let rise = crossing(near: noon, at: place, horizon: horizon, isRise: true),
            let set = crossing(near: noon, at: place, horizon: horizon, isRise: false)
        else { return elevation(at: noon, place: place) > 90 - horizon.rawValue ? .alwaysUp : .alwaysDown }
        return .upFrom(rise, until: set)
    }

    package static func isUp(at instant: Instant, place: Place, horizon: Horizon = .sunset) -> Bool {
        elevation(at: instant, place: place) > 90 - horizon.rawValue
    }

    /// Height of the sun's centre over the horizon in degrees, without refraction.
    package static func elevation(at instant: Instant, place: Place) -> Double {
        let sky = Sky(instant)
        let minuteOfDay = Double(instant.milliseconds - floorDivide(instant.milliseconds, 86_400_000) * 86_400_000) / 60_000
        let hourAngle = (minuteOfDay + sky.equationOfTime) / 4 + place.longitude - 180
        let latitude = place.latitude * .pi / 180
        let height = sin(latitude) * sin(sky.declination) + cos(latitude) * cos(sky.declination) * cos(hourAngle * .pi / 180)
        return asin(max(-1, min(1, height))) * 180 / .pi
    }

    /// The passage through the meridian nearest to this instant.
    package static func solarNoon(nearest instant: Instant, longitude: Double) -> Instant {
        let shift = Int64((longitude * 4 * 60_000).rounded())
        let solarDay = floorDivide(instant.milliseconds &+ shift, 86_400_000)
        let mean = Instant(milliseconds: solarDay * 86_400_000 + 43_200_000 - shift)
        return mean + Span(milliseconds: Int64((-Sky(mean).equationOfTime * 60_000).rounded()))
    }

    /// The crossing of the horizon before or after a noon; found again with the sun's place at the first answer.
    private static func crossing(near noon: Instant, at place: Place, horizon: Horizon, isRise: Bool) -> Instant? {
        var guess = noon
        for _ in 0..<3 {
            let sky = Sky(guess)
            let latitude = place.latitude * .pi / 180
            let cosine =
                cos(horizon.rawValue * .pi / 180) / (cos(latitude) * cos(sky.declination)) - tan(latitude) * tan(sky.declination)
            guard cosine >= -1, cosine <= 1 else { return nil }
            let half = acos(cosine) * 180 / .pi * 4
            // The equation of time moves between noon and the crossing by seconds only, but it costs nothing to follow it.
            let drift = Sky(noon).equationOfTime - sky.equationOfTime
            guess = noon + Span(milliseconds: Int64(((isRise ? -half : half) + drift) * 60_000))
        }
        return guess
    }

    /// The sun's place among the stars at one instant.
    private struct Sky {
        /// Radians.
        let declination: Double
        /// Minutes by which the true sun is ahead of the mean one.
        let equationOfTime: Double

        init(_ instant: Instant) {
            let r = Double.pi / 180
            let t = (Double(instant.milliseconds) / 86_400_000 + 2_440_587.5 - 2_451_545) / 36_525
            let meanLongitude = (280.46646 + t * (36_000.76983 + t * 0.0003032)) * r
            let anomaly = (357.52911 + t * (35_999.05029 - 0.0001537 * t)) * r
            let eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
            let centre =
                sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) + sin(2 * anomaly) * (0.019993 - 0.000101 * t)
                + sin(3 * anomaly) * 0.000289
            let node = (125.04 - 1934.136 * t) * r
            let longitude = meanLongitude + (centre - 0.00569 - 0.00478 * sin(node)) * r
            let tilt = (23.4392911 - t * (0.0130042 + t * (0.00000016 - t * 0.0000005)) + 0.00256 * cos(node)) * r
            declination = asin(sin(tilt) * sin(longitude))
            let y = pow(tan(tilt / 2), 2)
            equationOfTime =
                4 / r
                * (y * sin(2 * meanLongitude) - 2 * eccentricity * sin(anomaly)
                    + 4 * eccentricity * y * sin(anomaly) * cos(2 * meanLongitude) - 0.5 * y * y * sin(4 * meanLongitude)
                    - 1.25 * eccentricity * eccentricity * sin(2 * anomaly))
        }
    }
}
