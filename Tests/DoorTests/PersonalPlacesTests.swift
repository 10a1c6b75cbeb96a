// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Journal
import JournalTesting
import Testing

@testable import vigie

/// Every row that names a person has a purpose and an end: held against the tables that the house really makes.
@Suite struct PersonalPlacesTests {
    private static let now = Instant(year: 2029, month: 1, day: 1, hour: 0)

    /// Columns whose name says that a person may stand there, and why none does.
    private static let harmless: [String: String] = [
        "area.name": "a commune", "street.name": "a road", "asset.name": "an asset", "asset.address": "of an asset",
        "migration.name": "a step", "post_key.name": "a key",
        "saved_group.name": "a group of assets", "address.street": "open data", "logbook.author": "a mark (0011); names stand in log_name",
        "log_name.folded": "goes with its row", "personal_data.table_name": "a table", "job_part.name": "a part",
    ]

    @Test func everyColumnThatMayNameSomebodyIsDeclared() throws {
        let journal = try TestJournal.open(.sqlite, Schemas.all)
        let columns = try journal.readHere { transaction in
            try transaction.rows(
                """
                SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
                WHERE m.type = 'table' AND m.name NOT LIKE '%_words%' AND m.name NOT LIKE 'sqlite_%' AND p.type IN ('TEXT', 'BYTEA', 'BLOB')
                """
            ).map { ($0.text(0), $0.text(1)) }
        }
        #expect(columns.count > 100)
        let declared = Set(Schemas.personal.flatMap { place in place.columns.map { "\(place.table).\($0.name)" } })
        let suspicious =
            /(^|_)(login|author|name|email|mail|phone|number_clear|caller|sender|recipient|contact|reporter|note|comment|by|person|people|who)$/
        let known = Set(
            try journal.readHere { transaction in
                try transaction.rows(
                    "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
                ).map { $0.text(0) }
            })
        for (table, column) in columns where column.contains(suspicious) {
            let name = "\(table).\(column)"
            #expect(declared.contains(name) || PersonalPlacesTests.harmless[name] != nil, "\(name) may name a person and is not declared")
        }
        for name in declared { #expect(known.contains(name), "\(name) is declared and does not exist") }
    }

    /// A row that has a day of destruction is there for a reason that the register says.
    @Test func everyTableWithADayOfDestructionIsDeclared() throws {
        let journal = try TestJournal.open(.sqlite, Schemas.all)
        let tables = try journal.readHere { transaction in
            try transaction.rows(
                """
                SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'destroy_at'
                """
            ).map { $0.text(0) }
        }
        #expect(tables.count > 20)
        #expect(Set(tables).subtracting(Schemas.personal.map(\.table)).sorted() == [])
    }

    @Test(arguments: TestJournal.engines) func whatIsPastItsDayGoesOnceAndTheLogTellsHowMany(engine: Engine) async throws {
        let journal = try TestJournal.open(engine, Schemas.all)
        let (old, young) = (PersonalPlacesTests.now - .days(731), PersonalPlacesTests.now - .days(729))
        try await journal.write { transaction in
            for (number, at) in [(1, old), (2, young), (3, old)] {
                try transaction.run(
                    """
                    INSERT INTO alarm_event (number, at, event, state, by_login, note, is_act)
                    VALUES (\(number), \(at), 1, 1, \(number == 3 ? "" : "ada"), \(number == 3 ? "" : "bob est là"), 1)
                    """)
            }
            try transaction.run(
                "INSERT INTO inventory_change (number, at, author, act, source) VALUES (1, \(old), 'ada', 'import', 'a.csv')")
            try transaction.run("INSERT INTO inventory_change (number, at, author, act, source) VALUES (2, \(old), 'vigie', 'edit', '')")
            try transaction.run(
                """
                INSERT INTO order_record (number, purpose, authority, selection, reason, trade, placed_at, account, login, needs_second_person,
                    ended_at, ending, power_before, power_after, steps, counts)
                VALUES (1, 'set', 1, '{}', 'fête', 'lighting', \(old), 1, 'ada', 0, \(old), 'done', 0, 0, 0, ''),
                    (2, 'set', 1, '{}', 'fête', 'lighting', \(old), 1, 'ada', 0, NULL, NULL, 0, 0, 0, '')
                """)
            try transaction.run(
                """
                INSERT INTO handover (id, at, from_login, to_login, note, targets, standing, unacknowledged)
                VALUES (1, \(old), 'ada', 'bob', 'RAS', 'a1', 0, 0)
                """)
            for number in 1...5 {
                try transaction.run(
                    """
                    INSERT INTO account_attempt (number, login, address, at, succeeded, destroy_at)
                    VALUES (\(number), 'ada', '192.0.2.1', \(old), 0, \(old + .days(number == 5 ? 9000 : 180)))
                    """)
            }
        }
        let entry = try await PersonalDestruction.run(
            Schemas.personal, names: .days(730), at: PersonalPlacesTests.now, in: journal, most: 2)
        let told = try #require(entry?.text.english)
        #expect(
            told == "Personal data destroyed at its end: account_attempt 4, alarm_event 1, handover 1, inventory_change 1, order_record 1.")
        try await journal.read { transaction in
            func column(_ sql: SQL) throws -> [String] { try transaction.rows(sql).map { $0.text(0) } }
            #expect(try column("SELECT by_login FROM alarm_event ORDER BY number") == ["—", "ada", ""])
            #expect(try column("SELECT note FROM alarm_event ORDER BY number") == ["", "bob est là", ""])
            #expect(try column("SELECT author FROM inventory_change ORDER BY number") == ["—", "vigie"])
            #expect(try column("SELECT login FROM order_record ORDER BY number") == ["—", "ada"], "an open matter keeps its names")
            #expect(try transaction.row("SELECT approved_by FROM order_record WHERE number = 1")?.isNull(0) == true)
            #expect(try column("SELECT from_login || to_login || note FROM handover") == ["——"])
            #expect(try column("SELECT number FROM account_attempt") == ["5"])
            let runs = try PersonalDestruction.past(limit: 10, in: transaction)
            #expect(
                runs.map(\.count) == [4, 1, 1, 1, 1] && runs.allSatisfy { $0.entry == entry?.number && $0.at == PersonalPlacesTests.now })
        }
        #expect(
            try await PersonalDestruction.run(Schemas.personal, names: .days(730), at: PersonalPlacesTests.now, in: journal) == nil, "once")
    }

    /// A run that ended in the middle has kept what went; the next one tells of it.
    @Test func whatWentBeforeACutIsToldByTheNextRun() async throws {
        let journal = try TestJournal.open(.sqlite, Schemas.all)
        try await journal.write { try PersonalDestruction.keep(3, of: "alarm", at: PersonalPlacesTests.now - .days(1), in: $0) }
        let entry = try await PersonalDestruction.run(Schemas.personal, names: .days(730), at: PersonalPlacesTests.now, in: journal)
        #expect(entry?.text.english == "Personal data destroyed at its end: alarm 3.")
    }
}
