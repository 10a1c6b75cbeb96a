// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Post

/// What a citizen reads in a mail about their request: the step, what was written to them, where it stands, what was promised, the link. The
/// same as plain text and as simple HTML.
struct CitizenMail {
    var report: Report
    var event: ReportEvent
    var tree: CategoryTree
    var link: ReportLinkStore.Link
    /// False where the step is one of another report to which this one was joined.
    var isOwn: Bool
    /// What could not be taken of the mail that this one answers.
    var remarks: [Words]
    /// Of a receipt: when the crews would be done as things stand.
    var expected: ReportExpected?

    private var language: Language { link.language }
    private func say(_ french: String, _ english: String) -> String { language == .french ? french : english }

    var subject: String {
        let what = tree.path(report.category).first?.title(language) ?? ""
        return say("Demande \(report.reference)", "Request \(report.reference)") + (what.isEmpty ? "" : " · " + what)
    }

    private enum Block {
        case line(String)
        case quote(String)
        case link(String, String)
        case small(String, String)
        case mark(String)
    }

    /// - Returns: plain text and HTML.
    func written(_ post: CitizenPost, zone: TimeZone) -> (text: String, html: String) {
        let blocks = blocks(post, Audience(language, zone: zone))
        var text: [String] = []
        var html: [String] = []
        for block in blocks {
            switch block {
            case .line(let line):
                text.append(line)
                html.append("<p>\(CitizenMail.escaped(line))</p>")
            case .quote(let said):
                text.append(said.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))
                let lines = CitizenMail.escaped(said).replacing("\n", with: "<br>")
                html.append("<p style=\"border-left:3px solid #1d4f91;margin-left:0;padding-left:12px\">\(lines)</p>")
            case .link(let title, let address):
                text.append("\(title)\n\(address)")
                html.append("<p><a href=\"\(CitizenMail.escaped(address))\">\(CitizenMail.escaped(title))</a></p>")
            case .small(let title, let address):
                text.append("--\n\(title)\n\(address)")
                html.append(
                    "<p style=\"font-size:85%;color:#555\"><a href=\"\(CitizenMail.escaped(address))\">\(CitizenMail.escaped(title))</a></p>"
                )
            case .mark(let line):
                text.append("— \(line) —")
                html.append("<p style=\"font-size:85%;color:#555\">— \(CitizenMail.escaped(line)) —</p>")
            }
        }
        let body = html.joined(separator: "\n")
        return (
            text.joined(separator: "\n\n") + "\n",
            "<!doctype html>\n<html lang=\"\(language.rawValue)\"><head><meta charset=\"utf-8\"><title>\(CitizenMail.escaped(subject))</title></head>"
                + "<body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">\n\(body)\n</body></html>\n"
        )
    }

    private func blocks(_ post: CitizenPost, _ audience: Audience) -> [Block] {
        var blocks: [Block] = []
        if !post.mailbox.isEmpty { blocks.append(.mark(MailQuotes.marks(language))) }
        blocks.append(.line(say("Bonjour,", "Hello,")))
        if let sentence = AppWords.dated(event, tree, zone: audience.zone) { blocks.append(.line(sentence(language))) }
        if isOwn, !event.publicText.isEmpty { blocks.append(.quote(event.publicText)) }
        blocks += remarks.map { .line($0(language)) }
        var facts = say("Référence : ", "Reference: ") + "\(report.reference)"
        if tree[report.category] != nil { facts += "\n" + say("Quoi : ", "What: ") + tree.title(report.category)(language) }
        if !report.address.isEmpty { facts += "\n" + say("Où : ", "Where: ") + report.address }
        facts += "\n" + say("Où en est-on : ", "Where it stands: ") + AppWords.standing(report)(language)
        blocks.append(.quote(facts))
        if let promise = AppWords.promise(report, day: audience.date(report.promisedAt), at: event.at) {
            blocks.append(.line(promise(language)))
        }
        if let expected, report.isOpen {
            let (day, because) = (audience.date(expected.at), expected.because(language))
            blocks.append(.line(say("Prévu pour le \(day) : \(because).", "Expected on \(day): \(because).")))
        }
        let page = "\(post.publicURL)/app/follow/\(link.secrets.follow)"
        if ReportRules.next(report.state, .contest) != nil, isOwn {
            blocks.append(
                .link(
                    say(
                        "Est-ce réglé pour vous ? Dites-le ici (dans les 30 jours).", "Is it solved for you? Tell us here (within 30 days)."
                    ), page + "#verdict"))
        } else {
            blocks.append(.link(say("Suivre la demande", "Follow the request"), page))
        }
        if !post.mailbox.isEmpty {
            blocks.append(.line(say("Pour ajouter une précision, répondez à ce courriel.", "To add a word, answer this mail.")))
        }
        blocks.append(
            .small(say("Ne plus recevoir ces courriels", "No more of these mails"), "\(post.publicURL)/app/mail/\(link.secrets.follow)"))
        return blocks
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
