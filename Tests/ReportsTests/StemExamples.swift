// SPDX-License-Identifier: EUPL-1.2

extension WordsTests {
    static let stepExamples: [(String, String)] = [
        ("quand", "quand"), ("henryie", "henryi"), ("barskyiez", "barskyi"), ("cityies", "cityi"), ("yeux", "yeux"), ("jouer", "jou"),
        ("ennuie", "ennui"), ("naïf", "naïf"), ("maïs", "maï"),
        ("ambiguë", "ambigu"), ("adorer", "ador"), ("voler", "vol"), ("aimer", "aim"), ("tapis", "tapis"), ("parfum", "parfum"),
        ("colline", "collin"), ("importance", "import"), ("politiques", "polit"), ("capitalisme", "capital"), ("capable", "capabl"),
        ("artiste", "artist"), ("heureux", "heureux"), ("indicatrice", "indiqu"), ("éducateur", "éduc"), ("application", "appliqu"),
        ("modification", "modif"), ("vérification", "vérif"), ("biologie", "biolog"), ("pathologies", "patholog"),
        ("illusion", "illus"), ("solution", "solut"), ("révolutions", "révolu"), ("existence", "existent"),
        ("violences", "violenc"), ("activement", "activ"), ("relativement", "relat"), ("heureusement", "heureux"),
        ("joyeusement", "joyeux"), ("lisiblement", "lisibl"), ("véritablement", "vérit"), ("pratiquement", "pratiqu"),
        ("premièrement", "premi"), ("rapidement", "rapid"), ("sacrément", "sacr"), ("possibilité", "possibil"),
        ("publicité", "publiqu"), ("activité", "activ"), ("rapidité", "rapid"), ("comptabilité", "comptabl"),
        ("électricité", "électr"), ("naïveté", "naïvet"), ("actif", "actif"), ("active", "activ"), ("indicatif", "indiqu"),
        ("significative", "signif"), ("bateaux", "bateau"), ("chevaux", "cheval"), ("aux", "aux"), ("signaux", "signal"),
        ("affreuse", "affreux"), ("dangereuses", "danger"), ("établissement", "établ"), ("agrandissements", "agrand"),
        ("brillamment", "brill"), ("évidemment", "évident"), ("vraiment", "vrai"), ("logements", "log"), ("éclairement", "éclair"),
        ("finîmes", "fin"), ("finissait", "fin"), ("grandiront", "grand"), ("sali", "sal"), ("haïr", "haïr"), ("partir", "part"),
        ("obéissante", "obéiss"), ("mangions", "mangion"), ("éteignions", "éteign"), ("passions", "passion"),
        ("lampadaires", "lampadair"), ("éclairage", "éclairag"), ("cassé", "cass"), ("cassée", "cass"), ("cassés", "cass"),
        ("tombèrent", "tomb"), ("abîmait", "abîm"), ("abîmant", "abîm"), ("gênant", "gên"), ("gênante", "gên"),
        ("mangeait", "mang"), ("arbres", "arbre"), ("pas", "pas"), ("bois", "bois"), ("nous", "nous"), ("gros", "gros"),
        ("jus", "jus"), ("procès", "proces"), ("abus", "abus"), ("déjections", "déject"), ("dégradation", "dégrad"),
        ("version", "version"), ("fission", "fission"), ("cahier", "cahi"), ("barrière", "barri"), ("entière", "entier"),
        ("poubelle", "poubel"), ("poubelles", "poubel"), ("chienne", "chien"), ("bonne", "bon"), ("cette", "cet"), ("belle", "bel"),
        ("bouteille", "bouteil"), ("vieille", "vieil"), ("règle", "regl"), ("collège", "colleg"), ("siège", "sieg"),
        ("chèque", "chequ"), ("près", "pres"), ("déchets", "déchet"), ("encombrants", "encombr"), ("trottoirs", "trottoir"),
        ("graffitis", "graffit"), ("dépôt", "dépôt"), ("dépôts", "dépôt"), ("égouts", "égout"), ("bruyant", "brui"),
        ("bruyamment", "brui"), ("payer", "pai"), ("paye", "pay"), ("ayant", "ayant"), ("essuyé", "essui"), ("essuie", "essui"),
        ("équipements", "équip"), ("feux", "feux"), ("travaux", "traval"), ("eaux", "eau"), ("carreaux", "carreau"),
    ]
}
