// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension OrderBook {
    /// Counts what a draft would do. One pass over the assets; no text but the commune codes.
    func survey(_ draft: OrderDraft, assets: [UInt32], by person: Person) -> OrderPreview {
        var preview = OrderPreview()
        preview.selected = assets.count
        preview.lacksRight = lacksRight(person, draft.authority, assets: assets)
        var communes = [Int](repeating: 0, count: ground.board.communes.count)
        var cabinets: [UInt32: Int] = [:]
        var gateways: Set<UInt32> = []
        var changes = [Int](repeating: 0, count: 65_536)
        var blocked: [Interlock: OrderPreview.Blocked] = [:]
        var mostAllowed = Int.max
        for asset in assets {
            if let hit = ground.interlock(asset, to: draft.command.level) {
                blocked[hit, default: .init(interlock: hit, count: 0, examples: [])].add(asset)
                continue
            }
            preview.count += 1
            mostAllowed = min(mostAllowed, ground.trade(asset).trade.secondPersonAbove)
            communes[ground.commune(asset)] += 1
            cabinets[ground.cabinet(asset), default: 0] += 1
            let gateway = ground.gateway(asset)
            gateways.insert(gateway)
            let from = ground.observed(asset)
            let to = draft.command.wantedLevel ?? levelBeneath(asset, upTo: draft.authority)
            changes[Int(from) << 8 | Int(to)] += 1
            preview.powerBefore += ground.power(asset, level: from)
            preview.powerAfter += ground.power(asset, level: to)
            if ground.isLinkDown(gateway: gateway) || ground.isSilent(asset) {
                preview.unreachable += 1
                if preview.unreachableExamples.count < OrderPreview.listed { preview.unreachableExamples.append(Asset.Number(asset)) }
            }
            if let winner = wants.winner(asset), winner.authority > draft.authority { preview.outranked += 1 }
        }
        preview.needsSecondPerson = preview.count > mostAllowed
        preview.communes = communes.indices.filter { communes[$0] > 0 }
            .map { .init(key: ground.board.communes[$0], count: communes[$0]) }.sorted { ($1.count, $0.key) < ($0.count, $1.key) }
        preview.cabinetCount = cabinets.count
        preview.gatewayCount = gateways.count
        preview.cabinets = cabinets.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(OrderPreview.listed)
            .map { .init(key: Asset.Number($0.key), count: $0.value) }
        preview.changes = changes.indices.filter { changes[$0] > 0 }
            .map { .init(from: UInt8($0 >> 8), to: UInt8($0 & 255), count: changes[$0]) }
            .sorted { ($1.count, $0.from, $0.to) < ($0.count, $1.from, $1.to) }
        preview.blocked = blocked.values.sorted { $0.interlock.rawValue < $1.interlock.rawValue }
        return preview
    }

    /// What would win if everything up to this authority were given back.
    private func levelBeneath(_ asset: UInt32, upTo authority: Authority) -> UInt8 {
        wants.all(asset).first { $0.authority > authority }?.level ?? ground.programmeLevel(asset)
    }
}

extension OrderPreview.Blocked {
    mutating func add(_ asset: UInt32) {
        count += 1
        if examples.count < OrderPreview.listed { examples.append(Asset.Number(asset)) }
    }
}
