// SPDX-License-Identifier: EUPL-1.2

/// Who speaks in a mail, as far as its head says so.
package enum MailNature: Sendable, Hashable {
    case person
    /// A machine that sends by itself, or a list: it may tell something, and is never answered (RFC 3834 §2).
    case machine(String)
    /// A machine that answers: out of office, 'we have received your mail'.
    case reply(String)
    /// Could not be delivered, or was (RFC 3464).
    case delivery(DeliveryReport)
    /// This room's own mail came back.
    case loop(String)

    /// May an answer be sent without a person's doing?
    package var mayBeAnswered: Bool { self == .person }
}

/// What a mail server says of a mail that we sent (RFC 3464, RFC 6533).
package struct DeliveryReport: Sendable, Hashable {
    package enum Action: String, Sendable { case failed, delayed, delivered, relayed, expanded, unknown }

    package var action: Action
    /// `5.1.1`; '' where none is said.
    package var status: String
    /// Of the mail that it tells about, with brackets; '' where it is not returned.
    package var messageID: String

    package var isFailure: Bool { action == .failed || action == .unknown && status.hasPrefix("5") }
}

/// RFC 3834 and what the world does besides.
enum MailRules {
    /// Hops after which a mail goes in circles (RFC 5321 §6.3 asks for at least 100).
    static let mostHops = 100

    static func nature(_ mail: MailPart, sender: String, mark: String) -> MailNature {
        let head = mail.headers
        func small(_ name: String) -> String { (head[name] ?? "").lowercased() }
        if !mark.isEmpty, head.all("X-Loop").contains(where: { $0.lowercased() == mark.lowercased() }) { return .loop("X-Loop") }
        if head.all("Received").count > mostHops { return .loop("Received") }
        if mail.type == "multipart/report" { return .delivery(delivery(mail)) }
        if sender.isEmpty { return .delivery(DeliveryReport(action: .unknown, status: "", messageID: "")) }
        let submitted = MailValue(small("Auto-Submitted")).value.prefix { !$0.isWhitespace && $0 != "(" }
        if submitted == "auto-replied" || head.has("X-Autoreply") || head.has("X-Autorespond") { return .reply("Auto-Submitted") }
        if small("Precedence") == "auto_reply" { return .reply("Precedence") }
        if !submitted.isEmpty, submitted != "no" { return .machine("Auto-Submitted") }
        for name in ["List-Id", "List-Unsubscribe", "List-Post", "Feedback-ID"] where head.has(name) { return .machine(name) }
        if ["bulk", "list", "junk"].contains(small("Precedence")) { return .machine("Precedence") }
        if small("X-Auto-Response-Suppress").contains("all") || small("X-Auto-Response-Suppress").contains("autoreply") {
            return .machine("X-Auto-Response-Suppress")
        }
        let locals = [sender, head["From"].flatMap(MailAddress.first)?.address ?? ""].map { local($0) }
        if locals.contains(where: { machines.contains($0) || $0.hasPrefix("owner-") || $0.hasSuffix("-request") || $0.hasPrefix("bounce") })
        {
            return .machine("From")
        }
        return .person
    }

    private static let machines: Set = [
        "mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "ne-pas-repondre", "nepasrepondre", "listserv",
        "majordomo", "bounces", "root", "daemon",
    ]

    private static func local(_ address: String) -> String { address.prefix { $0 != "@" }.lowercased() }

    private static func delivery(_ mail: MailPart) -> DeliveryReport {
        var report = DeliveryReport(action: .unknown, status: "", messageID: "")
        for part in mail.parts {
            switch part.type {
            case "message/delivery-status", "message/global-delivery-status":
                for line in MailLines.split(part.content[...]) {
                    let text = String(decoding: line, as: UTF8.self)
                    guard let colon = text.firstIndex(of: ":") else { continue }
                    let value = text[text.index(after: colon)...].trimmed.lowercased()
                    switch text[..<colon].trimmed.lowercased() {
                    // Of several recipients the worst counts: ours have one each.
                    case "action" where report.action != .failed: report.action = DeliveryReport.Action(rawValue: value) ?? .unknown
                    case "status" where !report.status.hasPrefix("5"):
                        report.status = String(value.prefix { $0.isNumber || $0 == "." }.prefix(12))
                    default: break
                    }
                }
            case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
                if let inner = try? MIMEParser.parse(part.content), let id = inner.headers["Message-ID"]?.trimmed, id.count <= 300 {
                    report.messageID = id
                }
            default: break
            }
        }
        return report
    }
}
