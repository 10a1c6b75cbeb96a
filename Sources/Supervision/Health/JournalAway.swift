// SPDX-License-Identifier: EUPL-1.2

import Console
package import ControlRoom
package import Journal

/// What a page says while the journal cannot be asked: who is signed in stands there too, so no page can be shown.
extension JournalError: PassingTrouble {
    package var passing: Words? {
        guard isPassing else { return nil }
        return Words(
            "Le journal ne répond pas : rien n’a été fait. La salle continue de recevoir les mesures. Réessayez dans quelques secondes.",
            "The journal does not answer: nothing was done. The room goes on taking readings. Try again in some seconds.")
    }
}
