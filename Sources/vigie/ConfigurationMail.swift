// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Post

extension Configuration {
    /// Mail in and out, and push messages.
    struct Mail: Sendable {
        var bind: String
        var port: Int
        /// At which mail is taken; empty: no door for mail.
        var recipients: [String]
        /// How this house calls itself to other mail servers.
        var name: String
        /// PEM files; '' for none.
        var certificate: String
        var key: String
        var bytes: Int
        var connections: Int
        /// Nil: no mail goes out.
        var relay: SMTPRelay?
        /// From whom mails come; '' where none goes out.
        var from: String
        var sender: String
        var isPushOn: Bool
        var pushRoots: String
        var isPushInside: Bool

        var takesMail: Bool { !recipients.isEmpty }
    }
}

extension Configuration.Mail {
    init(_ values: SettingValues, publicURL: String) {
        bind = values.text("mail.bind")
        port = values.integer("mail.port")
        recipients = values.list("mail.recipients").map { $0.lowercased() }
        let host = URL(string: publicURL)?.host() ?? "localhost"
        name = values.text("mail.name").isEmpty ? host : values.text("mail.name")
        certificate = values.text("mail.certificate")
        key = values.text("mail.key")
        bytes = values.integer("mail.size")
        connections = values.integer("mail.connections")
        relay = SMTPRelay(values.text("mail.relay"))
        from = values.text("mail.from")
        sender = values.text("mail.sender")
        isPushOn = values.flag("push.on")
        pushRoots = values.text("push.roots")
        isPushInside = values.flag("push.inside")
    }

    /// Is this one of ours? Case does not matter, and what stands after a plus is for us to read (RFC 5233).
    func accepts(_ address: String) -> Bool {
        let address = address.lowercased()
        guard let at = address.lastIndex(of: "@") else { return false }
        let local = address[..<at].prefix { $0 != "+" }
        return recipients.contains(String(local) + address[at...])
    }

    var contradictions: [String] {
        var found: [String] = []
        let addresses = from.isEmpty ? recipients : recipients + [from]
        for address in addresses where !MailAddress.isAddress(address) || address.contains("+") {
            found.append("'\(address)' is no address that mail can come to or from (name@example.fr, without a plus)")
        }
        if certificate.isEmpty != key.isEmpty {
            found.append("mail.certificate and mail.key go together: give both, or neither for a door without STARTTLS")
        }
        if relay != nil, from.isEmpty { found.append("mail.relay needs mail.from: mails come from somebody") }
        return found
    }
}

extension Setting {
    static let mail: [Setting] = [
        Setting(
            "mail.recipients", .list, "",
            "Addresses at which citizens write to the city, such as `signaler@ville.example`; their mail server sends them on to `mail.port`. "
                + "Empty: no mail is taken."),
        Setting("mail.bind", .text, "127.0.0.1", "Address of the door for mail (SMTP)."),
        Setting("mail.port", .integer(0...65_535), "2525", "Port of the door for mail; 0 takes a free one."),
        Setting("mail.name", .text, "", "How this house calls itself to mail servers; empty for the host of `http.public-url`."),
        Setting("mail.certificate", .text, "", "PEM chain of the door for mail; with it STARTTLS is offered."),
        Setting("mail.key", .text, "", "PEM private key of the door for mail (a path)."),
        Setting("mail.size", .bytes(65_536...104_857_600), "25MiB", "Largest mail that is taken."),
        Setting("mail.connections", .integer(1...10_000), "50", "Most connections for mail at one time."),
        Setting(
            "mail.relay", .relay, "",
            "The city's mail server, through which mails to citizens go: `smtp://user:password@host:587` (STARTTLS), `smtps://host:465`, or "
                + "`smtp://localhost:25?tls=never`; also `ca=` (PEM). Empty: no mail goes out.", isSecret: true),
        Setting("mail.from", .text, "", "Address from which mails to citizens come; needed with `mail.relay`."),
        Setting("mail.sender", .text, "Ville", "Name that stands before that address: 'Ville de Dijon'."),
        Setting("push.on", .flag, "true", "Whether citizens may have push messages to their devices."),
        Setting("push.roots", .text, "", "PEM of further authorities of push services; empty for those of the system."),
        Setting("push.inside", .flag, "false", "Whether push services may stand at private addresses. For trials only."),
    ]
}
