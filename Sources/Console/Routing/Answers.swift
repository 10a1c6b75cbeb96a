// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
package import HTTPTypes
package import Hummingbird

/// 303 to a place of our own, after a form was taken: reloading the next page does not send the form again (POST, redirect, GET).
package struct SeeOther: ResponseGenerator, Sendable {
    package var address: String
    package init(_ address: String) { self.address = address }

    func response() throws -> Response {
        let isOwn = address.hasPrefix("/") && safe(address) == address
        return Response(status: .seeOther, headers: [.location: isOwn ? address : "/"])
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response { try response() }
}

/// Bytes with a media type: JSON that a route wrote itself, a tile, an export.
package struct Bytes: ResponseGenerator, Sendable {
    package var buffer: ByteBuffer
    package var type: String
    package var status: HTTPResponse.Status
    package var headers: HTTPFields

    package init(_ buffer: ByteBuffer, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        (self.buffer, self.type, self.status, self.headers) = (buffer, type, status, headers)
    }

    package init(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.init(ByteBuffer(bytes: bytes), type: type, status: status, headers: headers)
    }

    /// JSON text that is ready.
    package static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Bytes {
        Bytes(ByteBuffer(string: text), type: "application/json", status: status)
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: .init(byteBuffer: buffer))
    }
}

/// A fragment of a page, for scripts that replace a part of it.
package struct Fragment: ResponseGenerator, Sendable {
    package var html: HTML
    package init(@Markup _ content: () -> HTML) { html = content() }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        let context = context as? ConsoleContext
        let bytes = html.bytes(for: context?.audience ?? Audience(), csrf: context?.formToken ?? "")
        return Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension Page: ResponseGenerator {
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        try response(context as? ConsoleContext)
    }

    func response(_ context: ConsoleContext?) throws -> Response {
        let bytes = Shell(page: self, context: context).html.bytes(for: context?.audience ?? Audience(), csrf: context?.formToken ?? "")
        return Response(
            status: .init(code: status), headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
