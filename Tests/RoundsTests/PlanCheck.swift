// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Rounds
import Testing

/// Walks through a plan as a crew would and says what is wrong with it; knows nothing of the solver.
enum PlanCheck {
    static func complaints(_ plan: RoundPlan, _ problem: RoundProblem, _ travel: TravelTimes) -> [String] {
        var wrong: [String] = []
        let crews = problem.crews.count
        let indexOf = Dictionary(uniqueKeysWithValues: problem.jobs.enumerated().map { ($1.id, $0) })
        var seen: [Int64: RoundStop] = [:]
        var total = 0
        for (c, round) in plan.rounds.enumerated() {
            let crew = problem.crews[c]
            if round.crew != crew.id { wrong.append("round \(c) is of crew \(round.crew)") }
            var from = c
            var free = round.leavesAt
            var litres = 0.0
            var kilos = 0.0
            var ranks: [Int] = []
            if free < crew.shift.from { wrong.append("crew \(crew.id) leaves before its shift") }
            for stop in round.stops {
                let job = problem.jobs[indexOf[stop.job]!]
                let way = travel.seconds(from, 2 * crews + indexOf[stop.job]!, crew.pace)
                total += way
                if stop.travelSeconds != way { wrong.append("job \(job.id): \(stop.travelSeconds) s of travel, not \(way)") }
                if stop.arrivesAt < free + .seconds(Int64(way)) { wrong.append("job \(job.id) is reached before anybody can be there") }
                if stop.startsAt < stop.arrivesAt { wrong.append("job \(job.id) begins before arrival") }
                if stop.endsAt != stop.startsAt + job.duration { wrong.append("job \(job.id) has another length") }
                if !job.windows.isEmpty && !job.windows.contains(where: { $0.from <= stop.startsAt && stop.startsAt <= $0.to }) {
                    wrong.append("job \(job.id) begins outside its windows")
                }
                if !job.skills.isSubset(of: crew.skills) || !job.equipment.isSubset(of: crew.equipment) {
                    wrong.append("crew \(crew.id) cannot do job \(job.id)")
                }
                if let lock = job.lock, lock.crew != crew.id { wrong.append("job \(job.id) is fixed to crew \(lock.crew)") }
                if case .order(_, let rank) = job.lock { ranks.append(rank) }
                if seen.updateValue(stop, forKey: job.id) != nil { wrong.append("job \(job.id) is there twice") }
                litres += job.load.cubicMetres
                kilos += job.load.kilograms
                (from, free) = (2 * crews + indexOf[stop.job]!, stop.endsAt)
            }
            let home = travel.seconds(from, crews + c, crew.pace)
            total += home
            if round.backAt < free + .seconds(Int64(home)) { wrong.append("crew \(crew.id) is back too soon") }
            if round.backAt > crew.shift.to { wrong.append("crew \(crew.id) is back after its shift") }
            if let capacity = crew.capacity, litres > capacity.cubicMetres + 1e-6 || kilos > capacity.kilograms + 1e-6 {
                wrong.append("crew \(crew.id) is overloaded")
            }
            if ranks != ranks.sorted() { wrong.append("crew \(crew.id): fixed order \(ranks)") }
            wrong += restComplaints(round, crew, travel, crews, c, indexOf)
        }
        for job in problem.jobs {
            guard let stop = seen[job.id] else {
                if !plan.leftOut.contains(where: { $0.job == job.id }) { wrong.append("job \(job.id) is lost") }
                continue
            }
            for first in job.after where indexOf[first] != nil {
                guard let before = seen[first] else {
                    wrong.append("job \(job.id) is planned, \(first) is not")
                    continue
                }
                if before.endsAt > stop.startsAt { wrong.append("job \(job.id) begins before \(first) is over") }
            }
        }
        if total != plan.cost.travelSeconds { wrong.append("\(plan.cost.travelSeconds) s of travel in all, not \(total)") }
        return wrong
    }

    /// The break, where one is taken, must lie in time that is neither work nor travel.
    private static func restComplaints(
        _ round: Round, _ crew: RoundCrew, _ travel: TravelTimes, _ crews: Int, _ c: Int, _ indexOf: [Int64: Int]
    ) -> [String] {
        guard let wanted = crew.rest else { return round.rest == nil ? [] : ["crew \(crew.id) rests without a break"] }
        guard let rest = round.rest else {
            return round.backAt <= wanted.begins.to || wanted.begins.to < crew.shift.from ? [] : ["crew \(crew.id) has no break"]
        }
        var wrong: [String] = []
        if rest.from < wanted.begins.from || rest.from > wanted.begins.to { wrong.append("crew \(crew.id) rests outside its window") }
        if rest.to != rest.from + wanted.length { wrong.append("crew \(crew.id) rests too short") }
        var from = c
        var free = round.leavesAt
        var isTaken = false
        let ends = round.stops.map { (2 * crews + indexOf[$0.job]!, $0.startsAt, $0.endsAt) } + [(crews + c, round.backAt, round.backAt)]
        for (place, starts, end) in ends {
            let way = Span.seconds(Int64(travel.seconds(from, place, crew.pace)))
            if rest.from >= free && rest.to <= starts {
                isTaken = true
                if free + way + wanted.length > starts { wrong.append("crew \(crew.id) rests while it drives") }
            }
            (from, free) = (place, end)
        }
        if !isTaken { wrong.append("crew \(crew.id) rests while it works") }
        return wrong
    }
}
