// SPDX-License-Identifier: EUPL-1.2

package import Console
package import ControlRoom
import Inventory
package import Watch

/// The order panel's fields as they were filled in: shown again when something was wrong, sent again to confirm.
package struct OrderFields: Sendable, Hashable {
    package var scope = "assets"
    /// Identities, or the one node, commune or group.
    package var which = ""
    package var command = "level"
    package var level = ""
    /// Minutes; '' for no end.
    package var minutes = "60"
    package var authority = "operator"
    package var reason = ""

    package init() {}

    package init(_ form: Form) {
        self.init()
        scope = form["scope"] ?? scope
        which = String((form["which"] ?? "").prefix(400_000))
        command = form["command"] ?? command
        level = form["level"] ?? ""
        minutes = form["for"] ?? minutes
        authority = form["authority"] ?? authority
        reason = form["reason"] ?? ""
    }

    package var pairs: [(String, String)] {
        [
            ("scope", scope), ("which", which), ("command", command), ("level", level), ("for", minutes), ("authority", authority),
            ("reason", reason),
        ]
    }

    /// The draft that the fields mean.
    /// - Throws: `Refused.fields` that names each field that is wrong and what would be right.
    package func draft(names: Names, at now: Instant) throws -> OrderDraft {
        var form = Form(pairs.map { (name: $0.0, value: $0.1) })
        let command = readCommand(&form)
        let minutes = form.integer("for", optional: 1...10_080)
        let selection = readSelection(&form, names)
        let reason = form.text("reason", 1...500)
        let authority = [Authority.operator, .incident, .safety].first { String(describing: $0) == self.authority }
        if authority == nil { form.refuse("authority", Words("Autorité inconnue.", "Unknown authority.")) }
        try form.finish()
        return OrderDraft(
            command: command, selection: selection, until: minutes.map { now + .minutes(Int64($0)) } ?? .distantFuture, reason: reason,
            authority: authority ?? .operator)
    }

    private func readCommand(_ form: inout Form) -> Command {
        switch command {
        case "on": return .on
        case "off": return .off
        case "programme": return .programme
        case "level": return .level(UInt8(form.integer("level", 0...100)))
        default:
            form.refuse("command", Words("Commande inconnue.", "Unknown command."))
            return .programme
        }
    }

    private func readSelection(_ form: inout Form, _ names: Names) -> OrderSelection {
        let words = OrderFields.words(which)
        guard let first = words.first else {
            form.refuse("which", Words("Dites lesquels.", "Say which."))
            return .assets([])
        }
        switch scope {
        case "assets": return .assets(words.flatMap { number($0, names, &form) })
        case "supply": return number(first, names, &form).first.map(OrderSelection.supply) ?? .assets([])
        case "gateway": return number(first, names, &form).first.map(OrderSelection.gateway) ?? .assets([])
        case "area":
            guard let code = commune(which, names) else {
                form.refuse(
                    "which", Words("« \(which.prefix(60)) » n'est pas une commune connue.", "'\(which.prefix(60))' is not a known commune.")
                )
                return .assets([])
            }
            return .area(code)
        case "group":
            guard let group = Int64(first) else {
                form.refuse("which", Words("« \(first) » n'est pas un numéro de groupe.", "'\(first)' is not a group number."))
                return .assets([])
            }
            return .group(group)
        default:
            form.refuse("scope", Words("Portée inconnue.", "Unknown scope."))
            return .assets([])
        }
    }

    /// The INSEE code of a commune, given by code or by name in any case. Where no commune was imported, any code will do.
    private func commune(_ text: String, _ names: Names) -> String? {
        let wanted = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if names.communes[wanted] != nil || names.communes.isEmpty { return wanted }
        return names.communes.first { Folding.fold($0.value) == Folding.fold(wanted) }?.key
    }

    /// Identities parted by blanks, commas or semicolons; a packed list (`#3,7-12`) keeps its commas.
    package static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == ";" }.flatMap { word in
            word.hasPrefix("#") ? [String(word)] : word.split(separator: ",").map(String.init)
        }
    }

    /// A packed selection as identities, where a person can still read them.
    package mutating func spellOut(_ names: Names, limit: Int = 60) {
        guard scope == "assets", which.hasPrefix("#"), let numbers = PackedNumbers.read(String(which.dropFirst()), limit: limit) else {
            return
        }
        which = numbers.map { names.id($0) }.joined(separator: " ")
    }

    /// An identity, or numbers as the map packs them: `#3-7`.
    private func number(_ word: String, _ names: Names, _ form: inout Form) -> [Asset.Number] {
        if word.hasPrefix("#") {
            if let numbers = PackedNumbers.read(String(word.dropFirst()), limit: 100_000) { return numbers }
        } else if let id = Asset.ID(word), let number = names.directory.find(id.text) {
            return [number]
        }
        form.refuse("which", Words("« \(word) » n'est pas un équipement connu.", "'\(word)' is not a known asset."))
        return []
    }
}

/// Many numbers as a short text, as the map sends its selection: `3,7-12,40`.
package enum PackedNumbers {
    /// Nil where the text is not such a list or holds more than `limit`.
    package static func read(_ text: String, limit: Int) -> [Asset.Number]? {
        var found: [Asset.Number] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = UInt32(ends[0]), let last = UInt32(ends.count > 1 ? ends[1] : ends[0]), first <= last, last < UInt32.max,
                Int(last - first) < limit - found.count
            else { return nil }
            found.append(contentsOf: (first...last).map { Asset.Number($0) })
        }
        return found
    }

    package static func write(_ numbers: [Asset.Number]) -> String {
        let sorted = Set(numbers.map(\.value)).sorted()
        var parts: [String] = []
        var index = 0
        while index < sorted.count {
            var end = index
            while end + 1 < sorted.count, sorted[end + 1] == sorted[end] + 1 { end += 1 }
            parts.append(end == index ? "\(sorted[index])" : "\(sorted[index])-\(sorted[end])")
            index = end + 1
        }
        return parts.joined(separator: ",")
    }
}
