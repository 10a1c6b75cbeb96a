// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Fieldbus
import HTTPTypes
import Hummingbird
import NIOCore
import Watch

/// The way in over HTTP: `POST /api/readings` takes one reading, an array, or one a line (NDJSON), and answers by line once they are on disk.
struct ReadingRoutes {
    let room: Supervision

    /// Bytes of one request.
    static let limit = 4 << 20

    func add(to desk: Desk) {
        desk.api(ReadingRoutes.endpoint) { request, context in
            let buffer = try await request.bytes(limit: ReadingRoutes.limit)
            let type = request.headers[.contentType] ?? "application/json"
            let (delivery, answers) = scan(buffer, isLines: type.hasPrefix("application/x-ndjson"))
            if !delivery.isEmpty { try await deliver(delivery) }
            return ReadingRoutes.answer(answers)
        }
    }

    private func scan(_ buffer: ByteBuffer, isLines: Bool) -> (Delivery, [LineAnswer]) {
        var delivery = Delivery()
        var scanner = ReadingScanner()
        let directory = room.directory.current
        let answers = buffer.withUnsafeReadableBytes { bytes in
            isLines
                ? scanner.scanLines(bytes, directory: directory, gateway: nil, into: &delivery.readings, refusals: &delivery.refusals)
                : scanner.scanDocument(bytes, directory: directory, gateway: nil, into: &delivery.readings, refusals: &delivery.refusals)
        }
        return (delivery, answers)
    }

    /// Returns when the readings are on disk; refuses with 503 where the floor is full.
    private func deliver(_ delivery: Delivery) async throws {
        let inbox = room.floor.inbox
        let isTaken = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            var delivery = delivery
            delivery.acknowledge = { continuation.resume(returning: true) }
            if !inbox.take(delivery) { continuation.resume(returning: false) }
        }
        guard isTaken else {
            throw Refused.unavailable(
                Words("La salle est pleine : renvoyez dans une seconde.", "The room is full: send again in a second."), retryAfter: 1)
        }
    }

    static func answer(_ answers: [LineAnswer]) -> Bytes {
        var writer = JSONWriter()
        let taken = answers.filter(\.isTaken).count
        writer.object { writer in
            writer.member("taken", taken)
            writer.member("refused", answers.count - taken)
            writer.array("lines", answers.filter { !$0.isTaken || $0.refusal != nil }) { writer, line in
                writer.object { writer in
                    writer.member("line", line.number)
                    writer.member("taken", line.isTaken)
                    if let refusal = line.refusal { writer.member("reason", refusal.key) }
                    writer.member("why", line.why)
                }
            }
        }
        return Bytes(writer.bytes, type: "application/json", status: taken == 0 && !answers.isEmpty ? .unprocessableContent : .ok)
    }

    private static let reading = Schema.object(
        [("id", .string(length: 1...64)), ("t", .oneOf([.instant, .number])), ("seq", .integer(0...4_294_967_295))], required: ["id"],
        open: true)

    static let endpoint = Endpoint(
        .post, "/api/readings", "Send readings: one, an array, or one a line", access: .everywhere(.operate, "readings"),
        body: .init(
            [("application/json", .oneOf([reading, .array(reading)])), ("application/x-ndjson", .string)],
            note: "At most 4 MiB. The answer comes after the readings are on disk."),
        answers: [
            .init(
                200, "By line, those with something to say", "application/json",
                .object(
                    [("taken", .integer), ("refused", .integer), ("lines", .array(.object([], open: true)))],
                    required: ["taken", "refused", "lines"])),
            .init(413, "Too large"), .init(422, "None was taken"), .init(503, "The room is full; send again"),
        ])
}
