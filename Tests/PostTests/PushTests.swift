// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto
import Journal
import JournalTesting
import NIOHTTP1
import Testing

@testable import Post

@Suite struct PushTests {
    private func bytes(_ base64url: String) -> [UInt8] { TransferCoding.base64(Array(base64url.utf8)[...]) }

    /// RFC 8291 §5 and appendix A.
    @Test func theWorkedExampleOfTheStandardComesOutTheSame() throws {
        let own = try P256.KeyAgreement.PrivateKey(rawRepresentation: bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        let coded = try PushEncryption.encrypt(
            Array("When I grow up, I want to be a watermelon".utf8),
            key: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            secret: bytes("BTBZMqHH6r4Tts7J_aSIgg"), own: own, salt: bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(
            Base64URL.text(coded)
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )
    }

    @Test func theHouseSaysWhoItIsAndKeepsItsKey() throws {
        let journal = try TestJournal.open(.sqlite, Post.migrations)
        let one = try PushClient(journal: journal, contact: "mailto:a@city.example").identity
        let two = try PushClient(journal: journal, contact: "mailto:a@city.example").identity
        #expect(one.publicKey == two.publicKey && bytes(one.publicKey).count == 65)
        let endpoint = try #require(PushEndpoint("https://push.example:8443/a?b=c"))
        let text = try one.authorization(for: endpoint, seconds: 1000)
        let token = text.dropFirst("vapid t=".count).prefix { $0 != "," }.split(separator: ".").map(String.init)
        #expect(token.count == 3)
        #expect(
            String(decoding: bytes(token[1]), as: UTF8.self)
                == #"{"aud":"https://push.example:8443","exp":44200,"sub":"mailto:a@city.example"}"#)
        let key = try P256.Signing.PublicKey(x963Representation: bytes(one.publicKey))
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: bytes(token[2]))
        #expect(key.isValidSignature(signature, for: Array((token[0] + "." + token[1]).utf8)))
    }

    @Test func onlyAddressesOfTheOpenInternetAreAsked() {
        for inside: [UInt8] in [
            [127, 0, 0, 1], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 9, 9], [192, 168, 1, 1], [169, 254, 169, 254], [100, 64, 0, 1],
            [0, 0, 0, 0],
            [224, 0, 0, 1], [255, 255, 255, 255], Array(repeating: 0, count: 15) + [1], [0xFE, 0x80] + Array(repeating: 0, count: 14),
            [0xFC] + Array(repeating: 0, count: 15), Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1],
            [0x20, 0x02, 127, 0, 0, 1] + Array(repeating: 0, count: 10), [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 12),
            [0x20, 0x01, 0, 0] + Array(repeating: 0, count: 12), [],
        ] { #expect(!PushEndpoint.isPublic(inside), "\(inside)") }
        #expect(
            PushEndpoint.isPublic([142, 250, 1, 1]) && PushEndpoint.isPublic([172, 32, 0, 1]) && PushEndpoint.isPublic([100, 128, 0, 1]))
        #expect(PushEndpoint.isPublic([0x2A, 0x00, 0x14, 0x50] + Array(repeating: 1, count: 12)))
    }

    @Test func endpointsAreHTTPSAndNothingElse() {
        #expect(PushEndpoint("https://updates.push.services.mozilla.com/wpush/v2/gAAA")?.path == "/wpush/v2/gAAA")
        #expect(PushEndpoint("https://[2a00:1450::1]/x")?.authority == "[2a00:1450::1]")
        for bad in [
            "http://push.example/x", "https://", "https://user@push.example/x", "ftp://x/y", "https://push.example/\r\nx", "",
            "javascript:1",
        ] {
            #expect(PushEndpoint(bad) == nil, "\(bad)")
        }
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        #expect(PushSubscription(endpoint: "https://push.example/x", p256dh: key, auth: "BTBZMqHH6r4Tts7J_aSIgg") != nil)
        #expect(PushSubscription(endpoint: "https://push.example/x", p256dh: key, auth: "AAAA") == nil)
        // Not on the curve.
        #expect(
            PushSubscription(
                endpoint: "https://push.example/x", p256dh: "B" + String(repeating: "A", count: 86), auth: "BTBZMqHH6r4Tts7J_aSIgg") == nil)
    }

    @Test func aServiceInsideTheHouseIsNeverAsked() async throws {
        let journal = try TestJournal.open(.sqlite, Post.migrations)
        let client = try PushClient(journal: journal, contact: "mailto:a@city.example")
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 BTBZMqHH6r4Tts7J_aSIgg"
        for endpoint in ["https://127.0.0.1:1/x", "https://localhost/x", "https://[::1]/x", "https://169.254.169.254/latest"] {
            let message = OutboxStore.Message(way: .push, topic: "report:1", recipient: endpoint, keys: key, body: [1])
            #expect(await client.send(message, at: Instant(seconds: 0)) == .refused("the service is at a private address"))
        }
    }

    @Test(arguments: [(201, "sent"), (404, "gone"), (410, "gone"), (429, "later"), (500, "later"), (400, "refused"), (301, "refused")])
    func theAnswersOfServicesAreUnderstood(status: Int, outcome: String) {
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: ["Retry-After": "120"])
        let word =
            switch PushClient.outcome(head) {
            case .sent: "sent"
            case .gone: "gone"
            case .later(_, let pause): pause == .seconds(120) ? "later" : "no pause"
            case .refused: "refused"
            }
        #expect(word == outcome)
    }
}
