// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// The form of an act, read.
struct JobActForm {
    private let form: Form
    private let job: Job
    private let wall: WallTime

    init(_ form: Form, job: Job, wall: WallTime) { (self.form, self.job, self.wall) = (form, job, wall) }

    /// - Throws: `Refused` with every field that is not right.
    func deed() throws -> JobDeed {
        var form = form
        guard let sort = JobAct.Sort(rawValue: form["act"] ?? ""), sort != .photo else {
            throw Refused.fields([.init("act", Words("Aucun acte de ce nom.", "No act of this name."))])
        }
        let act = read(sort, &form)
        try form.finish()
        return JobDeed(act, key: form["key"] ?? "", crew: sort == .start ? form["start-crew"] ?? "" : "")
    }

    private func read(_ sort: JobAct.Sort, _ form: inout Form) -> JobAct {
        func text(_ least: Int = 1) -> String { form.text("\(sort.rawValue)-text", least...JobRules.longestText) }
        switch sort {
        case .plan: return .plan(crew: form["plan-crew"] ?? "", at: moment(&form))
        case .unplan: return .unplan
        case .start: return .start
        case .pause: return .pause
        case .proceed: return .proceed
        case .block: return .block(because: text())
        case .resume: return .resume
        case .finish:
            if form["finish-proof"] == "photos" { return .finish(.photos, text: text(0)) }
            return .finish(.word(form.text("finish-name", 1...200)), text: text(0))
        case .cancel: return .cancel(because: text())
        case .reopen: return .reopen(because: text())
        case .note, .photo: return .note(text())
        case .time: return .time(minutes: form.integer("time-minutes", 1...JobRules.mostMinutes))
        case .cost:
            let euros = form.decimal("cost-euros", optional: 0.01...10_000_000)
            if euros == nil { form.refuse("cost-euros", Words("À remplir.", "Must be filled in.")) }
            return .cost(Int(((euros ?? 0) * 100).rounded()), what: form.text("cost-what", 1...200))
        case .parts: return .parts(form.text("parts-name", 1...200), count: form.integer("parts-count", 1...100_000))
        case .sign: return .sign(form.text("sign-name", 1...200))
        case .confirm: return .confirm(form.choice("confirm-safety"))
        case .revoke: return .revoke(form.choice("revoke-safety"))
        case .change: return change(&form)
        case .order: return .order(after: Job.Number(Int64(form.integer("order-after", 1...Int.max))))
        case .lock: return .lock(form["lock-on"] != "no")
        }
    }

    private func moment(_ form: inout Form) -> Instant {
        if let at = WallText.minute("\(form["plan-day"] ?? "")T\(form["plan-time"] ?? "")", wall) { return at }
        form.refuse(
            "plan-day", Words("Un jour et une heure, comme 2026-11-30 et 08:00.", "A day and a time, such as 2026-11-30 and 08:00."))
        return .distantPast
    }

    private func change(_ form: inout Form) -> JobAct {
        let equipment = form.text("change-equipment", 0...600).split(separator: ",").map(JobActForm.trimmed).filter { !$0.isEmpty }
        var parts: [String: Int] = [:]
        for part in form.text("change-parts", 0...600).split(separator: ",").map(JobActForm.trimmed) where !part.isEmpty {
            let words = part.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let count = Int(words[0]), count > 0 else {
                form.refuse("change-parts", Words("Un nombre puis un nom : « 2 sac-enrobe ».", "A number and a name: '2 asphalt-bag'."))
                break
            }
            parts[JobActForm.trimmed(words[1])] = count
        }
        let needs = JobNeeds(
            minutes: form.integer("change-minutes", 5...10_080), skills: form.all("change-skill"), equipment: equipment, parts: parts,
            safety: form.all("change-safety").compactMap(Safety.init), litres: form.integer("change-litres", optional: 0...1_000_000) ?? 0)
        return .change(needs, opensAt: instant("change-opens", &form), closesAt: instant("change-closes", &form))
    }

    private func instant(_ name: String, _ form: inout Form) -> Instant? {
        guard let text = form[name], !text.isEmpty else { return nil }
        let at = WallText.minute(text, wall)
        if at == nil { form.refuse(name, Words("Un jour et une heure, ou rien.", "A day and a time, or nothing.")) }
        return at
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// The form of a job asked for by hand, read.
struct JobNeedForm {
    private let form: Form
    private let plan: CrewPlan
    private let wall: WallTime

    init(_ form: Form, plan: CrewPlan, wall: WallTime) { (self.form, self.plan, self.wall) = (form, plan, wall) }

    /// - Parameter commune: in which a place lies.
    /// - Returns: the need, and the identity of an asset as it was typed.
    func need(_ commune: (Place) -> Commune) throws -> (JobNeed, asset: String) {
        var form = form
        let department = form["department"] ?? ""
        if !plan.departments.contains(where: { $0.code == department }) {
            form.refuse("department", Words("Choisissez un service de la liste.", "Choose a department of the list."))
        }
        let title = form.text("title", 1...200)
        let place = JobNeedForm.place(&form)
        let urgency = form["urgency"].flatMap { Int($0) }.flatMap(Urgency.init) ?? .days
        var promised: Instant?
        if let text = form["promised"], !text.isEmpty {
            promised = WallText.day(text).map { wall.instant(day: $0, minute: 18 * 60) }
            if promised == nil { form.refuse("promised", Words("Un jour comme 2026-11-30.", "A day such as 2026-11-30.")) }
        }
        let need = JobNeed(
            source: JobNeedForm.source(form), department: department, category: form["category"] ?? "", title: Words(title, title),
            details: form.text("details", 0...JobRules.longestText), place: place, address: form.text("address", 0...300),
            commune: place.map(commune) ?? .outside, urgency: urgency, promisedAt: promised)
        let asset = form.text("asset", 0...64)
        if place == nil, need.address.isEmpty, asset.isEmpty {
            form.refuse("address", Words("Une adresse, une position ou un équipement.", "An address, a position or an asset."))
        }
        try form.finish()
        return (need, asset)
    }

    /// An alarm (`a12`) has one open job at a time; so has an incident (`i12`), once for all.
    static func source(_ form: Form) -> JobSource {
        let from = form["from"] ?? ""
        if let number = Int64(from.dropFirst()), number > 0 {
            if from.first == "a" { return .alarm(number) }
            if from.first == "i" { return .hand("incident-\(number)") }
        }
        return .hand(form["key"] ?? "")
    }

    /// `47.322, 5.0415`: latitude first, as maps show it.
    static func place(_ form: inout Form) -> Place? {
        let text = form.text("place", 0...60)
        if text.isEmpty { return nil }
        let numbers = text.split { $0 == "," || $0 == " " || $0 == ";" }.map { Double($0) }
        if numbers.count == 2, let latitude = numbers[0], let longitude = numbers[1] {
            let place = Place(longitude: longitude, latitude: latitude)
            if place.isValid { return place }
        }
        form.refuse("place", Words("Latitude, longitude : 47.322, 5.0415", "Latitude, longitude: 47.322, 5.0415"))
        return nil
    }
}
