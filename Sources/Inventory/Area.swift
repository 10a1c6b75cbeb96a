// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// A commune and its boundary.
package struct Area: Sendable, Hashable {
    /// INSEE code: `21231`.
    package var code: String
    package var name: String
    package var population: Int?
    /// Polygons of rings (the first outside, the others holes), each closed: its last place is its first.
    package var polygons: [[[Place]]]

    package init(code: String, name: String, population: Int? = nil, polygons: [[[Place]]]) {
        (self.code, self.name, self.population, self.polygons) = (code, name, population, polygons)
    }
}

/// A street of the base map.
package struct Street: Sendable, Hashable {
    package var number: Int64
    package var name: String
    /// How broad it is drawn: `primary`, `secondary`, `residential`, `path` or what the file says; ''.
    package var `class`: String
    package var line: [Place]

    package init(number: Int64, name: String, class: String = "", line: [Place]) {
        (self.number, self.name, self.class, self.line) = (number, name, `class`, line)
    }
}
