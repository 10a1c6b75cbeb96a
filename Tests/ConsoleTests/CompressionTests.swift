// SPDX-License-Identifier: EUPL-1.2

import CZlib
import ControlRoom
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Console

@Suite struct CompressionTests {
    private static let long = String(repeating: "Candélabre de la rue de la Liberté, allumé. ", count: 200)

    private static func site(_ house: TestHouse) -> Site {
        house.site { site in
            let desk = site.desk("lighting")
            desk.page("/console/long", "Long") { _, _ in Page(title: Words("Longue", "Long")) { p(Words(long, long)) } }
            desk.api(Endpoint(.get, "/api/short", "Short", access: .signedIn)) { _, _ in Bytes.json("{}") }
            desk.api(Endpoint(.get, "/api/picture", "Picture", access: .signedIn)) { _, _ in
                Bytes(Array(repeating: 0, count: 5000), type: "image/png")
            }
            desk.api(Endpoint(.get, "/api/stream", "Stream", access: .signedIn)) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "text/event-stream"],
                    body: .init { writer in
                        try await writer.write(ByteBuffer(string: long))
                        try await writer.finish(nil)
                    })
            }
        }
    }

    private static func unpack(_ packed: ByteBuffer) -> String {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return "" }
        defer { inflateEnd(&stream) }
        var (source, target) = (Array(packed.readableBytesView), [UInt8](repeating: 0, count: 1 << 20))
        let status = source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                (stream.next_in, stream.avail_in) = (source.baseAddress, UInt32(source.count))
                (stream.next_out, stream.avail_out) = (target.baseAddress, UInt32(target.count))
                return inflate(&stream, Z_FINISH)
            }
        }
        #expect(status == Z_STREAM_END)
        return String(decoding: target.prefix(Int(stream.total_out)), as: UTF8.self)
    }

    @Test func aPageTravelsAsGzipWhereTheBrowserTakesIt() async throws {
        let house = TestHouse()
        house.add("ada", [Grant(right: .operate)])
        let cookie = house.session(for: "ada")
        try await house.with(Self.site(house)) { client in
            func get(_ uri: String, _ encodings: String) async throws -> TestResponse {
                try await client.executeRequest(uri: uri, method: .get, headers: [.cookie: cookie, .acceptEncoding: encodings], body: nil)
            }
            let packed = try await get("/console/long", "br, gzip;q=0.8")
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "Accept-Encoding")
            #expect(packed.headers[.contentLength] == String(packed.body.readableBytes))
            #expect(packed.body.readableBytes < Self.long.utf8.count / 2)
            let text = Self.unpack(packed.body)
            #expect(text.contains(Self.long) && text.hasSuffix("</html>"))
            for refusal in ["", "br", "gzip;q=0"] {
                let plain = try await get("/console/long", refusal)
                #expect(plain.headers[.contentEncoding] == nil && plain.text.contains(Self.long), "\(refusal)")
            }
            for uri in ["/api/short", "/api/picture", "/api/stream"] {
                #expect(try await get(uri, "gzip").headers[.contentEncoding] == nil, "\(uri)")
            }
            #expect(try await get("/api/stream", "gzip").text == Self.long)
        }
    }

    @Test func theFormTokenIsInOtherLettersOnEachPageAndStillItself() {
        let token = Tokens.forgeryToken("cookie")
        let masked = (0..<50).map { _ in Tokens.masked(token) }
        #expect(Set(masked).count == 50)
        #expect(masked.allSatisfy { Tokens.unmasked($0) == token && !$0.contains(token) })
        #expect(Tokens.unmasked(token) == token)
        #expect(Tokens.unmasked(Tokens.masked(Tokens.forgeryToken("another"))) != token)
        #expect(Tokens.unmasked(String(repeating: "é", count: 43)) != token)
    }
}
