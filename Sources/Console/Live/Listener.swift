// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore
import Synchronization

/// One open stream: a short queue that a publisher fills and the stream's own task empties. Filling never waits.
final class Listener: Sendable {
    let number: UInt64
    let person: Person
    let language: Language
    private let limits: LiveFeed.Limits
    private let state: Mutex<State>

    private struct State {
        var queue: [ByteBuffer] = []
        var bytes = 0
        var isResyncing = false
        var isClosed = false
        var topics: Set<String> = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    init(number: UInt64, person: Person, language: Language, limits: LiveFeed.Limits) {
        (self.number, self.person, self.language, self.limits) = (number, person, language, limits)
        state = Mutex(State())
    }

    var topics: Set<String> { state.withLock { $0.topics } }
    func setTopics(_ topics: Set<String>) { state.withLock { $0.topics = topics } }

    /// True where it was queued; false where the listener was too slow, its queue was dropped and a `resync` waits in its place.
    func offer(_ bytes: ByteBuffer) -> Bool {
        let (accepted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isClosed { return (true, nil) }
            var accepted = true
            if state.isResyncing {
                accepted = false
            } else if state.queue.count >= limits.waiting || state.bytes + bytes.readableBytes > limits.waitingBytes {
                state.queue = [ServerSentEvent.bytes(id: 0, event: "resync", topic: "", data: "")]
                state.bytes = 0
                state.isResyncing = true
                accepted = false
            } else {
                state.queue.append(bytes)
                state.bytes += bytes.readableBytes
            }
            defer { state.waiter = nil }
            return (accepted, state.waiter)
        }
        waiter?.resume()
        return accepted
    }

    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// All that waits, or nil once closed. Waits until there is something.
    func next() async -> [ByteBuffer]? {
        while true {
            let taken = state.withLock { state -> [ByteBuffer]?? in
                if !state.queue.isEmpty {
                    defer { (state.queue, state.bytes, state.isResyncing) = ([], 0, false) }
                    return state.queue
                }
                return state.isClosed ? .some(nil) : nil
            }
            if let taken { return taken }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.queue.isEmpty || state.isClosed { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}
