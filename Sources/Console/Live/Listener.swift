// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore
import Synchronization

/// One open stream: a short queue that a publisher fills and the stream's outlet empties on its event loop. Filling never waits.
final class Listener: Sendable {
    let number: UInt64
    let person: Person
    let language: Language
    private let limits: LiveFeed.Limits
    private let state: Mutex<State>

    private struct State {
        var queue: [LiveEvent] = []
        var bytes = 0
        var isResyncing = false
        var isClosed = false
        var topics: Set<String> = []
        var outlet: NIOLoopBound<LiveOutlet>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    init(number: UInt64, person: Person, language: Language, limits: LiveFeed.Limits) {
        (self.number, self.person, self.language, self.limits) = (number, person, language, limits)
        state = Mutex(State())
    }

    var topics: Set<String> { state.withLock { $0.topics } }
    func setTopics(_ topics: Set<String>) { state.withLock { $0.topics = topics } }

    /// What became of an offer: `isAccepted` false where the listener was too slow, its queue was dropped and a `resync` waits in its
    /// place. `asleep` is the outlet that must be told, since nothing waited before.
    struct Outcome {
        var isAccepted = true
        var asleep: NIOLoopBound<LiveOutlet>?
    }

    func offer(_ event: LiveEvent) -> Outcome {
        state.withLock { state in
            if state.isClosed { return Outcome() }
            if state.isResyncing { return Outcome(isAccepted: false) }
            if state.queue.count >= limits.waiting || state.bytes + event.bytes.readableBytes > limits.waitingBytes {
                let wasEmpty = state.queue.isEmpty
                state.queue = [LiveEvent(id: 0, event: "resync", topic: "", data: "")]
                state.bytes = 0
                state.isResyncing = true
                return Outcome(isAccepted: false, asleep: wasEmpty ? state.outlet : nil)
            }
            state.queue.append(event)
            state.bytes += event.bytes.readableBytes
            return Outcome(asleep: state.queue.count == 1 ? state.outlet : nil)
        }
    }

    /// All that waits; the queue is empty after it.
    func take() -> [LiveEvent] {
        state.withLock { state in
            defer { (state.queue, state.bytes, state.isResyncing) = ([], 0, false) }
            return state.queue
        }
    }

    /// From now on what is offered wakes this outlet.
    func attach(_ outlet: NIOLoopBound<LiveOutlet>) { state.withLock { $0.outlet = outlet } }

    /// Nothing is taken any more; what waits is still written.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            state.outlet = nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once the listener is closed. One task waits at most.
    func closed() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isClosed { state.waiter = continuation }
                return state.isClosed
            }
            if isOver { continuation.resume() }
        }
    }
}

/// Outlets that have something to write, by event loop: each loop is told once, however many streams it has.
struct Wakes {
    private var groups: [(loop: any EventLoop, outlets: [NIOLoopBound<LiveOutlet>])] = []

    mutating func add(_ outlet: NIOLoopBound<LiveOutlet>, on loop: any EventLoop) {
        if let i = groups.firstIndex(where: { $0.loop === loop }) {
            groups[i].outlets.append(outlet)
        } else {
            groups.append((loop, [outlet]))
        }
    }

    func go() {
        for (loop, outlets) in groups {
            loop.execute { for outlet in outlets { outlet.value.drain() } }
        }
    }
}
