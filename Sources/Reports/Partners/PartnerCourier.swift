// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Errand
import Journal
package import Logging
import Synchronization

/// Goes to other houses: sends what is to be sent, asks how it stands there, and looks at what they take.
///
/// Each try is written down before it is made. Whoever knows `Idempotency-Key` is told the same again until the answer is heard; at all others it
/// is looked for by its mark before it is told again, and where it cannot be found a person decides.
package final class PartnerCourier: Sendable {
    let reports: Reports
    let errands: Errands
    private let publicURL: String
    private let follow: Span
    private let log: Logger
    /// Partners that did not answer: left alone for a while, so that one that is away holds up nothing else.
    private let away = PartnersAway()
    /// The same, for their updates: what else they answer goes on.
    private let mute = PartnersAway()
    private static let patience = Span.seconds(15)
    /// What one partner may take of a round, so that a slow one holds up nobody: in number, and in time.
    private static let (most, share) = (50, Span.seconds(30))

    /// - Parameters:
    ///   - publicURL: of this house, for photos that were released.
    ///   - follow: how often an open request is asked for.
    package init(reports: Reports, errands: Errands, publicURL: String, follow: Span, log: Logger) {
        (self.reports, self.errands, self.follow, self.log) = (reports, errands, follow, log)
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    /// One round: all that is due, the partners beside each other. Only one at a time may run.
    package func run() async throws {
        let now = reports.clock.now()
        let left = away.codes(at: now)
        let (due, partners) = try await reports.journal.read {
            (try ForwardStore.due(at: now, but: left, limit: PartnerCourier.most, in: $0), try PartnerStore.all(in: $0))
        }
        let known = Dictionary(partners.map { ($0.code, $0) }) { $1 }
        await withTaskGroup(of: Void.self) { group in
            for (code, forwards) in due {
                group.addTask { [self] in
                    for forward in forwards where reports.clock.now() - now < PartnerCourier.share {
                        guard await visited(forward, known[code]) else { break }
                    }
                }
            }
            for partner in partners where partner.hasUpdates && (partner.heardAt ?? .distantPast) + follow <= now {
                if left.contains(partner.code) || mute.has(partner.code, at: now) { continue }
                group.addTask { [self] in await askUpdates(partner) }
            }
        }
    }

    /// - Returns: false where the partner is away, so that nothing more is asked of it now.
    private func visited(_ forward: Forward, _ partner: Partner?) async -> Bool {
        do {
            guard let partner else {
                try await postpone(forward, "no server is set up for it", by: .hours(1))
                return true
            }
            switch forward.state {
            case .waiting, .sending: try await send(forward, partner)
            case .token: try await askToken(forward, partner)
            case .followed: try await ask(forward, partner)
            case .unclear, .failed, .ended: break
            }
            away.back(partner.code)
            return true
        } catch let fault as Away {
            away.put(forward.partner, at: reports.clock.now(), atLeast: fault.pause)
            log.notice("another house does not answer", metadata: ["partner": "\(forward.partner)", "error": "\(fault.why)"])
            return false
        } catch {
            log.warning("a report could not go on to another house", metadata: ["partner": "\(forward.partner)", "error": "\(error)"])
            // It does not hold up the others.
            try? await postpone(forward, String("\(error)".prefix(200)), by: .minutes(5))
            return true
        }
    }

    /// It did not answer, or said that it may be asked again after a pause.
    private struct Away: Error {
        var why: String
        var pause: Span?
    }

    // MARK: Sending

    private func send(_ forward: Forward, _ partner: Partner) async throws {
        let now = reports.clock.now()
        if now - forward.createdAt > PartnerRules.life {
            let state: Forward.State = forward.state == .waiting ? .failed : .unclear
            return try await set(state, forward, trouble: forward.trouble.isEmpty ? "no answer in time" : forward.trouble, due: now)
        }
        if forward.state == .sending, !partner.isKeyed { return try await search(forward, partner) }
        guard let errand = try await errand(forward, partner) else {
            return try await set(.failed, forward, trouble: "the report or the service is not there any more", due: now)
        }
        guard try await reports.journal.write({ try ForwardStore.begin(forward, at: now, in: $0) }) else { return }
        let taken: PartnerRules.Taken
        var pause: Span?
        do {
            let answer = try await errands.run(errand)
            taken = PartnerRules.taken(status: answer.status, try? Open311Element(answer.body, partner.format))
            pause = answer.pause
        } catch let fault as ErrandFault {
            // Said in an earlier try, it may have arrived then.
            try await later(forward, fault.isUnsaid ? forward.state : .sending, "\(fault)")
            throw Away(why: "\(fault)")
        }
        switch taken {
        case .number(let id): try await reports.arrived(forward, as: id)
        case .token(let token):
            try await reports.journal.write { try ForwardStore.setToken(token, of: forward.number, due: now + .seconds(5), in: $0) }
        case .later(let why):
            try await later(forward, .waiting, why, atLeast: pause)
            throw Away(why: why, pause: pause)
        case .unclear(let why): try await later(forward, .sending, why)
        case .refused(let why): try await set(.failed, forward, trouble: why, due: now)
        }
    }

    private func errand(_ forward: Forward, _ partner: Partner) async throws -> Errand? {
        guard let address = errands.address("\(partner.url)/requests.\(partner.format.rawValue)") else { return nil }
        let (tree, ground) = (try await reports.tree(), try await reports.ground.current())
        let read = try await reports.journal.read {
            (
                try ReportStore.find(forward.report, in: $0),
                forward.sharesContact ? try ReportStore.contact(of: forward.report, in: $0) : nil,
                try ReportPhotoStore.firstReleased(of: [forward.report], in: $0)[forward.report],
                try PartnerStore.key(of: partner.code, in: $0)
            )
        }
        guard let report = read.0 else { return nil }
        let isPublic = tree[report.category].map(Open311Translation.isPublic) ?? false
        let media = isPublic ? read.2.map { "\(publicURL)/open311/v2/media/\(report.reference)/\($0)" } ?? "" : ""
        var fields = PartnerRules.fields(
            report, forward, partner, tree: tree, road: report.place.map(ground.road) ?? "", contact: read.1, media: media)
        if !read.3.isEmpty { fields.insert(("api_key", read.3), at: 0) }
        let body = fields.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
        return Errand(
            .post, address,
            headers: [
                ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("Accept", partner.format.type),
                ("Idempotency-Key", forward.key),
            ], body: Array(body.utf8), patience: PartnerCourier.patience)
    }

    /// Looks for what may have arrived, by its mark.
    private func search(_ forward: Forward, _ partner: Partner) async throws {
        let now = reports.clock.now()
        let path =
            "requests.\(partner.format.rawValue)?service_code=\(percentEncoded(forward.service))&start_date="
            + percentEncoded((forward.createdAt - .hours(1)).iso8601)
        let answer: Open311Element
        do { answer = try await get(path, partner) } catch let fault as Away {
            try await later(forward, .sending, fault.why)
            throw fault
        } catch let fault as Answered {
            return try await set(.unclear, forward, trouble: "\(forward.trouble); looked for: \(fault.why)", due: now)
        }
        let found = answer.records.filter { $0["description"].contains(forward.mark) }.map { $0["service_request_id"] }
        if let id = found.first(where: PartnerRules.isID) { return try await reports.arrived(forward, as: id) }
        try await set(.unclear, forward, trouble: forward.trouble, due: now)
    }

    // MARK: Following

    private func askToken(_ forward: Forward, _ partner: Partner) async throws {
        do {
            let answer = try await get("tokens/\(percentEncoded(forward.token)).\(partner.format.rawValue)", partner)
            let record = answer.records.first { $0["token"] == forward.token || $0["token"].isEmpty }
            let id = record?["service_request_id"] ?? ""
            if PartnerRules.isID(id) { return try await reports.arrived(forward, as: id) }
            try await postpone(forward, "", by: PartnerRules.pause(after: forward.tries + 1))
        } catch let fault as Answered {
            try await postpone(forward, fault.why, by: PartnerRules.pause(after: forward.tries + 1))
        } catch let fault as Away {
            try await postpone(forward, fault.why, by: PartnerRules.pause(after: forward.tries + 1))
            throw fault
        }
    }

    private func ask(_ forward: Forward, _ partner: Partner) async throws {
        let pause = max(follow, PartnerRules.pause(after: forward.tries + 1))
        do {
            let answer = try await get("requests/\(percentEncoded(forward.theirs)).\(partner.format.rawValue)", partner)
            guard let standing = PartnerRules.standing(of: forward.theirs, answer) else {
                return try await postpone(forward, "the answer does not say how \(forward.theirs) stands", by: pause)
            }
            try await reports.heard(standing, of: forward, partner, follow: follow)
        } catch let fault as Answered {
            try await postpone(forward, fault.why, by: pause)
        } catch let fault as Away {
            try await postpone(forward, fault.why, by: pause)
            throw fault
        }
    }

    private func askUpdates(_ partner: Partner) async {
        let now = reports.clock.now()
        do {
            guard try await reports.journal.read({ try ForwardStore.follows(partner.code, in: $0) }) else {
                return try await reports.journal.write {
                    try PartnerStore.setHeard(now, from: partner.heardAt, of: partner.code, in: $0)
                }
            }
            let from = max((partner.heardAt ?? now) - PartnerRules.overlap, now - PartnerRules.furthest)
            let path =
                "servicerequestupdates.\(partner.format.rawValue)?start_date=\(percentEncoded(from.iso8601))&end_date="
                + percentEncoded(now.iso8601)
            let updates = PartnerRules.updates(try await get(path, partner))
            try await reports.heard(updates, by: partner, upTo: PartnerRules.heard(updates, from: from, to: now))
            mute.back(partner.code)
        } catch {
            // Asked for again from the same moment on.
            let fault = error as? Away
            mute.put(partner.code, at: reports.clock.now(), atLeast: max(follow, fault?.pause ?? follow))
            log.notice("updates of another house do not come", metadata: ["partner": "\(partner.code)", "error": "\(error)"])
        }
    }

    // MARK: Asking

    /// It answered, and not with what was asked for.
    private struct Answered: Error { var why: String }

    private func get(_ path: String, _ partner: Partner, format: Open311Format? = nil) async throws -> Open311Element {
        let format = format ?? partner.format
        let jurisdiction =
            partner.jurisdiction.isEmpty ? "" : (path.contains("?") ? "&" : "?") + "jurisdiction_id=" + percentEncoded(partner.jurisdiction)
        guard let address = errands.address("\(partner.url)/\(path)\(jurisdiction)") else {
            throw Answered(why: "'\(partner.url)' is no address that may be asked")
        }
        let answer: ErrandAnswer
        do {
            answer = try await errands.run(
                Errand(.get, address, headers: [("Accept", format.type)], wanted: .body(most: 4 << 20), patience: PartnerCourier.patience))
        } catch let fault as ErrandFault {
            switch fault {
            case .tooLong, .elsewhere: throw Answered(why: "\(fault)")
            default: throw Away(why: "\(fault)")
            }
        }
        switch answer.status {
        case 200...299: break
        case 408, 425, 429, 500...599: throw Away(why: "they say \(answer.status)", pause: answer.pause)
        default: throw Answered(why: "they say \(answer.status)")
        }
        do { return try Open311Element(answer.body, format) } catch { throw Answered(why: String("\(error)".prefix(200))) }
    }

    private func set(_ state: Forward.State, _ forward: Forward, trouble: String, due: Instant) async throws {
        try await reports.journal.write { try ForwardStore.set(state, forward.number, trouble: trouble, due: due, in: $0) }
    }

    private func later(_ forward: Forward, _ state: Forward.State, _ why: String, atLeast pause: Span? = nil) async throws {
        let due = reports.clock.now() + max(PartnerRules.pause(after: forward.tries + 1), pause ?? .seconds(0))
        try await set(state, forward, trouble: why, due: due)
    }

    private func postpone(_ forward: Forward, _ why: String, by pause: Span) async throws {
        let due = reports.clock.now() + pause
        try await reports.journal.write { try ForwardStore.postpone(forward.number, why, due: due, in: $0) }
    }

    // MARK: Checking

    /// Asks what it takes, and how it may be asked.
    package func check(_ partner: Partner) async -> PartnerFinding {
        var found = partner
        let now = reports.clock.now()
        func fault(_ why: String) -> PartnerFinding { PartnerFinding(checkedAt: now, trouble: String(why.prefix(200))) }
        do {
            let document: Open311Element
            do {
                document = try await get("services.json", partner, format: .json)
                found.format = .json
            } catch is Answered {
                document = try await get("services.xml", partner, format: .xml)
                found.format = .xml
            }
            found.services = PartnerRules.services(document)
            guard !found.services.isEmpty else { throw Answered(why: "its list of services is empty") }
            found.isKeyed = try await isKeyed(found)
            found.hasUpdates = try await offersUpdates(found)
            let wanted = Set(found.mapping.values)
            for at in found.services.indices where found.services[at].hasAttributes && wanted.contains(found.services[at].code) {
                let code = percentEncoded(found.services[at].code)
                found.services[at].attributes = PartnerRules.attributes(try await get("services/\(code).\(found.format.rawValue)", found))
            }
            let codes = Set(found.services.map(\.code))
            let gone = found.mapping.values.filter { !codes.contains($0) }.sorted()
            return PartnerFinding(
                offer: .init(format: found.format, isKeyed: found.isKeyed, hasUpdates: found.hasUpdates, services: found.services),
                checkedAt: now, trouble: gone.isEmpty ? "" : "it does not offer any more: \(gone.joined(separator: ", "))")
        } catch let away as Away { return fault(away.why) } catch let answered as Answered { return fault(answered.why) } catch {
            return fault("\(error)")
        }
    }

    private func isKeyed(_ partner: Partner) async throws -> Bool {
        do {
            return try await get("discovery.\(partner.format.rawValue)", partner).find("idempotency")?.text == "Idempotency-Key"
        } catch is Answered { return false }
    }

    private func offersUpdates(_ partner: Partner) async throws -> Bool {
        let from = percentEncoded((reports.clock.now() - .minutes(5)).iso8601)
        do {
            _ = try await get("servicerequestupdates.\(partner.format.rawValue)?start_date=\(from)", partner)
            return true
        } catch is Answered { return false }
    }
}

/// Partners that are left alone for a while after they did not answer.
private final class PartnersAway: Sendable {
    private let all = Mutex<[String: (tries: Int, until: Instant)]>([:])

    func codes(at now: Instant) -> Set<String> { all.withLock { Set($0.filter { $0.value.until > now }.keys) } }
    func has(_ code: String, at now: Instant) -> Bool { all.withLock { $0[code].map { $0.until > now } ?? false } }

    /// Again: for longer each time, up to a quarter of an hour, and for as long as it asked for.
    func put(_ code: String, at now: Instant, atLeast pause: Span?) {
        all.withLock {
            let tries = ($0[code]?.tries ?? 0) + 1
            $0[code] = (tries, now + max(min(PartnerRules.pause(after: tries), .minutes(15)), pause ?? .seconds(0)))
        }
    }

    func back(_ code: String) { all.withLock { $0[code] = nil } }
}
