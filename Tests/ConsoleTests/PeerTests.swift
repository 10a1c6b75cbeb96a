// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Console

/// Who asks, where proxies stand before the room: lock-out and allowances are counted by it.
@Suite struct PeerTests {
    private static let proxies: Set = ["127.0.0.1", "::1", "10.0.0.5"]

    private func peer(_ socket: String, _ said: String..., proxies: Set<String> = PeerTests.proxies) -> String {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/")
        head.headerFields[values: .forwardedFor] = said
        return Reception.peer(Request(head: head, body: .init(buffer: ByteBuffer())), socket: socket, proxies: proxies)
    }

    @Test func aTrustedProxyIsBelievedAndNobodyElse() {
        #expect(peer("127.0.0.1", "192.0.2.7") == "192.0.2.7")
        #expect(peer("::ffff:127.0.0.1", "192.0.2.7") == "192.0.2.7")
        #expect(peer("::1", "2001:db8::7") == "2001:db8::7")
        #expect(peer("192.0.2.9", "192.0.2.7") == "192.0.2.9")
        #expect(peer("127.0.0.1", "192.0.2.7", proxies: []) == "127.0.0.1")
        #expect(peer("127.0.0.1") == "127.0.0.1")
    }

    /// Behind one proxy or two, what the browser itself claims is never reached.
    @Test func whatTheBrowserClaimsIsNotBelieved() {
        #expect(peer("127.0.0.1", "1.2.3.4, 192.0.2.7") == "192.0.2.7")
        #expect(peer("127.0.0.1", "1.2.3.4, 192.0.2.7, 10.0.0.5") == "192.0.2.7")
        #expect(peer("127.0.0.1", "1.2.3.4, 192.0.2.7", "10.0.0.5") == "192.0.2.7")
        #expect(peer("127.0.0.1", "127.0.0.1, 192.0.2.7") == "192.0.2.7")
    }

    @Test(arguments: ["unknown", "192.0.2.7:80", "", "<b>", "999.1.1.1", String(repeating: "1", count: 10_000)])
    func aNameThatIsNoAddressLeavesTheProxyItself(said: String) {
        #expect(peer("127.0.0.1", said) == "127.0.0.1")
        #expect(peer("127.0.0.1", "\(said), 192.0.2.7") == "192.0.2.7")
    }
}
