// SPDX-License-Identifier: EUPL-1.2

/// What a person may do, each including those before it (IRIS's four rights).
package enum Right: Int, Sendable, Codable, Comparable, CaseIterable {
    case view = 1, operate, manage, configure
    package static func < (a: Right, b: Right) -> Bool { a.rawValue < b.rawValue }
}

/// One grant: a right over a trade in an area. Empty `trade` or `communes` means all.
package struct Grant: Sendable, Hashable, Codable {
    package var right: Right
    /// `map`, `alarms`, `orders`, `log`, `accounts`, …; '' for every trade.
    package var trade: String
    /// INSEE codes; empty for the whole territory.
    package var communes: [String]
    package init(right: Right, trade: String = "", communes: [String] = []) {
        (self.right, self.trade, self.communes) = (right, trade, communes)
    }

    /// Does this grant alone allow all that the other one does?
    package func covers(_ other: Grant) -> Bool {
        right >= other.right && (trade.isEmpty || trade == other.trade)
            && (communes.isEmpty || !other.communes.isEmpty && other.communes.allSatisfy(communes.contains))
    }
}

/// Somebody who signed in.
package struct Person: Sendable, Hashable, Codable {
    package var account: Int64
    /// The sign-in name: lower-case letters, digits, '.', '-', '_'.
    package var login: String
    package var name: String
    package var grants: [Grant]
    package var language: Language
    package init(account: Int64, login: String, name: String, grants: [Grant], language: Language = .french) {
        (self.account, self.login, self.name, self.grants, self.language) = (account, login, name, grants, language)
    }

    /// May this person do this in this trade, in this commune (nil: anywhere at all)?
    package func may(_ right: Right, _ trade: String, in commune: String? = nil) -> Bool {
        grants.contains { grant in
            grant.right >= right && (grant.trade.isEmpty || grant.trade == trade)
                && (grant.communes.isEmpty || commune == nil || grant.communes.contains(commune!))
        }
    }

    /// May this person do this in this trade over the whole territory, what lies outside all communes included?
    package func mayEverywhere(_ right: Right, _ trade: String) -> Bool {
        grants.contains { $0.right >= right && ($0.trade.isEmpty || $0.trade == trade) && $0.communes.isEmpty }
    }

    /// The communes (INSEE codes) in which this person may do this in this trade; nil for everywhere.
    package func communes(_ right: Right, _ trade: String) -> Set<String>? {
        if mayEverywhere(right, trade) { return nil }
        return Set(grants.filter { $0.right >= right && ($0.trade.isEmpty || $0.trade == trade) }.flatMap(\.communes))
    }
}
