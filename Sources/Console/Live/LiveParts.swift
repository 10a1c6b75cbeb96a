// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// A part of a topic, `alarms:9f2c…`: what those hear who may see only some of it. It begins with its first listener and ends with its
/// last, so nothing is made for parts that nobody hears; all who may hear one part see the same, so it is rendered once for them.
///
/// News goes to the whole topic first (published there, or noted as missed), then to its parts. So whoever comes with a page from before
/// the last news on the whole at which their part was not yet heard is told to fetch it again, and misses nothing.
package struct LivePart: Sendable {
    /// `alarms`.
    package let whole: String
    /// `alarms:9f2c…`.
    package let topic: String
    /// One of those who may hear it.
    package let person: Person
}

extension LiveFeed {
    /// The topic of which this is a part; nil where it is a whole one.
    static func whole(of topic: String) -> String? { topic.firstIndex(of: ":").map { String(topic[..<$0]) } }

    /// The parts that somebody hears, of all topics that begin with `prefix`. Ask after the news was given to the whole.
    package func parts(prefix: String) -> [LivePart] {
        state.withLock { state in
            var found: [String: LivePart] = [:]
            for (key, topic) in state.topics where key.hasPrefix(prefix) && !topic.listeners.isEmpty {
                let name = String(key.dropLast(3))
                guard let whole = Self.whole(of: name), let person = topic.person else { continue }
                found[name] = LivePart(whole: whole, topic: name, person: person)
            }
            return found.values.sorted { $0.topic < $1.topic }
        }
    }

    /// Tells whoever hears a topic to fetch their page again.
    package func askAgain(_ topic: String) {
        let id = state.withLock { $0.takeEventID() }
        deliver(
            id: id, event: LiveEvent(id: id, event: "resync", topic: topic, data: ""), keys: Language.allCases.map { Self.key(topic, $0) })
    }
}

extension LiveFeed.State {
    /// The number of the last news on a topic, heard or not; counts are none.
    func lastNews(on key: String) -> UInt64 {
        max(missed[key] ?? 0, topics[key]?.recent.last { $0.event.isKept }?.id ?? 0)
    }
}
