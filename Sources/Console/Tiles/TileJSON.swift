// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// Describes a set of tiles (TileJSON 3.0.0).
package struct TileJSON: Sendable {
    package struct Layer: Sendable {
        package var id: String
        /// Name of each attribute and what it means.
        package var fields: [(name: String, meaning: String)]
        package var zooms: ClosedRange<Int>
        package init(_ id: String, fields: [(name: String, meaning: String)], zooms: ClosedRange<Int>) {
            (self.id, self.fields, self.zooms) = (id, fields, zooms)
        }
    }

    package var name: String
    /// Address template with `{z}`, `{x}` and `{y}`.
    package var tiles: String
    package var zooms: ClosedRange<Int>
    package var bounds: Box
    package var attribution: String
    package var layers: [Layer]

    package init(name: String, tiles: String, zooms: ClosedRange<Int>, bounds: Box, attribution: String, layers: [Layer]) {
        (self.name, self.tiles, self.zooms, self.bounds) = (name, tiles, zooms, bounds)
        (self.attribution, self.layers) = (attribution, layers)
    }

    package var json: String {
        var json = JSONWriter()
        json.object {
            $0.member("tilejson", "3.0.0")
            $0.member("name", name)
            $0.array("tiles", [tiles]) { $0.string($1) }
            $0.member("minzoom", zooms.lowerBound)
            $0.member("maxzoom", zooms.upperBound)
            $0.array("bounds", [bounds.west, bounds.south, bounds.east, bounds.north]) { $0.number($1) }
            $0.member("attribution", attribution)
            $0.array("vector_layers", layers) { json, layer in
                json.object {
                    $0.member("id", layer.id)
                    $0.object("fields") { json in for field in layer.fields { json.member(field.name, field.meaning) } }
                    $0.member("minzoom", layer.zooms.lowerBound)
                    $0.member("maxzoom", layer.zooms.upperBound)
                }
            }
        }
        return json.text
    }
}
