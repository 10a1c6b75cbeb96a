// SPDX-License-Identifier: EUPL-1.2

/// A request of a hundred readings, written once: only the times and counters change, so that the load costs the machine little.
struct ReadingsPage: Sendable {
    private var bytes: [UInt8] = []
    private var timesAt: [Int] = []
    private var sequencesAt: [Int] = []

    init(_ world: BenchWorld, lamps: [Int], key: String) {
        var body: [UInt8] = []
        for lamp in lamps {
            body += Array("{\"id\":\"\(world.lamp(lamp))\",\"t\":".utf8)
            timesAt.append(body.count)
            body += Array("0000000000000,\"seq\":1".utf8)
            sequencesAt.append(body.count)
            body += Array(
                "000000000,\"level\":70,\"power\":38.2,\"energy\":1023.114,\"voltage\":231.4,\"temperature\":31.5,\"faults\":0}\n".utf8)
        }
        let head = """
            POST /api/readings HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/x-ndjson\r\n\
            Content-Length: \(body.count)\r\n\r\n
            """
        bytes = Array(head.utf8) + body
        let offset = bytes.count - body.count
        timesAt = timesAt.map { $0 + offset }
        sequencesAt = sequencesAt.map { $0 + offset }
    }

    /// The request with all readings of one instant (ms since 1970) and one counter, below a thousand million.
    func request(at milliseconds: Int64, sequence: Int) -> [UInt8] {
        var copy = bytes
        for at in timesAt { ReadingsPage.write(UInt64(milliseconds), digits: 13, at, &copy) }
        for at in sequencesAt { ReadingsPage.write(UInt64(sequence), digits: 9, at, &copy) }
        return copy
    }

    private static func write(_ value: UInt64, digits: Int, _ at: Int, _ out: inout [UInt8]) {
        var rest = value
        for i in stride(from: at + digits - 1, through: at, by: -1) {
            out[i] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
    }
}
