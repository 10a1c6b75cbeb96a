// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation

/// The form of an act on a tablet, read. The script reads the same fields (Web/src/terrain/acts.ts).
enum TerrainForm {
    /// Why a crew cannot go on, as it says it with one touch.
    static let reasons: [(value: String, title: Words)] = [
        ("Accès impossible", Words("Accès impossible", "No access")), ("Véhicule gênant", Words("Véhicule gênant", "A vehicle in the way")),
        ("Matériel ou pièce manquant", Words("Matériel ou pièce manquant", "Equipment or part missing")),
        ("Danger", Words("Danger", "Danger")), ("Intempéries", Words("Intempéries", "Weather")),
        ("Autre métier nécessaire", Words("Autre métier nécessaire", "Another trade is needed")),
        ("Rien à faire sur place", Words("Rien à faire sur place", "Nothing to do there")),
    ]

    /// - Parameter size: of the photo, where one came.
    static func deed(_ form: inout Form, size: Int) -> TerrainAct.Deed {
        switch form["act"] ?? "" {
        case "start": return .start
        case "pause": return .pause
        case "proceed": return .proceed
        case "block":
            let (reason, words) = (form.text("reason", 0...200), form.text("text", 0...3000))
            let parts = [reason, words].filter { !$0.isEmpty }
            if parts.isEmpty { form.refuse("reason", Words("Dites pourquoi.", "Say why.")) }
            return .block(because: parts.joined(separator: " : "))
        case "finish":
            let text = form.text("text", 0...JobRules.longestText)
            return form["proof"] == "photos" ? .finish(.photos, text: text) : .finish(.word(form.text("name", 1...200)), text: text)
        case "note": return .note(form.text("text", 1...JobRules.longestText))
        case "time": return .time(minutes: form.integer("minutes", 1...JobRules.mostMinutes))
        case "parts": return .parts(form.text("name", 1...200), count: form.integer("count", 1...100_000))
        case "sign": return .sign(form.text("name", 1...200), picture: [])
        case "confirm": return .confirm(form.choice("safety"), by: form.text("name", 1...200))
        case "photo": return .photo(form.choice("stage"), key: form["key"] ?? "", size: max(1, size))
        default:
            form.refuse("act", Words("Aucun acte de ce nom.", "No act of this name."))
            return .start
        }
    }
}
