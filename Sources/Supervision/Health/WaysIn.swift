// SPDX-License-Identifier: EUPL-1.2

package import Fieldbus

/// How the ways in from the field stand: the room's own MQTT listener, and the brokers of the city.
package struct WaysIn: Sendable {
    package var listener: FieldStatistics.Snapshot
    package var brokers: [BrokerStanding]
    /// Gateways may come in: false in the first moments of a start.
    package var isListening: Bool

    package init(listener: FieldStatistics.Snapshot = FieldStatistics().now, brokers: [BrokerStanding] = [], isListening: Bool = true) {
        (self.listener, self.brokers, self.isListening) = (listener, brokers, isListening)
    }

    /// Brokers from which nothing can come now.
    var away: [BrokerStanding] { brokers.filter { !$0.isReady } }
}
