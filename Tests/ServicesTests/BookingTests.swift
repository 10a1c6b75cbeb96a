// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inventory
import Journal
import JournalTesting
import Synchronization
import Testing
import Watch

@testable import Services

/// Bulky waste by appointment. The city's day holds 4 m³, a booking 3 m³.
@Suite struct BookingTests {
    private static let home = Home(label: "12 Rue des Forges", street: "Rue des Forges", commune: "21231", house: 12)
    /// The first day that may be chosen: Wednesday.
    private static let wednesday = CivilDay(year: 2026, month: 11, day: 25)

    private func draft(_ key: String, _ items: [String: Int] = ["mattress": 2], day: CivilDay = wednesday) -> BookingDraft {
        BookingDraft(
            key: key, home: BookingTests.home, items: items, day: day, contact: BookingContact(name: "Ada", phone: "03 53 01 00 00"))
    }

    @Test(arguments: TestJournal.engines)
    func manyAtOnceNeverGetMoreThanADayHolds(engine: Engine) async throws {
        let city = try await City.make(engine)
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for n in 0..<30 {
                group.addTask {
                    do {
                        _ = try await city.services.book(draft("booking-key-number-\(n)"))
                        return true
                    } catch BookingFault.full { return false }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // 4 m³ hold four of 1 m³.
        #expect(outcomes.filter { $0 }.count == 4)
        let (sum, taken) = try await city.journal.read {
            (
                try $0.row("SELECT SUM(litres) FROM bulky_booking WHERE state = 'booked'")?.int(0),
                try BookingStore.taken("dijon", from: BookingTests.wednesday, in: $0)
            )
        }
        #expect(sum == 4000 && taken[BookingTests.wednesday] == 4000)
        let slots = try await city.services.slots(City.catalogue.bulky!.sectors[0], litres: 500)
        #expect(!slots.contains { $0.day == BookingTests.wednesday } && slots.first?.day.iso == "2026-11-26")
    }

    /// Two processes on one database: the row of the day itself says no.
    @Test(arguments: TestJournal.engines)
    func aDayNeverHoldsMoreEvenWhereNobodyLookedBefore(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Services.migrations)
        let day = BookingTests.wednesday
        #expect(try await journal.write { try BookingStore.take(3000, "a", day, of: 4000, in: $0) })
        #expect(try await !journal.write { try BookingStore.take(1001, "a", day, of: 4000, in: $0) })
        #expect(try await journal.write { try BookingStore.take(1000, "a", day, of: 4000, in: $0) })
        try await journal.write { try BookingStore.giveBack(3000, "a", day, in: $0) }
        #expect(try await journal.read { try BookingStore.taken("a", from: day, in: $0) } == [day: 1000])
    }

    @Test func sentTwiceItIsOneBooking() async throws {
        let city = try await City.make()
        let first = try await city.services.book(draft("the-same-key-of-a-browser"))
        let second = try await city.services.book(draft("the-same-key-of-a-browser"))
        #expect(first.isNew && !second.isNew && first.booking.number == second.booking.number && first.token == second.token)
        #expect(try await city.journal.read { try BookingStore.taken("dijon", from: BookingTests.wednesday, in: $0) }.values.first == 1000)
    }

    @Test func movingTakesTheNewDayAndGivesTheOldOneBack() async throws {
        let city = try await City.make()
        let receipt = try await city.services.book(draft("key-one-of-a-browser", ["sofa": 2]))
        let thursday = BookingTests.wednesday + 1
        _ = try await city.services.book(draft("key-two-of-a-browser", ["sofa": 1], day: thursday))
        // Thursday has 2.5 m³ left; 3 m³ do not fit, and Wednesday stays booked.
        await #expect(throws: BookingFault.full) { try await city.services.move(receipt.token, to: thursday) }
        try await city.services.move(receipt.token, to: thursday + 1)
        let taken = try await city.journal.read { try BookingStore.taken("dijon", from: BookingTests.wednesday, in: $0) }
        #expect(taken == [BookingTests.wednesday: 0, thursday: 1500, thursday + 1: 3000])
        let followed = try #require(try await city.services.booking(receipt.token))
        #expect(followed.events.map(\.what) == [.booked, .moved] && followed.booking.day == thursday + 1)
        // Saturday, and what is too far or too near, cannot be chosen.
        for day in [BookingTests.wednesday + 3, BookingTests.wednesday - 1, BookingTests.wednesday + 30] {
            await #expect(throws: BookingFault.self) { try await city.services.move(receipt.token, to: day) }
        }
    }

    @Test func cancellingGivesTheVolumeBackAndErasesTheContact() async throws {
        let city = try await City.make()
        let receipt = try await city.services.book(draft("key-one-of-a-browser"))
        try await city.services.cancel(receipt.token)
        await #expect(throws: BookingFault.closed) { try await city.services.cancel(receipt.token) }
        await #expect(throws: BookingFault.unknown) { try await city.services.cancel("0000") }
        let (taken, contact) = try await city.journal.read {
            (
                try BookingStore.taken("dijon", from: BookingTests.wednesday, in: $0),
                try BookingStore.contact(of: receipt.booking.number, in: $0)
            )
        }
        #expect(taken == [BookingTests.wednesday: 0] && contact == nil)
    }

    @Test func onTheDayItselfNothingCanBeChanged() async throws {
        let city = try await City.make()
        let receipt = try await city.services.book(draft("key-one-of-a-browser"))
        city.setTime(Instant(year: 2026, month: 11, day: 24, hour: 22, minute: 59))
        #expect(try await city.services.booking(receipt.token)?.isChangeable == true)
        city.setTime(Instant(year: 2026, month: 11, day: 24, hour: 23))
        #expect(try await city.services.booking(receipt.token)?.isChangeable == false)
        await #expect(throws: BookingFault.closed) { try await city.services.cancel(receipt.token) }
    }

    @Test func whatIsTooMuchOrUnknownIsSaid() throws {
        let bulky = try #require(City.catalogue.bulky)
        #expect(BookingRules.faults(["mattress": 2], bulky).isEmpty)
        #expect(BookingRules.faults([:], bulky).map(\.name) == ["items"])
        #expect(BookingRules.faults(["piano": 1], bulky).map(\.name) == ["items"])
        #expect(BookingRules.faults(["mattress": 5], bulky).map(\.name) == ["item-mattress"])
        #expect(BookingRules.faults(["mattress": 4, "sofa": 1], bulky).first?.message.french.contains("3,5 m³, 3,0 m³ au plus") == true)
    }

    @Test func nobodyComesOnAHolidayOrAClosedDay() throws {
        var bulky = try #require(City.catalogue.bulky)
        bulky.closed = [CivilDay(year: 2026, month: 12, day: 24)]
        let slots = BookingRules.slots(
            bulky.sectors[0], bulky, .metropole, today: CivilDay(year: 2026, month: 12, day: 20), litres: 500,
            taken: [CivilDay(year: 2026, month: 12, day: 23): 3600])
        #expect(slots.prefix(3).map(\.day.iso) == ["2026-12-22", "2026-12-28", "2026-12-29"])
    }

    @Test func theDayBeforeTheCrewsAreAskedOnce() async throws {
        let desk = CrewsDesk()
        let city = try await City.make(jobs: desk)
        let first = try await city.services.book(draft("key-one-of-a-browser"))
        let second = try await city.services.book(draft("key-two-of-a-browser", day: BookingTests.wednesday + 1))
        #expect(try await city.services.askForJobs().asked == 0)
        city.setTime(City.start + .days(1))
        #expect(try await city.services.askForJobs().asked == 1)
        #expect(try await city.services.askForJobs().asked == 0)
        #expect(desk.asked.withLock { $0 }.map(\.source) == [.booking(first.booking.number.value)])
        let need = try #require(desk.asked.withLock { $0 }.first)
        #expect(need.department == "collecte" && need.details == "2 × Matelas · 1.0 m³" && !need.details.contains("Ada"))
        #expect(need.promisedAt == Instant(year: 2026, month: 11, day: 25, hour: 12))
        // What is cancelled after that is withdrawn, what was never asked for is not.
        try await city.services.cancel(first.token)
        try await city.services.cancel(second.token)
        #expect(try await city.services.askForJobs().withdrawn == 1)
        #expect(desk.withdrawn.withLock { $0 } == [.booking(first.booking.number.value)])
    }

    @Test func whatWasCancelledWhileTheCrewsWereAskedIsWithdrawn() async throws {
        let desk = CrewsDesk()
        let city = try await City.make(jobs: desk)
        let receipt = try await city.services.book(draft("key-one-of-a-browser"))
        city.setTime(City.start + .days(1))
        desk.meanwhile.withLock { $0 = { try await city.services.cancel(receipt.token) } }
        #expect(try await city.services.askForJobs().asked == 0)
        #expect(try await city.services.askForJobs().withdrawn == 1)
        #expect(try await city.services.askForJobs().withdrawn == 0)
        #expect(desk.withdrawn.withLock { $0 } == [.booking(receipt.booking.number.value)])
    }

    @Test func aBookingThatCannotBeAskedForHoldsUpNoOther() async throws {
        let desk = CrewsDesk()
        let city = try await City.make(jobs: desk)
        let first = try await city.services.book(draft("key-one-of-a-browser"))
        _ = try await city.services.book(draft("key-two-of-a-browser"))
        city.setTime(City.start + .days(1))
        desk.refused.withLock { $0 = .booking(first.booking.number.value) }
        let round = try await city.services.askForJobs()
        #expect(round.asked == 1 && Array(round.faults.keys) == [first.booking.reference])
        desk.refused.withLock { $0 = nil }
        #expect(try await city.services.askForJobs().asked == 1)
        #expect(desk.asked.withLock { $0.count } == 2)
    }

    @Test func aKnownKeyWithOtherAnswersIsNoBooking() async throws {
        let city = try await City.make()
        let first = try await city.services.book(draft("the-same-key-of-a-browser"))
        var other = draft("the-same-key-of-a-browser")
        other.contact.phone = "0611223344"
        for changed in [
            draft("the-same-key-of-a-browser", ["sofa": 1]), draft("the-same-key-of-a-browser", day: BookingTests.wednesday + 1), other,
        ] {
            await #expect(throws: BookingFault.used(first.token)) { try await city.services.book(changed) }
        }
        // Moved since, it is still what was sent.
        try await city.services.move(first.token, to: BookingTests.wednesday + 1)
        #expect(try await !city.services.book(draft("the-same-key-of-a-browser")).isNew)
        try await city.services.cancel(first.token)
        #expect(try await !city.services.book(draft("the-same-key-of-a-browser")).isNew)
    }

    @Test(arguments: TestJournal.engines)
    func whoAsksIsFoundByAddressOrNumberAndTakenOut(engine: Engine) async throws {
        let city = try await City.make(engine)
        let past = try await city.services.book(draft("key-one-of-a-browser"))
        let coming = try await city.services.book(draft("key-two-of-a-browser", day: BookingTests.wednesday + 7))
        let seeker = BookingSeeker(wall: .paris)
        // Typed with spaces when it was booked.
        let subject = PersonalSubject(.phone, "0353010000")
        let found = try await city.journal.read { try seeker.find(subject, in: $0) }
        #expect(found.map(\.table) == ["bulky_booking", "bulky_contact", "bulky_booking", "bulky_contact"])
        #expect(found.first?.fields["address"] == "12 Rue des Forges" && found.first?.fields["items"] == "2 mattress")
        #expect(try await city.journal.read { try seeker.find(PersonalSubject(.email, "ada@example.org"), in: $0) }.isEmpty)
        let done = try await city.journal.write { try seeker.erase(subject, at: City.start + .days(4), in: $0) }
        #expect(done.map(\.count) == [2, 1] && done.last?.stays != nil)
        let left = try await city.journal.read {
            [try BookingStore.find(past.booking.number.value, in: $0), try BookingStore.find(coming.booking.number.value, in: $0)]
        }
        #expect(left.map { $0?.address } == ["", "12 Rue des Forges"])
        #expect(try await city.journal.read { try seeker.find(subject, in: $0) }.isEmpty)
    }

    @Test(arguments: TestJournal.engines)
    func whatNamesAPersonEndsOnItsDay(engine: Engine) async throws {
        let city = try await City.make(engine)
        let receipt = try await city.services.book(draft("key-one-of-a-browser"))
        try await city.services.publish(
            Notice(code: "", level: .info, title: Words("a", ""), text: Words("", ""), from: City.start), by: "ada")
        func run(_ at: Instant) async throws -> String? {
            try await PersonalDestruction.run(Services.personal, names: .days(730), at: at, in: city.journal)?.text.english
        }
        let end = WallTime.paris.instant(BookingTests.wednesday, minute: 1440)
        #expect(try await run(end + .days(30) - .seconds(1)) == nil)
        #expect(try await run(end + .days(30))?.contains("bulky_contact 1") == true)
        #expect(try await run(end + .days(365))?.contains("bulky_booking 1") == true)
        #expect(try await run(City.start + .days(1825))?.contains("service_catalogue 1, service_notice 1") == true)
        #expect(try await run(City.start + .days(4000)) == nil)
        let left = try await city.journal.read { try BookingStore.find(receipt.booking.number.value, in: $0) }
        #expect(left?.address == "" && left?.place == nil && left?.litres == 1000)
    }

    // MARK: In a browser without scripts

    private static let choice = "q=12%20rue%20des%20forges&item-mattress=2"

    @Test func aCollectionIsBookedFollowedMovedAndCancelled() async throws {
        let city = try await City.make()
        try await city.with { visitor in
            #expect(try await visitor.text("/app/encombrants").contains("name=\"item-mattress\""))
            let offer = try await visitor.text("/app/encombrants?\(BookingTests.choice)")
            #expect(offer.contains("value=\"2026-11-25\"") && !offer.contains("value=\"2026-11-24\"") && offer.contains("1,0\u{A0}m³"))
            let fields = [
                ("key", "0123456789abcdef"), ("q", "12 rue des forges"), ("item-mattress", "2"), ("day", "2026-11-25"),
                ("phone", "+33 3 53 01 00 00"),
            ]
            let made = try await visitor.post("/app/encombrants", fields)
            #expect(made.status == .seeOther)
            let way = try #require(made.headers[.location])
            #expect(try await visitor.post("/app/encombrants", fields).headers[.location] == way)
            let changed = try await visitor.post("/app/encombrants", fields.filter { $0.0 != "day" } + [("day", "2026-11-27")])
            #expect(changed.status == .conflict && String(buffer: changed.body).contains(way.prefix { $0 != "?" }))
            let page = try await visitor.text(way)
            #expect(page.contains("E-1-B") && page.contains("mercredi 25 novembre") && page.contains("2 × Matelas"))
            let path = String(way.prefix { $0 != "?" })
            #expect(try await visitor.post(path + "/deplacer", [("day", "2026-11-26")]).status == .seeOther)
            #expect(try await visitor.text(path).contains("jeudi 26 novembre"))
            let ada = visitor.like("ada")
            let list = try await ada.text("/console/services/encombrants?day=2026-11-26")
            #expect(list.contains("12 rue des forges") && list.contains("E-1-B"))
            #expect(
                try await ada.text("/console/services/encombrants.csv?day=2026-11-26").contains(
                    "E-1-B;dijon;12 rue des forges;21231;;;2 mattress;1.0;"))
            let contact = try await ada.post("/console/services/encombrants/1/contact", [("look-reason", "camion en panne")])
            #expect(String(buffer: contact.body).contains("0353010000"))
            #expect(
                try await visitor.like("bob").post("/console/services/encombrants/1/contact", [("look-reason", "x")]).status == .forbidden)
            #expect(try await !visitor.like("kim").text("/console/services/encombrants?day=2026-11-26").contains("E-1-B"))
            #expect(try await visitor.post(path + "/annuler").status == .seeOther)
            #expect(try await visitor.text(path).contains("Annulé"))
            #expect(try await visitor.post(path + "/annuler").status == .conflict)
            #expect(try await visitor.get("/app/encombrants/suivi/0123").status == .notFound)
        }
        let log = try await city.journal.read { try $0.rows("SELECT french FROM logbook").map { $0.text(0) } }
        #expect(log.contains { $0.contains("E-1-B consultées : camion en panne") })
    }

    @Test func whatIsWrongIsSaidAndNothingIsBooked() async throws {
        let city = try await City.make()
        try await city.with { visitor in
            let good = [("key", "0123456789abcdef"), ("q", "rue des forges"), ("item-mattress", "1"), ("day", "2026-11-25")]
            for (change, word) in [
                (("q", "rue inconnue"), "inconnue"), (("item-mattress", "0"), "au moins un objet"),
                (("item-mattress", "99"), "nombre entier"),
                (("day", "2026-11-28"), "jour de la liste"), (("day", "soon"), "Choisissez un jour"), (("email", "nobody"), "adresse"),
                (("site", "https://spam.example"), "vide"), (("email", "ada@example"), "nom@exemple.fr"),
                (("phone", "no number"), "4 à 15 chiffres"),
            ] {
                let fields = good.filter { $0.0 != change.0 } + [change]
                let answer = try await visitor.post("/app/encombrants", fields)
                #expect(answer.status == .unprocessableContent && String(buffer: answer.body).contains(word), "\(change)")
            }
        }
        #expect(try await city.journal.read { try $0.row("SELECT COUNT(*) FROM bulky_booking")?.int(0) } == 0)
    }
}

/// A desk of crews that takes everything.
private final class CrewsDesk: JobDesk {
    let asked = Mutex<[JobNeed]>([])
    let withdrawn = Mutex<[JobSource]>([])
    let refused = Mutex<JobSource?>(nil)
    let meanwhile = Mutex<(@Sendable () async throws -> Void)?>(nil)

    func ask(_ need: JobNeed, by login: String) async throws -> Int64 {
        if refused.withLock({ $0 == need.source }) { throw BookingFault.unknown }
        let number = asked.withLock {
            $0.append(need)
            return Int64($0.count)
        }
        try await meanwhile.withLock { $0 }?()
        return number
    }
    func withdraw(_ source: JobSource, because: String, by login: String) async throws { withdrawn.withLock { $0.append(source) } }
    func jobs(of source: JobSource) async throws -> [JobGlance] { [] }
    func openJobs(around place: Place, within meters: Double) async throws -> [JobGlance] { [] }
    func openJobs(about asset: Asset.Number) async throws -> [JobGlance] { [] }
    func pictures(of source: JobSource) async throws -> [JobPicture] { [] }
    func picture(_ place: Int, ofJob job: Int64, for source: JobSource) async throws -> (type: String, bytes: [UInt8])? { nil }
    func news(after position: Int64, limit: Int) async throws -> [JobNews] { [] }
    func works(for department: String) async throws -> Bool { department == "collecte" }
    func expectation(department: String, category: String, commune: Commune, urgency: Urgency) async throws -> JobExpectation? { nil }
}
