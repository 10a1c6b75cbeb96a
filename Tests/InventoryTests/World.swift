// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation
import Inventory
import Journal
import JournalTesting
import Testing

/// One installation a test: a fresh journal, and a clock that stands until it is moved.
struct World {
    let journal: Journal
    var now = Instant(year: 2026, month: 11, day: 21, hour: 18)

    init(_ engine: Engine = .sqlite) throws { journal = try TestJournal.open(engine, InventorySchema.migrations) }

    @discardableResult
    func importing(
        _ text: String, _ mapping: ImportMapping = ImportMapping(), kinds: [Kind] = [], isDryRun: Bool = false, file: String = "test.csv"
    ) throws -> ImportReport {
        try importing(Array(text.utf8), mapping, kinds: kinds, isDryRun: isDryRun, file: file)
    }

    @discardableResult
    func importing(
        _ bytes: [UInt8], _ mapping: ImportMapping = ImportMapping(), kinds: [Kind] = [], isDryRun: Bool = false, file: String = "test.csv"
    ) throws -> ImportReport {
        try AssetImport.run(
            bytes, AssetImport.Options(mapping: mapping, kinds: kinds, isDryRun: isDryRun, author: "marie", file: file), into: journal,
            at: now)
    }

    func asset(_ id: String) throws -> AssetRecord? { try journal.readHere { try AssetStore.find(#require(Asset.ID(id)), in: $0) } }
    func all() throws -> [AssetRecord] {
        try journal.readHere { transaction in
            var records: [AssetRecord] = []
            try AssetStore.load(in: transaction) { records.append($0) }
            return records
        }
    }
    func revision() throws -> Int64 { try journal.readHere { try AssetStore.revision(in: $0) } }
    func history(_ id: String) throws -> [AssetEvent] {
        let number = try #require(try asset(id)).number
        return try journal.readHere { try ChangeStore.history(of: number, in: $0) }
    }
}

/// The real files that tests read where they are at hand; they are no part of this project.
enum SharedData {
    static var root: URL {
        if let path = ProcessInfo.processInfo.environment["VIGIE_SHARED_DATA"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/data")
    }
    static func bytes(_ path: String) -> [UInt8]? { (try? Data(contentsOf: root.appending(path: path))).map { Array($0) } }
    static func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }
}
