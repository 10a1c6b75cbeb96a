// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import ControlRoom
import Foundation
import Interventions
import Inventory
import Journal

/// `vigie vehicle key`: the key with which a vehicle says where it is.
struct VehicleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vehicle", abstract: "Vehicles of the crews.", subcommands: [VehicleKeyCommand.self])
}

struct VehicleKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes a new key for a vehicle, in place of any earlier one, and says it once.")

    @Argument(help: "Code of the vehicle, as the crews' file says it.") var vehicle: String
    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let house = try ImportHouse(configuration)
        let key = GatewayKey.make()
        try house.guarded {
            try house.journal.writeHere { transaction in
                guard try CrewStore.current(in: transaction)[vehicle: vehicle] != nil else {
                    throw ValidationError("'\(vehicle)' is no vehicle of the crews' file (vigie import crews)")
                }
                try VehicleStore.set(key, for: vehicle, at: house.clock.now(), in: transaction)
                try house.tell(
                    Words("Nouvelle clé du véhicule \(vehicle)", "New key of vehicle \(vehicle)"), trade: "jobs",
                    subject: "vehicle:\(vehicle)", in: transaction)
            }
        }
        print("\(vehicle);\(key.text)")
    }
}
