// SPDX-License-Identifier: EUPL-1.2

/// Who is who, for the codecs: from the identity in a message to the asset's number, its kind's slots, its gateway.
/// A value made anew when the inventory changes and shared by all threads; looking up does not allocate.
package final class Directory: Sendable {
    package let kinds: [Kind]
    /// By asset number: index into `kinds`; 255 where the number is unused or the asset was removed.
    package let kindOf: ContiguousArray<UInt8>
    /// By asset number: the gateway through which it speaks, or `Asset.Number.none`.
    package let gatewayOf: ContiguousArray<UInt32>
    private let ids: ContiguousArray<UInt8>
    private let idEnds: ContiguousArray<UInt32>
    private let slots: ContiguousArray<UInt32>
    private let slotMask: Int
    private let properties: [PropertyTable]

    /// One asset as the directory needs it. Numbers may have gaps.
    package struct Entry: Sendable {
        package var number: Asset.Number
        package var id: Asset.ID
        package var kind: Asset.KindName
        package var gateway: Asset.Number
        package init(number: Asset.Number, id: Asset.ID, kind: Asset.KindName, gateway: Asset.Number = .none) {
            (self.number, self.id, self.kind, self.gateway) = (number, id, kind, gateway)
        }
    }

    /// Entries of a kind that is not in `kinds` are left out. `entries` in any order.
    package convenience init(kinds: [Kind], entries: [Entry]) {
        self.init(kinds: kinds, count: entries.reduce(0) { max($0, $1.number.index + 1) }, entries: entries)
    }

    package init(kinds: [Kind], count: Int, entries: some Sequence<Entry>) {
        self.kinds = kinds
        properties = kinds.map { PropertyTable($0.properties) }
        let kindIndex = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1.name, UInt8($0)) })
        var kindOf = ContiguousArray<UInt8>(repeating: 255, count: count)
        var gatewayOf = ContiguousArray<UInt32>(repeating: UInt32.max, count: count)
        var order = ContiguousArray<UInt32>(repeating: UInt32.max, count: count)
        var kept: [(Asset.Number, Asset.ID)] = []
        kept.reserveCapacity(count)
        for entry in entries {
            guard let kind = kindIndex[entry.kind] else { continue }
            kindOf[entry.number.index] = kind
            gatewayOf[entry.number.index] = entry.gateway.value
            order[entry.number.index] = UInt32(kept.count)
            kept.append((entry.number, entry.id))
        }
        var ids = ContiguousArray<UInt8>()
        ids.reserveCapacity(kept.count * 16)
        var ends = ContiguousArray<UInt32>(repeating: 0, count: count + 1)
        for number in 0..<count {
            if order[number] != UInt32.max { ids.append(contentsOf: kept[Int(order[number])].1.text.utf8) }
            ends[number + 1] = UInt32(ids.count)
        }
        var capacity = 16
        while capacity < kept.count * 2 { capacity *= 2 }
        var slots = ContiguousArray<UInt32>(repeating: UInt32.max, count: capacity)
        let mask = capacity - 1
        ids.withUnsafeBufferPointer { bytes in
            for number in 0..<count where order[number] != UInt32.max {
                let id = UnsafeBufferPointer(rebasing: bytes[Int(ends[number])..<Int(ends[number + 1])])
                var slot = Directory.hash(id) & mask
                while slots[slot] != UInt32.max { slot = (slot + 1) & mask }
                slots[slot] = UInt32(number)
            }
        }
        (self.kindOf, self.gatewayOf, self.ids, idEnds, self.slots, slotMask) = (kindOf, gatewayOf, ids, ends, slots, mask)
    }

    package var count: Int { kindOf.count }

    /// The asset with this identity (its UTF-8 bytes), or nil.
    package func find(_ id: UnsafeBufferPointer<UInt8>) -> Asset.Number? {
        guard !id.isEmpty, id.count <= 64 else { return nil }
        var slot = Directory.hash(id) & slotMask
        return slots.withUnsafeBufferPointer { slots in
            ids.withUnsafeBufferPointer { bytes in
                while slots[slot] != UInt32.max {
                    let number = slots[slot]
                    let start = Int(idEnds[Int(number)])
                    let end = Int(idEnds[Int(number) + 1])
                    if end - start == id.count, Directory.equal(bytes.baseAddress! + start, id.baseAddress!, id.count) {
                        return Asset.Number(number)
                    }
                    slot = (slot + 1) & slotMask
                }
                return nil
            }
        }
    }

    package func find(_ id: String) -> Asset.Number? {
        var id = id
        return id.withUTF8 { find($0) }
    }

    package func id(of number: Asset.Number) -> Asset.ID? {
        guard number.index < count, kindOf[number.index] != 255 else { return nil }
        return Asset.ID(String(decoding: ids[Int(idEnds[number.index])..<Int(idEnds[number.index + 1])], as: UTF8.self))
    }

    package func kind(of number: Asset.Number) -> Kind? {
        guard number.index < count, kindOf[number.index] != 255 else { return nil }
        return kinds[Int(kindOf[number.index])]
    }

    /// The slot of a property key within the kind of an asset, or nil.
    @inline(__always)
    package func slot(kindIndex: UInt8, key: UnsafeBufferPointer<UInt8>) -> Int? { properties[Int(kindIndex)].slot(key) }

    /// How the property of a slot is written and what is allowed of it. `slot` must be one of the kind's.
    package func scale(kindIndex: UInt8, slot: Int) -> Scale { properties[Int(kindIndex)].scales[slot] }

    /// How many properties the kind has.
    package func propertyCount(kindIndex: UInt8) -> Int { properties[Int(kindIndex)].scales.count }

    /// Does this asset speak through this gateway (or is it the gateway)? Nil speaks for all.
    package func speaks(_ asset: Asset.Number, through gateway: Asset.Number?) -> Bool {
        guard asset.index < gatewayOf.count else { return false }
        guard let gateway else { return true }
        return gatewayOf[asset.index] == gateway.value || asset == gateway
    }

    /// A property's decimals and its allowed range in scaled units.
    package struct Scale: Sendable {
        package let decimals: Int
        package let lowest: Int64
        package let highest: Int64
    }

    @inline(__always)
    private static func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ n: Int) -> Bool {
        var i = 0
        while i + 8 <= n {
            if UnsafeRawPointer(a + i).loadUnaligned(as: UInt64.self) != UnsafeRawPointer(b + i).loadUnaligned(as: UInt64.self) {
                return false
            }
            i += 8
        }
        while i < n {
            if a[i] != b[i] { return false }
            i += 1
        }
        return true
    }

    /// A short multiply-xor hash over eight bytes at a time; not for keys that an attacker chooses to insert.
    @inline(__always)
    private static func hash(_ id: UnsafeBufferPointer<UInt8>) -> Int {
        var h: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(id.count)
        var i = 0
        let p = id.baseAddress!
        while i + 8 <= id.count {
            h = (h ^ UnsafeRawPointer(p + i).loadUnaligned(as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            h ^= h >> 32
            i += 8
        }
        while i < id.count {
            h = (h ^ UInt64(p[i])) &* 0x1000_0000_01B3
            i += 1
        }
        h = (h ^ (h >> 29)) &* 0xC4CE_B9FE_1A85_EC53
        return Int(truncatingIfNeeded: (h ^ (h >> 32)) & 0x7FFF_FFFF)
    }
}

/// From a property's key to its slot: the first eight bytes of the key as a word, then the whole key.
struct PropertyTable: Sendable {
    private let words: [UInt64]
    private let keys: [[UInt8]]
    let scales: [Directory.Scale]

    init(_ properties: [Property]) {
        scales = properties.map {
            Directory.Scale(decimals: $0.decimals, lowest: Int64($0.range.lowerBound), highest: Int64($0.range.upperBound))
        }
        keys = properties.map { Array($0.key.utf8) }
        words = keys.map { key in key.withUnsafeBufferPointer(PropertyTable.word) }
    }

    func slot(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        let word = PropertyTable.word(key)
        for i in words.indices where words[i] == word && keys[i].count == key.count {
            if key.count <= 8 || keys[i].elementsEqual(key) { return i }
        }
        return nil
    }

    private static func word(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var w: UInt64 = 0
        for i in 0..<min(8, key.count) { w |= UInt64(key[i]) << UInt64(8 * i) }
        return w
    }
}
