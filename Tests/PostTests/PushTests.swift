// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto
import Errand
import Journal
import JournalTesting
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
        let one = try PushClient(journal: journal, contact: "mailto:a@city.example", errands: Errands()).identity
        let two = try PushClient(journal: journal, contact: "mailto:a@city.example", errands: Errands()).identity
        #expect(one.publicKey == two.publicKey && bytes(one.publicKey).count == 65)
        let endpoint = try #require(WebAddress("https://push.example:8443/a?b=c"))
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

    @Test func aSubscriptionNeedsAKeyOnTheCurve() {
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
        let client = try PushClient(journal: journal, contact: "mailto:a@city.example", errands: Errands())
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 BTBZMqHH6r4Tts7J_aSIgg"
        for endpoint in ["https://127.0.0.1:1/x", "https://localhost/x", "https://[::1]/x", "https://169.254.169.254/latest"] {
            let message = OutboxStore.Message(way: .push, topic: "report:1", recipient: endpoint, keys: key, body: [1])
            #expect(await client.send(message, at: Instant(seconds: 0)) == .refused("the service is at a private address"))
        }
    }

    @Test(arguments: [(201, "sent"), (404, "gone"), (410, "gone"), (429, "later"), (500, "later"), (400, "refused"), (301, "refused")])
    func theAnswersOfServicesAreUnderstood(status: Int, outcome: String) {
        let word =
            switch PushClient.outcome(ErrandAnswer(status: status, pause: .seconds(120))) {
            case .sent: "sent"
            case .gone: "gone"
            case .later(_, let pause): pause == .seconds(120) ? "later" : "no pause"
            case .refused: "refused"
            }
        #expect(word == outcome)
    }
}
