// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// How it stands with one broker, for the health page and the metrics.
package struct BrokerStanding: Sendable, Hashable {
    /// Host and port.
    package var name: String
    /// Connected, and all filters subscribed.
    package var isReady: Bool
    /// Since when it is so; nil before the first attempt is over.
    package var since: Instant?
    /// Connections since start that the broker accepted.
    package var connects: Int
    /// The last thing that went wrong; '' where nothing did.
    package var lastTrouble: String

    package init(name: String, isReady: Bool, since: Instant? = nil, connects: Int = 0, lastTrouble: String = "") {
        (self.name, self.isReady, self.since, self.connects, self.lastTrouble) = (name, isReady, since, connects, lastTrouble)
    }
}
