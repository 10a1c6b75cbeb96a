// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// Which jobs a list shows. It lives in the address, so that a list is a link.
package struct JobQuery: Sendable, Hashable {
    package enum Show: Sendable, Hashable {
        /// `risk`: the promise is broken or will be, as things stand.
        case open, risk, all
        case state(JobState)

        init?(_ text: String) {
            switch text {
            case "open": self = .open
            case "risk": self = .risk
            case "all": self = .all
            default:
                guard let state = JobState(rawValue: text) else { return nil }
                self = .state(state)
            }
        }

        var text: String {
            switch self {
            case .open: "open"
            case .risk: "risk"
            case .all: "all"
            case .state(let state): state.rawValue
            }
        }

        var isOpen: Bool {
            switch self {
            case .open, .risk: true
            case .all: false
            case .state(let state): state.isOpen
            }
        }
    }

    package var show = Show.open
    package var department: String?
    /// Code of a crew, or '-' for none.
    package var crew: String?
    /// INSEE code, or '-' for outside all communes.
    package var commune: String?
    package var words = ""
    package var page = 1

    package static let pageSize = 100
    package static let lastPage = 100

    package init() {}

    package init(_ query: Form) {
        func short(_ name: String) -> String? { query[name].flatMap { $0.isEmpty || $0.utf8.count > 64 || $0.utf8.contains(0) ? nil : $0 } }
        show = short("show").flatMap(Show.init) ?? .open
        (department, crew, commune) = (short("department"), short("crew"), short("commune"))
        words = String((query["q"] ?? "").unicodeScalars.prefix(100).filter { $0 != "\0" }.map(Character.init))
        page = query["page"].flatMap { Int($0) }.map { max(1, min($0, JobQuery.lastPage)) } ?? 1
    }

    package var address: String { address(at: "/console/jobs") }

    package func address(at path: String) -> String {
        Console.address(
            path,
            [
                "show": show == .open ? nil : show.text, "department": department, "crew": crew, "commune": commune,
                "q": words.isEmpty ? nil : words, "page": page == 1 ? nil : String(page),
            ])
    }

    package func with(_ change: (inout JobQuery) -> Void) -> JobQuery {
        var copy = self
        copy.page = 1
        change(&copy)
        return copy
    }
}
