// SPDX-License-Identifier: EUPL-1.2

package import Inventory

/// Looks for an address of the city in what somebody wrote: 'devant le 12 bis rue des Forges à Dijon'. Only an address that stands there exactly,
/// and only one, is found: a wrong place costs a crew more than none.
package enum AddressMention {
    /// Numbers of a text that are looked at.
    private static let most = 40

    /// - Returns: nil where the text names none, or more than one.
    package static func find(in text: String, _ index: AddressIndex) -> AddressFound? {
        let text = String(text.prefix(20_000))
        let whole = " " + words(text).joined(separator: " ") + " "
        var found: [AddressFound] = []
        var looked = 0
        for line in text.split(whereSeparator: { $0.isNewline || ";!?()".contains($0) }) {
            let words = words(line)
            for (i, word) in words.enumerated() where looked < most && isHouse(word) {
                looked += 1
                let piece = words[i..<min(words.count, i + 10)]
                guard let one = exact(piece, whole, index) else { continue }
                if !found.contains(where: { $0.label == one.label }) { found.append(one) }
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// The address with which a piece of text begins.
    private static func exact(_ piece: ArraySlice<String>, _ whole: String, _ index: AddressIndex) -> AddressFound? {
        let text = " " + piece.joined(separator: " ") + " "
        let house = piece.first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let search = AddressSearch(index)
        // From the fewest words on: what follows an address says something else.
        for count in 3...10 where count <= piece.count {
            let question = piece.prefix(count).joined(separator: " ")
            let fits = search.find(question, limit: 8).filter { one in
                guard one.isExact, one.house == house else { return false }
                let after = words(one.line).joined(separator: " ")
                return text.hasPrefix(" " + after + " ")
            }
            // A street of the same name in another commune: the one that is named, else none.
            let named = fits.filter {
                whole.contains(" " + words($0.commune).joined(separator: " ") + " ") || whole.contains(" \($0.postcode) ")
            }
            if Set(fits.map(\.insee)).count == 1 { return fits[0] }
            if Set(named.map(\.insee)).count == 1 { return named[0] }
        }
        return nil
    }

    private static func isHouse(_ word: String) -> Bool {
        let digits = word.prefix { $0.isNumber }
        return (1...4).contains(digits.utf8.count) && digits.utf8.allSatisfy { (48...57).contains($0) }
            && word.utf8.count <= digits.utf8.count + 4
    }

    private static func words(_ text: some StringProtocol) -> [String] {
        Folding.fold(String(text)).split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}
