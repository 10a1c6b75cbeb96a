// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Alarms that stand under one root, in one line. It exists from its first member; it has a number, a line and a record
/// from its second, and then stands until its last member is closed or stands elsewhere.
final class Incident {
    let slot: Int32
    let gathering: AlarmLine.Gathering
    /// The node that explains it; `Asset.Number.none` is the virtual root, or scattered.
    let root: UInt32
    /// Of a scattered one: the alarm type.
    let type: UInt16
    /// 0 before it is formed.
    var id: UInt64 = 0
    var openedAt = Instant.distantPast
    var changedAt = Instant.distantPast
    /// Members' list through `AlarmEntry.next`.
    var head: Int32 = -1
    var tail: Int32 = -1
    var count = 0
    var activeCount = 0
    var peak = 0
    var occurrences = 1
    var causeAsset: UInt32 = 0
    var causeKind: UInt8 = 0
    var causeBit: UInt8 = 0
    var causeAt = Instant.distantFuture
    var causeIsRoots = false
    var worst = Priority.low
    var communes: [(ordinal: UInt16, count: Int32)] = []
    /// Every commune that it ever reached.
    var reached: [UInt16] = []
    /// Of a scattered one: members by parent node.
    var parents: [UInt32: UInt32] = [:]
    /// Of a scattered one: does it take more, and when did the last come?
    var isTaking = true
    var lastJoin = Instant.distantPast
    var isTouched = false
    var isAnnounced = false
    /// When the load meter counted its line; `distantPast` where it did not.
    var presentedAt = Instant.distantPast
    var acknowledgedBy = ""
    var acknowledgedAt: Instant?
    var acknowledgedCount = 0
    var acknowledgedPriority = Priority.low
    /// `.normal` where it is not held.
    var held = AlarmState.normal
    var heldUntil: Instant?
    var heldBy = ""
    var heldWhy = ""
    var assignedTo = ""
    var comments: UInt32 = 0
    var escalation: UInt8 = 0
    var escalateAt = Instant.distantPast

    init(slot: Int32, gathering: AlarmLine.Gathering, root: UInt32 = UInt32.max, type: UInt16 = 0) {
        (self.slot, self.gathering, self.root, self.type) = (slot, gathering, root, type)
    }

    var isFormed: Bool { id != 0 }
    var way: Topology.Way? { gathering == .supply ? .supply : gathering == .link ? .link : nil }

    var state: AlarmState {
        if held != .normal { return held }
        if acknowledgedAt == nil { return activeCount > 0 ? .unacknowledged : .returned }
        return activeCount > 0 ? .acknowledged : .latchedAcknowledged
    }

    /// The worst of its members, and more where it reaches far: consequence grows with reach.
    func priority(_ policy: AlarmPolicy) -> Priority {
        let steps = peak >= policy.vastIncident ? 3 : peak >= policy.hugeIncident ? 2 : peak >= policy.wideIncident ? 1 : 0
        return Priority(rawValue: min(Priority.critical.rawValue, worst.rawValue + steps)) ?? .critical
    }

    func countCommune(_ ordinal: UInt16, _ change: Int32) {
        if let at = communes.firstIndex(where: { $0.ordinal == ordinal }) {
            communes[at].count += change
            if communes[at].count == 0 { communes.remove(at: at) }
        } else if change > 0 {
            communes.append((ordinal, change))
            if !reached.contains(ordinal) { reached.append(ordinal) }
        }
    }
}
