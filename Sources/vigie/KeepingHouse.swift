// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Journal
import Logging
import Watch

/// An installation as the commands that keep it see it: it exists already, and may be running.
struct KeepingHouse {
    let configuration: Configuration
    let journal: Journal
    let settings: Floor.Settings
    let log: Logger

    init(_ options: ConfigurationOptions) throws {
        configuration = try options.load()
        if case .file(let path) = configuration.journal, !FileManager.default.fileExists(atPath: path) {
            throw KeepingHouse.failed("There is no journal at \(path). Right would be: --data with the folder of 'vigie serve'.", 66)
        }
        log = KeepingHouse.log(configuration)
        settings = configuration.floorSettings
        do {
            journal = try Journal.open(configuration.journal, migrations: Schemas.all, log: log)
        } catch { throw KeepingHouse.failed("The journal cannot be opened: \(error)", 74) }
    }

    static func log(_ configuration: Configuration) -> Logger {
        var log = Logger(label: "vigie")
        log.logLevel = configuration.logLevel
        return log
    }

    /// Says a sentence on the standard error, and ends with a code of sysexits.h: 65 data, 66 no input, 73 cannot create, 74 input or output.
    static func failed(_ text: String, _ code: Int32) -> ExitCode {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        return ExitCode(code)
    }

    static func run<T>(_ code: Int32 = 74, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let code as ExitCode {
            throw code
        } catch { throw failed("\(error)", code) }
    }
}

/// Lines to a file or to the standard output, through a buffer.
final class LineOutput {
    private let handle: FileHandle
    private var buffer = Data()

    init(_ path: String?) throws {
        guard let path else {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw KeepingHouse.failed("\(path) cannot be written: does its folder exist, and may this user write there?", 73)
        }
        handle = file
    }

    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count > 1 << 20 { try flush() }
    }

    func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
