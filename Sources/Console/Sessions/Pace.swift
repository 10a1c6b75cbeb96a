// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// Requests a minute by whoever asks (an address, a person, a key): a bucket that holds one minute's allowance and fills evenly.
package final class Pace: Sendable {
    private let buckets = Mutex([String: Bucket]())
    package init() {}

    static let capacity = 50_000

    private struct Bucket {
        var left: Double
        var at: Instant
    }

    /// Nil where the request may go on, else the seconds to wait.
    package func take(_ who: String, perMinute: Int, at now: Instant) -> Int? {
        let rate = Double(max(1, perMinute)) / 60_000
        return buckets.withLock { buckets in
            if buckets.count >= Self.capacity, buckets[who] == nil {
                buckets = buckets.filter { (now - $0.value.at).milliseconds < 60_000 }
                if buckets.count >= Self.capacity { buckets.removeAll() }
            }
            var bucket = buckets[who] ?? Bucket(left: Double(max(1, perMinute)), at: now)
            let passed = Double(max(0, (now - bucket.at).milliseconds))
            bucket.left = min(Double(max(1, perMinute)), bucket.left + passed * rate)
            bucket.at = now
            defer { buckets[who] = bucket }
            guard bucket.left >= 1 else { return Int(((1 - bucket.left) / rate / 1000).rounded(.up)) }
            bucket.left -= 1
            return nil
        }
    }
}
