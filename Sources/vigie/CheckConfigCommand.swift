// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser

/// `vigie check config`: each value and where it came from.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Prints each setting, its value and where it came from; fails where something is wrong.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Prints the page docs/operating/configuration.md instead.")
    var documentation = false

    func run() throws {
        if documentation {
            print(ConfigurationDocument.markdown, terminator: "")
        } else {
            print(ConfigurationDocument.table(try options.load().sources))
        }
    }
}
