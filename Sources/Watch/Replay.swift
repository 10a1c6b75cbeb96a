// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// A recorded span judged again: the snapshot before it, the intake's turns after that, the acts of people from the journal.
/// It works in memory, beside a running house, and writes nothing. What it finds must be what the journal says was found then.
package final class Replay {
    package let board: Board
    package let staging: Staging
    package private(set) var alarms: AlarmBook
    package private(set) var roster: Roster
    /// The last turn that was judged, and how many readings there were.
    package private(set) var position: UInt64 = 0
    package private(set) var readings = 0
    /// What the alarm book said, in order.
    package private(set) var records: [AlarmRecord] = []
    /// The number of the last record before the span.
    package private(set) var before: UInt64 = 0
    /// The time of the state that it began with; nil where it began with nothing.
    package private(set) var began: Instant?

    private let judgement: Judgement
    private let journal: Journal
    private let intakeFolder: String

    /// - Parameters:
    ///   - limit: the newest snapshot at or before this turn and not after `instant` is the beginning; without one, turn 1 is.
    /// - Throws: `ReplayError` where the past is not there any more, or is of another release.
    package init(
        journal: Journal, settings: Floor.Settings, trades: [any Trade], through limit: UInt64 = .max, at instant: Instant = .distantFuture
    ) throws {
        (self.journal, intakeFolder) = (journal, settings.intakeFolder)
        let kinds = trades.flatMap(\.kinds)
        let (board, staging) = (Board(kinds: kinds), Staging(kinds: kinds))
        (self.board, self.staging) = (board, staging)
        judgement = Judgement(board: board, trades: trades, limits: settings.limits)
        let roster = try journal.readHere { try Roster.load(in: $0, onto: board, trades: trades) }
        self.roster = roster
        alarms = AlarmBook(topology: roster.topology(board), policy: settings.alarms)
        judgement.sample = { asset, kind, at, mask, values in
            staging.add(asset: Asset.Number(asset), kindIndex: Int(kind), at: Instant(milliseconds: at), mask: mask, values: values)
        }
        if let snapshot = Snapshot.newest(folder: settings.snapshotFolder, through: limit, at: instant) {
            guard board.unpack(snapshot.board), judgement.unpack(snapshot.judgement), alarms.restore(snapshot.alarms) else {
                throw ReplayError.foreignSnapshot(snapshot.position)
            }
            if !snapshot.staging.isEmpty { try staging.restore(snapshot.staging) }
            (position, before, began) = (snapshot.position, alarms.position, snapshot.now)
        } else if let first = try Intake.first(folder: intakeFolder), first > 1 {
            throw ReplayError.tooEarly(first)
        }
        let number = before
        alarms.expect(try journal.readHere { try AlarmStore.acts(after: number, in: $0) })
    }

    /// Judges every turn after the present one up to `limit` and up to an instant.
    ///
    /// - Returns: how many of them lie in the span, which begins at `begin`; those before it only lead there.
    @discardableResult
    package func run(
        through limit: UInt64 = .max, from begin: Instant = .distantPast, until end: Instant = .distantFuture,
        _ each: (Intake.Turn) -> Void = { _ in }
    ) throws -> Int {
        struct Enough: Error {}
        var count = 0
        do {
            try Intake.read(folder: intakeFolder, after: position) { turn in
                guard turn.position <= limit, turn.now <= end else { throw Enough() }
                try judge(turn)
                each(turn)
                if turn.now >= begin { count += 1 }
            }
        } catch is Enough {}
        try journal.readHere { try staging.discardKept(in: $0) }
        return count
    }

    /// As `Floor.judge`, without the orders: what they want is in the turns' own records.
    private func judge(_ turn: Intake.Turn) throws {
        judgement.begin()
        judgement.tick(now: turn.now)
        for want in WantChange.unpack(turn.acts) { judgement.want(want, now: turn.now) }
        for link in turn.links { judgement.link(link, now: turn.now) }
        judgement.judge(turn.readings, now: turn.now)
        for change in judgement.findings.changes {
            alarms.change(asset: Asset.Number(change.asset), kind: change.kind, before: change.before, after: change.after, at: turn.now)
        }
        alarms.tick(at: turn.now)
        if alarms.hasNews { records += alarms.drain(at: turn.now).keep.records }
        judgement.clearDirty(judgement.findings.dirty)
        if staging.isWorthDiscarding { try journal.readHere { try staging.discardKept(in: $0) } }
        position = turn.position
        readings += turn.readings.count
    }
}

package enum ReplayError: Error, CustomStringConvertible {
    /// The first turn that is still there.
    case tooEarly(UInt64)
    case foreignSnapshot(UInt64)

    package var description: String {
        switch self {
        case .tooEarly(let first):
            "no snapshot lies before that span, and the intake begins with turn \(first): ask for a later one, or keep more (intake.retention)"
        case .foreignSnapshot(let position):
            "the snapshot of turn \(position) was written by a release with other kinds of assets: that span can be judged only by that release"
        }
    }
}

extension Roster {
    /// The trees of this inventory.
    func topology(_ board: Board) -> Topology {
        Topology(
            kinds: board.kinds, kindOf: kindOf, supplyParent: supplyParent, linkParent: linkParent,
            communes: board.communes.map { Commune(insee: $0) }, communeOf: board.commune)
    }
}
