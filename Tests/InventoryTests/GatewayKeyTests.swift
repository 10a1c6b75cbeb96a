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
            (try GatewayKeyStore.revoke(Asset.Number(7), in: t), try GatewayKeyStore.revoke(Asset.Number(7), in: t))
        }
        #expect(first && !second)
    }
}
