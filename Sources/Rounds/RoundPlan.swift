// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One job in a crew's day.
package struct RoundStop: Sendable, Hashable, Codable {
    package var job: Int64
    /// Seconds of travel from the stop before, or from the crew's start.
    package var travelSeconds: Int
    package var arrivesAt: Instant
    package var startsAt: Instant
    package var endsAt: Instant
    /// How long after its promise the work ends; zero where it is kept or nothing is promised.
    package var late: Span
}

/// The day of one crew.
package struct Round: Sendable, Hashable, Codable {
    package var crew: Int64
    package var stops: [RoundStop]
    /// When it leaves at the latest without changing anything; the shift's begin where it has no job.
    package var leavesAt: Instant
    package var backAt: Instant
    /// nil where the crew has none, or is back before it must begin.
    package var rest: Stretch?
    package var travelSeconds: Int
}

/// What a plan costs; `total` is what the solver makes small.
package struct RoundCost: Sendable, Hashable, Codable {
    /// Promises that this plan breaks: a job ends after its promise, or is left out though promised for this day.
    package var brokenPromises = 0
    package var lateSeconds = 0
    package var leftOut = 0
    package var travelSeconds = 0
    /// In seconds of travel: travel + lateness by urgency + prices of what is left out.
    package var total = 0
}

/// A job that the plan leaves out.
package struct LeftOut: Sendable, Hashable {
    package var job: Int64
    package var reason: LeftOutReason
    /// What it would take to put it in after all: nil where no crew can do it whatever is moved.
    package var price: LeftOutPrice?
}

/// The cheapest way to put a job into the plan as it stands.
package struct LeftOutPrice: Sendable, Hashable {
    package var crew: Int64
    package var extraTravelSeconds: Int
    /// How long after its shift that crew would be back; zero where it fits, but costs more than it is worth.
    package var overtimeSeconds: Int
}

/// Why a job is not in the plan, the most telling reason first found.
package enum LeftOutReason: Sendable, Hashable {
    case noCrewToday
    case noCrewWithSkills([String])
    case noCrewWithEquipment([String])
    /// Skills are there and equipment is there, but no crew has both.
    case noCrewWithAll
    case tooLoadedForAnyVehicle
    /// No suitable crew is on shift while one of its windows is open, or can be there before the last of them closes.
    case windowsEndBeforeAnybodyCanBeThere
    /// Going there, working and coming back takes longer than any suitable crew's shift.
    case longerThanAnyShift
    /// Its windows lie outside the hours of every suitable crew.
    case windowsOutsideWorkingHours
    case lockedCrewCannot(crew: Int64)
    case lockedCrewIsFull(crew: Int64)
    case waitsForJobLeftOut(Int64)
    /// All suitable crews are full; putting it in would push out or delay what matters more.
    case crewsAreFull
    /// It would fit, but costs more than leaving it costs.
    case costsMoreThanItIsWorth

    package var words: Words {
        switch self {
        case .noCrewToday: Words("Aucune équipe ne travaille ce jour.", "No crew works that day.")
        case .noCrewWithSkills(let skills):
            Words(
                "Aucune équipe avec la compétence \(skills.joined(separator: ", ")) ce jour.",
                "No crew with skill \(skills.joined(separator: ", ")) that day.")
        case .noCrewWithEquipment(let things):
            Words(
                "Aucune équipe avec l’équipement \(things.joined(separator: ", ")) ce jour.",
                "No crew with equipment \(things.joined(separator: ", ")) that day.")
        case .noCrewWithAll:
            Words(
                "Aucune équipe ne réunit les compétences et l’équipement demandés.",
                "No single crew has all the skills and equipment asked for.")
        case .tooLoadedForAnyVehicle: Words("Trop volumineux ou trop lourd pour tout véhicule.", "Too bulky or too heavy for any vehicle.")
        case .windowsEndBeforeAnybodyCanBeThere:
            Words("Son créneau se ferme avant que quiconque puisse y être.", "Its window ends before anybody can be there.")
        case .longerThanAnyShift:
            Words("Trajet et travail dépassent la durée de tout service.", "Travel and work take longer than any shift.")
        case .windowsOutsideWorkingHours:
            Words("Son créneau tombe hors des heures des équipes qui conviennent.", "Its window lies outside the hours of suitable crews.")
        case .lockedCrewIsFull(let crew):
            Words("Fixée à l’équipe \(crew), dont la journée est pleine.", "Fixed to crew \(crew), whose day is full.")
        case .lockedCrewCannot(let crew):
            Words("Fixée à l’équipe \(crew), qui ne peut pas la faire.", "Fixed to crew \(crew), which cannot do it.")
        case .waitsForJobLeftOut(let job):
            Words("Attend l’intervention \(job), qui n’est pas planifiée.", "Waits for job \(job), which is not planned.")
        case .crewsAreFull: Words("Toutes les équipes qui conviennent sont pleines.", "All suitable crews are full.")
        case .costsMoreThanItIsWorth:
            Words("Coûterait plus que de la remettre à un autre jour.", "Would cost more than leaving it for another day.")
        }
    }
}

/// A day's plan: one round a crew, in the order of the problem's crews.
package struct RoundPlan: Sendable {
    package var rounds: [Round]
    package var leftOut: [LeftOut]
    package var cost: RoundCost
    package var basis: TravelTimes.Basis
    /// How many changes the search tried.
    package var iterations: Int

    /// Crew and position of a job in this plan.
    package func position(of job: Int64) -> (crew: Int64, position: Int)? {
        for round in rounds { if let at = round.stops.firstIndex(where: { $0.job == job }) { return (round.crew, at) } }
        return nil
    }
}
