// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting

/// Dimming programmes as a configuration writes them: `sunset+10 sunrise-10 22:00-05:00=70`.
enum LightingPlans {
    static let right = "programmes such as 'village=sunset+10 sunrise-10 22:00-05:00=70'"

    /// - Throws: `WrongValue` that says what is wrong with which part.
    static func read(_ name: String, _ text: String) throws -> DimmingPlan {
        guard (1...40).contains(name.count), Asset.ID(name) != nil else {
            throw wrong("'\(name)' is no name: letters, digits, '-', '.', '_'")
        }
        var plan = DimmingPlan(key: name, title: Words(name, name), steps: [])
        for part in text.split(separator: " ").map(String.init) {
            if let minutes = sun(part, "sunset") {
                plan.afterSunset = minutes
            } else if let minutes = sun(part, "sunrise") {
                plan.afterSunrise = minutes
            } else if let step = step(part) {
                plan.steps.append(step)
            } else {
                throw wrong("'\(part)' of '\(name)' is neither sunset±minutes, sunrise±minutes nor a step hh:mm-hh:mm=level")
            }
        }
        return plan
    }

    private static func wrong(_ what: String) -> WrongValue { WrongValue(right: "\(right); \(what)") }

    /// `sunset+10`: within four hours.
    private static func sun(_ part: String, _ word: String) -> Int? {
        guard part.hasPrefix(word) else { return nil }
        let rest = part.dropFirst(word.count)
        guard let sign = rest.first, "+-".contains(sign), let minutes = Int(rest.dropFirst()), (0...240).contains(minutes) else {
            return nil
        }
        return sign == "-" ? -minutes : minutes
    }

    /// `22:00-05:00=70`.
    private static func step(_ part: String) -> DimmingPlan.Step? {
        let halves = part.split(separator: "=", omittingEmptySubsequences: false)
        guard halves.count == 2, let level = UInt8(halves[1]), level <= 100 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map(minute)
        guard ends.count == 2, let from = ends[0], let to = ends[1], from != to, from < 1440 else { return nil }
        return DimmingPlan.Step(from: from, to: to, level: level)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]) else {
            return nil
        }
        guard (0...24).contains(hour), (0...59).contains(minute), hour < 24 || minute == 0 else { return nil }
        return hour * 60 + minute
    }

    static func contradictions(_ plans: [DimmingPlan], _ follow: [String: String]) -> [String] {
        guard !plans.isEmpty || !follow.isEmpty else { return [] }
        var found: [String] = []
        let names = Set(plans.map(\.key))
        if names.count < plans.count { found.append("lighting.programmes: two programmes have the same name") }
        if follow["*"] == nil { found.append("lighting.follow: say which programme all others follow: '*=\(plans.first?.key ?? "name")'") }
        for (who, name) in follow.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            found.append("lighting.follow: '\(who)' follows '\(name)', which lighting.programmes does not have")
        }
        return found
    }

    /// Whether the lamps of a commune (five signs, as INSEE writes them) or of a node are meant.
    private static func isCommune(_ who: String) -> Bool {
        who.utf8.count == 5 && who.dropFirst(2).allSatisfy(\.isNumber) && (who.first?.isNumber ?? false)
    }

    /// The reference city's night where nothing is configured; its hours, too, are those of the wall.
    static func programme(plans: [DimmingPlan], follow: [String: String], place: Place, wall: WallTime) -> LightingProgramme {
        guard !plans.isEmpty, let rest = plans.firstIndex(where: { $0.key == follow["*"] }) else {
            return LightingProgramme(
                entries: ReferenceCity.plans.map { .init(plan: $0, place: place) }, entryOf: ReferenceCity.planOf, wall: wall)
        }
        // Number 0 is for whoever is not listed.
        var ordered = plans
        ordered.swapAt(0, rest)
        let numbers = Dictionary(ordered.enumerated().map { ($1.key, $0) }) { first, _ in first }
        let entryOf = follow.filter { $0.key != "*" }.compactMapValues { numbers[$0] }
        return LightingProgramme(
            entries: ordered.map { .init(plan: $0, place: place) }, entryOf: entryOf.filter { isCommune($0.key) },
            entryOfNode: entryOf.filter { !isCommune($0.key) }, wall: wall)
    }
}
