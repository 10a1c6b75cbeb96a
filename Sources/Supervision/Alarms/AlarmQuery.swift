// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// Which lines of the alarm list are shown. It lives in the address, so a filtered list is a link.
package struct AlarmQuery: Sendable, Hashable {
    package enum Show: String, Sendable, CaseIterable {
        /// What stands and is not put aside.
        case open
        /// Of these, what nobody has acknowledged.
        case new
        /// Shelved, suppressed, out of service.
        case held
        case all
    }

    package var show = Show.open
    package var priority: Priority?
    package var commune: String?
    package var condition: String?
    /// A login, or '-' for 'nobody's'.
    package var assigned: String?
    package var page = 1

    package static let pageSize = 200

    package init() {}

    /// From a query; what makes no sense is left out, since an old link must still open the list.
    package init(_ query: Form) {
        show = query["show"].flatMap(Show.init(rawValue:)) ?? .open
        priority = query["priority"].flatMap { key in Priority.allCases.first { $0.key == key } }
        commune = query["commune"].flatMap { $0.utf8.count <= 5 ? $0 : nil }
        condition = query["condition"].flatMap { $0.isEmpty || $0.utf8.count > 64 ? nil : $0 }
        assigned = query["assigned"].flatMap { $0 == "-" || AccountRecord.isLogin($0) ? $0 : nil }
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, 10_000)) } ?? 1
    }

    package var address: String {
        Console.address(
            "/console/alarms",
            [
                "show": show == .open ? nil : show.rawValue, "priority": priority?.key, "commune": commune, "condition": condition,
                "assigned": assigned, "page": page == 1 ? nil : String(page),
            ])
    }

    package func with(_ change: (inout AlarmQuery) -> Void) -> AlarmQuery {
        var copy = self
        copy.page = 1
        change(&copy)
        return copy
    }

    package func matches(_ line: AlarmLine) -> Bool {
        guard !line.isGone, AlarmQuery.shows(line).contains(show) else { return false }
        if let priority, line.priority != priority { return false }
        if let commune, !line.communes.contains(where: { $0.commune.insee == commune }) { return false }
        if let condition, line.condition.key != condition { return false }
        if let assigned, (line.assignedTo ?? "-") != assigned { return false }
        return true
    }

    /// Under which views a line is shown.
    static func shows(_ line: AlarmLine) -> [Show] {
        if line.state.isHeld { return [.held, .all] }
        return line.state.wantsAcknowledgement ? [.open, .new, .all] : [.open, .all]
    }

    /// What `<live-list>` lets through: the same rule, said in the words of a row's `data-` attributes.
    package var match: String {
        var parts = ["show=\(show.rawValue)"]
        if let priority { parts.append("priority=\(priority.rawValue)") }
        if let commune { parts.append("communes=\(commune.isEmpty ? "-" : commune)") }
        if let condition { parts.append("condition=\(condition)") }
        if let assigned { parts.append("assigned=\(assigned)") }
        return parts.joined(separator: ";")
    }
}
