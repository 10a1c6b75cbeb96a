// SPDX-License-Identifier: EUPL-1.2

import Journal
import Logging
import Testing

@testable import vigie

@Suite struct SchemasTests {
    /// A table named twice (here and among the journal's own) would keep every fresh installation from starting.
    @Test func aFreshJournalTakesEveryTableOfTheHouse() throws {
        _ = try Journal.open(.memory, migrations: Schemas.all, log: Logger(label: "test"))
        #expect(Set(Schemas.all.map(\.name)).count == Schemas.all.count)
    }
}
