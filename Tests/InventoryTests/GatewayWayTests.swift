// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal
import Logging
import Testing

@Suite struct GatewayWayTests {
    @Test func theLastWayOfEachGatewayIsKept() throws {
        let journal = try Journal.open(.memory, migrations: GatewayWaySchema.migrations, log: Logger(label: "test"))
        let (a, b) = (Asset.Number(7), Asset.Number(9))
        let ways = try journal.writeHere { transaction in
            try GatewayWayStore.set([a: "listener", b: "listener"], at: .distantPast, in: transaction)
            try GatewayWayStore.set([b: "broker:1883"], at: .distantPast, in: transaction)
            return try GatewayWayStore.all(in: transaction)
        }
        #expect(ways == [a: "listener", b: "broker:1883"])
    }
}
