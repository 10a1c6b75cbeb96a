// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
import Logging
import Synchronization

/// What pages, the API and commands ask of the floor. Each call runs between two turns and takes well under a millisecond;
/// what needs all assets reads `columns`, which costs the turn nothing.
extension Floor {
    /// The floor's health, at most a second old. From any thread.
    package nonisolated var currentVitals: Vitals { published.withLock { $0.vitals } }

    /// The state of all assets, at most a quarter of a second old. From any thread. Nil until the floor is open.
    package nonisolated var columns: StateColumns? { published.withLock { $0.columns } }

    package var directory: Directory { roster.directory }

    /// Everything known of one asset now; nil where the number is unused.
    package func look(_ number: Asset.Number) -> AssetView? {
        guard number.index < board.count, board.cells[number.index].kind != 255 else { return nil }
        let cell = board.cells[number.index]
        let situation = judgement.situation(board.cells + number.index, fresh: 0, now: clock.now())
        let hasPlace = board.x[number.index] != 0 || board.y[number.index] != 0
        return AssetView(
            number: number, kind: board.kinds[Int(cell.kind)], state: cell.state,
            stateSince: Floor.instant(cell.stateSince), lastHeard: Floor.instant(cell.lastHeard),
            lastReading: cell.lastTime == .min ? nil : Instant(milliseconds: cell.lastTime), values: board.lastValues(number),
            conditions: cell.conditions, level: cell.level == Verdict.noLevel ? nil : cell.level,
            wanted: situation.wanted == Verdict.noLevel ? nil : situation.wanted,
            wantedSince: situation.wanted == Verdict.noLevel ? nil : situation.wantedSince,
            isOutOfService: cell.standing.contains(.outOfService), isLinkDown: isLinkDown(number),
            commune: board.communes[Int(board.commune[number.index])],
            place: hasPlace ? Place(mercatorX: board.x[number.index], y: board.y[number.index]) : nil, period: .seconds(Int64(cell.period)))
    }

    private func isLinkDown(_ number: Asset.Number) -> Bool {
        if board.cells[number.index].flags.contains(.linkDown) { return true }
        guard number.index < roster.linkParent.count else { return false }
        let gateway = Int(roster.linkParent[number.index])
        return gateway < board.count && board.cells[gateway].flags.contains(.linkDown)
    }

    private static func instant(_ seconds: UInt32) -> Instant? { seconds == 0 ? nil : Instant(seconds: Int64(seconds)) }

    /// Why an asset is as it is: the rule that decided, what is wanted of it and by whom, who would be next, from which reading.
    package func why(_ number: Asset.Number) -> Why? {
        let now = clock.now()
        guard let view = look(number), let reason = reason(number, view: view, now: now) else { return nil }
        let cell = board.cells[number.index]
        let wants = orders.wants(of: number, at: now)
        let title =
            cell.programme == Board.noProgramme
            ? nil : trades[board.programmes[Int(cell.programme)].trade].title(programme: board.programmes[Int(cell.programme)].number)
        return Why(view: view, reason: reason, winning: wants.winner, losing: wants.losing, programme: title)
    }

    private func reason(_ number: Asset.Number, view: AssetView, now: Instant) -> Reason? {
        switch view.state {
        case CommonState.lost where view.isLinkDown:
            Reason("link.down", Words("La liaison de sa passerelle est coupée.", "Its gateway's link is down."))
        case CommonState.lost:
            Reason("silence.lost", Words("Muet depuis plus de trois fois sa période.", "Silent for more than three of its periods."))
        case CommonState.stale:
            Reason(
                "silence.stale",
                Words("Muet depuis plus d'une fois et demie sa période.", "Silent for more than one and a half of its periods."))
        case CommonState.unknown where view.lastHeard == nil:
            Reason("never.heard", Words("Jamais entendu depuis sa mise en service.", "Never heard since it was commissioned."))
        default: judgement.reason(number, now: now)
        }
    }

    /// How many assets are in each state, by kind.
    package nonisolated func counts() -> [StateCount] { columns.map { counts(in: $0) } ?? [] }

    /// The same of some columns, those of the past too, and only of the assets that may be seen.
    package nonisolated func counts(in columns: StateColumns, where isVisible: (Asset.Number) -> Bool = { _ in true }) -> [StateCount] {
        var table = [Int](repeating: 0, count: 256 * 32)
        for n in 0..<columns.count where columns.kinds[n] != 255 && isVisible(Asset.Number(n)) {
            table[Int(columns.kinds[n]) * 32 + Int(columns.states[n] & 31)] += 1
        }
        return kinds.enumerated().flatMap { k, kind in
            kind.states.indices.filter { kind.states[$0].isUsed }.map {
                StateCount(kind: kind.name, state: UInt8($0), count: table[k * 32 + $0])
            }
        }
    }

    /// All kinds, in the order of the kind index in `StateColumns` and `Glance`.
    package nonisolated var kinds: [Kind] { allKinds }

    /// Assets of these kinds inside a box; all kinds where `kinds` is empty.
    package func select(in box: Box, kinds: Set<Asset.KindName> = []) -> [Asset.Number] {
        let (west, north) = Place(longitude: box.west, latitude: box.north).mercator
        let (east, south) = Place(longitude: box.east, latitude: box.south).mercator
        return (0..<board.count).filter { n in
            board.cells[n].kind != 255 && board.x[n] >= west && board.x[n] <= east && board.y[n] >= north && board.y[n] <= south
                && (kinds.isEmpty || kinds.contains(board.kinds[Int(board.cells[n].kind)].name))
        }.map { Asset.Number($0) }
    }

    /// Assets of these kinds inside a closed line of places (a lasso), by the even-odd rule.
    package func select(inside lasso: [Place], kinds: Set<Asset.KindName> = []) -> [Asset.Number] {
        let ring = lasso.map { $0.mercator }
        guard ring.count > 2 else { return [] }
        return select(in: Box(around: lasso), kinds: kinds).filter { number in
            let (px, py) = (Double(board.x[number.index]), Double(board.y[number.index]))
            var inside = false
            var j = ring.count - 1
            for i in ring.indices {
                let (xi, yi, xj, yj) = (Double(ring[i].x), Double(ring[i].y), Double(ring[j].x), Double(ring[j].y))
                if (yi > py) != (yj > py), px < (xj - xi) * (py - yi) / (yj - yi) + xi { inside.toggle() }
                j = i
            }
            return inside
        }
    }

    /// Reads of the alarm book and the order book.
    package func withAlarms<T: Sendable>(_ body: @Sendable (AlarmBook) throws -> T) rethrows -> T { try body(alarms) }
    package func withOrders<T: Sendable>(_ body: @Sendable (OrderBook) throws -> T) rethrows -> T { try body(orders) }

    /// The states of all assets as they were at an instant of the last day (the time machine); nil where the tape does not reach back so far.
    package nonisolated func columns(at instant: Instant) async throws -> StateColumns? {
        guard let present = columns else { return nil }
        // What the tape has not kept yet is a minute at most: it is written now.
        try await keepTape()
        guard let past = try await journal.read({ try StateTape.states(at: instant, in: $0) }) else { return nil }
        var states = ContiguousArray(past.states.prefix(present.count))
        var levels = ContiguousArray(past.levels.prefix(present.count))
        states.append(contentsOf: repeatElement(0, count: present.count - states.count))
        levels.append(contentsOf: repeatElement(255, count: present.count - levels.count))
        return StateColumns(kinds: present.kinds, states: states, levels: levels, version: 0, at: instant)
    }

    private func keepTape() throws {
        if tape.isWaiting, !isForgetful { try commit(now: clock.now()) }
    }

    /// Samples of one asset that are not in the journal yet.
    package func staged(_ number: Asset.Number) -> StagedSamples { staging.staged(asset: number) }

    package func staged(_ numbers: [Asset.Number]) -> [StagedSamples] { numbers.map { staging.staged(asset: $0) } }

    /// An operator's act on the books. Runs between two turns, and returns after what it did is kept: a thrown error means
    /// that nothing was done.
    package func act<T: Sendable>(_ body: @Sendable (inout Acting) throws -> T) throws -> T {
        let now = clock.now()
        keep(now: now)
        if let trouble = vitals.journalTrouble { throw ActError.journalAway(trouble) }
        var acting = Acting(alarms: alarms, orders: orders, now: now, log: [])
        let result = try body(&acting)
        keepsake.log += acting.log
        collect(now: now)
        do {
            try commit(now: now)
        } catch {
            log.critical("an operator's act could not be kept", metadata: ["error": "\(error)"])
            journalFails(error, now: now)
            forget(now: now)
            throw ActError.journalAway("\(error)")
        }
        return result
    }

    /// Writes rows of other rooms (the inventory, notes) and the log entries that tell of them in one transaction, and tells the
    /// entries to whoever listens. What `body` throws, a refusal for instance, comes out as it is, and nothing is written.
    package func write<T: Sendable>(_ body: @Sendable (Transaction, Instant) throws -> (result: T, log: [LogDraft])) throws -> T {
        let now = clock.now()
        let (result, entries) = try journal.writeHere { transaction -> (T, [LogEntry]) in
            let written = try body(transaction, now)
            return (written.result, try Logbook.append(written.log, in: transaction, at: now))
        }
        if !entries.isEmpty { announce(.log(entries)) }
        return result
    }

    /// Takes the books back to what the journal holds, after an act that could not be kept. Whether it was after all, where the commit got
    /// no answer, the journal then says, too.
    private func forget(now: Instant) {
        isForgetful = true
        _ = remember(now: now, atOnce: true)
    }

    /// False while the books must be taken back to what the journal holds, and it cannot be read: nothing of them may be kept.
    func remember(now: Instant, atOnce: Bool = false) -> Bool {
        guard isForgetful else { return true }
        guard atOnce || now >= retryAt || retryAt - now > Floor.longestRetry else { return false }
        do {
            (keepsake, doubt) = (Keepsake(), nil)
            openBooks()
            try reload(now: now)
            isForgetful = false
        } catch { journalFails(error, now: now) }
        return !isForgetful
    }
}

/// The hands of an operator's act: the books, the time, and the log entries that the act writes.
package struct Acting {
    package let alarms: AlarmBook
    package let orders: OrderBook
    package let now: Instant
    /// What the act writes into the log, in the same transaction.
    package var log: [LogDraft]
}

package enum ActError: Error, CustomStringConvertible {
    case journalAway(String)
    package var description: String {
        switch self {
        case .journalAway(let why): "the journal cannot be written now, so nothing was done: \(why)"
        }
    }
}

/// The answer to 'why is it so?'.
package struct Why: Sendable {
    package var view: AssetView
    package var reason: Reason
    /// Who decides what is wanted; nil where nothing is wanted of this kind.
    package var winning: Want?
    /// Who would decide next, highest first.
    package var losing: [Want]
    /// The programme's name, where it has one.
    package var programme: Words?
}

extension Box {
    init(around places: [Place]) {
        self.init(
            west: places.map(\.longitude).min() ?? 0, south: places.map(\.latitude).min() ?? 0, east: places.map(\.longitude).max() ?? 0,
            north: places.map(\.latitude).max() ?? 0)
    }
}
