// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One order as the journal keeps it: who wanted what, when, why, and what came of it. The assets stand in its ledger.
package struct OrderRecord: Sendable, Hashable {
    package var id: UInt64
    package var purpose: OrderPurpose
    /// The order that this one undoes or follows, or 0.
    package var parent: UInt64 = 0
    package var command: Command
    package var authority: Authority
    package var selection: OrderSelection
    package var until: Instant
    package var reason: String
    package var incident: Int64 = 0
    package var trade: String
    package var placedAt: Instant
    /// Account number and login of who placed it; 0 and `vigie` where the room itself did.
    package var account: Int64
    package var login: String
    package var needsSecondPerson = false
    package var approvedAt: Instant?
    package var approvedBy: String?
    /// When every asset had reached its end.
    package var finishedAt: Instant?
    /// When it ceased to want anything.
    package var endedAt: Instant?
    package var end: OrderEnd?
    package var counts = LedgerCounts()
    /// Tenths of a watt of all its assets, as seen when placed and as ordered.
    package var powerBefore: Int64 = 0
    package var powerAfter: Int64 = 0
    /// How many steps its ledger has in the journal.
    package var steps = 0

    package var phase: OrderPhase {
        if endedAt != nil { return .ended }
        if needsSecondPerson && approvedAt == nil { return .proposed }
        return finishedAt == nil ? .sending : .standing
    }
}

/// Why an order was made.
package enum OrderPurpose: String, Sendable, Codable, CaseIterable {
    /// Somebody wants it.
    case set
    /// Gives back what a stopped or rolled-back order had already switched.
    case cancel, rollBack
    /// A higher or newer order ended, and what lay beneath must be sent again.
    case resume
}

package enum OrderPhase: String, Sendable, Codable, CaseIterable {
    /// Waits for a second person.
    case proposed
    case sending
    /// Every asset reached its end; the order still holds them.
    case standing
    case ended

    package var words: Words {
        switch self {
        case .proposed: Words("À approuver", "To be approved")
        case .sending: Words("En cours", "Under way")
        case .standing: Words("En vigueur", "In force")
        case .ended: Words("Terminé", "Ended")
        }
    }
}

package enum OrderEnd: String, Sendable, Codable, CaseIterable {
    case done, expired, cancelled, rolledBack, superseded, withdrawn, lapsed

    package var words: Words {
        switch self {
        case .done: Words("Accompli", "Done")
        case .expired: Words("Arrivé à son terme", "Expired")
        case .cancelled: Words("Annulé", "Cancelled")
        case .rolledBack: Words("Défait", "Rolled back")
        case .superseded: Words("Remplacé", "Superseded")
        case .withdrawn: Words("Refusé à l'approbation", "Rejected")
        case .lapsed: Words("Jamais approuvé", "Never approved")
        }
    }
}

/// How far an order is: what the order panel shows live.
package struct OrderProgress: Sendable, Hashable {
    package var id: UInt64
    package var phase: OrderPhase
    package var counts: LedgerCounts
    package var at: Instant
    /// The assets and what became of each, for whoever sees some of them only.
    var assets: ContiguousArray<UInt32> = []
    var status: ContiguousArray<LedgerStatus> = []

    /// The counts of those assets that may be seen.
    package func counts(seeing isVisible: (Asset.Number) -> Bool) -> LedgerCounts {
        var counts = LedgerCounts()
        for (asset, status) in zip(assets, status) where isVisible(Asset.Number(asset)) { counts[status] += 1 }
        return counts
    }
}

/// What the order book wants kept in this turn's transaction.
package struct OrderRecords: Sendable {
    package var orders: [OrderRecord] = []
    package var bases: [(order: UInt64, segment: Int, blob: [UInt8])] = []
    package var steps: [(order: UInt64, number: Int, at: Instant, blob: [UInt8])] = []
    package var refusals: [(order: UInt64, asset: UInt32, at: Instant, why: String)] = []
    package var groups: [SavedGroup] = []
    package var removedGroups: [Int64] = []
    package var keys: [KeptOrderKey] = []
    package init() {}
    package var isEmpty: Bool {
        keys.isEmpty && orders.isEmpty && bases.isEmpty && steps.isEmpty && refusals.isEmpty && groups.isEmpty && removedGroups.isEmpty
    }
}

/// All that follows from what the book did since the last drain. Keep `records` first; send `frames` only when they are on disk:
/// then no crash can send more often than the budget allows.
package struct OrderOutput: Sendable {
    package var records = OrderRecords()
    package var frames: [OrderFrame] = []
    package var wants: [WantChange] = []
    package var progress: [OrderProgress] = []
    package init() {}
}
