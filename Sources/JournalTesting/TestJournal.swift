// SPDX-License-Identifier: EUPL-1.2

package import Journal
import Logging

/// A fresh journal on either engine: `@Test(arguments: TestJournal.engines) func …(engine: Engine)`.
package enum TestJournal {
    /// Both engines, or SQLite alone where PostgreSQL is not installed.
    package static let engines: [Engine] = PostgresServer.shared == nil ? [.sqlite] : [.sqlite, .postgres]

    package static func location(_ engine: Engine) -> Journal.Location {
        engine == .sqlite ? .memory : .postgres(PostgresServer.shared!.freshURL())
    }

    package static func open(_ engine: Engine, _ migrations: [Migration] = []) throws -> Journal {
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Journal.open(location(engine), migrations: migrations, log: log)
    }
}
