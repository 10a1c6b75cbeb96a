// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Testing

@testable import Post

@Suite struct MailTests {
    static func mail(_ text: String, sender: String = "ada@example.org", mark: String = "vigie@city.example") throws -> MailMessage {
        try MailMessage(Array(text.replacing("\n", with: "\r\n").utf8), sender: sender, mark: mark)
    }

    @Test func aPlainMailIsRead() throws {
        let mail = try Self.mail(
            """
            From: =?ISO-8859-1?Q?Ad=E8le_Roy?= <adele@example.org>
            To: signaler@city.example
            Subject: =?utf-8?B?TmlkLWRlLXBvdWxl?= =?utf-8?Q?_rue_des_Forges?=
            Message-ID: <1@example.org>
            In-Reply-To: <a@city.example>
            References: <z@city.example>
             <a@city.example>
            Content-Type: text/plain; charset=iso-8859-15
            Content-Transfer-Encoding: quoted-printable

            Un trou =E9norme, 30 =A4 de d=E9g=
            =E2ts.
            """)
        #expect(mail.from == MailAddress(name: "Adèle Roy", "adele@example.org"))
        #expect(mail.subject == "Nid-de-poule rue des Forges")
        #expect(mail.text == "Un trou énorme, 30 € de dégâts.")
        #expect(mail.messageID == "<1@example.org>")
        #expect(mail.references == ["<a@city.example>", "<a@city.example>", "<z@city.example>"])
        #expect(mail.nature == .person)
    }

    @Test func theCharsetsOfOldMailsAreRead() {
        #expect(MailText.decode([0x80, 0x9C, 0xE9], charset: "windows-1252") == "€œé")
        #expect(MailText.decode([0x80, 0xE9], charset: "ISO-8859-1") == "€é")
        #expect(MailText.decode([0xA4, 0xBD], charset: "iso-8859-15") == "€œ")
        #expect(MailText.decode([0xC3, 0xA9], charset: "utf-8") == "é")
        #expect(MailText.decode([0xE9, 0x20], charset: "utf-8") == "é ")
        #expect(MailText.decode([0x61, 0x00, 0x62], charset: "x-unknown") == "ab")
    }

    @Test func encodedWordsThatCutACharacterAreJoined() {
        #expect(EncodedWords.decode("=?utf-8?B?w6k=?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?= fin") == "éé fin")
        #expect(EncodedWords.decode("a =?utf-8?Q?b?= c") == "a b c")
        #expect(EncodedWords.decode("=?utf-8?Q?open and no end") == "=?utf-8?Q?open and no end")
        #expect(EncodedWords.decode("=?=?=?") == "=?=?=?")
        #expect(EncodedWords.decode("=?utf-8*fr?q?Qui=3F_?= =?utf-8?Q?où?") == "Qui?  =?utf-8?Q?où?")
        #expect(EncodedWords.decode("=??q?a?=") == "=??q?a?=" && EncodedWords.decode("=?utf-8?") == "=?utf-8?")
        #expect(EncodedWords.decode("=?utf-8?x?a?=") == "=?utf-8?x?a?=" && EncodedWords.decode("=?utf-8?q??=") == "")
    }

    @Test func aHeadFullOfBeginningsIsCutBeforeItIsRead() {
        let field = String(repeating: "=?a?q?x", count: 40_000)
        let isCut = EncodedWords.decode(field) == field.prefix(EncodedWords.longestField)
        #expect(isCut)
        #expect(EncodedWords.decode("=?a?q?" + String(repeating: "x", count: 9000) + "?=").hasPrefix("=?a?q?xxx"))
    }

    @Test func whatIsEncodedIsReadAgain() {
        for text in ["Reçu", "Ville de Dijon", "Où est-ce que ça se trouve, exactement, dans la grande rue de la Liberté à Dijon ? 🙂", ""] {
            let coded = EncodedWords.encode(text)
            #expect(coded.utf8.allSatisfy { $0 < 0x80 })
            #expect(coded.split(separator: "\r\n ").allSatisfy { $0.utf8.count <= 76 })
            #expect(EncodedWords.decode(coded.replacing("\r\n", with: "")) == text)
        }
        #expect(!EncodedWords.encode("a\r\nBcc: x@y.z").contains("\n"))
    }

    @Test func partsAndAttachmentsAreFound() throws {
        let mail = try Self.mail(
            """
            From: ada@example.org
            Subject: Photo
            Content-Type: multipart/mixed; boundary="b 1"

            What stands here is for nobody.
            --b 1
            Content-Type: multipart/alternative; boundary=b2

            --b2
            Content-Type: text/plain; charset=utf-8

            Voici.
            --b2
            Content-Type: text/html

            <p>Pas <b>ceci</b>.</p>
            --b2--
            --b 1
            Content-Type: image/jpeg
            Content-Disposition: attachment; filename*0*=utf-8''trou%20; filename*1*=%C3%A9norme.jpg
            Content-Transfer-Encoding: base64

            /9j/
            4A==
            --b 1
            Content-Type: image/heic; name="../../IMG.HEIC"
            Content-Transfer-Encoding: base64

            AAAA
            --b 1--
            --b 1
            Content-Type: text/plain

            after the end
            """)
        #expect(mail.text == "Voici.")
        #expect(mail.attachments.map(\.name) == ["trou énorme.jpg", "IMG.HEIC"])
        #expect(mail.attachments[0].bytes == [0xFF, 0xD8, 0xFF, 0xE0])
        #expect(mail.attachments[1].type == "image/heic")
    }

    @Test func anHTMLMailBecomesText() throws {
        let mail = try Self.mail(
            """
            From: ada@example.org
            Content-Type: text/html; charset=utf-8

            <html><head><style>p{color:red}</style><title>x</title></head><body><p>Bonjour,</p><p>Le lampadaire <b>12&nbsp;bis</b> est &eacute;teint.<br>
            &lt;script&gt; &#233; &#x1F642;</p><script>alert(1)</script><!-- <p>rien</p> --><ul><li>un<li>deux</ul>
            <blockquote>Le message d'avant</blockquote></body></html>
            """)
        #expect(mail.text.contains("Le lampadaire 12 bis est éteint.\n<script> é 🙂"))
        #expect(mail.text.contains("un\ndeux"))
        #expect(mail.text.contains("> Le message d'avant"))
        #expect(!mail.text.contains("alert") && !mail.text.contains("rien") && !mail.text.contains("color"))
    }

    @Test func flowedTextIsJoined() {
        #expect(
            FlowedText.plain("Un long \nparagraphe.\n> cité \n> encore\n-- \nAda", deletesSpace: false)
                == "Un long paragraphe.\n> cité encore\n-- \nAda")
        #expect(FlowedText.plain("日 \n本", deletesSpace: true) == "日本")
        #expect(FlowedText.plain(" >stuffed", deletesSpace: false) == ">stuffed")
    }

    @Test(arguments: [
        "C'est réglé.\n\nLe 21 nov. 2026 à 10:02, Ville de Dijon <signaler@city.example>\na écrit :\n> Bonjour\n",
        "C'est réglé.\n\nOn Sat, Nov 21, 2026 at 10:02 AM Ville wrote:\n> Hello\n",
        "C'est réglé.\n\n-----Message d'origine-----\nDe : Ville\n",
        "C'est réglé.\n________________________________\nDe : Ville\n", "C'est réglé.\n\nDe : Ville\nEnvoyé : samedi\nObjet : x\n",
        "\nC'est réglé.\n-- \nAda\n06 00 00 00 00", "C'est réglé.\n> cité\n> encore",
        "C'est réglé.\n— Répondez au-dessus de cette ligne —\nBonjour",
    ]) func quotationsAndSignaturesAreCut(text: String) {
        #expect(MailQuotes.cut(text) == "C'est réglé.")
    }

    @Test func wordsThatLookLikeAQuotationStay() {
        #expect(MailQuotes.cut("Le trou est là.\nOn the corner.\nDe : rien") == "Le trou est là.\nOn the corner.\nDe : rien")
        #expect(MailQuotes.cut("> cité\n\nma réponse") == "> cité\n\nma réponse")
        #expect(MailQuotes.cut("> cité") == "")
    }

    @Test func machinesAreKnownByTheirHead() throws {
        func nature(_ head: String, sender: String = "ada@example.org") throws -> MailNature {
            try Self.mail("From: ada@example.org\n\(head)\n\nx", sender: sender).nature
        }
        #expect(try nature("Auto-Submitted: auto-replied (vacation)") == .reply("Auto-Submitted"))
        #expect(try nature("Auto-Submitted: auto-generated") == .machine("Auto-Submitted"))
        #expect(try nature("Auto-Submitted: no") == .person)
        #expect(try nature("Precedence: bulk") == .machine("Precedence"))
        #expect(try nature("List-Id: <x.example.org>") == .machine("List-Id"))
        #expect(try nature("X-Loop: vigie@city.example") == .loop("X-Loop"))
        #expect(try nature("X-A: b", sender: "") == .delivery(DeliveryReport(action: .unknown, status: "", messageID: "")))
        #expect(try nature("X-A: b", sender: "MAILER-DAEMON@example.org") == .machine("From"))
        #expect(try nature(Array(repeating: "Received: by x", count: 101).joined(separator: "\n")) == .loop("Received"))
    }

    @Test func aDeliveryReportSaysOfWhichMailItTells() throws {
        let mail = try Self.mail(
            """
            From: MAILER-DAEMON@example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=r

            --r
            Content-Type: text/plain

            Sorry.
            --r
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; ada@example.org
            Action: failed
            Status: 5.1.1
            --r
            Content-Type: text/rfc822-headers

            Message-ID: <abc.2@city.example>
            Subject: x
            --r--
            """, sender: "")
        #expect(mail.nature == .delivery(DeliveryReport(action: .failed, status: "5.1.1", messageID: "<abc.2@city.example>")))
        guard case .delivery(let report) = mail.nature else { return }
        #expect(report.isFailure)
    }

    @Test func nestingAndNumberAreBounded() {
        var text = "x"
        for i in 0..<20 { text = "Content-Type: multipart/mixed; boundary=b\(i)\n\n--b\(i)\n\(text)\n--b\(i)--\n" }
        #expect(throws: MailFault.tooDeep) { try Self.mail(text) }
        let many = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 300) + "--b--\n"
        #expect(throws: MailFault.tooManyParts) { try Self.mail(many) }
        #expect(throws: MailFault.headTooLarge) { try Self.mail(String(repeating: "X-A: b\n", count: 600) + "\nx") }
        #expect(throws: MailFault.headTooLarge) { try Self.mail("X-A: " + String(repeating: "b", count: 300_000) + "\n\nx") }
    }

    /// Cut anywhere and with bytes changed, a mail is read or refused; nothing traps.
    @Test func bentMailsAreReadOrRefused() {
        let whole = Array(
            """
            From: =?utf-8?Q?A?= "x\\"y" <a@b.example> (c)\r\nContent-Type: multipart/mixed; boundary="b"; x*0*=utf-8''%C3; x*1=y\r\n\r\n--b\r\n\
            Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p a="b>c">&#xD800;&eacute=3D</p><!-- --b\r\n--b--\r\n
            """.utf8)
        for cut in 0...whole.count { _ = try? MailMessage(Array(whole[..<cut]), sender: "a@b.example", mark: "m") }
        var seed: UInt64 = 7
        for _ in 0..<3000 {
            var bent = whole
            for _ in 0..<4 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1
                bent[Int(seed >> 33) % bent.count] = UInt8(truncatingIfNeeded: seed >> 20)
            }
            _ = try? MailMessage(bent, sender: "a@b.example", mark: "m")
        }
    }

    @Test func addressesAreOnlyWhatTheyShouldBe() {
        for good in ["a@b.fr", "a.b+c@example.org", "élise@exämple.fr"] { #expect(MailAddress.isAddress(good)) }
        for bad in ["", "a", "@b.fr", "a@", "a b@c.fr", "a@b.fr>", "a@b\r\n.fr", "a@b@c.fr", "a@b..fr", "<a@b.fr>", "a\"@b.fr"] {
            #expect(!MailAddress.isAddress(bad), "\(bad)")
        }
        #expect(MailAddress.first("\"Roy, Ada\" <ada@example.org>, b@c.fr") == MailAddress(name: "Roy, Ada", "ada@example.org"))
        #expect(MailAddress.first("ada@example.org (Ada)") == MailAddress("ada@example.org"))
        #expect(MailAddress.first("undisclosed-recipients:;") == nil)
    }

    @Test func aMailThatWeWriteIsReadAsWeMeantIt() throws {
        let draft = MailDraft(
            from: MailAddress(name: "Ville de Dijon", "signaler@city.example"), to: "ada@example.org", replyTo: "signaler+abc@city.example",
            subject: "Demande 12-N : c'est réglé\r\nBcc: x@y.z", messageID: "<1.2@city.example>", inReplyTo: "<q@example.org>",
            at: Instant(year: 2026, month: 11, day: 22, hour: 0, minute: 35, second: 44),
            text: "Réglé.\n.\nune ligne = longue " + String(repeating: "é", count: 90),
            html: "<p>Réglé</p>", unsubscribe: "https://city.example/u", mark: "vigie@city.example")
        let text = String(decoding: draft.bytes, as: UTF8.self)
        #expect(text.contains("Date: Sun, 22 Nov 2026 00:35:44 +0000\r\n"))
        #expect(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
        #expect(!text.contains("\r\nBcc:"))
        #expect(draft.bytes.allSatisfy { $0 < 0x80 } && text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 200 })
        let mail = try MailMessage(draft.bytes, sender: "x@y.example", mark: "")
        #expect(mail.text == draft.text && mail.messageID == "<1.2@city.example>")
        #expect(mail.subject == "Demande 12-N : c'est régléBcc: x@y.z")
        #expect(mail.nature == .machine("Auto-Submitted"))
        #expect(try MailMessage(draft.bytes, sender: "x@y.example", mark: "vigie@city.example").nature == .loop("X-Loop"))
    }
}
