// SPDX-License-Identifier: EUPL-1.2

import ServiceLifecycle

/// Does something at once, and again after each pause, until the house closes.
func untilClosed(every pause: Duration, _ act: @escaping @Sendable () async -> Void) async {
    try? await cancelWhenGracefulShutdown {
        while true {
            await act()
            try await Task.sleep(for: pause)
        }
    }
}
