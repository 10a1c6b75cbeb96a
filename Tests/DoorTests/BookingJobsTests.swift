// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Interventions
import Inventory
import Journal
import JournalTesting
import Services
import Synchronization
import Testing
import Watch

@testable import vigie

/// A booking of bulky waste becomes a job of the crews, over both desks as the house wires them.
@Suite struct BookingJobsTests {
    /// A Monday, 09:00 on the wall.
    static let start = Instant(year: 2026, month: 11, day: 23, hour: 8)
    static let wednesday = CivilDay(year: 2026, month: 11, day: 25)

    struct House: Sendable {
        let journal: Journal
        let services: Services
        let jobs: Interventions

        /// As after a start; `cut` stands between the desks.
        init(_ journal: Journal, at now: Instant, cut: ReportsAndJobsTests.Cut? = nil) async throws {
            self.journal = journal
            let clock = Clock { now }
            let jobs = Interventions(journal: journal, clock: clock)
            self.jobs = jobs
            cut?.desk.withLock { $0 = jobs }
            let between: any JobDesk = if let cut { cut } else { jobs }
            services = Services(journal: journal, clock: clock, wall: .paris, addresses: AddressShelf(journal: journal), jobs: between)
            try await services.shelf.refreshCatalogue()
        }

        static func fresh(_ engine: Engine) async throws -> Journal {
            let journal = try TestJournal.open(engine, Schemas.all)
            let plan = CrewPlan(
                departments: [.init("collecte", Words("Collecte", "Collection"))],
                crews: [
                    Crew(
                        code: "truck", title: Words("Benne", "Truck"), departments: ["collecte"],
                        shifts: Array(repeating: [.init(360, 780)], count: 5) + [[], []])
                ])
            var catalogue = ServiceCatalogue()
            catalogue.bulky = Bulky(
                items: [.init(code: "mattress", title: Words("Matelas", "Mattress"), litres: 500)],
                sectors: [
                    .init(
                        code: "dijon", title: Words("Dijon", "Dijon"), territory: Territory(communes: ["21231"]), days: [1, 2, 3, 4, 5],
                        litres: 4000, window: DayRange(360, 780))
                ], department: "collecte", category: "encombrants")
            try await journal.write { [catalogue] transaction in
                try CrewStore.put(plan, from: "test", at: start, in: transaction)
                try ServiceStore.put(catalogue, from: "test", by: "test", at: start, in: transaction)
            }
            return journal
        }

        func book(_ key: String) async throws -> Services.BookingReceipt {
            let place = Place(longitude: 5.04, latitude: 47.32)
            let home = Home(label: "12 Rue des Forges", street: "Rue des Forges", commune: "21231", house: 12, place: place)
            return try await services.book(
                BookingDraft(
                    key: key, home: home, items: ["mattress": 1], day: wednesday, contact: BookingContact(email: "Ada@example.org")))
        }

        func jobs(of booking: Booking) async throws -> [Job] {
            try await journal.read { try JobStore.jobs(of: .booking(booking.number.value), in: $0) }
        }
    }

    private func promise(_ day: CivilDay) -> Instant { WallTime.paris.instant(day, minute: 780) }

    @Test(arguments: TestJournal.engines)
    func aMovedBookingIsCollectedOnItsNewDay(engine: Engine) async throws {
        let journal = try await House.fresh(engine)
        let receipt = try await House(journal, at: BookingJobsTests.start).book("key-one-of-a-browser")
        let tuesday = try await House(journal, at: BookingJobsTests.start + .days(1))
        #expect(try await tuesday.services.askForJobs().asked == 1)
        try await tuesday.services.move(receipt.token, to: BookingJobsTests.wednesday + 1)
        #expect(try await tuesday.services.askForJobs().withdrawn == 1)
        let wednesday = try await House(journal, at: BookingJobsTests.start + .days(2))
        #expect(try await wednesday.services.askForJobs().asked == 1)
        #expect(try await wednesday.services.askForJobs().asked == 0)
        let jobs = try await wednesday.jobs(of: receipt.booking)
        #expect(jobs.map(\.state) == [.cancelled, .wanted] && jobs.last?.promisedAt == promise(BookingJobsTests.wednesday + 1))
    }

    /// Killed at each step between the desks, in each of three rounds: one job for the day that counts, none for what is cancelled.
    @Test(arguments: TestJournal.engines)
    func whateverIsCutOffIsTakenUpAgain(engine: Engine) async throws {
        for cut in 0..<6 {
            func round(_ journal: Journal, _ now: Instant) async throws {
                let house = try await House(journal, at: now, cut: ReportsAndJobsTests.Cut(after: cut))
                _ = try? await house.services.askForJobs()
            }
            let journal = try await House.fresh(engine)
            let (tuesday, wednesday) = (BookingJobsTests.start + .days(1), BookingJobsTests.start + .days(2))
            let receipt = try await House(journal, at: BookingJobsTests.start).book("key-one-of-a-browser")
            try await round(journal, tuesday)
            try await House(journal, at: tuesday).services.move(receipt.token, to: BookingJobsTests.wednesday + 1)
            try await round(journal, tuesday)
            try await round(journal, wednesday)
            let whole = try await House(journal, at: wednesday)
            #expect(try await whole.services.askForJobs().faults.isEmpty)
            let open = try await whole.jobs(of: receipt.booking).filter(\.isOpen)
            #expect(open.map(\.promisedAt) == [promise(BookingJobsTests.wednesday + 1)], "cut at \(cut)")
            let events = try #require(try await whole.services.booking(receipt.token)).events.filter { $0.what == .asked }
            #expect(events.last?.day == BookingJobsTests.wednesday + 1 && events.count <= 2, "cut at \(cut)")

            try await whole.services.cancel(receipt.token)
            try await round(journal, wednesday)
            let last = try await House(journal, at: wednesday)
            #expect(try await last.services.askForJobs().faults.isEmpty)
            #expect(try await last.jobs(of: receipt.booking).allSatisfy { $0.state == .cancelled }, "cut at \(cut)")
            #expect(try await last.services.askForJobs().withdrawn == 0, "cut at \(cut)")
        }
    }

    /// The crews' copy of a household's address ends as the booking's own does, and at once where somebody asks for it and the work is over.
    @Test(arguments: TestJournal.engines)
    func theAddressOfAHouseholdEndsInTheJobToo(engine: Engine) async throws {
        let journal = try await House.fresh(engine)
        let receipt = try await House(journal, at: BookingJobsTests.start).book("key-one-of-a-browser")
        let second = try await House(journal, at: BookingJobsTests.start).book("key-two-of-a-browser")
        let tuesday = try await House(journal, at: BookingJobsTests.start + .days(1))
        #expect(try await tuesday.services.askForJobs().asked == 2)
        let seeker = BookingSeeker(wall: .paris, forgetJob: { try JobDestruction.forget($0, in: $1) })
        let subject = PersonalSubject(.email, "ada@example.org")
        try await tuesday.services.cancel(second.token)
        try await tuesday.services.askForJobs()
        let now = BookingJobsTests.start + .days(1)
        // The contact of what is cancelled is gone already; what is to come keeps its address.
        let done = try await journal.write { try seeker.erase(subject, at: now, in: $0) }
        #expect(done.map(\.count) == [1, 0] && done.last?.stays?.english.contains("1 collection(s) to come") == true)
        let kept = try await tuesday.jobs(of: receipt.booking).first
        #expect(kept?.address == "12 Rue des Forges" && kept?.place != nil)

        let end = BookingJobsTests.start + .days(1 + 365)
        #expect(try await journal.write { try JobDestruction.run(at: end - .hours(1), in: $0) } == nil)
        let entry = try await journal.write { try JobDestruction.run(at: end, in: $0) }
        #expect(entry?.text.english.contains("instructions and addresses: 2") == true)
        for job in try await tuesday.jobs(of: receipt.booking) + tuesday.jobs(of: second.booking) {
            #expect(job.address.isEmpty && job.details.isEmpty && job.place == nil)
        }
        #expect(try await journal.write { try JobDestruction.run(at: end + .days(1), in: $0) } == nil)
    }
}
