// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Post

/// What goes in and out by mail and push, and what could not.
struct PostPage {
    struct Tally {
        var way: OutboxStore.Way
        var outcome: String
        var count: Int
    }

    /// Nil where no mail is taken.
    var door: (isListening: Bool, counts: SMTPListener.Counts)?
    var came: [ReportMail.Outcome: Int]
    var standing: Outbox.Standing
    var sendsMail: Bool
    var waitingCount: Int
    var waiting: [OutboxStore.Entry]
    var failures: [OutboxStore.Entry]
    /// Of the last thirty days.
    var tallies: [Tally]

    var page: Page {
        Page(title: Words("Courriels et notifications", "Mail and push messages"), place: "post") {
            if let trouble = standing.trouble {
                Banner(
                    .warning,
                    Words(
                        "Le serveur de messagerie ne prend rien en ce moment : \(trouble)", "The mail server takes nothing now: \(trouble)")
                )
            }
            if let door, !door.isListening {
                Banner(.alarm, Words("Aucun courriel n'arrive : la porte n'est pas ouverte.", "No mail comes in: the door is not open."))
            }
            incoming
            outgoing
            failed
        }
    }

    private var incoming: HTML {
        Panel(Words("Ce qui arrive", "What comes in")) {
            if let door {
                Facts(
                    ReportMail.Outcome.allCases.map { ($0.title, HTML.number(came[$0] ?? 0)) } + [
                        (Words("Connexions", "Connections"), HTML.number(door.counts.connections)),
                        (Words("Connexions écartées", "Connections turned away"), HTML.number(door.counts.turnedAway)),
                    ])
                p(.class("quiet")) { Words("Comptes depuis le démarrage.", "Counts since the start.") }
            } else {
                p(.class("empty")) {
                    Words("Aucun courriel n'est pris : 'mail.recipients' est vide.", "No mail is taken: 'mail.recipients' is empty.")
                }
            }
        }.html
    }

    private func title(_ way: OutboxStore.Way) -> Words {
        way == .mail ? Words("courriel", "e-mail") : Words("notification", "push message")
    }

    private func title(_ outcome: String) -> Words {
        switch outcome {
        case "sent": Words("partis", "sent")
        case "gone": Words("appareils qui n'en veulent plus", "devices that want no more")
        default: Words("non partis", "not sent")
        }
    }

    private var outgoing: HTML {
        Panel(Words("Ce qui part", "What goes out")) {
            if !sendsMail {
                p(.class("empty")) { Words("Aucun courriel ne part : 'mail.relay' est vide.", "No mail goes out: 'mail.relay' is empty.") }
            }
            Facts(
                [
                    (Words("En attente", "Waiting"), HTML.number(waitingCount)),
                    (Words("Dernier envoi", "Last sent"), standing.lastSentAt.map { HTML.time($0) } ?? HTML.text("–")),
                ]
                    + tallies.map { one in
                        let (way, outcome) = (title(one.way), title(one.outcome))
                        return (
                            Words("\(way.french), \(outcome.french) (30 jours)", "\(way.english), \(outcome.english) (30 days)"),
                            HTML.number(one.count)
                        )
                    })
            if waitingCount > 0 {
                form(.method("post"), .action("/console/post/hurry")) {
                    HTML.csrf
                    Button(Words("Tout réessayer maintenant", "Try all again now"), icon: .refresh)
                }
            }
            if !waiting.isEmpty { table(Words("Réessayés", "Tried again"), waiting, mayForget: false) }
        }.html
    }

    private var failed: HTML {
        Panel(Words("Ce qui n'a pas pu partir", "What could not be sent")) {
            p(.class("quiet")) {
                Words(
                    "Le contenu est effacé ; l'adresse l'est après 30 jours.", "The content is erased; the address is after 30 days.")
            }
            table(Words("Messages non partis", "Messages that did not go"), failures, mayForget: true)
        }.html
    }

    private func table(_ caption: Words, _ entries: [OutboxStore.Entry], mayForget: Bool) -> HTML {
        DataTable(
            caption,
            columns: [
                .init(Words("N°", "No.")), .init(Words("Voie", "Way")), .init(Words("À", "To")), .init(Words("Au sujet de", "About")),
                .init(Words("Depuis", "Since")), .init(Words("Essais", "Tries"), numeric: true),
                .init(Words("Ce que dit l'autre côté", "What the other side says")), .init(Words("Geste", "Act"), hidden: true),
            ],
            rows: entries.map { entry in
                .init {
                    HTML.text("\(entry.number)")
                    title(entry.message.way).html
                    HTML.text(entry.message.way == .mail ? entry.message.recipient : String(entry.message.recipient.prefix(60)))
                    about(entry.message.topic)
                    HTML.time(entry.createdAt)
                    HTML.number(entry.tries)
                    HTML.text(entry.trouble)
                    mayForget ? forget(entry.number) : HTML.time(entry.dueAt)
                }
            }, empty: EmptyState(Words("Rien : tout est parti.", "Nothing: all has gone."))
        ).html
    }

    private func about(_ topic: String) -> HTML {
        guard topic.hasPrefix("report:"), let number = Int64(topic.dropFirst(7)), number > 0 else { return HTML.text(topic) }
        let reference = ReportReference(Report.Number(number))
        return a(.href("/console/reports/\(reference)")) { "\(reference)" }
    }

    private func forget(_ number: Int64) -> HTML {
        form(.method("post"), .action("/console/post/\(number)/forget")) {
            HTML.csrf
            Button(Words("Retirer", "Remove"))
        }
    }
}
