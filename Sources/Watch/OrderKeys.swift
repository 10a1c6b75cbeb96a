// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// What a program gives with an order so that asking again, after an answer that was lost on the way, is not ordering again.
package struct OrderKey: Sendable, Hashable {
    /// Keys of one account do not meet those of another.
    package var account: Int64
    package var text: String
    /// SHA-256 of what was asked: the same key with another order is an error of the program, and refused.
    package var digest: [UInt8]
    package init(account: Int64, text: String, digest: [UInt8]) { (self.account, self.text, self.digest) = (account, text, digest) }

    /// So long a key is remembered.
    package static let kept = Span.days(7)
}

/// A key that an order was placed under.
package struct KeptOrderKey: Sendable, Hashable {
    package var key: OrderKey
    package var order: UInt64
    package var at: Instant
    package init(key: OrderKey, order: UInt64, at: Instant) { (self.key, self.order, self.at) = (key, order, at) }
}

extension OrderBook {
    struct KeyName: Hashable {
        var account: Int64
        var text: String
    }

    /// The order that was placed under this key, or nil where there is none.
    /// - Throws: `.otherOrderUnderKey` where the key was used for something else.
    package func placed(under key: OrderKey, at now: Instant) throws(OrderError) -> UInt64? {
        guard let kept = keys[KeyName(account: key.account, text: key.text)], now - kept.at < OrderKey.kept else { return nil }
        guard kept.key.digest == key.digest else { throw .otherOrderUnderKey(kept.order) }
        return kept.order
    }

    /// Binds a key to the order just placed; kept in the same transaction as the order itself.
    package func remember(_ key: OrderKey, order: UInt64, at now: Instant) {
        let kept = KeptOrderKey(key: key, order: order, at: now)
        keys[KeyName(account: key.account, text: key.text)] = kept
        output.records.keys.append(kept)
        if keys.count > 10_000 { keys = keys.filter { now - $0.value.at < OrderKey.kept } }
    }
}
