// SPDX-License-Identifier: EUPL-1.2

/// From the columns of a file to the fields of an asset. The door reads it from a small YAML file; without one, columns
/// are known by their usual French and English names.
package struct ImportMapping: Sendable {
    package enum Field: String, Sendable, CaseIterable, Hashable {
        case id, kind, name, address, lon, lat, commune, supplyParent = "supply_parent", linkParent = "link_parent", period, power,
            commissioned
    }

    /// Where a field's text comes from.
    package struct Source: Sendable, Hashable {
        package var origin: Origin
        /// Numbers are multiplied by it: 1000 for kW into W.
        package var factor: Double
        package enum Origin: Sendable, Hashable {
            case column(String)
            case constant(String)
            case template(Template)
        }
        package init(_ origin: Origin, factor: Double = 1) { (self.origin, self.factor) = (origin, factor) }
    }

    package var fields: [Field: Source]
    /// Attributes by key; nil: every column that serves no field becomes an attribute of its own name.
    package var attributes: [String: Source]?
    /// Texts that mean 'no value'; the empty text always does.
    package var missing: Set<String>
    /// nil: found from the file.
    package var separator: UInt8?
    package var encoding: FileText.Encoding?
    package var crs: CoordinateSystem?

    package init(fields: [Field: Source] = [:], attributes: [String: Source]? = nil) {
        (self.fields, self.attributes) = (fields, attributes)
        missing = ["#N/A", "#N/D", "#REF!", "N/A", "NULL", "null", "NaN"]
    }

    /// Names by which a field's column is known when the mapping does not say; as `ColumnName.normal` gives them.
    static let usual: [Field: [String]] = [
        .id: ["id", "identifiant", "identifier", "code", "ident", "matricule", "numero", "@id"],
        .kind: ["kind"],
        .name: ["name", "nom", "libelle"],
        .address: ["address", "adresse", "voie", "rue", "nom_voie"],
        .lon: ["lon", "longitude", "lng", "x", "coord_x", "point_x", "x_l93", "@lon"],
        .lat: ["lat", "latitude", "y", "coord_y", "point_y", "y_l93", "@lat"],
        .commune: ["insee", "code_insee", "commune"],
        .supplyParent: ["supply_parent", "armoire", "id_armoire"],
        .linkParent: ["link_parent", "passerelle", "gateway"],
        .period: ["period", "periode"],
        .power: ["power", "puissance", "puissance_w"],
        .commissioned: ["commissioned", "date_pose", "mise_en_service"],
    ]
}

/// A text with places to fill: `L-{insee}-{line:6}`. `{column}` is a column, `{column:6}` filled with zeros to six; `{line}` the line or
/// feature in the file; `{place}` the position in degrees with six decimals (`3.879137_43.604710`); `{twin}` nothing for the first of
/// several equal texts, then `-2`, `-3`.
package struct Template: Sendable, Hashable {
    package enum Piece: Sendable, Hashable {
        case literal(String)
        case column(String, width: Int)
        case line(width: Int)
        case place
        case twin
    }
    package let pieces: [Piece]

    /// Nil where braces do not match or a width is no number from 1 to 20.
    package init?(_ text: String) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            let inside = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = inside.first, !name.isEmpty else { return nil }
            var width = 0
            if inside.count == 2 {
                guard let n = Int(inside[1]), (1...20).contains(n) else { return nil }
                width = n
            }
            switch name {
            case "line": pieces.append(.line(width: width))
            case "place": pieces.append(.place)
            case "twin": pieces.append(.twin)
            default: pieces.append(.column(ColumnName.normal(String(name)), width: width))
            }
            rest = rest[rest.index(after: close)...]
        }
        if rest.contains("}") { return nil }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        self.pieces = pieces
    }
}
