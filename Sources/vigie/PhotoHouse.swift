// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Darkroom
import HTTPTypes
import Logging

/// Each photo of a stranger goes through a process of its own; what comes back is looked at as what came in was.
struct PhotoHouse {
    let darkroom = Darkroom()
    let log: Logger

    var develop: PhotoDeveloping {
        { [darkroom, log] photo in
            do {
                let bytes = try await darkroom.develop(photo.bytes, orientation: photo.orientation)
                return try PhotoRules.clean(bytes, limit: Darkroom.mostBytes)
            } catch Darkroom.Fault.unreadable {
                throw PhotoFault.unreadable
            } catch let fault as Darkroom.Fault {
                log.error("a photo could not be developed", metadata: ["error": "\(fault)"])
                throw Refused(
                    .serviceUnavailable, "photos", title: Words("Photos indisponibles", "Photos unavailable"),
                    detail: Words(
                        "La photo n’a pas pu être préparée. Réessayez, ou envoyez sans photo.",
                        "The photo could not be prepared. Try again, or send without a photo."), retryAfter: 30)
            }
        }
    }
}
