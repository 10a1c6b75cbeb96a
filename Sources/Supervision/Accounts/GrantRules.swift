// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Inventory

/// What a grant may name: a grant that names nothing known would open nothing, and nobody would be told.
package enum GrantRules {
    /// The trades by which pages and API ask (docs/desks/supervision.md, 'Rights'); '' is all of them.
    package static let trades: [(name: String, title: Words)] = [
        ("", Words("tous les métiers", "every trade")), ("map", Words("carte", "map")), ("inventory", Words("inventaire", "inventory")),
        ("alarms", Words("alarmes", "alarms")), ("orders", Words("ordres", "orders")), ("log", Words("main courante", "log")),
        ("health", Words("santé de Vigie", "health of Vigie")), ("accounts", Words("comptes", "accounts")),
        ("readings", Words("mesures par HTTP", "readings over HTTP")), ("reports", Words("signalements", "reports")),
        ("privacy", Words("données personnelles", "personal data")),
        ("calls", Words("accueil téléphonique", "call desk")),
        ("exchange", Words("autocommutateur", "telephone exchange")),
        ("callback", Words("rappel des habitants", "call citizens back")),
        ("open311", Words("signalements par Open311", "reports over Open311")), ("jobs", Words("interventions", "jobs of the crews")),
    ]

    /// The names that a grant may have, as people read them.
    package static var names: String { trades.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ") }

    package enum Fault: Error, Hashable, Sendable {
        case trade(String)
        case commune(String)

        package var words: Words {
            switch self {
            case .trade(let name):
                return Words("« \(name) » n'est pas un métier. Connus : \(names).", "'\(name)' is not a trade. Known: \(names).")
            case .commune(let name):
                return Words(
                    "« \(name) » n'est ni le code INSEE ni le nom d'une commune connue.",
                    "'\(name)' is neither the INSEE code nor the name of a known commune.")
            }
        }
    }

    /// - Parameters:
    ///   - communes: INSEE codes or names, with commas or semicolons between, codes with spaces too.
    ///   - known: the communes of the inventory; where there are none yet, any code of five letters or digits is taken.
    package static func grant(
        _ right: Right, trade: String, communes: String, known: [(code: String, name: String)]
    ) throws(Fault) -> Grant {
        guard trades.contains(where: { $0.name == trade }) else { throw .trade(trade) }
        var codes: [String] = []
        for part in communes.split(whereSeparator: { ",;\n".contains($0) }) {
            let text = part.trimming { $0 == " " }
            if text.isEmpty { continue }
            if let code = code(text, known) {
                codes.append(code)
                continue
            }
            for word in text.split(separator: " ") {
                guard let code = code(String(word), known) else { throw .commune(text) }
                codes.append(code)
            }
        }
        return Grant(right: right, trade: trade, communes: codes)
    }

    private static func code(_ text: String, _ known: [(code: String, name: String)]) -> String? {
        if known.isEmpty {
            let isCode = text.utf8.count == 5 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
            return isCode ? text : nil
        }
        let folded = Folding.fold(text)
        return known.first { $0.code == text || Folding.fold($0.name) == folded }?.code
    }
}

extension StringProtocol {
    fileprivate func trimming(_ isOut: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isOut($0) }), let last = lastIndex(where: { !isOut($0) }) else { return "" }
        return String(self[first...last])
    }
}
