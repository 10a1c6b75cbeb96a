// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Inventory
import Journal

/// What tablets send joins the history here: each act once, in the order of its queue, kept before it is answered.
extension Interventions {
    /// Takes in what a tablet did. What was taken before gets the answer that it got then, so the same may be sent as often as it takes.
    /// - Returns: a receipt for each act of the batch, in its order.
    package func sync(_ batch: TerrainBatch, from device: CrewDevice) async throws -> (receipts: [TerrainReceipt], taken: Int) {
        let (plan, now) = (try await crews.current(), clock.now())
        let pictures = try await developed(batch.acts, device, after: batch.queue)
        let offset = now - batch.now
        let (receipts, taken, kept) = try await journal.write { transaction -> ([TerrainReceipt], Int, [TerrainKept]) in
            guard try TerrainStore.device(device.number, in: transaction)?.revokedAt == nil else { throw CrewFault.unknownTablet }
            var (taken, last) = try TerrainStore.queue(device.number, batch.queue, in: transaction)
            let before = taken
            var (receipts, kept): ([TerrainReceipt], [TerrainKept]) = ([], [])
            for act in batch.acts {
                let known = act.number > taken ? nil : try TerrainStore.receipt(device.number, batch.queue, act.number, in: transaction)
                switch TerrainRules.step(number: act.number, key: act.key, taken: taken, known: known?.key) {
                case .again:
                    // Its photo may have come once more, since the answer was lost.
                    try act.dropPieces(of: device, in: transaction)
                    if let known { receipts.append(known) }
                case .early: receipts.append(TerrainReceipt(number: act.number, key: act.key, fate: .early))
                case .foreign:
                    let words = Words("Sa place est déjà prise par un autre acte.", "Its place was taken by another act.")
                    receipts.append(TerrainReceipt(number: act.number, key: act.key, fate: .refused, because: words))
                case .take:
                    let at =
                        act.isReadable
                        ? TerrainRules.happened(act.at, offset: offset, after: last, now: now) : last ?? now - JobRules.believed
                    let one = try TerrainTaking(act: act, at: at, device: device, plan: plan, now: now).take(pictures, in: transaction)
                    // A photo that is not here whole yet stops the queue, not the tablet.
                    if one.receipt.fate != .early {
                        (taken, last) = (act.number, at)
                        try act.dropPieces(of: device, in: transaction)
                        try TerrainStore.keep(one.receipt, device.number, batch.queue, in: transaction)
                        kept.append(one)
                    }
                    receipts.append(one.receipt)
                }
            }
            if taken > before, let last {
                try TerrainStore.setQueue(device.number, batch.queue, taken: taken, lastAt: last, in: transaction)
            }
            try TerrainStore.seen(device.number, at: now, in: transaction)
            return (receipts, taken, kept)
        }
        try await tell(kept)
        return (receipts, taken)
    }

    /// One act of a tablet that is online, from a form. Its key makes it count once.
    func take(_ act: TerrainAct, photo: CleanPhoto?, from device: CrewDevice) async throws -> TerrainReceipt {
        let (plan, now) = (try await crews.current(), clock.now())
        let one = try await journal.write { transaction in
            guard try TerrainStore.device(device.number, in: transaction)?.revokedAt == nil else { throw CrewFault.unknownTablet }
            let pictures = photo.map { [act.key: TerrainPicture.made($0)] } ?? [:]
            return try TerrainTaking(act: act, at: now, device: device, plan: plan, now: now).take(pictures, in: transaction)
        }
        try await tell([one])
        return one.receipt
    }

    private func tell(_ kept: [TerrainKept]) async throws {
        let jobs = kept.compactMap(\.job)
        guard !jobs.isEmpty else { return }
        outlet.tell(jobs, kept.flatMap(\.entries))
        try await restate(Set(kept.filter(\.movesQueue).compactMap { $0.job?.department }))
    }

    /// So many pictures are made anew for one batch; the acts after them wait for the next.
    static let mostPictures = 16

    /// The pictures of acts that were not taken yet, made anew. Nothing is made for what comes after a photo that is not here whole: the
    /// queue stops there.
    private func developed(_ acts: [TerrainAct], _ device: CrewDevice, after queue: String) async throws -> [String: TerrainPicture] {
        let taken = try await journal.read { try TerrainStore.queue(device.number, queue, in: $0).taken }
        var made: [String: TerrainPicture] = [:]
        for act in acts where act.number > taken && act.hasPicture && made.count < Interventions.mostPictures {
            let bytes: [UInt8]
            switch act.deed {
            case .photo(_, let key, let size):
                let here = try await journal.read { transaction -> [UInt8]? in
                    guard try TerrainStore.have(key, device.number, in: transaction) >= size else { return nil }
                    return try TerrainStore.photo(key, device.number, in: transaction)
                }
                guard let here else { return made }
                bytes = here
            case .sign(_, let picture): bytes = picture
            default: continue
            }
            do {
                made[act.key] = .made(try await develop(try PhotoRules.clean(bytes)))
            } catch let fault as PhotoFault { made[act.key] = .fault(fault.words) }
        }
        return made
    }

    // MARK: What came too late

    /// Somebody decides on an act that came too late: it counts after all, or it does not. Either stands in the history and the log.
    /// - Throws: `JobFault` where it was decided before, or where it cannot be done even now.
    package func decide(on position: Int64, of number: Job.Number, isApplied: Bool, by login: String) async throws {
        let (plan, now) = (try await crews.current(), clock.now())
        let (job, entries) = try await journal.write { transaction -> (Job, [LogEntry]) in
            guard let late = try TerrainStore.late(at: position, in: transaction), late.job == number,
                let before = try JobStore.find(number, in: transaction)
            else { throw JobFault.unknown }
            guard late.decidedAt == nil else {
                throw JobFault.refused(Words("C'est déjà décidé.", "It was decided before."))
            }
            let deciding = LateDeciding(late: late, login: login, plan: plan, now: now)
            let result = try isApplied ? deciding.apply(to: before, in: transaction) : deciding.dismiss(before, in: transaction)
            try TerrainStore.decide(position, isApplied: isApplied, at: now, in: transaction)
            return result
        }
        outlet.tell([job], entries)
        try await restate([job.department])
    }
}

/// A picture that came from a tablet, or why it is none.
enum TerrainPicture: Sendable {
    case made(CleanPhoto)
    case fault(Words)
}

extension TerrainAct {
    /// It comes with a picture, to be made anew.
    fileprivate var hasPicture: Bool {
        switch deed {
        case .photo: true
        case .sign(_, let picture): !picture.isEmpty
        default: false
        }
    }

    /// The pieces of its photo are needed no more, whatever became of it.
    fileprivate func dropPieces(of device: CrewDevice, in transaction: Transaction) throws {
        if case .photo(_, let key, _) = deed { try TerrainStore.dropPhoto(key, device.number, in: transaction) }
    }
}

/// An act of a tablet, kept.
struct TerrainKept: Sendable {
    var receipt: TerrainReceipt
    /// The job as it is then; nil where nothing was kept of it.
    var job: Job?
    var entries: [LogEntry] = []
    var movesQueue = false
}

/// One act of a tablet on its way into the history.
struct TerrainTaking {
    let act: TerrainAct
    /// By our clock.
    let at: Instant
    let device: CrewDevice
    let plan: CrewPlan
    let now: Instant

    func take(_ pictures: [String: TerrainPicture], in transaction: Transaction) throws -> TerrainKept {
        // Of the crew, not of the tablet: what a tablet sends again under a new pairing is known.
        let key = "crew:\(device.crew):\(act.key)"
        if case .unreadable(let words) = act.deed { return refused(words) }
        if let known = try JobStore.job(ofKey: key, in: transaction) {
            return TerrainKept(receipt: receipt(.done), job: try JobStore.find(known, in: transaction))
        }
        guard let before = try JobStore.find(act.job, in: transaction) else { return refused(JobFault.unknown.words) }
        let jobAct: JobAct
        switch deed(pictures) {
        case .act(let act): jobAct = act
        case .early: return TerrainKept(receipt: receipt(.early))
        case .refused(let words): return refused(words)
        }
        let verdict = TerrainRules.verdict(before, act.sort, crew: device.crew, wasTheirs: try wasTheirs(before, in: transaction))
        if case .refused(let words) = verdict { return refused(words) }
        let deed = JobDeed(
            jobAct, key: key, at: at, crew: device.crew, signed: signed,
            facts: ["device": String(device.number), "seen": String(act.seen)])
        var made = JobMoving(before, deed, .crew(device.crew), plan, now)
        var because: Words?
        do {
            switch verdict {
            case .conflict(let words): throw JobFault.refused(words)
            case .agreed: made.becomeAgreed()
            default: try made.apply(in: transaction)
            }
        } catch JobFault.fields(let fields) {
            return refused(fields.first?.message ?? JobFault.unknown.words)
        } catch let fault as JobFault where TerrainRules.adds(act.sort) {
            // Too many photos: the tablet keeps it and says so.
            return refused(fault.words)
        } catch let fault as JobFault {
            because = fault.words
            made.becomeConflict(fault)
        }
        let position = try made.keep(in: transaction)
        if let because {
            try TerrainStore.keepLate(act, position, device, because, now: now, in: transaction)
        } else {
            try settle(position, pictures, in: transaction)
        }
        return TerrainKept(
            receipt: receipt(because == nil ? .done : .conflict, because), job: made.job,
            entries: try Logbook.append(made.logDrafts, in: transaction, at: now), movesQueue: made.job.state != before.state)
    }

    private enum Deed {
        case act(JobAct)
        case early
        case refused(Words)
    }

    private func deed(_ pictures: [String: TerrainPicture]) -> Deed {
        switch act.deed {
        case .start: return .act(.start)
        case .pause: return .act(.pause)
        case .proceed: return .act(.proceed)
        case .block(let because): return .act(.block(because: because))
        case .finish(let proof, let text): return .act(.finish(proof, text: text))
        case .note(let text): return .act(.note(text))
        case .time(let minutes): return .act(.time(minutes: minutes))
        case .parts(let name, let count): return .act(.parts(name, count: count))
        case .sign(let name, let picture):
            if case .fault(let words) = pictures[act.key] { return .refused(words) }
            if !picture.isEmpty, pictures[act.key] == nil { return .early }
            return .act(.sign(name))
        case .confirm(let safety, let name):
            guard (try? JobText.short(name)) != nil else {
                return .refused(Words("Il faut un nom pour confirmer.", "Confirming takes a name."))
            }
            return .act(.confirm(safety))
        case .photo(let stage, _, _):
            switch pictures[act.key] {
            case .made(let photo): return .act(.photo(stage, photo))
            case .fault(let words): return .refused(words)
            case nil: return .early
            }
        case .unreadable(let words): return .refused(words)
        }
    }

    private var signed: String { if case .confirm(_, let name) = act.deed { JobText.cut(name, 200) } else { "" } }

    private func wasTheirs(_ job: Job, in transaction: Transaction) throws -> Bool {
        // What it could have taken counts too: the room may have called it off or given it away while the crew was at it.
        if job.crew == device.crew || plan[crew: device.crew]?.suits(job) == true { return true }
        return try TerrainStore.wasGiven(job.number, to: device.crew, in: transaction)
    }

    /// What goes with an act that counts: the hand of whoever signed.
    private func settle(_ position: Int64, _ pictures: [String: TerrainPicture], in transaction: Transaction) throws {
        guard case .sign = act.deed, case .made(let picture) = pictures[act.key] else { return }
        try TerrainStore.sign((picture.type.rawValue, picture.bytes), position, act.job, now: now, in: transaction)
    }

    private func receipt(_ fate: TerrainReceipt.Fate, _ because: Words? = nil) -> TerrainReceipt {
        TerrainReceipt(number: act.number, key: act.key, fate: fate, because: because)
    }

    private func refused(_ words: Words) -> TerrainKept { TerrainKept(receipt: receipt(.refused, words)) }
}

/// A person's decision on an act that came too late.
struct LateDeciding {
    let late: LateAct
    let login: String
    let plan: CrewPlan
    let now: Instant

    func apply(to before: Job, in transaction: Transaction) throws -> (Job, [LogEntry]) {
        let happened = try JobStore.events(of: before.number, in: transaction).first { $0.position == late.position }?.at ?? now
        var (job, entries) = (before, [LogEntry]())
        for sort in TerrainRules.path(before, to: late.act.sort, crew: late.crew) {
            let facts = ["decided": String(late.position), "device": String(late.device)]
            let deed = JobDeed(act(sort), at: happened, crew: late.crew, signed: signed(sort), facts: facts)
            var made = JobMoving(job, deed, .staff(login), plan, now)
            try made.apply(in: transaction)
            try made.keep(in: transaction)
            entries += try Logbook.append(made.logDrafts, in: transaction, at: now)
            job = made.job
        }
        return (job, entries)
    }

    func dismiss(_ job: Job, in transaction: Transaction) throws -> (Job, [LogEntry]) {
        let words = Words(
            "Écarté : « \(late.act.sort.title.french) », arrivé trop tard", "Dismissed: '\(late.act.sort.title.english)', came too late")
        let deed = JobDeed(.note(words.french), facts: ["decided": String(late.position), "device": String(late.device)])
        var made = JobMoving(job, deed, .staff(login), plan, now)
        try made.apply(in: transaction)
        try made.keep(in: transaction)
        let draft = LogDraft(
            author: login, trade: "jobs", subject: "job:\(job.number.value)",
            text: Words("Intervention \(job.number.value) : \(words.french)", "Job \(job.number.value): \(words.english)"))
        return (made.job, try Logbook.append([draft], in: transaction, at: now))
    }

    private func act(_ sort: JobAct.Sort) -> JobAct {
        if sort == .reopen {
            return .reopen(because: "« \(late.act.sort.title.french) » de l'équipe compte, bien qu'arrivé trop tard")
        }
        if sort == .start { return .start }
        switch late.act.deed {
        case .start: return .start
        case .pause: return .pause
        case .proceed: return .proceed
        case .block(let because): return .block(because: because)
        case .finish(let proof, let text): return .finish(proof, text: text)
        case .note(let text): return .note(text)
        case .time(let minutes): return .time(minutes: minutes)
        case .parts(let name, let count): return .parts(name, count: count)
        case .sign(let name, _): return .sign(name)
        case .confirm(let safety, _): return .confirm(safety)
        // What only adds never comes too late.
        case .photo, .unreadable: return .note(late.act.sort.title.french)
        }
    }

    private func signed(_ sort: JobAct.Sort) -> String {
        if sort == .confirm, case .confirm(_, let name) = late.act.deed { JobText.cut(name, 200) } else { "" }
    }
}
