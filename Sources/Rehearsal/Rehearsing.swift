// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Logging
import NIOCore
import NIOPosix

/// A rehearsal on the wire: the simulation, its connections and its control port, on one event loop.
package struct Rehearsing: Sendable {
    package var host = "127.0.0.1"
    package var port = 1883
    /// MQTT password of every gateway; its user name is its identity. Nil connects without.
    package var password: String?
    package var keepAlive: UInt16 = 60
    /// The PEM file of who may sign the listener's certificate: TLS is spoken. Nil speaks in the clear.
    package var trust: String?
    /// 0 opens any free port; nil opens none.
    package var controlPort: Int?
    package var script: Script?
    package var settings = SimulationSettings()
    package var truth: String?
    package init() {}

    /// Runs until the task is cancelled. `ready` hears the number of the control port once it is open.
    package func run(roster: Roster, pace: Pace, clock: Clock, log: Logger, ready: @Sendable (Int?) -> Void = { _ in }) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let stage = try await loop.submit { [self] in try Stage(self, roster: roster, pace: pace, loop: loop, log: log) }.get()
        var control: (any Channel)?
        if let controlPort {
            control = try await ControlPort.open(port: controlPort, loop: loop) { stage.simulation.hear($0) }
        }
        let ticking = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(50)) { _ in
            stage.simulation.advance(to: clock.now())
        }
        ready(control?.localAddress?.port)
        try? await Task.sleep(for: .seconds(100 * 365 * 86_400))
        ticking.cancel()
        try? await control?.close()
        try await group.shutdownGracefully()
    }

    /// What lives on the loop.
    private final class Stage: @unchecked Sendable {
        let simulation: Simulation
        private let wires: Wires

        init(_ setup: Rehearsing, roster: Roster, pace: Pace, loop: any EventLoop, log: Logger) throws {
            simulation = try Simulation(roster: roster, settings: setup.settings, pace: pace, truth: setup.truth)
            wires = try Wires(simulation: simulation, setup: setup, loop: loop, log: log)
            if let script = setup.script { try simulation.rehearse(script) }
        }
    }
}

/// Says one line to the control port of a running rehearsal.
package func say(_ text: String, toRehearsalAt port: Int) async throws -> String { try await ControlPort.say(text, port: port) }
