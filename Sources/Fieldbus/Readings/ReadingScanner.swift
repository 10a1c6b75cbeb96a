// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Turns JSON readings into columns, straight from the bytes as they came off the wire. docs/protocols.md, 'A reading', is the form.
///
/// One bad reading of an array does not lose the others; one bad value of a reading does not lose its other values. Only broken JSON
/// ends a document: what stood before the break is taken. Everything that is left out is counted by reason.
/// A scanner keeps scratch memory: make one per thread and use it again.
package struct ReadingScanner {
    /// A payload with more members in one reading than this is refused as `overflow`.
    package static let maximumMembers = 64

    private struct Member {
        var key: UnsafeBufferPointer<UInt8>
        var number: DecimalNumber
        var isNumber: Bool
        var at: Int
    }

    private struct Scope {
        let directory: Directory
        let gateway: Asset.Number?
        let asset: Asset.Number?
    }

    private var members: ContiguousArray<Member> = []
    private let unescaped = ScratchText()
    /// Where answers by line are wanted, the first thing that was wrong with the reading at hand.
    private var firstFault: Fault?
    private var firstKey = ""
    private var wantsAnswers = false
    private var answers: [LineAnswer] = []

    package init() { members.reserveCapacity(ReadingScanner.maximumMembers) }

    /// Scans one payload: a reading, an array of readings, `{"readings":[…]}`, or several of these one after the other.
    /// - Parameters:
    ///   - gateway: only readings of this asset and of those that speak through it are taken; nil takes all.
    ///   - asset: whose reading it is where the topic says so; then a reading needs no `id`, and a different one is refused.
    /// - Returns: how many readings were taken.
    @discardableResult
    package mutating func scan(
        _ bytes: UnsafeRawBufferPointer, directory: Directory, gateway: Asset.Number?, asset: Asset.Number? = nil,
        into batch: inout ReadingBatch, refusals: inout RefusalCounts
    ) -> Int {
        let before = batch.count
        let scope = Scope(directory: directory, gateway: gateway, asset: asset)
        do throws(Fault) {
            guard let base = bytes.baseAddress, !bytes.isEmpty else { throw Fault(refusal: .notJSON, what: "the payload is empty", at: 0) }
            var cursor = JSONCursor(UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: bytes.count))
            cursor.skipSpace()
            repeat {
                try document(&cursor, scope, &batch, &refusals)
                cursor.skipSpace()
            } while !cursor.isAtEnd
        } catch {
            refusals[error.refusal] += 1
            firstFault = error
            firstKey = ""
            answer(isTaken: false)
        }
        return batch.count - before
    }

    /// Scans a document as `scan` does and answers for each of its readings.
    package mutating func scanDocument(
        _ bytes: UnsafeRawBufferPointer, directory: Directory, gateway: Asset.Number?, into batch: inout ReadingBatch,
        refusals: inout RefusalCounts
    ) -> [LineAnswer] {
        answers = []
        wantsAnswers = true
        scan(bytes, directory: directory, gateway: gateway, into: &batch, refusals: &refusals)
        wantsAnswers = false
        return answers
    }

    /// Scans NDJSON: one document a line, the answer by line; empty lines are passed over. Broken JSON loses its own line only.
    package mutating func scanLines(
        _ bytes: UnsafeRawBufferPointer, directory: Directory, gateway: Asset.Number?, into batch: inout ReadingBatch,
        refusals: inout RefusalCounts
    ) -> [LineAnswer] {
        var all: [LineAnswer] = []
        var number = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[rest.startIndex..<end]
            rest = rest[min(end + 1, rest.endIndex)...]
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let found = scanDocument(
                UnsafeRawBufferPointer(rebasing: line), directory: directory, gateway: gateway, into: &batch, refusals: &refusals)
            var answer = found.first { $0.refusal != nil } ?? LineAnswer(number: number, isTaken: true)
            answer.number = number
            answer.isTaken = found.contains { $0.isTaken }
            all.append(answer)
        }
        return all
    }

    private mutating func document(
        _ cursor: inout JSONCursor, _ scope: Scope, _ batch: inout ReadingBatch, _ refusals: inout RefusalCounts
    ) throws(Fault) {
        switch cursor.peek {
        case UInt8(ascii: "{"): try reading(&cursor, scope, &batch, &refusals, isOutermost: true)
        case UInt8(ascii: "["): try array(&cursor, scope, &batch, &refusals)
        default: throw cursor.fault("a reading starts with '{', an array of readings with '['")
        }
    }

    private mutating func array(
        _ cursor: inout JSONCursor, _ scope: Scope, _ batch: inout ReadingBatch, _ refusals: inout RefusalCounts
    ) throws(Fault) {
        guard cursor.take(UInt8(ascii: "[")) else { throw cursor.fault("an array is expected here") }
        if cursor.take(UInt8(ascii: "]")) { return }
        repeat {
            if cursor.peek == UInt8(ascii: "{") {
                try reading(&cursor, scope, &batch, &refusals, isOutermost: false)
            } else {
                note(cursor.fault("a reading is an object", .wrongType), &refusals)
                try cursor.skipValue()
                answer(isTaken: false)
            }
            cursor.skipSpace()
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "]")) else { throw cursor.fault("',' or ']' is expected here") }
    }

    /// The head of a reading while its members go by.
    private struct Head {
        var asset: Asset.Number?
        var time: Instant?
        var sequence: UInt32 = 0
        var problem: Fault?
        var isEnvelope = false
        var at: Int

        mutating func refuse(_ fault: Fault) { if problem == nil { problem = fault } }
    }

    private mutating func reading(
        _ cursor: inout JSONCursor, _ scope: Scope, _ batch: inout ReadingBatch, _ refusals: inout RefusalCounts, isOutermost: Bool
    ) throws(Fault) {
        var head = Head(asset: scope.asset, at: cursor.offset)
        members.removeAll(keepingCapacity: true)
        unescaped.clear()
        guard cursor.take(UInt8(ascii: "{")) else { throw cursor.fault("an object is expected here") }
        if !cursor.take(UInt8(ascii: "}")) {
            repeat {
                let key = plain(try cursor.text())
                cursor.skipSpace()
                guard cursor.take(UInt8(ascii: ":")) else { throw cursor.fault("':' is expected after a key") }
                if isOutermost, key.count == 8, cursor.peek == UInt8(ascii: "["), key.elementsEqual("readings".utf8) {
                    head.isEnvelope = true
                    try array(&cursor, scope, &batch, &refusals)
                    members.removeAll(keepingCapacity: true)
                } else {
                    try member(key, &cursor, &head, scope)
                }
                cursor.skipSpace()
            } while cursor.take(UInt8(ascii: ","))
            guard cursor.take(UInt8(ascii: "}")) else { throw cursor.fault("',' or '}' is expected here") }
        }
        if head.isEnvelope { return }
        answer(isTaken: take(head, scope, &batch, &refusals))
    }

    /// Goes over one value and remembers it.
    @inline(__always)
    private mutating func member(
        _ key: UnsafeBufferPointer<UInt8>, _ cursor: inout JSONCursor, _ head: inout Head, _ scope: Scope
    ) throws(Fault) {
        switch key.count {
        case 1 where key[0] == UInt8(ascii: "t"): try time(&cursor, &head)
        case 2 where key[0] == UInt8(ascii: "i") && key[1] == UInt8(ascii: "d"): try identity(&cursor, &head, scope)
        case 3 where key[0] == UInt8(ascii: "s") && key[1] == UInt8(ascii: "e") && key[2] == UInt8(ascii: "q"):
            try sequence(&cursor, &head)
        default:
            guard members.count < ReadingScanner.maximumMembers else {
                head.refuse(cursor.fault("a reading has at most 64 members", .overflow))
                return try cursor.skipValue()
            }
            let at = cursor.offset
            switch cursor.peek {
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                members.append(Member(key: key, number: try cursor.number(), isNumber: true, at: at))
            case UInt8(ascii: "n"): _ = try cursor.literal()
            default:
                try cursor.skipValue()
                members.append(Member(key: key, number: DecimalNumber(mantissa: 0, exponent: 0), isNumber: false, at: at))
            }
        }
    }

    private mutating func identity(_ cursor: inout JSONCursor, _ head: inout Head, _ scope: Scope) throws(Fault) {
        guard cursor.peek == UInt8(ascii: "\"") else {
            head.refuse(cursor.fault("'id' is a string: the asset's identity", .wrongType))
            return try cursor.skipValue()
        }
        let at = cursor.offset
        let text = plain(try cursor.text())
        guard let asset = scope.directory.find(text) else {
            return head.refuse(Fault(refusal: .unknownDevice, what: "no asset of the inventory has this 'id'", at: at))
        }
        if let expected = scope.asset, expected != asset {
            return head.refuse(Fault(refusal: .badTopic, what: "'id' is not the asset that the topic names", at: at))
        }
        head.asset = asset
    }

    @inline(__always)
    private mutating func time(_ cursor: inout JSONCursor, _ head: inout Head) throws(Fault) {
        let at = cursor.offset
        switch cursor.peek {
        case UInt8(ascii: "\""):
            head.time = TimeText.instant(plain(try cursor.text()))
            if head.time == nil {
                head.refuse(Fault(refusal: .wrongType, what: "'t' is ISO 8601 with an offset, like 2026-11-21T18:04:05Z", at: at))
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            head.time = TimeText.instant(try cursor.number())
            if head.time == nil {
                head.refuse(Fault(refusal: .outOfRange, what: "'t' lies between the years 1970 and 9999", at: at))
            }
        default:
            head.refuse(cursor.fault("'t' is a time in ISO 8601, or seconds or milliseconds since 1970", .wrongType))
            try cursor.skipValue()
        }
    }

    @inline(__always)
    private mutating func sequence(_ cursor: inout JSONCursor, _ head: inout Head) throws(Fault) {
        let at = cursor.offset
        switch cursor.peek {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try cursor.number()
            if number.exponent >= 0, let whole = number.scaled(decimals: 0), let sequence = UInt32(exactly: whole) {
                head.sequence = sequence
            } else {
                head.refuse(Fault(refusal: .outOfRange, what: "'seq' is a whole number, 0 to 4294967295", at: at))
            }
        case UInt8(ascii: "n"): _ = try cursor.literal()
        default:
            head.refuse(cursor.fault("'seq' is a whole number, 0 to 4294967295", .wrongType))
            try cursor.skipValue()
        }
    }

    /// Resolves the members by the asset's kind and appends the reading. False where it was refused.
    private mutating func take(_ head: Head, _ scope: Scope, _ batch: inout ReadingBatch, _ refusals: inout RefusalCounts) -> Bool {
        if let problem = head.problem {
            note(problem, &refusals)
            return false
        }
        guard let asset = head.asset else {
            note(Fault(refusal: .missingField, what: "'id' is missing: the asset's identity", at: head.at), &refusals)
            return false
        }
        guard let time = head.time else {
            note(Fault(refusal: .missingField, what: "'t' is missing: the time of the reading", at: head.at), &refusals)
            return false
        }
        guard scope.directory.speaks(asset, through: scope.gateway) else {
            note(Fault(refusal: .notYours, what: "this asset does not speak through this gateway", at: head.at), &refusals)
            return false
        }
        let kindIndex = scope.directory.kindOf[asset.index]
        guard kindIndex != 255 else {
            note(Fault(refusal: .unknownDevice, what: "this asset was removed from the inventory", at: head.at), &refusals)
            return false
        }
        var values = InlineArray<16, Int32>(repeating: 0)
        let mask = resolve(kindIndex, scope.directory, &values, &refusals)
        batch.assets.append(asset.value)
        batch.times.append(time.milliseconds)
        batch.sequences.append(head.sequence)
        batch.masks.append(mask)
        var left = mask
        while left != 0 {
            batch.values.append(values[left.trailingZeroBitCount])
            left &= left &- 1
        }
        return true
    }

    /// The values by slot; of a key that stands twice the last counts.
    private mutating func resolve(
        _ kindIndex: UInt8, _ directory: Directory, _ values: inout InlineArray<16, Int32>, _ refusals: inout RefusalCounts
    ) -> UInt16 {
        var mask: UInt16 = 0
        for i in members.indices {
            let member = members[i]
            guard let slot = directory.slot(kindIndex: kindIndex, key: member.key) else {
                note(
                    Fault(refusal: .unknownProperty, what: "this kind of asset has no such property", at: member.at), &refusals, member.key)
                continue
            }
            guard member.isNumber else {
                note(Fault(refusal: .wrongType, what: "the value of a property is a number", at: member.at), &refusals, member.key)
                continue
            }
            let scale = directory.scale(kindIndex: kindIndex, slot: slot)
            guard let scaled = member.number.scaled(decimals: scale.decimals), scaled >= scale.lowest, scaled <= scale.highest else {
                note(Fault(refusal: .outOfRange, what: "the value lies outside the property's range", at: member.at), &refusals, member.key)
                continue
            }
            values[slot] = Int32(truncatingIfNeeded: scaled)
            mask |= 1 << UInt16(truncatingIfNeeded: slot)
        }
        return mask
    }

    /// A string without escapes as it stands in the document, another one unescaped into memory that lives until the next reading.
    @inline(__always)
    private mutating func plain(_ text: JSONCursor.Text) -> UnsafeBufferPointer<UInt8> {
        text.isEscaped ? unescaped.keep(JSONCursor.unescape(text.bytes)) : text.bytes
    }

    /// Counts a fault and, where answers are wanted, keeps the first of a reading.
    private mutating func note(_ fault: Fault, _ refusals: inout RefusalCounts, _ key: UnsafeBufferPointer<UInt8>? = nil) {
        refusals[fault.refusal] += 1
        guard wantsAnswers, firstFault == nil else { return }
        firstFault = fault
        firstKey = key.map { String(decoding: $0.prefix(64), as: UTF8.self) } ?? ""
    }

    private mutating func answer(isTaken: Bool) {
        defer { firstFault = nil }
        guard wantsAnswers else { return }
        let why = firstFault.map { (firstKey.isEmpty ? "" : "'\(firstKey)': ") + words($0) } ?? ""
        answers.append(LineAnswer(number: answers.count + 1, isTaken: isTaken, refusal: firstFault?.refusal, why: why))
    }

    private func words(_ fault: Fault) -> String { "\(fault.what) (at byte \(fault.at))" }
}

/// Keeps unescaped strings at fixed addresses until `clear`.
final class ScratchText {
    private var blocks: [UnsafeMutableBufferPointer<UInt8>] = []

    func keep(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
        let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        _ = block.initialize(from: bytes)
        blocks.append(block)
        return UnsafeBufferPointer(start: block.baseAddress, count: bytes.count)
    }

    @inline(__always) func clear() { if !blocks.isEmpty { free() } }

    private func free() {
        for block in blocks { block.deallocate() }
        blocks.removeAll(keepingCapacity: true)
    }

    deinit { free() }
}
