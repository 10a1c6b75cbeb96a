// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
package import Watch

/// The order panel: what, for which assets, until when and why; then what it would do, before anybody confirms.
package struct OrderDraftPage {
    package var fields: OrderFields
    package var groups: [SavedGroup]
    package var preview: OrderPreview?
    package var names: Names
    package var now: Instant
    /// What was wrong with the fields, shown above them.
    package var errors: [Refused.FieldError]

    package init(
        fields: OrderFields, groups: [SavedGroup], preview: OrderPreview? = nil, names: Names, now: Instant,
        errors: [Refused.FieldError] = []
    ) {
        self.errors = errors
        (self.fields, self.groups, self.preview, self.names, self.now) = (fields, groups, preview, names, now)
    }

    package var page: Page {
        Page(
            title: preview == nil ? Words("Nouvel ordre", "New order") : Words("Vérifier l'ordre", "Check the order"), place: "orders",
            trail: [.init(Words("Ordres", "Orders"), "/console/orders")],
            actions: a(.class("button", "button-quiet"), .href("/console/help/orders"), .rel("help")) { Words("Aide (?)", "Help (?)") }
        ) {
            for error in errors where !OrderDraftPage.own.contains(error.field) { Banner(.warning, error.message) }
            if let preview { OrderPreviewPart(preview: preview, names: names).html }
            if let preview, preview.count > 0, preview.lacksRight.isEmpty { confirm(preview) }
            Panel(preview == nil ? Words("L'ordre", "The order") : Words("Corriger", "Correct")) { draft }
        }
    }

    private func confirm(_ preview: OrderPreview) -> HTML {
        form(.method("post"), .action("/console/orders"), .class("row", "confirm")) {
            HTML.csrf
            for (name, value) in fields.pairs { input(.type("hidden"), .name(name), .value(value)) }
            p(.class("lead")) { strong(sentence) }
            if preview.needsSecondPerson {
                submit(Words("Proposer à une deuxième personne", "Propose to a second person"), "button-primary")
            } else {
                submit(OrderDraftPage.send(preview.count), "button-primary")
            }
        }
    }

    /// What will be sent, in words: 'Régler à 50 %, pendant 1 heure'.
    private var sentence: Words {
        let what = OrderDraftPage.commands.first { $0.0 == fields.command }?.1 ?? Words(fields.command, fields.command)
        let span = OrderDraftPage.spans.first { $0.0 == fields.minutes }?.1 ?? Words("\(fields.minutes) min", "\(fields.minutes) min")
        let level = fields.command == "level" ? Words(" à \(fields.level) %", " to \(fields.level)%") : Words("", "")
        let until = fields.minutes.isEmpty ? Words(", ", ", ") : Words(", pendant ", ", for ")
        return Words(
            what.french + level.french + until.french + span.french, what.english + level.english + until.english + span.english)
    }

    private static let commands = [
        ("level", Words("Régler le niveau", "Set the level")), ("on", Words("Allumer", "On")), ("off", Words("Éteindre", "Off")),
        ("programme", Words("Rendre au programme", "Back to programme")),
    ]

    private static let spans = [
        ("30", Words("30 minutes", "30 minutes")), ("60", Words("1 heure", "1 hour")), ("240", Words("4 heures", "4 hours")),
        ("720", Words("12 heures", "12 hours")), ("", Words("jusqu'à nouvel ordre", "until another order")),
    ]

    private static func send(_ count: Int) -> Words {
        Words(
            "Envoyer à \(Audience(.french).number(count)) équipement\(count > 1 ? "s" : "")",
            "Send to \(Audience(.english).number(count)) asset\(count == 1 ? "" : "s")")
    }

    /// The fields that show what is wrong with them beside themselves.
    private static let own: Set<String> = ["scope", "which", "command", "level", "authority", "reason"]

    private func error(_ field: String) -> Words? { errors.first { $0.field == field }?.message }

    private var draft: HTML {
        form(.method("post"), .action("/console/orders/preview"), .class("stack")) {
            HTML.csrf
            selection
            Choice("command", Words("Commande", "Command"), OrderDraftPage.commands, value: fields.command, error: error("command"))
            Field(
                "level", Words("Niveau", "Level"), type: "number", value: fields.level,
                hint: Words("Seulement pour « Régler le niveau » : de 0 à 100.", "Only to set the level: 0 to 100."), error: error("level"),
                unit: "%", .named("min", "0"), .named("max", "100"), .named("step", "1"))
            Choice("for", Words("Pendant", "For"), OrderDraftPage.spans, value: fields.minutes)
            Choice(
                "authority", Words("Autorité", "Authority"),
                [Authority.operator, .incident, .safety].map { (String(describing: $0), $0.words) }, value: fields.authority,
                hint: Words(
                    "Le plus haut l'emporte : sécurité, puis incident, puis opérateur, puis programme.",
                    "The highest wins: safety, then incident, then operator, then programme."), error: error("authority"))
            Field(
                "reason", Words("Motif", "Reason"), value: fields.reason,
                hint: Words("Il reste dans le registre et la main courante.", "It stays in the ledger and the log."),
                error: error("reason"),
                isRequired: true, .named("maxlength", "500"))
            Button(Words("Voir ce que cela ferait", "See what it would do"), .primary)
        }
    }

    private var selection: HTML {
        HTML.of {
            Choice(
                "scope", Words("Pour", "For"),
                [
                    ("assets", Words("des équipements", "assets")),
                    ("supply", Words("tout sous une armoire ou un départ", "all below a cabinet or feeder")),
                    ("gateway", Words("tout derrière une passerelle", "all behind a gateway")), ("area", Words("une commune", "a commune")),
                    ("group", Words("un groupe", "a group")),
                ], value: fields.scope, error: error("scope"))
            TextArea(
                "which", Words("Lesquels", "Which"), value: fields.which,
                hint: Words(
                    "Des identités séparées par des espaces (L-21231-00042), ou l'armoire, le départ, la passerelle, le nom de la commune, le numéro du groupe.",
                    "Identities with spaces between (L-21231-00042), or the cabinet, feeder, gateway, name of the commune, number of the group."
                ),
                error: error("which"), isRequired: true)
            if !groups.isEmpty {
                p(.class("quiet")) {
                    Words("Groupes : ", "Groups: ")
                    groups.map { "\($0.id) = \($0.name)" }.joined(separator: ", ")
                }
            }
        }
    }
}

/// What an order would do: how many, where, what changes, what it costs, what stands in its way.
struct OrderPreviewPart {
    var preview: OrderPreview
    var names: Names

    var html: HTML {
        Panel(Words("Ce que l'ordre ferait", "What the order would do")) {
            if !preview.lacksRight.isEmpty {
                Banner(
                    .alarm,
                    Words(
                        "Vous n'avez pas le droit de commander dans : \(communes(preview.lacksRight, .french)).",
                        "You may not operate in: \(communes(preview.lacksRight, .english))."))
            }
            div(.class("figure-row")) {
                Figure(
                    Words("Équipements commandés", "Assets ordered"), preview.count,
                    note: HTML.of {
                        Words("sur ", "of "); preview.selected; Words(" choisis", " selected")
                    })
                Figure(
                    Words("Puissance", "Power"),
                    HTML.of {
                        HTML.quantity(Double(preview.powerBefore) / 10_000, decimals: 1, unit: "kW")
                        " → "
                        HTML.quantity(Double(preview.powerAfter) / 10_000, decimals: 1, unit: "kW")
                    })
                Figure(Words("Armoires", "Cabinets"), preview.cabinetCount)
                Figure(Words("Passerelles", "Gateways"), preview.gatewayCount)
            }
            if preview.needsSecondPerson {
                Banner(.warning, Words("Une deuxième personne devra approuver.", "A second person must approve."))
            }
            Facts(facts)
        }.html
    }

    private func communes(_ codes: [String], _ language: Language) -> String {
        codes.map { names.commune($0)(language) }.joined(separator: ", ")
    }

    private var facts: [(title: Words, value: HTML)] {
        var facts: [(title: Words, value: HTML)] = []
        facts.append(
            (
                Words("Communes", "Communes"),
                list(
                    preview.communes.map { row in
                        HTML.of {
                            names.commune(row.key); " : "; row.count
                        }
                    })
            ))
        facts.append(
            (
                Words("Niveaux", "Levels"),
                list(
                    preview.changes.map { change in
                        HTML.of {
                            level(change.from); " → "; level(change.to); " : "; change.count
                        }
                    })
            ))
        if !preview.cabinets.isEmpty {
            facts.append(
                (
                    Words("Armoires", "Cabinets"),
                    list(
                        preview.cabinets.map { row in
                            HTML.of {
                                names.id(row.key); " : "; row.count
                            }
                        }, of: preview.cabinetCount)
                ))
        }
        if preview.unreachable > 0 {
            facts.append((Words("Injoignables maintenant", "Out of reach now"), HTML.number(preview.unreachable)))
        }
        if preview.outranked > 0 {
            facts.append((Words("Sous une autorité plus haute", "Under a higher authority"), HTML.number(preview.outranked)))
        }
        for blocked in preview.blocked {
            let examples = blocked.examples.prefix(5).map(names.id).joined(separator: ", ")
            facts.append(
                (
                    Words("Verrouillés", "Interlocked"),
                    HTML.of {
                        blocked.count; " · "; blocked.interlock.words; " (\(examples))"
                    }
                ))
        }
        return facts
    }

    /// The first twelve, and how many more there are.
    private func list(_ items: [HTML], of count: Int? = nil) -> HTML {
        let more = max(count ?? 0, items.count) - min(12, items.count)
        return ul(.class("inline-list")) {
            for item in items.prefix(12) { li { item } }
            if more > 0 {
                li(.class("quiet")) {
                    Words("et ", "and "); more; Words(more > 1 ? " autres" : " autre", " more")
                }
            }
        }
    }

    private func level(_ level: UInt8) -> HTML {
        level > 100 ? HTML.words(Words("inconnu", "unknown")) : HTML.quantity(Double(level), decimals: 0, unit: "%")
    }
}
