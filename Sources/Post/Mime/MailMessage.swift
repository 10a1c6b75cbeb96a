// SPDX-License-Identifier: EUPL-1.2

/// What a mail says, read for whoever acts on it.
package struct MailMessage: Sendable {
    package struct Attachment: Sendable, Hashable {
        /// '' where none is said.
        package var name: String
        package var type: String
        package var bytes: [UInt8]
    }

    package var from: MailAddress?
    package var subject: String
    /// With its brackets; '' where there is none.
    package var messageID: String
    /// What it answers, with brackets: In-Reply-To first, then References from the newest on.
    package var references: [String]
    /// Plain text, unfolded; of a mail that has only HTML, that as text.
    package var text: String
    /// Files and pictures, in their order.
    package var attachments: [Attachment]
    package var nature: MailNature
    package var headers: MailHeaders

    /// Attachments beyond this are not looked at.
    static let mostAttachments = 20

    /// - Parameters:
    ///   - sender: of the envelope; '' for the null return path.
    ///   - mark: value of `X-Loop` on what this room sends.
    /// - Throws: `MailFault`.
    package init(_ bytes: [UInt8], sender: String, mark: String) throws {
        let mail = try MIMEParser.parse(bytes)
        headers = mail.headers
        from = mail.headers["From"].flatMap(MailAddress.first)
        subject = String(EncodedWords.decode(mail.headers["Subject"] ?? "").filter { !$0.isNewline }.prefix(500))
        messageID = MailMessage.identifiers(mail.headers["Message-ID"] ?? "").first ?? ""
        references =
            MailMessage.identifiers(mail.headers["In-Reply-To"] ?? "")
            + MailMessage.identifiers(mail.headers["References"] ?? "").reversed()
        nature = MailRules.nature(mail, sender: sender, mark: mark)
        var found = Found()
        found.walk(mail)
        text = found.text
        attachments = found.attachments
    }

    /// `<a@b> <c@d>`, at most fifty.
    private static func identifiers(_ field: String) -> [String] {
        field.prefix(8000).split { $0.isWhitespace || $0 == "," }.filter { $0.hasPrefix("<") && $0.hasSuffix(">") && $0.count <= 300 }
            .prefix(50).map(String.init)
    }

    private struct Found {
        var plain: [String] = []
        var html: [String] = []
        var attachments: [Attachment] = []

        var text: String {
            let text = plain.isEmpty ? html.map(HTMLText.plain).joined(separator: "\n") : plain.joined(separator: "\n")
            return text.replacing("\r\n", with: "\n").trimmed
        }

        mutating func walk(_ part: MailPart) {
            if !part.parts.isEmpty {
                guard part.type == "multipart/alternative" else { return part.parts.forEach { walk($0) } }
                return walkAlternatives(part)
            }
            switch part.type {
            case "text/plain" where !part.isAttachment:
                let text = part.text
                let isFlowed = part.parameters["format"]?.lowercased() == "flowed"
                plain.append(isFlowed ? FlowedText.plain(text, deletesSpace: part.parameters["delsp"]?.lowercased() == "yes") : text)
            case "text/html" where !part.isAttachment: html.append(part.text)
            default:
                guard attachments.count < MailMessage.mostAttachments else { return }
                attachments.append(Attachment(name: part.fileName, type: part.type, bytes: part.content))
            }
        }

        /// One of several forms of the same: the plain text where there is any, else the HTML; pictures from wherever they stand.
        private mutating func walkAlternatives(_ part: MailPart) {
            var ways = part.parts.map { one in
                var found = Found()
                found.walk(one)
                return found
            }
            for way in ways { attachments += way.attachments }
            ways.removeAll { $0.plain.allSatisfy { $0.trimmed.isEmpty } && $0.html.isEmpty }
            if let best = ways.first(where: { !$0.plain.isEmpty }) ?? ways.last {
                plain += best.plain
                if best.plain.isEmpty { html += best.html }
            }
        }
    }
}
