// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The open chunks of all assets, encoded as they arrive: about 200 bytes an asset whatever it sends. Confined to the turn's thread.
/// Full chunks wait here until `keepFull` has written them and the transaction is committed; nothing is lost where that fails.
package final class Staging {
    /// Bytes of encoded readings an asset gathers before they become a chunk; about 35 readings of a lamp.
    package static let chunkBytes = 128
    /// So many late readings are worth a write of their own.
    static let manyLate = 4096

    private let arenas: [SlabArena]
    private let kindNames: [String]
    /// By asset number: kind in the top five bits, then the slab in that kind's arena; all ones where there is none.
    private var places: ContiguousArray<UInt32> = []
    private let scratch: UnsafeMutableRawPointer
    /// Closed chunks, oldest first.
    private(set) var full: [Chunk] = []
    /// Full chunks that the journal lacked when `discardKept` last looked.
    private var stayed = 0
    /// Readings that came after a later one of the same asset.
    private(set) var late: [UInt32: [Sample]] = [:]
    private var lateCount = 0

    package init(kinds: [Kind]) {
        precondition(kinds.count < 32)
        arenas = kinds.map { SlabArena(slots: $0.properties.count, chunkBytes: Staging.chunkBytes) }
        kindNames = kinds.map(\.name.text)
        scratch = .allocate(byteCount: 256, alignment: 8)
        scratch.initializeMemory(as: UInt8.self, repeating: 0, count: 256)
    }

    deinit { scratch.deallocate() }

    /// Takes one reading.
    /// - Parameters:
    ///   - kindIndex: the asset's kind, as in the array given to `init`; an asset keeps its kind.
    ///   - values: as many as `mask` has bits, in slot order.
    @inline(__always)
    package func add(asset: Asset.Number, kindIndex: Int, at: Instant, mask: UInt16, values: UnsafePointer<Int32>) {
        let slab = slab(asset.value, kindIndex)
        let time = at.milliseconds
        guard time > slab.last else { return addLate(asset.value, at, mask, values) }
        let mask = mask & UInt16(truncatingIfNeeded: (1 << slab.slots) - 1)
        if slab.count > 0, !Staging.stepFits(time, after: slab.last) { close(slab, asset.value) }
        if slab.isWholeSeconds, time % 1000 != 0 {
            close(slab, asset.value)
            slab.isWholeSeconds = false
        }
        let capacity = Staging.chunkBytes * 8
        if !slab.append(time, mask, values, scratch: scratch, capacity: capacity) {
            close(slab, asset.value)
            _ = slab.append(time, mask, values, scratch: scratch, capacity: capacity)
        }
    }

    /// A step must fit the 32 bits of the code; a longer silence begins a new chunk.
    @inline(__always)
    static func stepFits(_ time: Int64, after last: Int64) -> Bool { time &- last <= Int64(Int32.max) && time > last }

    package var hasFullChunks: Bool { !full.isEmpty || lateCount >= Staging.manyLate }
    /// For the health page.
    package var bytes: Int { arenas.reduce(0) { $0 + $1.bytes } + places.count * 4 }

    /// Writes the full chunks, with late readings of the same assets. They leave here when the transaction is committed.
    package func keepFull(in transaction: Transaction) throws {
        let assets = lateCount >= Staging.manyLate ? Array(late.keys) : Set(full.map(\.asset)).filter { late[$0] != nil }
        // A late reading may fall into the open chunk: then that goes along, so that they can be merged.
        for asset in assets { if let slab = existing(asset) { close(slab, asset) } }
        try keep(full, late: assets, transaction)
    }

    /// Writes everything, open chunks too: when the room closes.
    package func keepAll(in transaction: Transaction) throws {
        for asset in places.indices { if let slab = existing(UInt32(asset)) { close(slab, UInt32(asset)) } }
        try keep(full, late: Array(late.keys), transaction)
    }

    private func keep(_ chunks: [Chunk], late assets: [UInt32], _ transaction: Transaction) throws {
        guard !chunks.isEmpty || !assets.isEmpty else { return }
        let late = Dictionary(uniqueKeysWithValues: assets.map { ($0, self.late[$0] ?? []) })
        try HistoryStore.keep(chunks, late: late, kindOf: { self.kindName($0) }, in: transaction)
        transaction.afterCommit { [self] in
            full.removeFirst(chunks.count)
            for (asset, samples) in late {
                lateCount -= samples.count
                self.late[asset]!.removeFirst(samples.count)
                if self.late[asset]!.isEmpty { self.late[asset] = nil }
            }
        }
    }

    /// Drops the full chunks that the journal has, while a start replays turns that it covers. One whose last reading the journal lacks stays:
    /// where a late reading closed a chunk early, the same readings are cut elsewhere when they are played again. Keeping it twice is harmless.
    package func discardKept(in transaction: Transaction) throws {
        guard !full.isEmpty else { return }
        let assets = Set(full.map(\.asset)).sorted()
        var kept: [UInt32: Int64] = [:]
        for begin in stride(from: 0, to: assets.count, by: 400) {
            let some = Array(assets[begin..<min(begin + 400, assets.count)])
            kept.merge(try HistoryStore.keptThrough(some, transaction)) { $1 }
        }
        full.removeAll { chunk in kept[chunk.asset].map { chunk.finish <= $0 } ?? false }
        stayed = full.count
    }

    /// So many full chunks since the last look are worth another one at what the journal has.
    package var isWorthDiscarding: Bool { full.count >= stayed + 20_000 }

    /// What is known of an asset and not yet in the journal.
    package func staged(asset: Asset.Number) -> StagedSamples {
        var samples: [Sample] = []
        for chunk in full where chunk.asset == asset.value { samples = SampleRules.merge(samples, chunk.samples ?? []) }
        if let slab = existing(asset.value), slab.count > 0 {
            samples = SampleRules.merge(samples, slab.chunk(asset: asset.value).samples ?? [])
        }
        if let late = late[asset.value] { samples = SampleRules.merge(samples, SampleRules.ordered(late)) }
        return StagedSamples(samples: samples)
    }

    @inline(__always)
    private func slab(_ asset: UInt32, _ kindIndex: Int) -> Slab {
        if Int(asset) < places.count {
            let place = places[Int(asset)]
            if place != UInt32.max { return arenas[Int(place >> 27)].slab(Int(place & 0x7FF_FFFF)) }
        }
        return open(asset, kindIndex)
    }

    private func existing(_ asset: UInt32) -> Slab? {
        guard Int(asset) < places.count, places[Int(asset)] != UInt32.max else { return nil }
        return arenas[Int(places[Int(asset)] >> 27)].slab(Int(places[Int(asset)] & 0x7FF_FFFF))
    }

    @inline(never)
    func open(_ asset: UInt32, _ kindIndex: Int) -> Slab {
        while places.count <= Int(asset) { places.append(UInt32.max) }
        let index = arenas[kindIndex].add()
        places[Int(asset)] = UInt32(kindIndex) << 27 | UInt32(index)
        let slab = arenas[kindIndex].slab(index)
        slab.clear()
        (slab.kind, slab.last, slab.isWholeSeconds) = (UInt8(kindIndex), Int64.min, true)
        return slab
    }

    @inline(never)
    private func close(_ slab: Slab, _ asset: UInt32) {
        if slab.count > 0 { full.append(slab.chunk(asset: asset)) }
        slab.clear()
    }

    @inline(never)
    private func addLate(_ asset: UInt32, _ at: Instant, _ mask: UInt16, _ values: UnsafePointer<Int32>) {
        late[asset, default: []].append(
            Sample(at: at, mask: mask, values: Array(UnsafeBufferPointer(start: values, count: mask.nonzeroBitCount))))
        lateCount += 1
    }

    private func kindName(_ asset: UInt32) -> String { existing(asset).map { kindNames[Int($0.kind)] } ?? "" }

    // MARK: For the snapshot

    func eachOpen(_ body: (UInt32, Slab) -> Void) {
        for asset in places.indices { if let slab = existing(UInt32(asset)) { body(UInt32(asset), slab) } }
    }

    var kindCount: Int { arenas.count }
    func slots(ofKind kind: Int) -> Int { arenas[kind].slots }

    func take(full: [Chunk], late: [UInt32: [Sample]]) {
        (self.full, self.late) = (full, late)
        lateCount = late.values.reduce(0) { $0 + $1.count }
    }
}

/// Slabs of one kind, in blocks that never move.
final class SlabArena {
    let slots: Int
    let stride: Int
    private var blocks: [UnsafeMutableRawPointer] = []
    private var count = 0
    private static let perBlock = 1024

    init(slots: Int, chunkBytes: Int) {
        self.slots = slots
        // The bit writer stores eight bytes at a time: eight more than the bits need.
        stride = Slab.headerBytes(slots: slots) + chunkBytes + 8
    }

    deinit { for block in blocks { block.deallocate() } }

    var bytes: Int { blocks.count * SlabArena.perBlock * stride }

    @inline(__always)
    func slab(_ index: Int) -> Slab { Slab(base: blocks[index >> 10] + (index & 1023) * stride, slots: slots) }

    func add() -> Int {
        if count == blocks.count * SlabArena.perBlock {
            let block = UnsafeMutableRawPointer.allocate(byteCount: SlabArena.perBlock * stride, alignment: 64)
            block.initializeMemory(as: UInt8.self, repeating: 0, count: SlabArena.perBlock * stride)
            blocks.append(block)
        }
        count += 1
        return count - 1
    }
}
