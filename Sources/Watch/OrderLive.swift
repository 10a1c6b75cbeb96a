// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

/// An order that still sends, waits or holds: its record, its ledger and where each gateway's rows stand.
final class LiveOrder {
    var record: OrderRecord
    var ledger = Ledger()
    var runs: [Run] = []
    /// Rows that moved since the last drain.
    var touched: [UInt32] = []
    /// When and in which phase its progress was last told.
    var toldAt = Instant.distantPast
    var toldPhase: OrderPhase?
    /// What gateways said where they refused, by row.
    var refusals: [UInt32: String] = [:]
    /// Rows sorted by asset, made at the first question.
    private var byAsset: ContiguousArray<UInt32> = []

    /// The rows of one gateway.
    struct Run {
        var gateway: UInt32
        var rows: Range<Int>
        /// Rows that have not ended.
        var open: Int
        /// No row needs anything before this (ms).
        var dueAt: Int64 = 0
    }

    init(_ record: OrderRecord) { self.record = record }

    var id: UInt64 { record.id }

    /// The record with today's counts.
    var current: OrderRecord {
        var record = record
        record.counts = ledger.counts
        return record
    }

    /// Fills the ledger; `assets` grouped by gateway.
    func build(_ assets: [(gateway: UInt32, asset: UInt32)], _ look: (UInt32) -> (before: UInt8, hit: Interlock?)) {
        ledger.reserve(assets.count)
        for (_, asset) in assets {
            let (before, hit) = look(asset)
            ledger.append(asset: asset, before: before, status: hit == nil ? .waiting : .blocked, interlock: hit)
        }
        cut(gateways: assets.map(\.gateway))
    }

    /// Cuts the rows into runs of equal gateways.
    func cut(gateways: [UInt32]) {
        var start = 0
        while start < gateways.count {
            var end = start
            var open = 0
            while end < gateways.count, gateways[end] == gateways[start] {
                if !ledger.status[end].isEnded { open += 1 }
                end += 1
            }
            runs.append(Run(gateway: gateways[start], rows: start..<end, open: open))
            start = end
        }
    }

    /// The row of an asset, or nil. O(log rows).
    func row(of asset: UInt32) -> Int? {
        if byAsset.isEmpty {
            byAsset = ContiguousArray(ledger.assets.indices.map(UInt32.init).sorted { ledger.assets[Int($0)] < ledger.assets[Int($1)] })
        }
        var (low, high) = (0, byAsset.count)
        while low < high {
            let middle = (low + high) / 2
            if ledger.assets[Int(byAsset[middle])] < asset { low = middle + 1 } else { high = middle }
        }
        guard low < byAsset.count, ledger.assets[Int(byAsset[low])] == asset else { return nil }
        return Int(byAsset[low])
    }

    func run(ofRow row: Int) -> Int {
        var (low, high) = (0, runs.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].rows.upperBound <= row { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Milliseconds after the placing.
    func offset(_ now: Instant) -> UInt32 { UInt32(clamping: now.milliseconds &- record.placedAt.milliseconds) }

    /// The rows that moved in this turn, as one append-only step.
    func keepStep(at now: Instant, into records: inout OrderRecords) {
        guard !touched.isEmpty else { return }
        var blob: [UInt8] = []
        blob.reserveCapacity(touched.count * LedgerPacking.stepWidth)
        let offset = offset(now)
        for row in touched {
            ledger.changed[Int(row)] = offset
            LedgerPacking.appendStep(ledger, row: Int(row), to: &blob)
        }
        records.steps.append((id, record.steps, now, blob))
        record.steps += 1
        touched.removeAll(keepingCapacity: true)
    }
}

extension OrderGround {
    /// Assets with their gateways, grouped by gateway, ascending in both.
    func byGateway(_ assets: [UInt32]) -> [(gateway: UInt32, asset: UInt32)] {
        assets.map { UInt64(exists($0) ? gateway($0) : Asset.Number.none.value) << 32 | UInt64($0) }.sorted()
            .map { (UInt32(truncatingIfNeeded: $0 >> 32), UInt32(truncatingIfNeeded: $0)) }
    }
}
