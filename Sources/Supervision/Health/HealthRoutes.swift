// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Watch

/// Addresses for the IT team: the health page, metrics in Prometheus' text format, liveness and readiness.
struct HealthRoutes {
    let room: Supervision
    let live: LiveFeed

    func add(to desk: Desk) {
        desk.page("/console/health", "Health of Vigie") { _, context in
            HealthPage(
                vitals: room.floor.currentVitals, live: live.statistics, waysIn: room.waysIn(), freeBytes: freeBytes, now: context.now
            ).page
        }
        desk.api(HealthRoutes.open("/healthz", "Does the process answer?")) { _, _ in
            Bytes(Array("ok\n".utf8), type: "text/plain; charset=utf-8")
        }
        desk.api(HealthRoutes.open("/readyz", "Can it take readings and serve pages?")) { _, _ in ready() }
        desk.api(
            Endpoint(
                .get, "/metrics", "Figures for Prometheus", access: .everywhere(.view, "health"),
                answers: [.init(200, "Text format 0.0.4", "text/plain; version=0.0.4", .string)])
        ) { _, _ in
            let text = VitalsText(vitals: room.floor.currentVitals, live: live.statistics, waysIn: room.waysIn()).text
            return Bytes(Array(text.utf8), type: "text/plain; version=0.0.4")
        }
    }

    private func ready() -> Bytes {
        let vitals = room.floor.currentVitals
        let isOpen = room.floor.columns != nil && room.waysIn().isListening
        let trouble = vitals.intakeTrouble ?? vitals.journalTrouble ?? (isOpen ? nil : "the room is opening")
        return Bytes(
            Array(((trouble ?? "ready") + "\n").utf8), type: "text/plain; charset=utf-8", status: trouble == nil ? .ok : .serviceUnavailable
        )
    }

    private var freeBytes: Int64? {
        let values = try? FileManager.default.attributesOfFileSystem(forPath: room.folder)
        return (values?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    private static func open(_ path: String, _ summary: String) -> Endpoint {
        Endpoint(
            .get, path, summary, access: .open, surface: .open,
            answers: [.init(200, "Yes", "text/plain", .string), .init(503, "No, and why", "text/plain", .string)])
    }
}
