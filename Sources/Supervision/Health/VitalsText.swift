// SPDX-License-Identifier: EUPL-1.2

package import Console
import ControlRoom
package import Watch

/// The vitals in Prometheus' text exposition format, version 0.0.4.
package struct VitalsText {
    package var vitals: Vitals
    package var live: LiveFeed.Statistics

    package init(vitals: Vitals, live: LiveFeed.Statistics) { (self.vitals, self.live) = (vitals, live) }

    package var text: String {
        var text = ""
        func add(_ name: String, _ type: String, _ help: String, _ value: String) {
            text += "# HELP vigie_\(name) \(help)\n# TYPE vigie_\(name) \(type)\nvigie_\(name) \(value)\n"
        }
        add("assets", "gauge", "Assets in the inventory.", "\(vitals.assets)")
        add("turns_total", "counter", "Turns since the start.", "\(vitals.turns)")
        add("readings_total", "counter", "Readings taken since the start.", "\(vitals.readings)")
        add("readings_judged_total", "counter", "Readings judged since the start.", "\(vitals.judged)")
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
        text += "# HELP vigie_refusals_total Readings refused, by reason.\n# TYPE vigie_refusals_total counter\n"
        for refusal in Refusal.allCases { text += "vigie_refusals_total{reason=\"\(refusal.key)\"} \(vitals.refusals[refusal])\n" }
        return text
    }
}
