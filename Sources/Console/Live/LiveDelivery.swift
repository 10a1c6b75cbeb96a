// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import NIOCore
import Synchronization

extension LiveFeed.State {
    mutating func takeEventID() -> UInt64 {
        defer { nextEvent += 1 }
        statistics.published += 1
        return nextEvent
    }
}

extension LiveFeed {
    /// Remembers the event on each topic key and offers the same bytes to each listener once. Each event loop is woken once at most.
    func deliver(id: UInt64, event: LiveEvent, keys: [String]) {
        let listeners = state.withLock { state -> [Listener] in
            var found: [Listener] = []
            for key in keys {
                guard let place = state.topics.index(forKey: key) else {
                    // Counts come anew every second: what was missed of them is nothing. Of a part, the whole says what was missed.
                    if event.isKept, Self.whole(of: key) == nil { state.missed[key] = id }
                    continue
                }
                state.topics.values[place].remember(id, event, most: limits.remembered)
                found.append(contentsOf: state.topics.values[place].listeners.values)
            }
            return found
        }
        var delivered: UInt64 = 0
        var wakes = Wakes()
        for listener in listeners {
            let outcome = listener.offer(event)
            if outcome.isAccepted { delivered += 1 }
            if let outlet = outcome.asleep { wakes.add(outlet, on: outlet.eventLoop) }
        }
        wakes.go()
        state.withLock { [delivered, count = UInt64(listeners.count)] state in
            state.statistics.delivered += delivered
            state.statistics.bytes += delivered * UInt64(event.bytes.readableBytes)
            state.statistics.resyncs += count - delivered
        }
    }

    /// A new listener, or nil where the house is full. `after` is the last event it saw: what was remembered since is queued at once;
    /// where the memory does not reach back that far, a `resync`. Its `hello` gives its number, then a line for each topic that it may not
    /// hear.
    func join(_ person: Person, language: Language, topics: [String], after: UInt64?) -> Listener? {
        let topics = topics.prefix(limits.topicsPerListener)
        let heard = Set(topics.filter { mayHear(person, $0) })
        let refused = topics.filter { !heard.contains($0) }
        return state.withLock { state in
            guard state.listeners.count < limits.listeners else {
                state.statistics.refused += 1
                return nil
            }
            let listener = Listener(number: state.nextListener, person: person, language: language, limits: limits)
            state.nextListener += 1
            state.listeners[listener.number] = listener
            let hello = ["\(listener.number)"] + refused
            _ = listener.offer(LiveEvent(id: state.nextEvent - 1, event: "hello", topic: "", data: hello.joined(separator: "\n")))
            subscribe(listener, to: heard, as: person, in: &state)
            if let after { replay(to: listener, after: after, in: state) }
            return listener
        }
    }

    func leave(_ listener: Listener) {
        state.withLock { state in
            subscribe(listener, to: [], as: listener.person, in: &state)
            state.listeners[listener.number] = nil
        }
        listener.close()
    }

    /// Changes what an open stream hears. False where there is no such stream of this person.
    func retune(_ number: UInt64, person: Person, topics: [String]) -> Bool {
        let heard = Set(topics.prefix(limits.topicsPerListener).filter { mayHear(person, $0) })
        return state.withLock { state in
            guard let listener = state.listeners[number], listener.person.account == person.account else { return false }
            subscribe(listener, to: heard, as: person, in: &state)
            return true
        }
    }

    /// Ends the streams of an account: its sessions were ended or its rights changed.
    package func hangUp(account: Int64) {
        hangUp { $0.account == account }
    }

    /// Ends the streams of those persons for whom it says so. A person is as they were when their stream was opened.
    package func hangUp(where isOver: (Person) -> Bool) {
        let all = state.withLock { Array($0.listeners.values) }
        for listener in all where isOver(listener.person) { leave(listener) }
    }

    /// Ends every stream, for the shutdown.
    package func hangUp() {
        for listener in state.withLock({ Array($0.listeners.values) }) { leave(listener) }
    }

    /// - Parameter person: as they are now, who was admitted to each of the topics.
    private func subscribe(_ listener: Listener, to topics: Set<String>, as person: Person, in state: inout State) {
        for old in listener.topics.subtracting(topics) {
            let key = Self.key(old, listener.language)
            state.topics[key]?.listeners[listener.number] = nil
            // A part, a cell of the map, or a name that nothing was ever published on, is not remembered.
            guard let topic = state.topics[key], topic.listeners.isEmpty else { continue }
            let isPart = Self.whole(of: old) != nil
            guard isPart || old.hasPrefix("map/") || topic.recent.isEmpty else { continue }
            if let last = topic.recent.last, !isPart { state.missed[key] = max(state.missed[key] ?? 0, last.id) }
            state.topics[key] = nil
        }
        for topic in topics {
            let key = Self.key(topic, listener.language)
            if state.topics[key] == nil {
                let missed = Self.whole(of: topic).map { state.lastNews(on: Self.key($0, listener.language)) } ?? 0
                state.topics[key] = Topic(person: person, missed: missed)
            }
            state.topics[key]?.listeners[listener.number] = listener
        }
        listener.setTopics(topics)
    }

    private func replay(to listener: Listener, after: UInt64, in state: State) {
        var missed: [(id: UInt64, event: LiveEvent)] = []
        for topic in listener.topics {
            let key = Self.key(topic, listener.language)
            let recent = state.topics[key]?.recent ?? []
            let reachesBack = recent.count < limits.remembered || recent[0].id <= after + 1
            let unheard = max(state.missed[key] ?? 0, state.topics[key]?.missed ?? 0)
            guard reachesBack, unheard <= after, after < state.nextEvent, after >= state.firstEvent - 1 else {
                _ = listener.offer(LiveEvent(id: state.nextEvent - 1, event: "resync", topic: topic, data: ""))
                return
            }
            missed += recent.filter { $0.id > after }
        }
        for (_, event) in missed.sorted(by: { $0.id < $1.id }) { _ = listener.offer(event) }
    }
}
