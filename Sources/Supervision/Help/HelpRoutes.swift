// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Hummingbird

/// Help in place: one short page a screen, opened over it by `?`, or as a page of its own.
struct HelpRoutes {
    func add(to desk: Desk) {
        let endpoint = Endpoint(
            .get, "/console/help/{screen}", "Help of a screen", access: .signedIn, surface: .page,
            parameters: [.init("screen", in: .path, .string(values: HelpText.all.map(\.key)))])
        desk.api(endpoint) { _, context in
            let key = try context.text("screen")
            guard let help = HelpText.all.first(where: { $0.key == key }) else { throw Refused.notFound(context.address) }
            return Page(title: Words("Aide : \(help.title.french)", "Help: \(help.title.english)"), place: help.key) {
                for paragraph in help.paragraphs { p(paragraph, .class("help-text")) }
                if !help.keys.isEmpty {
                    h2(Words("Touches", "Keys"))
                    dl(.class("facts")) {
                        for (key, words) in help.keys + HelpText.everywhere {
                            dt { kbd(HelpText.key(key)) }
                            dd { words }
                        }
                    }
                }
            }
        }
    }
}

/// What the help of one screen says.
struct HelpText: Sendable {
    var key: String
    var title: Words
    var paragraphs: [Words]
    var keys: [(String, Words)]

    static let everywhere: [(String, Words)] = [
        ("/", Words("aller à la recherche", "go to the search")), ("?", Words("ouvrir cette aide", "open this help")),
        ("Échap", Words("fermer", "close")),
    ]

    /// A key as it stands on the reader's keyboard.
    static func key(_ name: String) -> Words {
        switch name {
        case "Entrée": Words("Entrée", "Enter")
        case "Ctrl Entrée": Words("Ctrl Entrée", "Ctrl Enter")
        case "Échap": Words("Échap", "Esc")
        case "Maj A": Words("Maj A", "Shift A")
        case "Maj + glisser": Words("Maj + glisser", "Shift + drag")
        default: Words(name, name)
        }
    }

    private static let rows: [(String, Words)] = [
        ("j, k", Words("ligne suivante, précédente", "next, previous line")), ("Entrée", Words("ouvrir la ligne", "open the line")),
    ]

    static let all: [HelpText] = [
        HelpText(
            key: "map", title: Words("Carte", "Map"),
            paragraphs: [
                Words(
                    "De loin, un disque gris dit combien d'équipements se trouvent là ; un disque de couleur par-dessus dit combien sont anormaux. De près, chaque équipement est un point ; ce qui est anormal porte la forme de la légende. Gris : tout va bien. La légende cache des états de près comme de loin.",
                    "From afar a grey disc says how many assets are there; a coloured one over it says how many are abnormal. Close by, each asset is a point; what is abnormal has its shape of the legend. Grey: all is well. The legend hides states near and far."
                ),
                Words(
                    "Cliquez un point pour le choisir, encore pour celui qui est au même endroit, Ctrl pour en ajouter. Rectangle ou lasso : choisir une zone ; la sélection mène à l'ordre ou s'enregistre comme groupe.",
                    "Click a point to select it, again for the one in the same place, Ctrl to add. Box or lasso select an area; the selection leads to an order or is saved as a group."
                ),
                Words(
                    "Le curseur du bas remonte le temps, jusqu'à un jour : carte, légende et sélection montrent alors le passé, et un bandeau le dit.",
                    "The slider below goes back in time, up to a day: map, legend and selection then show the past, and a banner says so."),
                Words(
                    "L'adresse de la page dit la vue et l'instant : copiez-la pour montrer la même chose à un collègue. La liste des équipements dit tout ce que dit la carte.",
                    "The address holds the view and the moment: copy it to show a colleague the same. The list of assets says all that the map says."
                ),
            ], keys: [("Maj + glisser", Words("rectangle", "box")), ("+ −", Words("agrandir, réduire", "zoom"))]),
        HelpText(
            key: "alarms", title: Words("Alarmes", "Alarms"),
            paragraphs: [
                Words(
                    "D'abord ce que personne n'a acquitté, puis le plus grave, puis le plus récent. Une ligne peut réunir mille alarmes qui ont la même cause : ouvrez-la pour les voir une à une.",
                    "First what nobody acknowledged, then the worst, then the newest. One line may hold a thousand alarms with one cause: open it to see each."
                ),
                Words(
                    "Acquitter dit « je l'ai vue ». Mettre de côté la fait taire un temps, avec un motif. Inhiber et mettre hors service demandent le droit de gérer.",
                    "Acknowledging says 'I have seen it'. Shelving silences it for a time, with a reason. Suppressing and removing from service need the right to manage."
                ),
                Words(
                    "La charge en haut compte les nouvelles lignes : une en dix minutes est confortable, au plus 12 par heure restent tenables (EEMUA 191). Une ligne qui rejoint un incident dans la minute ne compte pas.",
                    "The load on top counts new lines: one in ten minutes is comfortable, at most 12 an hour can be managed (EEMUA 191). A line that joins an incident within the minute does not count."
                ),
                Words(
                    "Le bilan dit lesquelles sonnent le plus et lesquelles traînent. La relève dit qui tient quoi et transmet ses lignes.",
                    "The review says which ring most and which linger. The hand-over says who holds what and gives one's lines on."
                ),
            ],
            keys: rows + [
                ("a", Words("acquitter", "acknowledge")), ("s", Words("mettre de côté", "shelve")),
                ("i", Words("que faire ?", "what to do?")),
                ("f", Words("fiche de l'équipement", "sheet of the asset")), ("o", Words("donner un ordre", "give an order")),
                ("x", Words("cocher", "tick")), ("Maj A", Words("acquitter les cochées", "acknowledge what is ticked")),
            ]),
        HelpText(
            key: "assets", title: Words("Équipements", "Assets"),
            paragraphs: [
                Words(
                    "La fiche dit l'état et pourquoi : la règle, la lecture, qui décide de ce qui est voulu et qui déciderait ensuite. Voulu et constaté sont deux choses ; leur écart se voit.",
                    "The sheet says the state and why: the rule, the reading, who decides what is wanted and who would be next. Wanted and observed are two things; where they differ it shows."
                )
            ], keys: rows),
        HelpText(
            key: "orders", title: Words("Ordres", "Orders"),
            paragraphs: [
                Words(
                    "Un ordre se prépare, se vérifie, puis s'envoie. La preuve est la lecture de l'équipement lui-même, jamais l'envoi. Le registre dit ce qu'est devenu chaque équipement.",
                    "An order is drafted, checked, then sent. The proof is the asset's own reading, never the sending. The ledger says what became of each asset."
                ),
                Words(
                    "Une zone de conflit ne s'éteint pas. Au-delà d'un certain nombre, une deuxième personne approuve.",
                    "A conflict area does not go dark. Above a certain number a second person approves."),
            ], keys: rows),
        HelpText(
            key: "log", title: Words("Main courante", "Log"),
            paragraphs: [
                Words(
                    "Tout ce qui compte s'y écrit, par Vigie ou par vous, et ne change plus : chaque entrée porte l'empreinte de la précédente. L'export JSONL se vérifie sans Vigie.",
                    "All that matters is written here, by Vigie or by you, and never changes: each entry carries the hash of the one before. The JSONL export can be verified without Vigie."
                ),
                Words(
                    "Les noms ont une fin : leur échéance passée, une marque (@ et 16 lettres) les remplace, et la chaîne reste vérifiable. Ce que vous écrivez vous-même reste : n'y mettez de nom que s'il le faut.",
                    "Names have an end: past their day a mark (@ and 16 letters) stands instead, and the chain can still be verified. What you type yourself stays: put a name there only where it is needed."
                ),
            ], keys: rows),
        HelpText(
            key: "calls", title: Words("Accueil téléphonique", "Call desk"),
            paragraphs: [
                Words(
                    "À gauche ce qui sonne et ce qui est en cours, par lui-même. Un appel que le standard vous donne s'ouvre tout seul ; sinon t prend le premier qui attend, n note un appel.",
                    "On the left what rings and what is under way, by itself. A call that the exchange gives you opens alone; else t takes the first that waits, n notes a call."
                ),
                Words(
                    "Tapez l'adresse et les mots de la personne : catégorie, script, ce qui se passe autour et ce qui est déjà connu suivent. Ce qui est tapé est gardé à chaque pause. Joindre vaut mieux que doubler : la personne suit la demande connue.",
                    "Type the address and the caller's words: category, script, what goes on around and what is known follow. What is typed is kept at each pause. Joining is better than doubling: the caller follows the known request."
                ),
                Words(
                    "Le numéro de la personne n'est montré que si vous le demandez ; la consultation est consignée. Il est détruit quand l'appel est clos, ou quand le rappel est fait. Une suite notée par erreur s'annule.",
                    "The caller's number is shown only where you ask for it; the look is logged. It is destroyed when the call is closed, or the callback done. An outcome noted by mistake can be taken back."
                ),
            ],
            keys: [
                ("n", Words("noter un nouvel appel", "note a new call")),
                ("t", Words("prendre le premier qui attend", "take the first that waits")),
                ("a", Words("l'adresse", "the address")), ("d", Words("ce que dit la personne", "what the caller says")),
                ("c", Words("la catégorie", "the category")), ("1, 2, 3", Words("la catégorie devinée", "the guessed category")),
                ("j", Words("joindre au signalement connu", "join to the known report")),
                ("Ctrl Entrée", Words("enregistrer la demande", "make the request")),
                ("i", Words("renseignement donné", "information given")), ("v", Words("transférer", "transfer")),
                ("p", Words("rappeler plus tard", "call back later")), ("x", Words("sans objet", "nothing came of it")),
                ("r", Words("la personne a raccroché", "the caller hung up")), ("f", Words("clore l'appel", "close the call")),
                ("o", Words("rouvrir", "open again")),
                ("Échap", Words("quitter un champ, pour que les lettres commandent", "leave a field, so that letters command")),
            ]),
        HelpText(
            key: "health", title: Words("Santé de Vigie", "Health of Vigie"),
            paragraphs: [
                Words(
                    "Ce qui entre, ce qui est refusé et pourquoi, et si la salle tient le rythme. Rien de rouge : rien à faire.",
                    "What comes in, what is refused and why, and whether the room keeps up. Nothing red: nothing to do."),
                Words(
                    "Un tour écrit les lectures sur le disque, les acquitte, les juge et garde ce qui en suit. « À rejouer » : ce qu'un démarrage relirait après une panne.",
                    "A turn writes readings to disk, acknowledges them, judges them and keeps what follows. 'To play again': what a start would read after a failure."
                ),
            ], keys: []),
        HelpText(
            key: "accounts", title: Words("Comptes", "Accounts"),
            paragraphs: [
                Words(
                    "Un droit (consulter, exploiter, gérer, configurer) porte sur un métier et des communes. Fermer un compte le déconnecte partout ; il est détruit un an après.",
                    "A right (view, operate, manage, configure) is over a trade and communes. Closing an account signs it out everywhere; it is destroyed a year later."
                )
            ], keys: []),
        HelpText(
            key: "privacy", title: Words("Données personnelles", "Personal data"),
            paragraphs: [
                Words(
                    "Le registre dit où la maison peut nommer quelqu'un, pourquoi, et comment cela finit ; il est tiré du programme lui-même. Ce qui est échu est détruit chaque jour et compté.",
                    "The register says where the house may name somebody, why, and how it ends; it is read from the program itself. What is past its day is destroyed daily and counted."
                ),
                Words(
                    "Quelqu'un demande ce qui est gardé de lui : cherchez par son adresse ou son numéro, remettez le fichier, effacez s'il le veut. Chaque recherche est inscrite à la main courante.",
                    "Somebody asks what is kept of them: search by their address or number, hand over the file, erase if they wish. Each search stands in the log."
                ),
            ], keys: []),
    ]
}
