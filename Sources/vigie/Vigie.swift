// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser

// The door: one executable, its subcommands. Nothing is decided here; `Composition` builds the house.

@main
struct Vigie: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigie", abstract: "One control room for a city's public space.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, UserCommand.self, GatewayCommand.self, CheckCommand.self, BackupCommand.self,
            RestoreCommand.self, ReplayCommand.self, ImportCommand.self, ExportCommand.self, GenerateCommand.self, SimulateCommand.self,
            BenchCommand.self, BenchEchoCommand.self,
        ])
}
