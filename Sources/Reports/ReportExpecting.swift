// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Journal
import Synchronization
import Watch

/// When the crews would be done as things stand, and where that comes from.
package struct ReportExpected: Sendable, Hashable {
    package var at: Instant
    package var because: Words
}

/// What the city says of a date before anything is sent.
package struct ReportDates: Sendable, Hashable {
    package var promisedAt: Instant
    /// Nil where no crew works on it.
    package var expected: ReportExpected?
}

extension Reports {
    /// What would be promised and expected of a category at a place; nil for an unknown category, or a place that others care for.
    package func dates(category: String, place: Place?) async throws -> ReportDates? {
        let (tree, ground) = (try await shelf.current(), try await ground.current())
        guard let found = tree[category], case (.department(let department, _), let commune) = Reports.route(category, place, tree, ground)
        else { return nil }
        return ReportDates(
            promisedAt: clock.now() + tree.delay(of: category),
            expected: await estimate(.init(department: department, category: category, commune: commune, urgency: found.urgency)))
    }

    /// When an open report is expected to be done: as its job says, else as the job about its asset does, else by what waits and who works.
    /// Nil where nothing is known; a desk of crews that cannot answer now keeps nobody from the rest of a page.
    package func expected(of report: Report) async -> ReportExpected? {
        await expected(of: [report])[report.number]
    }

    /// The same of many at once; those of which nothing is known are left out.
    package func expected(of reports: [Report]) async -> [Report.Number: ReportExpected] {
        let open = reports.filter(\.isOpen)
        guard let jobs, !open.isEmpty else { return [:] }
        let standings = (try? await journal.read { try ReportJobStore.standings(of: open.map(\.number), in: $0) }) ?? [:]
        var expected: [Report.Number: ReportExpected] = [:]
        for report in open { expected[report.number] = await self.expected(of: report, standing: standings[report.number], jobs) }
        return expected
    }

    private func expected(of report: Report, standing: ReportJobStore.Standing?, _ jobs: any JobDesk) async -> ReportExpected? {
        if let standing, standing.state.isOpen {
            return standing.expectedAt.map { ReportExpected(at: $0, because: Reports.because(standing.state)) }
        }
        if let asset = report.asset, let known = await planned(for: asset, jobs) { return known }
        return await estimate(
            .init(department: report.department, category: report.category, commune: report.commune, urgency: report.urgency))
    }

    /// What is planned for an asset already, whoever asked for it.
    package func planned(for asset: Asset.Number) async -> ReportExpected? {
        guard let jobs else { return nil }
        return await planned(for: asset, jobs)
    }

    private func planned(for asset: Asset.Number, _ jobs: any JobDesk) async -> ReportExpected? {
        let open = (try? await jobs.openJobs(about: asset)) ?? []
        let soonest = open.filter { $0.expectedAt != nil }.min { $0.expectedAt! < $1.expectedAt! }
        return soonest.flatMap { job in job.expectedAt.map { ReportExpected(at: $0, because: Reports.because(job.state)) } }
    }

    private static func because(_ state: JobState) -> Words {
        switch state {
        case .planned: Words("le passage d'une équipe est planifié", "a crew's visit is planned")
        case .started: Words("une équipe est sur place", "a crew is on the spot")
        case .blocked: Words("une équipe est passée et doit revenir", "a crew was there and has to come back")
        case .wanted, .done, .cancelled: Words("d'après les interventions en attente", "by the jobs that wait")
        }
    }

    func estimate(_ asked: ExpectationShelf.Asked) async -> ReportExpected? {
        guard let jobs else { return nil }
        let now = clock.now()
        if let known = expectations.held(asked, at: now) { return known.value }
        guard
            let found = try? await jobs.expectation(
                department: asked.department, category: asked.category, commune: asked.commune, urgency: asked.urgency)
        else { return nil }
        let value = ReportExpected(at: found.at, because: found.because)
        expectations.put(value, for: asked, at: now)
        return value
    }
}

/// Estimates of the last minute: many ask while they type, and the queue of the crews is long.
final class ExpectationShelf: Sendable {
    struct Asked: Hashable {
        var department: String
        var category: String
        var commune: Commune
        var urgency: Urgency
    }

    struct Held {
        var value: ReportExpected?
        var at: Instant
    }

    private let all = Mutex<[Asked: Held]>([:])
    private static let fresh = Span.minutes(1)
    private static let most = 5000

    func held(_ asked: Asked, at now: Instant) -> Held? {
        all.withLock { $0[asked] }.flatMap { $0.at <= now && now - $0.at < ExpectationShelf.fresh ? $0 : nil }
    }

    func put(_ value: ReportExpected?, for asked: Asked, at now: Instant) {
        all.withLock { all in
            if all.count >= ExpectationShelf.most { all = [:] }
            all[asked] = Held(value: value, at: now)
        }
    }
}
