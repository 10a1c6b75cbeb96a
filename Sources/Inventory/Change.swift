// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One act on the inventory, as its history keeps it.
package struct Change: Sendable, Hashable {
    /// From 1, without gaps; the greatest is the revision of the inventory.
    package var number: Int64
    package var at: Instant
    /// Login of who did it.
    package var author: String
    package var act: Act
    /// The file of an import, the reason of an edit.
    package var source: String
    package var accepted = 0
    package var changed = 0
    package var unchanged = 0
    package var refused = 0
    /// The number of the import that this one undid.
    package var undoes: Int64?

    package enum Act: String, Sendable, CaseIterable { case `import`, undo, areas, streets, edit, outage, `return`, removal }
}

/// What one change did to one asset.
package struct AssetEvent: Sendable, Hashable {
    package var asset: Asset.Number
    package var change: Int64
    package var at: Instant
    package var author: String
    package var what: What
    /// Field by field, before and after, as texts; '' for 'had none'.
    package var fields: [Field]
    /// The file of an import, the reason of an edit or an outage.
    package var source: String

    package enum What: String, Sendable, CaseIterable {
        case commissioned, changed, outOfService, backInService, removed, reinstated
    }
    package struct Field: Sendable, Hashable {
        package var name: String
        package var before: String
        package var after: String
        package init(name: String, before: String, after: String) { (self.name, self.before, self.after) = (name, before, after) }
    }
}
