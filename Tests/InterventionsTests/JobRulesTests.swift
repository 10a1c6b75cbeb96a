// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Interventions

@Suite struct JobRulesTests {
    @Test func theLifeOfAJobIsOneTable() {
        let ways: [(JobState, JobAct.Sort, JobState?)] = [
            (.wanted, .plan, .planned), (.planned, .start, .started), (.started, .finish, .done), (.started, .block, .blocked),
            (.blocked, .resume, .wanted), (.done, .reopen, .wanted), (.cancelled, .start, nil), (.done, .finish, nil),
            (.wanted, .finish, nil), (.started, .plan, nil), (.done, .note, .done), (.cancelled, .photo, .cancelled),
            (.done, .confirm, nil), (.planned, .cancel, .cancelled), (.started, .start, nil), (.wanted, .lock, nil),
        ]
        for (from, act, to) in ways { #expect(JobRules.next(from, act) == to, "\(from) \(act)") }
        for state in JobState.allCases {
            for act in JobAct.Sort.allCases {
                guard let next = JobRules.next(state, act) else { continue }
                let onlyAdds: Set<JobAct.Sort> = [.note, .photo, .time, .cost, .parts, .sign]
                if !state.isOpen { #expect(next == state && onlyAdds.contains(act) || act == .reopen, "what has ended only reopens") }
            }
        }
    }

    @Test func aNewDateIsSaidWhenItMovesToALaterDayOrTwoDaysEarlier() {
        let noon = Instant(year: 2026, month: 11, day: 23, hour: 11)
        #expect(!JobRules.isRestated(noon, noon + .hours(6), .paris))
        #expect(JobRules.isRestated(noon, noon + .hours(13), .paris), "the next day on the wall, the same in UTC+0")
        #expect(!JobRules.isRestated(noon, noon - .days(1), .paris))
        #expect(JobRules.isRestated(noon, noon - .days(2), .paris))
        #expect(JobRules.isRestated(nil, noon, .paris) && JobRules.isRestated(noon, nil, .paris) && !JobRules.isRestated(nil, nil, .paris))
    }

    @Test func theClockOfATelephoneIsBelievedWithinReason() {
        let now = World.start
        #expect(JobRules.happened(now - .hours(9), now: now) == now - .hours(9))
        #expect(JobRules.happened(now + .minutes(1), now: now) == now)
        #expect(JobRules.happened(now + .days(1), now: now) == now)
        #expect(JobRules.happened(now - .days(400), now: now) == now)
        #expect(JobRules.happened(nil, now: now) == now)
    }

    @Test func daysOfTheWallHaveTheirOwnLength() throws {
        let wall = WallTime.paris
        let sunday = try #require(WallText.day("2026-10-25"))
        #expect(wall.instant(day: sunday, minute: 0) == Instant(year: 2026, month: 10, day: 24, hour: 22))
        #expect(wall.instant(day: sunday + 1, minute: 0) == Instant(year: 2026, month: 10, day: 25, hour: 23), "25 hours later")
        #expect(wall.instant(day: sunday, minute: 8 * 60) == Instant(year: 2026, month: 10, day: 25, hour: 7))
        #expect(WallText.day("2026-02-30") == nil && WallText.day("26-02-03") == nil && WallText.time("24:00") == nil)
        #expect(WallText.minute("2026-11-23T08:05", wall).map { WallText.minute($0, wall) } == "2026-11-23T08:05")
    }

    @Test func theRotaTurnsOnMondayAtEight() throws {
        let rota = Rota(department: "roads", from: try #require(WallText.day("2026-11-18")), crews: ["a", "b", "c"])
        func crew(_ day: Int, _ hour: Int) -> String? { rota.crew(at: Instant(year: 2026, month: 11, day: day, hour: hour), .paris) }
        #expect(crew(16, 8) == "a" && crew(22, 20) == "a" && crew(23, 6) == "a")
        #expect(crew(23, 7) == "b" && crew(30, 7) == "c" && crew(16, 6) == nil)
        #expect(rota.crew(at: Instant(year: 2026, month: 12, day: 8), .paris) == "a")
    }

    // MARK: Expected dates

    private func job(_ number: Int64, _ change: (inout Job) -> Void = { _ in }) -> Job {
        var job = Job(
            number: Job.Number(number), source: .report(number), department: "roads", category: "kerb", title: Words("a", "a"), details: "",
            place: nil, address: "a", commune: Commune(insee: "21231"), asset: nil, urgency: .days, promisedAt: nil,
            needs: JobNeeds(minutes: 105), confirmed: [], opensAt: nil, closesAt: nil, state: .wanted, crew: "", plannedAt: nil,
            isLocked: false, expectedAt: nil, firstExpectedAt: nil, startedAt: nil, endedAt: nil, createdAt: World.start,
            updatedAt: World.start, minutes: 0, cents: 0, proof: nil)
        change(&job)
        return job
    }

    private func at(_ day: Int, _ hour: Int, _ minute: Int = 0) -> Instant {
        Instant(year: 2026, month: 11, day: day, hour: hour - 1, minute: minute)
    }

    @Test func theQueueIsWorkedOffInTheHoursOfTheCrews() {
        // 09:00 on Monday; 2 h each with the way; 08–12 and 13–17. Only roads-1 works in Dijon.
        let jobs = (1...5).map { job(Int64($0)) }
        let verdicts = ExpectationRules.expect(jobs, World.plan, at: World.start, .paris)
        #expect(jobs.map { verdicts[$0.number]?.at } == [at(23, 11), at(23, 14), at(23, 16), at(24, 9), at(24, 11)])
        #expect(verdicts[Job.Number(5)]?.ahead == 4)
        // In Quetigny both work.
        let both = jobs.map { one in job(one.number.value) { $0.commune = Commune(insee: "21515") } }
        let shared = ExpectationRules.expect(both, World.plan, at: World.start, .paris)
        #expect(both.map { shared[$0.number]?.at } == [at(23, 11), at(23, 11), at(23, 14), at(23, 14), at(23, 16)])
    }

    @Test func nobodyIsExpectedOnAHolidayOrOnLeaveAndAReplacementCounts() throws {
        // Whit Monday 2026 is 25 May; leave on the Tuesday; half a Wednesday.
        func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }
        let friday = WallTime.paris.instant(try day("2026-05-22"), minute: 17 * 60)
        var plan = World.plan
        plan.crews.removeAll { $0.code != "roads-1" }
        func end() -> Instant? { ExpectationRules.expect([job(1)], plan, at: friday, .paris)[Job.Number(1)]?.at }
        #expect(end() == WallTime.paris.instant(try day("2026-05-25"), minute: 10 * 60), "without a calendar, Monday as any")
        plan.crews[0].holidays = .metropole
        plan.crews[0].exceptions = [
            .init(from: try day("2026-05-26"), to: try day("2026-05-27")),
            .init(from: try day("2026-05-27"), to: try day("2026-05-27"), shifts: [.init(780, 1020)]),
        ]
        #expect(end() == WallTime.paris.instant(try day("2026-05-27"), minute: 15 * 60))
    }

    @Test func whatIsPlannedTakesItsTimeAndWhatIsBlockedHasNoDate() {
        let planned = job(1) { ($0.state, $0.crew, $0.plannedAt) = (.planned, "roads-1", at(23, 10)) }
        let blocked = job(2) { $0.state = .blocked }
        let verdicts = ExpectationRules.expect([planned, blocked, job(3)], World.plan, at: World.start, .paris)
        #expect(verdicts[Job.Number(1)]?.at == at(23, 11, 45))
        #expect(verdicts[Job.Number(2)] == nil)
        // An hour before it, a quarter after it, and three quarters after lunch.
        #expect(verdicts[Job.Number(3)]?.at == at(23, 13, 45))
    }

    @Test func whoWaitsForAnotherComesAfterIt() {
        let jobs = [job(1), job(2), job(3)]
        let verdicts = ExpectationRules.expect(jobs, after: [Job.Number(1): [Job.Number(3)]], World.plan, at: World.start, .paris)
        #expect((verdicts[Job.Number(1)]?.at ?? .distantPast) > (verdicts[Job.Number(3)]?.at ?? .distantFuture))
    }

    @Test func whatItWaitsForCountsWhereverItStands() {
        func order(_ a: Int64, _ b: Int64) -> [Job.Number: [Job.Number]] { [Job.Number(a): [Job.Number(b)]] }
        // Already planned for the afternoon.
        let planned = job(2) { ($0.state, $0.crew, $0.plannedAt) = (.planned, "roads-1", at(23, 15)) }
        let after = ExpectationRules.expect([job(1), planned], after: order(1, 2), World.plan, at: World.start, .paris)
        #expect(after[Job.Number(1)]?.at ?? .distantPast > at(23, 16, 45))
        // A chain against the order of the queue.
        let chain: [Job.Number: [Job.Number]] = Dictionary(uniqueKeysWithValues: (1...6).map { (Job.Number($0), [Job.Number($0 + 1)]) })
        let all = ExpectationRules.expect((1...7).map { job($0) }, after: chain, World.plan, at: World.start, .paris)
        let dates = (1...7).compactMap { all[Job.Number($0)]?.at }
        #expect(dates.count == 7 && dates == dates.sorted(by: >))
        // Nobody knows when what is blocked will be over.
        let blocked = job(2) { $0.state = .blocked }
        #expect(ExpectationRules.expect([job(1), blocked], after: order(1, 2), World.plan, at: World.start, .paris).isEmpty)
    }

    @Test func noCrewWithTheSkillGivesNoDateAndWhoIsOnCallComesAtNight() {
        let night = at(23, 22)
        let skilled = job(1) { $0.needs = JobNeeds(minutes: 60, skills: ["diving"]) }
        #expect(ExpectationRules.expect([skilled], World.plan, at: night, .paris).isEmpty)
        let urgent = job(2) { ($0.department, $0.urgency, $0.needs) = ("lighting", .now, JobNeeds(minutes: 60, skills: ["electric"])) }
        let verdict = ExpectationRules.expect([urgent], World.plan, at: night, .paris)[Job.Number(2)]
        #expect(verdict?.at == night + .minutes(75) && verdict?.crew == "light-1")
    }

    @Test func aThousandJobsHaveADateEach() {
        let jobs = (1...300).map { job(Int64($0)) }
        let verdicts = ExpectationRules.expect(jobs, World.plan, at: World.start, .paris)
        #expect(verdicts.count == 300)
        // Four a day but for the first, five days a week.
        #expect(verdicts.values.map(\.at).sorted() == jobs.compactMap { verdicts[$0.number]?.at }, "one after the other")
        for verdict in verdicts.values {
            let minute = WallTime.paris.minuteOfDay(at: verdict.at)
            #expect((481...720).contains(minute) || (781...1020).contains(minute))
            #expect((WallTime.paris.day(of: verdict.at) + 3) % 7 < 5, "nobody works on a weekend")
        }
    }
}
