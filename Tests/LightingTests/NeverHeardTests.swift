// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Lighting
import Testing
import Watch

/// An inventory that was imported and of which some, or nothing, was ever heard.
@Suite struct NeverHeardTests {
    private let start = Instant(year: 2026, month: 11, day: 21, hour: 12)

    /// Gateways with twenty lamps each, and the alarm book over them.
    private final class Town {
        let judgement: Judgement
        let book: AlarmBook
        let gateways: Int
        var at: Instant

        init(gateways: Int, at: Instant) {
            (self.gateways, self.at) = (gateways, at)
            let trade = StreetLighting()
            let board = Board(kinds: trade.kinds)
            var kindOf: ContiguousArray<UInt8> = []
            var link: ContiguousArray<UInt32> = []
            for n in 0..<gateways * 21 {
                let isGateway = n < gateways
                let gateway = isGateway ? Asset.Number.none : Asset.Number((n - gateways) % gateways)
                kindOf.append(isGateway ? StreetLighting.Index.gateway : StreetLighting.Index.lamp)
                link.append(gateway.value)
                board.put(.init(number: Asset.Number(n), kind: Int(kindOf[n]), place: nil, commune: "21231", gateway: gateway))
            }
            judgement = Judgement(board: board, trades: [trade])
            book = AlarmBook(
                topology: Topology(
                    kinds: trade.kinds, kindOf: kindOf, supplyParent: ContiguousArray(repeating: .max, count: kindOf.count),
                    linkParent: link))
        }

        /// A turn a second, as on the floor.
        func pass(_ span: Span, _ act: (Judgement, Instant) -> Void = { _, _ in }) {
            for _ in 0..<span.seconds {
                at = at + .seconds(1)
                judgement.begin()
                judgement.tick(now: at)
                act(judgement, at)
                for change in judgement.findings.changes {
                    book.change(asset: Asset.Number(change.asset), kind: change.kind, before: change.before, after: change.after, at: at)
                }
                book.tick(at: at)
            }
        }
    }

    @Test func aWholeCityThatWasNeverHeardIsOneLineAndEachAlarmALowOne() {
        let town = Town(gateways: 40, at: start)
        town.pass(.minutes(14))
        #expect(town.book.standing == 0)
        town.pass(.minutes(106))
        #expect(town.book.lines().count == 1)
        #expect(town.book.standing == 40, "the gateways; what would speak through them is awaited when they are there")
    }

    @Test func oneGatewayThatWasNeverHeardIsOneLineOfLowPriority() throws {
        let town = Town(gateways: 12, at: start)
        town.pass(.hours(2)) { judgement, at in
            // All gateways but the last are there, and their lamps speak.
            guard at.seconds % 300 == 0 else { return }
            for gateway in 0..<11 { judgement.link(LinkEvent(gateway: Asset.Number(gateway), isUp: true, at: at), now: at) }
            var batch = ReadingBatch()
            for lamp in 12..<252 where (lamp - 12) % 12 != 11 {
                batch.append(asset: Asset.Number(lamp), at: at, sequence: 0, mask: 3, values: [0, 0])
            }
            judgement.judge(batch, now: at)
        }
        let lines = town.book.lines()
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.asset == Asset.Number(11) && line.priority == .low)
        #expect(line.title.english.contains("Gateway never heard"))
    }

    @Test func aLampThatWasNeverHeardBehindAGatewayThatIsThereSaysWhyAndWhatToDo() throws {
        let town = Town(gateways: 1, at: start)
        town.pass(.hours(2)) { judgement, at in
            guard at.seconds % 300 == 0 else { return }
            judgement.link(LinkEvent(gateway: Asset.Number(0), isUp: true, at: at), now: at)
            var batch = ReadingBatch()
            for lamp in 1..<20 { batch.append(asset: Asset.Number(lamp), at: at, sequence: 0, mask: 3, values: [0, 0]) }
            judgement.judge(batch, now: at)
        }
        let lines = town.book.lines()
        #expect(lines.map(\.asset) == [Asset.Number(20)] && lines.first?.priority == .low)
        let condition = Lamp.conditions[Lamp.Fault.never.trailingZeroBitCount]
        #expect(![condition.cause, condition.consequence, condition.response].contains { $0.french.isEmpty || $0.english.isEmpty })
        #expect(town.judgement.reason(Asset.Number(20), now: town.at)?.words.english.isEmpty == false)
    }

    @Test func aGatewayWithoutAWordIsNotCalledConnected() {
        let town = Town(gateways: 1, at: start)
        town.pass(.minutes(1))
        #expect(town.judgement.reason(Asset.Number(0), now: town.at)?.words.english == "Never heard")
        town.pass(.seconds(1)) { judgement, at in judgement.link(LinkEvent(gateway: Asset.Number(0), isUp: true, at: at), now: at) }
        #expect(town.judgement.reason(Asset.Number(0), now: town.at)?.words.english == "Connected")
    }
}
