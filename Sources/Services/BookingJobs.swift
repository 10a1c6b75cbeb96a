// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Journal
import Watch

// Bookings and the crews' desk, which keeps its jobs by itself: a program that ends between the two must neither forget a collection nor
// send a crew for nothing. So each booking says for which day the crews are asked before they are, and until it is known that the job is
// withdrawn; whatever was cut off is taken up at the next round. Only the round talks to the crews' desk, never a citizen's request.

extension Services {
    /// What a round did.
    package struct CrewRound: Sendable {
        /// Bookings of which the crews know now.
        package var asked = 0
        package var withdrawn = 0
        /// Reference of a booking and what went wrong with it; the others are not held up.
        package var faults: [String: String] = [:]
    }

    /// Withdraws what was moved or cancelled after the crews were asked, then asks them for what is booked for today and tomorrow. Doing it again
    /// does no harm: a booking has one open job. Where no crew works for the department, the list of the day is all there is. To be called by
    /// one task at a time.
    @discardableResult
    package func askForJobs() async throws -> CrewRound {
        guard let jobs else { return CrewRound() }
        var round = CrewRound()
        for booking in try await journal.read({ try BookingStore.toWithdraw(in: $0) }) {
            do { try await withdraw(booking, from: jobs) } catch {
                round.faults[booking.reference] = "\(error)"
                continue
            }
            round.withdrawn += 1
        }
        guard let bulky = shelf.catalogue.bulky, try await jobs.works(for: bulky.department) else { return round }
        let today = wall.day(at: clock.now())
        for booking in try await journal.read({ try BookingStore.waiting(today...(today + 1), in: $0) }) {
            do {
                if try await ask(for: booking, need(booking, bulky), of: jobs) { round.asked += 1 }
            } catch { round.faults[booking.reference] = "\(error)" }
        }
        return round
    }

    /// - Returns: false where it was moved or cancelled meanwhile: the next round withdraws it.
    private func ask(for booking: Booking, _ need: JobNeed, of jobs: any JobDesk) async throws -> Bool {
        guard try await journal.write({ try BookingStore.asking(booking, in: $0) }) else { return false }
        let number = try await jobs.ask(need, by: "vigie")
        let now = clock.now()
        return try await journal.write { try BookingStore.asked(booking, job: number, at: now, in: $0) }
    }

    private func withdraw(_ booking: Booking, from jobs: any JobDesk) async throws {
        // From here on it counts as not asked for, even if it is moved back to the day of before.
        try await journal.write { try BookingStore.withdrawing(booking.number, in: $0) }
        let because = booking.state == .cancelled ? "annulé par l'habitant" : "déplacé par l'habitant"
        try await jobs.withdraw(.booking(booking.number.value), because: because, by: "vigie")
        try await journal.write { try BookingStore.withdrawn(booking.number, in: $0) }
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
