// SPDX-License-Identifier: EUPL-1.2

import Foundation

extension Configuration {
    /// A city's broker to which Vigie connects as a client.
    struct Broker: Sendable, Equatable {
        var host: String
        var port: Int
        var isTLS: Bool
        var user: String
        var password: String
        /// What to subscribe to.
        var topics: [String]
        /// Name of a shared subscription (MQTT 5 §4.8.2), or ''.
        var share: String
        /// PEM of the broker's authority where the system's do not suffice, or ''.
        var ca: String

        /// From `mqtts://user:password@host:8883?topic=a/%23&topic=b&share=vigie&ca=/etc/…`.
        init(text: String) throws {
            let right = WrongValue(right: "'mqtt://host' or 'mqtts://user:password@host:8883?topic=vigie/1/%23'")
            guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["mqtt", "mqtts"].contains(scheme),
                let host = parts.host, !host.isEmpty
            else { throw right }
            var topics: [String] = [], share = "", ca = ""
            for item in parts.queryItems ?? [] {
                switch item.name {
                case "topic": topics.append(item.value ?? "")
                case "share": share = item.value ?? ""
                case "ca": ca = item.value ?? ""
                default: throw WrongValue(right: "only 'topic', 'share' and 'ca' after the '?', not '\(item.name)'")
                }
            }
            self.host = host
            isTLS = scheme == "mqtts"
            port = parts.port ?? (isTLS ? 8883 : 1883)
            (user, password) = (parts.user ?? "", parts.password ?? "")
            self.topics = topics.isEmpty ? ["vigie/1/+/#"] : topics
            (self.share, self.ca) = (share, ca)
        }
    }
}
