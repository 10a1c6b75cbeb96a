// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import HTTPTypes
import Hummingbird
import NIOCore
package import Watch

/// What the IT team's machines ask: is the process there, may it be sent work, and its counters.
package struct ProbeRoutes: Sendable {
    /// Nil until the floor is open.
    let vitals: @Sendable () -> Vitals?
    /// Further metrics, in Prometheus' text form: of the wire, of the feed.
    let more: @Sendable () -> String

    package init(vitals: @escaping @Sendable () -> Vitals?, more: @escaping @Sendable () -> String = { "" }) {
        (self.vitals, self.more) = (vitals, more)
    }

    package func add(to desk: Desk) {
        desk.api(Endpoint(.get, "/healthz", "The process is there", access: .open, surface: .open, answers: [.init(200, "ok", "text/plain", .string)])) { _, _ in
            Bytes(Array("ok\n".utf8), type: "text/plain; charset=utf-8")
        }
        desk.api(
            Endpoint(
                .get, "/readyz", "The room is open and can write", access: .open, surface: .open,
                answers: [.init(200, "ready", "text/plain", .string), .init(503, "not ready, and why", "text/plain", .string)])
        ) { _, _ in
            let (isReady, text) = readiness()
            return Bytes(Array((text + "\n").utf8), type: "text/plain; charset=utf-8", status: isReady ? .ok : .serviceUnavailable)
        }
        desk.api(Endpoint(.get, "/metrics", "Counters for Prometheus", access: .open, surface: .open, answers: [.init(200, "text format 0.0.4", "text/plain", .string)])) { _, _ in
            Bytes(Array(metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private func readiness() -> (Bool, String) {
        guard let vitals = vitals() else { return (false, "the floor is not open yet") }
        if let trouble = vitals.intakeTrouble { return (false, "the intake cannot be written: \(trouble)") }
        if let trouble = vitals.journalTrouble { return (false, "the journal cannot be written: \(trouble)") }
        return (true, "ready")
    }

    private func metrics() -> String {
        guard let v = vitals() else { return "vigie_ready 0\n" }
        var out = ""
        func metric(_ name: String, _ type: String, _ help: String, _ value: String) {
            out += "# HELP vigie_\(name) \(help)\n# TYPE vigie_\(name) \(type)\nvigie_\(name) \(value)\n"
        }
        metric("ready", "gauge", "1 where the room can write.", readiness().0 ? "1" : "0")
        metric("assets", "gauge", "Assets on the board.", "\(v.assets)")
        metric("turns_total", "counter", "Turns since start.", "\(v.turns)")
        metric("readings_total", "counter", "Readings taken into the intake.", "\(v.readings)")
        metric("readings_judged_total", "counter", "Readings that moved a state.", "\(v.judged)")
        metric("links_total", "counter", "Link events of gateways.", "\(v.links)")
        metric("receipts_total", "counter", "Receipts of orders.", "\(v.receipts)")
        metric("readings_waiting", "gauge", "Readings that waited when the last turn began.", "\(v.waiting)")
        metric("held_back_total", "counter", "Times that the field was held back.", "\(v.heldBack)")
        metric("turn_sync_milliseconds", "gauge", "Write and fdatasync of the last turn.", "\(v.lastSync)")
        metric("turn_judge_milliseconds", "gauge", "Judgement of the last turn.", "\(v.lastJudge)")
        metric("turn_keep_milliseconds", "gauge", "Transaction of the last turn.", "\(v.lastKeep)")
        metric("turn_longest_milliseconds", "gauge", "Longest turn of the last minute.", "\(v.longestTurn)")
        metric("intake_position", "counter", "Turns written to the intake.", "\(v.intakePosition)")
        metric("kept_position", "counter", "Turns covered by the journal.", "\(v.keptPosition)")
        metric("intake_bytes", "gauge", "Bytes of the intake on disk.", "\(v.intakeBytes)")
        metric("alarms_standing", "gauge", "Alarms that stand.", "\(v.standingAlarms)")
        metric("orders_open", "gauge", "Orders proposed, under way or in force.", "\(v.openOrders)")
        metric("clock_jump_seconds", "gauge", "The last jump of the clock.", "\(v.clockJump)")
        out += "# HELP vigie_refused_total What was refused, by reason.\n# TYPE vigie_refused_total counter\n"
        for refusal in Refusal.allCases { out += "vigie_refused_total{reason=\"\(refusal.key)\"} \(v.refusals[refusal])\n" }
        return out + more()
    }
}
