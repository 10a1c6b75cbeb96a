// SPDX-License-Identifier: EUPL-1.2

import CZlib
import HTTPTypes
import Hummingbird
import NIOCore

/// Pages, JSON and tiles that are complete travel as gzip where the browser takes it: a list of alarms shrinks to a tenth. Streams are
/// left alone, since what they carry must leave at once, and so is what is small, large or compressed already. The form token in a page
/// is masked anew each time (`Tokens.masked`), so that the length of an answer tells nothing about it (the BREACH attack).
struct Compression: RouterMiddleware {
    /// Bytes of an answer that is worth compressing; more would hold up an event loop.
    static let sizes = 1_024...1_048_576

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let length = response.body.contentLength, Compression.sizes.contains(length), Compression.isWorthIt(response.headers)
        else { return response }
        response.headers[.vary] = "Accept-Encoding"
        guard Compression.takesGzip(request), request.method != .head else { return response }
        let collector = Collector()
        try await response.body.write(collector)
        guard let packed = Gzip.pack(collector.buffer) else {
            response.body = .init(byteBuffer: collector.buffer)
            return response
        }
        response.headers[.contentEncoding] = "gzip"
        response.body = .init(byteBuffer: packed)
        return response
    }

    /// `gzip` among the encodings that the browser takes, and not refused by `q=0`.
    static func takesGzip(_ request: Request) -> Bool {
        (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
            return words.first == "gzip" && !words.dropFirst().contains { $0 == "q=0" || $0.hasPrefix("q=0.0") }
        }
    }

    private static func isWorthIt(_ headers: HTTPFields) -> Bool {
        guard !headers.contains(.contentEncoding), !headers.contains(.eTag), let type = headers[.contentType] else { return false }
        return type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("application/vnd.mapbox-vector-tile")
    }

    /// Takes what a body writes.
    private final class Collector: ResponseBodyWriter {
        var buffer = ByteBuffer()
        func write(_ buffer: ByteBuffer) { self.buffer.writeImmutableBuffer(buffer) }
        func finish(_ trailingHeaders: HTTPFields?) {}
    }
}

/// The gzip format (RFC 1952) by zlib.
enum Gzip {
    /// Nil where it would not become smaller, or zlib cannot.
    static func pack(_ plain: ByteBuffer, level: Int32 = 4) -> ByteBuffer? {
        var stream = z_stream()
        // 15 bits of window, and 16 that ask for the gzip header.
        let status = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var packed = ByteBuffer()
        let room = plain.readableBytes
        let isWhole = plain.withUnsafeReadableBytes { source in
            packed.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END ? room - Int(stream.avail_out) : 0
            } > 0
        }
        return isWhole ? packed : nil
    }
}
