// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Fieldbus
package import Watch

/// The health of Vigie itself: what comes in, what was refused and why, whether it keeps up, whether the disk takes it.
package struct HealthPage {
    package var vitals: Vitals
    package var live: LiveFeed.Statistics
    package var waysIn: WaysIn
    /// Bytes free where the intake and the journal lie; nil where it is not known.
    package var freeBytes: Int64?
    package var now: Instant

    package var page: Page {
        Page(
            title: Words("Santé de Vigie", "Health of Vigie"), place: "health",
            actions: a(.class("button", "button-quiet"), .href("/console/help/health"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            custom("live-counts", .named("topic", "vitals"))
            troubles
            Panel(Words("Ce qui entre", "What comes in")) {
                div(.class("figure-row")) {
                    Figure(
                        Words("Lectures par seconde", "Readings a second"),
                        span(.data("count", "rate")) { HTML.quantity(vitals.rate, decimals: 1, unit: "") },
                        note: HTML.words(Words("moyenne d'une minute", "mean of a minute")))
                    figure(Words("Lectures", "Readings"), "readings", Int(clamping: vitals.readings))
                    figure(Words("Jugées", "Judged"), "judged", Int(clamping: vitals.judged))
                    figure(Words("Refusées", "Refused"), "refused", vitals.refusals.total)
                    figure(Words("En attente de jugement", "Waiting to be judged"), "waiting", vitals.waiting)
                    figure(Words("Ralentissements des équipements", "Times devices were slowed"), "heldBack", vitals.heldBack)
                    figure(Words("Équipements", "Assets"), "assets", vitals.assets)
                }
                p(.class("quiet")) {
                    Words("Comptes depuis le démarrage, ", "Counts since the start, ")
                    HTML.time(vitals.startedAt)
                    "."
                }
            }
            refusals
            waysInPanel
            Panel(Words("Le tour : écrire, acquitter, juger, garder", "The turn: write, acknowledge, judge, keep")) {
                Facts([
                    (Words("Tours", "Turns"), span(.data("count", "turns")) { Int(clamping: vitals.turns) }),
                    (Words("Écriture sur disque", "Write to disk"), lag("lag-sync")),
                    (Words("Jugement", "Judgement"), lag("lag-judge")),
                    (Words("Journal", "Journal"), lag("lag-keep")),
                    (Words("Le plus long depuis une minute", "Longest in a minute"), lag("lag-longest")),
                    (
                        Words("À rejouer au prochain démarrage", "To play again at the next start"),
                        Words(
                            "\(vitals.intakePosition &- vitals.keptPosition) tours", "\(vitals.intakePosition &- vitals.keptPosition) turns"
                        ).html
                    ),
                ])
            }
            Panel(Words("Disque et mémoire de la salle", "Disk and the room's memory")) {
                Facts([
                    (Words("Entrée sur disque", "Intake on disk"), bytes(Int64(vitals.intakeBytes))),
                    (Words("Libre", "Free"), freeBytes.map(bytes) ?? HTML.text("–")),
                    (Words("Dernier instantané", "Last snapshot"), vitals.lastSnapshot.map { HTML.time($0) } ?? HTML.text("–")),
                    (Words("Démarré", "Started"), HTML.time(vitals.startedAt)),
                    (Words("Prêt en", "Ready in"), HTML.quantity(vitals.startSeconds, decimals: 2, unit: "s")),
                ])
            }
            Panel(Words("Écrans ouverts", "Open screens")) {
                Facts([
                    (Words("Flux en direct", "Live streams"), HTML.number(live.listeners)),
                    (Words("Nouvelles envoyées", "News delivered"), HTML.number(Int(clamping: live.delivered))),
                    (Words("Resynchronisations", "Resynchronisations"), HTML.number(Int(clamping: live.resyncs))),
                ])
            }
        }
    }

    private var troubles: HTML {
        HTML.of {
            if let trouble = vitals.intakeTrouble {
                Banner(
                    .alarm,
                    Words(
                        "L'entrée ne peut pas être écrite : rien n'est acquitté aux équipements. \(trouble)",
                        "The intake cannot be written: nothing is acknowledged to devices. \(trouble)"))
            }
            if let trouble = vitals.journalTrouble {
                Banner(
                    .alarm,
                    Words("Le journal ne peut pas être écrit. \(trouble)", "The journal cannot be written. \(trouble)"))
            }
            if let at = vitals.clockJumpAt, now - at < .hours(1) {
                Banner(
                    .warning, Words("L'horloge a sauté de \(Int(vitals.clockJump)) s.", "The clock jumped by \(Int(vitals.clockJump)) s."))
            }
            if let at = vitals.standstillAt, now - at < .hours(1) {
                let seconds = Int(vitals.standstill)
                Banner(.warning, Words("La salle est restée immobile \(seconds) s.", "The room stood still for \(seconds) s."))
            }
            for broker in waysIn.away {
                Banner(
                    .warning,
                    Words(
                        "Le courtier \(broker.name) est injoignable. \(broker.lastTrouble)",
                        "The broker \(broker.name) is away. \(broker.lastTrouble)"))
            }
            if let freeBytes, freeBytes < 1 << 30 {
                Banner(.warning, Words("Moins d'un gigaoctet libre sur le disque.", "Less than one gigabyte is free on the disk."))
            }
        }
    }

    private var refusals: some Content {
        Panel(Words("Refus par motif", "Refusals by reason")) {
            if vitals.refusals.isEmpty { EmptyState(Words("Aucun refus.", "No refusal.")) }
            ul(.class("rows")) {
                for refusal in Refusal.allCases where vitals.refusals[refusal] > 0 {
                    li {
                        refusal.words
                        " "
                        strong(.data("count", "refused-\(refusal.key)")) { vitals.refusals[refusal] }
                    }
                }
            }
        }
    }

    private var waysInPanel: some Content {
        let listener = waysIn.listener
        let brokers: [(title: Words, value: HTML)] = waysIn.brokers.map { broker in
            (
                title: Words("Courtier \(broker.name)", "Broker \(broker.name)"),
                value: HTML.of {
                    broker.isReady ? Words("relié", "connected") : Words("injoignable", "away")
                    if let since = broker.since {
                        Words(" depuis ", " since ")
                        HTML.time(since)
                    }
                    Words(", \(broker.connects) connexions", ", \(broker.connects) connections")
                }
            )
        }
        return Panel(Words("Liaisons", "Connections")) {
            Facts(
                [
                    (Words("Passerelles reliées", "Gateways connected"), HTML.number(listener.connections)),
                    (Words("Messages reçus", "Messages received"), HTML.number(listener.messages)),
                    (Words("Acquittés", "Acknowledged"), HTML.number(listener.acknowledged)),
                    (Words("Connexions refusées", "Connections turned away"), HTML.number(listener.turnedAway)),
                    (Words("Coupées pour faute de protocole", "Ended for a fault of protocol"), HTML.number(listener.faults)),
                    (Words("Lues plus lentement (trop rapides)", "Read more slowly (too fast)"), HTML.number(listener.throttled)),
                ] + brokers)
        }
    }

    private func figure(_ title: Words, _ key: String, _ value: Int) -> HTML {
        Figure(title, span(.data("count", key)) { value }).html
    }

    /// Milliseconds of the last turn by part, under the names by which the live feed keeps them true.
    static func lags(_ vitals: Vitals) -> [(String, Double)] {
        [
            ("lag-sync", vitals.lastSync), ("lag-judge", vitals.lastJudge), ("lag-keep", vitals.lastKeep),
            ("lag-longest", vitals.longestTurn),
        ]
    }

    private func lag(_ name: String) -> HTML {
        let value = HealthPage.lags(vitals).first { $0.0 == name }?.1 ?? 0
        return HTML.of {
            span(.data("count", name)) { HTML.quantity(value, decimals: 1, unit: "") }
            "\u{00A0}ms"
        }
    }

    private func bytes(_ value: Int64) -> HTML {
        value < 10_000_000_000
            ? .quantity(Double(value) / 1e6, decimals: 1, unit: "Mo") : .quantity(Double(value) / 1e9, decimals: 1, unit: "Go")
    }
}

extension Refusal {
    package var words: Words {
        switch self {
        case .tooLarge: Words("trop volumineux", "too large")
        case .notJSON: Words("pas du JSON", "not JSON")
        case .notPacked: Words("binaire mal formé", "broken binary")
        case .wrongType: Words("type inattendu", "wrong type")
        case .missingField: Words("champ manquant", "missing field")
        case .unknownProperty: Words("grandeur inconnue", "unknown property")
        case .outOfRange: Words("hors bornes", "out of range")
        case .unknownDevice: Words("équipement inconnu", "unknown device")
        case .notYours: Words("équipement d'une autre passerelle", "another gateway's device")
        case .badTopic: Words("sujet MQTT refusé", "MQTT topic refused")
        case .future: Words("daté du futur", "dated in the future")
        case .ancient: Words("trop ancien", "too old")
        case .duplicate: Words("doublon", "duplicate")
        case .outOfOrder: Words("dans le désordre", "out of order")
        case .outOfService: Words("hors service", "out of service")
        case .rateLimited: Words("trop rapide", "too fast")
        case .overflow: Words("débordement", "overflow")
        }
    }
}
