// SPDX-License-Identifier: EUPL-1.2

/// Why a job is in no round, and what it would take.
enum LeftOutRules {
    static func reason(_ job: Int, _ state: RoundState) -> LeftOutReason {
        let model = state.model
        let wanted = model.problem.jobs[job]
        let crews = model.problem.crews
        if crews.isEmpty { return .noCrewToday }
        if let first = model.before[job].first(where: { state.crewOf[$0] < 0 }) { return .waitsForJobLeftOut(model.problem.jobs[first].id) }
        let suitable = (0..<model.crews).filter { model.may[job * model.crews + $0] }
        if suitable.isEmpty {
            if let lock = wanted.lock { return .lockedCrewCannot(crew: lock.crew) }
            return unsuitable(wanted, crews)
        }
        var isTooLong = true
        var isOutside = true
        var isReachable = false
        for crew in suitable {
            switch alone(job, crew, model) {
            case .fits: isReachable = true
            case .windowOver: (isTooLong, isOutside) = (false, false)
            case .windowOutside: isTooLong = false
            case .tooLong: isOutside = false
            }
        }
        if !isReachable {
            if let lock = wanted.lock { return .lockedCrewCannot(crew: lock.crew) }
            return isTooLong ? .longerThanAnyShift : isOutside ? .windowsOutsideWorkingHours : .windowsEndBeforeAnybodyCanBeThere
        }
        if let lock = wanted.lock { return .lockedCrewIsFull(crew: lock.crew) }
        var best = Insertion()
        var blink = 0
        var chance = Chance(seed: 1)
        for crew in suitable { state.seek(job, crew, &best, blink: &blink, &chance) }
        return best.isFound ? .costsMoreThanItIsWorth : .crewsAreFull
    }

    private static func unsuitable(_ job: RoundJob, _ crews: [RoundCrew]) -> LeftOutReason {
        let missing = job.skills.filter { skill in !crews.contains { $0.skills.contains(skill) } }.sorted()
        if !missing.isEmpty { return .noCrewWithSkills(missing) }
        let able = crews.filter { job.skills.isSubset(of: $0.skills) }
        if able.isEmpty { return .noCrewWithSkills(job.skills.sorted()) }
        let lacking = job.equipment.filter { thing in !crews.contains { $0.equipment.contains(thing) } }.sorted()
        if !lacking.isEmpty { return .noCrewWithEquipment(lacking) }
        if !able.contains(where: { job.equipment.isSubset(of: $0.equipment) }) { return .noCrewWithAll }
        return .tooLoadedForAnyVehicle
    }

    private enum Alone { case fits, windowOver, windowOutside, tooLong }

    /// How it would be if the crew did nothing else and took no break.
    private static func alone(_ job: Int, _ crew: Int, _ model: RoundModel) -> Alone {
        let way = model.matrix(of: crew)
        let out = way[model.start(of: crew) * model.nodes + job]
        let back = way[job * model.nodes + model.end(of: crew)]
        if out + model.service[job] + back > model.shiftTo[crew] - model.shiftFrom[crew] { return .tooLong }
        let arrival = model.shiftFrom[crew] + out
        let start = model.earliest(job, arrival, opens: model.opens[job], closes: model.closes[job])
        if start + model.service[job] + back <= model.shiftTo[crew] { return .fits }
        let closes = model.windows[job].last?.to ?? RoundModel.never
        if closes < model.shiftFrom[crew] || start < RoundModel.never { return .windowOutside }
        return .windowOver
    }

    static func price(_ job: Int, _ state: RoundState) -> LeftOutPrice? {
        let model = state.model
        if !state.isReady(job) { return nil }
        var best: (weight: Int, price: LeftOutPrice)?
        for crew in 0..<model.crews where model.may[job * model.crews + crew] {
            let sum = state.sums[crew]
            if sum.litres + Int(model.litres[job]) > Int(model.maxLitres[crew]) { continue }
            if sum.kilos + Int(model.kilos[job]) > Int(model.maxKilos[crew]) { continue }
            guard let range = state.range(job, crew) else { continue }
            for p in range {
                guard let (extra, over) = state.overtime(job, crew, after: p) else { continue }
                let weight = extra + 2 * over
                if let best, best.weight <= weight { continue }
                best = (weight, LeftOutPrice(crew: model.problem.crews[crew].id, extraTravelSeconds: extra, overtimeSeconds: over))
            }
        }
        return best?.price
    }
}

extension RoundState {
    /// Extra travel and time after the shift if a job came behind a position, the break where it is now; nil where a window would be missed.
    func overtime(_ job: Int, _ crew: Int, after p: Int) -> (extra: Int, over: Int)? {
        let at = crew * width
        let sum = sums[crew]
        let way = model.matrix(of: crew)
        let wayIn = way[Int(node[at + p]) * model.nodes + job]
        let wayOut = way[job * model.nodes + Int(node[at + p + 1])]
        let (from, to) = bounds(job, crew)
        var free = begin[at + p] + (p == 0 ? 0 : model.service[Int(node[at + p])])
        let start = model.earliest(job, free + wayIn, opens: from, closes: to)
        if start >= RoundModel.never { return nil }
        free = start + model.service[job]
        var q = p + 1
        while true {
            let leg = q == p + 1 ? wayOut : self.leg[at + q]
            let ready = sum.restAt == q ? afterRest(crew, free, leg).ready : free + leg
            if q > sum.count {
                return ready >= RoundModel.never
                    ? nil : (Int(wayIn + wayOut - self.leg[at + p + 1]), Int(max(0, ready - model.shiftTo[crew])))
            }
            let u = Int(node[at + q])
            let start = model.earliest(u, ready, opens: opens[u], closes: closes[u])
            if start >= RoundModel.never { return nil }
            free = start + model.service[u]
            q += 1
        }
    }
}
