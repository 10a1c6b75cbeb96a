// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Synchronization

/// Orders on their way to the broker, kept over reconnects in memory with a bound. Safe from any thread.
final class BrokerOutbox: Sendable {
    private struct Content {
        var queue: [OrderFrame] = []
        var underWay: [(packetID: UInt16, frame: OrderFrame)] = []
        var lastPacketID: UInt16 = 0
    }

    private let content = Mutex(Content())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// How many did not fit.
    func append(_ frames: [OrderFrame]) -> Int {
        content.withLock { content in
            let room = max(0, limit - content.queue.count - content.underWay.count)
            content.queue.append(contentsOf: frames.prefix(room))
            return max(0, frames.count - room)
        }
    }

    /// The next one to publish, or nil where there is none or the window is full. 65 535 is the identifier of SUBSCRIBE.
    func next(window: Int) -> (UInt16, OrderFrame)? {
        content.withLock { content in
            guard !content.queue.isEmpty, content.underWay.count < window else { return nil }
            repeat {
                content.lastPacketID = content.lastPacketID >= .max - 1 ? 1 : content.lastPacketID + 1
            } while content.underWay.contains { $0.packetID == content.lastPacketID }
            let frame = content.queue.removeFirst()
            content.underWay.append((content.lastPacketID, frame))
            return (content.lastPacketID, frame)
        }
    }

    func acknowledge(_ id: UInt16) -> Bool {
        content.withLock { content in
            guard let index = content.underWay.firstIndex(where: { $0.packetID == id }) else { return false }
            content.underWay.remove(at: index)
            return true
        }
    }

    /// Takes back all that waits for a gateway, published and not acknowledged included.
    func withdraw(_ gateway: Asset.Number) {
        content.withLock { content in
            content.queue.removeAll { $0.gateway == gateway }
            content.underWay.removeAll { $0.frame.gateway == gateway }
        }
    }

    var underWay: [(packetID: UInt16, frame: OrderFrame)] { content.withLock { $0.underWay } }

    /// The broker lost our session: what was under way goes out as new [MQTT-4.1.0-1].
    func forgetUnderWay() {
        content.withLock { content in
            content.queue = content.underWay.map(\.frame) + content.queue
            content.underWay = []
        }
    }
}
