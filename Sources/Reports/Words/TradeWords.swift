// SPDX-License-Identifier: EUPL-1.2

/// Words by which citizens mean one thing: all of a line are one word to the guesser of categories and to the search for duplicates.
package enum TradeWords {
    /// Single words, French and English; a word stands on one line only.
    package static let lines = [
        "lampadaire réverbère candélabre lampe luminaire éclairage lanterne streetlight lamp lighting",
        "éteint éteinte grillé grillée unlit",
        "clignote clignotant clignotement vacille flickering blinking",
        "trou nid ornière affaissement crevasse pothole hole",
        "chaussée route bitume goudron asphalte enrobé road roadway",
        "trottoir pavement sidewalk",
        "graffiti tag tagué bombage graffitis",
        "affiche affichage autocollant sticker poster",
        "encombrant matelas canapé meuble frigo réfrigérateur sommier fauteuil armoire bulky mattress sofa couch",
        "dépôt sauvage décharge dumping dumped tipping",
        "déchet ordure détritus saleté immondice rubbish garbage litter trash",
        "gravat plâtre remblai rubble",
        "épave ventouse wreck",
        "voiture véhicule auto automobile camionnette fourgon car vehicle van",
        "poubelle corbeille conteneur container bin",
        "déjection crotte excrément dropping",
        "arbre branche tronc tree branch",
        "feu tricolore signalisation",
        "panneau pancarte sign",
        "fuite débordement écoulement inondation leak flooding",
        "eau water",
        "égout avaloir caniveau drain sewer manhole",
        "banc bench",
        "rat rongeur souris vermine cafard",
        "verre bris vitre glass",
        "vélo bicyclette bike bicycle",
        "trottinette scooter",
        "herbe broussaille ronce weed weeds",
        "neige verglas glace gel snow ice",
    ]

    /// The number of a stem: the same for all words of a line.
    package static func number(_ stem: String) -> UInt32 { joined[stem] ?? hash(stem) }

    private static let joined: [String: UInt32] = {
        var out: [String: UInt32] = [:]
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let number = hash("=" + words[0])
            for word in words {
                out[WordBag.stem(word)] = number
                out[WordBag.stem(word, isEnglish: true)] = number
            }
        }
        return out
    }()

    /// FNV-1a: the same in each run, since bags may be kept.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
