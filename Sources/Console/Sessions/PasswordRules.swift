// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Foundation

/// What a password that a person chooses must be: long, and not what anybody tries first. No rule about sorts of characters: length
/// counts (NIST SP 800-63B §5.1.1.2; CNIL's recommendation of 2022 asks for 12 characters beside a lock-out).
package enum PasswordRules {
    static let length = 12...128
    /// So many characters must remain when the words and runs that everybody tries first are taken out.
    static let ownCharacters = 8
    static let different = 6

    /// Why this password is not taken; nil where it is.
    /// - Parameters:
    ///   - password: as typed.
    ///   - names: the sign-in name and the words of the person's name; those of three characters or more may not carry the password.
    package static func fault(_ password: String, names: [String]) -> Words? {
        guard length.contains(password.count), password.utf8.count <= 1_024 else {
            return Words(
                "Il faut de \(length.lowerBound) à \(length.upperBound) caractères ; il y en a \(password.count).",
                "Must be \(length.lowerBound) to \(length.upperBound) characters; there are \(password.count).")
        }
        guard Set(password).count >= different else {
            return Words("Il faut au moins \(different) caractères différents.", "Must have at least \(different) different characters.")
        }
        let folded = fold(password)
        var rest = folded
        for word in names.map(fold).filter({ $0.count >= 3 }) + common { rest = rest.replacingOccurrences(of: word, with: "") }
        guard rest.count >= min(ownCharacters, folded.count) else {
            return Words(
                "Trop facile à deviner : moins de \(ownCharacters) caractères restent sans le nom, les suites et les mots courants.",
                "Too easy to guess: fewer than \(ownCharacters) characters remain without the name, runs and common words.")
        }
        return nil
    }

    /// What lists of stolen passwords are full of, the longest first; runs of keys and digits in both directions.
    private static let common: [String] = {
        let runs = ["1234567890", "abcdefghijklmnopqrstuvwxyz", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm"]
        var parts: Set<String> = [
            "motdepasse", "password", "vigie", "dijon", "bonjour", "soleil", "doudou", "loulou", "welcome", "admin", "administrateur",
            "administrator", "letmein", "iloveyou", "jetaime", "secret", "changeme", "azerty", "qwerty", "mairie", "metropole", "eclairage",
        ]
        for run in runs {
            for text in [run, String(run.reversed())] {
                let letters = Array(text)
                for size in 4...letters.count {
                    for start in 0...(letters.count - size) { parts.insert(String(letters[start..<(start + size)])) }
                }
            }
        }
        for year in 1950...2049 { parts.insert(String(year)) }
        return parts.sorted { ($0.count, $0) > ($1.count, $1) }
    }()

    private static func fold(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: Locale(identifier: "fr_FR"))
    }
}
