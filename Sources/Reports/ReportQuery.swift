// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom

/// Which reports a list shows. It lives in the address, so that a list is a link.
package struct ReportQuery: Sendable, Hashable {
    package enum Show: Sendable, Hashable {
        /// `risk`: the promise will be broken, as things stand.
        case open, late, risk, all
        case state(Report.State)

        init?(_ text: String) {
            switch text {
            case "open": self = .open
            case "late": self = .late
            case "risk": self = .risk
            case "all": self = .all
            default:
                guard let state = Report.State(rawValue: text) else { return nil }
                self = .state(state)
            }
        }

        var text: String {
            switch self {
            case .open: "open"
            case .late: "late"
            case .risk: "risk"
            case .all: "all"
            case .state(let state): state.rawValue
            }
        }

        /// Only what is open: few, however long the past.
        var isOpen: Bool {
            switch self {
            case .open, .late, .risk: true
            case .all: false
            case .state(let state): state.isOpen
            }
        }
    }

    package var show = Show.open
    /// Code of a category or of a branch.
    package var category: String?
    /// Is that a branch? Set from the tree by whoever reads the query.
    package var isBranch = false
    /// INSEE code, or '-' for outside all communes.
    package var commune: String?
    package var department: String?
    package var channel: Report.Channel?
    package var words = ""
    /// The newest first, instead of the one that is late longest.
    package var isNewestFirst = false
    package var page = 1

    package static let pageSize = 100
    package static let lastPage = 100

    package init() {}

    package init(_ query: Form) {
        func short(_ name: String) -> String? { query[name].flatMap { $0.isEmpty || $0.utf8.count > 64 || $0.utf8.contains(0) ? nil : $0 } }
        show = short("show").flatMap(Show.init) ?? .open
        (category, commune, department) = (short("category"), short("commune"), short("department"))
        channel = short("channel").flatMap(Report.Channel.init)
        words = String((query["q"] ?? "").unicodeScalars.prefix(100).filter { $0 != "\0" }.map(Character.init))
        isNewestFirst = query["sort"] == "new"
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, ReportQuery.lastPage)) } ?? 1
    }

    package var address: String { address(at: "/console/reports") }

    package func address(at path: String) -> String {
        Console.address(
            path,
            [
                "show": show == .open ? nil : show.text, "category": category, "commune": commune, "department": department,
                "channel": channel?.rawValue, "q": words.isEmpty ? nil : words, "sort": isNewestFirst ? "new" : nil,
                "page": page == 1 ? nil : String(page),
            ])
    }

    package func with(_ change: (inout ReportQuery) -> Void) -> ReportQuery {
        var copy = self
        copy.page = 1
        change(&copy)
        return copy
    }
}
