// SPDX-License-Identifier: EUPL-1.2

/// What one property did in one hour.
struct HourSummary: Sendable, Hashable {
    var count: UInt32
    var least: Int32
    var most: Int32
    var sum: Int64
    var last: Int32

    init(_ value: Int32) { (count, least, most, sum, last) = (1, value, value, Int64(value), value) }

    mutating func add(_ value: Int32) {
        count &+= 1
        least = min(least, value)
        most = max(most, value)
        sum &+= Int64(value)
        last = value
    }

    /// Adds an hour's later part.
    mutating func add(_ later: HourSummary, isLater: Bool = true) {
        count &+= later.count
        least = min(least, later.least)
        most = max(most, later.most)
        sum &+= later.sum
        if isLater { last = later.last }
    }
}

/// The hours of one day (UTC) of one asset. Row `history_day (asset, day, bytes)`, `day` counted from 1970-01-01; the bytes:
///
///     byte 0     version 1
///     bytes 1–2  mask of slots
///     then bits, slot by slot: 24 bits (bit h: hour h is there), then for each hour there, coded as in `BitCode` with a level each:
///       count − the hour before's, least − the hour before's (0 before the first, zigzag), most − least; where that is not 0 also
///       last − least, and sum − least × count in two coded halves (above and below bit 16)
struct DaySummary: Sendable, Hashable {
    static let version: UInt8 = 1

    /// By slot × 24 + hour.
    private(set) var hours: [HourSummary?]

    init() { hours = [HourSummary?](repeating: nil, count: 16 * 24) }

    subscript(slot: Int, hour: Int) -> HourSummary? {
        get { hours[slot * 24 + hour] }
        set { hours[slot * 24 + hour] = newValue }
    }

    mutating func add(_ value: Int32, slot: Int, hour: Int) {
        let i = slot * 24 + hour
        if hours[i] == nil { hours[i] = HourSummary(value) } else { hours[i]!.add(value) }
    }

    /// Adds a part of the day; `isLater` says for an hour whether the part's last value is the hour's last.
    mutating func add(_ part: DaySummary, isLater: (_ hour: Int) -> Bool = { _ in true }) {
        for i in hours.indices {
            guard let more = part.hours[i] else { continue }
            if hours[i] == nil { hours[i] = more } else { hours[i]!.add(more, isLater: isLater(i % 24)) }
        }
    }

    var bytes: [UInt8] {
        let slots = (0..<16).filter { slot in (0..<24).contains { self[slot, $0] != nil } }
        let mask = slots.reduce(UInt16(0)) { $0 | 1 << UInt16($1) }
        // An hour takes at most six wide numbers with their marks: 300 bits.
        let room = slots.count * (4 + 24 * 40) + 16
        let packed = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
            buffer.initialize(repeating: 0)
            var writer = BitWriter(UnsafeMutableRawPointer(buffer.baseAddress!))
            for slot in slots { write(slot, &writer) }
            filled = (writer.bits + 7) / 8
        }
        return [DaySummary.version, UInt8(mask & 0xFF), UInt8(mask >> 8)] + packed
    }

    private func write(_ slot: Int, _ writer: inout BitWriter) {
        let present = (0..<24).reduce(UInt64(0)) { self[slot, $1] == nil ? $0 : $0 | 1 << UInt64($1) }
        writer.put(present, 24)
        var levels = DaySummary.Levels()
        var (count, least) = (UInt32(0), Int32(0))
        for hour in 0..<24 {
            guard let h = self[slot, hour] else { continue }
            writer.put(zigzag(Int32(bitPattern: h.count &- count)), level: &levels.count)
            writer.put(zigzag(h.least &- least), level: &levels.least)
            (count, least) = (h.count, h.least)
            let range = UInt32(bitPattern: h.most &- h.least)
            writer.put(range, level: &levels.range)
            guard range != 0 else { continue }
            writer.put(UInt32(bitPattern: h.last &- h.least), level: &levels.last)
            let rest = UInt64(bitPattern: h.sum &- Int64(h.least) &* Int64(h.count))
            writer.put(UInt32(truncatingIfNeeded: rest >> 16), level: &levels.high)
            writer.put(UInt32(rest & 0xFFFF), level: &levels.low)
        }
    }

    private struct Levels { var (count, least, range, last, high, low) = (UInt8(16), UInt8(24), UInt8(16), UInt8(16), UInt8(0), UInt8(48)) }

    /// Nil where the bytes are damaged.
    init?(_ bytes: [UInt8]) {
        self.init()
        guard DaySummary.each(bytes, slots: .max, { self[$0, $1] = $2 }) else { return nil }
    }

    /// Calls `body` with slot, hour and summary for the slots of a mask.
    /// - Returns: false where the bytes are damaged.
    static func each(_ bytes: [UInt8], slots wanted: UInt16, _ body: (Int, Int, HourSummary) -> Void) -> Bool {
        guard bytes.count >= 3, bytes[0] == version else { return false }
        let mask = UInt16(bytes[1]) | UInt16(bytes[2]) << 8
        // One slot runs on for at most 24 hours of six wide numbers before the check: 7 200 bits.
        let padded = bytes + [UInt8](repeating: 0, count: 1024)
        return padded.withUnsafeBytes { all in
            var reader = BitReader(all.baseAddress! + 3)
            for slot in 0..<16 where mask >> UInt16(slot) & 1 == 1 {
                read(&reader) { if wanted >> UInt16(slot) & 1 == 1 { body(slot, $0, $1) } }
                guard reader.bits <= (bytes.count - 3) * 8 else { return false }
            }
            return true
        }
    }

    private static func read(_ reader: inout BitReader, _ body: (Int, HourSummary) -> Void) {
        let present = reader.take(24)
        var levels = Levels()
        var (count, least) = (UInt32(0), Int32(0))
        for hour in 0..<24 where present >> UInt64(hour) & 1 == 1 {
            count = count &+ UInt32(bitPattern: unzigzag(reader.take(level: &levels.count)))
            least = least &+ unzigzag(reader.take(level: &levels.least))
            var h = HourSummary(least)
            h.count = count
            h.sum = Int64(least) &* Int64(count)
            let range = reader.take(level: &levels.range)
            if range != 0 {
                h.most = least &+ Int32(bitPattern: range)
                h.last = least &+ Int32(bitPattern: reader.take(level: &levels.last))
                let high = UInt64(reader.take(level: &levels.high))
                h.sum = h.sum &+ Int64(bitPattern: high << 16 | UInt64(reader.take(level: &levels.low) & 0xFFFF))
            }
            body(hour, h)
        }
    }
}
