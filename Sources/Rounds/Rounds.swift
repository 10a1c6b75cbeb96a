// SPDX-License-Identifier: EUPL-1.2

// Rounds is the arithmetic of a day's work in the street: who goes where, when, in which order, and what a change costs. Here are the
// nouns of the problem (crew, job, travel times), the solver, the price of a re-plan, and the street network with its travel times.
// Everything is values in, values out: no clock (a budget is handed in), no file, no database, no page. Not here: what a work order is
// and how it lives (the crews' desk), which asks with these nouns and keeps what it likes of the answer.
//
// One entry point: `RoundSolver.solve`. Times are instants outside and whole seconds from the plan's beginning inside; the unit of every
// cost is one second of travel.

package import ControlRoom

/// From one instant to another, both within.
package struct Stretch: Sendable, Hashable, Codable {
    package var from: Instant
    package var to: Instant
    package init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }
}

/// What a job adds to a vehicle until the end of the round, or what a vehicle holds.
package struct RoundLoad: Sendable, Hashable, Codable {
    package var cubicMetres: Double
    package var kilograms: Double
    package init(cubicMetres: Double = 0, kilograms: Double = 0) { (self.cubicMetres, self.kilograms) = (cubicMetres, kilograms) }
    package static let none = RoundLoad()
}

/// The break of a crew: it begins within a window and takes so long, between two jobs, before leaving or after arriving.
/// A crew that is back before the window's end takes it at home.
package struct RoundRest: Sendable, Hashable, Codable {
    package var begins: Stretch
    package var length: Span
    package init(begins: Stretch, length: Span) { (self.begins, self.length) = (begins, length) }
}

/// How a crew moves.
package enum Pace: String, Sendable, Hashable, Codable, CaseIterable { case van, foot }

/// A crew on one day.
package struct RoundCrew: Sendable, Hashable, Codable {
    package var id: Int64
    package var name: String
    package var start: Place
    package var end: Place
    package var shift: Stretch
    package var rest: RoundRest?
    package var skills: Set<String>
    package var equipment: Set<String>
    /// nil: nothing limits what it carries.
    package var capacity: RoundLoad?
    package var pace: Pace

    package init(
        id: Int64, name: String, start: Place, end: Place? = nil, shift: Stretch, rest: RoundRest? = nil, skills: Set<String> = [],
        equipment: Set<String> = [], capacity: RoundLoad? = nil, pace: Pace = .van
    ) {
        (self.id, self.name, self.start, self.end, self.shift, self.rest) = (id, name, start, end ?? start, shift, rest)
        (self.skills, self.equipment, self.capacity, self.pace) = (skills, equipment, capacity, pace)
    }
}

/// What the planner has fixed. Several jobs with an order on one crew keep that order; other jobs may come between them.
package enum RoundLock: Sendable, Hashable, Codable {
    case crew(Int64)
    case order(crew: Int64, rank: Int)

    package var crew: Int64 {
        switch self {
        case .crew(let crew), .order(let crew, _): crew
        }
    }
}

/// A job to be placed on the day.
package struct RoundJob: Sendable, Hashable, Codable {
    package var id: Int64
    package var title: String
    package var place: Place
    package var duration: Span
    package var skills: Set<String>
    package var equipment: Set<String>
    /// The work begins within one of these; empty for any time of the day.
    package var windows: [Stretch]
    package var load: RoundLoad
    package var urgency: Urgency
    package var promisedAt: Instant?
    package var lock: RoundLock?
    /// Jobs that must be over before this one begins. Those that are not in the problem count as done.
    package var after: [Int64]
    /// What leaving it out costs, in seconds of travel; nil: computed from urgency and promise (`RoundWeights`).
    package var price: Int?

    package init(
        id: Int64, title: String = "", place: Place, duration: Span, skills: Set<String> = [], equipment: Set<String> = [],
        windows: [Stretch] = [], load: RoundLoad = .none, urgency: Urgency = .days, promisedAt: Instant? = nil, lock: RoundLock? = nil,
        after: [Int64] = [], price: Int? = nil
    ) {
        (self.id, self.title, self.place, self.duration, self.skills, self.equipment) = (id, title, place, duration, skills, equipment)
        (self.windows, self.load, self.urgency, self.promisedAt) = (windows, load, urgency, promisedAt)
        (self.lock, self.after, self.price) = (lock, after, price)
    }
}

/// What things cost against each other, in seconds of travel.
package struct RoundWeights: Sendable, Hashable, Codable {
    /// A promise that the plan breaks, by urgency (`Urgency.rawValue`).
    package var brokenPromise = [4 * 3600, 8 * 3600, 16 * 3600, 32 * 3600]
    /// Each minute after the promise, by urgency.
    package var lateMinute = [20, 60, 180, 600]
    /// A job left for another day, by urgency, where nothing is promised for this day.
    package var leftOut = [2 * 3600, 12 * 3600, 48 * 3600, 96 * 3600]
    package init() {}
}

/// A day to be planned.
package struct RoundProblem: Sendable {
    package var crews: [RoundCrew]
    package var jobs: [RoundJob]
    package var weights: RoundWeights

    package init(crews: [RoundCrew], jobs: [RoundJob], weights: RoundWeights = RoundWeights()) {
        (self.crews, self.jobs, self.weights) = (crews, jobs, weights)
    }

    /// The points between which travel times are wanted: each crew's start, each crew's end, each job.
    package var places: [Place] { crews.map(\.start) + crews.map(\.end) + jobs.map(\.place) }

    package enum Fault: Error, Hashable, Sendable {
        /// At most 500 crews and 5 000 jobs.
        case tooLarge(crews: Int, jobs: Int)
        case crewTwice(Int64)
        case jobTwice(Int64)
        case shiftEndsBeforeItBegins(crew: Int64)
        /// A time lies more than 60 days from the first shift, a duration is negative or longer than a week, a load or a price is out of range.
        case outOfRange(job: Int64)
        case crewOutOfRange(Int64)
        case lockedToUnknownCrew(job: Int64, crew: Int64)
        /// These jobs wait for each other.
        case jobsWaitInACircle([Int64])
        /// A list of weights has not four values from 0 to 1 000 000, one for each urgency.
        case weightsIncomplete
        /// The travel times are of another number of points.
        case travelOfOtherPoints(have: Int, want: Int)

        package var words: Words {
            switch self {
            case .tooLarge(let crews, let jobs):
                Words(
                    "\(crews) équipes et \(jobs) interventions : 500 et 5 000 au plus.",
                    "\(crews) crews and \(jobs) jobs: at most 500 and 5,000.")
            case .crewTwice(let id): Words("L’équipe \(id) est donnée deux fois.", "Crew \(id) is given twice.")
            case .jobTwice(let id): Words("L’intervention \(id) est donnée deux fois.", "Job \(id) is given twice.")
            case .shiftEndsBeforeItBegins(let id):
                Words("Le service de l’équipe \(id) finit avant de commencer.", "The shift of crew \(id) ends before it begins.")
            case .outOfRange(let id):
                Words(
                    "L’intervention \(id) a une durée, une heure ou une charge impossible.",
                    "Job \(id) has an impossible duration, time or load.")
            case .crewOutOfRange(let id):
                Words(
                    "L’équipe \(id) a un horaire, une pause ou une charge impossible.", "Crew \(id) has an impossible time, break or load.")
            case .lockedToUnknownCrew(let job, let crew):
                Words(
                    "L’intervention \(job) est fixée à l’équipe \(crew), qui ne travaille pas ce jour.",
                    "Job \(job) is fixed to crew \(crew), which does not work that day.")
            case .jobsWaitInACircle(let jobs):
                Words(
                    "Des interventions s’attendent l’une l’autre : \(jobs.map(String.init).joined(separator: ", ")).",
                    "Jobs wait for each other: \(jobs.map(String.init).joined(separator: ", ")).")
            case .weightsIncomplete:
                Words("Les poids : quatre valeurs de 0 à 1 000 000 par liste.", "Weights: four values from 0 to 1,000,000 a list.")
            case .travelOfOtherPoints(let have, let want):
                Words("Temps de trajet de \(have) points, il en faut \(want).", "Travel times of \(have) points, \(want) are needed.")
            }
        }
    }
}
