// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// What a tablet may see: its crew's day, and where acts of the crew wait for a decision.
struct TerrainSight: Sendable {
    var device: CrewDevice
    var plan: CrewPlan
    var day: TerrainRules.Day
    /// Cancelled or given to others while the crew was at it.
    var disputed: [Job]
    var versions: [Job.Number: Int64]

    /// Each once, in the order in which they are shown.
    var all: [Job] {
        var seen: Set<Job.Number> = []
        return (day.all + disputed).filter { seen.insert($0.number).inserted }
    }
}

extension Interventions {
    func sight(of device: CrewDevice) async throws -> TerrainSight {
        let (plan, now, wall) = (try await crews.current(), clock.now(), wall)
        return try await journal.read { transaction in
            var (day, disputed) = (TerrainRules.Day(), [Job]())
            if let crew = plan[crew: device.crew] {
                day = TerrainRules.day(
                    try TerrainStore.jobs(of: crew, since: now - .days(2), in: transaction), of: crew, at: now, wall)
            }
            let shown = Set(day.all.map(\.number))
            disputed = try TerrainStore.disputed(by: device.crew, since: now - .days(1), in: transaction).filter {
                !shown.contains($0.number)
            }
            let numbers = day.all.map(\.number) + disputed.map(\.number)
            return TerrainSight(
                device: device, plan: plan, day: day, disputed: disputed,
                versions: try TerrainStore.versions(of: numbers, in: transaction))
        }
    }

    /// So long a crew may still look at a job that is over, or is another's now.
    static let lookedBack = Span.days(7)

    /// A job that this tablet may look at; nil for every other.
    func job(_ number: Job.Number, for device: CrewDevice) async throws -> Job? {
        let (plan, since) = (try await crews.current(), clock.now() - Interventions.lookedBack)
        return try await journal.read { transaction in
            guard let job = try JobStore.find(number, in: transaction) else { return nil }
            if job.crew == device.crew, job.isOpen || job.updatedAt >= since { return job }
            if job.crew.isEmpty, job.isOpen, plan[crew: device.crew]?.suits(job) == true { return job }
            if try TerrainStore.wasGiven(number, to: device.crew, since: since, in: transaction) { return job }
            let waits = try TerrainStore.late(of: number, in: transaction).contains { $0.crew == device.crew && $0.decidedAt == nil }
            return waits ? job : nil
        }
    }
}
