// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Synchronization

/// Every endpoint of the site, in the order of declaration. Two declarations of one method and path are a programming error.
package final class EndpointRegister: Sendable {
    private let state = Mutex((endpoints: [Endpoint](), isClosed: false))

    package init() {}

    package var endpoints: [Endpoint] { state.withLock { $0.endpoints } }

    func declare(_ endpoint: Endpoint) {
        state.withLock { state in
            precondition(!state.isClosed, "\(endpoint.path) was declared after the site was put together")
            let isNew = !state.endpoints.contains { $0.method == endpoint.method && $0.path == endpoint.path }
            precondition(isNew, "\(endpoint.method) \(endpoint.path) is declared twice")
            state.endpoints.append(endpoint)
        }
    }

    func close() { state.withLock { $0.isClosed = true } }

    /// Methods declared for a concrete path, for 405 and `Allow`.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        return endpoints.filter { Self.matches($0.path, parts) }.map(\.method)
    }

    private static func matches(_ template: String, _ parts: [Substring]) -> Bool {
        let wanted = template.split(separator: "/", omittingEmptySubsequences: true)
        if wanted.last == "**" {
            return parts.count >= wanted.count && zip(wanted.dropLast(), parts).allSatisfy { fits($0, $1) }
        }
        return wanted.count == parts.count && zip(wanted, parts).allSatisfy { fits($0, $1) }
    }

    private static func fits(_ wanted: Substring, _ part: Substring) -> Bool {
        guard let open = wanted.firstIndex(of: "{"), let close = wanted.firstIndex(of: "}") else { return wanted == part }
        let suffix = wanted[wanted.index(after: close)...]
        return part.hasPrefix(wanted[..<open]) && part.hasSuffix(suffix)
    }
}
