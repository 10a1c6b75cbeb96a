// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Journal

/// The main log (*main courante*): what happened and what was done, by the room itself and by people; never changed afterwards.
package struct LogPage {
    package var entries: [LogEntry]
    package var filter: LogQuery
    /// The number before which the next page begins; nil at the end.
    package var older: Int64?
    package var person: Person

    package init(entries: [LogEntry], filter: LogQuery, older: Int64?, person: Person) {
        (self.entries, self.filter, self.older, self.person) = (entries, filter, older, person)
    }

    private var isWhole: Bool { Supervision.seesAll(person, "log") }

    /// Whoever sees some communes hears of these, and what they wrote themselves.
    private var topics: String { isWhole ? "log" : "\(Reach(person, "log").topic("log")) \(Supervision.ownEntries(person))" }

    package static let pageSize = 100

    package var page: Page {
        Page(
            title: Words("Main courante", "Log"), place: "log",
            actions: HTML.of {
                if isWhole {
                    ButtonLink(Words("JSONL avec empreintes", "JSONL with hashes"), "/console/log.jsonl", .quiet, icon: .download)
                    ButtonLink(Words("Noms (CSV)", "Names (CSV)"), "/console/log-names.csv", .quiet, icon: .download)
                }
                ButtonLink(Words("CSV", "CSV"), address("/console/log.csv", filter), .quiet, icon: .download)
                if isWhole { ButtonLink(Words("Vérifier la chaîne", "Verify the chain"), "/console/log/verification", .quiet, icon: .lock) }
                a(.class("button", "button-quiet"), .href("/console/help/log"), .rel("help")) { Words("Aide (?)", "Help (?)") }
            }
        ) {
            if person.may(.operate, "log") { write }
            search
            custom(
                "live-list", .id("log-list"), .named("topic", filter.isOpen ? topics : ""), .named("keep", "\(LogPage.pageSize)")
            ) {
                custom("row-keys") {
                    ol(.class("log"), .data("rows", "")) { for entry in entries { LogPage.row(entry) } }
                }
                p(.class("empty"), .data("empty", ""), .when(!entries.isEmpty, .hidden)) {
                    Words("Aucune entrée ne correspond.", "No entry matches.")
                }
            }
            if let older {
                nav(.class("page-links"), .aria(.label, Words("Pages", "Pages"))) {
                    a(.class("button"), .href(address("/console/log", filter, before: older))) {
                        Words("Plus anciennes", "Older")
                    }
                }
            }
        }
    }

    /// One entry, in the page and as a fragment of the live feed.
    package static func row(_ entry: LogEntry) -> HTML {
        let key = String(max(0, entry.number))
        return li(
            .id("log-\(entry.number)"), .class("log-entry", "is-\(entry.kind.rawValue)"), .data("row", ""),
            .data("sort", String(repeating: "0", count: max(0, 15 - key.count)) + key)
        ) {
            HTML.time(entry.at)
            if entry.isAuthorForgotten {
                span(
                    .class("log-author"), .title(Words("Nom détruit à son échéance", "Name destroyed at its end"))
                ) { entry.author }
            } else {
                span(.class("log-author")) { entry.author }
            }
            span(.class("log-trade")) { LogPage.trade(entry.trade) }
            span(.class("log-text")) {
                entry.text
                if let subject = entry.subject, let target = LogPage.address(of: subject) {
                    " "
                    a(.href(target)) { LogPage.name(of: subject) }
                }
            }
            small(.class("log-number")) { "n° \(entry.number)" }
        }
    }

    /// A trade in the reader's words; one that this page does not know is told by its key.
    static func trade(_ key: String) -> Words {
        switch key {
        case "accounts": Words("comptes", "accounts")
        case "alarms": Words("alarmes", "alarms")
        case "lighting": Words("éclairage", "lighting")
        case "orders": Words("ordres", "orders")
        case "health": Words("santé de Vigie", "health of Vigie")
        case "inventory": Words("équipements", "assets")
        case "log": Words("main courante", "log")
        default: Words(key, key)
        }
    }

    /// Where the subject of an entry has its page: `a812`, `i44` and `alarm:i44` are alarms, `order:7` an order, anything else an asset.
    static func address(of subject: String) -> String? {
        for lead in ["asset:", "alarm:"] where subject.hasPrefix(lead) { return address(of: String(subject.dropFirst(lead.count))) }
        if subject.hasPrefix("order:") { return "/console/orders/\(subject.dropFirst(6))" }
        if subject.dropFirst().allSatisfy(\.isNumber), let first = subject.first, "ai".contains(first), subject.count > 1 {
            return "/console/alarms/\(subject)"
        }
        return Asset.ID(subject) == nil || subject.contains(".") || subject.contains(":") ? nil : "/console/assets/\(subject)"
    }

    /// The subject as a reader names it: the identity on the pole, 'ordre 7'.
    static func name(of subject: String) -> Words {
        let bare = subject.split(separator: ":", maxSplits: 1).last.map(String.init) ?? subject
        return subject.hasPrefix("order:") ? Words("ordre \(bare)", "order \(bare)") : Words(bare, bare)
    }

    private func address(_ path: String, _ filter: LogQuery, before: Int64? = nil) -> String {
        Console.address(
            path,
            [
                "q": filter.words.isEmpty ? nil : filter.words, "author": filter.author, "trade": filter.trade,
                "kind": filter.kind?.rawValue,
                "subject": filter.subject, "before": before.map { String($0) },
            ])
    }

    private var write: some Content {
        Panel(Words("Écrire", "Write")) {
            form(.method("post"), .action("/console/log"), .class("row")) {
                HTML.csrf
                label(.class("field", "is-wide")) {
                    span { Words("Nouvelle entrée", "New entry") }
                    textarea(.name("text"), .named("rows", "2"), .named("maxlength", "4000"), .required)
                }
                textField("subject", Words("Équipement concerné, s'il y en a un", "Asset that it is about, if any"), limit: 64)
                Button(Words("Écrire dans la main courante", "Write into the log"), .primary)
            }
        }
    }

    private var search: HTML {
        form(.role("search"), .method("get"), .action("/console/log"), .class("row")) {
            label(.class("field")) {
                span { Words("Chercher (touche /)", "Search (key /)") }
                input(.type("search"), .name("q"), .value(filter.words), .named("maxlength", "100"))
            }
            choice(
                "kind", Words("Sorte", "Kind"),
                [("", Words("toutes", "all")), ("auto", Words("automatiques", "automatic")), ("written", Words("écrites", "written"))],
                selected: filter.kind?.rawValue ?? "")
            textField("author", Words("Auteur", "Author"), value: filter.author ?? "", limit: 64)
            textField(
                "subject", Words("Équipement, ou alarme de l'adresse (a12, i4)", "Asset, or alarm as in its address (a12, i4)"),
                value: filter.subject ?? "", limit: 64)
            Button(Words("Filtrer", "Filter"))
            if !filter.isOpen { a(.href("/console/log")) { Words("Tout montrer", "Show all") } }
        }
    }
}

/// What the log's address asks for.
package struct LogQuery: Sendable, Hashable {
    package var words = ""
    package var author: String?
    package var trade: String?
    package var subject: String?
    package var kind: LogDraft.Kind?
    package var before: Int64?

    package init() {}

    package init(_ query: Form) {
        func short(_ name: String) -> String? { query[name].flatMap { $0.isEmpty || $0.utf8.count > 64 ? nil : $0 } }
        words = String((query["q"] ?? "").prefix(100))
        (author, trade, subject) = (short("author"), short("trade"), short("subject"))
        kind = query["kind"].flatMap(LogDraft.Kind.init(rawValue:))
        before = query["before"].flatMap { Int64($0) }
    }

    /// Nothing is filtered and this is the newest page: then it may follow the live feed.
    package var isOpen: Bool { self == LogQuery() }

    package var filter: Logbook.Filter {
        var filter = Logbook.Filter()
        (filter.author, filter.trade, filter.subject, filter.kind, filter.words) = (author, trade, subject, kind, words)
        return filter
    }
}
