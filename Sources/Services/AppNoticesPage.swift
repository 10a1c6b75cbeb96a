// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// All alerts that are on.
struct AppNoticesPage {
    var notices: [Notice]
    /// Names of communes by their code.
    var communes: [String: String]

    var page: Page {
        Page(title: Words("Alertes", "Alerts"), place: "services", layout: .citizen, scripts: ["app"], styles: ["app"]) {
            h1(Words("Alertes", "Alerts"))
            if notices.isEmpty {
                p(.class("empty-state")) { Words("Aucune alerte en ce moment.", "No alert at the moment.") }
            }
            for notice in notices { article(notice) }
            AsOf()
        }
    }

    private func article(_ notice: Notice) -> HTML {
        Console.article(.class("notice", "notice-\(notice.level.rawValue)"), .id("notice-\(notice.code)")) {
            h2 {
                span(ServiceWords.level(notice.level), .class("notice-level"))
                " "
                ServiceWords.both(notice.title)
            }
            for line in lines(notice.text) { p(line) }
            if !notice.link.isEmpty { p { a(Words("En savoir plus", "More"), .href(notice.link)) } }
            p(.class("quiet")) {
                Words("Depuis le ", "Since ")
                moment(notice.from)
                if let until = notice.until {
                    Words(", jusqu'au ", ", until ")
                    moment(until)
                }
                if !notice.communes.isEmpty {
                    " · "
                    notice.communes.map { communes[$0] ?? $0 }.joined(separator: ", ")
                }
            }
        }
    }

    private func moment(_ at: Instant) -> HTML {
        HTML.of {
            HTML.time(at, .date)
            " "
            HTML.time(at, .minutes)
        }
    }

    private func lines(_ text: Words) -> [Words] {
        let (french, english) = (split(text.french), split(ServiceWords.both(text).english))
        return (0..<max(french.count, english.count)).map {
            Words($0 < french.count ? french[$0] : "", $0 < english.count ? english[$0] : "")
        }
    }

    private func split(_ text: String) -> [String] { text.split(whereSeparator: \.isNewline).map(String.init) }
}

/// Above every page of the app: the gravest alerts that are on, each a link to all.
struct NoticeStrip {
    var notices: [Notice]
    static let most = 3

    var html: HTML {
        custom("city-alerts", .class("alerts-strip"), .aria(.live, "polite"), .data("mark", mark)) {
            for notice in notices.prefix(NoticeStrip.most) {
                a(.href("/app/alertes#notice-\(notice.code)"), .class("alert-line", "notice-\(notice.level.rawValue)")) {
                    strong(ServiceWords.level(notice.level))
                    " "
                    ServiceWords.both(notice.title)
                }
            }
            if notices.count > NoticeStrip.most {
                a(
                    Words("Toutes les alertes (\(notices.count))", "All alerts (\(notices.count))"), .href("/app/alertes"),
                    .class("alert-line"))
            }
        }
    }

    private var mark: String { notices.map(\.code).joined(separator: " ") }
}
