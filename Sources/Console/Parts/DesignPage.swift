// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// Every part in every state, so that each later desk looks like the same house.
enum DesignPage {
    static let summary = "Every component of the design system in every state"

    static var page: Page {
        Page(title: Words("Système de conception", "Design system"), place: "design") {
            h2(Words("Boutons", "Buttons"))
            Button(Words("Appliquer", "Apply"), .primary).html
        }
    }
}
