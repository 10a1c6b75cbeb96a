// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Foundation
import Logging

/// `vigie serve`: opens the house and runs it until it is told to end (SIGTERM, SIGINT).
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Runs the control room.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load()
        var log = Logger(label: "vigie")
        log.logLevel = configuration.logLevel
        raiseFileLimit(log)
        let house = try await Composition.open(configuration, log: log)
        log.notice(
            "the room is open",
            metadata: [
                "http": "http://\(configuration.http.bind):\(configuration.http.port)",
                "mqtt": "\(configuration.mqtt.bind):\(configuration.mqtt.port)",
            ])
        try await house.run()
    }

    /// One descriptor a gateway and an operator: as many as the system allows.
    private func raiseFileLimit(_ log: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            log.warning("the limit of open files could not be raised", metadata: ["now": "\(limit.rlim_cur)"])
        }
    }
}
