// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Logging
import Testing

@testable import Journal

@Suite("Journal")
struct JournalTests {
    static let migrations = [
        Migration(
            name: "test-1", sql: "CREATE TABLE pole (number BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, power DOUBLE PRECISION, photo BYTEA)")
    ]

    @Test func whatIsWrittenIsReadBack() async throws {
        let journal = try Journal.open(.memory, migrations: Self.migrations, log: Logger(label: "test"))
        try await journal.write { t in
            let n = try t.run("INSERT INTO pole (number, name, power, photo) VALUES (\(7), \("L'été"), \(38.5), \([0, 255, 0] as [UInt8]))")
            #expect(n == 1)
        }
        let row = try #require(try await journal.read { try $0.row("SELECT number, name, power, photo FROM pole WHERE number = \(7)") })
        #expect(row.values == [.integer(7), .text("L'été"), .real(38.5), .blob([0, 255, 0])])
    }
}
