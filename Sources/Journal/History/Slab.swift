// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// The open chunk of one asset, as it lies in memory: what the encoder must know of the reading before, then the bits so far.
///
///     0 start   8 last time   16 expected step   20 bits   22 count   24 slots seen   26 last mask
///     28 kind   29 level of the times   30 1 where times are whole seconds   31 (free)
///     32 last value of each slot (4 bytes each), level of each slot (1 byte each), then the bits
struct Slab {
    let base: UnsafeMutableRawPointer
    let slots: Int

    static func headerBytes(slots: Int) -> Int { (32 + 5 * slots + 7) & ~7 }

    var start: Int64 {
        get { base.load(as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, as: Int64.self) }
    }
    var last: Int64 {
        get { base.load(fromByteOffset: 8, as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 8, as: Int64.self) }
    }
    var expected: Int32 {
        get { base.load(fromByteOffset: 16, as: Int32.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 16, as: Int32.self) }
    }
    var bits: Int {
        get { Int(base.load(fromByteOffset: 20, as: UInt16.self)) }
        nonmutating set { base.storeBytes(of: UInt16(truncatingIfNeeded: newValue), toByteOffset: 20, as: UInt16.self) }
    }
    var count: Int {
        get { Int(base.load(fromByteOffset: 22, as: UInt16.self)) }
        nonmutating set { base.storeBytes(of: UInt16(truncatingIfNeeded: newValue), toByteOffset: 22, as: UInt16.self) }
    }
    var seen: UInt16 {
        get { base.load(fromByteOffset: 24, as: UInt16.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 24, as: UInt16.self) }
    }
    var mask: UInt16 {
        get { base.load(fromByteOffset: 26, as: UInt16.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 26, as: UInt16.self) }
    }
    var kind: UInt8 {
        get { base.load(fromByteOffset: 28, as: UInt8.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 28, as: UInt8.self) }
    }
    var timeLevel: UInt8 {
        get { base.load(fromByteOffset: 29, as: UInt8.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: 29, as: UInt8.self) }
    }
    var isWholeSeconds: Bool {
        get { base.load(fromByteOffset: 30, as: UInt8.self) != 0 }
        nonmutating set { base.storeBytes(of: newValue ? 1 : 0, toByteOffset: 30, as: UInt8.self) }
    }
    private var values: UnsafeMutablePointer<Int32> { (base + 32).assumingMemoryBound(to: Int32.self) }
    private var levels: UnsafeMutablePointer<UInt8> { (base + 32 + 4 * slots).assumingMemoryBound(to: UInt8.self) }
    private var payload: UnsafeMutableRawPointer { base + Slab.headerBytes(slots: slots) }

    /// Encodes one reading behind the others.
    /// - Parameters:
    ///   - scratch: zeroed memory for one row; zeroed again on return.
    ///   - capacity: bits that the slab holds.
    /// - Returns: false where it does not fit (nothing was added, and the state is spoilt: `clear` before going on).
    @inline(__always)
    func append(_ at: Int64, _ newMask: UInt16, _ new: UnsafePointer<Int32>, scratch: UnsafeMutableRawPointer, capacity: Int) -> Bool {
        var writer = BitWriter(scratch)
        let count = self.count
        if count == 0 { start = at } else { step(at, count, &writer) }
        if newMask == mask && count > 0 { writer.put(0, 1) } else { writer.put(1 | UInt64(newMask) << 1, 17) }
        var (rest, seen, i) = (newMask, seen, 0)
        let (values, levels) = (values, levels)
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest &- 1
            if seen &>> UInt16(slot) & 1 == 0 {
                seen |= 1 &<< UInt16(slot)
                writer.wide(zigzag(new[i]))
                levels[slot] = firstLevel
            } else {
                writer.put(zigzag(new[i] &- values[slot]), level: &levels[slot])
            }
            values[slot] = new[i]
            i &+= 1
        }
        guard bits + writer.bits <= capacity else {
            scratch.initializeMemory(as: UInt8.self, repeating: 0, count: (writer.bits + 7) / 8)
            return false
        }
        (self.seen, mask, last) = (seen, newMask, at)
        move(scratch, writer.bits)
        self.count = count + 1
        return true
    }

    @inline(__always)
    private func step(_ at: Int64, _ count: Int, _ writer: inout BitWriter) {
        let step = Int32(truncatingIfNeeded: isWholeSeconds ? (at &- last) / 1000 : at &- last)
        if count == 1 {
            writer.wide(zigzag(step))
            expected = step
        } else {
            var level = timeLevel
            writer.put(zigzag(step &- expected), level: &level)
            timeLevel = level
            expected = Chunk.next(expected, step)
        }
    }

    /// Moves a row's bits behind those of the slab, and clears the scratch.
    @inline(__always)
    private func move(_ scratch: UnsafeMutableRawPointer, _ count: Int) {
        var writer = BitWriter(payload, bits: bits)
        var left = count
        var place = scratch
        while left > 0 {
            let n = min(left, 32)
            writer.put(UInt64(place.load(as: UInt32.self)), n)
            place.storeBytes(of: 0, as: UInt32.self)
            place += 4
            left -= n
        }
        bits = writer.bits
    }

    /// Empties it; what it learnt of the source's clock stays.
    func clear() {
        payload.initializeMemory(as: UInt8.self, repeating: 0, count: (bits + 7) / 8 + 8)
        (bits, count, seen, mask, timeLevel) = (0, 0, 0, 0, firstLevel)
    }

    var chunkBytes: [UInt8] {
        let head = Chunk.version | (isWholeSeconds ? Chunk.secondsFlag : 0)
        return [head] + UnsafeRawBufferPointer(start: payload, count: (bits + 7) / 8)
    }

    /// The open chunk as it would be kept now.
    func chunk(asset: UInt32) -> Chunk { Chunk(asset: asset, start: start, finish: last, count: count, bytes: chunkBytes) }
}
