// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Inventory
import Journal
import Logging
import Supervision

/// The journal and the clock of a command that runs beside the server. The server sees what it wrote by the
/// inventory's revision within a second.
struct ImportHouse {
    let journal: Journal
    let clock = Clock { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }

    init(_ options: ConfigurationOptions) throws {
        let configuration = try options.load()
        if case .file(let path) = configuration.journal {
            let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        var log = Logger(label: "vigie")
        log.logLevel = configuration.logLevel
        journal = try Journal.open(configuration.journal, migrations: Schemas.all, log: log)
    }

    /// Who sits at the machine, for the log: the act came by no account.
    static var hand: String { ProcessInfo.processInfo.userName }

    /// Writes an entry into the log within the transaction of the act that it tells of.
    /// - Parameter people: whom `words` name.
    func tell(_ words: Words, trade: String, subject: String? = nil, people: [String] = [], in transaction: Transaction) throws {
        let by = ImportHouse.hand
        let text = Words("\(words.french) (commande de \(by) sur la machine)", "\(words.english) (command of \(by) on the machine)")
        let draft = LogDraft(trade: trade, subject: subject, text: text, people: people + [by])
        try Logbook.append([draft], in: transaction, at: clock.now())
    }

    /// - Throws: `ValidationError` where the grant would name nothing that is known.
    func grant(_ right: Right, trade: String, communes: String) throws -> Grant {
        let known = try journal.readHere { try AreaStore.names(in: $0) }
        do throws(GrantRules.Fault) {
            return try GrantRules.grant(right, trade: trade, communes: communes, known: known)
        } catch { throw ValidationError(error.words.english) }
    }

    func bytes(_ path: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe))
        } catch {
            throw ImportProblem(
                "\(path) cannot be read (\(error.localizedDescription))",
                right: "the path of a file that exists and that this user may read")
        }
    }

    /// Says what is wrong with a file as a sentence on the standard error, and exits with 65 (`EX_DATAERR`).
    func guarded(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let problem as ImportProblem {
            throw said("\(problem.reason).\nRight would be: \(problem.right).")
        } catch let malformed as JSON.Malformed {
            throw said("The file is \(malformed).")
        }
    }

    func undo(_ number: Int64, by author: String) throws {
        try guarded {
            let result = try ImportUndoStore.run(number, by: author, at: clock.now(), in: journal)
            print(ImportText.summary(result, of: number))
        }
    }

    private func said(_ text: String) -> ExitCode {
        FileHandle.standardError.write(Data(("Nothing was imported: " + text + "\n").utf8))
        return ExitCode(65)
    }
}
