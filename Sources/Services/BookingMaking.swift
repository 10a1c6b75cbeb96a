// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
import Journal

/// Bulky waste by appointment: book, move, cancel.
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
        if let known = try await journal.read({ try Services.known(follow, draft, token, in: $0) }) { return known }
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
            if let known = try Services.known(follow, draft, token, in: transaction) { return known }
            guard try BookingStore.take(litres, sector.code, draft.day, of: sector.litres, in: transaction) else { throw BookingFault.full }
            let booking = try BookingStore.add(
                draft, follow: follow, sector: sector, litres: litres, endOfDay: end, at: now, in: transaction)
            return BookingReceipt(booking: booking, token: token, isNew: true)
        }
    }

    /// The booking that the key of a draft has already; nil where it has none.
    /// - Throws: `BookingFault.used` where it says something else than the draft: nobody is told 'booked' of what is not.
    private static func known(
        _ follow: [UInt8], _ draft: BookingDraft, _ token: String, in transaction: Transaction
    ) throws -> BookingReceipt? {
        guard let booking = try BookingStore.find(follow: follow, in: transaction) else { return nil }
        let first = try BookingStore.events(of: booking.number, in: transaction).first?.day ?? booking.day
        let contact = try BookingStore.contact(of: booking.number, in: transaction)
        guard BookingRules.isSame(draft, booking, first: first, contact: contact) else { throw BookingFault.used(token) }
        return BookingReceipt(booking: booking, token: token, isNew: false)
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

    /// Moves a booking to another day: the new day has room before the old one is given back. The crews hear of it at the next round.
    package func move(_ token: String, to day: CivilDay) async throws {
        guard let bulky = shelf.catalogue.bulky else { throw BookingFault.unknown }
        let (follow, now) = (Tokens.hash(token), clock.now())
        let (today, end) = (wall.day(at: now), wall.instant(day, minute: 1440))
        try await journal.write { [self] transaction in
            guard let booking = try BookingStore.find(follow: follow, in: transaction) else { throw BookingFault.unknown }
            guard BookingRules.isChangeable(booking, today: today), let sector = bulky.sector(booking.sector) else {
                throw BookingFault.closed
            }
            guard booking.day != day else { return }
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
        }
    }

    /// Gives the day's room back. The crews hear of it at the next round.
    package func cancel(_ token: String) async throws {
        let (follow, now) = (Tokens.hash(token), clock.now())
        let today = wall.day(at: now)
        try await journal.write { transaction in
            guard let booking = try BookingStore.find(follow: follow, in: transaction) else { throw BookingFault.unknown }
            guard BookingRules.isChangeable(booking, today: today) else { throw BookingFault.closed }
            try BookingStore.giveBack(booking.litres, booking.sector, booking.day, in: transaction)
            try BookingStore.cancel(booking, at: now, in: transaction)
        }
    }
}
