// SPDX-License-Identifier: EUPL-1.2

import Foundation

extension BenchRun {
    /// One order to every lamp of a simulated city that answers at once, from the click to the whole ledger confirmed.
    func orderCity() throws {
        let world = try BenchWorld(lamps: 34_000, in: root + "/order")
        try world.writeCity(to: world.folder + "/city")
        let server = try BenchServer(folder: world.folder)
        defer { server.stop() }
        let simulator = Process()
        simulator.executableURL = URL(fileURLWithPath: ownPath())
        simulator.arguments = [
            "simulate", "--city", world.folder + "/city", "--mqtt", "127.0.0.1:\(server.mqttPort)", "--instant", "--faults", "0",
            "--standing", "0",
            "--control", "0",
        ]
        simulator.standardOutput = FileHandle.nullDevice
        simulator.standardError = FileHandle.nullDevice
        try simulator.run()
        defer {
            simulator.terminate()
            simulator.waitUntilExit()
        }
        sleep(8)
        let began = ContinuousClock.now
        let placed = try post(
            world, server, key: 0, "/console/orders", "scope=supply&which=S-0&command=level&level=60&for=60&authority=operator&reason=bench"
        )
        guard let address = location(placed) else { return skip("order-city", "the order was not placed: \(placed.prefix(250))") }
        let number = address.split(separator: "/").last.map(String.init) ?? ""
        _ = try? post(world, server, key: 1, "/console/orders/\(number)/approval", "answer=approve")
        var (confirmed, all, elapsed) = (0, 0, 0.0)
        var statuses: [Substring: Int] = [:]
        repeat {
            usleep(250_000)
            let ledger = try rawHTTP(port: server.httpPort, path: "/console/orders/\(number)/ledger.csv", headers: world.bearer)
            elapsed = vigie.seconds(since: began)
            statuses = [:]
            for line in ledger.split(whereSeparator: \.isNewline) where line.hasPrefix("L-") {
                let cells = line.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false)
                if cells.count > 1 { statuses[cells[1], default: 0] += 1 }
            }
            (confirmed, all) = (statuses["confirmed"] ?? 0, statuses.values.reduce(0, +))
        } while elapsed < 60 && (confirmed < all || all == 0)
        let note = "ledger: " + statuses.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        tell(Figure("order-city", confirmed == world.lamps ? elapsed : .nan, "s", must: 15, aim: 3, note: note))
    }

    private func post(_ world: BenchWorld, _ server: BenchServer, key: Int, _ path: String, _ form: String) throws -> String {
        try rawHTTP(
            port: server.httpPort, method: "POST", path: path,
            headers: ["Authorization": "Bearer \(world.keys[key])", "Content-Type": "application/x-www-form-urlencoded"],
            body: Array(form.utf8))
    }

    private func location(_ answer: String) -> String? {
        guard answer.hasPrefix("HTTP/1.1 30") else { return nil }
        let line = answer.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("location:") }
        return line.map { $0.dropFirst(9).trimmingCharacters(in: .whitespaces) }
    }
}
