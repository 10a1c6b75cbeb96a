// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import Post

@Suite struct SMTPSessionTests {
    private func session(size: Int = 10_000, tls: Bool = false, reserve: @escaping (Int) -> Bool = { _ in true }) -> SMTPSession {
        SMTPSession(
            limits: SMTPLimits(name: "mail.city.example", size: size), offersTLS: tls, accepts: { $0.hasPrefix("signaler") },
            reserve: reserve)
    }

    /// All steps up to where it waits.
    private func steps(_ session: inout SMTPSession, _ text: String) -> [SMTPSession.Step] {
        session.take(text.utf8)
        var steps: [SMTPSession.Step] = []
        while let step = session.next() { steps.append(step) }
        return steps
    }

    private func codes(_ steps: [SMTPSession.Step]) -> [String] {
        steps.map {
            switch $0 {
            case .reply(let text): String(text.prefix(3))
            case .startTLS: "TLS"
            case .deliver: "MAIL"
            case .close(let text): "end " + text.prefix(3)
            }
        }
    }

    @Test func aPipelinedMailIsTakenAndAnsweredOnceItIsKept() {
        var s = session()
        let steps = steps(
            &s,
            "EHLO x\r\nMAIL FROM:<ada@example.org> SIZE=20 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<signaler@city.example>\r\nDATA\r\n"
                + "Subject: a\r\n\r\n..point\r\nx\r\n.\r\nQUIT\r\n")
        #expect(codes(steps) == ["250", "250", "250", "354", "MAIL"])
        #expect(
            steps.last
                == .deliver(
                    .init(sender: "ada@example.org", recipients: ["signaler@city.example"]), Array("Subject: a\r\n\r\n.point\r\nx\r\n".utf8)
                ))
        #expect(s.next() == nil && s.isWaiting)
        #expect(s.answered("250 2.0.0 Kept") == .reply("250 2.0.0 Kept\r\n"))
        #expect(s.next() == .close("221 2.0.0 Goodbye\r\n"))
        #expect(s.next() == nil)
    }

    @Test func itComesByteByByteToo() {
        var s = session()
        var all: [SMTPSession.Step] = []
        for byte in "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<signaler@city.example>\r\nDATA\r\nx\r\n.\r\n".utf8 {
            s.take([byte])
            while let step = s.next() { all.append(step) }
        }
        #expect(codes(all) == ["250", "250", "250", "354", "MAIL"])
    }

    @Test func onlyOurOwnAddressesAreTaken() {
        var s = session()
        #expect(
            codes(
                steps(
                    &s,
                    "EHLO x\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<other@city.example>\r\nDATA\r\nRCPT TO:<a b@c.d>\r\nRCPT TO:<@r:signaler+1@city.example>\r\n"
                ))
                == ["250", "250", "550", "554", "553", "250"])
        let many = (0..<11).map { "RCPT TO:<signaler+\($0)a@city.example>\r\n" }.joined()
        #expect(codes(steps(&s, many)).last == "452")
    }

    @Test func theOrderOfCommandsIsHeld() {
        var s = session()
        #expect(
            codes(steps(&s, "MAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\nEHLO\r\nNONSENSE\r\nBDAT 1\r\nSTARTTLS\r\n")) == [
                "503", "503", "503", "501", "500", "502", "502",
            ])
        #expect(
            codes(steps(&s, "HELO x\r\nMAIL FROM:<a@b.fr>\r\nMAIL FROM:<a@b.fr>\r\nRSET\r\nMAIL FROM:<a@b.fr> FOO=1\r\nNOOP\r\nVRFY a\r\n"))
                == ["250", "250", "503", "250", "555", "250", "252"])
        #expect(codes(steps(&s, "GET / HTTP/1.1\r\n")) == ["end 421"])
    }

    @Test func aMailThatIsTooLargeIsRefusedAtOnceOrAtItsEnd() {
        var s = session(size: 1000)
        #expect(codes(steps(&s, "EHLO x\r\nMAIL FROM:<a@b.fr> SIZE=1001\r\n")) == ["250", "552"])
        let line = String(repeating: "x", count: 98) + "\r\n"
        let all = steps(
            &s, "MAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\n" + String(repeating: line, count: 20) + ".\r\nNOOP\r\n")
        #expect(codes(all) == ["250", "250", "354", "552", "250"])
        // One line without an end costs no more than the limit.
        _ = steps(&s, "MAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\n")
        for _ in 0..<100 { _ = steps(&s, String(repeating: "x", count: 1000)) }
        // Its rest is no line, and ends nothing.
        #expect(codes(steps(&s, ".\r\nNOOP\r\n")) == [])
        #expect(codes(steps(&s, ".\r\n")) == ["552"])
    }

    @Test func whatTheHouseCannotHoldNowComesLater() {
        var s = session(reserve: { _ in false })
        #expect(codes(steps(&s, "EHLO x\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\nx\r\n.\r\n")).last == "452")
    }

    @Test(arguments: ["x\n.\r\nMAIL FROM:<evil@b.fr>\r\n", "x\r\n.\nMAIL FROM:<evil@b.fr>\r\n", "x\n.\nMAIL FROM:<evil@b.fr>\r\n"])
    func noSecondMailIsSmuggledBehindAHalfEnd(data: String) {
        var s = session()
        let all = steps(&s, "EHLO x\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\n" + data)
        #expect(codes(all) == ["250", "250", "250", "354", "end 554"])
    }

    @Test(arguments: ["a\nb\r\n.\r\n", "a\rb\r\n.\r\n", "a\r\r\n.\r\n"]) func bareLineEndsAreRefused(data: String) {
        var s = session()
        let all = steps(&s, "EHLO x\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<signaler@c.d>\r\nDATA\r\n" + data)
        #expect(codes(all).last == "554")
    }

    @Test func nothingSaidInClearCountsAfterTLS() {
        var s = session(tls: true)
        #expect(codes(steps(&s, "EHLO x\r\nMAIL FROM:<a@b.fr>\r\nSTARTTLS\r\n")) == ["250", "250", "TLS"])
        s.tlsStarted()
        #expect(codes(steps(&s, "MAIL FROM:<a@b.fr>\r\n")) == ["503"])
        var t = session(tls: true)
        #expect(codes(steps(&t, "EHLO x\r\nSTARTTLS\r\nMAIL FROM:<a@b.fr>\r\n")) == ["250", "end 503"])
    }

    @Test func whoeverErrsWithoutEndIsSentAway() {
        var s = session()
        let all = codes(steps(&s, String(repeating: "FOO\r\n", count: 50)))
        #expect(all.count == 21 && all.last == "end 421")
        var t = session()
        #expect(codes(steps(&t, String(repeating: "x", count: 5000))) == ["end 500"])
        var u = session()
        #expect(codes(steps(&u, "EHLO x\nNOOP\r\n")) == ["end 500"])
    }
}
