// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import HTTPTypes

/// The OpenAPI 3.1 document of the endpoints for programs (surface `api`), written straight from their declarations.
enum OpenAPI {
    static func document(_ endpoints: [Endpoint], version: String) -> [UInt8] {
        let described = endpoints.filter { $0.surface == .api }
        var paths: [String] = []
        for endpoint in described where !paths.contains(endpoint.path) { paths.append(endpoint.path) }
        var json = JSONWriter()
        json.object {
            $0.member("openapi", "3.1.0")
            $0.object("info") {
                $0.member("title", "Vigie")
                $0.member("version", version)
                $0.object("license") {
                    $0.member("name", "EUPL-1.2"); $0.member("identifier", "EUPL-1.2")
                }
            }
            $0.object("paths") { json in
                for path in paths {
                    json.object(path) { json in
                        for endpoint in described where endpoint.path == path { operation(endpoint, &json) }
                    }
                }
            }
            $0.object("components") { components(&$0) }
        }
        return json.bytes
    }

    private static func operation(_ endpoint: Endpoint, _ json: inout JSONWriter) {
        json.object(endpoint.method.rawValue.lowercased()) { json in
            json.member("operationId", identifier(endpoint))
            json.member("summary", endpoint.summary)
            if case .right(let right, let trade) = endpoint.access {
                json.member("description", "Needs the right '\(right.title.english)' over \(trade.isEmpty ? "every trade" : "'\(trade)'").")
            }
            if case .everywhere(let right, let trade) = endpoint.access {
                let over = trade.isEmpty ? "every trade" : "'\(trade)'"
                json.member("description", "Needs the right '\(right.title.english)' over \(over), on the whole territory.")
            }
            security(endpoint.access, &json)
            if !endpoint.parameters.isEmpty { json.array("parameters", endpoint.parameters) { parameter($1, &$0) } }
            if let body = endpoint.body {
                json.object("requestBody") {
                    if !body.note.isEmpty { $0.member("description", body.note) }
                    $0.member("required", true)
                    content(body.content, &$0)
                }
            }
            json.object("responses") { json in
                for answer in endpoint.answers {
                    json.object(String(answer.status)) {
                        $0.member("description", answer.note)
                        if !answer.content.isEmpty { content(answer.content, &$0) }
                    }
                }
                json.object("default") { $0.member("$ref", "#/components/responses/Problem") }
            }
        }
    }

    private static func security(_ access: Access, _ json: inout JSONWriter) {
        guard access != .open else { return json.array("security", [Int]()) { _, _ in } }
        json.array("security", ["key", "session"]) { json, name in json.object { $0.array(name, [Int]()) { _, _ in } } }
    }

    private static func parameter(_ parameter: Endpoint.Parameter, _ json: inout JSONWriter) {
        json.object {
            $0.member("name", parameter.name)
            $0.member("in", parameter.place.rawValue)
            if parameter.isRequired { $0.member("required", true) }
            if !parameter.note.isEmpty { $0.member("description", parameter.note) }
            $0.key("schema")
            parameter.schema.write(&$0)
        }
    }

    private static func content(_ content: [(type: String, schema: Schema)], _ json: inout JSONWriter) {
        json.object("content") { json in
            for (type, schema) in content {
                json.object(type) {
                    $0.key("schema")
                    schema.write(&$0)
                }
            }
        }
    }

    private static func components(_ json: inout JSONWriter) {
        json.object("securitySchemes") {
            $0.object("key") {
                $0.member("type", "http"); $0.member("scheme", "bearer")
            }
            $0.object("session") {
                $0.member("type", "apiKey"); $0.member("in", "cookie"); $0.member("name", "vigie")
            }
        }
        json.object("responses") {
            $0.object("Problem") {
                $0.member("description", "Refused or failed (RFC 9457)")
                content([("application/problem+json", problem)], &$0)
            }
        }
    }

    private static let problem = Schema.object(
        [
            ("type", .string), ("title", .string), ("status", .integer(400...599)), ("detail", .string), ("instance", .string),
            ("errors", .array(.object([("field", .string), ("message", .string)], required: ["field", "message"]))),
        ], required: ["type", "title", "status", "detail"])

    static func identifier(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.split { !$0.isLetter && !$0.isNumber }
        return endpoint.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
