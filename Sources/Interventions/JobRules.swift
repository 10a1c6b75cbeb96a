// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The life of a job as a table, and what an act must be. Values in, verdict out.
package enum JobRules {
    /// From which state which act leads where; an act that is not listed does not fit. What only adds (notes, photos, time, parts, …) leaves
    /// the state as it is and always fits.
    package static func next(_ state: JobState, _ act: JobAct.Sort) -> JobState? {
        switch (act, state) {
        case (.note, _), (.photo, _), (.time, _), (.cost, _), (.parts, _), (.sign, _): state
        case (.confirm, let state), (.revoke, let state), (.change, let state), (.order, let state): state.isOpen ? state : nil
        case (.lock, .planned): .planned
        case (.plan, .wanted), (.plan, .planned), (.plan, .blocked): .planned
        case (.unplan, .planned): .wanted
        case (.pause, .started), (.proceed, .started): .started
        case (.start, .wanted), (.start, .planned), (.start, .blocked): .started
        case (.block, .wanted), (.block, .planned), (.block, .started): .blocked
        case (.resume, .blocked): .wanted
        case (.finish, .planned), (.finish, .started), (.finish, .blocked): .done
        case (.cancel, let state) where state.isOpen: .cancelled
        case (.reopen, .done), (.reopen, .cancelled): .wanted
        default: nil
        }
    }

    /// What may be done from a state, in the order in which people do it.
    package static func acts(from state: JobState) -> [JobAct.Sort] { JobAct.Sort.allCases.filter { next(state, $0) != nil } }

    package static func event(_ act: JobAct) -> JobEvent.What {
        switch act {
        case .plan: .planned
        case .unplan: .unplanned
        case .start: .started
        case .pause: .paused
        case .proceed: .proceeded
        case .block: .blocked
        case .resume: .resumed
        case .finish: .done
        case .cancel: .cancelled
        case .reopen: .reopened
        case .note: .noted
        case .photo: .photo
        case .time: .time
        case .cost: .cost
        case .parts: .parts
        case .sign: .signed
        case .confirm: .confirmed
        case .revoke: .revoked
        case .change: .changed
        case .order: .ordered
        case .lock(let isLocked): isLocked ? .locked : .unlocked
        }
    }

    /// Why a job may not start yet; nil where it may.
    /// - Parameter waiting: jobs that must be done before it and are not.
    package static func obstacle(_ job: Job, waiting: [Job.Number]) -> Words? {
        if !job.unconfirmed.isEmpty {
            func list(_ language: Language) -> String { job.unconfirmed.map { $0.title(language).lowercased() }.joined(separator: ", ") }
            return Words(
                "À confirmer avant de commencer : \(list(.french)).", "To be confirmed before it may start: \(list(.english)).")
        }
        if !waiting.isEmpty {
            let numbers = waiting.map { "\($0.value)" }.joined(separator: ", ")
            return Words("Attend que soit faite l'intervention \(numbers).", "Waits for job \(numbers) to be done.")
        }
        return nil
    }

    /// Which of two open jobs comes first: the more urgent, then the one promised earlier, then the older.
    package static func isBefore(_ a: Job, _ b: Job) -> Bool {
        if a.urgency != b.urgency { return a.urgency > b.urgency }
        let (p, q) = (a.promisedAt ?? .distantFuture, b.promisedAt ?? .distantFuture)
        return p == q ? a.number < b.number : p < q
    }

    /// Whether a new expectation is said: it moves to a later day, or at least two days earlier.
    package static func isRestated(_ before: Instant?, _ after: Instant?, _ wall: WallTime) -> Bool {
        guard let before, let after else { return before != after }
        let days = wall.day(of: after) - wall.day(of: before)
        return days >= 1 || days <= -2
    }

    /// The clock of a telephone may be wrong: what lies ahead of ours, or years back, happened now.
    package static func happened(_ at: Instant?, now: Instant) -> Instant {
        guard let at, at <= now + .minutes(2), at >= now - believed else { return now }
        return min(at, now)
    }

    /// So far behind a doer's clock is believed.
    package static let believed = Span.days(60)

    package static let longestText = 4000
    package static let mostMinutes = 100_000
    package static let mostCents = 1_000_000_000
    /// Of names and free texts.
    package static let textKept = Span.days(1825)

    /// How long a job keeps its instruction and its address. A household's ends with its booking: the address is somebody's home.
    package static func textKept(_ source: JobSource) -> Span {
        if case .booking = source { .days(365) } else { textKept }
    }

    package static func isKey(_ text: String) -> Bool {
        (8...80).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
            }
    }

    private static func isWord(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.count) && !text.unicodeScalars.contains("\0")
    }

    /// What is wrong with a need by itself.
    package static func faults(_ need: JobNeed) -> [JobFault.Field] {
        var faults: [JobFault.Field] = []
        func refuse(_ name: String, _ french: String, _ english: String) { faults.append(.init(name, Words(french, english))) }
        if !isWord(need.department, 1...100) { refuse("department", "Choisissez un service.", "Choose a department.") }
        if !isWord(need.category, 0...100) { refuse("category", "100 caractères au plus.", "At most 100 characters.") }
        if !isWord(need.title.french, 1...200) || !isWord(need.title.english, 0...200) {
            refuse("title", "Un titre de 1 à 200 caractères.", "A title of 1 to 200 characters.")
        }
        if need.details.unicodeScalars.count > longestText || need.details.unicodeScalars.contains("\0") {
            refuse("details", "4000 caractères au plus.", "At most 4000 characters.")
        }
        if need.address.unicodeScalars.count > 300 || need.address.unicodeScalars.contains("\0") {
            refuse("address", "300 caractères au plus.", "At most 300 characters.")
        }
        if let place = need.place, !place.isValid {
            refuse("place", "Longitude de -180 à 180, latitude de -85 à 85.", "Longitude from -180 to 180, latitude from -85 to 85.")
        }
        if case .hand(let key) = need.source, !isKey(key) {
            refuse("key", "Une clé de 8 à 80 lettres, chiffres, '-' ou '_'.", "A key of 8 to 80 letters, digits, '-' or '_'.")
        }
        return faults
    }

    package static func faults(_ needs: JobNeeds) -> [JobFault.Field] {
        var faults: [JobFault.Field] = []
        if !(5...10_080).contains(needs.minutes) {
            faults.append(.init("minutes", Words("De 5 minutes à une semaine.", "From 5 minutes to a week.")))
        }
        if !(0...1_000_000).contains(needs.litres) {
            faults.append(.init("litres", Words("De 0 à 1 000 000 litres.", "From 0 to 1,000,000 litres.")))
        }
        let names = needs.skills + needs.equipment + needs.parts.keys
        if names.contains(where: { $0.isEmpty || $0.count > 60 }) || names.count > 60
            || needs.parts.values.contains(where: { $0 < 1 || $0 > 100_000 })
        {
            faults.append(.init("needs", Words("Des noms de 60 caractères au plus.", "Names of at most 60 characters.")))
        }
        return faults
    }
}
