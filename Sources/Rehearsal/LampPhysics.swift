// SPDX-License-Identifier: EUPL-1.2

/// How a lamp behaves, as formulas. Values in, values out.
enum LampPhysics {
    /// What a node and a driver at rest draw, in watts.
    static let standbyLED = 0.6
    static let standbySodium = 1.1

    /// Power in watts at `level` per cent. LED drivers lose a little at low levels; a sodium lamp on a dimming ballast loses more, follows
    /// the voltage, and needs minutes to reach its power after it was struck.
    static func power(nominal: Double, isLED: Bool, level: Double, volts: Double, hoursBurnt: Double, secondsLit: Double, ambient: Double)
        -> Double
    {
        guard level > 0 else { return isLED ? standbyLED : standbySodium }
        let share = level / 100
        if isLED {
            // −0.5 % in 1000 h; −0.1 % for each kelvin above 15 °C, as the forward voltage falls.
            let age = max(0.8, 1 - 0.005 * hoursBurnt / 1000)
            return standbyLED + nominal * (0.03 * (1 - share) + share) * age * (1 - 0.001 * (ambient - 15))
        }
        let voltage = volts / 230
        let warm = min(1, 0.55 + 0.45 * secondsLit / 300)
        return nominal * 1.03 * (0.12 + 0.88 * share) * voltage * voltage.squareRoot() * warm
    }

    /// Mains in volts at a second of the local day: it sags when people cook, and differs from feeder to feeder.
    static func volts(secondOfDay: Double, offset: Double, noise: Double) -> Double {
        let evening = SteadyMath.cosine((secondOfDay - 19.5 * 3600) / 86_400 * SteadyMath.turn)
        let morning = SteadyMath.cosine((secondOfDay - 7.5 * 3600) / 43_200 * SteadyMath.turn)
        return 232.5 - 2.2 * evening - 0.8 * morning + offset + 0.5 * noise
    }

    /// Outside air in °C: a mild day of the season, warmest at 15 h. `dayOfYear` from 0.
    static func ambient(secondOfDay: Double, dayOfYear: Double) -> Double {
        let season = SteadyMath.cosine((dayOfYear - 200) / 365.25 * SteadyMath.turn)
        return 11 + 9 * season + 4.5 * SteadyMath.cosine((secondOfDay - 15 * 3600) / 86_400 * SteadyMath.turn)
    }

    /// Inside the luminaire in °C, after it has burnt for this long at this power.
    static func temperature(ambient: Double, power: Double, isLED: Bool, secondsLit: Double) -> Double {
        let rise = (isLED ? 0.42 : 0.3) * power
        return ambient + rise * min(1, secondsLit / 1200)
    }
}
