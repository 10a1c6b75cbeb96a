// SPDX-License-Identifier: EUPL-1.2

import Errand
import Logging
import ServiceLifecycle
import Services

/// Every five seconds: is it time to ask a network of bikes or car parks what is free?
struct StationKeeping: Service {
    let fetching: StationFetching
    let log: Logger
    private let told = ToldFaults()

    init(services: Services, errands: Errands, log: Logger) {
        fetching = StationFetching(services: services, fetch: StationKeeping.fetch(errands))
        self.log = log
    }

    func run() async throws {
        await untilClosed(every: .seconds(5)) {
            do {
                let faults = try await fetching.round()
                for (network, fault) in told.news(faults) {
                    log.warning("stations are not told anew; it is tried again", metadata: ["network": "\(network)", "error": "\(fault)"])
                }
            } catch { log.debug("figures of stations cannot be kept now", metadata: ["error": "\(error)"]) }
        }
    }

    /// Of one file.
    private static let most = 8 << 20

    struct Unasked: Error, CustomStringConvertible { var description: String }

    /// One address, as this house may ask it.
    static func fetch(_ errands: Errands) -> StationFetching.Fetch {
        { text in
            guard let address = errands.address(text) else {
                throw Unasked(description: "'\(text.prefix(200))' is no address that may be asked")
            }
            let answer = try await errands.run(Errand(.get, address, headers: [("Accept", "application/json")], wanted: .body(most: most)))
            guard answer.status == 200 else { throw Unasked(description: "\(address.origin) answers \(answer.status)") }
            return answer.body
        }
    }
}
