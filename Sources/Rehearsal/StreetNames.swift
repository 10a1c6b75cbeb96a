// SPDX-License-Identifier: EUPL-1.2

/// Street names composed by rule from typical French ones, no two equal in a commune.
struct StreetNames {
    private enum Pool: Int, CaseIterable { case avenues, things, people }
    private var used = [0, 0, 0]
    private var dice: Dice
    private let steps: [(step: Int, start: Int)]

    init(seed: UInt64) {
        var dice = Dice(seed: seed, 3)
        // Stepping by a prime that does not divide the number of names visits each name once before any comes twice.
        steps = Pool.allCases.map { _ in ([10_007, 20_011, 30_011, 7919][dice.whole(0...3)], dice.whole(0...1_000_000)) }
        self.dice = dice
    }

    /// The next name for a street of this rank. Where a commune has used all, the names come again with a number.
    mutating func name(for rank: Street.Rank) -> String {
        let wantsThing = dice.chance(0.4) && used[Pool.things.rawValue] < StreetNames.count(.things)
        let pool: Pool = rank == .avenue ? .avenues : wantsThing ? .things : .people
        let count = StreetNames.count(pool)
        let (step, start) = steps[pool.rawValue]
        let n = used[pool.rawValue]
        used[pool.rawValue] += 1
        let name = StreetNames.compose(pool, (start + n * step) % count)
        return n < count ? name : "\(name) n° \(n / count + 1)"
    }

    private static func count(_ pool: Pool) -> Int {
        switch pool {
        case .avenues: 3 * (places.count + last.count)
        case .things: 4 * things.count
        case .people: first.count * last.count * 3 / 2
        }
    }

    /// Name number `n` of its pool; the pools share no name.
    private static func compose(_ pool: Pool, _ n: Int) -> String {
        switch pool {
        case .avenues:
            let kind = ["Avenue", "Boulevard", "Cours"][n % 3]
            let i = n / 3
            return i < places.count ? "\(kind) \(places[i])" : "\(kind) \(first[i % first.count]) \(last[i - places.count])"
        case .things:
            return "\(["Rue", "Chemin", "Allée", "Impasse"][n % 4]) \(things[n / 4])"
        case .people:
            // Two in three are a 'rue', one an 'allée'; the first half of the persons has both.
            let people = first.count * last.count
            let i = n % people
            let kind = n < people ? "Rue" : "Allée"
            return "\(kind) \(first[i % first.count]) \(last[i / first.count])"
        }
    }

    static let first = [
        "Adrienne", "Albert", "Alexandre", "Alfred", "Alice", "André", "Anne", "Antoine", "Auguste", "Berthe", "Camille", "Charles",
        "Charlotte", "Claude", "Clément", "Colette", "Denise", "Édouard", "Élisabeth", "Émile", "Ernest", "Étienne", "Eugène",
        "Félix", "Fernand", "François", "Gabriel", "Gaston", "Georges", "Germaine", "Guillaume", "Gustave", "Hélène", "Henri", "Hubert",
        "Irène", "Jacques", "Jean", "Jeanne", "Joseph", "Jules", "Julie", "Léon", "Louis", "Louise", "Lucie", "Lucien", "Madeleine",
        "Marcel", "Marguerite", "Marie", "Marthe", "Maurice", "Nicolas", "Olympe", "Paul", "Pauline", "Philippe", "Pierre", "Raymond",
        "René", "Robert", "Roger", "Rosa", "Simone", "Suzanne", "Théodore", "Thérèse", "Victor", "Yvonne",
    ]
    static let last = [
        "Arbelet", "Aubry", "Barbier", "Bastide", "Baudry", "Berlier", "Bernard", "Berthelot", "Bertrand", "Bizot", "Blanchard", "Boisseau",
        "Bonnard", "Bossuet", "Bouchard", "Bourgeois", "Boutaric", "Breton", "Brunet", "Caillot", "Carnot", "Chabot", "Charpentier",
        "Chevalier",
        "Clerc", "Colin", "Cordier", "Courtois", "Darcy", "Daubenton", "Deschamps", "Devosge", "Dubois", "Dumay", "Dupré", "Durand",
        "Fabre", "Faucher", "Ferrand", "Fleury", "Fontaine", "Fournier", "Garnier", "Gaudin", "Gauthier", "Girard", "Giraud", "Grangier",
        "Guérin", "Guillemot", "Guyton", "Hardy", "Humbert", "Jacob", "Jacotot", "Jouvence", "Lacroix", "Lambert", "Langlois", "Laurent",
        "Lebrun", "Leclerc", "Lefèvre", "Legrand", "Lejeune", "Lemoine", "Leroy", "Liégeard", "Magnin", "Mairet", "Marchand", "Maréchal",
        "Marin", "Martel", "Martin", "Masson", "Mercier", "Meunier", "Michaud", "Monge", "Moreau", "Morel", "Morin", "Noirot",
        "Parent", "Pasquier", "Pelletier", "Perrin", "Petit", "Picard", "Poirier", "Prévost", "Rameau", "Renaud", "Richard", "Rivière",
        "Robin", "Roland", "Rolin", "Rousseau", "Roux", "Rude", "Sambin", "Simon", "Spuller", "Tabourot", "Tissot", "Vallée",
        "Vauban", "Vernet", "Viardot", "Vidal", "Villard", "Voisin",
    ]
    static let places = [
        "de Beaune", "de Bourgogne", "de Champagne", "de Chalon", "de Gray", "de Langres", "de Paris", "de Besançon", "de Lyon", "de Mâcon",
        "de Nuits", "de Troyes", "de Genève", "de Mayence", "de Dole", "de la République", "de la Liberté", "de l'Europe", "de la Gare",
        "du Stade", "de l'Université", "du Parc", "du Lac", "du Canal", "de la Victoire", "du 8-Mai-1945", "du 11-Novembre-1918",
        "du 4-Septembre", "du 14-Juillet", "du 19-Mars-1962",
    ]
    static let things = [
        "des Acacias", "des Alouettes", "des Amandiers", "de l'Ancienne Poste", "des Artisans", "des Aubépines", "du Bief", "des Bleuets",
        "du Bois",
        "des Bouleaux", "du Bourg", "des Bruyères", "du Calvaire", "des Carrières", "de la Cascade", "des Cerisiers", "des Champs",
        "de la Chapelle",
        "des Charmes", "du Château", "des Chênes", "du Clos", "des Clématites", "de la Combe", "des Coquelicots", "de la Corvée",
        "des Coteaux",
        "de la Croix Blanche", "de l'École", "des Écureuils", "de l'Église", "des Érables", "de l'Étang", "des Fauvettes", "de la Fontaine",
        "de la Forge", "des Fougères", "du Four", "des Frênes", "des Genêts", "des Glycines", "de la Grange", "des Grands Crus",
        "des Hirondelles",
        "des Hortensias", "des Iris", "des Jardins", "des Jonquilles", "des Lavandes", "du Lavoir", "des Lilas", "de la Mairie",
        "du Marché",
        "des Marronniers", "des Mésanges", "des Meuniers", "du Moulin", "des Mûriers", "des Noisetiers", "des Noyers", "des Ormes",
        "des Peupliers",
        "des Pinsons", "des Platanes", "du Pont", "du Port", "des Prés", "des Primevères", "du Puits", "du Rempart", "des Roseaux",
        "des Rosiers",
        "de la Rivière", "du Ruisseau", "des Sablons", "des Saules", "de la Source", "des Sorbiers", "du Théâtre", "des Tilleuls",
        "des Tonneliers",
        "des Tulipes", "des Vendangeurs", "des Vergers", "des Vignes", "des Violettes",
    ]
}
