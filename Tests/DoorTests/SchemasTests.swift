// SPDX-License-Identifier: EUPL-1.2

import Foundation
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

    /// Some tables come with rows of their own; the portable format must bring back the house's, not add to them.
    @Test func theWholeHouseGoesThroughThePortableFormat() throws {
        let folder = NSTemporaryDirectory() + "vigie-schemas-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let log = Logger(label: "test")
        let journal = try Journal.open(.memory, migrations: Schemas.all, log: log)
        let manifest = try journal.backup(to: folder + "/archive", asArchive: true)
        #expect(manifest.rows["personal_data"] ?? 0 > 0)
        let place = Journal.Location.file(folder + "/again.sqlite")
        let again = try Journal.restore(from: folder + "/archive", to: place, migrations: Schemas.all, log: log)
        #expect(try again.check().isEmpty)
        #expect(try again.backup(to: folder + "/second", asArchive: true).rows == manifest.rows)
        #expect(throws: JournalError.self) { try Journal.restore(from: folder + "/archive", to: place, migrations: Schemas.all, log: log) }
        // What cannot be brought back leaves nothing behind: here steps that this release does not know.
        let other = folder + "/other.sqlite"
        #expect(throws: JournalError.self) { try Journal.restore(from: folder + "/archive", to: .file(other), migrations: [], log: log) }
        #expect(!FileManager.default.fileExists(atPath: other))
    }
}
