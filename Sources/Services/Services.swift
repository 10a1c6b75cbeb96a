// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Inventory
package import Journal
import Synchronization
package import Watch

// Services is the desk of what the city offers beside its answers: ways to other houses, places with their hours, days of collection,
// alerts, bulky waste by appointment, stops and stations. All of it is data that the city edits (`vigie import services`); the room adds
// alerts. Here are the nouns, their rules and rows, the citizens' pages and the room's. Not here: reports (another desk), crews and their
// routes (asked through `JobDesk`).

/// The desk as the house holds it; made once by the composition.
package struct Services: Sendable {
    package let journal: Journal
    package let clock: Clock
    let wall: WallTime
    package let shelf: ServiceShelf
    let addresses: AddressShelf
    /// Who fetches bulky waste; nil where no such desk is given.
    let jobs: (any JobDesk)?
    let outlet = ServiceOutlet()
    let pace = Pace()

    package init(journal: Journal, clock: Clock, wall: WallTime, addresses: AddressShelf, jobs: (any JobDesk)? = nil) {
        (self.journal, self.clock, self.wall, self.addresses, self.jobs) = (journal, clock, wall, addresses, jobs)
        shelf = ServiceShelf(journal: journal, clock: clock)
    }

    package static let migrations: [Migration] = ServiceSchema.migrations + TransitStore.migrations + StationStore.migrations
    package static let personal: [PersonalPlace] = ServiceSchema.personal

    package static let navigation: [NavigationItem] = [
        NavigationItem("services", Words("Services", "Services"), "/console/services", icon: .info, trade: "services")
    ]
    /// In the app.
    package static let citizenNavigation = NavigationItem("services", Words("Services", "Services"), "/app/services", icon: .list)

    /// Calls `log` after each entry of the log, once it is kept.
    package func tell(log: @escaping @Sendable ([LogEntry]) -> Void) { outlet.hearers.withLock { $0.append(log) } }

    /// Adds every route of this desk to the site.
    package func add(to site: Site) {
        ServiceRoutes(services: self).add(to: site.desk("services"))
        ServiceAPIRoutes(services: self).add(to: site.desk("services"))
        NoticeRoutes(services: self).add(to: site.desk("services"))
        BookingRoutes(services: self).add(to: site.desk("services"))
        TransitRoutes(services: self).add(to: site.desk("services"))
    }

    /// What stands above every page of the app.
    package func strip(at now: Instant) -> HTML { NoticeStrip(notices: shelf.notices(at: now)).html }

    // MARK: Alerts

    /// Publishes an alert: it is kept and on the app's pages when this returns.
    @discardableResult
    package func publish(_ notice: Notice, by login: String) async throws -> Int64 {
        let now = clock.now()
        let (number, entries) = try await journal.write { transaction in
            let number = try NoticeStore.publish(notice, by: login, at: now, in: transaction)
            let text = Words(
                "Alerte \(number) publiée pour les habitants : \(notice.title.french)",
                "Alert \(number) published to citizens: \(ServiceWords.both(notice.title).english)")
            let draft = LogDraft(author: login, trade: "services", subject: "notice:\(number)", text: text)
            return (number, try Logbook.append([draft], in: transaction, at: now))
        }
        outlet.tell(entries)
        try await shelf.refreshCatalogue()
        return number
    }

    /// - Returns: false where it was ended before.
    package func end(_ number: Int64, by login: String) async throws -> Bool {
        let now = clock.now()
        let entries = try await journal.write { transaction -> [LogEntry]? in
            guard let known = try NoticeStore.one(number, in: transaction),
                try NoticeStore.end(number, by: login, at: now, in: transaction)
            else { return nil }
            let text = Words(
                "Alerte \(number) close : \(known.notice.title.french)",
                "Alert \(number) ended: \(ServiceWords.both(known.notice.title).english)")
            let draft = LogDraft(author: login, trade: "services", subject: "notice:\(number)", text: text)
            return try Logbook.append([draft], in: transaction, at: now)
        }
        guard let entries else { return false }
        outlet.tell(entries)
        try await shelf.refreshCatalogue()
        return true
    }

    // MARK: Homes

    /// The street that somebody typed; nil where neither the city's addresses nor the file know it.
    func home(_ text: String) -> Home? {
        let asked = text.split(separator: " ").joined(separator: " ")
        guard !asked.isEmpty else { return nil }
        if let found = AddressSearch(addresses.index).find(asked, limit: 1).first {
            return Home(label: found.label, street: found.street, commune: found.insee, house: found.house, place: found.place)
        }
        // Without a table of addresses: a street that the file names, as typed, with or without a number before it and a commune after it.
        let plain = " " + TerritoryRules.plain(asked) + " "
        let catalogue = shelf.catalogue
        let territories = catalogue.wasteSectors.map(\.territory) + (catalogue.bulky?.sectors.map(\.territory) ?? [])
        let named = territories.flatMap { territory in
            territory.byName.filter { plain.contains(" " + $0.key + " ") }.flatMap { $0.value.map { territory.streets[$0] } }
        }
        // The same answer each time, in whatever order the names lie.
        guard let street = named.max(by: { ($0.name.count, $1.name, $1.commune) < ($1.name.count, $0.name, $0.commune) }) else {
            return nil
        }
        let house = asked.prefix { $0.isNumber }
        return Home(label: asked, street: street.name, commune: street.commune, house: Int(house) ?? 0)
    }
}

/// Who hears of entries of the log. Filled while the house is built.
final class ServiceOutlet: Sendable {
    let hearers = Mutex<[@Sendable ([LogEntry]) -> Void]>([])

    func tell(_ entries: [LogEntry]) {
        for hearer in hearers.withLock({ $0 }) where !entries.isEmpty { hearer(entries) }
    }
}
