// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// The state of every asset, in memory, by asset number: one 56-byte cell of what each reading touches, the last values beside
/// it, and the fixed facts (place, commune) in columns of their own. Confined to the turn's thread.
///
/// A reading of a random asset among millions costs what the memory costs: a cell lies in one cache line, and the pages
/// are asked to be huge.
package final class Board {
    /// What one reading touches.
    @frozen package struct Cell {
        /// Device time of the newest reading that was judged, ms; `Int64.min` before the first.
        package var lastTime: Int64 = .min
        /// Seconds on the turn's clock; 0 before the first word.
        package var lastHeard: UInt32 = 0
        /// Before the first word: since when one is awaited, or 0.
        package var stateSince: UInt32 = 0
        package var conditions: UInt32 = 0
        package var memory: UInt32 = 0
        package var lastSequence: UInt32 = 0
        /// Where the last values of this asset start in `values`.
        package var valueBase: UInt32 = 0
        package var wantedSince: UInt32 = 0
        /// Bit n: the property of slot n was reported at least once.
        package var present: UInt16 = 0
        /// The programme that it follows: an index into `Board.programmes`, or `noProgramme`.
        package var programme = Board.noProgramme
        /// Seconds between two reports when nothing happens.
        package var period: UInt16 = 0
        /// Power at full output, tenths of a watt; 0 where unknown.
        package var nominal: UInt16 = 0
        package var kind: UInt8 = 255
        package var state: UInt8 = 0
        /// Last observed level in per cent; 255 where none was seen.
        package var level: UInt8 = 255
        /// Level wanted now; 255 where nothing is wanted of this kind.
        package var wanted: UInt8 = 255
        package var flags: Flags = []
        package var standing: Standing = []

        package init() {}
    }

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// An order or an incident wants something else than the programme.
        package static let override = Flags(rawValue: 1)
        /// An order waits for this asset's own reading as proof.
        package static let awaited = Flags(rawValue: 2)
        /// Its gateway's link is down.
        package static let linkDown = Flags(rawValue: 4)
        /// Already in the list of what changed since the last announcement.
        package static let dirty = Flags(rawValue: 8)
        /// A gateway through which some asset was heard, though it may never have said a word of its own.
        package static let carries = Flags(rawValue: 16)
    }

    package let kinds: [Kind]
    package private(set) var count = 0
    package private(set) var cells: UnsafeMutablePointer<Cell>
    package private(set) var values: UnsafeMutablePointer<Int32>
    private(set) var valueCount = 0
    private var capacity = 0
    private var valueCapacity = 0
    /// Web Mercator, 32-bit fractions; 0,0 where the asset has no place.
    package private(set) var x = ContiguousArray<UInt32>()
    package private(set) var y = ContiguousArray<UInt32>()
    /// Index into `communes`.
    package private(set) var commune = ContiguousArray<UInt16>()
    /// The asset through which it speaks; `UInt32.max` where it has a link of its own.
    package private(set) var gateway = ContiguousArray<UInt32>()
    package private(set) var communes: [String] = [""]
    private var communeIndex: [String: UInt16] = ["": 0]
    /// What each programme wants now; an asset carries only the number.
    package var programmes: [Programme] = []
    package static let noProgramme = UInt16.max

    package struct Programme: Sendable, Hashable {
        package var trade: Int
        /// The trade's own number of it.
        package var number: Int
        package var level: UInt8 = 255
        /// Turn-clock seconds since which it wants this level.
        package var since: UInt32 = 0
        package var isDay = false
        package var nextChange = Instant.distantPast

        package init(trade: Int, number: Int) { (self.trade, self.number) = (trade, number) }
    }

    /// The clock was put back: what is stamped with a time that has not come is stamped now, so that silence and delays are measured
    /// from here, and programmes are asked again.
    func forgetFuture(after now: Instant) {
        let seconds = UInt32(truncatingIfNeeded: now.seconds)
        for n in 0..<count {
            if cells[n].lastHeard > seconds { cells[n].lastHeard = seconds }
            if cells[n].stateSince > seconds { cells[n].stateSince = seconds }
            if cells[n].wantedSince > seconds { cells[n].wantedSince = seconds }
        }
        for i in programmes.indices {
            programmes[i].since = min(programmes[i].since, seconds)
            programmes[i].nextChange = .distantPast
        }
    }

    package init(kinds: [Kind]) {
        self.kinds = kinds
        cells = .allocate(capacity: 1)
        values = .allocate(capacity: 1)
    }

    deinit {
        free(cells)
        free(values)
    }

    /// Makes room for `count` assets whose kinds use `slots` values in all.
    package func reserve(count: Int, slots: Int) {
        if count > capacity {
            let wanted = max(count, capacity * 3 / 2)
            cells = Board.grow(cells, from: self.count, to: wanted)
            capacity = wanted
        }
        if slots > valueCapacity {
            let wanted = max(slots, valueCapacity * 3 / 2)
            values = Board.grow(values, from: valueCount, to: wanted)
            valueCapacity = wanted
        }
    }

    private static func grow<T>(_ old: UnsafeMutablePointer<T>, from used: Int, to capacity: Int) -> UnsafeMutablePointer<T> {
        let huge = 2 << 20
        let bytes = (capacity * MemoryLayout<T>.stride + huge - 1) / huge * huge
        var raw: UnsafeMutableRawPointer?
        let small = bytes <= 4 * huge
        precondition(posix_memalign(&raw, small ? 4096 : huge, bytes) == 0, "no memory for \(capacity) assets")
        if !small { madvise(raw!, bytes, 14 /* MADV_HUGEPAGE */) }
        memcpy(raw!, old, used * MemoryLayout<T>.stride)
        free(old)
        return raw!.bindMemory(to: T.self, capacity: capacity)
    }

    /// What the board needs of one asset, from the inventory.
    package struct Fact {
        package var number: Asset.Number
        package var kind: Int
        package var place: Place?
        package var commune: String
        package var period: Span?
        /// Tenths of a watt at full output; 0 where unknown.
        package var nominal: Int32
        package var standing: Standing
        /// Index into `Board.programmes`, or `noProgramme`.
        package var programme: UInt16
        package var gateway: Asset.Number

        package init(
            number: Asset.Number, kind: Int, place: Place?, commune: String, period: Span? = nil, nominal: Int32 = 0,
            standing: Standing = [], programme: UInt16 = Board.noProgramme, gateway: Asset.Number = .none
        ) {
            self.gateway = gateway
            (self.number, self.kind, self.place, self.commune) = (number, kind, place, commune)
            (self.period, self.nominal, self.standing, self.programme) = (period, nominal, standing, programme)
        }
    }

    /// Adds an asset, or takes over changed facts of one that is here; its state stays.
    package func put(_ fact: Fact) {
        let n = fact.number.index
        if n >= count {
            reserve(count: n + 1, slots: valueCount)
            (cells + count).initialize(repeating: Cell(), count: n + 1 - count)
            x.append(contentsOf: repeatElement(0, count: n + 1 - count))
            y.append(contentsOf: repeatElement(0, count: n + 1 - count))
            commune.append(contentsOf: repeatElement(0, count: n + 1 - count))
            gateway.append(contentsOf: repeatElement(.max, count: n + 1 - count))
            count = n + 1
        }
        let kind = kinds[fact.kind]
        if cells[n].kind != UInt8(fact.kind) {
            let slots = kind.properties.count
            reserve(count: count, slots: valueCount + slots)
            (values + valueCount).initialize(repeating: 0, count: slots)
            cells[n] = Cell()
            cells[n].kind = UInt8(fact.kind)
            cells[n].valueBase = UInt32(valueCount)
            valueCount += slots
        }
        let (mx, my) = fact.place?.mercator ?? (0, 0)
        (x[n], y[n], commune[n]) = (mx, my, index(ofCommune: fact.commune))
        gateway[n] = fact.gateway.value
        cells[n].programme = fact.programme
        cells[n].period = UInt16(clamping: (fact.period ?? kind.period).seconds)
        cells[n].nominal = UInt16(clamping: fact.nominal)
        cells[n].standing = fact.standing
    }

    /// An asset that was removed from the inventory: its row stays, empty, since numbers are never reused.
    package func remove(_ number: Asset.Number) {
        guard number.index < count else { return }
        cells[number.index] = Cell()
        gateway[number.index] = .max
    }

    /// Marks the gateways through which something was heard: after a start, and after a new inventory.
    package func noteCarriers() {
        for n in 0..<count where cells[n].lastHeard != 0 { noteCarrier(of: n) }
    }

    @inline(__always)
    func noteCarrier(of asset: Int) {
        let carrier = Int(gateway[asset])
        if carrier < count, cells[carrier].kind != 255 { cells[carrier].flags.insert(.carries) }
    }

    /// The room did not listen for so long: what is awaited of devices never heard is awaited as much later.
    func postponeFirstWords(by seconds: Int64) {
        for n in 0..<count where cells[n].lastHeard == 0 && cells[n].stateSince != 0 {
            cells[n].stateSince = UInt32(clamping: Int64(cells[n].stateSince) + seconds)
        }
    }

    package func index(ofCommune insee: String) -> UInt16 {
        if let known = communeIndex[insee] { return known }
        guard communes.count < Int(UInt16.max) else { return 0 }
        let new = UInt16(communes.count)
        communes.append(insee)
        communeIndex[insee] = new
        return new
    }

    /// The last known values of an asset, by slot; nil where never reported.
    package func lastValues(_ number: Asset.Number) -> [Int32?] {
        let cell = cells[number.index]
        guard cell.kind != 255 else { return [] }
        return kinds[Int(cell.kind)].properties.indices.map {
            cell.present & (1 << UInt16($0)) == 0 ? nil : values[Int(cell.valueBase) + $0]
        }
    }
}

extension Board.Cell {
    @inline(__always)
    package mutating func set(_ flag: Board.Flags, _ on: Bool) {
        if on { flags.insert(flag) } else { flags.remove(flag) }
    }
}
