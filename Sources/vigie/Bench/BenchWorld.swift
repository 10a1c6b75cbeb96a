// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import Inventory
import Journal
import Logging
import Rehearsal
import Supervision

/// A city for measuring: N lamps in rows behind gateways, cabinets, feeders and substations, written straight into the inventory's
/// tables, with a key for the API. What is measured is the room, not the import.
struct BenchWorld {
    let folder: String
    let lamps: Int
    /// One for 85 lamps, and no more than the load has connections: so each lamp of a million is heard too.
    let gateways: Int
    static let mostGateways = 400
    let cabinets: Int
    let feeders: Int
    let substations: Int
    /// Two API keys of two people, so that an order may have its second person.
    let keys: [String]
    /// Of `bench0`, for a browser.
    let password: String
    /// Lamps have names and addresses.
    let isNamed: Bool

    static let clock = Clock { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    /// - Parameter root: a folder that exists; the world gets one of its own in it.
    init(lamps: Int, named: Bool = false, in root: String) throws {
        isNamed = named
        (self.lamps, gateways, cabinets) = (lamps, max(1, min(BenchWorld.mostGateways, lamps / 85)), max(1, lamps / 50))
        (feeders, substations) = (max(1, lamps / 2_000), max(1, lamps / 40_000))
        folder = root + "/world-\(lamps)"
        keys = try BenchWorld.prepare(folder)
        password = Tokens.make()
        let hash = try Passwords.hash(password)
        var log = Logger(label: "bench")
        log.logLevel = .error
        let journal = try Journal.open(.file(folder + "/vigie.sqlite"), migrations: Schemas.all, log: log)
        let now = BenchWorld.clock.now()
        let (keys, me) = (keys, self)
        try journal.writeHere { transaction in
            for (i, key) in keys.enumerated() {
                try BenchWorld.addPerson(i, key, i == 0 ? hash : "no password opens this account", now, transaction)
            }
            let change = try ChangeStore.begin(.import, author: "bench", source: "vigie bench", at: now, in: transaction)
            for start in stride(from: 0, to: me.count, by: 20_000) {
                let part = start..<min(start + 20_000, me.count)
                try AssetRowsStore.add(part.map { me.record($0, change.number, now) }, in: transaction)
            }
        }
    }

    private static func prepare(_ folder: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return [Tokens.makeKey().key, Tokens.makeKey().key]
    }

    private static func addPerson(_ i: Int, _ key: String, _ password: String, _ now: Instant, _ transaction: Transaction) throws {
        let grant = Grant(right: .configure)
        let account = try AccountStore.create(
            login: "bench\(i)", name: "Bench \(i)", language: .english, password: password, grants: [grant], by: "bench", at: now,
            in: transaction)
        try KeyStore.add(
            title: "bench", token: Tokens.hash(key), start: String(key.prefix(14)), grant: grant, account: account, by: "bench", at: now,
            until: now + .days(1), in: transaction)
    }

    var count: Int { firstLamp + lamps }
    private var firstFeeder: Int { substations }
    private var firstCabinet: Int { substations + feeders }
    private var firstGateway: Int { firstCabinet + cabinets }
    var firstLamp: Int { firstGateway + gateways }

    func lamp(_ i: Int) -> String { "L-\(100_000_000 + i)" }
    func gateway(_ i: Int) -> String { "G-\(1_000_000 + i)" }
    func gateway(ofLamp i: Int) -> Int { i * gateways / lamps }

    /// The middle of all lamps.
    let centre = Place(longitude: 5.0415, latitude: 47.322)

    /// Lamps stand on a square lattice of about 30 m around Dijon.
    func place(ofLamp i: Int) -> Place {
        let side = max(1, Int(Double(lamps).squareRoot()))
        let (x, y) = (Double(i % side - side / 2), Double(i / side - side / 2))
        return Place(longitude: centre.longitude + x * 0.0004, latitude: centre.latitude + y * 0.00027)
    }

    private func record(_ n: Int, _ change: Int64, _ now: Instant) -> AssetRecord {
        var (id, kind, supply, link, place) = ("", Asset.KindName("lamp"), -1, -1, nil as Place?)
        if n < firstFeeder {
            (id, kind) = ("S-\(n)", "substation")
        } else if n < firstCabinet {
            (id, kind, supply) = ("F-\(n - firstFeeder)", "feeder", (n - firstFeeder) * substations / feeders)
        } else if n < firstGateway {
            let i = n - firstCabinet
            (id, kind, supply, place) = (
                "C-\(i)", "cabinet", firstFeeder + i * feeders / cabinets, self.place(ofLamp: i * (lamps / cabinets))
            )
        } else if n < firstLamp {
            let i = n - firstGateway
            (id, kind, supply, place) = (
                gateway(i), "gateway", firstCabinet + i * cabinets / gateways, self.place(ofLamp: i * (lamps / gateways))
            )
        } else {
            let i = n - firstLamp
            (id, supply, link, place) = (
                lamp(i), firstCabinet + i * cabinets / lamps, firstGateway + gateway(ofLamp: i), self.place(ofLamp: i)
            )
        }
        return AssetRecord(
            number: Asset.Number(n), id: Asset.ID(id)!, kind: kind,
            name: isNamed && n >= firstLamp ? BenchStreets.name(ofLamp: n - firstLamp) : "",
            address: isNamed && n >= firstLamp ? BenchStreets.Address(lamp: n - firstLamp).text : "", place: place,
            supplyParent: supply < 0 ? .none : Asset.Number(supply), linkParent: link < 0 ? .none : Asset.Number(link),
            ratedPower: kind == "lamp" ? 54 : nil, commissionedAt: now, revision: change)
    }

    /// The same city as `vigie simulate` reads it.
    func writeCity(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "id;kind;lon;lat;supply_parent;link_parent;period;power\n"
        for i in 0..<substations { text += "S-\(i);substation;5.04;47.32;;;;\n" }
        for i in 0..<feeders { text += "F-\(i);feeder;5.04;47.32;S-\(i * substations / feeders);;;\n" }
        for i in 0..<cabinets { text += "C-\(i);cabinet;5.04;47.32;F-\(i * feeders / cabinets);;;\n" }
        for i in 0..<gateways { text += "\(gateway(i));gateway;5.04;47.32;C-\(i * cabinets / gateways);;;\n" }
        for i in 0..<lamps {
            let place = place(ofLamp: i)
            text += "\(lamp(i));lamp;\(place.longitude);\(place.latitude);C-\(i * cabinets / lamps);\(gateway(gateway(ofLamp: i)));;54\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/assets.csv"))
    }

    /// Connections that send readings of the lamps behind their gateways.
    func loads(connections: Int, single: Bool = false) -> [MQTTLoad.Gateway] {
        if single {
            return (0..<min(connections, lamps)).map {
                .init(clientID: lamp($0), topic: "vigie/1/\(lamp($0))/readings", assets: [lamp($0)])
            }
        }
        return (0..<min(connections, gateways)).map { g in
            let (from, to) = ((g * lamps + gateways - 1) / gateways, ((g + 1) * lamps + gateways - 1) / gateways)
            return .init(clientID: gateway(g), topic: "vigie/1/\(gateway(g))/readings", assets: (from..<min(to, lamps)).map { lamp($0) })
        }
    }

    var bearer: [String: String] { ["Authorization": "Bearer \(keys[0])"] }
}
