// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal

/// The import of assets from a file, from top to bottom: bytes → text → rows → drafts → plan → rows of the journal.
package enum AssetImport {
    package struct Options: Sendable {
        package var mapping: ImportMapping
        /// Of lines that do not say their kind.
        package var defaultKind: String
        /// Kinds that the desks of this installation declare; empty: any.
        package var kinds: [Kind]
        package var isDryRun: Bool
        package var author: String
        /// The file's name as the history keeps it.
        package var file: String
        /// How many remarks the report keeps.
        package var mostNotes: Int

        package init(
            mapping: ImportMapping = ImportMapping(), defaultKind: String = "lamp", kinds: [Kind] = [], isDryRun: Bool = false,
            author: String = "import", file: String, mostNotes: Int = 10_000
        ) {
            (self.mapping, self.defaultKind, self.kinds) = (mapping, defaultKind, kinds)
            (self.isDryRun, self.author, self.file, self.mostNotes) = (isDryRun, author, file, mostNotes)
        }
    }

    package enum Stage: Sendable { case reading, checking, writing }
    /// Called now and then with how much of how much is done, in bytes or in assets.
    package typealias Progress = (Stage, _ done: Int, _ of: Int) -> Void

    /// Imports a file. One transaction: all that is accepted stands, or nothing. Blocks the calling thread.
    /// - Throws: `ImportProblem` where the whole file cannot be read; `JournalError`.
    package static func run(
        _ bytes: [UInt8], _ options: Options, into journal: Journal, at now: Instant, progress: Progress = { _, _, _ in }
    ) throws -> ImportReport {
        let text = try FileText(bytes, encoding: options.mapping.encoding)
        let read = try AssetFile.read(text, options, progress: progress)
        var report = read.report
        progress(.checking, 0, read.drafts.count)
        if options.isDryRun {
            _ = try journal.readHere { try plan(read.drafts, options, now, &report, in: $0) }
            return report
        }
        report = try journal.writeHere { transaction in
            var report = report
            let plan = try plan(read.drafts, options, now, &report, in: transaction)
            try ImportStore.write(plan, &report, options, at: now, in: transaction, progress: progress)
            return report
        }
        return report
    }

    private static func plan(
        _ drafts: [AssetDraft], _ options: Options, _ now: Instant, _ report: inout ImportReport, in transaction: Transaction
    ) throws -> ImportPlan {
        var existing: [AssetRecord] = []
        try AssetStore.load(in: transaction, includingRemoved: true) { existing.append($0) }
        let areas = try AreaStore.areas(in: transaction)
        if areas.isEmpty {
            report.remarks.append("no areas are imported yet, so communes are not found from positions: vigie import areas FILE")
        }
        let planner = ImportPlanner(
            existing: existing, areas: areas.isEmpty ? nil : AreaIndex(areas), kinds: Set(options.kinds.map(\.name.text)),
            defaultKind: options.defaultKind, now: now)
        return planner.plan(drafts, &report)
    }
}

/// Reading a file of assets into drafts.
enum AssetFile {
    static func read(
        _ text: FileText, _ options: AssetImport.Options, progress: AssetImport.Progress
    ) throws -> (drafts: [AssetDraft], report: ImportReport) {
        let mapping = options.mapping
        let source = try ImportSource(text, separator: mapping.separator)
        let crs = try mapping.crs ?? Survey.crs(of: text, mapping)
        var report = ImportReport(file: options.file, unit: source.unit.rawValue, isDryRun: options.isDryRun, most: options.mostNotes)
        report.encoding = text.encoding.rawValue
        report.crs = crs.description
        var drafts: [AssetDraft] = []
        var twins: [String: Int] = [:]
        var values: [String] = []
        func bind(_ source: ImportSource) throws -> ImportRules {
            try ImportRules(
                mapping, columns: source.columns, crs: crs, kinds: options.kinds, defaultKind: options.defaultKind,
                isGrowing: source.unit == .feature)
        }
        var bound = source.columns.count
        // A table without its columns is refused before its first line; the columns of a GeoJSON are known with its features.
        var rules = source.unit == .line ? try bind(source) : nil
        while let line = try source.next(into: &values) {
            if rules == nil || source.columns.count != bound {
                bound = source.columns.count
                rules = try bind(source)
            }
            do {
                if let rules { drafts.append(try rules.draft(values, line: line, twins: &twins)) }
            } catch {
                let line32 = Int32(truncatingIfNeeded: line)
                report.set(.refused, line: line32, id: error.id)
                report.add(
                    ImportReport.Note(
                        line: line, id: error.id, isRefusal: true, field: error.field, value: error.value, reason: error.reason,
                        right: error.right))
            }
            if line % 4096 == 0 { progress(.reading, source.position, source.size) }
        }
        progress(.reading, source.size, source.size)
        return (drafts, report)
    }
}

/// A first look at a file.
enum Survey {
    /// The coordinate system: what the file names, else what its first thousand positions look like.
    static func crs(of text: FileText, _ mapping: ImportMapping) throws -> CoordinateSystem {
        let source = try ImportSource(text, separator: mapping.separator)
        var votes: [CoordinateSystem: Int] = [:]
        var exchanged = 0
        var count = 0
        var values: [String] = []
        while count < 1000, try source.next(into: &values) != nil {
            guard let (x, y) = position(values, source.columns, mapping) else { continue }
            count += 1
            if (41...52).contains(x) && (-6...10).contains(y) { exchanged += 1 }
            if let guess = CoordinateSystem.guess(x: x, y: y) { votes[guess, default: 0] += 1 }
        }
        if let named = source.crsName.flatMap(crs(urn:)) { return named }
        guard let (winner, share) = votes.max(by: { $0.value < $1.value }) else { return .wgs84 }
        if exchanged * 2 > count {
            throw ImportProblem(
                "longitude and latitude are exchanged in most lines", right: "a mapping with lon and lat the other way round")
        }
        guard share * 2 > count else {
            throw ImportProblem(
                "the positions do not look as if they were in one coordinate system", right: "--crs wgs84, lambert93 or cc47")
        }
        return winner
    }

    /// `urn:ogc:def:crs:EPSG::2154`, `urn:ogc:def:crs:OGC:1.3:CRS84`, `EPSG:3947`.
    private static func crs(urn: String) -> CoordinateSystem? {
        if urn.hasSuffix("CRS84") { return .wgs84 }
        return urn.split(separator: ":").last.flatMap { CoordinateSystem(name: String($0)) }
    }

    private static func position(_ values: [String], _ columns: [String], _ mapping: ImportMapping) -> (Double, Double)? {
        func number(_ field: ImportMapping.Field) -> Double? {
            var names = ImportMapping.usual[field] ?? []
            if case .column(let name)? = mapping.fields[field]?.origin { names = [ColumnName.normal(name)] }
            guard let index = names.lazy.compactMap({ columns.firstIndex(of: $0) }).first, index < values.count else { return nil }
            return NumberText.number(values[index])
        }
        guard let x = number(.lon), let y = number(.lat) else { return nil }
        return (x, y)
    }
}
