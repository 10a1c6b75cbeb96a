// SPDX-License-Identifier: EUPL-1.2

/// The public holidays of France by rule (Code du travail, article L3133-1; for Alsace and Moselle also L3134-13).
package enum PublicHolidays: String, Sendable, Hashable, Codable, CaseIterable {
    case metropole
    case alsaceMoselle = "alsace-moselle"

    /// What is kept on that day; nil on all others.
    package func name(of day: CivilDay) -> Words? {
        let (year, month, date) = day.date
        switch (month, date) {
        case (1, 1): return Words("1er janvier", "New Year's Day")
        case (5, 1): return Words("1er mai", "Labour Day")
        case (5, 8): return Words("8 mai", "Victory Day")
        case (7, 14): return Words("14 juillet", "Bastille Day")
        case (8, 15): return Words("Assomption", "Assumption")
        case (11, 1): return Words("Toussaint", "All Saints' Day")
        case (11, 11): return Words("11 novembre", "Armistice Day")
        case (12, 25): return Words("Jour de Noël", "Christmas Day")
        case (12, 26) where self == .alsaceMoselle: return Words("26 décembre", "Saint Stephen's Day")
        default: break
        }
        switch day - PublicHolidays.easter(year) {
        case -2 where self == .alsaceMoselle: return Words("Vendredi saint", "Good Friday")
        case 1: return Words("Lundi de Pâques", "Easter Monday")
        case 39: return Words("Ascension", "Ascension Day")
        case 50: return Words("Lundi de Pentecôte", "Whit Monday")
        default: return nil
        }
    }

    /// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
    package static func easter(_ year: Int) -> CivilDay {
        let (a, b, c) = (year % 19, year / 100, year % 100)
        let (d, e, g) = (b / 4, b % 4, (8 * b + 13) / 25)
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = (c / 4, c % 4)
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 19 * l) / 433
        let month = (h + l - 7 * m + 90) / 25
        return CivilDay(year: year, month: month, day: (h + l - 7 * m + 33 * month + 19) % 32)
    }
}
