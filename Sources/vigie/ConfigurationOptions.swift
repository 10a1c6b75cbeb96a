// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation

/// The options of every command that needs the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (YAML); else the environment's VIGIE_CONFIG.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The data folder: as --set data.folder=…", valueName: "folder"))
    var data: String?

    @Option(help: ArgumentHelp("The journal: as --set journal=…, a path or postgres://…", valueName: "location"))
    var journal: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Any setting; may be repeated.", valueName: "key=value"))
    var settings: [String] = []

    /// - Parameter more: further `key=value`, from a command's own options; they win.
    func load(_ more: [String] = []) throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        var arguments = settings
        if let data { arguments.append("data.folder=\(data)") }
        if let journal { arguments.append("journal=\(journal)") }
        do {
            return try Configuration.load(
                arguments: arguments + more, environment: environment, file: config ?? environment["VIGIE_CONFIG"])
        } catch let problems as ConfigurationProblems {
            throw ValidationError("The configuration is not right:\n\(problems)")
        }
    }
}
