// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Darkroom

// The door: one executable, its subcommands. Nothing is decided here; `Composition` builds the house.

@main
struct Vigie: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigie", abstract: "One control room for a city's public space.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, UserCommand.self, GatewayCommand.self, VehicleCommand.self, CheckCommand.self,
            BackupCommand.self, RestoreCommand.self, ReplayCommand.self, ImportCommand.self, ExportCommand.self, GenerateCommand.self,
            SimulateCommand.self, BenchCommand.self, BenchEchoCommand.self,
        ])

    static func main() async {
        // `vigie darkroom ORIENTATION`, called by `serve` for each picture of a stranger and of no use to people: before anything starts
        // a thread.
        if CommandLine.arguments.dropFirst().first == "darkroom" {
            Confinement.run(orientation: CommandLine.arguments.last.flatMap { Int($0) } ?? 0)
        }
        await main(nil)
    }
}
