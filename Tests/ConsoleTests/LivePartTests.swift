// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Hummingbird
import Synchronization
import Testing

@testable import Console

@Suite struct LivePartTests {
    private func person(_ account: Int64) -> Person { Person(account: account, login: "p\(account)", name: "", grants: []) }
    private func heard(_ listener: Listener?) -> String { (listener?.take() ?? []).map { String(buffer: $0.bytes) }.joined() }

    @Test func aPartStandsFromItsFirstListenerToItsLast() throws {
        let feed = LiveFeed()
        let first = try #require(feed.join(person(1), language: .french, topics: ["alarms:x", "map/1/2:x"], after: nil))
        let second = try #require(feed.join(person(2), language: .english, topics: ["alarms:x"], after: nil))
        _ = feed.join(person(3), language: .french, topics: ["alarms"], after: nil)
        #expect(feed.parts(prefix: "").map(\.topic) == ["alarms:x", "map/1/2:x"] && feed.parts(prefix: "map/").map(\.whole) == ["map/1/2"])
        feed.publish(topic: "alarms:x", event: "rows", html: p(Words("Levée", "Raised")))
        feed.leave(first)
        #expect(feed.parts(prefix: "").map(\.topic) == ["alarms:x"])
        feed.leave(second)
        #expect(feed.parts(prefix: "").isEmpty && feed.state.withLock { $0.topics.keys.filter { $0.contains(":") } }.isEmpty)
        #expect(feed.state.withLock { $0.missed.keys.filter { $0.contains(":") } }.isEmpty, "nothing is kept of a part that nobody hears")
    }

    @Test func whatAPartIsToldGoesToNobodyElse() {
        let feed = LiveFeed()
        let (own, whole) = (
            feed.join(person(1), language: .french, topics: ["alarms:x"], after: nil),
            feed.join(person(2), language: .french, topics: ["alarms"], after: nil)
        )
        let other = feed.join(person(3), language: .french, topics: ["alarms:y"], after: nil)
        for _ in 0..<48 { _ = feed.join(person(4), language: .french, topics: ["alarms:x"], after: nil) }
        let before = feed.statistics
        feed.publish(topic: "alarms:x", event: "rows", data: "part")
        feed.publish(topic: "alarms", event: "rows", data: "all")
        #expect(heard(own).hasSuffix("data: alarms:x\ndata: part\n\n"))
        let (told, elsewhere) = (heard(whole), heard(other))
        #expect(told.contains("all") && !told.contains("part") && !elsewhere.contains("part") && !elsewhere.contains("all"))
        #expect(feed.statistics.published - before.published == 2 && feed.statistics.delivered - before.delivered == 50)
    }

    @Test(arguments: [true, false])
    func aPageFromBeforeNewsOnTheWholeIsFetchedAgain(isWholeHeard: Bool) {
        let feed = LiveFeed()
        if isWholeHeard { _ = feed.join(person(1), language: .french, topics: ["alarms"], after: nil) }
        let page = feed.newest
        if feed.wants("alarms") { feed.publish(topic: "alarms", event: "rows", data: "one") }
        #expect(heard(feed.join(person(2), language: .french, topics: ["alarms:x"], after: page)).contains("event: resync"))
        let later = feed.newest
        let second = feed.join(person(3), language: .french, topics: ["alarms:x"], after: later)
        #expect(!heard(second).contains("resync"), "a page read after it")
        feed.publish(topic: "alarms:x", event: "rows", data: "two")
        #expect(heard(second).contains("data: two"))
        let back = heard(feed.join(person(4), language: .french, topics: ["alarms:x"], after: later))
        #expect(back.contains("data: two") && !back.contains("resync"), "what the part was told since is remembered")
    }

    @Test func countsOfTheWholeMakeNoPartFetchAnything() {
        let feed = LiveFeed()
        _ = feed.join(person(1), language: .french, topics: ["counts"], after: nil)
        let page = feed.newest
        feed.publish(topic: "counts", event: "counts", data: "lamp 1")
        #expect(!heard(feed.join(person(2), language: .french, topics: ["counts:x"], after: page)).contains("resync"))
    }

    @Test func aStreamIsToldWhichTopicsItDoesNotHear() {
        let feed = LiveFeed { $1 != "alarms:x" }
        let hello = heard(feed.join(person(1), language: .french, topics: ["alarms:x", "load:y"], after: nil))
        #expect(hello == "id: 0\nevent: hello\ndata: \ndata: 1\ndata: alarms:x\n\n")
    }

    @Test func aPageFromBeforeARestartIsFetchedAgain() {
        let feed = LiveFeed(first: 1000)
        _ = feed.join(person(1), language: .french, topics: ["alarms"], after: nil)
        for _ in 0..<3 { feed.publish(topic: "alarms", event: "rows", data: "x") }
        #expect(heard(feed.join(person(2), language: .french, topics: ["alarms"], after: 998)).contains("event: resync"))
        #expect(!heard(feed.join(person(3), language: .french, topics: ["alarms"], after: 999)).contains("event: resync"))
    }

    @Test func whoeverHasLostARightHearsNoMore() {
        let feed = LiveFeed()
        let stays = feed.join(person(1), language: .french, topics: ["alarms:x"], after: nil)
        _ = feed.join(person(2), language: .french, topics: ["alarms:x"], after: nil)
        feed.hangUp { $0.account == 2 }
        feed.publish(topic: "alarms:x", event: "rows", data: "told")
        #expect(feed.statistics.listeners == 1 && heard(stays).contains("told"))
    }
}
