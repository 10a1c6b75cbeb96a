// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom

/// One report: what was said, where, who does it and why, what happened, and what may be done.
package struct ReportPage {
    package var report: Report
    package var events: [ReportEvent]
    package var photos: [ReportPhotoStore.Photo]
    /// The crews' own, which nobody has released yet.
    package var crewPhotos: [JobPicture] = []
    package var joined: [Report]
    /// Others of the same pseudonym.
    package var earlier: [Report]
    package var hasContact: Bool
    package var followers: Int
    package var asset: String?
    package var tree: CategoryTree
    package var ground: Ground
    /// The crews' work for it; nil for none.
    package var job: ReportJobStore.Standing?
    package var likely = WhileTyping(guesses: [], likely: [])
    /// Partners that take its category, and its ways to partners so far, the newest first.
    package var takers: [Partner] = []
    package var forwards: [Forward] = []
    package var mayAct: Bool
    package var mayCall: Bool
    package var now: Instant
    /// In which whoever made it is answered.
    var citizen = Language.french

    var path: String { "/console/reports/\(report.reference)" }

    package var page: Page {
        Page(
            title: Words("Signalement \(report.reference)", "Report \(report.reference)"), place: "reports",
            trail: [.init(Words("Signalements", "Reports"), "/console/reports")]
        ) {
            if report.isLate(at: now) { Banner(.warning, Words("Le délai promis est dépassé.", "The promised day has passed.")) }
            if let words = ReportPage.needs(events, report) { Banner(.info, words) }
            facts
            said
            custom("hot-keys") {
                LikelyPart(found: likely, tree: tree, acts: mayAct ? "\(path)/acts" : nil).html
                if mayAct { ReportActsPart(sheet: self).html }
            }
            ForwardPart(sheet: self).html
            if hasContact || !earlier.isEmpty { people }
            history
        }
    }

    /// What a mail left open, and what did not reach the citizen.
    private static func needs(_ events: [ReportEvent], _ report: Report) -> Words? {
        if let status = events.last(where: { $0.facts["undelivered"] != nil })?.facts["undelivered"] {
            return Words(
                "Les courriels n'arrivent pas chez l'habitant (\(status)) : plus rien ne lui est envoyé.",
                "Mails do not reach the citizen (\(status)): nothing more is sent there.")
        }
        guard report.state == .received, let first = events.first, first.facts["channel"] == "mail" else { return nil }
        let needs = (first.facts["needs"] ?? "").split(separator: ",")
        var french = ["Arrivé par courriel : à qualifier."], english = ["Came by e-mail: to be qualified."]
        if needs.contains("category") {
            french.append("La catégorie n'a pas été devinée.")
            english.append("The category could not be guessed.")
        } else if let guess = first.facts["guess"] {
            french.append("Catégorie devinée (\(guess) %).")
            english.append("The category is a guess (\(guess) %).")
        }
        if needs.contains("place") {
            french.append("Aucune adresse de la ville n'a été trouvée dans le texte.")
            english.append("No address of the city was found in the text.")
        }
        return Words(french.joined(separator: " "), english.joined(separator: " "))
    }

    private var facts: HTML {
        Panel(tree.title(report.category)) {
            Facts([
                (Words("État", "State"), state), (Words("Lieu", "Place"), place),
                (Words("Service", "Department"), department(report.department)),
                (Words("Pourquoi ce service ?", "Why this department?"), why),
                (
                    Words("Promis pour", "Promised for"),
                    HTML.of {
                        HTML.time(report.promisedAt)
                        if report.isLate(at: now) {
                            " "
                            StateBadge(.warning, Words("en retard", "late"))
                        }
                    }
                ),
                (Words("Intervention", "Job"), work),
                (Words("Reçu", "Received"), HTML.time(report.createdAt)), (Words("Canal", "Channel"), report.channel.title.html),
                (
                    Words("Urgence", "Urgency"),
                    [
                        Urgency.days: Words("sous quelques jours", "within days"), .shift: Words("dans la journée", "within the day"),
                        .hour: Words("dans l'heure", "within the hour"), .now: Words("tout de suite", "at once"),
                    ][report.urgency, default: Words("", "")].html
                ),
            ])
            if followers > 0 {
                p { Words("\(followers) autre(s) personne(s) le suivent", "\(followers) other person(s) follow it") }
            }
            if !joined.isEmpty {
                p {
                    Words("Doublons joints : ", "Joined duplicates: ")
                    for other in joined { link(other.reference) }
                }
            }
        }.html
    }

    private var work: HTML {
        guard let job else { return HTML.text("—") }
        return HTML.of {
            a(.href("/console/jobs/\(job.job)")) { "\(job.job)" }
            if job.state.isOpen {
                " "
                if let at = job.expectedAt {
                    Words("prévue pour le ", "expected on ")
                    HTML.time(at, .date)
                    if at > report.promisedAt {
                        " "
                        StateBadge(.warning, Words("après la promesse", "after the promise"))
                    }
                } else {
                    Words("date inconnue", "date unknown")
                }
            }
        }
    }

    private var state: HTML {
        HTML.of {
            StateBadge(report.state.tone, report.state.title)
            if let proof = report.proof { HTML.words(Words(" prouvé par : \(proof.title.french)", " proved by: \(proof.title.english)")) }
            if let of = report.duplicateOf { link(ReportReference(of)) }
            if let from = report.splitFrom {
                Words(" séparé de ", " split from ")
                link(ReportReference(from))
            }
        }
    }

    private func link(_ reference: ReportReference) -> HTML {
        HTML.of {
            " "
            a(.href("/console/reports/\(reference)")) { "\(reference)" }
        }
    }

    private var place: HTML {
        HTML.of {
            report.address
            if let place = report.place {
                if !report.address.isEmpty { ", " }
                ground.communeName(report.commune.insee)
                " "
                a(.href("/console/map#18/\(place.latitude)/\(place.longitude)")) {
                    Words("sur la carte", "on the map")
                    " (\(ReportPage.degrees(place.latitude)), \(ReportPage.degrees(place.longitude)))"
                }
            }
            if let asset {
                " "
                a(.href("/console/assets/\(asset)")) { asset }
            }
        }
    }

    static func degrees(_ value: Double) -> String { String((value * 1e5).rounded() / 1e5) }

    private func department(_ code: String) -> HTML { (tree.department(code)?.title ?? Words(code, code)).html }

    private var why: HTML { ul { for reason in report.why { li { reason } } } }

    private var said: HTML {
        Panel(Words("Ce qui est signalé", "What is reported")) {
            if report.description.isEmpty {
                p(.class("empty")) { Words("Aucun texte.", "No text.") }
            } else {
                ReleasePart.marked(report.description)
                if report.isReleased {
                    p(.class("quiet")) { Words("Publié ainsi :", "Published as:") }
                    p(.class("said")) { report.forOthers(road: "").description }
                }
            }
            Facts(
                tree[report.category].map { tree.questions(of: $0) }.map { questions in
                    questions.compactMap { question in
                        report.answers[question.key].flatMap { $0.isEmpty ? nil : (question.title, question.shown($0).html) }
                    }
                } ?? [])
            if !photos.isEmpty {
                ul(.class("photos")) { for photo in photos { li { self.photo(photo) } } }
            }
            CrewPhotosPart(pictures: crewPhotos, path: path, mayAct: mayAct).html
            if mayAct { ReportPhotoPart(path: path).html }
        }.html
    }

    private func photo(_ photo: ReportPhotoStore.Photo) -> HTML {
        let address = "\(path)/photos/\(photo.place)"
        let title =
            switch photo.stage {
            case .citizen: Words("Photo \(photo.place), reçue", "Photo \(photo.place), received")
            case .before: Words("Photo \(photo.place), avant", "Photo \(photo.place), before")
            case .after: Words("Photo \(photo.place), après", "Photo \(photo.place), after")
            }
        return HTML.of {
            a(.href(address)) { img(.src(address), .named("alt", title), .named("loading", "lazy"), .named("width", "240")) }
            p {
                title
                if photo.isReleased {
                    " "
                    StateBadge(.notice, Words("publique", "public"))
                }
            }
            if mayAct {
                form(.method("post"), .action("\(address)/release")) {
                    HTML.csrf
                    input(.type("hidden"), .name("released"), .value(photo.isReleased ? "no" : "yes"))
                    button(
                        photo.isReleased
                            ? Words("Retirer du public", "Withdraw from the public")
                            : Words("Publier (aucun visage, aucune plaque)", "Release (no face, no number plate)"), .type("submit"),
                        .class("button", "button-small", "button-quiet"))
                }
            }
        }
    }

    private var people: HTML {
        Panel(Words("Qui a signalé", "Who reported"), id: "people") {
            if !report.reporter.isEmpty {
                p { Words("Pseudonyme : \(report.reporter)", "Pseudonym: \(report.reporter)") }
            }
            if !earlier.isEmpty {
                p {
                    Words("Autres demandes de la même personne : ", "Other requests of the same person: ")
                    for other in earlier { link(other.reference) }
                }
            }
            if hasContact {
                if mayCall {
                    form(.method("post"), .action("\(path)/contact"), .class("row")) {
                        HTML.csrf
                        Field(
                            "look-reason", Words("Motif de la consultation (consigné)", "Reason for looking (written to the log)"),
                            isRequired: true)
                        Button(Words("Voir les coordonnées", "Show the contact"), icon: .eye)
                    }
                } else {
                    p(.class("quiet")) {
                        Words(
                            "Des coordonnées existent ; le droit « rappel des habitants » les ouvre.",
                            "There is a contact; the right 'call citizens back' opens it.")
                    }
                }
            }
        }.html
    }

    private var history: HTML {
        Panel(Words("Histoire", "History"), id: "history") {
            Timeline(
                events.reversed().map { event in
                    Timeline.Entry(
                        at: event.at, event.state.tone,
                        HTML.of {
                            event.what.title
                            if !event.isPublic {
                                " "
                                span(.class("mark")) { Words("interne", "internal") }
                            }
                        }, detail: detail(event))
                })
        }.html
    }

    private func detail(_ event: ReportEvent) -> HTML {
        HTML.of {
            p {
                event.author ?? ""
                if event.author == nil { event.role.title }
                for (key, value) in event.facts.sorted(by: { $0.key < $1.key }) where !ReportPage.hidden.contains(key) {
                    " · "
                    fact(key, value)
                }
            }
            if !event.text.isEmpty { p(.class("said")) { event.text } }
        }
    }

    /// Said above the sheet, or by which a mail is known again.
    private static let hidden: Set = ["needs", "guess", "mail", "first", "device"]

    private func fact(_ key: String, _ value: String) -> HTML {
        switch key {
        case "department": return department(value)
        case "category": return tree.title(value).html
        case "channel": return (Report.Channel(rawValue: value)?.title ?? Words(value, value)).html
        case "proof": return (Report.Proof.Sort(rawValue: value)?.title ?? Words(value, value)).html
        case "job": return a(.href("/console/jobs/\(value)")) { Words("intervention \(value)", "job \(value)") }
        case "promised", "expected": return Int64(value).map { HTML.time(Instant(milliseconds: $0)) } ?? .empty
        case "of", "with", "into": return ReportReference(value).map(link) ?? .text(value)
        case "alarm": return a(.href("/console/alarms/a\(value)")) { Words("alarme \(value)", "alarm \(value)") }
        case "risk":
            return
                (value == ReportRiskStore.Step.time.rawValue
                ? Words("quatre cinquièmes du délai passés, rien n'a commencé", "four fifths of the time gone, nobody has begun")
                : Words("prévu après la promesse", "expected after the promise")).html
        case "unheard":
            let act = ReportAct.Sort(rawValue: value)?.title ?? Words(value, value)
            return Words("à reprendre à la main : \(act.french)", "to be done by hand: \(act.english)").html
        case "masked": return Words("\(value) passage(s) masqué(s)", "\(value) part(s) masked").html
        case "undelivered": return Words("courriel non remis (\(value))", "mail not delivered (\(value))").html
        default: return .text(value)
        }
    }
}
