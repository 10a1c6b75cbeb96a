// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal

/// `vigie gateway …`: the keys by which gateways sign in over MQTT.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Keys of the gateways.", subcommands: [GatewayKeyMake.self, GatewayKeyRevoke.self])
}

struct GatewayKeyMake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes keys and prints 'identity;key' once; only a hash is kept.",
        discussion: """
            The gateway signs in with its identity as user name and the key as password. A running server takes the new key at once; \
            within seconds it forgets an earlier one and ends the connection that came in by it.
            """)

    @Argument(help: "Identities of gateways.") var ids: [String] = []
    @Flag(help: "For every gateway of the inventory that has none.") var missing = false
    @Flag(help: "One key for all of them: for a simulated city, not for a real one.") var same = false
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let house = try ImportHouse(options)
        let shared = GatewayKey.make()
        let made = try house.journal.writeHere { transaction -> [(String, GatewayKey)] in
            var gateways: [AssetRecord] = []
            for id in ids {
                guard let asset = try Asset.ID(id).flatMap({ try AssetStore.find($0, in: transaction) }) else {
                    throw ValidationError("no asset '\(id)'")
                }
                guard asset.kind.text == "gateway" else { throw ValidationError("'\(id)' is a \(asset.kind.text), not a gateway") }
                gateways.append(asset)
            }
            if missing {
                let known = try GatewayKeyStore.all(in: transaction)
                try AssetStore.load(in: transaction) { if $0.kind.text == "gateway", known[$0.number] == nil { gateways.append($0) } }
            }
            let keys = gateways.map { ($0.id.text, same ? shared : GatewayKey.make()) }
            for (gateway, key) in zip(gateways, keys) {
                try GatewayKeyStore.set(key.1, for: gateway.number, at: house.clock.now(), in: transaction)
            }
            if !keys.isEmpty { try tell(keys.map(\.0), house, transaction) }
            return keys
        }
        if same, let first = made.first { print("*;\(first.1.text)") } else { for (id, key) in made { print("\(id);\(key.text)") } }
    }

    /// One entry a command: of one gateway by its name, of many by their number and the first few.
    private func tell(_ ids: [String], _ house: ImportHouse, _ transaction: Transaction) throws {
        let first = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", …" : "")
        let words =
            ids.count == 1
            ? Words("Nouvelle clé de la passerelle \(first)", "New key of the gateway \(first)")
            : Words("Nouvelles clés de \(ids.count) passerelles : \(first)", "New keys of \(ids.count) gateways: \(first)")
        try house.tell(words, trade: "accounts", subject: ids.count == 1 ? ids[0] : nil, in: transaction)
    }
}

struct GatewayKeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Takes a gateway's key back.",
        discussion: "A running server ends the gateway's connection within seconds ('not authorized') and refuses the key from then on.")

    @Argument(help: "Identity of the gateway.") var id: String
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let house = try ImportHouse(options)
        let done = try house.journal.writeHere { transaction in
            guard let asset = try Asset.ID(id).flatMap({ try AssetStore.find($0, in: transaction) }) else { return false }
            guard try GatewayKeyStore.revoke(asset.number, at: house.clock.now(), in: transaction) else { return false }
            try house.tell(
                Words("Clé de la passerelle \(id) retirée", "Key of the gateway \(id) taken back"), trade: "accounts", subject: id,
                in: transaction)
            return true
        }
        guard done else { throw ValidationError("'\(id)' has no key") }
        print("the key of '\(id)' is taken back")
    }
}
