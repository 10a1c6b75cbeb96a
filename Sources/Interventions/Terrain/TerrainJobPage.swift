// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom

/// One job on a tablet: what and where, what must be safe first, and the acts as large buttons. All forms of a crew are there, also those that
/// do not fit now: without a network the script shows the one that fits after what was done.
struct TerrainJobPage {
    var job: Job
    var events: [JobEvent]
    var photos: [JobPhotoStore.Photo]
    var waiting: [Job.Number]
    var late: [LateAct]
    var asset: String?
    var commune: String
    var plan: CrewPlan
    var crew: String
    var key: String
    var now: Instant

    private var path: String { "/terrain/jobs/\(job.number.value)" }
    private var version: Int64 { events.last?.position ?? 0 }

    /// The state, and `paused` where the crew stopped the clock.
    private var standing: String {
        let last = events.last { !$0.isConflict && [.started, .paused, .proceeded].contains($0.what) }
        return job.state == .started && last?.what == .paused ? "paused" : job.state.rawValue
    }

    var page: Page {
        Page(
            title: Words("Intervention \(job.number.value)", "Job \(job.number.value)"), place: "job", layout: .crew, scripts: ["terrain"],
            styles: ["terrain"]
        ) {
            TerrainTop(plan: plan, isDay: false).html
            custom(
                "terrain-job", .data("job", "\(job.number.value)"), .data("state", standing), .data("version", "\(version)"),
                .data("unconfirmed", job.unconfirmed.map(\.rawValue).joined(separator: " "))
            ) {
                head
                before
                acts
                after
            }
        }
    }

    private var head: HTML {
        div(.id("job-head"), .data("part", "")) {
            p(.class("quiet")) { "n° \(job.number.value)" }
            h1(job.title)
            p(.class("crew-marks"), .id("job-state")) {
                standing == "paused" ? StateBadge(.idle, Words("En pause", "Paused")) : StateBadge(job.state.tone, job.state.title)
                if job.urgency >= .hour, job.isOpen { StateBadge(.alarm, job.urgency.jobTitle) }
                if job.isLate(at: now) { StateBadge(.warning, Words("en retard", "late")) }
            }
            if !late.isEmpty { disputed }
            if !job.crew.isEmpty, job.crew != crew {
                Banner(
                    .warning,
                    Words(
                        "La salle l'a donnée à une autre équipe : \(plan.crewTitle(job.crew).french).",
                        "The room gave it to another crew: \(plan.crewTitle(job.crew).english)."))
            }
            p(.class("crew-address")) { [job.address, commune].filter { !$0.isEmpty }.joined(separator: ", ") }
            if let place = job.place {
                p(.class("crew-ways")) {
                    a(
                        .class("button", "button-primary"),
                        .href("https://www.openstreetmap.org/directions?to=\(place.latitude)%2C\(place.longitude)"), .rel("noreferrer")
                    ) {
                        Icon.pin.html
                        span(Words("Itinéraire", "Directions"))
                    }
                    a(.class("button"), .href("geo:\(place.latitude),\(place.longitude)")) {
                        Icon.map.html
                        span(Words("Ouvrir dans le GPS", "Open in the navigator"))
                    }
                }
            }
            if !job.details.isEmpty { p(.class("said")) { job.details } }
            facts
        }
    }

    private var facts: HTML {
        let needs = job.needs
        var facts: [(title: Words, value: HTML)] = []
        if let at = job.plannedAt { facts.append((Words("Prévue à", "Planned for"), HTML.time(at))) }
        facts.append((Words("Durée estimée", "Estimate"), HTML.span(.minutes(Int64(needs.minutes)))))
        if let at = job.promisedAt { facts.append((Words("Promise pour", "Promised"), HTML.time(at, .date))) }
        if let asset { facts.append((Words("Équipement", "Asset"), HTML.text(asset))) }
        if !needs.equipment.isEmpty {
            facts.append((Words("Matériel", "Equipment"), HTML.text(needs.equipment.joined(separator: ", "))))
        }
        if !needs.parts.isEmpty {
            let parts = needs.parts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
            facts.append((Words("Pièces", "Parts"), HTML.text(parts)))
        }
        if job.minutes > 0 { facts.append((Words("Temps passé", "Time spent"), HTML.span(.minutes(Int64(job.minutes))))) }
        return Facts(facts).html
    }

    private var disputed: HTML {
        HTML.of {
            for one in late {
                let title = one.act.sort.title
                switch one.isApplied {
                case nil:
                    Banner(
                        .warning,
                        Words(
                            "« \(title.french) » est arrivé trop tard : \(one.because.french) La salle décide.",
                            "'\(title.english)' came too late: \(one.because.english) The room decides."))
                case true?:
                    Banner(
                        .success,
                        Words("« \(title.french) » compte : la salle l'a décidé.", "'\(title.english)' counts: the room decided so."))
                case false?:
                    Banner(
                        .info,
                        Words(
                            "« \(title.french) » ne compte pas : la salle l'a décidé.",
                            "'\(title.english)' does not count: the room decided so."))
                }
            }
        }
    }

    private var before: HTML {
        guard job.isOpen, !job.needs.safety.isEmpty || !waiting.isEmpty else { return .empty }
        return section(.class("crew-safety"), .aria(.labelledby, "safety")) {
            h2(Words("Avant de commencer", "Before you begin"), .id("safety"))
            if !waiting.isEmpty {
                let numbers = waiting.map { "\($0.value)" }.joined(separator: ", ")
                p { Words("Attendre que soit faite l'intervention \(numbers).", "Wait for job \(numbers) to be done.") }
            }
            for one in job.needs.safety {
                if job.confirmed.contains(one) {
                    p {
                        one.title
                        " "
                        StateBadge(.active, Words("confirmé", "confirmed"))
                    }
                } else {
                    act(
                        "confirm", Words("Confirmer : \(one.title.french)", "Confirm: \(one.title.english)"), from: [],
                        id: "confirm-\(one.rawValue)"
                    ) {
                        input(.type("hidden"), .name("safety"), .value(one.rawValue))
                        h3(one.title)
                        field(
                            "name", "confirm-\(one.rawValue)", Words("Votre nom (la loi le veut)", "Your name (the law wants it)"),
                            isRequired: true)
                    }
                }
            }
        }
    }

    private var acts: HTML {
        section(.class("crew-acts"), .aria(.label, Words("Que faire", "What to do"))) {
            act("start", Words("Commencer", "Start"), from: ["wanted", "planned", "blocked"]) {}
            act("proceed", Words("Reprendre", "Go on"), from: ["paused"]) {}
            folded("finish", Words("C'est fait", "It is done"), from: ["planned", "started", "paused", "blocked"], look: .primary) {
                fieldset {
                    legend { Words("Preuve", "Proof") }
                    radio("proof", "word", Words("Parole de l'équipe", "Word of the crew"), isOn: true)
                    radio("proof", "photos", Words("Photos (ajoutez d'abord « après »)", "Photos (add 'after' first)"), isOn: false)
                }
                field("name", "finish", Words("Nom ou initiales", "Name or initials"), value: plan.crewTitle(crew).french, isRequired: true)
                area("finish", Words("Ce qui a été fait", "What was done"))
            }
            folded("photo", Words("Photo", "Photo"), from: []) {
                fieldset {
                    legend { Words("Prise", "Taken") }
                    radio("stage", "before", Words("avant", "before"), isOn: standing == "wanted" || standing == "planned")
                    radio("stage", "after", Words("après", "after"), isOn: standing != "wanted" && standing != "planned")
                }
                label(.class("field"), .for("photo-file")) { span { Words("Photo", "Photo") } }
                input(
                    .type("file"), .id("photo-file"), .name("photo"), .named("accept", "image/*"), .named("capture", "environment"),
                    .required)
            }
            act("pause", Words("Pause", "Pause"), from: ["started"]) {}
            folded("block", Words("Bloquée parce que…", "Blocked because…"), from: ["wanted", "planned", "started", "paused"]) {
                Choice("reason", Words("Raison", "Reason"), TerrainForm.reasons)
                area(
                    "block",
                    Words("Précision (l'habitant la lit : ni nom ni plaque)", "More (the citizen reads it: no name, no number plate)"))
            }
            folded("parts", Words("Pièces posées", "Parts used"), from: []) {
                field("name", "parts", Words("Pièce", "Part"), value: job.needs.parts.keys.sorted().first ?? "", isRequired: true)
                field("count", "parts", Words("Nombre", "Number"), type: "number", value: "1", isRequired: true)
            }
            folded("time", Words("Temps passé", "Time spent"), from: []) {
                field("minutes", "time", Words("Minutes de l'équipe", "Minutes of the crew"), type: "number", isRequired: true)
            }
            folded("note", Words("Note", "Note"), from: []) {
                area("note", Words("Note pour la salle", "Note for the room"), isRequired: true)
            }
            folded("sign", Words("Faire signer", "Signature"), from: []) {
                field("name", "sign", Words("Nom de qui reçoit l'ouvrage", "Name of whoever receives the work"), isRequired: true)
                custom("terrain-signature")
            }
        }
    }

    // MARK: Forms

    private func fits(_ from: [String]) -> Bool { from.isEmpty || from.contains(standing) }

    private func act(_ name: String, _ title: Words, from: [String], id: String? = nil, @Markup _ fields: () -> HTML) -> HTML {
        let look: Button.Look = name == "pause" ? .plain : .primary
        return form(
            .method("post"), .action("\(path)/acts"), .named("enctype", "multipart/form-data"), .class("crew-form"), .data("act", name),
            .data("from", from.joined(separator: " ")), .when(!fits(from), .hidden), .id("act-\(id ?? name)")
        ) {
            input(.type("hidden"), .name("act"), .value(name))
            input(.type("hidden"), .name("key"), .value("\(key.prefix(32))-\(short(id ?? name))"))
            input(.type("hidden"), .name("seen"), .value("\(version)"))
            fields()
            Button(title, look)
        }
    }

    /// Keys have 43 letters at most.
    private func short(_ name: String) -> String { String(name.suffix(10)) }

    private func folded(
        _ name: String, _ title: Words, from: [String], look: Button.Look = .plain, @Markup _ fields: () -> HTML
    ) -> HTML {
        details(.class("crew-act"), .data("from", from.joined(separator: " ")), .when(!fits(from), .hidden)) {
            summary(.class("button", look == .plain ? "" : "button-\(look.rawValue)")) { title }
            act(name, name == "finish" ? Words("Terminer", "Finish") : Words("Enregistrer", "Save"), from: [], fields)
        }
    }

    private func field(
        _ name: String, _ act: String, _ title: Words, type: String = "text", value: String = "", isRequired: Bool = false
    ) -> HTML {
        div(.class("field")) {
            label(.for("\(act)-\(name)")) { title }
            input(
                .type(type), .id("\(act)-\(name)"), .name(name), .value(value), .autocomplete("off"), .when(isRequired, .required),
                .when(type == "number", .named("inputmode", "numeric")), .when(type == "number", .named("min", "1")),
                type == "number" ? .named("max", "\(JobRules.mostMinutes)") : .named("maxlength", "200"))
        }
    }

    /// Several forms of the page have a field `text`: each its own label.
    private func area(_ act: String, _ title: Words, isRequired: Bool = false) -> HTML {
        div(.class("field")) {
            label(.for("\(act)-text")) { title }
            textarea([
                .id("\(act)-text"), .name("text"), .named("rows", "3"), .named("maxlength", "3000"), .when(isRequired, .required),
            ]) { "" }
        }
    }

    private func radio(_ name: String, _ value: String, _ title: Words, isOn: Bool) -> HTML {
        label(.class("crew-choice")) {
            input(.type("radio"), .name(name), .value(value), .when(isOn, .checked))
            span { title }
        }
    }

    // MARK: What happened

    private var after: HTML {
        div(.id("job-after"), .data("part", "")) {
            if !photos.isEmpty {
                section(.aria(.labelledby, "photos")) {
                    h2(Words("Photos", "Photos"), .id("photos"))
                    ul(.class("photos")) {
                        for photo in photos {
                            li {
                                img(
                                    .src("\(path)/photos/\(photo.place)"),
                                    .named(
                                        "alt",
                                        Words(
                                            "Photo \(photo.place), \(photo.stage.title.french)",
                                            "Photo \(photo.place), \(photo.stage.title.english)")),
                                    .named("width", "160"))
                                p { photo.stage.title }
                            }
                        }
                    }
                }
            }
            section(.aria(.labelledby, "history")) {
                h2(Words("Ce qui s'est passé", "What happened"), .id("history"))
                ul(.class("crew-history")) {
                    for event in events.suffix(30).reversed() where event.what != .expected {
                        li {
                            HTML.time(event.at)
                            " · "
                            strong { event.what.title }
                            if event.isConflict {
                                " "
                                StateBadge(.warning, Words("arrivé trop tard", "came too late"))
                            }
                            if !event.text.isEmpty { p(.class("said")) { event.text } }
                        }
                    }
                }
            }
        }
    }
}
