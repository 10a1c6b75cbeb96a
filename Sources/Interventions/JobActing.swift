// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Journal

/// What is done to a job, by whom. Each act is one transaction: the row, its line of history, the entry of the log.
extension Interventions {
    /// - Parameter deed: a photo in it is made anew already (`PhotoDeveloping`).
    /// - Throws: `JobFault` where the act does not fit.
    /// - Returns: the job as it is then; unchanged where the key of the act was known.
    @discardableResult
    package func act(_ deed: JobDeed, on number: Job.Number, by: JobBy) async throws -> Job {
        let (plan, now) = (try await crews.current(), clock.now())
        let (outcome, entries) = try await journal.write { transaction in
            try Interventions.keep(deed, number, by, plan, now, isMerge: false, in: transaction)
        }
        guard let job = outcome.job else { throw JobFault.unknown }
        outlet.tell(outcome.fate == .known ? [] : [job], entries)
        if Interventions.movesQueue(deed.act) { try await restate([job.department]) }
        return job
    }

    /// Takes in what was done without a network, in its order. What does not fit any more is kept in the history as a conflict and shown;
    /// what was seen before counts once. So the same day may be sent as often as it takes.
    package func merge(_ deeds: [(job: Job.Number, deed: JobDeed)], by: JobBy) async throws -> [JobOutcome] {
        let (plan, now) = (try await crews.current(), clock.now())
        var ready: [(job: Job.Number, deed: JobDeed, fault: PhotoFault?)] = []
        for (job, deed) in deeds {
            guard case .photo(let stage, let photo) = deed.act else {
                ready.append((job, deed, nil))
                continue
            }
            var made = deed
            do {
                made.act = .photo(stage, try await develop(photo))
                ready.append((job, made, nil))
            } catch let fault as PhotoFault { ready.append((job, deed, fault)) }
        }
        let developed = ready
        let kept = try await journal.write { transaction in
            try developed.map { one -> (JobOutcome, [LogEntry]) in
                if let fault = one.fault { return (JobOutcome(job: nil, fate: .unreadable, because: fault.words), []) }
                return try Interventions.keep(one.deed, one.job, by, plan, now, isMerge: true, in: transaction)
            }
        }
        outlet.tell(kept.compactMap { $0.0.fate == .done || $0.0.fate == .conflict ? $0.0.job : nil }, kept.flatMap(\.1))
        try await restate(Set(kept.compactMap { $0.0.fate == .done ? $0.0.job?.department : nil }))
        return kept.map(\.0)
    }

    private static func movesQueue(_ act: JobAct) -> Bool {
        switch act {
        case .note, .photo, .time, .cost, .parts, .sign, .confirm, .revoke, .lock, .pause, .proceed: false
        default: true
        }
    }

    static func keep(
        _ deed: JobDeed, _ number: Job.Number, _ by: JobBy, _ plan: CrewPlan, _ now: Instant, isMerge: Bool, in transaction: Transaction
    ) throws -> (JobOutcome, [LogEntry]) {
        if !deed.key.isEmpty {
            guard JobRules.isKey(deed.key) else {
                throw JobFault.field(
                    "key", "Une clé de 8 à 80 lettres, chiffres, '-' ou '_'.", "A key of 8 to 80 letters, digits, '-' or '_'.")
            }
            if let known = try JobStore.job(ofKey: deed.key, in: transaction) {
                return (JobOutcome(job: try JobStore.find(known, in: transaction), fate: .known), [])
            }
        }
        guard let before = try JobStore.find(number, in: transaction) else {
            if isMerge { return (JobOutcome(job: nil, fate: .unknown), []) }
            throw JobFault.unknown
        }
        var made = JobMoving(before, deed, by, plan, now)
        var because: Words?
        do { try made.apply(in: transaction) } catch let fault as JobFault where isMerge {
            because = fault.words
            made.becomeConflict(fault)
        }
        try made.keep(in: transaction)
        let entries = try Logbook.append(made.logDrafts, in: transaction, at: now)
        return (JobOutcome(job: made.job, fate: because == nil ? .done : .conflict, because: because), entries)
    }
}

/// One act on one job, on its way.
struct JobMoving {
    let before: Job
    let deed: JobDeed
    let by: JobBy
    let plan: CrewPlan
    let now: Instant
    private(set) var job: Job
    private var event: JobEvent
    private var parts: (name: String, count: Int)?

    init(_ before: Job, _ deed: JobDeed, _ by: JobBy, _ plan: CrewPlan, _ now: Instant) {
        (self.before, self.deed, self.by, self.plan, self.now, job) = (before, deed, by, plan, now, before)
        event = JobEvent(
            position: 0, job: before.number, at: JobRules.happened(deed.at, now: now), keptAt: now, what: JobRules.event(deed.act),
            state: before.state, expectedAt: before.expectedAt, isConflict: false, key: deed.key,
            facts: deed.facts, author: by.login, text: "", signed: deed.signed)
        if !deed.crew.isEmpty { event.facts["crew"] = deed.crew }
        if let at = deed.at, at != event.at { event.facts["clock"] = String(at.milliseconds) }
    }

    mutating func apply(in transaction: Transaction) throws {
        guard let state = JobRules.next(before.state, deed.act.sort) else { throw JobFault.impossible(deed.act.sort, before.state) }
        job.state = state
        job.updatedAt = now
        switch deed.act {
        case .plan(let crew, let at): try plan(crew, at)
        case .unplan: unplan()
        case .start:
            if let words = JobRules.obstacle(before, waiting: try JobStore.waiting(before.number, in: transaction)) {
                throw JobFault.refused(words)
            }
            // A tablet's crew is known by its pairing; the desk's is what a form says.
            if case .staff = by, !deed.crew.isEmpty, plan[crew: deed.crew] == nil {
                throw JobFault.field("start-crew", "Aucune équipe de ce nom.", "No crew of this name.")
            }
            if !deed.crew.isEmpty { job.crew = deed.crew }
            job.startedAt = event.at
        case .pause, .proceed: try spendStretch(in: transaction)
        case .block(let because):
            event.text = try JobText.required(because)
            job.expectedAt = nil
            try spendStretch(in: transaction)
        case .resume: unplan()
        case .finish(let proof, let text): try finish(proof, text, in: transaction)
        case .cancel(let because):
            event.text = try JobText.required(because)
            job.endedAt = event.at
            try spendStretch(in: transaction)
        case .reopen(let because):
            event.text = try JobText.required(because)
            if try JobStore.jobs(of: before.source, in: transaction).contains(where: { $0.isOpen && $0.number != before.number }) {
                throw JobFault.refused(Words("Une autre intervention est ouverte pour la même demande.", "Another job is open for it."))
            }
            (job.endedAt, job.proof, job.startedAt) = (nil, nil, nil)
            unplan()
        case .note(let text): event.text = try JobText.required(text)
        case .photo(let stage, let photo):
            let place = try JobPhotoStore.add(photo, stage, to: before.number, at: event.at, now: now, in: transaction)
            guard let place else {
                throw JobFault.refused(Words("\(JobPhotoStore.most) photos au plus.", "At most \(JobPhotoStore.most) photos."))
            }
            event.facts["photo"] = String(place)
            event.facts["stage"] = stage.rawValue
        case .time(let minutes):
            guard (1...JobRules.mostMinutes).contains(minutes) else {
                throw JobFault.field("minutes", "De 1 à 100 000 minutes.", "From 1 to 100,000 minutes.")
            }
            spend(minutes)
        case .cost(let cents, let what):
            guard (1...JobRules.mostCents).contains(cents) else {
                throw JobFault.field("cost", "Un montant de 0,01 à 10 000 000 €.", "From €0.01 to €10,000,000.")
            }
            job.cents += cents
            event.facts["cents"] = String(cents)
            event.text = try JobText.short(what)
        case .parts(let name, let count):
            guard (1...100_000).contains(count) else { throw JobFault.field("count", "De 1 à 100 000.", "From 1 to 100,000.") }
            let name = try JobText.short(name)
            parts = (name, count)
            event.facts["part"] = name
            event.facts["count"] = String(count)
        case .sign(let name): event.signed = try JobText.short(name)
        case .confirm(let safety):
            job.confirmed.insert(safety)
            event.facts["safety"] = safety.rawValue
        case .revoke(let safety):
            job.confirmed.remove(safety)
            event.facts["safety"] = safety.rawValue
        case .change(let needs, let opensAt, let closesAt): try change(needs, opensAt, closesAt)
        case .order(let other): try order(after: other, in: transaction)
        case .lock(let isLocked): job.isLocked = isLocked
        }
    }

    private mutating func plan(_ code: String, _ at: Instant) throws {
        guard let crew = plan[crew: code] else { throw JobFault.field("crew", "Aucune équipe de ce nom.", "No crew of this name.") }
        guard crew.suits(before) else {
            throw JobFault.refused(
                Words(
                    "Cette équipe n'a pas le service, la commune, la compétence ou le matériel qu'il faut.",
                    "This crew lacks the department, the commune, the skill or the equipment."))
        }
        guard at > now - .days(1), at < now + .days(400) else {
            throw JobFault.field("at", "Un moment à venir, d'ici un an.", "A time to come, within a year.")
        }
        if let opens = before.opensAt, at < opens {
            throw JobFault.refused(Words("Pas avant le créneau demandé.", "Not before its window."))
        }
        if let closes = before.closesAt, at > closes {
            throw JobFault.refused(Words("Pas après le créneau demandé.", "Not after its window."))
        }
        (job.crew, job.plannedAt) = (code, at)
        expect(job.plannedEnd)
        event.facts["crew"] = code
        event.facts["planned"] = String(at.milliseconds)
    }

    private mutating func unplan() { (job.plannedAt, job.crew, job.isLocked) = (nil, "", false) }

    private mutating func expect(_ at: Instant?) {
        job.expectedAt = at
        if job.firstExpectedAt == nil { job.firstExpectedAt = at }
    }

    private mutating func finish(_ proof: JobProof, _ text: String, in transaction: Transaction) throws {
        event.text = try JobText.any(text)
        switch proof {
        case .photos:
            guard try JobPhotoStore.photos(of: before.number, in: transaction).contains(where: { $0.stage == .after }) else {
                throw JobFault.refused(Words("Ajoutez d'abord une photo « après ».", "Add a photo 'after' first."))
            }
            job.proof = .photos
        case .word(let name):
            event.signed = try JobText.short(name)
            job.proof = .word
        }
        event.facts["proof"] = job.proof?.rawValue
        job.endedAt = event.at
        if job.startedAt == nil { job.startedAt = event.at }
        if !deed.crew.isEmpty, job.crew.isEmpty { job.crew = deed.crew }
        try spendStretch(in: transaction)
    }

    /// Counts the minutes that the crew has worked since it began or went on; none where it did not, or has said its time itself.
    private mutating func spendStretch(in transaction: Transaction) throws {
        guard before.state == .started, let line = try JobStore.lastOfWork(before.number, in: transaction),
            line.what == .started || line.what == .proceeded
        else { return }
        let minutes = Int((event.at - line.at).seconds / 60)
        if (1...1440).contains(minutes) { spend(minutes) }
    }

    /// Working time, and what the crew costs for it.
    private mutating func spend(_ minutes: Int) {
        job.minutes += minutes
        job.cents += (plan[crew: deed.crew.isEmpty ? job.crew : deed.crew]?.rate ?? 0) * minutes / 60
        event.facts["minutes"] = String(minutes)
    }

    private mutating func change(_ needs: JobNeeds, _ opensAt: Instant?, _ closesAt: Instant?) throws {
        let faults = JobRules.faults(needs)
        guard faults.isEmpty else { throw JobFault.fields(faults) }
        if let opensAt, let closesAt, opensAt >= closesAt {
            throw JobFault.field("closes", "La fin vient après le début.", "The end comes after the beginning.")
        }
        (job.needs, job.opensAt, job.closesAt) = (needs, opensAt, closesAt)
        job.confirmed = job.confirmed.intersection(needs.safety)
        if job.state == .planned { expect(job.plannedEnd) }
        event.facts["needed"] = String(needs.minutes)
    }

    private func orderFault() -> JobFault {
        .field("after", "Une autre intervention, qui n'attend pas celle-ci.", "Another job, that does not wait for this one.")
    }

    private mutating func order(after other: Job.Number, in transaction: Transaction) throws {
        guard other != before.number, try JobStore.find(other, in: transaction) != nil,
            try !JobStore.isRing(before.number, after: other, in: transaction)
        else { throw orderFault() }
        try transaction.run("INSERT INTO job_order (job, after) VALUES (\(before.number), \(other)) ON CONFLICT (job, after) DO NOTHING")
        event.facts["after"] = String(other.value)
    }

    /// It is kept as it came, and changes nothing.
    mutating func becomeConflict(_ fault: JobFault) {
        (job, parts) = (before, nil)
        event.isConflict = true
        switch deed.act {
        case .block(let text), .cancel(let text), .reopen(let text), .note(let text), .finish(_, let text):
            event.text = JobText.cut(text, JobRules.longestText)
        default: break
        }
        if case .finish(.word(let name), _) = deed.act { event.signed = JobText.cut(name, 200) }
    }

    /// It is kept and changes nothing, since the job is there already.
    mutating func becomeAgreed() {
        event.facts["again"] = "yes"
        if case .block(let text) = deed.act { event.text = JobText.cut(text, JobRules.longestText) }
        if case .finish(let proof, let text) = deed.act {
            event.text = JobText.cut(text, JobRules.longestText)
            if case .word(let name) = proof { event.signed = JobText.cut(name, 200) }
        }
    }

    /// - Returns: position of its line of the history.
    @discardableResult
    mutating func keep(in transaction: Transaction) throws -> Int64 {
        (event.state, event.expectedAt) = (job.state, job.expectedAt)
        let isNews = !event.isConflict && (job.state != before.state || job.expectedAt != before.expectedAt)
        let position = try JobStore.move(job, event, isNews: isNews, in: transaction)
        if let parts {
            try transaction.run(
                "INSERT INTO job_part (position, job, name, count) VALUES (\(position), \(job.number), \(parts.name), \(parts.count))")
        }
        return position
    }

    /// What the log of the house says of it; nothing of what Vigie itself does.
    var logDrafts: [LogDraft] {
        guard let login = by.login else { return [] }
        let what =
            event.facts["safety"].flatMap(Safety.init).map { Words(" (\($0.title.french))", " (\($0.title.english))") } ?? Words("", "")
        let conflict = event.isConflict ? Words(", sans effet : conflit", ", without effect: conflict") : Words("", "")
        let title = event.what.title
        return [
            LogDraft(
                author: login, trade: "jobs", subject: "job:\(job.number.value)",
                text: Words(
                    "Intervention \(job.number.value) : \(title.french)\(what.french)\(conflict.french)",
                    "Job \(job.number.value): \(title.english)\(what.english)\(conflict.english)"))
        ]
    }
}

/// Texts that people type, checked.
enum JobText {
    static func any(_ text: String) throws -> String {
        let trimmed = trim(text)
        guard trimmed.unicodeScalars.count <= JobRules.longestText, !trimmed.unicodeScalars.contains("\0") else {
            throw JobFault.field("text", "4000 caractères au plus.", "At most 4000 characters.")
        }
        return trimmed
    }

    static func required(_ text: String) throws -> String {
        let trimmed = try any(text)
        if trimmed.isEmpty { throw JobFault.field("text", "À remplir.", "Must be filled in.") }
        return trimmed
    }

    /// A name: 1 to 200 characters.
    static func short(_ text: String) throws -> String {
        let trimmed = trim(text)
        guard (1...200).contains(trimmed.unicodeScalars.count), !trimmed.unicodeScalars.contains("\0") else {
            throw JobFault.field("name", "De 1 à 200 caractères.", "From 1 to 200 characters.")
        }
        return trimmed
    }

    /// Its beginning, of so many characters as databases count them.
    static func cut(_ text: String, _ length: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }

    private static func trim(_ text: String) -> String {
        var slice = Substring(text)
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}
