// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import Journal

/// Bulky waste: the citizens' pages, and the room's list of a day.
struct BookingRoutes {
    let services: Services
    /// Bookings a minute from one network.
    static let perMinute = 12

    func add(to desk: Desk) {
        desk.api(ServiceRoutes.page("/app/encombrants", "Citizens' app: book a collection of bulky waste")) { _, context in
            try await offer(context.query, context)
        }
        desk.openAct("/app/encombrants", "Citizens' app: book a collection of bulky waste") { form, context in
            try await book(form, context)
        }
        desk.api(ServiceRoutes.page("/app/encombrants/suivi/{token}", "Citizens' app: a booking, for whoever holds its link")) {
            _, context in try await follow(context)
        }
        desk.openAct("/app/encombrants/suivi/{token}/deplacer", "Citizens' app: move a booking to another day") { form, context in
            var form = form
            guard let day = CivilDay(form.text("day", 1...10)) else {
                throw Refused.fields([.init("day", Words("Choisissez un jour.", "Choose a day."))])
            }
            return try await change(context) { try await services.move($0, to: day) }
        }
        desk.openAct("/app/encombrants/suivi/{token}/annuler", "Citizens' app: cancel a booking") { _, context in
            try await change(context) { try await services.cancel($0) }
        }
        desk.page("/console/services/encombrants", "Bulky waste of a day") { _, context in try await day(context) }
        desk.page("/console/services/encombrants.csv", "Bulky waste of a day as a table") { _, context in try await csv(context) }
        desk.act("/console/services/encombrants/{number}/contact", "Look at whom to tell of a change", right: .view, trade: "callback") {
            form, context in try await contact(form, context)
        }
    }

    private func bulky(_ context: ConsoleContext) throws -> Bulky {
        guard let bulky = services.shelf.catalogue.bulky else { throw Refused.notFound(context.address) }
        return bulky
    }

    // MARK: Booking

    /// What was chosen, and what is wrong with it.
    private func read(_ form: Form, _ bulky: Bulky) -> (items: [String: Int], home: Home?, errors: [Refused.FieldError]) {
        var form = form
        var items: [String: Int] = [:]
        for item in bulky.items {
            if let count = form.integer("item-\(item.code)", optional: 0...item.most), count > 0 { items[item.code] = count }
        }
        var errors = form.errors
        let home = services.home(String((form["q"] ?? "").prefix(200)))
        if home == nil {
            errors.append(
                .init(
                    "address",
                    Words(
                        "Cette adresse est inconnue. Essayez la rue et la commune.",
                        "This address is unknown. Try the street and the commune.")))
        } else if let home, BookingRules.sector(bulky, for: home) == nil {
            errors.append(.init("address", Words("La ville n'enlève pas d'encombrants ici.", "The city fetches no bulky waste here.")))
        }
        if errors.isEmpty { errors = BookingRules.faults(items, bulky).map { .init($0.name, $0.message) } }
        return (items, home, errors)
    }

    private func offer(_ form: Form, _ context: ConsoleContext, _ more: [Refused.FieldError] = []) async throws -> Page {
        let bulky = try bulky(context)
        guard form.has("q") else { return AppBulkyPage(bulky: bulky, key: "").page }
        let (items, home, errors) = read(form, bulky)
        var offer: AppBulkyPage.Offer?
        if errors.isEmpty, let home, let sector = BookingRules.sector(bulky, for: home) {
            let litres = BookingRules.litres(items, bulky)
            offer = .init(home: home, sector: sector, litres: litres, slots: try await services.slots(sector, litres: litres))
        }
        return AppBulkyPage(bulky: bulky, values: form, errors: errors + more, offer: offer, key: Tokens.make()).page
    }

    private func book(_ form: Form, _ context: ConsoleContext) async throws -> FormAnswer {
        if let seconds = services.pace.take(context.network, perMinute: BookingRoutes.perMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
        let bulky = try bulky(context)
        let (items, home, faults) = read(form, bulky)
        var sent = form
        var contact = BookingContact(
            name: sent.text("name", 0...120), email: sent.text("email", 0...254), phone: sent.text("phone", 0...40))
        var errors = faults + sent.errors
        let day = CivilDay(sent["day"] ?? "")
        if day == nil { errors.append(.init("day", Words("Choisissez un jour.", "Choose a day."))) }
        if let trap = form["site"], !trap.isEmpty {
            errors.append(.init("site", Words("Laissez ce champ vide.", "Leave this field empty.")))
        }
        if !contact.email.isEmpty, !EmailText.isAddress(contact.email) {
            errors.append(
                .init("email", Words("Une adresse comme nom@exemple.fr.", "An address such as name@example.org.")))
        }
        if !contact.phone.isEmpty {
            if let digits = Telephone.digits(contact.phone) {
                contact.phone = digits
            } else {
                errors.append(.init("phone", Words("Un numéro de 4 à 15 chiffres.", "A number of 4 to 15 digits.")))
            }
        }
        guard errors.isEmpty, let home, let day else {
            return .again(try await offer(form, context, errors.filter { !faults.contains($0) }))
        }
        do {
            let receipt = try await services.book(
                BookingDraft(key: String((form["key"] ?? "").prefix(80)), home: home, items: items, day: day, contact: contact))
            return .done(SeeOther("/app/encombrants/suivi/\(receipt.token)?sent=1"))
        } catch BookingFault.full {
            let full = Words("Ce jour vient d'être complet. Choisissez-en un autre.", "This day has just become full. Choose another.")
            return .again(try await offer(form, context, [.init("day", full)]))
        } catch BookingFault.fields(let faults) {
            return .again(try await offer(form, context, faults.map { .init($0.name, $0.message) }))
        } catch BookingFault.used(let token) {
            return .again(AppBookingUsedPage(token: token).page)
        }
    }

    private func follow(_ context: ConsoleContext) async throws -> Page {
        let token = try context.text("token")
        guard let followed = try await services.booking(token) else { throw Refused.notFound("/app/encombrants/suivi/…") }
        let bulky = services.shelf.catalogue.bulky
        var slots: [BookingRules.Slot] = []
        if followed.isChangeable, let sector = bulky?.sector(followed.booking.sector) {
            slots = try await services.slots(sector, litres: followed.booking.litres).filter { $0.day != followed.booking.day }
        }
        return AppBookingPage(
            followed: followed, bulky: bulky, slots: slots, token: token, isSent: context.query["sent"] == "1"
        ).page
    }

    private func change(_ context: ConsoleContext, _ act: (String) async throws -> Void) async throws -> SeeOther {
        if let seconds = services.pace.take(context.network, perMinute: BookingRoutes.perMinute, at: context.now) {
            throw Refused.tooMany(retryAfter: seconds)
        }
        let token = try context.text("token")
        do {
            try await act(token)
        } catch BookingFault.unknown {
            throw Refused.notFound("/app/encombrants/suivi/…")
        } catch BookingFault.closed {
            throw Refused.conflict(
                Words("Trop tard pour changer : appelez la mairie.", "Too late for a change: call the town hall."))
        } catch BookingFault.full {
            throw Refused.conflict(
                Words(
                    "Ce jour vient d'être complet ; votre jour d'avant reste réservé.",
                    "That day has just become full; your day of before stays booked."))
        } catch BookingFault.fields(let faults) {
            throw Refused.fields(faults.map { .init($0.name, $0.message) })
        }
        return SeeOther("/app/encombrants/suivi/\(token)")
    }

    // MARK: The room

    private func asked(_ context: ConsoleContext) async throws -> BulkyDayPage {
        let day = CivilDay(context.query["day"] ?? "") ?? services.wall.day(at: context.now)
        let person = try context.required()
        let communes = person.communes(.view, "services")
        let bookings = try await services.journal.read { try BookingStore.day(day, communes: communes, in: $0) }
        return BulkyDayPage(
            day: day, bookings: bookings, bulky: services.shelf.catalogue.bulky, isWhole: communes == nil,
            mayCall: person.may(.view, "callback"))
    }

    private func day(_ context: ConsoleContext) async throws -> Page { try await asked(context).page }

    private func csv(_ context: ConsoleContext) async throws -> Bytes {
        let page = try await asked(context)
        return Bytes(
            Array(page.csv.utf8), type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"encombrants-\(page.day.iso).csv\""])
    }

    private func contact(_ form: Form, _ context: ConsoleContext) async throws -> Page {
        let number = Int64(try context.number("number"))
        guard let booking = try await services.journal.read({ try BookingStore.find(number, in: $0) }) else {
            throw Refused.notFound(context.address)
        }
        let login = try context.require(.view, "callback", in: booking.commune).login
        try context.require(.view, "services", in: booking.commune)
        var form = form
        let reason = form.text("look-reason", 1...300)
        try form.finish()
        guard let contact = try await services.contact(of: booking, for: login, reason: reason) else {
            throw Refused.notFound(context.address)
        }
        return BulkyDayPage.contact(booking, contact)
    }
}

extension Services {
    /// Whom to tell of a change; the look stands in the log.
    func contact(of booking: Booking, for login: String, reason: String) async throws -> BookingContact? {
        let now = clock.now()
        let (contact, entries) = try await journal.write { transaction -> (BookingContact?, [LogEntry]) in
            guard let contact = try BookingStore.contact(of: booking.number, in: transaction) else { return (nil, []) }
            let text = Words(
                "Coordonnées de la collecte \(booking.reference) consultées : \(reason)",
                "Contact of collection \(booking.reference) looked at: \(reason)")
            let draft = LogDraft(author: login, trade: "services", subject: "booking:\(booking.number.value)", text: text)
            return (contact, try Logbook.append([draft], in: transaction, at: now))
        }
        outlet.tell(entries)
        return contact
    }
}
