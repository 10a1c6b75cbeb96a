// SPDX-License-Identifier: EUPL-1.2

/// Words that say nothing about what is reported, folded (no accents, no elisions: 'l', 'd' and 'qu' are words of their own here).
package enum StopWords {
    package static let french = set(
        """
        a ai aie ainsi alors apres as assez au aucun aujourd aussi autre autres aux avait avant avec avez avoir avons bah beaucoup bien bon \
        bonjour bonsoir c ca car ce ceci cela ces cet cette chez ci cinq comme comment cordialement d dans de depuis des deux devant \
        donc dont du elle elles en encore entre es est et etaient etais etait etant ete etes etre eu eux faire fait fois font \
        fut hui il ils j je jour jours jusqu juste l la le les leur leurs lors lorsque lui m ma mais malgre me meme mes merci met mois moi mon monsieur \
        madame n ne ni non nos notre nous on ont ou par parce pas pendant peu peut plus plusieurs pour pourquoi pres puis qu quand que quel quelle \
        quelques qui quoi r s sa sans se semaine semaines ses si signale signaler soit sommes son sont sous suis sur sera svp t ta te tel tes toi ton toujours tous tout \
        toute toutes tres trois trop tu un une vers voici voila vont vos votre vous vu y z
        """)
    package static let english = set(
        """
        a about after all also am an and any are as at be been before but by can could day days did do does for from had has have he hello her here hi him \
        his how i if in into is it its just me more my near no not of on one or our out over please she so some still than thank thanks that the their them \
        then there these they this those to too two up us very was we week weeks were what when where which who will with would you your
        """)

    /// The language of a text by its small words; French where they do not tell.
    package static func isEnglish(_ tokens: [String]) -> Bool {
        var (french, english) = (0, 0)
        for token in tokens {
            if self.french.contains(token) { french += 1 }
            if self.english.contains(token) { english += 1 }
        }
        return english > french
    }

    private static func set(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}
