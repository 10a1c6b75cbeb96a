// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Which lines, in which order: a value that is a query in the address and back. Pure.
package struct AlarmFilter: Sendable, Hashable {
    /// Empty: all that are not held.
    package var states: Set<AlarmState> = []
    package var atLeast: Priority = .low
    /// Empty: all.
    package var kinds: Set<String> = []
    package var conditions: Set<String> = []
    package var communes: Set<String> = []
    package var gatherings: Set<AlarmLine.Gathering> = []
    /// Nil: whoever; '': nobody's.
    package var assigned: String?
    package var isActive: Bool?
    package var root: Asset.Number?
    package var sort = Sort.priority
    /// Also those shelved, suppressed, out of service.
    package var withHeld = true

    package enum Sort: String, Sendable, Hashable, CaseIterable { case priority, newest, oldest, count }

    package init() {}

    /// What an operator has before them: nothing that is held.
    package static let onScreen: AlarmFilter = {
        var filter = AlarmFilter()
        filter.withHeld = false
        return filter
    }()

    package func admits(_ line: AlarmLine) -> Bool {
        if states.isEmpty ? !withHeld && line.state.isHeld : !states.contains(line.state) { return false }
        if line.priority < atLeast { return false }
        if !kinds.isEmpty && !kinds.contains(line.kind.text) { return false }
        if !conditions.isEmpty && !conditions.contains(line.condition.key) { return false }
        if !communes.isEmpty && !line.communes.contains(where: { communes.contains($0.commune.insee) }) { return false }
        if !gatherings.isEmpty && !gatherings.contains(line.gathering) { return false }
        if let assigned, line.assignedTo ?? "" != assigned { return false }
        if let isActive, line.isActive != isActive { return false }
        if let root, line.root != root { return false }
        return true
    }

    /// A total order: equal inputs give equal lists.
    package func sorted(_ lines: [AlarmLine]) -> [AlarmLine] {
        lines.sorted { a, b in
            switch sort {
            case .priority:
                let (x, y) = (a.state.wantsAcknowledgement, b.state.wantsAcknowledgement)
                if x != y { return x }
                if a.priority != b.priority { return a.priority > b.priority }
                if a.since != b.since { return a.since > b.since }
            case .newest: if a.since != b.since { return a.since > b.since }
            case .oldest: if a.since != b.since { return a.since < b.since }
            case .count: if a.count != b.count { return a.count > b.count }
            }
            return a.target < b.target
        }
    }

    // MARK: in the address

    /// From the pairs of a query, decoded; unknown keys and values are left out and named, so that a page can say so.
    package static func parse(_ pairs: [(key: String, value: String)]) -> (filter: AlarmFilter, unknown: [String]) {
        var filter = onScreen
        var unknown: [String] = []
        for (key, value) in pairs where !value.isEmpty || key == "assigned" {
            let words = value.split(separator: ",").map(String.init)
            var isKnown = true
            switch key {
            case "state":
                let states = words.compactMap { word in AlarmState.allCases.first { $0.key == word } }
                isKnown = states.count == words.count
                filter.states.formUnion(states)
            case "priority":
                if let priority = Priority.allCases.first(where: { $0.key == value }) { filter.atLeast = priority } else { isKnown = false }
            case "kind": filter.kinds.formUnion(words)
            case "condition": filter.conditions.formUnion(words)
            case "commune": filter.communes.formUnion(words)
            case "gathering":
                let gatherings = words.compactMap(AlarmLine.Gathering.init)
                isKnown = gatherings.count == words.count
                filter.gatherings.formUnion(gatherings)
            case "assigned": filter.assigned = value
            case "active": if value == "yes" || value == "no" { filter.isActive = value == "yes" } else { isKnown = false }
            case "root": if let number = UInt32(value) { filter.root = Asset.Number(number) } else { isKnown = false }
            case "sort": if let sort = Sort(rawValue: value) { filter.sort = sort } else { isKnown = false }
            case "held": filter.withHeld = value == "yes"
            default: isKnown = false
            }
            if !isKnown { unknown.append("\(key)=\(value)") }
        }
        return (filter, unknown)
    }

    /// The pairs of a query, in a fixed order, not yet percent-encoded; only what differs from `onScreen`.
    package var query: [(key: String, value: String)] {
        var pairs: [(String, String)] = []
        func add(_ key: String, _ words: some Sequence<String>) {
            let value = words.sorted().joined(separator: ",")
            if !value.isEmpty { pairs.append((key, value)) }
        }
        add("state", states.map(\.key))
        if atLeast != .low { pairs.append(("priority", atLeast.key)) }
        add("kind", kinds)
        add("condition", conditions)
        add("commune", communes)
        add("gathering", gatherings.map(\.rawValue))
        if let assigned { pairs.append(("assigned", assigned)) }
        if let isActive { pairs.append(("active", isActive ? "yes" : "no")) }
        if let root { pairs.append(("root", String(root.value))) }
        if sort != .priority { pairs.append(("sort", sort.rawValue)) }
        if withHeld { pairs.append(("held", "yes")) }
        return pairs.map { (key: $0.0, value: $0.1) }
    }
}
