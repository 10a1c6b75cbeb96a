// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One collection of bulky waste that a household booked.
package struct Booking: Sendable, Hashable {
    package struct Number: Sendable, Hashable {
        package var value: Int64
        package init(_ value: Int64) { self.value = value }
    }

    package enum State: String, Sendable, Hashable, CaseIterable { case booked, cancelled }

    package var number: Number
    package var sector: String
    package var day: CivilDay
    package var litres: Int
    /// Code of the item to how many.
    package var items: [String: Int]
    /// '' once it is past its day of destruction.
    package var address: String
    package var commune: String
    package var place: Place?
    package var state: State
    /// Of the crews' desk, once it was asked.
    package var job: Int64?
    package var createdAt: Instant

    package var reference: String { BookingReference.text(number.value) }
}

/// How a booking is called among people: `E-1042-H`, the letter finds slips as that of a report does.
package enum BookingReference {
    private static let letters = Array("ABCDEFGHJKLMNPQRSTVWXYZ".unicodeScalars)
    package static func text(_ number: Int64) -> String { "E-\(number)-\(letters[Int(number % 23)])" }
}

/// What somebody asks for.
package struct BookingDraft: Sendable, Hashable {
    /// Of the sender: sent twice, it is one booking.
    package var key: String
    package var home: Home
    package var items: [String: Int]
    package var day: CivilDay
    package var contact: BookingContact

    package init(key: String, home: Home, items: [String: Int], day: CivilDay, contact: BookingContact = BookingContact()) {
        (self.key, self.home, self.items, self.day, self.contact) = (key, home, items, day, contact)
    }
}

/// Whom to tell of a change; nobody must say.
package struct BookingContact: Sendable, Hashable {
    package var name = ""
    package var email = ""
    package var phone = ""
    package init(name: String = "", email: String = "", phone: String = "") { (self.name, self.email, self.phone) = (name, email, phone) }
    package var isEmpty: Bool { name.isEmpty && email.isEmpty && phone.isEmpty }
}

package struct BookingEvent: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable { case booked, moved, cancelled, asked }
    package var at: Instant
    package var what: What
    /// Of the collection, after this.
    package var day: CivilDay
}

package enum BookingFault: Error, Sendable, Hashable {
    /// Name of the field and what would be right.
    case fields([Field])
    /// Others were faster: the day has no room for it any more.
    case full
    /// It is too late, or it was cancelled.
    case closed
    case unknown
    /// The key of the form has a booking already, which says something else; the secret of its link.
    case used(String)

    package struct Field: Sendable, Hashable {
        package var name: String
        package var message: Words
    }
}
