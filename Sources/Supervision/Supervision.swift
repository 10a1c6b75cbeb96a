// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Fieldbus
package import Inventory
package import Journal
package import Watch

// Supervision is the desk of the room itself: what an operator has before them whatever the trade. Map, list and sheet of
// assets, alarms, orders, the log, the health of Vigie, accounts, the way in over HTTP, and the API that says what the pages say.
// What belongs to one trade (what a lamp is, what may be asked of it) stays in that trade's desk; here are only words that every
// kind shares. A page reads the floor, the journal and the inventory; it never changes a state: acts go through the books.

/// Fieldbus has bytes of its own; the desk's are those of an answer.
typealias Bytes = Console.Bytes

/// Everything that the room's own pages stand on; made once by the composition.
package struct Supervision: Sendable {
    package let floor: Floor
    package let journal: Journal
    package let directory: DirectoryBox
    package let shelf: CatalogueShelf
    package let addresses: AddressShelf
    package let past: PastStates
    package let clock: Clock
    /// Where files of the intake and the journal lie, for the health page's figure of free disk.
    package let folder: String
    let waysIn: @Sendable () -> WaysIn
    let develop: PhotoDeveloping

    /// - Parameters:
    ///   - shelf: where the catalogue is read by somebody else already.
    ///   - addresses: where somebody else asks them too.
    ///   - develop: what becomes of each photo before it is kept.
    ///   - waysIn: how the listener and the brokers stand now, for the health page and the metrics.
    package init(
        floor: Floor, journal: Journal, directory: DirectoryBox, clock: Clock, folder: String, shelf: CatalogueShelf? = nil,
        addresses: AddressShelf? = nil, develop: @escaping PhotoDeveloping = { $0 }, waysIn: @escaping @Sendable () -> WaysIn = { WaysIn() }
    ) {
        (self.floor, self.journal, self.directory, self.clock, self.folder) = (floor, journal, directory, clock, folder)
        (self.waysIn, self.develop) = (waysIn, develop)
        self.shelf = shelf ?? CatalogueShelf(journal: journal)
        self.addresses = addresses ?? AddressShelf(journal: journal)
        past = PastStates(floor: floor, journal: journal)
    }

    package static let migrations: [Migration] = AccountSchema.migrations + PhotoSchema.migrations + LogNameSchema.migrations

    package static let personal: [PersonalPlace] = AccountSchema.personal

    package static let navigation: [NavigationItem] = [
        NavigationItem("map", Words("Carte", "Map"), "/console/map", icon: .map, trade: "map"),
        NavigationItem("alarms", Words("Alarmes", "Alarms"), "/console/alarms", icon: .alarm, trade: "alarms"),
        NavigationItem("assets", Words("Équipements", "Assets"), "/console/assets", icon: .list, trade: "inventory"),
        NavigationItem("orders", Words("Ordres", "Orders"), "/console/orders", icon: .order, trade: "orders"),
        NavigationItem("log", Words("Main courante", "Log"), "/console/log", icon: .log, trade: "log", group: .house),
        NavigationItem("health", Words("Santé", "Health"), "/console/health", icon: .health, trade: "health", whole: true, group: .house),
        NavigationItem(
            "accounts", Words("Comptes", "Accounts"), "/console/accounts", icon: .people, right: .manage, trade: "accounts", whole: true,
            group: .house),
    ]

    /// Adds every route of this desk to the site.
    package func add(to site: Site) {
        let tell: @Sendable (RoomEntry) async throws -> Void = { [floor] entry in
            try await floor.act { acting in
                acting.log.append(
                    LogDraft(
                        author: entry.author, kind: .auto, trade: entry.trade, subject: entry.subject.isEmpty ? nil : entry.subject,
                        text: entry.text, people: entry.people))
            }
        }
        MapRoutes(room: self).add(to: site.desk("map"))
        InventoryRoutes(room: self).add(to: site.desk("inventory"))
        AddressRoutes(shelf: addresses).add(to: site.desk("inventory"))
        SheetRoutes(room: self).add(to: site.desk("inventory"))
        PhotoRoutes(room: self).add(to: site.desk("inventory"))
        AlarmRoutes(room: self).add(to: site.desk("alarms"))
        OrderRoutes(room: self).add(to: site.desk("orders"))
        OrderAPIRoutes(room: self).add(to: site.desk("orders"))
        LastReadingRoutes(room: self).add(to: site.desk("inventory"))
        LogRoutes(room: self).add(to: site.desk("log"))
        HealthRoutes(room: self, live: site.live).add(to: site.desk("health", whole: true))
        AccountRoutes(journal: journal, live: site.live, tell: tell).add(to: site.desk("accounts", whole: true))
        HelpRoutes().add(to: site.desk(""))
        ReadingRoutes(room: self).add(to: site.desk("readings"))
    }

    /// What is wrong with the room itself now, in a sentence for every page; nil where all is well.
    package var trouble: Words? {
        let vitals = floor.currentVitals
        if vitals.intakeTrouble != nil {
            return Words(
                "Le disque ne prend plus les lectures : rien n'est acquitté aux équipements, les états affichés ne bougent plus.",
                "The disk takes no readings any more: nothing is acknowledged to devices, the states on the screen stand still.")
        }
        if vitals.journalTrouble != nil {
            return Words(
                "Le journal ne peut pas être écrit : états et alarmes affichés ne bougent plus, aucun acte n'est possible.",
                "The journal cannot be written: states and alarms on the screen stand still, no act is possible.")
        }
        let away = waysIn().away.map(\.name).joined(separator: ", ")
        return away.isEmpty ? nil : Words("Courtier injoignable : \(away).", "Broker away: \(away).")
    }

    /// The catalogue of now and how its numbers are called.
    func names() async throws -> (Catalogue, Names) {
        let catalogue = try await shelf.current()
        return (catalogue, Names(directory: directory.current, communes: catalogue.communeNames))
    }
}
