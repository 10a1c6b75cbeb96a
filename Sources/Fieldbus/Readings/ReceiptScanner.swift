// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Receipts up: `{"order":812,"results":[{"id":"L-1","ok":true},{"id":"L-2","ok":false,"why":"…"}]}` (docs/protocols.md, 'Receipts').
enum ReceiptScanner {
    /// A reason longer than this many bytes is cut.
    static let maximumReason = 200

    private struct Result {
        var asset: Asset.Number?
        var isAccepted: Bool?
        var reason = ""
        var refusal: Refusal?
    }

    /// Appends what the payload says of assets that speak through `gateway`; the rest is counted.
    static func scan(
        _ bytes: UnsafeRawBufferPointer, directory: Directory, gateway: Asset.Number, into receipts: inout [Receipt],
        refusals: inout RefusalCounts
    ) {
        var order: UInt64?
        var results: [Result] = []
        do throws(Fault) {
            guard !bytes.isEmpty else { throw Fault(refusal: .notJSON, what: "the payload is empty", at: 0) }
            var cursor = JSONCursor(bytes.assumingMemoryBound(to: UInt8.self))
            cursor.skipSpace()
            try cursor.members { (cursor, key) throws(Fault) in
                if key.bytes.elementsEqual("order".utf8), cursor.peek &- 0x30 < 10 {
                    order = try cursor.number().scaled(decimals: 0).flatMap { UInt64(exactly: $0) }
                } else if key.bytes.elementsEqual("results".utf8), cursor.peek == UInt8(ascii: "[") {
                    try cursor.elements { (cursor, _) throws(Fault) in results.append(try result(&cursor, directory)) }
                } else {
                    try cursor.skipValue()
                }
            }
        } catch {
            refusals[error.refusal] += 1
        }
        guard let order else {
            refusals[.missingField] += 1
            return
        }
        for result in results { take(result, order, gateway, directory, &receipts, &refusals) }
    }

    private static func result(_ cursor: inout JSONCursor, _ directory: Directory) throws(Fault) -> Result {
        var result = Result()
        try cursor.members { (cursor, key) throws(Fault) in
            if key.bytes.elementsEqual("id".utf8), cursor.peek == UInt8(ascii: "\"") {
                let text = try cursor.text()
                result.asset =
                    text.isEscaped
                    ? JSONCursor.unescape(text.bytes).withUnsafeBufferPointer { directory.find($0) } : directory.find(text.bytes)
                if result.asset == nil { result.refusal = .unknownDevice }
            } else if key.bytes.elementsEqual("ok".utf8), cursor.peek == UInt8(ascii: "t") || cursor.peek == UInt8(ascii: "f") {
                result.isAccepted = try cursor.literal() == .yes
            } else if key.bytes.elementsEqual("why".utf8), cursor.peek == UInt8(ascii: "\"") {
                let text = try cursor.text()
                let bytes = text.isEscaped ? JSONCursor.unescape(text.bytes) : Array(text.bytes)
                result.reason = String(decoding: bytes.prefix(maximumReason), as: UTF8.self)
            } else {
                try cursor.skipValue()
            }
        }
        return result
    }

    private static func take(
        _ result: Result, _ order: UInt64, _ gateway: Asset.Number, _ directory: Directory, _ receipts: inout [Receipt],
        _ refusals: inout RefusalCounts
    ) {
        if let refusal = result.refusal {
            refusals[refusal] += 1
            return
        }
        guard let asset = result.asset, let isAccepted = result.isAccepted else {
            refusals[.missingField] += 1
            return
        }
        guard directory.speaks(asset, through: gateway) else {
            refusals[.notYours] += 1
            return
        }
        receipts.append(Receipt(order: order, asset: asset, isAccepted: isAccepted, reason: result.reason))
    }
}

/// Link states up: `{"up":true}` as birth, `{"up":false}` as will.
enum LinkScanner {
    /// Nil where the payload is not a link state; then `refusals` says why.
    static func scan(_ bytes: UnsafeRawBufferPointer, refusals: inout RefusalCounts) -> Bool? {
        var isUp: Bool?
        do throws(Fault) {
            guard !bytes.isEmpty else { throw Fault(refusal: .notJSON, what: "the payload is empty", at: 0) }
            var cursor = JSONCursor(bytes.assumingMemoryBound(to: UInt8.self))
            cursor.skipSpace()
            try cursor.members { (cursor, key) throws(Fault) in
                if key.bytes.elementsEqual("up".utf8) {
                    switch try cursor.literal() {
                    case .yes: isUp = true
                    case .no: isUp = false
                    case .null: break
                    }
                } else {
                    try cursor.skipValue()
                }
            }
            if isUp == nil { refusals[.missingField] += 1 }
            return isUp
        } catch {
            refusals[error.refusal] += 1
            return nil
        }
    }
}
