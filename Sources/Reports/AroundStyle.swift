// SPDX-License-Identifier: EUPL-1.2

import Console

/// The style of the citizens' small map (MapLibre style specification, version 8): communes, streets with their names, and the points that
/// the page's script puts on it.
struct AroundStyle {
    var isDark: Bool
    /// `https://vigie.example.org`: tiles in a style must have whole addresses.
    var origin: String

    var json: String {
        let (ground, land, street, ink) =
            isDark ? ("#12161b", "#191e24", "#39424d", "#a9b3be") : ("#eef0f2", "#f8f9fa", "#cfd5dc", "#4b5661")
        return """
            {"version":8,"name":"Vigie","glyphs":"\(origin)/assets/glyphs/{fontstack}/{range}.pbf","sources":{
            "base":{"type":"vector","tiles":["\(origin)/tiles/base/{z}/{x}/{y}.mvt"],"minzoom":6,"maxzoom":15},
            "around":{"type":"geojson","data":{"type":"FeatureCollection","features":[]}}},"layers":[
            {"id":"ground","type":"background","paint":{"background-color":"\(ground)"}},
            {"id":"communes","type":"fill","source":"base","source-layer":"communes","paint":{"fill-color":"\(land)"}},
            {"id":"streets","type":"line","source":"base","source-layer":"streets","layout":{"line-cap":"round"},
             "paint":{"line-color":"\(street)","line-width":["interpolate",["exponential",1.5],["zoom"],11,0.4,14,2,17,10]}},
            {"id":"names","type":"symbol","source":"base","source-layer":"streets","minzoom":14.5,"layout":{"symbol-placement":"line",
             "text-field":["get","name"],"text-font":["regular"],"text-size":12},
             "paint":{"text-color":"\(ink)","text-halo-color":"\(land)","text-halo-width":1.5}},
            {"id":"around","type":"circle","source":"around","paint":{"circle-radius":["case",["==",["get","sort"],"me"],7,9],
             "circle-color":["match",["get","sort"],"me","#0b57d0","report","#1d4f91","outage","#b3151d","works","#b36b00","job","#1b6b3a",
              "notice","#7a2a86","#5c656e"],"circle-stroke-color":"#ffffff","circle-stroke-width":2}}]}
            """
    }
}
