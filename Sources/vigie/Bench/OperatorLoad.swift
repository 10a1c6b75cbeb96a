// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// Many operators' streams read by one thread with poll(2) and one buffer: reading must cost less than what is measured.
final class OperatorLoad {
    struct Stream {
        var socket: Int32
        var isOpen = true
        var hasHead = false
        var events = 0
        var resyncs = 0
        var bytes = 0
    }
    private(set) var streams: [Stream] = []
    private var polls: [pollfd] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private let mark: [UInt8]
    private let resync = Array("event: resync".utf8)

    /// Opens `count` streams of one topic, and waits until each was answered with 200; throws where one is refused.
    /// - Parameter event: the name of the events that are counted.
    init(_ world: BenchWorld, port: Int, topic: String, event: String, count: Int) throws {
        mark = Array("event: \(event)\n".utf8)
        let head = "GET /live?topics=\(topic) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(world.keys[0])\r\n\r\n"
        for i in 0..<count {
            guard let fd = connectLoopback(port) else { throw POSIXError(.init(rawValue: errno) ?? .ECONNREFUSED) }
            streams.append(Stream(socket: fd))
            _ = Array(head.utf8).withUnsafeBytes { send(fd, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
            _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
            polls.append(pollfd(fd: fd, events: Int16(POLLIN), revents: 0))
            if i % 64 == 63 { try pass(milliseconds: 0) }
        }
        let began = ContinuousClock.now
        while streams.contains(where: { !$0.hasHead }) {
            guard seconds(since: began) < 60 else { throw POSIXError(.ETIMEDOUT) }
            try pass(milliseconds: 100)
        }
    }

    deinit {
        for stream in streams where stream.isOpen { close(stream.socket) }
    }

    func forget() { for i in streams.indices { (streams[i].events, streams[i].resyncs, streams[i].bytes) = (0, 0, 0) } }

    /// Reads what is there, waiting so long at most for the first.
    func pass(milliseconds: Int32) throws {
        guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return }
        for i in polls.indices where polls[i].revents != 0 { try read(i) }
    }

    private func read(_ i: Int) throws {
        let n = buffer.withUnsafeMutableBytes { recv(streams[i].socket, $0.baseAddress, $0.count, 0) }
        if n < 0, errno == EAGAIN || errno == EINTR { return }
        guard n > 0 else {
            streams[i].isOpen = false
            close(streams[i].socket)
            polls[i].fd = -1
            return
        }
        if !streams[i].hasHead {
            let start = String(decoding: buffer[0..<min(n, 12)], as: UTF8.self)
            guard start == "HTTP/1.1 200" else { throw BenchMetrics.Trouble.refused(start) }
            streams[i].hasHead = true
        }
        streams[i].bytes += n
        streams[i].events += occurrences(of: mark, in: n)
        streams[i].resyncs += occurrences(of: resync, in: n)
    }

    private func occurrences(of text: [UInt8], in count: Int) -> Int {
        buffer.withUnsafeBytes { bytes in
            text.withUnsafeBytes { text in
                var (at, found) = (0, 0)
                // Lines of numbers hardly have the first letter: memchr(3) goes over them fast.
                while at + text.count <= count, let hit = memchr(bytes.baseAddress! + at, Int32(text[0]), count - at) {
                    at = UnsafeRawPointer(hit) - bytes.baseAddress!
                    if at + text.count <= count, memcmp(hit, text.baseAddress!, text.count) == 0 { found += 1 }
                    at += 1
                }
                return found
            }
        }
    }
}
