// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom

/// How days, hours and what is open are said.
package enum ServiceWords {
    private static let weekdays = [
        Words("lundi", "Monday"), Words("mardi", "Tuesday"), Words("mercredi", "Wednesday"), Words("jeudi", "Thursday"),
        Words("vendredi", "Friday"), Words("samedi", "Saturday"), Words("dimanche", "Sunday"),
    ]
    private static let months = [
        Words("janvier", "January"), Words("février", "February"), Words("mars", "March"), Words("avril", "April"), Words("mai", "May"),
        Words("juin", "June"), Words("juillet", "July"), Words("août", "August"), Words("septembre", "September"),
        Words("octobre", "October"), Words("novembre", "November"), Words("décembre", "December"),
    ]

    package static func weekday(_ day: Int) -> Words { weekdays[max(1, min(7, day)) - 1] }

    /// 'lundi 23 novembre', 'Monday 23 November'.
    package static func day(_ day: CivilDay) -> Words {
        let date = day.date
        let (weekday, month) = (weekday(day.weekday), months[date.month - 1])
        return Words(
            "\(weekday.french) \(date.day == 1 ? "1er" : "\(date.day)") \(month.french)", "\(weekday.english) \(date.day) \(month.english)")
    }

    /// With 'aujourd’hui' and 'demain' before it.
    package static func near(_ day: CivilDay, today: CivilDay) -> Words {
        let name = self.day(day)
        switch day - today {
        case 0: return Words("aujourd’hui, \(name.french)", "today, \(name.english)")
        case 1: return Words("demain, \(name.french)", "tomorrow, \(name.english)")
        default: return name
        }
    }

    /// '8 h 30', '8:30'.
    package static func clock(_ minute: Int) -> Words {
        let (hour, rest) = (minute / 60, minute % 60)
        let two = rest < 10 ? "0\(rest)" : "\(rest)"
        return Words(rest == 0 ? "\(hour)\u{00A0}h" : "\(hour)\u{00A0}h\u{00A0}\(two)", "\(hour):\(two)")
    }

    package static func ranges(_ ranges: [DayRange]) -> Words {
        if ranges.isEmpty { return Words("fermé", "closed") }
        if ranges == [DayRange(0, 1440)] { return Words("jour et nuit", "day and night") }
        let said = ranges.map { (clock($0.from), clock($0.until)) }
        return Words(
            said.map { "de \($0.french) à \($1.french)" }.joined(separator: " et "),
            said.map { "\($0.english) to \($1.english)" }.joined(separator: ", "))
    }

    /// 'Ouvert jusqu’à 17 h 30', 'Fermé (Toussaint), ouvre demain à 9 h'.
    package static func state(_ verdict: OpeningRules.Verdict, today: CivilDay) -> Words {
        switch verdict {
        case .open(let until):
            if until >= 1440 { return Words("Ouvert", "Open") }
            return Words("Ouvert jusqu’à \(clock(until).french)", "Open until \(clock(until).english)")
        case .closed(let opens, let why):
            let because = why.map { Words(" (\($0.french))", " (\($0.english))") } ?? Words("", "")
            guard let opens else { return Words("Fermé\(because.french)", "Closed\(because.english)") }
            let time = clock(opens.minute)
            let day: Words =
                switch opens.day - today {
                case 0: Words("", "")
                case 1: Words("demain ", "tomorrow ")
                case 2...6: Words("\(weekday(opens.day.weekday).french) ", "\(weekday(opens.day.weekday).english) ")
                default: Words("\(self.day(opens.day).french) ", "\(self.day(opens.day).english) ")
                }
            return Words(
                "Fermé\(because.french), ouvre \(day.french)à \(time.french)",
                "Closed\(because.english), opens \(day.english)at \(time.english)")
        }
    }

    package static func level(_ level: Notice.Level) -> Words {
        switch level {
        case .info: Words("Information", "Information")
        case .warning: Words("Vigilance", "Warning")
        case .alarm: Words("Alerte", "Alert")
        }
    }

    /// '0,6 m³'.
    static func volume(_ litres: Int) -> HTML { HTML.quantity(Double(litres) / 1000, decimals: 1, unit: "m³") }

    /// French stands in for an English text that nobody wrote.
    package static func both(_ words: Words) -> Words { words.english.isEmpty ? Words(words.french, words.french) : words }
}

extension Icon {
    /// By the name that the city's file gives; the pin for one that is unknown.
    static func named(_ name: String) -> Icon { Icon(rawValue: name) ?? .pin }
}
