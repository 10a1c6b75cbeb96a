// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A desk that knows what is near a place. The composition hands all of them to whoever tells it.
package protocol Surroundings: Sendable {
    /// - Parameter road: name of the road there; '' where none is known.
    func around(_ place: Place, road: String, commune: Commune, within meters: Double) async throws -> [Surrounding]
}
