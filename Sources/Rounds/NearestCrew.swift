// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One crew, asked whether it could go to a job now.
package struct CrewDistance: Sendable, Hashable {
    package var crew: Int64
    package var name: String
    /// When it is free: at once, or when the job in hand is over.
    package var freeAt: Instant
    package var travelSeconds: Int
    package var arrivesAt: Instant
    /// nil where it is suitable.
    package var unsuitable: Unsuitable?

    package enum Unsuitable: Sendable, Hashable {
        case lacksSkills([String])
        case lacksEquipment([String])
        case tooLoaded
        case notOnShift
        /// It would be back after its shift.
        case shiftEndsTooSoon
        /// No window of the job is open from its arrival on.
        case windowsOver

        package var words: Words {
            switch self {
            case .lacksSkills(let skills):
                Words("sans la compétence \(skills.joined(separator: ", "))", "without skill \(skills.joined(separator: ", "))")
            case .lacksEquipment(let things):
                Words("sans l’équipement \(things.joined(separator: ", "))", "without equipment \(things.joined(separator: ", "))")
            case .tooLoaded: Words("véhicule trop plein", "vehicle too full")
            case .notOnShift: Words("pas en service", "not on shift")
            case .shiftEndsTooSoon: Words("service fini avant le retour", "shift over before it is back")
            case .windowsOver: Words("arriverait après le créneau", "would arrive after the window")
            }
        }
    }

    /// All crews, the suitable ones first, each group by arrival: so that one sees who is nearest and why the nearer ones cannot go.
    /// - Parameters:
    ///   - problem: the crews from where they are now on (`RoundReplan.remaining`), and the job.
    ///   - travel: between `problem.places`.
    package static func ranked(
        _ job: RoundJob, _ problem: RoundProblem, travel: TravelTimes, now: Instant
    ) throws(RoundProblem.Fault) -> [CrewDistance] {
        let crews = problem.crews.count
        guard travel.count == problem.jobs.count + 2 * crews else {
            throw .travelOfOtherPoints(have: travel.count, want: problem.jobs.count + 2 * crews)
        }
        guard let at = problem.jobs.firstIndex(where: { $0.id == job.id }) else { return [] }
        let answers = problem.crews.enumerated().map { c, crew in
            let way = travel.seconds(c, 2 * crews + at, crew.pace)
            let free = max(now, crew.shift.from)
            let arrival = free + .seconds(Int64(way))
            let home = travel.seconds(2 * crews + at, crews + c, crew.pace)
            return CrewDistance(
                crew: crew.id, name: crew.name, freeAt: free, travelSeconds: way, arrivesAt: arrival,
                unsuitable: fault(job, crew, now, arrival, .seconds(Int64(home))))
        }
        return answers.sorted {
            ($0.unsuitable == nil ? 0 : 1, $0.arrivesAt, $0.crew) < ($1.unsuitable == nil ? 0 : 1, $1.arrivesAt, $1.crew)
        }
    }

    private static func fault(_ job: RoundJob, _ crew: RoundCrew, _ now: Instant, _ arrival: Instant, _ home: Span) -> Unsuitable? {
        let skills = job.skills.subtracting(crew.skills).sorted()
        if !skills.isEmpty { return .lacksSkills(skills) }
        let things = job.equipment.subtracting(crew.equipment).sorted()
        if !things.isEmpty { return .lacksEquipment(things) }
        if let capacity = crew.capacity, job.load.cubicMetres > capacity.cubicMetres || job.load.kilograms > capacity.kilograms {
            return .tooLoaded
        }
        if now >= crew.shift.to { return .notOnShift }
        var start = arrival
        if !job.windows.isEmpty {
            guard let begins = job.windows.filter({ $0.to >= arrival }).map({ max($0.from, arrival) }).min() else { return .windowsOver }
            start = begins
        }
        let isBack = Instant(milliseconds: start.milliseconds + job.duration.milliseconds + home.milliseconds) <= crew.shift.to
        return isBack ? nil : .shiftEndsTooSoon
    }
}
