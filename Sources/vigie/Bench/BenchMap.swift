// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

extension BenchRun {
    /// The map page in Chromium until every lamp is drawn, beside the same page over one GeoJSON document: tools/bench-map looks on.
    func map() throws {
        let name = "map-first"
        let (tool, python) = ("tools/bench-map", ".venv/bin/python")
        for path in [tool, python] where !FileManager.default.fileExists(atPath: path) {
            return skip(name, "no \(path) here: run from the source folder, after tools/setup")
        }
        guard FileManager.default.fileExists(atPath: "Web/dist/map.js") else { return skip(name, "no Web/dist here: make web") }
        let world = try BenchWorld(lamps: 34_000, in: root + "/map")
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let centre = world.centre
        let browser = Process()
        browser.executableURL = URL(fileURLWithPath: python)
        browser.arguments = [
            tool, "http://127.0.0.1:\(server.httpPort)", "bench0", world.password, "\(world.lamps)", "\(centre.longitude)",
            "\(centre.latitude)",
        ]
        let told = Pipe()
        browser.standardOutput = told
        browser.standardError = FileHandle.nullDevice
        try browser.run()
        let answer = try told.fileHandleForReading.readToEnd() ?? Data()
        browser.waitUntilExit()
        guard let row = try? JSONDecoder().decode(MapRow.self, from: answer) else {
            return skip(name, "\(tool) ended with \(browser.terminationStatus) and without a row")
        }
        guard let tiles = row.tiles, let geojson = row.geojson, let drawn = row.drawn, let drawnGeoJSON = row.drawnGeoJSON else {
            return skip(name, row.why ?? "\(tool) says nothing")
        }
        let note =
            "must: 0.6 of the page over GeoJSON; aim: 0.25 of it; \(drawn) lamps drawn from tiles, \(drawnGeoJSON) from GeoJSON; median of "
            + "\(row.rounds ?? 0); software WebGL"
        let figure = Figure(
            name, tiles, "s", baseline: geojson, "the same page over GeoJSON", must: 0.6 * geojson, aim: 0.25 * geojson, note: note)
        tell(figure.void(min(drawn, drawnGeoJSON) < world.lamps ? "not all lamps were drawn" : nil))
    }
}

/// What tools/bench-map prints.
private struct MapRow: Decodable {
    var tiles: Double?
    var geojson: Double?
    var drawn: Int?
    var drawnGeoJSON: Int?
    var rounds: Int?
    var why: String?
}
