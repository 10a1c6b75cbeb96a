// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Who works, when, with what, and how long things take: data that the city edits (docs/desks/interventions.md).
package struct CrewPlan: Sendable, Hashable, Codable {
    /// 0 before the first import.
    package var revision: Int64 = 0
    /// Departments that have crews, and contractors.
    package var departments: [Named]
    package var skills: [Named]
    package var crews: [Crew]
    package var vehicles: [Vehicle]
    /// What a job of a category takes, by the category's code; `fallback` for every other.
    package var work: [String: JobNeeds]
    package var fallback: JobNeeds
    /// Minutes from one job to the next, where no street network says better.
    package var travelMinutes: Int
    package var rotas: [Rota]
    /// Telephone of the room, for the crews; nil for none.
    package var phone: String?

    package init(
        departments: [Named] = [], skills: [Named] = [], crews: [Crew] = [], vehicles: [Vehicle] = [], work: [String: JobNeeds] = [:],
        fallback: JobNeeds = JobNeeds(), travelMinutes: Int = 15, rotas: [Rota] = []
    ) {
        (self.departments, self.skills, self.crews, self.vehicles) = (departments, skills, crews, vehicles)
        (self.work, self.fallback, self.travelMinutes, self.rotas) = (work, fallback, travelMinutes, rotas)
    }

    package struct Named: Sendable, Hashable, Codable {
        package var code: String
        package var title: Words
        package init(_ code: String, _ title: Words) { (self.code, self.title) = (code, title) }
    }

    package subscript(crew code: String) -> Crew? { crews.first { $0.code == code } }
    package subscript(vehicle code: String) -> Vehicle? { vehicles.first { $0.code == code } }

    package func crews(of department: String) -> [Crew] { crews.filter { $0.departments.contains(department) } }
    package func needs(of category: String) -> JobNeeds { work[category] ?? fallback }

    package func departmentTitle(_ code: String) -> Words {
        departments.first { $0.code == code }?.title ?? Words(code, code)
    }
    package func crewTitle(_ code: String) -> Words {
        code.isEmpty ? Words("aucune", "none") : crews.first { $0.code == code }?.title ?? Words(code, code)
    }
    package func skillTitle(_ code: String) -> Words { skills.first { $0.code == code }?.title ?? Words(code, code) }

    /// The crew on call for a department at an instant; nil where nobody is.
    package func onCall(_ department: String, at instant: Instant, _ wall: WallTime) -> Crew? {
        rotas.first { $0.department == department }.flatMap { $0.crew(at: instant, wall) }.flatMap { self[crew: $0] }
    }
}

/// People who work together. It is pseudonymous: nobody's name stands in it.
package struct Crew: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var departments: [String]
    /// INSEE codes where it works; empty for everywhere.
    package var communes: [String]
    package var skills: [String]
    package var equipment: [String]
    /// Code of its vehicle; '' for none.
    package var vehicle: String
    package var base: Place?
    /// By weekday from Monday: when it works, in order and apart; what lies between is a break.
    package var shifts: [[Shift]]
    package var isContractor: Bool
    /// Cents for an hour of the whole crew.
    package var rate: Int
    /// On whose public holidays it does not work; nil where it works on them as on other days.
    package var holidays: PublicHolidays?
    /// Leave, illness, a replacement, a Saturday more; nil for none. The last that holds a day counts, also on a holiday.
    package var exceptions: [Exception]?

    /// Days on which it works otherwise than the week says.
    package struct Exception: Sendable, Hashable, Codable {
        /// Both included.
        package var from: CivilDay
        package var to: CivilDay
        /// As of a weekday; empty for away.
        package var shifts: [Shift]
        package init(from: CivilDay, to: CivilDay, shifts: [Shift] = []) { (self.from, self.to, self.shifts) = (from, to, shifts) }
    }

    /// When it works on a day of the calendar.
    package func shifts(on day: CivilDay) -> [Shift] {
        if let one = exceptions?.last(where: { $0.from <= day && day <= $0.to }) { return one.shifts }
        guard shifts.indices.contains(day.weekday - 1) else { return [] }
        let usual = shifts[day.weekday - 1]
        return usual.isEmpty || holidays?.name(of: day) != nil ? [] : usual
    }

    /// Minutes of the day, `to` excluded.
    package struct Shift: Sendable, Hashable, Codable {
        package var from: Int
        package var to: Int
        package init(_ from: Int, _ to: Int) { (self.from, self.to) = (from, to) }
    }

    package init(
        code: String, title: Words, departments: [String], communes: [String] = [], skills: [String] = [], equipment: [String] = [],
        vehicle: String = "", base: Place? = nil, shifts: [[Shift]], isContractor: Bool = false, rate: Int = 0,
        holidays: PublicHolidays? = nil, exceptions: [Exception]? = nil
    ) {
        (self.code, self.title, self.departments, self.communes, self.skills) = (code, title, departments, communes, skills)
        (self.equipment, self.vehicle, self.base, self.shifts) = (equipment, vehicle, base, shifts)
        (self.isContractor, self.rate, self.holidays, self.exceptions) = (isContractor, rate, holidays, exceptions)
    }

    /// May it do this job, whenever?
    package func suits(_ job: Job) -> Bool {
        suits(department: job.department, commune: job.commune, needs: job.needs)
    }

    package func suits(department: String, commune: Commune, needs: JobNeeds) -> Bool {
        departments.contains(department) && (communes.isEmpty || communes.contains(commune.insee))
            && needs.skills.allSatisfy(skills.contains) && needs.equipment.allSatisfy(equipment.contains)
    }
}

/// A vehicle with what fits into it.
package struct Vehicle: Sendable, Hashable, Codable {
    package var code: String
    package var title: Words
    package var litres: Int
    package init(code: String, title: Words, litres: Int = 0) { (self.code, self.title, self.litres) = (code, title, litres) }
}

/// Who is on call, week after week, from Monday 08:00 on.
package struct Rota: Sendable, Hashable, Codable {
    package var department: String
    /// Some day of the first week, since 1970-01-01.
    package var from: Int64
    package var crews: [String]
    package init(department: String, from: Int64, crews: [String]) { (self.department, self.from, self.crews) = (department, from, crews) }

    /// nil before it begins.
    package func crew(at instant: Instant, _ wall: WallTime) -> String? {
        guard !crews.isEmpty else { return nil }
        // 1970-01-01 was a Thursday: 3 days after a Monday. The week turns at 08:00.
        func week(_ day: Int64) -> Int64 { floorDivide(day + 3, 7) }
        let turned = week(wall.day(of: instant - .hours(8))) - week(from)
        return turned < 0 ? nil : crews[Int(turned % Int64(crews.count))]
    }
}
