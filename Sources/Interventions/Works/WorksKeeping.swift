// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Inventory
import Journal

/// Works of streets: announced, changed, moved, called off.
extension Interventions {
    package func add(_ works: StreetWorks, by login: String) async throws -> Int64 {
        try await check(works)
        let now = clock.now()
        let (number, entries) = try await journal.write { transaction -> (Int64, [LogEntry]) in
            let number = try WorksStore.add(works, WorksStore.Hand(login: login, at: now), in: transaction)
            let words = Words("Travaux \(number) annoncés : \(works.street)", "Works \(number) announced: \(works.street)")
            return (number, try Logbook.append([LogDraft(author: login, trade: "jobs", text: words)], in: transaction, at: now))
        }
        outlet.tell([], entries)
        return number
    }

    private func check(_ works: StreetWorks) async throws {
        var faults = WorksRules.faults(works)
        if try await journal.read({ try JobStore.communeNames(in: $0) })[works.commune.insee] == nil {
            faults.append(.init("commune", Words("Choisissez une commune.", "Choose a commune.")))
        }
        guard faults.isEmpty else { throw JobFault.fields(faults) }
    }

    static let changedSince = JobFault.refused(
        Words(
            "Quelqu'un a changé ces travaux entre-temps : rien n'a été modifié. Rouvrez la fiche.",
            "Somebody has changed these works meanwhile: nothing was changed. Open the sheet again."))

    /// Changes works, all of them or none.
    /// - Parameter works: each with the version that whoever changes it has seen.
    package func change(_ works: [StreetWorks], because: String, by login: String) async throws {
        for one in works { try await check(one) }
        let now = clock.now()
        let entries = try await journal.write { transaction -> [LogEntry] in
            var drafts: [LogDraft] = []
            for one in works {
                guard let before = try WorksStore.find(one.number, in: transaction) else { throw JobFault.unknown }
                guard !before.isCancelled || !one.isCancelled else { throw JobFault.unknown }
                let what: WorksStore.What = one.isCancelled ? .cancelled : before.isCancelled ? .restored : .changed
                let hand = WorksStore.Hand(login: login, because: because, at: now)
                guard try WorksStore.change(one, what, hand, in: transaction) else { throw Interventions.changedSince }
                drafts.append(
                    LogDraft(
                        author: login, trade: "jobs",
                        text: Words("Travaux \(one.number) \(what.title.french)", "Works \(one.number) \(what.title.english)")))
            }
            return try Logbook.append(drafts, in: transaction, at: now)
        }
        outlet.tell([], entries)
    }

    package func cancel(works number: Int64, because: String, by login: String) async throws {
        guard var works = try await journal.read({ try WorksStore.find(number, in: $0) }), !works.isCancelled else {
            throw JobFault.unknown
        }
        works.isCancelled = true
        try await change([works], because: because, by: login)
    }

    /// Reads a list and keeps it for somebody to agree to.
    package func propose(worksFile bytes: [UInt8], name: String, source: String) async throws -> WorksImport.Outcome {
        let now = clock.now()
        let (names, areas) = try await journal.read { (try JobStore.communeNames(in: $0), AreaIndex(try AreaStore.areas(in: $0))) }
        let file = WorksFile(bytes, communes: names) { areas.commune(at: $0) }
        return try await journal.write { try WorksImport.propose(file, name: name, source: source, at: now, in: $0) }
    }

    package func accept(worksImport number: Int64, by login: String) async throws {
        let now = clock.now()
        outlet.tell([], try await journal.write { try WorksImport.accept(number, by: login, at: now, in: $0) }.entries)
    }

    package func undo(worksImport number: Int64, by login: String) async throws {
        let now = clock.now()
        outlet.tell([], try await journal.write { try WorksImport.undo(number, by: login, at: now, in: $0) }.entries)
    }
}
