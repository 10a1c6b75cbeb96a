// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
import Synchronization

/// One way to the gateways: our own listener, or the client of one broker of the city.
package protocol OrderWay: Outlet {
    /// Takes back what waits for a gateway here, sent and not acknowledged included: it is now spoken to by another way, and must not
    /// find the same orders a second time when it comes back to this one. Never blocks; from any thread.
    func withdraw(_ gateway: Asset.Number)
}

/// All the ways out. Orders for a gateway go by the way through which it was last heard, and by that alone; where it was never heard,
/// by all. When it is heard by another way than before, what still waits in the others is taken back: the order book sends again what
/// is not proved. Safe from any thread; sending and changing the way exclude each other, so that no order slips into a way that was just left.
package final class WaysOut: Outlet {
    private struct State {
        var ways: [(name: String, way: any OrderWay)] = []
        /// By gateway: the name of its way. Also names of ways that are not configured any more: nothing is sent there.
        var lastHeard: [UInt32: String]
        /// Gateways whose way changed since it was last asked.
        var changed: Set<UInt32> = []
    }

    private let state: Mutex<State>

    /// - Parameter lastHeard: the ways of before the restart, by gateway.
    package init(lastHeard: [Asset.Number: String] = [:]) {
        state = Mutex(State(lastHeard: Dictionary(uniqueKeysWithValues: lastHeard.map { ($0.key.value, $0.value) })))
    }

    /// Call for each way before anything is heard. A second way of the same name leads to the same place and is left out.
    package func add(_ way: any OrderWay, named name: String) {
        state.withLock { state in
            if !state.ways.contains(where: { $0.name == name }) { state.ways.append((name, way)) }
        }
    }

    package func send(_ frames: [OrderFrame]) {
        state.withLock { state in
            guard state.ways.count > 1 else { return state.ways.forEach { $0.way.send(frames) } }
            let known = frames.map { frame in
                state.lastHeard[frame.gateway.value].flatMap { name in state.ways.firstIndex { $0.name == name } }
            }
            for (n, entry) in state.ways.enumerated() {
                let mine = zip(frames, known).filter { $0.1 == nil || $0.1 == n }.map(\.0)
                if !mine.isEmpty { entry.way.send(mine) }
            }
        }
    }

    /// These gateways spoke by the way of this name.
    /// - Returns: those that spoke by another before, or never.
    @discardableResult
    package func heard(_ gateways: Set<UInt32>, by name: String) -> [Asset.Number] {
        state.withLock { state in
            let moved = gateways.filter { state.lastHeard[$0] != name }.sorted()
            for gateway in moved {
                state.lastHeard[gateway] = name
                state.changed.insert(gateway)
                for entry in state.ways where entry.name != name { entry.way.withdraw(Asset.Number(gateway)) }
            }
            return moved.map { Asset.Number($0) }
        }
    }

    /// The name of the way through which a gateway was last heard; nil where it never was.
    package func way(of gateway: Asset.Number) -> String? { state.withLock { $0.lastHeard[gateway.value] } }

    /// What changed since the last call, to be kept over a restart.
    package func takeChanges() -> [Asset.Number: String] {
        state.withLock { state in
            defer { state.changed = [] }
            return Dictionary(uniqueKeysWithValues: state.changed.map { (Asset.Number($0), state.lastHeard[$0] ?? "") })
        }
    }

    /// They could not be kept; the next `takeChanges` brings them again, as they are then.
    package func putBack(_ changes: [Asset.Number: String]) { state.withLock { $0.changed.formUnion(changes.keys.map(\.value)) } }
}

/// How one way tells whom it heard, and asks whether a gateway is still its own.
package struct Ear: Sendable {
    private let ways: WaysOut
    private let name: String

    fileprivate init(_ ways: WaysOut, _ name: String) { (self.ways, self.name) = (ways, name) }

    func heard(_ gateways: Set<UInt32>) -> [Asset.Number] { ways.heard(gateways, by: name) }

    /// False where the gateway was last heard by another way: that its link ended here says nothing about it.
    func isWay(of gateway: Asset.Number) -> Bool { ways.way(of: gateway).map { $0 == name } ?? true }
}

extension WaysOut {
    package func ear(_ name: String) -> Ear { Ear(self, name) }
}
