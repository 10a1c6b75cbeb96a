// SPDX-License-Identifier: EUPL-1.2

import HTTPTypes
import Hummingbird

/// `/assets/…`: immutable for a year with the hash in the name, an hour with an ETag without it; gzip where the browser takes it.
struct AssetRoutes {
    let shelf: AssetShelf

    func add(to desk: Desk) {
        let endpoint = Endpoint(.get, "/assets/**", "Scripts, styles, icons and fonts", access: .open, surface: .open)
        desk.route(endpoint) { [shelf] request, context in
            let asked = context.parameters.getCatchAll().joined(separator: "/")
            guard let (file, isImmutable) = shelf.find(percentDecoded(asked) ?? asked) else { throw Refused.notFound(context.address) }
            return Self.answer(file, isImmutable: isImmutable, request)
        }
    }

    private static func answer(_ file: AssetShelf.File, isImmutable: Bool, _ request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: file.type, .eTag: "\"\(file.hash)\"", .vary: "Accept-Encoding",
            .cacheControl: isImmutable ? "public, max-age=31536000, immutable" : "public, max-age=3600, must-revalidate",
        ]
        if request.headers[.ifNoneMatch] == "\"\(file.hash)\"" { return Response(status: .notModified, headers: headers) }
        guard let gzip = file.gzip, Compression.takesGzip(request) else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip))
    }
}
