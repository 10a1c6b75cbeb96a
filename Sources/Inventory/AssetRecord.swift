// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One asset as the inventory knows it: what it is and where, not how it is.
package struct AssetRecord: Sendable, Hashable {
    /// Given by the store at the first import; `Asset.Number.none` before.
    package var number: Asset.Number
    package var id: Asset.ID
    package var kind: Asset.KindName
    /// What people call it; '' where nobody does.
    package var name: String
    /// Street and number as the city writes it; ''.
    package var address: String
    /// Nil where the file had no position.
    package var place: Place?
    /// From the position; `Commune.outside` where it lies in no known area.
    package var commune: Commune
    /// Where its electricity comes from (lamp → cabinet → feeder → substation), or `.none`.
    package var supplyParent: Asset.Number
    /// Through what it speaks (lamp → gateway), or `.none`.
    package var linkParent: Asset.Number
    /// How often it should speak; nil: as its kind says.
    package var period: Span?
    /// Rated power in watts, from the attribute `power`; nil where unknown.
    package var ratedPower: Double?
    /// What else is known, typed by kind.
    package var attributes: AttributeList
    package var commissionedAt: Instant
    /// Since when it is out of service, by whom and why; nil while in service.
    package var outage: Outage?
    /// Since when it stands no more; nil while it stands. The record and its number stay for ever.
    package var removal: Removal?
    /// The number of the change (`inventory_change`) that last touched it.
    package var revision: Int64

    package init(
        number: Asset.Number = .none, id: Asset.ID, kind: Asset.KindName, name: String = "", address: String = "", place: Place? = nil,
        commune: Commune = .outside, supplyParent: Asset.Number = .none, linkParent: Asset.Number = .none, period: Span? = nil,
        ratedPower: Double? = nil, attributes: AttributeList = AttributeList(), commissionedAt: Instant = .distantPast,
        outage: Outage? = nil, removal: Removal? = nil, revision: Int64 = 0
    ) {
        (self.number, self.id, self.kind, self.name, self.address) = (number, id, kind, name, address)
        (self.place, self.commune, self.supplyParent, self.linkParent) = (place, commune, supplyParent, linkParent)
        (self.period, self.ratedPower, self.attributes) = (period, ratedPower, attributes)
        (self.commissionedAt, self.outage, self.removal, self.revision) = (commissionedAt, outage, removal, revision)
    }

    package var isInService: Bool { outage == nil && removal == nil }
}

/// A time out of service: planned works, waiting for a part. A record with its author, not a flag.
package struct Outage: Sendable, Hashable {
    package var since: Instant
    /// The login of who said so, or `import`.
    package var author: String
    package var reason: String
    package init(since: Instant, author: String, reason: String) { (self.since, self.author, self.reason) = (since, author, reason) }
}

/// The end of an asset's life.
package struct Removal: Sendable, Hashable {
    package var at: Instant
    package var author: String
    package var reason: String
    package init(at: Instant, author: String, reason: String) { (self.at, self.author, self.reason) = (at, author, reason) }
}
