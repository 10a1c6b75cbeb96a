// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// What goes to a partner, what its answers mean, and when it is asked again. Values in, verdict out.
package enum PartnerRules {
    /// Tried so long, as a mail.
    static let life = Span.days(4)
    /// Asked once more after its end, while a citizen may contest.
    static let reopenable = Span.days(30)
    /// With the name of the body before it no longer than a text of ours may be.
    static let longestNotes = 3500
    /// How far back its updates are asked for again: clocks differ.
    static let overlap = Span.hours(1)
    /// The standard gives no more.
    static let furthest = Span.days(89)
    /// So many updates in one answer may be a page with more behind it.
    static let fullPage = 50
    /// After so many visits in vain it is shown.
    static let manyTries = 5

    /// After so many tries.
    static func pause(after tries: Int) -> Span {
        let seconds: [Int64] = [10, 60, 300, 900, 1800, 3600]
        return .seconds(seconds[max(0, min(tries - 1, seconds.count - 1))])
    }

    /// - Parameter follow: how often an open one is asked for.
    static func nextVisit(isOpen: Bool, endedAt: Instant?, follow: Span, at now: Instant) -> Instant? {
        if isOpen { return now + follow }
        if let endedAt, now - endedAt > reopenable { return nil }
        return now + max(follow, min(.hours(6), Span(milliseconds: follow.milliseconds * 36)))
    }

    // MARK: What goes

    /// The fields of a POST. Who reported it stays here unless that person agreed; what was typed, unless a person let it go.
    /// - Parameters:
    ///   - road: at the place, said where no address may be told.
    ///   - contact: given only where it may go.
    ///   - media: address of a released photo; '' for none.
    static func fields(
        _ report: Report, _ forward: Forward, _ partner: Partner, tree: CategoryTree, road: String, contact: ReportContact?, media: String
    ) -> [(name: String, value: String)] {
        // Let go by a person as it is, or as it was released: masked.
        let said = forward.sharesText ? report : report.forOthers(road: "")
        var fields = [(name: "service_code", value: forward.service)]
        func add(_ name: String, _ value: String) { if !value.isEmpty { fields.append((name, value)) } }
        add("jurisdiction_id", partner.jurisdiction)
        if let place = report.place {
            add("lat", "\((place.latitude * 1e7).rounded() / 1e7)")
            add("long", "\((place.longitude * 1e7).rounded() / 1e7)")
        }
        // Without a place the address is all that says where it is.
        let address = report.place == nil && said.address.isEmpty ? report.address : said.address
        add("address_string", address.isEmpty ? road : address)
        let title = tree.title(report.category).french
        add("description", ([title] + [said.description] + [forward.mark]).filter { !$0.isEmpty }.joined(separator: "\n"))
        for (key, value) in answers(report, forward, partner).sorted(by: { $0.key < $1.key }) { add("attribute[\(key)]", value) }
        add("media_url", media)
        if let contact {
            let (first, last) = split(contact.name)
            add("first_name", first)
            add("last_name", last)
            add("email", contact.email)
            add("phone", contact.phone)
        }
        return fields
    }

    private static func split(_ name: String) -> (String, String) {
        guard let space = name.firstIndex(of: " ") else { return ("", name) }
        return (String(name[..<space]), String(name[name.index(after: space)...]))
    }

    /// Answers to their questions: those given for them, and ours where a question of theirs has the same key and takes the answer.
    static func answers(_ report: Report, _ forward: Forward, _ partner: Partner) -> [String: String] {
        let service = partner.services.first { $0.code == forward.service }
        return answers(report.answers, forward.answers, service)
    }

    private static func answers(_ ours: [String: String], _ given: [String: String], _ service: PartnerOffer?) -> [String: String] {
        var answers: [String: String] = [:]
        for attribute in service?.attributes ?? [] {
            let answer = given[attribute.code].flatMap { $0.isEmpty ? nil : $0 } ?? ours[attribute.code] ?? ""
            guard !answer.isEmpty, attribute.values.isEmpty || attribute.values.contains(where: { $0.key == answer }) else { continue }
            answers[attribute.code] = answer
        }
        return answers
    }

    /// Questions that they want answered and nothing answers.
    static func missing(_ ours: [String: String], _ given: [String: String], _ service: PartnerOffer) -> [PartnerOffer.Attribute] {
        let answers = answers(ours, given, service)
        return service.attributes.filter { $0.isRequired && answers[$0.code] == nil }
    }

    // MARK: What comes back

    /// What an answer to a POST means.
    enum Taken: Sendable, Hashable {
        case number(String)
        case token(String)
        /// Not now; nothing was kept there.
        case later(String)
        /// Never like this.
        case refused(String)
        /// Whether they kept it is not known.
        case unclear(String)
    }

    static func taken(status: Int, _ document: Open311Element?) -> Taken {
        let record = document?.records.first
        switch status {
        case 200...299:
            if let id = record?["service_request_id"], isID(id) { return .number(id) }
            if let token = record?["token"], isID(token) { return .token(token) }
            return .unclear("they say \(status) and neither number nor token")
        case 408, 425, 429, 503: return .later("they say \(status)")
        case 500...599: return .unclear("they say \(status)")
        default:
            let why = record.map { clean($0["description"]) } ?? ""
            return .refused(why.isEmpty ? "they say \(status)" : "\(status): \(why.prefix(300))")
        }
    }

    /// How a request stands there.
    struct Standing: Sendable, Hashable {
        var isOpen: Bool
        var notes: String
    }

    /// Nil where the answer does not speak of this request, or of no state that there is.
    static func standing(of id: String, _ document: Open311Element) -> Standing? {
        guard let record = document.records.first(where: { $0["service_request_id"] == id }) else { return nil }
        let status = record["status"].lowercased()
        guard status == "open" || status == "closed" else { return nil }
        return Standing(isOpen: status == "open", notes: clean(record["status_notes"]))
    }

    struct Update: Sendable, Hashable {
        var id: String
        var request: String
        var text: String
        /// Nil where it is not said, or not as a moment.
        var at: Instant?
    }

    static func updates(_ document: Open311Element) -> [Update] {
        document.records.compactMap { record in
            let update = Update(
                id: record["update_id"], request: record["service_request_id"], text: clean(record["description"]),
                at: Open311Translation.instant(record["updated_datetime"]))
            return isID(update.id) && isID(update.request) ? update : nil
        }
    }

    /// Up to when updates are known after an answer: of a full page, no further than it reaches.
    static func heard(_ updates: [Update], from: Instant, to now: Instant) -> Instant {
        guard updates.count >= fullPage, let newest = updates.compactMap(\.at).max(), newest > from else { return now }
        // The next question goes back by the overlap.
        return min(now, newest + overlap)
    }

    static func services(_ document: Open311Element) -> [PartnerOffer] {
        var seen: Set<String> = []
        return document.records.prefix(2000).compactMap { record in
            let code = record["service_code"]
            guard isID(code), seen.insert(code).inserted else { return nil }
            let name = clean(record["service_name"])
            return PartnerOffer(
                code: code, title: String((name.isEmpty ? code : name).prefix(200)), group: String(clean(record["group"]).prefix(100)),
                hasAttributes: record["metadata"].lowercased() == "true", attributes: [])
        }
    }

    static func attributes(_ document: Open311Element) -> [PartnerOffer.Attribute] {
        let list = document.find("attributes")?.children ?? []
        return list.prefix(100).compactMap { one in
            let code = one["code"]
            guard isID(code), one["variable"].lowercased() != "false" else { return nil }
            let values = (one.children.first { $0.name == "values" }?.children ?? []).prefix(500).map {
                PartnerOffer.Value(key: String($0["key"].prefix(200)), name: String(clean($0["name"]).prefix(200)))
            }
            let title = clean(one["description"])
            return PartnerOffer.Attribute(
                code: code, title: String((title.isEmpty ? code : title).prefix(300)), isRequired: one["required"].lowercased() == "true",
                values: values)
        }
    }

    /// What may stand in an address and a row: a number, a code or a token of theirs.
    static func isID(_ text: String) -> Bool { (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    /// Text of a stranger as it may be kept: no control characters but the end of a line, not longer than ours.
    static func clean(_ text: String) -> String {
        let kept = text.unicodeScalars.lazy.filter {
            $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value)
        }
        return String(String.UnicodeScalarView(kept.prefix(longestNotes))).trimmingSpace
    }
}
