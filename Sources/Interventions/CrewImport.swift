// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// Brings crews in: checked as a whole; a file with anything wrong in it changes nothing.
package enum CrewImport {
    package struct Fault: Sendable, Hashable {
        /// Of the file; 0 where it is not one line's.
        package var line: Int
        package var what: String
        package init(line: Int = 0, _ what: String) { (self.line, self.what) = (line, what) }
    }

    package struct Outcome: Sendable {
        package var faults: [Fault]
        /// nil where nothing was written: faults, a dry run, or the same as before.
        package var revision: Int64?
    }

    package static func run(
        _ plan: CrewPlan, faults found: [Fault] = [], file: String, by author: String, isDryRun: Bool, at now: Instant,
        in transaction: Transaction
    ) throws -> Outcome {
        let faults = found + faults(plan)
        guard faults.isEmpty else { return Outcome(faults: faults, revision: nil) }
        let before = try CrewStore.current(in: transaction)
        var compared = plan
        compared.revision = before.revision
        guard compared != before, !isDryRun else { return Outcome(faults: [], revision: nil) }
        let revision = try CrewStore.put(plan, from: file, at: now, in: transaction)
        let words = Words(
            "Équipes importées de \(file) : révision \(revision), \(plan.crews.count) équipes, \(plan.vehicles.count) véhicules",
            "Crews imported from \(file): revision \(revision), \(plan.crews.count) crews, \(plan.vehicles.count) vehicles")
        try Logbook.append([LogDraft(author: author.isEmpty ? "vigie" : author, trade: "jobs", text: words)], in: transaction, at: now)
        return Outcome(faults: [], revision: revision)
    }

    static let most = 2000
    /// In cents an hour.
    static let mostRate = 1_000_000

    /// What is wrong with crews by themselves.
    package static func faults(_ plan: CrewPlan) -> [Fault] {
        var faults: [Fault] = []
        func refuse(_ what: String) { faults.append(Fault(what)) }
        func twice(_ codes: [String], _ sort: String) {
            var seen: Set<String> = []
            for code in codes {
                if !isCode(code) { refuse("\(sort) '\(code)': a code has 1 to 60 of a-z 0-9 and '-'") }
                if !seen.insert(code).inserted { refuse("\(sort) '\(code)' stands twice in the file") }
            }
        }
        twice(plan.departments.map(\.code), "department")
        twice(plan.skills.map(\.code), "skill")
        twice(plan.crews.map(\.code), "crew")
        twice(plan.vehicles.map(\.code), "vehicle")
        let titles =
            (plan.departments + plan.skills).map { ($0.code, $0.title) } + plan.crews.map { ($0.code, $0.title) }
            + plan.vehicles.map { ($0.code, $0.title) }
        for (code, title) in titles where title.french.isEmpty || title.english.isEmpty { refuse("'\(code)': fr: and en: are its titles") }
        if plan.crews.isEmpty { refuse("there is no crew; right would be: crews: with at least one below it") }
        if plan.crews.count > most || plan.vehicles.count > most { refuse("more than \(most) crews or vehicles") }
        let departments = Set(plan.departments.map(\.code)), skills = Set(plan.skills.map(\.code))
        let vehicles = Set(plan.vehicles.map(\.code)), crews = Set(plan.crews.map(\.code))
        for crew in plan.crews {
            if crew.departments.isEmpty { refuse("crew '\(crew.code)': departments: says for whom it works") }
            for one in crew.departments where !departments.contains(one) {
                refuse("crew '\(crew.code)': '\(one)' is no department of the file")
            }
            for one in crew.skills where !skills.contains(one) { refuse("crew '\(crew.code)': '\(one)' is no skill of the file") }
            if !crew.vehicle.isEmpty, !vehicles.contains(crew.vehicle) {
                refuse("crew '\(crew.code)': '\(crew.vehicle)' is no vehicle of the file")
            }
            if !(0...mostRate).contains(crew.rate) { refuse("crew '\(crew.code)': rate: from 0 to 10000 euros an hour") }
            if crew.base.map({ !$0.isValid }) ?? false { refuse("crew '\(crew.code)': base: latitude, longitude") }
            if crew.shifts.count != 7 || crew.shifts.allSatisfy(\.isEmpty) { refuse("crew '\(crew.code)': shifts: says when it works") }
            for one in crew.exceptions ?? [] where one.to < one.from || one.to - one.from > 400 {
                refuse("crew '\(crew.code)': days: from a day to a later one, 400 days at most")
            }
            if (crew.exceptions ?? []).count > 1000 { refuse("crew '\(crew.code)': days: more than 1000") }
            for day in crew.shifts + (crew.exceptions ?? []).map(\.shifts) {
                for shift in day where !(0..<shift.to).contains(shift.from) || shift.to > 1440 {
                    refuse("crew '\(crew.code)': a shift begins before it ends, within one day")
                }
                for (a, b) in zip(day, day.dropFirst()) where a.to > b.from { refuse("crew '\(crew.code)': two shifts of a day overlap") }
            }
        }
        for (code, needs) in plan.work.sorted(by: { $0.key < $1.key }) + [("default", plan.fallback)] {
            for fault in JobRules.faults(needs) { refuse("work '\(code)': \(fault.message.english)") }
            for one in needs.skills where !skills.contains(one) { refuse("work '\(code)': '\(one)' is no skill of the file") }
        }
        for rota in plan.rotas {
            if !departments.contains(rota.department) { refuse("on-call: '\(rota.department)' is no department of the file") }
            for one in rota.crews where !crews.contains(one) { refuse("on-call of '\(rota.department)': '\(one)' is no crew of the file") }
        }
        for one in plan.vehicles where !(0...1_000_000).contains(one.litres) {
            refuse("vehicle '\(one.code)': litres: from 0 to 1000000")
        }
        if !(0...240).contains(plan.travelMinutes) { refuse("travel: from 0 to 240 minutes") }
        return faults
    }

    static func isCode(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count) && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
