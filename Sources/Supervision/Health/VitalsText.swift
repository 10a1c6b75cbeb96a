// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
import Fieldbus
package import Watch

/// The vitals in Prometheus' text exposition format, version 0.0.4.
package struct VitalsText {
    package var vitals: Vitals
    package var live: LiveFeed.Statistics
    package var waysIn: WaysIn

    package init(vitals: Vitals, live: LiveFeed.Statistics, waysIn: WaysIn = WaysIn()) {
        (self.vitals, self.live, self.waysIn) = (vitals, live, waysIn)
    }

    package var text: String {
        var text = ""
        func add(_ name: String, _ type: String, _ help: String, _ value: String) {
            text += "# HELP vigie_\(name) \(help)\n# TYPE vigie_\(name) \(type)\nvigie_\(name) \(value)\n"
        }
        add("assets", "gauge", "Assets in the inventory.", "\(vitals.assets)")
        add("turns_total", "counter", "Turns since the start.", "\(vitals.turns)")
        add("readings_total", "counter", "Readings taken since the start.", "\(vitals.readings)")
        add("readings_judged_total", "counter", "Readings judged since the start.", "\(vitals.judged)")
        add("readings_per_second", "gauge", "Readings judged a second, mean of the last minute.", "\((vitals.rate * 10).rounded() / 10)")
        add("readings_waiting", "gauge", "Readings that waited when the last turn began.", "\(vitals.waiting)")
        add("held_back_total", "counter", "Times that the field was held back.", "\(vitals.heldBack)")
        add("turn_sync_seconds", "gauge", "Writing the last turn to disk.", "\(vitals.lastSync / 1000)")
        add("turn_judge_seconds", "gauge", "Judging the last turn.", "\(vitals.lastJudge / 1000)")
        add("turn_keep_seconds", "gauge", "Keeping the last turn.", "\(vitals.lastKeep / 1000)")
        add("intake_bytes", "gauge", "The intake on disk.", "\(vitals.intakeBytes)")
        add("intake_behind_turns", "gauge", "Turns that the journal does not cover yet.", "\(vitals.intakePosition &- vitals.keptPosition)")
        add("intake_trouble", "gauge", "1 while the intake cannot be written.", vitals.intakeTrouble == nil ? "0" : "1")
        add("journal_trouble", "gauge", "1 while the journal cannot be written.", vitals.journalTrouble == nil ? "0" : "1")
        add("alarms_standing", "gauge", "Alarms that stand.", "\(vitals.standingAlarms)")
        add("orders_open", "gauge", "Orders under way.", "\(vitals.openOrders)")
        add("live_listeners", "gauge", "Open live streams.", "\(live.listeners)")
        add("live_delivered_total", "counter", "Events delivered to live streams.", "\(live.delivered)")
        add("live_resyncs_total", "counter", "Listeners that were too slow and told to fetch again.", "\(live.resyncs)")
        add("clock_jump_seconds", "gauge", "The last jump of the machine's clock; 0 where there was none.", "\(vitals.clockJump)")
        add("standstill_seconds", "gauge", "How long the room last stood still; 0 where it never did.", "\(vitals.standstill)")
        add("mqtt_connections", "gauge", "Open connections of gateways.", "\(waysIn.listener.connections)")
        add("mqtt_messages_total", "counter", "Messages read by the listener.", "\(waysIn.listener.messages)")
        add("mqtt_acknowledged_total", "counter", "Messages acknowledged by the listener.", "\(waysIn.listener.acknowledged)")
        add("mqtt_turned_away_total", "counter", "Connections that were not let in.", "\(waysIn.listener.turnedAway)")
        if !waysIn.brokers.isEmpty {
            text += "# HELP vigie_broker_ready 1 while connected to the broker and subscribed.\n# TYPE vigie_broker_ready gauge\n"
            for broker in waysIn.brokers {
                text += "vigie_broker_ready{broker=\"\(VitalsText.label(broker.name))\"} \(broker.isReady ? 1 : 0)\n"
            }
        }
        text += "# HELP vigie_refusals_total Readings refused, by reason.\n# TYPE vigie_refusals_total counter\n"
        for refusal in Refusal.allCases { text += "vigie_refusals_total{reason=\"\(refusal.key)\"} \(vitals.refusals[refusal])\n" }
        return text
    }

    private static func label(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
