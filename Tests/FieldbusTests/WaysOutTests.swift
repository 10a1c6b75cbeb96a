// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Synchronization
import Testing

@testable import Fieldbus

/// A way that keeps what waits in it, as a session does whose gateway is away.
private final class Pile: OrderWay {
    private let waiting = Mutex<[OrderFrame]>([])

    func send(_ frames: [OrderFrame]) { waiting.withLock { $0 += frames } }
    func withdraw(_ gateway: Asset.Number) { waiting.withLock { $0.removeAll { $0.gateway == gateway } } }

    /// Gateway and number of the orders.
    var orders: [[UInt64]] { waiting.withLock { $0.map { [UInt64($0.gateway.value), $0.order] } } }
}

@Suite struct WaysOutTests {
    private func frame(_ gateway: Asset.Number, _ order: UInt64) -> OrderFrame {
        OrderFrame(gateway: gateway, order: order, payload: [])
    }

    private func house(_ lastHeard: [Asset.Number: String] = [:]) -> (WaysOut, [Pile]) {
        let ways = WaysOut(lastHeard: lastHeard)
        let piles = [Pile(), Pile(), Pile()]
        for (name, pile) in zip(["listener", "a:1883", "b:1883"], piles) { ways.add(pile, named: name) }
        return (ways, piles)
    }

    @Test func aGatewayNeverHeardIsSpokenToByAllWaysAndOneThatWasByItsOwn() {
        let (ways, piles) = house()
        ways.heard([1], by: "a:1883")
        ways.send([frame(World.g1, 7), frame(World.g2, 8)])
        #expect(piles.map(\.orders) == [[[0, 7]], [[0, 7], [1, 8]], [[0, 7]]])
    }

    @Test func whoIsHeardElsewhereFindsNothingWaitingWhereItWas() {
        let (ways, piles) = house()
        ways.send([frame(World.g1, 7), frame(World.g2, 7)])
        ways.heard([0], by: "b:1883")
        #expect(piles.map(\.orders) == [[[1, 7]], [[1, 7]], [[0, 7], [1, 7]]])
        ways.heard([0], by: "listener")
        ways.send([frame(World.g1, 8)])
        #expect(piles.map(\.orders) == [[[1, 7], [0, 8]], [[1, 7]], [[1, 7]]])
        // Heard there again: nothing moves.
        ways.heard([0], by: "listener")
        #expect(piles[0].orders == [[1, 7], [0, 8]])
    }

    @Test func aRestartKnowsTheWayAndAWayThatIsGoneCountsAsNone() {
        let (ways, piles) = house([World.g1: "b:1883", World.g2: "c:1883"])
        ways.send([frame(World.g1, 7), frame(World.g2, 8)])
        #expect(piles.map(\.orders) == [[[1, 8]], [[1, 8]], [[0, 7], [1, 8]]])
    }

    @Test func changesAreToldOnceAndAgainWhereTheyCouldNotBeKept() {
        let (ways, _) = house([World.g1: "listener"])
        ways.heard([0, 1], by: "listener")
        let changes = ways.takeChanges()
        #expect(changes == [World.g2: "listener"] && ways.takeChanges().isEmpty)
        ways.putBack(changes)
        ways.heard([1], by: "a:1883")
        #expect(ways.takeChanges() == [World.g2: "a:1883"], "as it is by then")
    }

    /// Two rooms' worth of configuration for one broker lead to one place.
    @Test func aSecondWayOfTheSameNameIsLeftOut() {
        let (ways, _) = house()
        let again = Pile()
        ways.add(again, named: "a:1883")
        ways.send([frame(World.g1, 7)])
        #expect(again.orders.isEmpty)
    }
}
