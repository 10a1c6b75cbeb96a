// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

@Suite struct LiveFeedTests {
    private let ada = Person(account: 1, login: "ada", name: "Ada", grants: [Grant(right: .view, trade: "lighting")])
    private let bob = Person(account: 2, login: "bob", name: "Bob", grants: [])

    private func heard(_ listener: Listener?) async -> String {
        let buffers = await listener?.next() ?? []
        return buffers.map { String(buffer: $0) }.joined()
    }

    @Test func anEventReachesThoseWhoListenInTheirLanguageAndNobodyElse() async {
        let feed = LiveFeed()
        let french = feed.join(ada, language: .french, topics: ["alarms"], after: nil)
        let english = feed.join(ada, language: .english, topics: ["alarms"], after: nil)
        let other = feed.join(bob, language: .french, topics: ["orders"], after: nil)
        feed.publish(topic: "alarms", event: "line", html: p(Words("Levée", "Raised")))
        #expect(await heard(french).hasSuffix("event: line\ndata: alarms\ndata: <p>Levée</p>\n\n"))
        #expect(await heard(english).hasSuffix("data: <p>Raised</p>\n\n"))
        #expect(await heard(other) == "id: 0\nevent: hello\ndata: \ndata: 3\n\n")
    }

    @Test func theSameBytesGoToAll() async {
        let feed = LiveFeed()
        let listeners = (0..<3).map { _ in feed.join(ada, language: .french, topics: ["map/1/2"], after: nil) }
        feed.publish(topic: "map/1/2", event: "delta", data: "40122 3 60\r\n40123 1 0\rx")
        for listener in listeners {
            #expect(await heard(listener).hasSuffix("data: map/1/2\ndata: 40122 3 60\ndata: 40123 1 0\ndata: x\n\n"))
        }
        #expect(feed.statistics.delivered == 3)
    }

    @Test func aSlowListenerLosesItsQueueAndIsToldToFetchAgain() async {
        let feed = LiveFeed()
        let slow = feed.join(ada, language: .french, topics: ["alarms"], after: nil)
        for number in 0..<200 { feed.publish(topic: "alarms", event: "line", data: "\(number)") }
        let text = await heard(slow)
        #expect(text.contains("event: resync") && !text.contains("event: line"))
        #expect(feed.statistics.resyncs == 200 - 31)
        feed.publish(topic: "alarms", event: "line", data: "after")
        #expect(await heard(slow).contains("data: after"), "it goes on after the resync was taken")
    }

    @Test func whoComesBackHearsWhatItMissedOrIsToldToFetchAgain() async {
        let feed = LiveFeed()
        let first = feed.join(ada, language: .french, topics: ["alarms"], after: nil)!
        feed.publish(topic: "alarms", event: "line", data: "one")
        feed.leave(first)
        feed.publish(topic: "alarms", event: "line", data: "two")
        feed.publish(topic: "alarms", event: "line", data: "three")
        let back = await heard(feed.join(ada, language: .french, topics: ["alarms"], after: 1))
        #expect(!back.contains("one") && back.contains("data: two") && back.contains("data: three"))
        let future = await heard(feed.join(ada, language: .french, topics: ["alarms"], after: 9_999))
        #expect(future.contains("event: resync"), "an id from before a restart")
        for number in 0..<100 { feed.publish(topic: "alarms", event: "line", data: "\(number)") }
        #expect(await heard(feed.join(ada, language: .french, topics: ["alarms"], after: 2)).contains("event: resync"))
    }

    @Test func aTopicIsHeardOnlyWithTheRight() async {
        let feed = LiveFeed { person, topic in topic != "secret" || person.may(.manage, "accounts") }
        let listener = feed.join(ada, language: .french, topics: ["secret"], after: nil)!
        feed.publish(topic: "secret", event: "line", data: "hidden")
        #expect(feed.retune(listener.number, person: ada, topics: ["secret", "open"]))
        feed.publish(topic: "secret", event: "line", data: "hidden")
        feed.publish(topic: "open", event: "line", data: "shown")
        let text = await heard(listener)
        #expect(text.contains("shown") && !text.contains("hidden"))
        #expect(!feed.retune(listener.number, person: bob, topics: ["open"]), "the stream of another")
    }

    @Test func theHouseIsFullAtItsLimitAndEmptyWhenAllHaveLeft() {
        var limits = LiveFeed.Limits()
        limits.listeners = 2
        let feed = LiveFeed(limits: limits)
        let first = feed.join(ada, language: .french, topics: ["a"], after: nil)
        _ = feed.join(bob, language: .french, topics: ["a"], after: nil)
        #expect(feed.join(ada, language: .french, topics: ["a"], after: nil) == nil)
        feed.leave(first!)
        #expect(!feed.isFull)
        feed.hangUp(account: 2)
        #expect(feed.statistics.listeners == 0)
        #expect(!feed.hasListeners("a"))
    }

    @Test func aStreamIsOpenedOverHTTPAndEndsWithTheSession() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .view)])
        let cookie = house.session(for: "ada")
        let live = LiveFeed()
        let site = house.site(live: live)
        try await Application(responder: site.responder(), configuration: .init(address: .hostname("127.0.0.1", port: 0))).test(.live) {
            (client: any TestClientProtocol) async throws -> Void in
            let head = try await client.executeRequest(uri: "/live?topics=alarms", method: .head, headers: [.cookie: cookie], body: nil)
            #expect(head.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(live.statistics.listeners == 0, "a HEAD leaves no listener behind")
            #expect(try await client.get("/live?topics=alarms", "").status == .unauthorized)
            async let stream = client.executeRequest(uri: "/live?topics=alarms", method: .get, headers: [.cookie: cookie], body: nil)
            while !live.hasListeners("alarms") { await Task.yield() }
            live.publish(topic: "alarms", event: "line", data: "raised")
            live.hangUp()
            #expect(try await stream.text.contains("data: raised"))
        }
    }
}
