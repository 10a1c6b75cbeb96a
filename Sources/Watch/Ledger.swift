// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What became of one asset of an order. Exactly one of the ended ones is reached, and it is never left.
package enum LedgerStatus: UInt8, Sendable, CaseIterable, Codable {
    /// Not sent yet: the gateway's rate, or its link.
    case waiting = 0
    /// Given to the gateway.
    case sent
    /// The gateway's receipt says that it took the command; not yet a proof.
    case accepted
    /// The asset's own reading shows the level.
    case confirmed
    /// The gateway or the asset said no.
    case refused
    /// Sent as often as allowed, or never reachable: no proof.
    case timedOut
    /// The order's time was over before the proof.
    case expired
    /// A newer order for the same asset took its place.
    case superseded
    /// Somebody stopped the order before the proof.
    case cancelled
    /// An interlock: never sent.
    case blocked
    /// Something of higher authority holds the asset: not sent, waits beneath.
    case outranked

    @inlinable package var isEnded: Bool { rawValue >= LedgerStatus.confirmed.rawValue }

    package var words: Words {
        switch self {
        case .waiting: Words("En attente", "Waiting")
        case .sent: Words("Envoyé", "Sent")
        case .accepted: Words("Pris par la passerelle", "Taken by the gateway")
        case .confirmed: Words("Prouvé", "Confirmed")
        case .refused: Words("Refusé", "Refused")
        case .timedOut: Words("Sans preuve", "No proof")
        case .expired: Words("Terminé avant preuve", "Expired unproved")
        case .superseded: Words("Remplacé par un autre ordre", "Superseded")
        case .cancelled: Words("Annulé", "Cancelled")
        case .blocked: Words("Verrouillé", "Interlocked")
        case .outranked: Words("Sous une autorité plus haute", "Outranked")
        }
    }
}

/// How many assets of an order are in each status.
package struct LedgerCounts: Sendable, Hashable, Codable {
    package private(set) var counts: [Int]
    package init() { counts = [Int](repeating: 0, count: LedgerStatus.allCases.count) }
    /// In the order of `LedgerStatus`; missing ones are 0, what is too much is left out.
    package init(_ counts: [Int]) {
        self.init()
        for (i, n) in counts.prefix(self.counts.count).enumerated() { self.counts[i] = n }
    }

    package subscript(_ status: LedgerStatus) -> Int {
        get { counts[Int(status.rawValue)] }
        set { counts[Int(status.rawValue)] = newValue }
    }
    package var total: Int { counts.reduce(0, +) }
    /// Those that have not ended.
    package var open: Int { self[.waiting] + self[.sent] + self[.accepted] }
}

/// The ledger of one order in columns, a row an asset, in the order of gateways: 19 bytes an asset.
struct Ledger {
    var assets: ContiguousArray<UInt32> = []
    /// Level observed when the order was placed, 255 where unknown.
    var before: ContiguousArray<UInt8> = []
    var status: ContiguousArray<LedgerStatus> = []
    var sends: ContiguousArray<UInt8> = []
    /// Level of the last send, `toProgramme` where it was given back; 254 before the first.
    var target: ContiguousArray<UInt8> = []
    /// The interlock of a blocked row, else 0.
    var interlock: ContiguousArray<UInt8> = []
    /// The order's want on this asset is over.
    var isReleased: ContiguousArray<Bool> = []
    /// Milliseconds after the placing when the last thing happened.
    var changed: ContiguousArray<UInt32> = []
    /// Milliseconds after the placing when the row is due again.
    var due: ContiguousArray<UInt32> = []
    private(set) var counts = LedgerCounts()

    static let toProgramme: UInt8 = 255
    static let neverSent: UInt8 = 254

    var count: Int { assets.count }

    mutating func append(asset: UInt32, before level: UInt8, status first: LedgerStatus, interlock hit: Interlock?) {
        assets.append(asset)
        before.append(level)
        status.append(first)
        sends.append(0)
        target.append(Ledger.neverSent)
        interlock.append(hit?.rawValue ?? 0)
        isReleased.append(first == .blocked)
        changed.append(0)
        due.append(0)
        counts[first] += 1
    }

    @inline(__always)
    mutating func move(_ row: Int, to next: LedgerStatus) {
        counts[status[row]] -= 1
        counts[next] += 1
        status[row] = next
    }

    mutating func reserve(_ n: Int) {
        assets.reserveCapacity(n)
        before.reserveCapacity(n)
        status.reserveCapacity(n)
        sends.reserveCapacity(n)
        target.reserveCapacity(n)
        interlock.reserveCapacity(n)
        isReleased.reserveCapacity(n)
        changed.reserveCapacity(n)
        due.reserveCapacity(n)
    }
}

/// One asset of an order as pages and exports show it.
package struct LedgerLine: Sendable, Hashable {
    package var asset: Asset.Number
    package var status: LedgerStatus
    package var sends: Int
    /// Observed when the order was placed; nil where unknown.
    package var before: UInt8?
    /// As last sent; nil before the first send or where it was given back to its programme.
    package var target: UInt8?
    package var isToProgramme: Bool
    package var interlock: Interlock?
    package var changedAt: Instant
    /// What the gateway said where it refused.
    package var why: String
}
