// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Hummingbird

/// `/healthz` (the process lives), `/readyz` (it can work; 503 and what is missing where it cannot) and `/metrics` (Prometheus).
package struct HealthRoutes: Sendable {
    /// What keeps the house from working, in a word each ('journal', 'replay'); empty when it is ready.
    var missing: @Sendable () async -> [String]
    var metrics: @Sendable () async -> MetricsText
    /// The token that a scraper shows as `Authorization: Bearer …`; empty: anybody who reaches the port may read the figures.
    var metricsToken: String

    package init(
        missing: @escaping @Sendable () async -> [String], metricsToken: String = "", metrics: @escaping @Sendable () async -> MetricsText
    ) {
        (self.missing, self.metricsToken, self.metrics) = (missing, metricsToken, metrics)
    }

    package func add(to site: Site) {
        let desk = site.desk("")
        desk.route(Endpoint(.get, "/healthz", "Is the process alive", access: .open, surface: .open)) { _, _ in
            Bytes(ByteBuffer(string: "ok\n"), type: "text/plain; charset=utf-8")
        }
        desk.route(Endpoint(.get, "/readyz", "Can it work", access: .open, surface: .open)) { [missing] _, _ in
            let missing = await missing()
            let text = missing.isEmpty ? "ready\n" : missing.map { "missing: \($0)\n" }.joined()
            return Bytes(
                ByteBuffer(string: text), type: "text/plain; charset=utf-8", status: missing.isEmpty ? .ok : .serviceUnavailable)
        }
        desk.route(Endpoint(.get, "/metrics", "Figures for Prometheus", access: .open, surface: .open)) { [metricsToken, metrics] request, context in
            let shown = request.headers[.authorization] ?? ""
            guard metricsToken.isEmpty || Tokens.isSame(shown, "Bearer \(metricsToken)") else { throw Refused.signIn(at: context.address) }
            return Bytes(ByteBuffer(string: await metrics().text), type: MetricsText.mediaType)
        }
    }
}
