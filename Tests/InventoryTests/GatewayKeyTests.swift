// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import Logging
import Testing

@Suite struct GatewayKeyTests {
    @Test func aKeyOpensOnlyForItsGatewayAndOnlyUntilItIsTakenBack() throws {
        let journal = try Journal.open(.memory, migrations: GatewayKeySchema.migrations, log: Logger(label: "test"))
        let (a, b) = (GatewayKey.make(), GatewayKey.make())
        #expect(a != b && a.text.count == 32)
        let hashes = try journal.writeHere { transaction in
            try GatewayKeyStore.set(b, for: Asset.Number(7), at: .distantPast, in: transaction)
            try GatewayKeyStore.set(a, for: Asset.Number(7), at: .distantPast, in: transaction)
            return try GatewayKeyStore.all(in: transaction)
        }
        #expect(hashes.count == 1)
        #expect(GatewayKeyStore.matches(a.text, hashes[Asset.Number(7)] ?? []))
        #expect(!GatewayKeyStore.matches(b.text, hashes[Asset.Number(7)] ?? []))
        #expect(!GatewayKeyStore.matches("", []))
        let (first, second) = try journal.writeHere { t in
            (
                try GatewayKeyStore.revoke(Asset.Number(7), at: .distantPast, in: t),
                try GatewayKeyStore.revoke(Asset.Number(7), at: .distantPast, in: t)
            )
        }
        #expect(first && !second)
    }

    @Test func aRunningServerFindsWhichKeysChangedSinceItLooked() throws {
        let journal = try Journal.open(.memory, migrations: GatewayKeySchema.migrations, log: Logger(label: "test"))
        try journal.writeHere { t in
            #expect(try GatewayKeyStore.lastChange(in: t) == 0)
            let key = GatewayKey.make()
            for gateway in [9, 7, 8] { try GatewayKeyStore.set(key, for: Asset.Number(gateway), at: .distantPast, in: t) }
            let seen = try GatewayKeyStore.lastChange(in: t)
            #expect(try GatewayKeyStore.changed(after: seen, in: t).isEmpty)
            #expect(try GatewayKeyStore.changed(after: seen - 2, in: t) == [Asset.Number(7), Asset.Number(8)])
            #expect(try GatewayKeyStore.hash(of: Asset.Number(8), in: t) == key.hash)
            // What was not there is not a change; what was is one, made anew or taken back.
            #expect(try !GatewayKeyStore.revoke(Asset.Number(5), at: .distantPast, in: t))
            #expect(try GatewayKeyStore.changed(after: seen, in: t).isEmpty)
            #expect(try GatewayKeyStore.revoke(Asset.Number(8), at: .distantPast, in: t))
            try GatewayKeyStore.set(GatewayKey.make(), for: Asset.Number(7), at: .distantPast, in: t)
            #expect(try GatewayKeyStore.changed(after: seen, in: t) == [Asset.Number(7), Asset.Number(8)])
            #expect(try GatewayKeyStore.hash(of: Asset.Number(8), in: t) == nil)
            #expect(try GatewayKeyStore.hash(of: Asset.Number(7), in: t) != key.hash)
        }
    }
}
