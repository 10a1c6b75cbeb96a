// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc

/// A way to the shared PostgreSQL server on which traffic can be stopped without a word to either side, as behind a firewall that forgot
/// a connection, or with a server that is suspended. It listens on a free port of this machine.
package final class StallingProxy: @unchecked Sendable {
    /// What the next commit of a writing transaction meets.
    package enum Fate: Sendable {
        /// The server gets it; its answer, and everything after, is stopped.
        case answerStopped
        /// It is stopped before the server, with everything after; it goes on to the server when the traffic does.
        case requestLate
        /// It never reaches the server; the connection is cut when the traffic goes on.
        case requestLost
    }

    package let port: Int
    private let listener: Int32
    private let target: String
    private let gate = NSCondition()
    private var isStopped = false
    private var fate: Fate?

    /// - Parameter target: the path of the server's socket.
    package init?(target: String) {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { return nil }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else {
                    if client >= 0 { close(client) }
                    close(listener)
                    return
                }
                self.connect(client)
            }
        }
    }

    deinit {
        // The thread that takes connections wakes up and closes it.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// From now on nothing goes through, also on new connections, which are taken all the same.
    package func stop() { gate.withLock { isStopped = true } }

    package func stop(atNextCommit fate: Fate) { gate.withLock { self.fate = fate } }

    /// A stop at a commit has come to pass.
    package var hasStopped: Bool { gate.withLock { isStopped } }

    package func goOn() {
        gate.withLock {
            isStopped = false
            gate.broadcast()
        }
    }

    private func connect(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(target.utf8).prefix($0.count - 1)) }
        let isThere = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isThere else {
            close(server)
            close(client)
            return
        }
        let ends = Ends(client, server)
        Thread.detachNewThread { [self] in pump(from: client, to: server, isRequest: true, ends) }
        Thread.detachNewThread { [self] in pump(from: server, to: client, isRequest: false, ends) }
    }

    /// The two descriptors of a connection, closed when both of its threads are done: a number that one of them closed before could already be
    /// somebody else's when the other shuts it down.
    private final class Ends: Sendable {
        private let client: Int32
        private let server: Int32
        init(_ client: Int32, _ server: Int32) { (self.client, self.server) = (client, server) }
        func shut() { for end in [client, server] { shutdown(end, Int32(SHUT_RDWR)) } }
        deinit { for end in [client, server] { close(end) } }
    }

    private func pump(from: Int32, to: Int32, isRequest: Bool, _ ends: Ends) {
        defer { withExtendedLifetime(ends) { ends.shut() } }

        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isWriting = false
        while true {
            let count = read(from, &buffer, buffer.count)
            let bytes = Array(buffer.prefix(max(0, count)))
            var met: Fate?
            if isRequest, gate.withLock({ fate != nil }) {
                // Readers begin otherwise.
                if StallingProxy.holds(bytes, "BEGIN\0") { isWriting = true }
                if StallingProxy.holds(bytes, "COMMIT\0"), isWriting { met = meet() }
            }
            if met == .answerStopped { send(bytes, to) }
            gate.withLock { while isStopped { gate.wait() } }
            if count <= 0 || met == .requestLost { break }
            if met != .answerStopped { send(bytes, to) }
        }
    }

    private func meet() -> Fate? {
        gate.withLock {
            guard let fate else { return nil }
            self.fate = nil
            isStopped = true
            return fate
        }
    }

    private func send(_ bytes: [UInt8], _ to: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }
}
