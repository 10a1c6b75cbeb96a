// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A mail to one person, before it has the form in which it travels.
package struct MailDraft: Sendable, Hashable {
    package var from: MailAddress
    package var to: String
    /// '' where answers go to `from`.
    package var replyTo: String
    package var subject: String
    /// With its brackets. The same mail sent twice has the same.
    package var messageID: String
    /// What it answers; '' for nothing.
    package var inReplyTo: String
    package var at: Instant
    package var text: String
    /// '' for none.
    package var html: String
    /// Where a click ends these mails (RFC 2369, RFC 8058); '' for none.
    package var unsubscribe: String
    /// Of `X-Loop`.
    package var mark: String
    /// `auto-generated`, or `auto-replied` where it answers a mail.
    package var autoSubmitted: String
    package var language: Language

    package init(
        from: MailAddress, to: String, replyTo: String = "", subject: String, messageID: String, inReplyTo: String = "", at: Instant,
        text: String, html: String = "", unsubscribe: String = "", mark: String = "", autoSubmitted: String = "auto-generated",
        language: Language = .french
    ) {
        (self.from, self.to, self.replyTo, self.subject) = (from, to, replyTo, subject)
        (self.messageID, self.inReplyTo, self.at, self.text, self.html) = (messageID, inReplyTo, at, text, html)
        (self.unsubscribe, self.mark, self.autoSubmitted, self.language) = (unsubscribe, mark, autoSubmitted, language)
    }

    /// The mail as RFC 5322 has it: lines end in CRLF; everything but an address beyond ASCII is ASCII.
    package var bytes: [UInt8] {
        var lines: [String] = []
        func add(_ name: String, _ value: String) {
            // Nothing from outside begins a line of its own here.
            if !value.isEmpty {
                lines.append(
                    "\(name): \(value.replacing("\r\n ", with: "\u{1}").filter { !$0.isNewline }.replacing("\u{1}", with: "\r\n "))")
            }
        }
        add("Date", MailDraft.date(at))
        add("From", from.field)
        add("To", "<\(to)>")
        if !replyTo.isEmpty { add("Reply-To", "<\(replyTo)>") }
        add("Subject", EncodedWords.encode(subject))
        add("Message-ID", messageID)
        add("In-Reply-To", inReplyTo)
        add("References", inReplyTo)
        add("Auto-Submitted", autoSubmitted)
        add("X-Auto-Response-Suppress", "All")
        add("X-Loop", mark)
        add("Content-Language", language.rawValue)
        if !unsubscribe.isEmpty {
            add("List-Unsubscribe", "<\(unsubscribe)>")
            add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        }
        add("MIME-Version", "1.0")
        func part(_ type: String, _ text: String) -> String {
            "Content-Type: text/\(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                + TransferCoding.quotedPrintable(text)
        }
        if html.isEmpty { return Array((lines.joined(separator: "\r\n") + "\r\n" + part("plain", text) + "\r\n").utf8) }
        // Quoted-printable writes '=' as '=3D', so this never stands in a part.
        let boundary = "=_vigie"
        add("Content-Type", "multipart/alternative; boundary=\"\(boundary)\"")
        let parts = [part("plain", text), part("html", html)].map { "--\(boundary)\r\n\($0)\r\n" }.joined()
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + parts + "--\(boundary)--\r\n").utf8)
    }

    /// `Sun, 22 Nov 2026 00:35:44 +0000`.
    static func date(_ at: Instant) -> String {
        let (year, month, day) = at.civilDate
        let days = floorDivide(at.seconds, 86_400)
        let second = at.seconds - days * 86_400
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        return "\(weekday), \(day) \(name) \(year) \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) +0000"
    }
}
