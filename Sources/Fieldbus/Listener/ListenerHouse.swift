// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Logging
import Synchronization

/// What all connections of one listener share.
final class ListenerHouse: Sendable {
    let configuration: MQTTListenerConfiguration
    let sessions: Sessions
    let doorkeeper: Doorkeeper
    let log: Logger
    private let names = Atomic<Int>(0)
    private let closing = Atomic<Bool>(false)

    init(configuration: MQTTListenerConfiguration, sessions: Sessions, doorkeeper: Doorkeeper, log: Logger) {
        (self.configuration, self.sessions, self.doorkeeper, self.log) = (configuration, sessions, doorkeeper, log)
    }

    /// The room is closing: that connections end says nothing about the gateways.
    var isClosing: Bool { closing.load(ordering: .acquiring) }
    func willClose() { closing.store(true, ordering: .releasing) }

    /// For clients that leave their identifier to us.
    func nextName() -> Int { names.wrappingAdd(1, ordering: .relaxed).newValue }
}
