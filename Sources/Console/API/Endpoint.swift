// SPDX-License-Identifier: EUPL-1.2

package import HTTPTypes

/// One endpoint as it declares itself where it is routed: for rights, for the OpenAPI document, for the test that tries each door.
package struct Endpoint: Sendable {
    package var method: HTTPRequest.Method
    /// Template, `/api/assets/{number}`.
    package var path: String
    package var summary: String
    package var access: Access
    package var surface: Surface
    package var parameters: [Parameter]
    package var body: Body?
    package var answers: [Answer]

    package enum Surface: Sendable {
        /// HTML for people; refusals are pages.
        case page
        /// A form of a page.
        case form
        /// For programs; refusals are problem+json.
        case api
        /// Neither session nor form token is looked at (sign-in, health, assets).
        case open
    }

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, access: Access, surface: Surface = .api,
        parameters: [Parameter] = [], body: Body? = nil, answers: [Answer] = []
    ) {
        (self.method, self.path, self.summary, self.access, self.surface) = (method, path, summary, access, surface)
        (self.parameters, self.body, self.answers) = (parameters, body, answers)
    }

    package struct Parameter: Sendable {
        package enum Place: String, Sendable { case path, query, header }
        package var name: String
        package var place: Place
        package var schema: Schema
        package var isRequired: Bool
        package var note: String
        package init(_ name: String, in place: Place, _ schema: Schema, required: Bool = false, note: String = "") {
            (self.name, self.place, self.schema, self.note) = (name, place, schema, note)
            isRequired = required || place == .path
        }
    }

    package struct Body: Sendable {
        /// Media types with their schemas.
        package var content: [(type: String, schema: Schema)]
        package var note: String
        package init(_ type: String, _ schema: Schema, note: String = "") { (content, self.note) = ([(type, schema)], note) }
        package init(_ content: [(type: String, schema: Schema)], note: String = "") { (self.content, self.note) = (content, note) }
    }

    package struct Answer: Sendable {
        package var status: Int
        package var note: String
        package var content: [(type: String, schema: Schema)]
        package init(_ status: Int, _ note: String, _ type: String? = nil, _ schema: Schema = .any) {
            (self.status, self.note) = (status, note)
            content = type.map { [($0, schema)] } ?? []
        }
    }
}

/// JSON Schema 2020-12, the part that our endpoints need.
package indirect enum Schema: Sendable {
    case any
    case string(format: String? = nil, values: [String] = [], pattern: String? = nil, length: ClosedRange<Int>? = nil)
    case integer(ClosedRange<Int>? = nil)
    case number(ClosedRange<Double>? = nil)
    case boolean
    case array(Schema, limit: Int? = nil)
    /// Members in order; those named in `required` must be there; `open` allows others.
    case object([(name: String, schema: Schema)], required: [String] = [], open: Bool = false)
    case nullable(Schema)
    case oneOf([Schema])
    case null
    /// Bytes (tiles, images).
    case binary

    package static let string = Schema.string()
    package static let integer = Schema.integer()
    package static let number = Schema.number()
    package static let instant = Schema.string(format: "date-time")
}
