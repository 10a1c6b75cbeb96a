// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom

/// A timetable that the house holds.
package struct Timetable: Sendable {
    package var name: String
    package var revision: Int64
    package var importedAt: Instant
    package var feed: TransitFeed
}

/// Some poles of one name, and what leaves there next.
struct StopBoard: Sendable {
    var timetable: Timetable
    var stops: [Int]
    var metres: Double?
    var departures: [TransitFeed.Departure]

    var name: String { timetable.feed.stops[stops[0]].name }
    /// `divia/1234`, for its page.
    var address: String { "/app/transports/\(percentEncoded(timetable.feed.stops[stops[0]].id))" }
}

/// Stops near a place or by their name, each with its next departures.
struct AppTransitPage {
    var question: String
    var isAsked: Bool
    var boards: [StopBoard]
    var stations: StationList
    var timetables: [Timetable]
    var now: Instant
    var wall: WallTime

    var page: Page {
        Page(title: Words("Transports", "Transport"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            p { a(Words("Tous les services", "All services"), .href("/app/services")) }
            h1(Words("Prochains départs", "Next departures"))
            custom("place-choice", .data("go", "/app/transports")) {
                form(.method("get"), .action("/app/transports"), .class("verdict")) {
                    div(.class("field")) {
                        label(.for("field-address")) { Words("Un arrêt, ou une adresse", "A stop, or an address") }
                        input(
                            .type("text"), .id("field-address"), .name("q"), .value(question), .autocomplete("off"),
                            .named("maxlength", "200"))
                    }
                    Button(Words("Voir", "Show"), .primary)
                }
            }
            if isAsked, boards.isEmpty, stations.near.isEmpty {
                p(.class("empty-state"), .role("status")) {
                    Words("Aucun arrêt à moins de 600 m, ni de ce nom.", "No stop within 600 m, nor of that name.")
                }
            }
            for board in boards {
                section {
                    h2 { a(board.name, .href(board.address)) }
                    if let metres = board.metres { p(.class("quiet")) { Distance(metres) } }
                    DepartureList(board: board, now: now, wall: wall)
                }
            }
            stations
            TimetableNote(timetables: timetables, today: wall.day(at: now))
            AsOf()
        }
    }
}

/// Bikes and car parks near a place, with what is free, and since when that is known.
struct StationList: Content {
    var near: [(network: String, station: Station, metres: Double, reportedAt: Instant)]
    var now: Instant
    /// Older figures say that the source is away.
    static let fresh = Span.minutes(10)

    var html: HTML {
        if near.isEmpty { return .empty }
        return section {
            h2(Words("Vélos et parkings", "Bikes and car parks"))
            ul(.class("around")) {
                for one in near {
                    li {
                        strong(one.station.name)
                        p {
                            Distance(one.metres)
                            " · \(one.network)"
                        }
                        p(free(one.station))
                        if now - one.reportedAt > StationList.fresh {
                            p(.class("field-error")) {
                                Words("La source ne répond plus : chiffres du ", "The source is away: figures of ")
                                HTML.time(one.reportedAt, .date)
                                " "
                                HTML.time(one.reportedAt, .minutes)
                            }
                        }
                    }
                }
            }
        }
    }

    private func free(_ station: Station) -> Words {
        if !station.isOpen { return Words("fermée", "closed") }
        let vehicles = station.vehicles.map { Words("\($0) vélo(s)", "\($0) bike(s)") }
        let docks = station.docks.map { Words("\($0) place(s) libre(s)", "\($0) free place(s)") }
        let all = [vehicles, docks].compactMap { $0 }
        return Words(all.map(\.french).joined(separator: ", "), all.map(\.english).joined(separator: ", "))
    }
}

/// One stop with many departures.
struct AppStopPage {
    var board: StopBoard
    var now: Instant
    var wall: WallTime

    var page: Page {
        Page(title: Words(board.name, board.name), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            p { a(Words("Tous les arrêts", "All stops"), .href("/app/transports")) }
            h1(board.name)
            DepartureList(board: board, now: now, wall: wall)
            TimetableNote(timetables: [board.timetable], today: wall.day(at: now))
            AsOf()
        }
    }
}

struct DepartureList: Content {
    var board: StopBoard
    var now: Instant
    var wall: WallTime

    var html: HTML {
        if board.departures.isEmpty {
            return p(.class("empty-state")) { Words("Aucun départ d'ici demain soir.", "No departure until tomorrow night.") }
        }
        return ul(.class("departures")) {
            for departure in board.departures {
                li {
                    strong(departure.line.name, .class("line-name"))
                    span { departure.headsign.isEmpty ? departure.line.title : departure.headsign }
                    span(.class("when")) { when(departure.at) }
                }
            }
        }
    }

    /// 'dans 4 min' within the hour, else the time, with the day where it is tomorrow's.
    private func when(_ at: Instant) -> Words {
        let minutes = (at - now).seconds / 60
        if minutes < 1 { return Words("maintenant", "now") }
        if minutes < 60 { return Words("dans \(minutes)\u{A0}min", "in \(minutes)\u{A0}min") }
        let clock = ServiceWords.clock(wall.minuteOfDay(at: at))
        return wall.day(at: at) == wall.day(at: now)
            ? clock : Words("demain \(clock.french)", "tomorrow \(clock.english)")
    }
}

/// Of when the figures are, and until when they hold.
struct TimetableNote: Content {
    var timetables: [Timetable]
    var today: CivilDay

    var html: HTML {
        HTML.of {
            for timetable in timetables {
                p(.class("quiet")) {
                    Words("Horaires prévus (\(timetable.name)), reçus le ", "Planned times (\(timetable.name)), received on ")
                    HTML.time(timetable.importedAt, .date)
                    if let reach = timetable.feed.reach {
                        reach.upperBound < today
                            ? Words(
                                ". Ils ne valaient que jusqu'au \(ServiceWords.day(reach.upperBound).french) : ils sont dépassés.",
                                ". They held until \(ServiceWords.day(reach.upperBound).english) only: they are out of date.")
                            : Words(
                                ", valables jusqu'au \(ServiceWords.day(reach.upperBound).french).",
                                ", valid until \(ServiceWords.day(reach.upperBound).english).")
                    }
                }
            }
        }
    }
}
