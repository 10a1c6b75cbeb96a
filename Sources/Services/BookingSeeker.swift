// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// What bookings of bulky waste know of somebody: found by the contact that they left.
package struct BookingSeeker: PersonalSeeker {
    private let wall: WallTime
    private let forgetJob: @Sendable (JobSource, Transaction) throws -> Void

    /// - Parameter forgetJob: takes the address out of the crews' job of this booking, where it is over.
    package init(wall: WallTime, forgetJob: @escaping @Sendable (JobSource, Transaction) throws -> Void = { _, _ in }) {
        (self.wall, self.forgetJob) = (wall, forgetJob)
    }

    package func find(_ subject: PersonalSubject, in transaction: Transaction) throws -> [PersonalFinding] {
        try BookingStore.bookings(of: subject, in: transaction).flatMap { booking -> [PersonalFinding] in
            var fields = [
                "reference": booking.reference, "day": booking.day.iso, "address": booking.address, "state": booking.state.rawValue,
                "created_at": booking.createdAt.iso8601,
                "items": booking.items.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
            ]
            if let place = booking.place { fields["place"] = "\(place.latitude) \(place.longitude)" }
            var found = [PersonalFinding(table: "bulky_booking", fields: fields.filter { !$0.value.isEmpty })]
            if let contact = try BookingStore.contact(of: booking.number, in: transaction) {
                let fields = ["reference": booking.reference, "name": contact.name, "email": contact.email, "phone": contact.phone]
                found.append(PersonalFinding(table: "bulky_contact", fields: fields.filter { !$0.value.isEmpty }))
            }
            return found
        }
    }

    /// The contact goes at once, and the address of what is over. What is still to be fetched keeps its address: the crew needs it, and
    /// whoever booked may cancel it by the link (GDPR article 17.3 b).
    package func erase(_ subject: PersonalSubject, at now: Instant, in transaction: Transaction) throws -> [PersonalErasure] {
        let all = try BookingStore.bookings(of: subject, in: transaction)
        guard !all.isEmpty else { return [] }
        let today = wall.day(at: now)
        let over = all.filter { $0.state == .cancelled || $0.day < today }
        let contacts = try BookingStore.forgetContacts(of: all, in: transaction)
        try BookingStore.forgetAddresses(of: over, in: transaction)
        for booking in over { try forgetJob(.booking(booking.number.value), transaction) }
        let open = all.count - over.count
        return [
            PersonalErasure(table: "bulky_contact", count: contacts),
            PersonalErasure(
                table: "bulky_booking", count: over.count,
                stays: open == 0
                    ? nil
                    : Words(
                        "l'adresse de \(open) collecte(s) à venir, sans la personne, jusqu'à un an après",
                        "the address of \(open) collection(s) to come, without the person, until a year after")),
        ]
    }
}
