// SPDX-License-Identifier: EUPL-1.2

extension Schema {
    /// As JSON Schema 2020-12.
    func write(_ json: inout JSONWriter) {
        switch self {
        case .any: json.object { _ in }
        case .boolean: json.object { $0.member("type", "boolean") }
        case .binary:
            json.object {
                $0.member("type", "string"); $0.member("contentEncoding", "binary")
            }
        case .integer(let range):
            json.object {
                $0.member("type", "integer")
                if let range { $0.member("minimum", range.lowerBound); $0.member("maximum", range.upperBound) }
            }
        case .number(let range):
            json.object {
                $0.member("type", "number")
                if let range { $0.member("minimum", range.lowerBound); $0.member("maximum", range.upperBound) }
            }
        case .string(let format, let values, let pattern, let length):
            json.object {
                $0.member("type", "string")
                if let format { $0.member("format", format) }
                if !values.isEmpty { $0.array("enum", values) { $0.string($1) } }
                if let pattern { $0.member("pattern", pattern) }
                if let length { $0.member("minLength", length.lowerBound); $0.member("maxLength", length.upperBound) }
            }
        case .array(let item, let limit):
            json.object {
                $0.member("type", "array")
                $0.key("items")
                item.write(&$0)
                if let limit { $0.member("maxItems", limit) }
            }
        case .nullable(let schema): Schema.oneOf([schema, .null]).write(&json)
        case .oneOf(let schemas): json.object { $0.array("anyOf", schemas) { $1.write(&$0) } }
        case .null: json.object { $0.member("type", "null") }
        case .object(let members, let required, let open): writeObject(members, required, open, &json)
        }
    }

    private func writeObject(_ members: [(name: String, schema: Schema)], _ required: [String], _ open: Bool, _ json: inout JSONWriter) {
        json.object {
            $0.member("type", "object")
            if !members.isEmpty {
                $0.object("properties") { json in
                    for member in members {
                        json.key(member.name)
                        member.schema.write(&json)
                    }
                }
            }
            if !required.isEmpty { $0.array("required", required) { $0.string($1) } }
            if !open { $0.member("additionalProperties", false) }
        }
    }
}
