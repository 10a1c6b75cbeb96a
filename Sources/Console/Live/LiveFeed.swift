// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Foundation
import NIOCore
import Synchronization

/// News to open pages: what is published on a topic is rendered once and the same bytes go to all who listen.
/// Delivery never waits: who is too slow loses its queue and is told to fetch the page again (`resync`).
///
/// `alarms` is a topic as whoever sees all hears it; `alarms:9f2c…` is a part of it, for all who see the same part. A part stands while
/// somebody hears it (see `LiveParts.swift`).
package final class LiveFeed: Sendable {
    /// May this person hear this topic? Set once by the desk that owns the topics; unknown topics are refused.
    package let mayHear: @Sendable (Person, String) -> Bool
    let limits: Limits
    /// Of the clocks on the wall of the room, for the times in fragments.
    let zone: TimeZone
    let state = Mutex(State())

    package struct Limits: Sendable {
        /// Events that may wait for one listener before it is resynchronised.
        package var waiting = 32
        /// Bytes that may wait for one listener.
        package var waitingBytes = 1 << 20
        /// Events a topic remembers for `Last-Event-ID`.
        package var remembered = 64
        package var listeners = 20_000
        package var topicsPerListener = 64
        package init() {}
    }

    struct State {
        /// The number of the first event of this feed: nothing is known of those before.
        var firstEvent: UInt64 = 1
        var listeners: [UInt64: Listener] = [:]
        var topics: [String: Topic] = [:]
        /// By topic key: the number of the last news that was not kept, since nobody heard the topic.
        var missed: [String: UInt64] = [:]
        var nextListener: UInt64 = 1
        var nextEvent: UInt64 = 1
        var statistics = Statistics()
    }

    struct Topic {
        var listeners: [UInt64: Listener] = [:]
        var recent: [(id: UInt64, event: LiveEvent)] = []
        /// Somebody who was admitted to it: of a part, all who may hear it see the same.
        var person: Person?
        /// Of a part: the last news on the whole before it was heard, of which it may have missed something.
        var missed: UInt64 = 0

        mutating func remember(_ id: UInt64, _ event: LiveEvent, most: Int) {
            recent.append((id, event))
            if recent.count > most { recent.removeFirst(recent.count - most) }
        }
    }

    package struct Statistics: Sendable, Hashable {
        package var listeners = 0
        package var published: UInt64 = 0
        package var delivered: UInt64 = 0
        package var bytes: UInt64 = 0
        package var resyncs: UInt64 = 0
        package var refused: UInt64 = 0
    }

    /// - Parameter first: the number of the first event, greater than all that an earlier feed of this house gave, so that a page from
    ///   before a restart is told to fetch itself again.
    package init(
        limits: Limits = Limits(), zone: TimeZone = Audience.paris, first: UInt64 = 1,
        mayHear: @escaping @Sendable (Person, String) -> Bool = { _, _ in true }
    ) {
        (self.limits, self.zone, self.mayHear) = (limits, zone, mayHear)
        state.withLock { ($0.firstEvent, $0.nextEvent) = (first, first) }
    }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.listeners = state.listeners.count
            return statistics
        }
    }

    /// No room for another stream.
    package var isFull: Bool { state.withLock { $0.listeners.count >= limits.listeners } }

    /// Does anybody listen? Ask before rendering something costly.
    package func hasListeners(_ topic: String) -> Bool {
        state.withLock { state in
            Language.allCases.contains { state.topics[Self.key(topic, $0)]?.listeners.isEmpty == false }
        }
    }

    /// The number of the newest event. A page that carries the number from before its data were read asks for what came after it.
    package var newest: UInt64 { state.withLock { $0.nextEvent - 1 } }

    /// There is news: does anybody listen? Where nobody does it need not be rendered, and whoever comes with an older page is told to
    /// fetch it again.
    package func wants(_ topic: String) -> Bool {
        if hasListeners(topic) { return true }
        miss([topic])
        return false
    }

    /// There was news on these topics that nobody heard.
    package func miss(_ topics: some Collection<String>) {
        guard !topics.isEmpty else { return }
        state.withLock { state in
            for topic in topics {
                for language in Language.allCases { state.missed[Self.key(topic, language)] = state.nextEvent }
            }
            state.nextEvent += 1
        }
    }

    /// Topics with at least one listener that begin with `prefix`, without the language.
    package func topics(prefix: String) -> [String] {
        state.withLock { state in
            var found: Set<String> = []
            for (key, topic) in state.topics where key.hasPrefix(prefix) && !topic.listeners.isEmpty {
                found.insert(String(key.dropLast(3)))
            }
            return found.sorted()
        }
    }

    /// Bytes that are the same for every language (map deltas, numbers). `event` is the SSE event name.
    package func publish(topic: String, event: String, data: String) {
        let id = state.withLock { $0.takeEventID() }
        deliver(
            id: id, event: LiveEvent(id: id, event: event, topic: topic, data: data), keys: Language.allCases.map { Self.key(topic, $0) })
    }

    /// A fragment of a page, rendered once for each language that somebody listens in.
    package func publish(topic: String, event: String, html: HTML) {
        let id = state.withLock { $0.takeEventID() }
        for language in Language.allCases {
            let key = Self.key(topic, language)
            let isHeard = state.withLock { state in
                if state.topics[key] == nil, Self.whole(of: topic) == nil { state.missed[key] = id }
                return state.topics[key] != nil
            }
            guard isHeard else { continue }
            let data = html.string(for: Audience(language, zone: zone))
            deliver(id: id, event: LiveEvent(id: id, event: event, topic: topic, data: data), keys: [key])
        }
    }

    static func key(_ topic: String, _ language: Language) -> String { topic + "@" + language.rawValue }
}
