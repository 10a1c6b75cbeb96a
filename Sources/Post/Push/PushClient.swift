// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Crypto
package import Errand
package import Journal

/// Sends push messages to the services of browsers (RFC 8030) as errands: a browser gives the address, so a stranger does.
package final class PushClient: Sendable {
    package enum Outcome: Sendable, Hashable {
        case sent
        /// The browser has ended its subscription (404, 410).
        case gone
        case later(String, pause: Span?)
        case refused(String)
    }

    package let identity: PushIdentity
    private let errands: Errands

    /// - Parameter contact: `mailto:…` or `https://…` of whoever answers for this house.
    package init(journal: Journal, contact: String, errands: Errands) throws {
        let secret = try journal.writeHere { try OutboxStore.secret("vapid", make: PushIdentity.makeSecret, in: $0) }
        identity = try PushIdentity(secret: secret, contact: contact)
        self.errands = errands
    }

    func send(_ message: OutboxStore.Message, at now: Instant) async -> Outcome {
        let keys = message.keys.split(separator: " ").map(String.init)
        guard keys.count == 2, let subscription = PushSubscription(endpoint: message.recipient, p256dh: keys[0], auth: keys[1]),
            let endpoint = WebAddress(message.recipient), message.body.count <= PushEncryption.longest
        else { return .refused("the subscription is not right") }
        do {
            let body = try PushEncryption.encrypt(message.body, key: subscription.key, secret: subscription.secret)
            // Of messages about one thing only the last is shown (§5.4); the name says nothing to the service.
            let topic = Base64URL.text(Array(SHA256.hash(data: Array(message.topic.utf8))).prefix(18))
            let headers: [(name: String, value: String)] = [
                ("TTL", "86400"), ("Urgency", "normal"), ("Topic", topic), ("Content-Encoding", "aes128gcm"),
                ("Content-Type", "application/octet-stream"),
                ("Authorization", try identity.authorization(for: endpoint, seconds: now.seconds)),
            ]
            return PushClient.outcome(
                try await errands.run(Errand(.post, endpoint, headers: headers, body: body, wanted: .head, patience: .seconds(10))))
        } catch ErrandFault.inside {
            return .refused("the service is at a private address")
        } catch { return .later("\(error)".prefix(200).description, pause: nil) }
    }

    static func outcome(_ answer: ErrandAnswer) -> Outcome {
        switch answer.status {
        case 200...299: .sent
        case 404, 410: .gone
        case 408, 425, 429, 500...599: .later("the push service answers \(answer.status)", pause: answer.pause)
        default: .refused("the push service answers \(answer.status)")
        }
    }
}
