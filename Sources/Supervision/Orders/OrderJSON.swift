// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Watch

/// Orders, previews and ledgers as programs read them.
enum OrderJSON {
    static func write(_ order: OrderRecord, _ json: inout JSONWriter) {
        json.object { json in
            json.member("number", order.id)
            json.member("phase", order.phase.rawValue)
            json.member("purpose", order.purpose.rawValue)
            write(order.command, &json)
            json.member("authority", String(describing: order.authority))
            json.member("reason", order.reason)
            json.member("trade", order.trade)
            json.member("by", order.login)
            json.member("placed", order.placedAt.iso8601)
            if order.until == .distantFuture { json.null("until") } else { json.member("until", order.until.iso8601) }
            json.member("needsSecondPerson", order.needsSecondPerson)
            if let by = order.approvedBy { json.member("approvedBy", by) }
            if let at = order.approvedAt { json.member("approved", at.iso8601) }
            if let at = order.endedAt { json.member("ended", at.iso8601) }
            if let end = order.end { json.member("end", end.rawValue) }
            if order.parent != 0 { json.member("follows", order.parent) }
            json.object("counts") { json in
                for status in LedgerStatus.allCases where order.counts[status] > 0 {
                    json.member(String(describing: status), order.counts[status])
                }
            }
            json.member("total", order.counts.total)
        }
    }

    static func write(_ line: LedgerLine, _ names: Names, _ json: inout JSONWriter) {
        json.object { json in
            json.member("asset", names.id(line.asset))
            json.member("status", String(describing: line.status))
            if let interlock = line.interlock { json.member("interlock", String(describing: interlock)) }
            if let before = line.before { json.member("before", Int(before)) }
            if line.isToProgramme { json.member("programme", true) } else if let target = line.target { json.member("target", Int(target)) }
            json.member("sends", line.sends)
            json.member("changed", line.changedAt.iso8601)
            if !line.why.isEmpty { json.member("why", line.why) }
        }
    }

    static func preview(_ preview: OrderPreview, _ names: Names) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.member("selected", preview.selected)
            json.member("count", preview.count)
            json.member("needsSecondPerson", preview.needsSecondPerson)
            json.member("unreachable", preview.unreachable)
            json.member("outranked", preview.outranked)
            json.member("wattsBefore", Double(preview.powerBefore) / 10)
            json.member("wattsAfter", Double(preview.powerAfter) / 10)
            json.array("communes", preview.communes) { json, row in
                json.object {
                    $0.member("insee", row.key); $0.member("count", row.count)
                }
            }
            json.array("blocked", preview.blocked) { json, row in
                json.object { json in
                    json.member("interlock", String(describing: row.interlock))
                    json.member("count", row.count)
                    json.array("examples", row.examples) { $0.string(names.id($1)) }
                }
            }
            json.array("lacksRight", preview.lacksRight) { $0.string($1) }
        }
        return Bytes(json.bytes, type: "application/json")
    }

    private static func write(_ command: Command, _ json: inout JSONWriter) {
        switch command {
        case .level(let level):
            json.member("command", "level")
            json.member("level", Int(level))
        case .programme: json.member("command", "programme")
        }
    }

    static let order = Schema.object(
        [
            ("number", .integer), ("phase", .string(values: OrderPhase.allCases.map(\.rawValue))),
            ("command", .string(values: ["level", "programme"])),
            ("level", .integer(0...100)), ("reason", .string), ("by", .string), ("placed", .instant), ("until", .nullable(.instant)),
            ("needsSecondPerson", .boolean), ("total", .integer), ("counts", .object([], open: true)),
        ], required: ["number", "phase", "command", "reason", "by", "placed", "until", "needsSecondPerson", "total", "counts"], open: true)
}
