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
        /// Our own certificate and key (PEM), where the broker asks for them, or ''.
        var certificate: String
        var key: String
        /// The client identifier under which the broker keeps our session; rooms that share a subscription need one each.
        var client: String

        /// From `mqtts://user:password@host:8883?topic=a/%23&topic=b&share=vigie&client=vigie-a&ca=/etc/…&cert=…&key=…`.
        init(text: String) throws {
            let right = WrongValue(right: "'mqtt://host' or 'mqtts://user:password@host:8883?topic=vigie/1/%23'")
            guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["mqtt", "mqtts"].contains(scheme),
                let host = parts.host, !host.isEmpty, (1...65_535).contains(parts.port ?? 1883)
            else { throw right }
            var (topics, given): ([String], [String: String]) = ([], [:])
            for item in parts.queryItems ?? [] {
                switch item.name {
                case "topic": topics.append(try Self.filter(item.value ?? ""))
                case "share", "client", "ca", "cert", "key": given[item.name] = item.value ?? ""
                default:
                    throw WrongValue(right: "only 'topic', 'share', 'client', 'ca', 'cert' and 'key' after the '?', not '\(item.name)'")
                }
            }
            guard given["share"] == nil || given["client"] != nil else {
                throw WrongValue(right: "'client=' beside 'share=': each room of the group has a client identifier of its own")
            }
            guard (given["cert"] == nil) == (given["key"] == nil) else { throw WrongValue(right: "'cert=' and 'key=' together") }
            self.host = host
            isTLS = scheme == "mqtts"
            port = parts.port ?? (isTLS ? 8883 : 1883)
            (user, password) = (parts.user ?? "", parts.password ?? "")
            (self.topics, share, ca) = (topics, given["share"] ?? "", given["ca"] ?? "")
            (certificate, key) = (given["cert"] ?? "", given["key"] ?? "")
            client = given["client"] ?? "vigie-\(host)-\(port)"
        }

        /// A filter of topics as MQTT has it (5 §4.7.1): `+` stands for a whole level, `#` for the rest.
        private static func filter(_ text: String) throws -> String {
            let levels = text.split(separator: "/", omittingEmptySubsequences: false)
            let isWell = levels.enumerated().allSatisfy { i, level in
                level == "+" || (level == "#" && i == levels.count - 1) || !level.contains { $0 == "+" || $0 == "#" }
            }
            guard !text.isEmpty, text.utf8.count <= 65_535, isWell, !text.hasPrefix("$share/") else {
                throw WrongValue(right: "a filter such as 'topic=vigie/1/%23' ('#' is written %23), not '\(text)'")
            }
            return text
        }
    }
}
