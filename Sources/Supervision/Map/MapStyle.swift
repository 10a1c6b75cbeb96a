// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom

/// The map's style (MapLibre style specification, version 8) in light and dark: grey is normal, colour is abnormal (ISA-101).
/// Below zoom 13 cells show how many assets stand there and, over it, how many of them are abnormal: a healthy city looks calm.
package struct MapStyle {
    package var kinds: [Kind]
    package var isDark: Bool
    /// Milliseconds since 1970 of the moment shown; nil is now.
    package var at: Int64?
    /// `https://vigie.example.org`: tiles in a style must have whole addresses.
    package var origin: String

    package init(kinds: [Kind], isDark: Bool, at: Int64?, origin: String) {
        (self.kinds, self.isDark, self.at, self.origin) = (kinds, isDark, at, origin)
    }

    /// The number by which tiles and deltas name a state of a kind: kind index × 32 + state code.
    package static func key(kind: Int, state: Int) -> Int { kind * 32 + state }

    /// Is the tone one that an operator should see from afar?
    package static func isAbnormal(_ tone: StateSpec.Tone) -> Bool { tone == .warning || tone == .alarm || tone == .lost }

    package var json: String {
        let query = at.map { "?at=\($0)" } ?? ""
        return """
            {"version":8,"name":"Vigie","transition":{"duration":0,"delay":0},
            "glyphs":"\(origin)/assets/glyphs/{fontstack}/{range}.pbf","sources":{
            "base":{"type":"vector","tiles":["\(origin)/tiles/base/{z}/{x}/{y}.mvt"],"minzoom":6,"maxzoom":15},
            "live":{"type":"vector","tiles":["\(origin)/tiles/live/{z}/{x}/{y}.mvt\(query)"],"minzoom":7,"maxzoom":14},
            "fresh":{"type":"geojson","data":{"type":"FeatureCollection","features":[]}}},
            "layers":[\(layers.joined(separator: ",\n"))]}
            """
    }

    private var layers: [String] {
        [
            #"{"id":"ground","type":"background","paint":{"background-color":"\#(colour(.ground))"}}"#,
            #"{"id":"communes","type":"fill","source":"base","source-layer":"communes","paint":{"fill-color":"\#(colour(.land))"}}"#,
            #"{"id":"streets","type":"line","source":"base","source-layer":"streets","minzoom":11,"layout":{"line-cap":"round"},"paint":{"line-color":"\#(colour(.street))","line-width":["interpolate",["exponential",1.5],["zoom"],11,0.4,14,1.6,17,8,20,40]}}"#,
            #"{"id":"borders","type":"line","source":"base","source-layer":"communes","paint":{"line-color":"\#(colour(.border))","line-width":["interpolate",["linear"],["zoom"],8,0.6,14,1.4],"line-dasharray":[3,2]}}"#,
            streetNames, cells, abnormalCells, abnormalMarks, selected, assets, marks, freshMarks, communeNames,
        ]
    }

    /// Along the street, under the assets: a name never hides a lamp.
    private var streetNames: String {
        #"{"id":"street-names","type":"symbol","source":"base","source-layer":"streets","minzoom":15,"filter":["!=",["get","name"],""],"layout":{"symbol-placement":"line","symbol-spacing":300,"text-field":["get","name"],"text-font":["regular"],"text-size":["interpolate",["linear"],["zoom"],15,11,18,14]},"paint":\#(ink(.name))}"#
    }

    private var communeNames: String {
        #"{"id":"commune-names","type":"symbol","source":"base","source-layer":"names","minzoom":10,"maxzoom":16,"layout":{"text-field":["get","name"],"text-font":["bold"],"text-size":["interpolate",["linear"],["zoom"],10,11,14,16],"text-max-width":8},"paint":\#(ink(.commune))}"#
    }

    /// A halo in the colour of the ground keeps a name readable over whatever lies below.
    private func ink(_ part: Part) -> String {
        #"{"text-color":"\#(colour(part))","text-halo-color":"\#(colour(.land))","text-halo-width":1.4}"#
    }

    /// How many assets stand in a cell, as a grey disc whose area follows the number.
    private var cells: String {
        #"{"id":"cells","type":"circle","source":"live","source-layer":"cells","maxzoom":13,"paint":{"circle-color":"\#(colour(.cell))","circle-opacity":0.55,"circle-radius":\#(radius(of: #"["get","n"]"#, least: 2, growth: 1.1))}}"#
    }

    /// How many of them are abnormal; one alone is still seen.
    private var abnormalCells: String {
        let count = sum { MapStyle.isAbnormal($0) }
        let colours =
            #"["case",[">",\#(sum { $0 == .alarm }),0],"\#(tone(.alarm))",[">",\#(sum { $0 == .lost }),0],"\#(tone(.lost))","\#(tone(.warning))"]"#
        return
            #"{"id":"abnormal","type":"circle","source":"live","source-layer":"cells","maxzoom":13,"filter":[">",\#(count),0],"paint":{"circle-color":\#(colours),"circle-opacity":0.9,"circle-stroke-width":1,"circle-stroke-color":"\#(colour(.ground))","circle-radius":\#(radius(of: count, least: 4, growth: 1.1))}}"#
    }

    /// The worst of a cell as a shape too: colour alone tells nothing to who cannot tell colours.
    private var abnormalMarks: String {
        let count = sum { MapStyle.isAbnormal($0) }
        let image =
            #"["case",[">",\#(sum { $0 == .alarm }),0],"mark-alarm",[">",\#(sum { $0 == .lost }),0],"mark-lost","mark-warning"]"#
        return
            #"{"id":"abnormal-marks","type":"symbol","source":"live","source-layer":"cells","maxzoom":13,"filter":[">",\#(count),0],"layout":{"icon-image":\#(image),"icon-size":["*",0.05,\#(radius(of: count, least: 5, growth: 1.1))],\#(MapStyle.overlap)},"paint":{"icon-color":"\#(colour(.ground))"}}"#
    }

    /// Hidden until something is selected: a ring for each asset, drawn or not, would cost more than all of them.
    private var selected: String {
        #"{"id":"selected","type":"circle","source":"live","source-layer":"assets","minzoom":13,"layout":{"visibility":"none"},"paint":{"circle-radius":["interpolate",["linear"],["zoom"],13,6,16,11,19,20],"circle-color":"rgba(0,0,0,0)","circle-stroke-color":"\#(colour(.selection))","circle-stroke-width":["case",["boolean",["feature-state","selected"],false],3,0]}}"#
    }

    private static let key = #"["coalesce",["feature-state","k"],["get","k"]]"#

    /// One asset each. Its state is what the tile says until a delta says otherwise (feature state). How large it is follows the zoom
    /// alone and its rim its state: a radius by state is two values an asset at each of three zooms, worked out while a tile is read. The
    /// page makes them opaque once all are there.
    private var assets: String {
        let key = MapStyle.key
        return """
            {"id":"assets","type":"circle","source":"live","source-layer":"assets","minzoom":13,"paint":{
            "circle-color":\(match(key) { isHollow($0) ? colour(.ground) : tone($0) }),
            "circle-stroke-color":\(match(key) { tone($0) }),
            "circle-stroke-width":\(match(key, quoted: false, rim)),
            "circle-opacity":0,"circle-stroke-opacity":0,"circle-radius":["interpolate",["linear"],["zoom"],13,2,16,4,19,7.2]}}
            """
    }

    /// The legend's shapes for what is abnormal, over its disc, by what the tile says; where a delta has said otherwise since, the shape
    /// goes.
    private var marks: String {
        let filter = #"["in",["get","k"],["literal",[\#(keys(where: MapStyle.isAbnormal))]]]"#
        let opacity = #"["case",["==",\#(MapStyle.key),["get","k"]],1,0]"#
        return mark("marks", #""source":"live","source-layer":"assets","filter":\#(filter)"#, opacity: opacity)
    }

    /// The same for what became abnormal since its tile was drawn: the page fills this source from the deltas.
    private var freshMarks: String { mark("fresh-marks", #""source":"fresh""#, opacity: "1") }

    private func mark(_ id: String, _ source: String, opacity: String) -> String {
        let key = #"["get","k"]"#
        return """
            {"id":"\(id)","type":"symbol",\(source),"minzoom":13,"layout":{"icon-image":\(match(key) { "mark-\($0.rawValue)" }),
            "icon-size":["interpolate",["linear"],["zoom"],13,0.5,16,0.85,19,1.5],
            "symbol-sort-key":\(match(key, quoted: false) { $0 == .alarm ? "2" : $0 == .lost ? "1" : "0" }),\(MapStyle.overlap)},
            "paint":{"icon-color":\(match(key) { tone($0) }),"icon-halo-color":"\(colour(.ground))","icon-halo-width":1.5,
            "icon-opacity":\(opacity)}}
            """
    }

    private static let overlap = #""icon-allow-overlap":true,"icon-ignore-placement":true"#

    private func rim(_ tone: StateSpec.Tone) -> String {
        if isHollow(tone) { return "1.6" }
        return tone == .notice || MapStyle.isAbnormal(tone) ? "1.2" : "0.4"
    }

    /// Unknown, idle, stale and lost are rings: form says it too, not colour alone (RGAA 3.1).
    private func isHollow(_ tone: StateSpec.Tone) -> Bool {
        tone == .unknown || tone == .lost || tone == .disabled || tone == .idle || tone == .stale
    }

    private func match(_ key: String, quoted: Bool = true, _ value: (StateSpec.Tone) -> String) -> String {
        func written(_ tone: StateSpec.Tone) -> String { quoted ? "\"\(value(tone))\"" : value(tone) }
        let pairs = StateSpec.Tone.allCases.compactMap { tone -> String? in
            let keys = keys { $0 == tone }
            return keys.isEmpty ? nil : "[\(keys)],\(written(tone))"
        }
        return pairs.isEmpty ? written(.unknown) : "[\"match\",\(key),\(pairs.joined(separator: ",")),\(written(.unknown))]"
    }

    private func keys(where holds: (StateSpec.Tone) -> Bool) -> String {
        kinds.enumerated().flatMap { kind, spec in
            spec.states.enumerated().filter { holds($0.element.tone) }.map { String(MapStyle.key(kind: kind, state: $0.offset)) }
        }.joined(separator: ",")
    }

    /// The sum of a cell's counts over the states of some tones.
    private func sum(_ holds: (StateSpec.Tone) -> Bool) -> String {
        let terms = keys(where: holds).split(separator: ",").map { "[\"coalesce\",[\"get\",\"k\($0)\"],0]" }
        return terms.isEmpty ? "0" : "[\"+\",0,\(terms.joined(separator: ","))]"
    }

    private func radius(of count: String, least: Double, growth: Double) -> String {
        "[\"min\",34,[\"max\",\(least),[\"*\",\(growth),[\"sqrt\",\(count)]]]]"
    }

    private enum Part { case ground, land, street, border, cell, selection, name, commune }

    private func colour(_ part: Part) -> String {
        switch part {
        case .ground: isDark ? "#12161b" : "#eef0f2"
        case .land: isDark ? "#191e24" : "#f8f9fa"
        case .street: isDark ? "#2d343d" : "#dde1e6"
        case .border: isDark ? "#4a545f" : "#a9b2bc"
        case .cell: isDark ? "#8d98a5" : "#8a95a1"
        case .name: isDark ? "#a9b3be" : "#4b5661"
        case .commune: isDark ? "#d5dce4" : "#2b3640"
        case .selection: isDark ? "#ffffff" : "#0b1e33"
        }
    }

    private func tone(_ tone: StateSpec.Tone) -> String {
        switch tone {
        case .unknown: isDark ? "#6c7885" : "#8b95a0"
        case .idle: isDark ? "#7d8996" : "#7d8894"
        case .active: isDark ? "#c9d1da" : "#56616d"
        case .notice: isDark ? "#6db3f2" : "#1b66a8"
        case .stale: isDark ? "#9db2cc" : "#4f6a8a"
        case .warning: isDark ? "#f2b23e" : "#b76a00"
        case .alarm: isDark ? "#ff6b5e" : "#c6241b"
        case .lost: isDark ? "#cf9bf5" : "#7a3aa3"
        case .disabled: isDark ? "#505a65" : "#aab2bb"
        }
    }
}
