// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Errand

@Suite struct ErrandTests {
    private func run(
        _ acts: [String: RawServer.Act], _ path: String, _ method: Errand.Method = .get, body: [UInt8] = [], most: Int = 1000,
        patience: Span = .seconds(20)
    ) async throws -> (answer: ErrandAnswer, asked: [String]) {
        let server = try await RawServer(acts)
        do {
            let errands = try Errands(allowsInside: true)
            let address = try #require(errands.address("http://127.0.0.1:\(server.port)\(path)"))
            let answer = try await errands.run(
                Errand(method, address, headers: [("X-Word", "a")], body: body, wanted: .body(most: most), patience: patience))
            await server.close()
            return (answer, server.asked.all)
        } catch {
            await server.close()
            throw error
        }
    }

    private func ok(_ body: String, _ more: String = "") -> RawServer.Act {
        .say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", ends: false)
    }

    @Test func anAnswerIsReadWhole() async throws {
        let (answer, asked) = try await run(["/a?b=c": ok("bonjour", "Retry-After: 99999999\r\n")], "/a?b=c")
        #expect(answer == ErrandAnswer(status: 200, pause: .days(1), body: Array("bonjour".utf8)))
        #expect(asked.count == 1 && asked[0].hasPrefix("GET /a?b=c HTTP/1.1\r\n") && asked[0].contains("X-Word: a\r\n"))
    }

    @Test func chunksAndTheEndOfTheConnectionEndAnAnswerToo() async throws {
        let chunks = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbon\r\n4\r\njour\r\n0\r\n\r\n"
        #expect(try await run(["/": .say(chunks)], "/").answer == ErrandAnswer(status: 201, body: Array("bonjour".utf8)))
        #expect(try await run(["/": .say("HTTP/1.0 200 OK\r\n\r\nbonjour")], "/").answer.body == Array("bonjour".utf8))
    }

    @Test func aPostIsSentWithItsLengthAndNeverLedOn() async throws {
        let moved = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
        let (answer, asked) = try await run(["/a": .say(moved), "/b": ok("no")], "/a", .post, body: Array("salut".utf8))
        #expect(answer.status == 307)
        #expect(asked.count == 1 && asked[0].hasPrefix("POST /a HTTP/1.1\r\n") && asked[0].contains("Content-Length: 5\r\n"))
    }

    @Test func aGetIsLedOnWithinItsHostOnly() async throws {
        func moved(_ to: String) -> RawServer.Act { .say("HTTP/1.1 302 Found\r\nLocation: \(to)\r\nContent-Length: 0\r\n\r\n") }
        #expect(try await run(["/a": moved("b"), "/b": moved("/c"), "/c": ok("there")], "/a").answer.body == Array("there".utf8))
        await #expect(throws: ErrandFault.elsewhere("in a circle")) { try await run(["/a": moved("/a")], "/a") }
        for target in ["http://localhost:1/x", "https://other.example/x", "//other.example/x", "file:///etc/passwd", "http://127.0.0.1/x"] {
            await #expect(throws: ErrandFault.elsewhere(target)) { try await run(["/a": moved(target)], "/a") }
        }
    }

    @Test func noMoreIsReadThanIsWanted() async throws {
        await #expect(throws: ErrandFault.tooLong) {
            try await run(["/": .say("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", ends: false)], "/")
        }
        await #expect(throws: ErrandFault.tooLong) { try await run(["/": .flood], "/") }
        #expect(try await run(["/": ok(String(repeating: "x", count: 1000))], "/").answer.body.count == 1000)
    }

    @Test func aServerThatSaysNothingOrNeverEndsIsLeft() async throws {
        await #expect(throws: ErrandFault.silent) { try await run(["/": .say("", ends: false)], "/", patience: .milliseconds(200)) }
        await #expect(throws: ErrandFault.silent) { try await run(["/": .drip], "/", most: 1 << 30, patience: .milliseconds(200)) }
    }

    @Test func whatWasNeverSaidIsToldApart() async throws {
        func unreached(_ address: String, _ patience: Span = .seconds(20)) async throws -> ErrandFault? {
            let errands = try Errands(allowsInside: true)
            do {
                _ = try await errands.run(Errand(.post, try #require(errands.address(address)), body: [1], patience: patience))
                return nil
            } catch let fault as ErrandFault { return fault }
        }
        let server = try await RawServer(["/": .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])
        let port = server.port
        let plain = try await unreached("https://127.0.0.1:\(port)/", .milliseconds(500))
        #expect(plain?.isUnsaid == true && plain != .silent, "no server that shows who it is: \(String(describing: plain))")
        await server.close()
        guard case .unreached? = try await unreached("http://127.0.0.1:\(port)/") else {
            Issue.record("nobody listens there")
            return
        }
        #expect(!ErrandFault.silent.isUnsaid && !ErrandFault.broken("").isUnsaid)
    }

    @Test func halfAnAnswerIsNone() async throws {
        for half in [
            "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbon", "SSH-2.0-OpenSSH\r\n", "\0\0\0",
        ] {
            await #expect(throws: ErrandFault.self) { try await run(["/": .say(half)], "/") }
        }
    }

    @Test func aHouseThatMayNotAsksNothingInside() async throws {
        let errands = try Errands()
        #expect(errands.address("http://city.example/") == nil)
        for address in ["https://127.0.0.1:1/x", "https://localhost/x", "https://[::1]/x", "https://169.254.169.254/latest"] {
            await #expect(throws: ErrandFault.inside) { try await errands.run(Errand(.get, try #require(WebAddress(address)))) }
        }
        await #expect(throws: ErrandFault.inside) {
            try await errands.run(Errand(.get, try #require(WebAddress("http://city.example/", plain: true))))
        }
    }

    @Test func onlyAddressesOfTheOpenInternetAreAsked() {
        for inside: [UInt8] in [
            [127, 0, 0, 1], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 9, 9], [192, 168, 1, 1], [169, 254, 169, 254], [100, 64, 0, 1],
            [0, 0, 0, 0],
            [224, 0, 0, 1], [255, 255, 255, 255], Array(repeating: 0, count: 15) + [1], [0xFE, 0x80] + Array(repeating: 0, count: 14),
            [0xFC] + Array(repeating: 0, count: 15), Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1],
            [0x20, 0x02, 127, 0, 0, 1] + Array(repeating: 0, count: 10), [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 12),
            [0x20, 0x01, 0, 0] + Array(repeating: 0, count: 12), [],
        ] { #expect(!WebAddress.isPublic(inside), "\(inside)") }
        #expect(
            WebAddress.isPublic([142, 250, 1, 1]) && WebAddress.isPublic([172, 32, 0, 1]) && WebAddress.isPublic([100, 128, 0, 1]))
        #expect(WebAddress.isPublic([0x2A, 0x00, 0x14, 0x50] + Array(repeating: 1, count: 12)))
    }

    @Test func addressesAreHTTPSAndNothingElse() {
        #expect(WebAddress("https://updates.push.services.mozilla.com/wpush/v2/gAAA")?.path == "/wpush/v2/gAAA")
        #expect(WebAddress("https://[2a00:1450::1]/x")?.authority == "[2a00:1450::1]")
        for bad in [
            "http://push.example/x", "https://", "https://user@push.example/x", "ftp://x/y", "https://push.example/\r\nx", "",
            "javascript:1",
        ] {
            #expect(WebAddress(bad) == nil, "\(bad)")
        }
        #expect(WebAddress("http://a.example", plain: true)?.description == "http://a.example/")
        #expect(WebAddress("http://a.example:443/", plain: true)?.authority == "a.example:443")
    }
}
