// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Journal
import Watch

/// Bulky waste by appointment: book, move, cancel, ask the crews.
extension Services {
    package struct BookingReceipt: Sendable {
        package var booking: Booking
        /// The secret of its link.
        package var token: String
        package var isNew: Bool
    }

    /// Books a collection. It is on disk when this returns, and the day has room for it.
    /// - Throws: `BookingFault`.
    package func book(_ draft: BookingDraft) async throws -> BookingReceipt {
        guard let bulky = shelf.catalogue.bulky else { throw BookingFault.unknown }
        let token = Services.token(draft.key.isEmpty ? Tokens.make() : draft.key)
        let (now, follow) = (clock.now(), Tokens.hash(token))
        if let known = try await journal.read({ try BookingStore.find(follow: follow, in: $0) }) {
            return BookingReceipt(booking: known, token: token, isNew: false)
        }
        var faults = BookingRules.faults(draft.items, bulky)
        guard let sector = BookingRules.sector(bulky, for: draft.home) else {
            throw BookingFault.fields([
                .init(name: "address", message: Words("La ville n'enlève pas d'encombrants ici.", "The city fetches no bulky waste here."))
            ])
        }
        if !isFree(draft.day, sector, bulky, at: now) {
            faults.append(.init(name: "day", message: Words("Choisissez un jour de la liste.", "Choose a day of the list.")))
        }
        guard faults.isEmpty else { throw BookingFault.fields(faults) }
        let (litres, end) = (BookingRules.litres(draft.items, bulky), wall.instant(draft.day, minute: 1440))
        return try await journal.write { transaction in
            // Sent twice at once: the second finds what the first has made.
            if let known = try BookingStore.find(follow: follow, in: transaction) {
                return BookingReceipt(booking: known, token: token, isNew: false)
            }
            guard try BookingStore.take(litres, sector.code, draft.day, of: sector.litres, in: transaction) else { throw BookingFault.full }
            let booking = try BookingStore.add(
                draft, follow: follow, sector: sector, litres: litres, endOfDay: end, at: now, in: transaction)
            return BookingReceipt(booking: booking, token: token, isNew: true)
        }
    }

    private func isFree(_ day: CivilDay, _ sector: Bulky.Sector, _ bulky: Bulky, at now: Instant) -> Bool {
        let today = wall.day(at: now)
        return (bulky.notice...bulky.ahead).contains(day - today) && BookingRules.isServed(day, sector, bulky, shelf.catalogue.holidays)
    }

    /// The token of the link, from the sender's own key: known again when the same is sent twice.
    static func token(_ key: String) -> String { Tokens.hash("vigie booking link " + key).prefix(20).hexadecimal }

    /// Days that may be chosen for so much at a home.
    package func slots(_ sector: Bulky.Sector, litres: Int) async throws -> [BookingRules.Slot] {
        guard let bulky = shelf.catalogue.bulky else { return [] }
        let today = wall.day(at: clock.now())
        let taken = try await journal.read { try BookingStore.taken(sector.code, from: today, in: $0) }
        return BookingRules.slots(sector, bulky, shelf.catalogue.holidays, today: today, litres: litres, taken: taken)
    }

    package struct FollowedBooking: Sendable {
        package var booking: Booking
        package var events: [BookingEvent]
        package var isChangeable: Bool
    }

    package func booking(_ token: String) async throws -> FollowedBooking? {
        let (follow, today) = (Tokens.hash(token), wall.day(at: clock.now()))
        return try await journal.read { transaction in
            guard let booking = try BookingStore.find(follow: follow, in: transaction) else { return nil }
            return FollowedBooking(
                booking: booking, events: try BookingStore.events(of: booking.number, in: transaction),
                isChangeable: BookingRules.isChangeable(booking, today: today))
        }
    }

    /// Moves a booking to another day: the new day has room before the old one is given back.
    package func move(_ token: String, to day: CivilDay) async throws {
        guard let bulky = shelf.catalogue.bulky else { throw BookingFault.unknown }
        let (follow, now) = (Tokens.hash(token), clock.now())
        let (today, end) = (wall.day(at: now), wall.instant(day, minute: 1440))
        let before = try await journal.write { [self] transaction -> Booking in
            guard let booking = try BookingStore.find(follow: follow, in: transaction) else { throw BookingFault.unknown }
            guard BookingRules.isChangeable(booking, today: today), let sector = bulky.sector(booking.sector) else {
                throw BookingFault.closed
            }
            guard booking.day != day else { return booking }
            guard isFree(day, sector, bulky, at: now) else {
                throw BookingFault.fields([
                    .init(name: "day", message: Words("Choisissez un jour de la liste.", "Choose a day of the list."))
                ])
            }
            guard try BookingStore.take(booking.litres, sector.code, day, of: sector.litres, in: transaction) else {
                throw BookingFault.full
            }
            try BookingStore.giveBack(booking.litres, sector.code, booking.day, in: transaction)
            try BookingStore.move(booking, to: day, endOfDay: end, at: now, in: transaction)
            return booking
        }
        if before.job != nil, before.day != day {
            try await jobs?.withdraw(.booking(before.number.value), because: "déplacé par l'habitant", by: "vigie")
        }
    }

    package func cancel(_ token: String) async throws {
        let (follow, now) = (Tokens.hash(token), clock.now())
        let today = wall.day(at: now)
        let booking = try await journal.write { transaction -> Booking in
            guard let booking = try BookingStore.find(follow: follow, in: transaction) else { throw BookingFault.unknown }
            guard BookingRules.isChangeable(booking, today: today) else { throw BookingFault.closed }
            try BookingStore.giveBack(booking.litres, booking.sector, booking.day, in: transaction)
            try BookingStore.cancel(booking, at: now, in: transaction)
            return booking
        }
        if booking.job != nil { try await jobs?.withdraw(.booking(booking.number.value), because: "annulé par l'habitant", by: "vigie") }
    }

    /// Asks the crews for what is booked for today and tomorrow and was not asked for yet. Asking again does no harm: a booking has one
    /// open job. Where no crew works for the department, the list of the day is all there is.
    /// - Returns: how many were asked for.
    @discardableResult
    package func askForJobs() async throws -> Int {
        guard let jobs, let bulky = shelf.catalogue.bulky, try await jobs.works(for: bulky.department) else { return 0 }
        let now = clock.now()
        let today = wall.day(at: now)
        let waiting = try await journal.read { try BookingStore.waiting(today...(today + 1), in: $0) }
        var count = 0
        for booking in waiting {
            let number = try await jobs.ask(need(booking, bulky), by: "vigie")
            let isKept = try await journal.write { try BookingStore.asked(booking, job: number, at: now, in: $0) }
            // Cancelled or moved while the crews were asked.
            if isKept {
                count += 1
            } else {
                try await jobs.withdraw(.booking(booking.number.value), because: "annulé par l'habitant", by: "vigie")
            }
        }
        return count
    }

    private func need(_ booking: Booking, _ bulky: Bulky) -> JobNeed {
        func list(_ language: Language) -> String {
            bulky.items.compactMap { item in
                booking.items[item.code].map { "\($0) × \(ServiceWords.both(item.title)(language))" }
            }.joined(separator: ", ")
        }
        let window = bulky.sector(booking.sector)?.window
        return JobNeed(
            source: .booking(booking.number.value), department: bulky.department, category: bulky.category,
            title: Words("Encombrants \(booking.reference)", "Bulky waste \(booking.reference)"),
            details: "\(list(.french)) · \(Double(booking.litres) / 1000) m³", place: booking.place, address: booking.address,
            commune: booking.commune.isEmpty ? .outside : Commune(insee: booking.commune), urgency: .days,
            promisedAt: wall.instant(booking.day, minute: window?.until ?? 1440))
    }
}
