// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

@Suite struct LiveFeedTests {
    private let ada = Person(account: 1, login: "ada", name: "Ada", grants: [Grant(right: .view, trade: "lighting")])
    private let bob = Person(account: 2, login: "bob", name: "Bob", grants: [])

    private func heard(_ listener: Listener?) -> String { (listener?.take() ?? []).map { String(buffer: $0.bytes) }.joined() }

    @Test func anEventReachesThoseWhoListenInTheirLanguageAndNobodyElse() {
        let feed = LiveFeed()
        let french = feed.join(ada, language: .french, topics: ["alarms"], after: nil)
        let english = feed.join(ada, language: .english, topics: ["alarms"], after: nil)
        let other = feed.join(bob, language: .french, topics: ["orders"], after: nil)
        feed.publish(topic: "alarms", event: "line", html: p(Words("Levée", "Raised")))
        #expect(heard(french).hasSuffix("event: line\ndata: alarms\ndata: <p>Levée</p>\n\n"))
        #expect(heard(english).hasSuffix("data: <p>Raised</p>\n\n"))
        #expect(heard(other) == "id: 0\nevent: hello\ndata: \ndata: 3\n\n")
    }

    @Test func theSameBytesGoToAll() {
        let feed = LiveFeed()
        let listeners = (0..<3).map { _ in feed.join(ada, language: .french, topics: ["map/1/2"], after: nil) }
        feed.publish(topic: "map/1/2", event: "delta", data: "40122 3 60\r\n40123 1 0\rx")
        for listener in listeners {
            #expect(heard(listener).hasSuffix("data: map/1/2\ndata: 40122 3 60\ndata: 40123 1 0\ndata: x\n\n"))
        }
        #expect(feed.statistics.delivered == 3)
    }

    @Test func aSlowListenerLosesItsQueueAndIsToldToFetchAgain() {
        let feed = LiveFeed()
        let slow = feed.join(ada, language: .french, topics: ["alarms"], after: nil)
        for number in 0..<200 { feed.publish(topic: "alarms", event: "line", data: "\(number)") }
        let text = heard(slow)
        #expect(text.contains("event: resync") && !text.contains("event: line"))
        #expect(feed.statistics.resyncs == 200 - 31)
        feed.publish(topic: "alarms", event: "line", data: "after")
        #expect(heard(slow).contains("data: after"), "it goes on after the resync was taken")
    }

    @Test func whoComesBackHearsWhatItMissedOrIsToldToFetchAgain() {
        let feed = LiveFeed()
        let first = feed.join(ada, language: .french, topics: ["alarms"], after: nil)!
        feed.publish(topic: "alarms", event: "line", data: "one")
        feed.leave(first)
        feed.publish(topic: "alarms", event: "line", data: "two")
        feed.publish(topic: "alarms", event: "line", data: "three")
        let back = heard(feed.join(ada, language: .french, topics: ["alarms"], after: 1))
        #expect(!back.contains("one") && back.contains("data: two") && back.contains("data: three"))
        let future = heard(feed.join(ada, language: .french, topics: ["alarms"], after: 9_999))
        #expect(future.contains("event: resync"), "an id from before a restart")
        for number in 0..<100 { feed.publish(topic: "alarms", event: "line", data: "\(number)") }
        #expect(heard(feed.join(ada, language: .french, topics: ["alarms"], after: 2)).contains("event: resync"))
    }

    @Test func aPageOlderThanNewsThatNobodyHeardIsFetchedAgainAndNoOther() {
        let feed = LiveFeed()
        let page = feed.newest
        #expect(!feed.wants("alarms"))
        #expect(heard(feed.join(ada, language: .french, topics: ["alarms"], after: page)).contains("event: resync"))
        #expect(!heard(feed.join(ada, language: .french, topics: ["orders"], after: page)).contains("resync"), "other news")
        let later = feed.newest
        #expect(!heard(feed.join(ada, language: .english, topics: ["alarms"], after: later)).contains("resync"), "a page read after it")
        #expect(feed.wants("alarms") && feed.newest == later, "heard news is not missed")
    }

    @Test func newsThatWasRenderedForTheOtherLanguageOnlyIsNotLostEither() {
        let feed = LiveFeed()
        let page = feed.newest
        let french = feed.join(ada, language: .french, topics: ["alarms"], after: page)
        feed.publish(topic: "alarms", event: "rows", html: p(Words("Levée", "Raised")))
        #expect(heard(french).contains("Levée"))
        #expect(heard(feed.join(bob, language: .english, topics: ["alarms"], after: page)).contains("event: resync"))
        let second = heard(feed.join(bob, language: .french, topics: ["alarms"], after: page))
        #expect(second.contains("Levée") && !second.contains("resync"), "what is remembered is told")
    }

    @Test func aCellThatNobodyLooksAtIsForgottenButNotThatItChanged() {
        let feed = LiveFeed()
        let first = feed.join(ada, language: .french, topics: ["map/1/2"], after: nil)!
        let page = feed.newest
        feed.publish(topic: "map/1/2", event: "glances", data: "1,0,2,255")
        feed.leave(first)
        #expect(heard(feed.join(ada, language: .french, topics: ["map/1/2"], after: page)).contains("event: resync"))
        feed.miss(["map/3/4"])
        #expect(heard(feed.join(ada, language: .french, topics: ["map/3/4"], after: page)).contains("event: resync"))
        #expect(!heard(feed.join(ada, language: .french, topics: ["map/3/4"], after: feed.newest)).contains("resync"))
    }

    @Test func countsThatNobodyHeardMakeNoPageFetchAnything() {
        let feed = LiveFeed()
        let page = feed.newest
        feed.publish(topic: "counts", event: "counts", data: "lamp 1")
        #expect(!heard(feed.join(ada, language: .french, topics: ["counts"], after: page)).contains("resync"))
    }

    @Test func aPageCarriesTheNumberOfTheNewestEventBeforeItsDataWereRead() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .view)])
        let live = LiveFeed()
        let site = house.site(live: live)
        site.desk("").page("/console/news", "News") { _, _ in
            live.miss(["alarms"])
            return Page(title: Words("Nouvelles", "News")) { p(Words("lu", "read")) }
        }
        live.miss(["alarms"])
        try await Application(responder: site.responder()).test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let page = try await client.get("/console/news", house.session(for: "ada"))
            #expect(page.text.contains("data-news=\"1\"") && live.newest == 2)
        }
    }

    @Test func aTopicIsHeardOnlyWithTheRight() {
        let feed = LiveFeed { person, topic in topic != "secret" || person.may(.manage, "accounts") }
        let listener = feed.join(ada, language: .french, topics: ["secret"], after: nil)!
        feed.publish(topic: "secret", event: "line", data: "hidden")
        #expect(feed.retune(listener.number, person: ada, topics: ["secret", "open"]))
        feed.publish(topic: "secret", event: "line", data: "hidden")
        feed.publish(topic: "open", event: "line", data: "shown")
        let text = heard(listener)
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

    @Test func aChunkOfHTTPIsTheEventBetweenItsLengthAndAnEmptyLine() {
        let event = LiveEvent(id: 7, event: "line", topic: "alarms", data: "é")
        let plain = "id: 7\nevent: line\ndata: alarms\ndata: é\n\n"
        #expect(String(buffer: event.bytes) == plain)
        #expect(String(buffer: event.chunk) == String(plain.utf8.count, radix: 16) + "\r\n" + plain + "\r\n")
    }

    @Test func manyEventsArriveInOrderAndTheConnectionServesAgainAfterTheStream() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .view)])
        let cookie = house.session(for: "ada")
        let live = LiveFeed()
        let site = house.site(live: live)
        try await Application(responder: site.responder(), configuration: .init(address: .hostname("127.0.0.1", port: 0))).test(.live) {
            (client: any TestClientProtocol) async throws -> Void in
            for round in 1...2 {
                async let stream = client.executeRequest(
                    uri: "/live?topics=map/1/2", method: .get, headers: [.cookie: cookie], body: nil)
                while !live.hasListeners("map/1/2") { await Task.yield() }
                // Fewer than may wait for one listener, so that none is told to fetch again however slow this machine is.
                for number in 0..<30 { live.publish(topic: "map/1/2", event: "glances", data: "\(round) \(number)") }
                live.hangUp()
                let text = try await stream.text
                #expect(text.hasPrefix("id: "))
                let numbers = text.split(separator: "\n").filter { $0.hasPrefix("data: \(round) ") }.map { Int($0.dropFirst(8)) }
                #expect(numbers == (0..<30).map { $0 })
            }
            #expect(live.statistics.listeners == 0)
        }
    }

    @Test func whoDoesNotReadIsToldToFetchAgainAndTheOthersHearAll() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .view)])
        let cookie = house.session(for: "ada")
        var limits = LiveFeed.Limits()
        (limits.waiting, limits.waitingBytes) = (8, 1 << 20)
        let live = LiveFeed(limits: limits)
        let site = house.site(live: live)
        try await Application(responder: site.responder(), configuration: .init(address: .hostname("127.0.0.1", port: 0))).test(.live) {
            (client: any TestClientProtocol) async throws -> Void in
            let deaf = try #require(DeafPeer(port: client.port ?? 0, "GET /live?topics=a HTTP/1.1\r\nHost: x\r\nCookie: \(cookie)\r\n\r\n"))
            while !live.hasListeners("a") { await Task.yield() }
            let data = String(repeating: "x", count: 20_000)
            // What the kernel holds for a peer that does not read is some megabytes at most.
            for _ in 0..<5_000 where live.statistics.resyncs == 0 {
                live.publish(topic: "a", event: "line", data: data)
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(live.statistics.resyncs > 0)
            deaf.close()
            async let stream = client.executeRequest(uri: "/live?topics=b", method: .get, headers: [.cookie: cookie], body: nil)
            while !live.hasListeners("b") { await Task.yield() }
            live.publish(topic: "b", event: "line", data: "heard")
            live.hangUp()
            #expect(try await stream.text.contains("data: heard"))
        }
    }
}

/// A peer that asks and never reads the answer.
private struct DeafPeer {
    private let socket: Int32

    init?(port: Int, _ request: String) {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A small window, so that little need be sent before the peer is full.
        var window: Int32 = 4096
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(4))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        guard code == 0, Foundation.send(socket, request, request.utf8.count, 0) == request.utf8.count else { return nil }
    }

    func close() { _ = Foundation.close(socket) }
}
