// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// One address as a file of the Base Adresse Nationale says it.
package struct Address: Sendable, Hashable {
    /// Key of the national table: `21231_4370_00012_bis`.
    package var id: String
    /// 0 where the place has no number.
    package var house: Int
    /// What stands after the number, in small letters: `bis`, `ter`, `a`; ''.
    package var suffix: String
    package var street: String
    package var postcode: String
    /// INSEE code of the commune.
    package var insee: String
    /// Name of the commune.
    package var commune: String
    package var place: Place

    package init(
        id: String, house: Int, suffix: String = "", street: String, postcode: String, insee: String, commune: String, place: Place
    ) {
        (self.id, self.house, self.suffix, self.street) = (id, house, suffix, street)
        (self.postcode, self.insee, self.commune, self.place) = (postcode, insee, commune, place)
    }
}

/// What a search for an address finds.
package struct AddressFound: Sendable, Hashable {
    /// 0 where only the street is meant.
    package var house: Int
    package var suffix: String
    package var street: String
    package var postcode: String
    package var insee: String
    package var commune: String
    package var place: Place
    /// False where a number was asked for that the street has not, or a suffix.
    package var isExact: Bool
    /// From the position that was given with the question; nil where none was.
    package var metres: Double?

    /// `12 bis Avenue Victor Hugo`.
    package var line: String {
        house == 0 ? street : "\(house)\(suffix.isEmpty ? "" : " " + suffix) \(street)"
    }

    /// `12 bis Avenue Victor Hugo, 21000 Dijon`.
    package var label: String { "\(line), \(postcode.isEmpty ? "" : postcode + " ")\(commune)" }
}
