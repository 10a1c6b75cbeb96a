// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation
package import Journal

/// Bookings as rows. The volume of a day stands in a row of its own that only grows where there is room: two processes that book at once
/// cannot promise more than there is.
package enum BookingStore {
    package static func taken(_ sector: String, from first: CivilDay, in transaction: Transaction) throws -> [CivilDay: Int] {
        let rows = try transaction.rows("SELECT day, litres FROM bulky_day WHERE sector = \(sector) AND day >= \(Int64(first.number))")
        return Dictionary(rows.map { (CivilDay(number: $0.int(0)), $0.int(1)) }) { first, _ in first }
    }

    /// - Returns: false where the day has no room for so much.
    static func take(_ litres: Int, _ sector: String, _ day: CivilDay, of capacity: Int, in transaction: Transaction) throws -> Bool {
        try transaction.run(
            "INSERT INTO bulky_day (sector, day, litres) VALUES (\(sector), \(Int64(day.number)), 0) ON CONFLICT (sector, day) DO NOTHING")
        return try transaction.run(
            """
            UPDATE bulky_day SET litres = litres + \(Int64(litres))
            WHERE sector = \(sector) AND day = \(Int64(day.number)) AND litres + \(Int64(litres)) <= \(Int64(capacity))
            """) == 1
    }

    static func giveBack(_ litres: Int, _ sector: String, _ day: CivilDay, in transaction: Transaction) throws {
        try transaction.run(
            "UPDATE bulky_day SET litres = litres - \(Int64(litres)) WHERE sector = \(sector) AND day = \(Int64(day.number))")
    }

    static func add(
        _ draft: BookingDraft, follow: [UInt8], sector: Bulky.Sector, litres: Int, endOfDay: Instant, at now: Instant,
        in transaction: Transaction
    ) throws -> Booking {
        let number = (try transaction.row("SELECT COALESCE(MAX(number), 0) FROM bulky_booking")?.integer(0) ?? 0) + 1
        let items = draft.items.filter { $0.value > 0 }
        try transaction.run(
            """
            INSERT INTO bulky_booking
                (number, follow, sector, day, litres, items, address, commune, longitude, latitude, state, job, created_at, destroy_at)
            VALUES (\(number), \(follow), \(sector.code), \(Int64(draft.day.number)), \(Int64(litres)), \(try json(items)),
                \(draft.home.label), \(draft.home.commune), \(draft.home.place?.longitude), \(draft.home.place?.latitude), 'booked', NULL,
                \(now), \(endOfDay + .days(Int64(BookingRules.addressKept))))
            """)
        if !draft.contact.isEmpty {
            try transaction.run(
                """
                INSERT INTO bulky_contact (booking, name, email, phone, destroy_at)
                VALUES (\(number), \(draft.contact.name), \(draft.contact.email), \(draft.contact.phone),
                    \(endOfDay + .days(Int64(BookingRules.contactKept))))
                """)
        }
        try tell(.booked, number, draft.day, at: now, in: transaction)
        return Booking(
            number: .init(number), sector: sector.code, day: draft.day, litres: litres, items: items, address: draft.home.label,
            commune: draft.home.commune, place: draft.home.place, state: .booked, job: nil, createdAt: now)
    }

    static func move(_ booking: Booking, to day: CivilDay, endOfDay: Instant, at now: Instant, in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE bulky_booking SET day = \(Int64(day.number)),
                destroy_at = \(endOfDay + .days(Int64(BookingRules.addressKept))) WHERE number = \(booking.number.value)
            """)
        try transaction.run(
            """
            UPDATE bulky_contact SET destroy_at = \(endOfDay + .days(Int64(BookingRules.contactKept)))
            WHERE booking = \(booking.number.value)
            """)
        try tell(.moved, booking.number.value, day, at: now, in: transaction)
    }

    static func cancel(_ booking: Booking, at now: Instant, in transaction: Transaction) throws {
        try transaction.run("UPDATE bulky_booking SET state = 'cancelled' WHERE number = \(booking.number.value)")
        // Nobody needs to be told any more.
        try transaction.run("DELETE FROM bulky_contact WHERE booking = \(booking.number.value)")
        try tell(.cancelled, booking.number.value, booking.day, at: now, in: transaction)
    }

    // MARK: The crews

    /// Before the crews are asked: for which day they will be.
    /// - Returns: false where it was moved or cancelled meanwhile.
    static func asking(_ booking: Booking, in transaction: Transaction) throws -> Bool {
        let day = Int64(booking.day.number)
        return try transaction.run(
            """
            UPDATE bulky_booking SET job_day = \(day)
            WHERE number = \(booking.number.value) AND state = 'booked' AND job IS NULL AND day = \(day)
                AND (job_day IS NULL OR job_day = \(day))
            """) == 1
    }

    /// - Returns: false where it was moved or cancelled while the crews were asked: it is then among those to withdraw.
    static func asked(_ booking: Booking, job: Int64, at now: Instant, in transaction: Transaction) throws -> Bool {
        let day = Int64(booking.day.number)
        let isSame =
            try transaction.run(
                """
                UPDATE bulky_booking SET job = \(job)
                WHERE number = \(booking.number.value) AND state = 'booked' AND job IS NULL AND day = \(day) AND job_day = \(day)
                """) == 1
        if isSame { try tell(.asked, booking.number.value, booking.day, at: now, in: transaction) }
        return isSame
    }

    /// Of which the crews were asked, or may have been, for another day or before it was cancelled.
    static func toWithdraw(in transaction: Transaction) throws -> [Booking] {
        try bookings("job_day IS NOT NULL AND (state = 'cancelled' OR job_day <> day)", in: transaction)
    }

    /// -1 is a day of no booking: it stays to be withdrawn, whatever day it is moved to.
    static func withdrawing(_ number: Booking.Number, in transaction: Transaction) throws {
        try transaction.run("UPDATE bulky_booking SET job = NULL, job_day = -1 WHERE number = \(number.value)")
    }

    static func withdrawn(_ number: Booking.Number, in transaction: Transaction) throws {
        try transaction.run("UPDATE bulky_booking SET job_day = NULL WHERE number = \(number.value) AND job_day = -1")
    }

    private static func tell(_ what: BookingEvent.What, _ number: Int64, _ day: CivilDay, at now: Instant, in transaction: Transaction)
        throws
    {
        let place = (try transaction.row("SELECT COUNT(*) FROM bulky_event WHERE booking = \(number)")?.integer(0) ?? 0) + 1
        try transaction.run(
            """
            INSERT INTO bulky_event (booking, place, at, what, day)
            VALUES (\(number), \(place), \(now), \(what.rawValue), \(Int64(day.number)))
            """)
    }

    // MARK: Reading

    package static func find(follow: [UInt8], in transaction: Transaction) throws -> Booking? {
        try bookings("follow = \(follow)", in: transaction).first
    }

    package static func find(_ number: Int64, in transaction: Transaction) throws -> Booking? {
        try bookings("number = \(number)", in: transaction).first
    }

    package static func events(of number: Booking.Number, in transaction: Transaction) throws -> [BookingEvent] {
        try transaction.rows("SELECT at, what, day FROM bulky_event WHERE booking = \(number.value) ORDER BY place").map {
            BookingEvent(at: $0.instant(0), what: .init(rawValue: $0.text(1)) ?? .booked, day: CivilDay(number: $0.int(2)))
        }
    }

    package static func contact(of number: Booking.Number, in transaction: Transaction) throws -> BookingContact? {
        try transaction.row("SELECT name, email, phone FROM bulky_contact WHERE booking = \(number.value)").map {
            BookingContact(name: $0.text(0), email: $0.text(1), phone: $0.text(2))
        }
    }

    /// Whose contact has this address or number, however it was typed.
    static func bookings(of subject: PersonalSubject, in transaction: Transaction) throws -> [Booking] {
        let numbers: [Int64]
        switch subject.sort {
        case .email:
            numbers = try transaction.rows("SELECT booking FROM bulky_contact WHERE lower(email) = \(subject.value)").map { $0.integer(0) }
        case .phone:
            // Contacts live for some weeks: they are few.
            numbers = try transaction.rows("SELECT booking, phone FROM bulky_contact WHERE phone <> ''")
                .filter { Telephone.digits($0.text(1)) == subject.value }.map { $0.integer(0) }
        case .login: return []
        }
        return try bookings("number IN (\(SQL.list(numbers)))", in: transaction)
    }

    static func forgetContacts(of bookings: [Booking], in transaction: Transaction) throws -> Int {
        try transaction.run("DELETE FROM bulky_contact WHERE booking IN (\(SQL.list(bookings.map(\.number.value))))")
    }

    static func forgetAddresses(of bookings: [Booking], in transaction: Transaction) throws {
        try transaction.run(
            """
            UPDATE bulky_booking SET address = '', longitude = NULL, latitude = NULL
            WHERE number IN (\(SQL.list(bookings.map(\.number.value))))
            """)
    }

    /// Of a day, by sector and address.
    /// - Parameter communes: INSEE codes that may be seen; nil for all.
    package static func day(_ day: CivilDay, communes: Set<String>?, in transaction: Transaction) throws -> [Booking] {
        let reach: SQL = communes.map { "commune IN (\(SQL.list($0.sorted())))" } ?? "1 = 1"
        return try bookings("day = \(Int64(day.number)) AND state = 'booked' AND \(reach)", in: transaction)
    }

    /// Booked, and the crews are not known to have been asked, of these days.
    package static func waiting(_ days: ClosedRange<CivilDay>, in transaction: Transaction) throws -> [Booking] {
        try bookings(
            """
            state = 'booked' AND job IS NULL AND (job_day IS NULL OR job_day = day)
                AND day >= \(Int64(days.lowerBound.number)) AND day <= \(Int64(days.upperBound.number))
            """, in: transaction)
    }

    private static func bookings(_ condition: SQL, in transaction: Transaction) throws -> [Booking] {
        try transaction.rows(
            """
            SELECT number, sector, day, litres, items, address, commune, longitude, latitude, state,
                CASE WHEN job_day = day THEN job END, created_at
            FROM bulky_booking WHERE \(condition) ORDER BY sector, address, number
            """
        ).map { row in
            let items = try JSONDecoder().decode([String: Int].self, from: Data(row.text(4).utf8))
            let place = row.realOrNil(7).flatMap { longitude in
                row.realOrNil(8).map { Place(longitude: longitude, latitude: $0) }
            }
            return Booking(
                number: .init(row.integer(0)), sector: row.text(1), day: CivilDay(number: row.int(2)), litres: row.int(3), items: items,
                address: row.text(5), commune: row.text(6), place: place, state: .init(rawValue: row.text(9)) ?? .booked,
                job: row.integerOrNil(10), createdAt: row.instant(11))
        }
    }

    private static func json(_ items: [String: Int]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(items), as: UTF8.self)
    }
}
