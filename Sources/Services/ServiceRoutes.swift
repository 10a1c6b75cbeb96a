// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Inventory
import Journal

/// The citizens' pages of services. All are open: they show what the city published.
struct ServiceRoutes {
    let services: Services

    static func page(_ path: String, _ summary: String) -> Endpoint { Endpoint(.get, path, summary, access: .open, surface: .page) }

    func add(to desk: Desk) {
        desk.api(ServiceRoutes.page("/app/services", "Citizens' app: services, and places with their hours")) { _, context in
            index(context)
        }
        desk.api(ServiceRoutes.page("/app/services/{place}", "Citizens' app: one place")) { _, context in
            let catalogue = services.shelf.catalogue
            guard let place = catalogue.place(try context.text("place")) else { throw Refused.notFound(context.address) }
            return AppPlacePage(place: place, catalogue: catalogue, moment: moment(context)).page
        }
        desk.api(ServiceRoutes.page("/app/dechets", "Citizens' app: days of waste collection in a street")) { _, context in
            waste(context)
        }
        desk.api(ServiceRoutes.page("/app/dechets/calendrier.ics", "Citizens' app: days of collection as a calendar")) { _, context in
            try calendar(context)
        }
        desk.api(ServiceRoutes.page("/app/alertes", "Citizens' app: alerts that are on")) { _, context in
            let names = try await services.journal.read { try AreaStore.names(in: $0) }
            return AppNoticesPage(
                notices: services.shelf.notices(at: context.now),
                communes: Dictionary(names.map { ($0.code, $0.name) }) { first, _ in first }
            ).page
        }
        desk.api(ServiceRoutes.page("/app/alertes/bandeau", "Citizens' app: what stands above each page")) { _, context in
            Fragment { services.strip(at: context.now) }
        }
    }

    private func moment(_ context: ConsoleContext) -> OpeningRules.Moment { .init(context.now, services.wall) }

    private func index(_ context: ConsoleContext) -> Page {
        let catalogue = services.shelf.catalogue
        let query = context.query
        let question = ServiceSearch.Question(
            text: String((query["q"] ?? "").prefix(100)), category: catalogue.category(query["category"] ?? "")?.code ?? "",
            openOnly: query.flag("open"), near: ServiceRoutes.place(query["near"]))
        let moment = moment(context)
        return AppServicesPage(
            catalogue: catalogue, found: ServiceSearch.find(question, catalogue, at: moment), question: question, moment: moment,
            own: own(catalogue, at: context.now)
        ).page
    }

    /// Pages of the app for which there is data.
    private func own(_ catalogue: ServiceCatalogue, at now: Instant) -> [Tile] {
        var tiles: [Tile] = []
        if !catalogue.wasteSectors.isEmpty {
            tiles.append(
                Tile(
                    code: "dechets", title: Words("Collecte des déchets", "Waste collection"),
                    help: Words("Les jours de votre rue", "The days of your street"), link: "/app/dechets", icon: "refresh"))
        }
        if !services.shelf.timetables.isEmpty || !services.shelf.stations.isEmpty {
            tiles.append(
                Tile(
                    code: "transports", title: Words("Transports", "Transport"),
                    help: Words("Les prochains départs près de vous", "The next departures near you"), link: "/app/transports",
                    icon: "clock"))
        }
        if catalogue.bulky != nil {
            tiles.append(
                Tile(
                    code: "encombrants", title: Words("Encombrants", "Bulky waste"),
                    help: Words("Prendre rendez-vous pour une collecte", "Make an appointment for a collection"), link: "/app/encombrants",
                    icon: "order"))
        }
        if !services.shelf.notices(at: now).isEmpty {
            tiles.append(
                Tile(
                    code: "alertes", title: Words("Alertes", "Alerts"), help: Words("En ce moment", "At the moment"),
                    link: "/app/alertes", icon: "warning"))
        }
        return tiles
    }

    // MARK: Waste

    private func asked(_ context: ConsoleContext) -> (text: String, home: Home?) {
        let text = String((context.query["q"] ?? "").prefix(200)).split(separator: " ").joined(separator: " ")
        if let near = ServiceRoutes.place(context.query["near"]), let found = services.addresses.index.nearest(to: near).first {
            let home = Home(label: found.label, street: found.street, commune: found.insee, house: found.house, place: found.place)
            return (found.label, home)
        }
        return (text, services.home(text))
    }

    private func waste(_ context: ConsoleContext) -> Page {
        let catalogue = services.shelf.catalogue
        let (text, home) = asked(context)
        let today = services.wall.day(at: context.now)
        return AppWastePage(
            catalogue: catalogue, question: text, home: home,
            pickups: home.map { WasteRules.pickups(catalogue, for: $0, from: today, days: AppWastePage.shownDays) } ?? [], today: today,
            hasBulky: catalogue.bulky != nil
        ).page
    }

    /// Days that a calendar file holds.
    private static let calendarDays = 366

    private func calendar(_ context: ConsoleContext) throws -> Bytes {
        let catalogue = services.shelf.catalogue
        guard let home = asked(context).home else { throw Refused.notFound(context.address) }
        let pickups = WasteRules.pickups(
            catalogue, for: home, from: services.wall.day(at: context.now), days: ServiceRoutes.calendarDays)
        let text = WasteCalendar.text(pickups, catalogue, home, language: context.language, at: context.now)
        return Bytes(
            Array(text.utf8), type: "text/calendar; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"collecte.ics\""])
    }

    /// 'longitude,latitude'.
    static func place(_ text: String?) -> Place? {
        let parts = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard parts.count == 2 else { return nil }
        let place = Place(longitude: parts[0], latitude: parts[1])
        return place.isValid ? place : nil
    }
}
