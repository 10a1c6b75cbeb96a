// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Foundation

/// GeoReport v2 between its names and ours. Values in, values out.
package enum Open311Translation {
    /// Why a request is not taken, in the standard's form: a code of HTTP and a sentence each.
    package struct Fault: Error, Sendable, Hashable {
        package var code: Int
        package var text: Words
        package init(_ code: Int, _ text: Words) { (self.code, self.text) = (code, text) }
    }

    /// What a client asks of a list. The standard: at most 90 days and a thousand requests.
    package struct Query: Sendable, Hashable {
        package var ids: [Report.Number]?
        package var codes: [String] = []
        /// nil for both.
        package var isOpen: Bool?
        package var from: Instant
        package var to: Instant
        package var page = 1
        package var size = Open311Translation.most
    }

    package static let most = 1_000
    package static let span = Span.days(90)
    static let lastPage = 10_000

    // MARK: Reading

    /// - Throws: `Fault` 400 with what is wrong, 404 for a service that is none.
    package static func query(_ form: Form, tree: CategoryTree, now: Instant) throws -> Query {
        let ids = try list(form, "service_request_id").map { text -> Report.Number in
            guard let number = number(text) else { throw Fault(404, unknownRequest(text)) }
            return number
        }
        let codes = try list(form, "service_code").map { code -> String in
            guard tree[code].map(isPublic) == true else { throw Fault(404, unknownService(code)) }
            return code
        }
        let (from, to) = try dates(form, now: now)
        var query = Query(from: from, to: to)
        query.ids = ids.isEmpty ? nil : ids
        query.codes = codes
        let states = try Set(
            list(form, "status").map { text -> Bool in
                guard text == "open" || text == "closed" else { throw bad("status", "open, closed", text) }
                return text == "open"
            })
        if states.count == 1 { query.isOpen = states.first }
        query.page = try whole(form, "page", 1...lastPage) ?? 1
        query.size = try whole(form, "page_size", 1...most) ?? most
        return query
    }

    /// Ninety days at most, whichever ends are given.
    static func dates(_ form: Form, now: Instant) throws -> (Instant, Instant) {
        func date(_ name: String) throws -> Instant? {
            guard let text = form[name], !text.isEmpty else { return nil }
            guard let at = instant(text) else { throw bad(name, "2026-11-21T18:04:05Z, 2026-11-21T18:04:05+01:00", text) }
            return at
        }
        switch (try date("start_date"), try date("end_date")) {
        case (let from?, let to?):
            guard from <= to else {
                throw Fault(400, Words("start_date est après end_date.", "start_date is after end_date."))
            }
            return (max(from, to - span), to)
        case (let from?, nil): return (from, min(from + span, max(from, now)))
        case (nil, let to?): return (to - span, to)
        case (nil, nil): return (now - span, now)
        }
    }

    /// ISO 8601 with its offset. A form writes '+' as a space, and clients forget to escape it.
    package static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard (20...35).contains(bytes.count) else { return nil }
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[from..<(from + count)] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        func isAt(_ i: Int, _ letters: String) -> Bool { i < bytes.count && letters.utf8.contains(bytes[i]) }
        guard isAt(4, "-"), isAt(7, "-"), isAt(10, "Tt"), isAt(13, ":"), isAt(16, ":"), let year = number(0, 4),
            let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2),
            let second = number(17, 2), (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 61
        else { return nil }
        let lengths = [31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        var at = 19
        var millis = 0
        if isAt(at, ".,") {
            at += 1
            var (scale, digits) = (100, 0)
            while let digit = number(at, 1) {
                millis += digit * scale
                scale /= 10
                digits += 1
                at += 1
            }
            if digits == 0 { return nil }
        }
        let local = Instant(year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millis)
        if isAt(at, "Zz") { return at + 1 == bytes.count ? local : nil }
        guard isAt(at, "+- "), let hours = number(at + 1, 2), hours < 24 else { return nil }
        let minutesAt = isAt(at + 3, ":") ? at + 4 : at + 3
        guard let minutes = number(minutesAt, 2), minutes < 60, minutesAt + 2 == bytes.count else { return nil }
        let offset = Span.minutes(Int64(hours * 60 + minutes))
        return isAt(at, "-") ? local + offset : local - offset
    }

    /// A draft out of the fields of a POST; the service's questions come as `attribute[code]`.
    /// - Throws: `Fault` 400 where something is missing or wrong, 404 where the service is none.
    package static func draft(_ form: Form, tree: CategoryTree) throws -> ReportDraft {
        guard let code = form["service_code"], !code.isEmpty else {
            throw Fault(400, Words("service_code manque.", "service_code was not provided."))
        }
        guard let category = tree[code], isPublic(category), category.isOpen(in: tree) else { throw Fault(404, unknownService(code)) }
        let name = [form["first_name"], form["last_name"]].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
        var description = form["description"] ?? ""
        if let media = form["media_url"], !media.isEmpty {
            guard media.utf8.count <= 500, media.hasPrefix("https://") || media.hasPrefix("http://") else {
                throw bad("media_url", "https://…", media)
            }
            // The picture is not fetched: an address that a stranger gives may be one of our own house.
            description += (description.isEmpty ? "" : "\n") + "media_url: " + media
        }
        let address = form["address_string"] ?? form["address"] ?? form["address_id"] ?? ""
        return ReportDraft(
            category: code, place: try place(form), address: address, description: description,
            answers: try answers(form, tree.questions(of: category)), channel: .open311,
            contact: ReportContact(name: name, email: form["email"] ?? "", phone: form["phone"] ?? ""))
    }

    private static func place(_ form: Form) throws -> Place? {
        let (lat, long) = (form["lat"] ?? "", form["long"] ?? form["lng"] ?? "")
        if lat.isEmpty, long.isEmpty { return nil }
        func degrees(_ name: String, _ text: String) throws -> Double {
            guard text.utf8.count <= 30, let value = Double(text), value.isFinite else { throw bad(name, "47.3220", text) }
            return value
        }
        let place = Place(longitude: try degrees("long", long), latitude: try degrees("lat", lat))
        guard place.isValid else {
            throw Fault(400, Words("lat ou long est hors des limites.", "lat or long is out of range."))
        }
        return place
    }

    private static func answers(_ form: Form, _ questions: [Question]) throws -> [String: String] {
        var answers: [String: String] = [:]
        for (name, value) in form.fields where name.hasPrefix("attribute[") {
            guard let end = name.firstIndex(of: "]") else { throw bad("attribute", "attribute[code]", name) }
            let code = String(name[name.index(name.startIndex, offsetBy: "attribute[".count)..<end])
            guard questions.contains(where: { $0.key == code }) else {
                throw Fault(400, Words("Aucun attribut « \(short(code)) » ici.", "No attribute '\(short(code))' here."))
            }
            guard answers[code] == nil else {
                throw Fault(400, Words("L'attribut « \(short(code)) » vient deux fois.", "The attribute '\(short(code))' comes twice."))
            }
            if !value.isEmpty { answers[code] = value }
        }
        return answers
    }

    /// A reference (`1042-K`) or its bare number.
    package static func number(_ text: String) -> Report.Number? {
        if let reference = ReportReference(text) { return reference.number }
        guard text.utf8.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(text), value > 0 else {
            return nil
        }
        return Report.Number(value)
    }

    /// Citizens choose it, and all may see where it was reported.
    package static func isPublic(_ category: Category) -> Bool { category.visibility == .everybody }

    // MARK: Words of refusal

    static func list(_ form: Form, _ name: String) throws -> [String] {
        let items = (form[name] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard items.count <= 100 else { throw Fault(400, Words("\(name) : plus de 100 valeurs.", "\(name): more than 100 values.")) }
        return items
    }

    private static func whole(_ form: Form, _ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = form[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw bad(name, "\(range.lowerBound)…\(range.upperBound)", text)
        }
        return value
    }

    private static func bad(_ name: String, _ wanted: String, _ got: String) -> Fault {
        Fault(400, Words("\(name) : « \(short(got)) » ; attendu : \(wanted).", "\(name): '\(short(got))'; expected: \(wanted)."))
    }

    static func unknownService(_ code: String) -> Words {
        Words("Aucun service « \(short(code)) ».", "There is no service '\(short(code))'.")
    }

    static func unknownRequest(_ id: String) -> Words {
        Words("Aucun signalement « \(short(id)) ».", "There is no service request '\(short(id))'.")
    }

    private static func short(_ text: String) -> String { String(text.prefix(60)) }
}
