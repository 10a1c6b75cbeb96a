// SPDX-License-Identifier: EUPL-1.2

package import Fieldbus

/// How the ways in from the field stand: the room's own MQTT listener, and the brokers of the city.
package struct WaysIn: Sendable {
    package var listener: FieldStatistics.Snapshot
    package var brokers: [BrokerStanding]

    package init(listener: FieldStatistics.Snapshot = FieldStatistics().now, brokers: [BrokerStanding] = []) {
        (self.listener, self.brokers) = (listener, brokers)
    }

    /// Brokers from which nothing can come now.
    var away: [BrokerStanding] { brokers.filter { !$0.isReady } }
}
