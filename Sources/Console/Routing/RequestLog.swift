// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Hummingbird
import Logging

/// One line a request: method, route, status, duration. No query, address, person or agent: this log names nobody, so that it may be
/// kept and shared. Who did what is in the logbook, under its own rules.
struct RequestLog: RouterMiddleware {
    let log: Logger

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let elapsed = start.duration(to: .now)
        let milliseconds = Double(elapsed.components.attoseconds) / 1e15 + Double(elapsed.components.seconds) * 1000
        let level: Logger.Level = response.status.code >= 500 ? .warning : .debug
        log.log(
            level: level, "request",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(context.endpointPath ?? "-")", "status": "\(response.status.code)",
                "ms": "\((milliseconds * 10).rounded() / 10)",
            ])
        return response
    }
}
