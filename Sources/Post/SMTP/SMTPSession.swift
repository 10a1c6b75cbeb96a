// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// One client's side of our SMTP door, without a socket (RFC 5321; STARTTLS RFC 3207, SIZE 1870, 8BITMIME 6152, SMTPUTF8 6531,
/// PIPELINING 2920, ENHANCEDSTATUSCODES 2034): bytes in, steps out.
struct SMTPSession {
    enum Step: Equatable {
        case reply(String)
        /// Send the reply, then begin TLS; whatever was sent before TLS is forgotten.
        case startTLS(String)
        /// A whole mail; nothing goes on until `answered`.
        case deliver(Envelope, [UInt8])
        case close(String)
    }

    /// Who sends what to whom.
    struct Envelope: Equatable, Sendable {
        /// '' for the null return path.
        var sender: String
        var recipients: [String]
    }

    private enum Stage { case command, data, waits, over }

    let limits: SMTPLimits
    /// Whether STARTTLS is offered.
    var offersTLS: Bool
    /// Is this address ours?
    let accepts: (String) -> Bool
    /// May so many bytes more be taken by the house now?
    let reserve: (Int) -> Bool
    private var buffer: [UInt8] = []
    private var at = 0
    private var stage = Stage.command
    private var greeting = ""
    private var sender: String?
    private var recipients: [String] = []
    private var mail: [UInt8] = []
    private var trouble: String?
    /// The line before ended with CRLF, not with a bare LF.
    private var endedWell = true
    private var isWithinLine = false
    private var faults = 0
    private var mails = 0
    /// Bytes that `reserve` granted.
    private(set) var reserved = 0

    init(limits: SMTPLimits, offersTLS: Bool, accepts: @escaping (String) -> Bool, reserve: @escaping (Int) -> Bool = { _ in true }) {
        (self.limits, self.offersTLS, self.accepts, self.reserve) = (limits, offersTLS, accepts, reserve)
    }

    var welcome: String { "220 \(limits.name) ESMTP Vigie\r\n" }
    /// A mail was taken and nothing was said of it yet.
    var isWaiting: Bool { stage == .waits }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        guard stage != .over else { return }
        buffer += bytes
    }

    /// What the house says of the mail that was delivered to it.
    mutating func answered(_ reply: String) -> Step {
        stage = .command
        reset()
        return .reply(reply + "\r\n")
    }

    mutating func tlsStarted() {
        (buffer, at, greeting, offersTLS) = ([], 0, "", false)
        reset()
    }

    /// What was reserved, which is not needed any more.
    mutating func freed() -> Int {
        defer { reserved = 0 }
        return reserved
    }

    /// The same between mails; 0 while one is being received.
    mutating func freedUnlessReceiving() -> Int { stage == .data ? 0 : freed() }

    private mutating func reset() { (sender, recipients, mail, trouble) = (nil, [], [], nil) }

    /// The next thing to do; nil until more bytes come or the mail is answered.
    mutating func next() -> Step? {
        switch stage {
        case .over, .waits: return nil
        case .data: return data()
        case .command: return line()
        }
    }

    private mutating func forgetRead() {
        if at > 65_536 || at == buffer.count {
            buffer.removeFirst(at)
            at = 0
        }
    }

    // MARK: Commands

    private mutating func line() -> Step? {
        guard let end = buffer[at...].firstIndex(of: 0x0A) else {
            return buffer.count - at > SMTPLimits.longestCommand ? over("500 5.5.2 The command is too long\r\n") : nil
        }
        let line = buffer[at..<end]
        at = end + 1
        defer { forgetRead() }
        guard line.last == 0x0D, line.count <= SMTPLimits.longestCommand else {
            return over("500 5.5.2 A line ends with CRLF and is short\r\n")
        }
        guard let text = String(validating: line.dropLast(), as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" })
        else { return fault("500 5.5.2 No control characters here\r\n") }
        return command(text)
    }

    private mutating func over(_ reply: String) -> Step {
        stage = .over
        (buffer, at) = ([], 0)
        return .close(reply)
    }

    /// Whoever goes on erring is not a mail server.
    private mutating func fault(_ reply: String) -> Step {
        faults += 1
        return faults > SMTPLimits.mostFaults ? over("421 4.7.0 Too many errors\r\n") : .reply(reply)
    }

    private mutating func command(_ text: String) -> Step {
        let verb = text.prefix { $0 != " " }.uppercased()
        let rest = text.dropFirst(verb.count).trimmed
        switch verb {
        case "EHLO", "HELO": return hello(rest, isExtended: verb == "EHLO")
        case "MAIL": return mailFrom(rest)
        case "RCPT": return recipient(rest)
        case "DATA": return beginData(rest)
        case "RSET":
            reset()
            return .reply("250 2.0.0 Forgotten\r\n")
        case "NOOP": return .reply("250 2.0.0 Fine\r\n")
        case "QUIT": return over("221 2.0.0 Goodbye\r\n")
        case "VRFY": return .reply("252 2.5.2 Send it and see\r\n")
        case "STARTTLS": return startTLS(rest)
        case "HELP": return .reply("214 2.0.0 RFC 5321\r\n")
        case "EXPN", "AUTH", "TURN", "ETRN", "BDAT": return fault("502 5.5.1 Not spoken here\r\n")
        // Browsers can be made to send forms to any port.
        case "GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS": return over("421 4.7.0 This is SMTP\r\n")
        default: return fault("500 5.5.1 Unknown command\r\n")
        }
    }

    private mutating func hello(_ name: String, isExtended: Bool) -> Step {
        guard !name.isEmpty else { return fault("501 5.5.4 Who are you?\r\n") }
        reset()
        greeting = name
        guard isExtended else { return .reply("250 \(limits.name)\r\n") }
        let more = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE \(limits.size)", "ENHANCEDSTATUSCODES"] + (offersTLS ? ["STARTTLS"] : [])
        let lines = [limits.name] + more
        return .reply(lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)\r\n" }.joined())
    }

    private mutating func startTLS(_ rest: String) -> Step {
        guard rest.isEmpty else { return fault("501 5.5.4 STARTTLS has no parameter\r\n") }
        guard offersTLS else { return fault("502 5.5.1 Not spoken here\r\n") }
        // Commands sent ahead in clear would be taken as if they had come through TLS.
        guard at >= buffer.count else { return over("503 5.5.1 Nothing may follow STARTTLS before TLS\r\n") }
        return .startTLS("220 2.0.0 Begin\r\n")
    }

    private mutating func mailFrom(_ rest: String) -> Step {
        guard !greeting.isEmpty else { return fault("503 5.5.1 EHLO comes first\r\n") }
        guard sender == nil else { return fault("503 5.5.1 One mail at a time\r\n") }
        guard mails < SMTPLimits.mostMails else { return over("421 4.7.0 Enough for one connection\r\n") }
        guard rest.uppercased().hasPrefix("FROM:"), let (path, more) = SMTPSession.path(rest.dropFirst(5)) else {
            return fault("501 5.5.4 MAIL FROM:<address>\r\n")
        }
        guard path.isEmpty || MailAddress.isAddress(path) else { return fault("553 5.1.7 That is no address\r\n") }
        for parameter in more {
            let parts = parameter.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts[0].uppercased(), parts.count > 1 ? parts[1] : "") {
            case ("SIZE", let text):
                guard let size = Int(text), size >= 0 else { return fault("501 5.5.4 SIZE is a number\r\n") }
                if size > limits.size { return .reply("552 5.3.4 At most \(limits.size) bytes\r\n") }
            case ("BODY", let text) where ["7BIT", "8BITMIME"].contains(text.uppercased()): break
            case ("SMTPUTF8", ""): break
            case ("RET", _), ("ENVID", _), ("AUTH", _): break
            default: return fault("555 5.5.4 Unknown parameter\r\n")
            }
        }
        sender = path
        return .reply("250 2.1.0 Sender taken\r\n")
    }

    private mutating func recipient(_ rest: String) -> Step {
        guard sender != nil else { return fault("503 5.5.1 MAIL comes first\r\n") }
        guard rest.uppercased().hasPrefix("TO:"), let (path, _) = SMTPSession.path(rest.dropFirst(3)), !path.isEmpty else {
            return fault("501 5.5.4 RCPT TO:<address>\r\n")
        }
        guard MailAddress.isAddress(path) else { return fault("553 5.1.3 That is no address\r\n") }
        guard accepts(path) else { return fault("550 5.1.1 Nobody here by that name\r\n") }
        guard recipients.count < SMTPLimits.mostRecipients else { return .reply("452 4.5.3 Too many recipients\r\n") }
        if !recipients.contains(path) { recipients.append(path) }
        return .reply("250 2.1.5 Recipient taken\r\n")
    }

    private mutating func beginData(_ rest: String) -> Step {
        guard rest.isEmpty else { return fault("501 5.5.4 DATA has no parameter\r\n") }
        guard sender != nil else { return fault("503 5.5.1 MAIL comes first\r\n") }
        guard !recipients.isEmpty else { return fault("554 5.5.1 No recipient was taken\r\n") }
        stage = .data
        endedWell = true
        mails += 1
        return .reply("354 End with a point on a line of its own\r\n")
    }

    /// `<a@b> SIZE=1`; a source route is left out (RFC 5321 §4.1.1.3).
    private static func path(_ text: Substring) -> (String, [Substring])? {
        let text = text.drop { $0 == " " }
        guard text.hasPrefix("<"), let end = text.firstIndex(of: ">") else { return nil }
        var path = text[text.index(after: text.startIndex)..<end]
        if path.hasPrefix("@"), let colon = path.firstIndex(of: ":") { path = path[path.index(after: colon)...] }
        return (String(path), text[text.index(after: end)...].split(separator: " "))
    }

    // MARK: Data

    /// Takes whole lines. Only CRLF ends one and only CRLF.CRLF ends the mail: whoever reads a bare LF as an end lets others smuggle
    /// a second mail in (RFC 5321 §2.3.8), so such a mail is refused.
    private mutating func data() -> Step? {
        defer { forgetRead() }
        while true {
            guard let end = buffer[at...].firstIndex(of: 0x0A) else {
                // A line without an end is kept only as far as the mail may be long.
                if trouble != nil || buffer.count - at > limits.size {
                    trouble = trouble ?? "552 5.3.4 At most \(limits.size) bytes"
                    let keep = buffer.last == 0x0D ? 1 : 0
                    if buffer.count - keep > at { (at, isWithinLine) = (buffer.count - keep, true) }
                }
                return nil
            }
            var line = buffer[at..<end]
            at = end + 1
            let endsWell = line.last == 0x0D
            if endsWell { line.removeLast() }
            let beganWell = endedWell
            endedWell = endsWell
            // The rest of a line of which the beginning was let go is no line, whatever it looks like.
            if isWithinLine {
                isWithinLine = false
                continue
            }
            if line.elementsEqual([0x2E]) {
                // Some would take this for the end, others would not: what follows is nobody's mail.
                return beganWell && endsWell ? endData() : over("554 5.6.0 A mail ends with CRLF.CRLF and nothing else\r\n")
            }
            if !endsWell || line.contains(0x0D) { refuse("554 5.6.0 Lines end with CRLF: a bare CR or LF is refused") }
            if trouble != nil { continue }
            if line.first == 0x2E { line.removeFirst() }
            if mail.count + line.count + 2 > limits.size {
                refuse("552 5.3.4 At most \(limits.size) bytes")
                continue
            }
            if mail.count + line.count + 2 > reserved {
                let step = max(65_536, line.count + 2)
                guard reserve(step) else {
                    refuse("452 4.3.1 Too much mail at once, come again later")
                    continue
                }
                reserved += step
            }
            mail += line
            mail += [0x0D, 0x0A]
        }
    }

    private mutating func refuse(_ reply: String) {
        trouble = trouble ?? reply
        mail = []
    }

    private mutating func endData() -> Step {
        if let trouble {
            stage = .command
            reset()
            return fault(trouble + "\r\n")
        }
        stage = .waits
        return .deliver(Envelope(sender: sender ?? "", recipients: recipients), mail)
    }
}

/// What one client may do.
package struct SMTPLimits: Sendable {
    /// How this server calls itself.
    package var name: String
    /// Bytes of one mail.
    package var size: Int
    /// At one time, in all and from one address.
    package var connections: Int
    package var connectionsPerPeer: Int
    /// Bytes of mails that are being received, in all.
    package var bytesInFlight: Int

    package init(
        name: String, size: Int = 25 << 20, connections: Int = 50, connectionsPerPeer: Int = 10, bytesInFlight: Int = 256 << 20
    ) {
        (self.name, self.size, self.connections) = (name, size, connections)
        (self.connectionsPerPeer, self.bytesInFlight) = (connectionsPerPeer, bytesInFlight)
    }

    static let longestCommand = 2048
    static let mostRecipients = 10
    static let mostFaults = 20
    static let mostMails = 100
}
