// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

extension Lamp {
    /// What can be wrong with a lamp, in bit order (ISA-18.2 rationalisation: cause, consequence, response beside each).
    package static let conditions: [Condition] = [
        failure, dayBurner, cycling, overpower, underpower, supplyLoss, lost, voltage, temperature, leakage, impact, refuses, lies,
        driver, never,
    ]

    private static let failure = Condition(
        key: "lamp.failure", title: Words("Lampe éteinte alors qu'elle doit éclairer", "Lamp dark while it should burn"),
        cause: Words(
            "La puissance mesurée est nulle alors qu'un niveau est demandé : source, connexion ou platine hors d'usage.",
            "No power is drawn although a level is wanted: light source, wiring or gear has failed."),
        consequence: Words(
            "Un point noir sur la chaussée ou le trottoir ; plus grave si plusieurs lampes voisines sont éteintes.",
            "A dark spot on the road or pavement; worse where several neighbours are dark."),
        response: Words(
            "Vérifier les lampes voisines et l'armoire ; si elle est seule, créer une intervention de dépannage.",
            "Check the neighbours and the cabinet; if it is alone, create a repair job."),
        severity: .moderate, urgency: .days, onDelay: .seconds(60), offDelay: .seconds(60))

    private static let dayBurner = Condition(
        key: "lamp.dayBurner", title: Words("Lampe allumée en plein jour", "Lamp burns by day"),
        cause: Words(
            "De la puissance est consommée le jour sans ordre : relais collé, horloge fausse ou marche forcée à l'armoire.",
            "Power is drawn by day without an order: stuck relay, wrong clock, or the cabinet is on manual."),
        consequence: Words("Énergie perdue, usure, réclamations des habitants.", "Energy lost, wear, complaints."),
        response: Words(
            "Envoyer l'ordre « éteindre » ; sans effet, contrôler la marche forcée de l'armoire avant d'envoyer une équipe.",
            "Send the order 'off'; without effect, check the cabinet for manual mode before sending a crew."),
        severity: .minor, urgency: .days, onDelay: .minutes(10), offDelay: .minutes(5))

    private static let cycling = Condition(
        key: "lamp.cycling", title: Words("Lampe qui s'allume et s'éteint sans cesse", "Lamp cycles"),
        cause: Words(
            "Source en fin de vie, protection thermique ou faux contact : la lampe s'éteint et se rallume d'elle-même.",
            "Source at its end of life, thermal cut-out or loose contact: the lamp goes out and comes on by itself."),
        consequence: Words(
            "Gêne pour les riverains et les conducteurs ; panne prochaine.", "Nuisance to residents and drivers; failure soon."),
        response: Words(
            "Programmer le remplacement ; éteindre la lampe si elle gêne.", "Plan the replacement; switch it off where it disturbs."),
        severity: .minor, urgency: .days, offDelay: .minutes(30))

    private static let overpower = Condition(
        key: "lamp.overpower", title: Words("Puissance trop forte", "Power too high"),
        cause: Words(
            "Plus de 25 % au-dessus de la puissance attendue à ce niveau : inventaire faux, gradation sans effet ou branchement étranger.",
            "More than 25% above what the level explains: wrong inventory, dimming without effect, or a foreign load."),
        consequence: Words(
            "L'économie promise n'est pas réalisée ; échauffement possible.", "The saving promised is not made; possible heating."),
        response: Words(
            "Comparer à la fiche du luminaire ; contrôler le raccordement à la prochaine tournée.",
            "Compare with the luminaire's sheet; inspect the wiring on the next round."),
        severity: .minor, urgency: .days, onDelay: .minutes(20), offDelay: .minutes(20))

    private static let underpower = Condition(
        key: "lamp.underpower", title: Words("Puissance trop faible", "Power too low"),
        cause: Words(
            "Plus de 25 % au-dessous de la puissance attendue : une partie des modules LED est éteinte, ou l'inventaire est faux.",
            "More than 25% below what is expected: part of the LED modules is dark, or the inventory is wrong."),
        consequence: Words("Éclairement insuffisant pour la classe de la voie.", "Less light than the road's class demands."),
        response: Words("Programmer un contrôle du luminaire.", "Plan an inspection of the luminaire."),
        severity: .minor, urgency: .days, onDelay: .minutes(20), offDelay: .minutes(20))

    private static let supplyLoss = Condition(
        key: "lamp.supplyLoss", title: Words("Alimentation coupée", "Supply lost"),
        cause: Words(
            "Le nœud a signalé la perte du secteur avant de s'éteindre : départ, armoire, câble ou fusible au pied du mât.",
            "The node told of the loss of mains before it went: feeder, cabinet, cable, or the fuse in the pole."),
        consequence: Words("Lampe noire ; souvent toute une rue ou tout un quartier.", "Dark lamp; often a whole street or quarter."),
        response: Words(
            "Regarder l'incident à l'armoire ou au départ ; si la lampe est seule, fusible ou câble du mât.",
            "Look at the incident of the cabinet or feeder; if the lamp is alone, the fuse or the cable of the pole."),
        severity: .moderate, urgency: .shift, offDelay: .seconds(10), grouping: .supply)

    private static let lost = Condition(
        key: "lamp.lost", title: Words("Lampe muette", "Lamp silent"),
        cause: Words(
            "Aucun message depuis trois périodes : passerelle, radio, nœud, ou alimentation coupée sans préavis.",
            "No message for three periods: gateway, radio, node, or the supply went without a word."),
        consequence: Words(
            "Son état n'est plus connu ; les ordres ne peuvent être prouvés.", "Its state is not known; orders cannot be proved."),
        response: Words(
            "Voir d'abord la passerelle et l'armoire ; si la lampe est seule, attendre une nuit puis créer une intervention.",
            "Look at gateway and cabinet first; if the lamp is alone, wait a night, then create a job."),
        severity: .minor, urgency: .shift, grouping: .link)

    private static let voltage = Condition(
        key: "lamp.voltage", title: Words("Tension hors limites", "Voltage out of band"),
        cause: Words(
            "Tension hors de 207 à 253 V (EN 50160, 230 V ± 10 %) : neutre coupé, surcharge ou réglage du transformateur.",
            "Voltage outside 207 to 253 V (EN 50160, 230 V ± 10%): broken neutral, overload, or the transformer's tap."),
        consequence: Words("Drivers détruits en série si le neutre est coupé.", "Drivers die in numbers if the neutral is broken."),
        response: Words(
            "Plusieurs lampes du même départ : prévenir le gestionnaire de réseau et couper l'armoire au-delà de 265 V.",
            "Several lamps on one feeder: call the network operator; cut the cabinet above 265 V."),
        severity: .moderate, urgency: .shift, onDelay: .minutes(5), offDelay: .minutes(5))

    private static let temperature = Condition(
        key: "lamp.temperature", title: Words("Luminaire trop chaud", "Luminaire too hot"),
        cause: Words(
            "Plus de 75 °C dans le luminaire : ventilation bouchée, driver fatigué ou lampe allumée au soleil.",
            "More than 75 °C inside: blocked cooling, tired driver, or burning in the sun."),
        consequence: Words("Vie des LED abrégée, gradation forcée par le driver.", "Shorter life of the LEDs; the driver dims by itself."),
        response: Words("Abaisser la lampe ; programmer un nettoyage ou un contrôle.", "Dim the lamp; plan cleaning or inspection."),
        severity: .minor, urgency: .shift, onDelay: .minutes(10), offDelay: .minutes(10))

    private static let leakage = Condition(
        key: "lamp.leakage", title: Words("Défaut d'isolement : mât dangereux", "Earth leakage: dangerous pole"),
        cause: Words(
            "Courant de fuite à la terre mesuré par le nœud : isolant blessé, eau, vandalisme.",
            "The node measures a current to earth: damaged insulation, water, vandalism."),
        consequence: Words(
            "Le mât peut être sous tension : risque d'électrocution d'un passant.", "The pole may be live: danger of death to a passer-by."),
        response: Words(
            "Couper l'armoire, envoyer l'astreinte et faire éloigner le public sans attendre.",
            "Cut the cabinet, send the crew on call and keep people away, at once."),
        severity: .safety, urgency: .now, isLatching: true)

    private static let impact = Condition(
        key: "lamp.impact", title: Words("Choc ou inclinaison du mât", "Pole hit or tilted"),
        cause: Words(
            "Le capteur du nœud a vu un choc ou une inclinaison : accident, tempête, fondation.",
            "The node's sensor saw a shock or a tilt: accident, storm, foundation."),
        consequence: Words("Mât couché ou prêt à tomber, conducteurs à nu.", "A pole down or about to fall, bare conductors."),
        response: Words(
            "Regarder la caméra la plus proche ; faire sécuriser par la police municipale et couper le départ.",
            "Look at the nearest camera; have the municipal police secure the place; cut the feeder."),
        severity: .major, urgency: .hour, isLatching: true)

    private static let refuses = Condition(
        key: "lamp.refuses", title: Words("N'obéit pas", "Does not obey"),
        cause: Words(
            "La lampe dit refuser les ordres, ou reste à un autre niveau plus d'une demi-heure : mode local, nœud bloqué, programme ancien.",
            "The lamp says that it refuses orders, or stays at another level for over half an hour: local mode, stuck node, old programme."),
        consequence: Words(
            "Elle éclaire trop ou trop peu, et ne suivra pas un ordre d'urgence.",
            "It burns too much or too little, and will not follow an emergency order."),
        response: Words(
            "Renvoyer le programme ; sans effet, redémarrer le nœud ou intervenir sur place.",
            "Send the programme again; without effect, restart the node or go there."),
        severity: .moderate, urgency: .days, onDelay: .minutes(5), offDelay: .minutes(1))

    private static let lies = Condition(
        key: "lamp.lies", title: Words("Niveau et puissance se contredisent", "Level and power disagree"),
        cause: Words(
            "Le nœud annonce un niveau que la puissance mesurée dément : logiciel défectueux, gradation débranchée, mesure fausse.",
            "The node tells a level that the measured power denies: faulty firmware, dimming not wired, wrong metering."),
        consequence: Words(
            "Les preuves d'ordre et d'économie de cette lampe ne valent rien.",
            "This lamp's proofs of orders and savings are worth nothing."),
        response: Words(
            "Croire la puissance ; mettre à jour le logiciel du nœud ou le remplacer.", "Believe the power; update or replace the node."),
        severity: .moderate, urgency: .days, onDelay: .minutes(5), offDelay: .minutes(5))

    private static let driver = Condition(
        key: "lamp.driver", title: Words("Driver en défaut", "Driver failure"),
        cause: Words(
            "Le driver signale une panne interne, ou ne répond plus au nœud (DALI).",
            "The driver reports an inner fault, or answers its node no more (DALI)."),
        consequence: Words("Lampe noire ou bloquée à un niveau.", "The lamp is dark or stuck at one level."),
        response: Words("Programmer le remplacement du driver.", "Plan the driver's replacement."),
        severity: .moderate, urgency: .days, onDelay: .seconds(60), offDelay: .seconds(60))

    private static let never = Condition(
        key: "lamp.never", title: Words("Lampe jamais entendue", "Lamp never heard"),
        cause: Words(
            "En service depuis trois périodes sans un seul message : nœud non posé ou non alimenté, autre identité que dans l'inventaire, mauvaise passerelle, ou lectures refusées (horloge du nœud).",
            "In service for three periods without a single message: node not fitted or not powered, another identity than in the inventory, wrong gateway, or readings refused (the node's clock)."
        ),
        consequence: Words(
            "Son état est inconnu ; ni une panne ni la preuve d'un ordre n'en viendront.",
            "Its state is unknown; neither a fault nor the proof of an order will come from it."),
        response: Words(
            "Comparer l'identité du nœud à l'inventaire et regarder les refus à la page Santé ; si rien n'est posé, mettre la lampe hors service jusqu'à la pose.",
            "Compare the node's identity with the inventory and look at the refusals on the health page; if nothing is fitted, take the lamp out of service until it is."
        ),
        severity: .minor, urgency: .days, grouping: .link)
}
