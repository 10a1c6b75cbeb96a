// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Journal

/// Where a person's right in a trade holds: everywhere, or in some communes. People whose rights reach equally far hear the same part of a
/// topic of the live feed, which is rendered once for them.
package struct Reach: Sendable, Hashable {
    /// INSEE codes; nil for everywhere, none at all where there is no such right.
    let communes: Set<String>?

    package init(_ person: Person, _ trade: String, _ right: Right = .view) {
        communes = person.communes(right, trade)
    }

    package var isWhole: Bool { communes == nil }
    package func sees(commune: String) -> Bool { communes?.contains(commune) ?? true }

    /// What a topic's name ends with: nothing for the whole, else `:` and 32 hexadecimal digits, the same for the same communes and for no
    /// others (128 bits of SHA-256). Some hundred codes would not fit into an address.
    package var part: String {
        guard let communes else { return "" }
        return ":" + Tokens.hash(communes.sorted().joined(separator: " ")).prefix(16).hexadecimal
    }

    /// The topic that these people hear in place of `whole`; '' where they hear nothing.
    package func topic(_ whole: String) -> String { communes?.isEmpty == true ? "" : whole + part }
}

extension Supervision {
    /// Which topics of the live feed a person may hear: the whole one where their right holds everywhere, else the part for exactly their
    /// communes. Of the log also what they wrote themselves, `log:~` and their account. Health has no communes and no parts.
    package static func mayHear(_ person: Person, _ topic: String) -> Bool {
        let whole = String(topic.prefix { $0 != ":" })
        let trade: String
        switch whole.split(separator: "/").first ?? "" {
        case "map", "counts": trade = "map"
        case "alarms", "load": trade = "alarms"
        case "orders": trade = "orders"
        case "log": trade = "log"
        case "vitals": return topic == whole && seesAll(person, "health")
        default: return false
        }
        let reach = Reach(person, trade)
        return topic == reach.topic(whole) || trade == "log" && person.may(.view, "log") && topic == ownEntries(person)
    }

    /// The part of the log's topic with what one person wrote.
    static func ownEntries(_ person: Person) -> String { "log:~\(person.account)" }

    static func seesAll(_ person: Person, _ trade: String) -> Bool {
        person.mayEverywhere(.view, trade)
    }

    /// Ends the streams of whoever lost a right, or their account, since they opened it, wherever that was done. What the pages do ends
    /// them at once; this is for a stream that was being opened at that moment, and for changes from outside the room.
    /// While the journal cannot be read nothing is known and nothing ends.
    package func endStreamsBeyondRights(_ live: LiveFeed) async {
        guard live.statistics.listeners > 0, let accounts = try? await journal.read({ try AccountStore.all(in: $0) }) else { return }
        let held = Dictionary(accounts.filter(\.isOpen).map { ($0.number, $0.person.grants) }) { first, _ in first }
        live.hangUp { person in
            guard let own = held[person.account] else { return true }
            return !person.grants.allSatisfy { grant in own.contains { $0.covers(grant) } }
        }
    }
}
