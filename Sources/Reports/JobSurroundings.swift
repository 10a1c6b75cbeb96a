// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Watch

/// Work that a crew is to do near a place, as everybody may know it. What comes from a report is told as that report, where its category
/// shows it at all; what comes from a household's booking is not told.
package struct JobSurroundings: Surroundings {
    let jobs: any JobDesk

    package init(jobs: any JobDesk) { self.jobs = jobs }

    package func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding] {
        try await jobs.openJobs(around: place, within: meters).compactMap { job in
            switch job.source {
            case .report, .booking: return nil
            case .alarm, .plan, .hand: break
            }
            return Surrounding(
                sort: .job, title: job.title, detail: JobSurroundings.standing(job.state), place: job.place,
                meters: job.place?.metres(to: place) ?? 0, expectedAt: job.expectedAt, isPublic: true)
        }
    }

    private static func standing(_ state: JobState) -> Words {
        switch state {
        case .wanted: Words("À planifier", "To be planned")
        case .planned: Words("Planifié", "Planned")
        case .started: Words("En cours", "In progress")
        case .blocked: Words("En attente", "On hold")
        case .done: Words("Terminé", "Done")
        case .cancelled: Words("Annulé", "Cancelled")
        }
    }
}
