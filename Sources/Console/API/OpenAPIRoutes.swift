// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Hummingbird

/// `/api/openapi.json`: the register of endpoints as an OpenAPI 3.1 document.
struct OpenAPIRoutes {
    let register: EndpointRegister
    let settings: SiteSettings

    func add(to desk: Desk) {
        let endpoint = Endpoint(
            .get, "/api/openapi.json", "This description of the API", access: .open,
            answers: [.init(200, "OpenAPI 3.1", "application/json", .object([], open: true))])
        desk.api(endpoint) { [register, settings] _, _ in
            Bytes(OpenAPI.document(register.endpoints, version: settings.version), type: "application/json")
        }
    }
}
