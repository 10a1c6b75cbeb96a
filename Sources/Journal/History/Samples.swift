// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One reading of one asset as the historian gives it back.
package struct Sample: Sendable, Hashable {
    package var at: Instant
    /// Bit n set: the property of slot n is present.
    package var mask: UInt16
    /// In slot order, as many as `mask` has bits; scaled by the property's decimals.
    package var values: [Int32]

    package init(at: Instant, mask: UInt16, values: [Int32]) { (self.at, self.mask, self.values) = (at, mask, values) }

    package func value(slot: Int) -> Int32? {
        guard mask >> UInt16(slot) & 1 == 1 else { return nil }
        return values[(mask & ((1 << UInt16(slot)) - 1)).nonzeroBitCount]
    }
}

/// What is known of an asset and not in the journal yet.
package struct StagedSamples: Sendable {
    /// In order of time, each time once.
    package var samples: [Sample]
    package init(samples: [Sample] = []) { self.samples = samples }
    package static let none = StagedSamples()
}

/// Pure rules over samples.
enum SampleRules {
    /// Both lists (each in order of time, each time once) as one. Where a time is in both, the older list's values stay and the other adds
    /// the properties that it lacks: a repeated message changes nothing.
    static func merge(_ old: [Sample], _ new: [Sample]) -> [Sample] {
        guard let firstNew = new.first else { return old }
        guard let lastOld = old.last, lastOld.at >= firstNew.at else { return old + new }
        var merged: [Sample] = []
        merged.reserveCapacity(old.count + new.count)
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if j == new.count || i < old.count && old[i].at < new[j].at {
                merged.append(old[i])
                i += 1
            } else if i == old.count || new[j].at < old[i].at {
                merged.append(new[j])
                j += 1
            } else {
                merged.append(union(old[i], new[j]))
                (i, j) = (i + 1, j + 1)
            }
        }
        return merged
    }

    /// In order of time, each time once.
    static func ordered(_ samples: [Sample]) -> [Sample] {
        var ordered: [Sample] = []
        for sample in samples.enumerated().sorted(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }).map(\.element) {
            if let last = ordered.last, last.at == sample.at {
                ordered[ordered.count - 1] = union(last, sample)
            } else {
                ordered.append(sample)
            }
        }
        return ordered
    }

    private static func union(_ a: Sample, _ b: Sample) -> Sample {
        guard b.mask & ~a.mask != 0 else { return a }
        let mask = a.mask | b.mask
        return Sample(at: a.at, mask: mask, values: (0..<16).compactMap { a.value(slot: $0) ?? b.value(slot: $0) })
    }

    /// Samples as chunks of at most `bytes` each.
    static func chunks(_ samples: [Sample], asset: UInt32, bytes: Int) -> [Chunk] {
        let header = Slab.headerBytes(slots: 16)
        let slabBytes = header + bytes + 16
        let memory = UnsafeMutableRawPointer.allocate(byteCount: slabBytes + 256, alignment: 8)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: slabBytes + 256)
        defer { memory.deallocate() }
        let slab = Slab(base: memory, slots: 16)
        slab.clear()
        slab.isWholeSeconds = samples.allSatisfy { $0.at.milliseconds % 1000 == 0 }
        var chunks: [Chunk] = []
        func append(_ sample: Sample) -> Bool {
            guard slab.count == 0 || Staging.stepFits(sample.at.milliseconds, after: slab.last) else { return false }
            return slab.append(
                sample.at.milliseconds, sample.mask, sample.values, scratch: memory + slabBytes, capacity: min(bytes * 8, 65_000))
        }
        for sample in samples where !append(sample) {
            chunks.append(slab.chunk(asset: asset))
            slab.clear()
            _ = append(sample)
        }
        if slab.count > 0 { chunks.append(slab.chunk(asset: asset)) }
        return chunks
    }
}

extension Chunk {
    /// All readings, or nil where the bytes are damaged.
    var samples: [Sample]? {
        var samples: [Sample] = []
        // A reading has at least one bit: a count beyond that is damage, and must not reserve memory.
        samples.reserveCapacity(min(count, bytes.count * 8))
        let isSound = each { at, mask, values in
            var compact: [Int32] = []
            compact.reserveCapacity(mask.nonzeroBitCount)
            var rest = mask
            while rest != 0 {
                compact.append(values[rest.trailingZeroBitCount])
                rest &= rest &- 1
            }
            samples.append(Sample(at: Instant(milliseconds: at), mask: mask, values: compact))
        }
        return isSound ? samples : nil
    }
}

extension SampleRules {
    /// What of `new` is not in `old`: samples at other times, or with properties that the old one of that time lacks.
    static func fresh(_ new: [Sample], over old: [Sample]) -> [Sample] {
        let known = Dictionary(old.map { ($0.at, $0.mask) }, uniquingKeysWith: { $0 | $1 })
        return new.compactMap { sample in
            guard let mask = known[sample.at] else { return sample }
            let rest = sample.mask & ~mask
            return rest == 0
                ? nil
                : Sample(
                    at: sample.at, mask: rest, values: (0..<16).compactMap { rest >> UInt16($0) & 1 == 1 ? sample.value(slot: $0) : nil })
        }
    }
}
