// SPDX-License-Identifier: EUPL-1.2

// The darkroom makes a picture anew from a picture of a stranger: it is decoded to its points, turned upright, made small enough and
// written again, in a process that can do nothing else. Whatever a file does to a decoder, it does it to a process without files, network
// or memory of the house, and what comes out is Vigie's own JPEG. Here are the work itself (`Development`), the walls of the process
// (`Confinement`) and the door through which the house hands a picture in (`Darkroom`). Not here: what a form or a mail may send, and
// whether it is a picture at all by its structure (Console's `PhotoRules`, before and after).

import Foundation
import Glibc
import Synchronization

/// The house's side: one process a picture, a few at a time.
package final class Darkroom: Sendable {
    package enum Fault: Error, Hashable {
        /// The decoder did not take it, or broke on it.
        case unreadable
        /// Too much is waiting; to be sent again.
        case busy
        /// It took longer than the limit.
        case late
        /// The process could not be started or confined: nothing of the picture's doing.
        case closed(String)
    }

    private let program: String
    private let arguments: [String]
    private let limit: Duration
    private let queue: OperationQueue
    private let waiting = Mutex(0)
    static let mostWaiting = 64
    /// No picture of `Development.longestSide` comes near it.
    package static let mostBytes = 8 << 20

    /// - Parameters:
    ///   - program: path of the executable that runs `Confinement.run` when called with `arguments` and the orientation.
    ///   - limit: of one picture, from its turn on.
    package init(program: String = "/proc/self/exe", arguments: [String] = ["darkroom"], atOnce: Int = 2, limit: Duration = .seconds(20)) {
        (self.program, self.arguments, self.limit) = (program, arguments, limit)
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = atOnce
        queue.name = "darkroom"
    }

    /// - Parameters:
    ///   - bytes: a JPEG, PNG or WebP file.
    ///   - orientation: 1…8 as in EXIF; how it must be turned to stand upright.
    /// - Returns: a JPEG of at most `Development.longestSide` points a side, upright, with nothing in it but the picture.
    /// - Throws: `Fault`.
    package func develop(_ bytes: [UInt8], orientation: Int) async throws -> [UInt8] {
        let isTaken = waiting.withLock { count in
            if count >= Darkroom.mostWaiting { return false }
            count += 1
            return true
        }
        guard isTaken else { throw Fault.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result { try self.work(bytes, orientation) }) }
        }
    }

    private func work(_ bytes: [UInt8], _ orientation: Int) throws -> [UInt8] {
        let deadline = ContinuousClock.now + limit
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Fault.closed("no socket: \(String(cString: strerror(errno)))")
        }
        let (ours, theirs) = (ends[0], ends[1])
        defer { close(ours) }
        let child: pid_t
        do {
            defer { close(theirs) }
            child = try spawn(theirs, orientation)
        }
        var isEnded = false
        defer {
            if !isEnded {
                kill(child, SIGKILL)
                var status: Int32 = 0
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
            }
        }
        // A process that ends early leaves the rest unsent; its exit then says why.
        try send(bytes, to: ours, until: deadline)
        shutdown(ours, Int32(SHUT_WR))
        let result = try receive(from: ours, until: deadline)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { throw Fault.closed("the process was lost") } }
        isEnded = true
        if status & 0x7F == 0, (status >> 8) & 0xFF == Confinement.cannotConfine { throw Fault.closed("the kernel does not confine it") }
        guard status == 0, !result.isEmpty else { throw Fault.unreadable }
        return result
    }

    private func spawn(_ end: Int32, _ orientation: Int) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, end, 0)
        posix_spawn_file_actions_adddup2(&actions, end, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = [program] + arguments + ["\(orientation)"]
        // Where Swift's own libraries are found; nothing else of the house's environment.
        let environment = ["LD_LIBRARY_PATH"].compactMap { (name: String) in getenv(name).map { "\(name)=" + String(cString: $0) } }
        var child = pid_t()
        let code = Darkroom.withCStrings(words) { words in
            Darkroom.withCStrings(environment) { posix_spawn(&child, program, &actions, nil, words, $0) }
        }
        guard code == 0 else { throw Fault.closed("no process: \(String(cString: strerror(code)))") }
        return child
    }

    private static func withCStrings(_ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32) -> Int32 {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    private func wait(for events: Int16, on descriptor: Int32, until deadline: ContinuousClock.Instant) throws {
        let left = deadline - .now
        guard left > .zero else { throw Fault.late }
        var poll = pollfd(fd: descriptor, events: events, revents: 0)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        if Glibc.poll(&poll, 1, Int32(clamping: milliseconds)) == 0 { throw Fault.late }
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32, until deadline: ContinuousClock.Instant) throws {
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT), on: descriptor, until: deadline)
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return
            }
            sent += count
        }
    }

    private func receive(from descriptor: Int32, until deadline: ContinuousClock.Instant) throws -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            try wait(for: Int16(POLLIN), on: descriptor, until: deadline)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return []
            }
            if count == 0 { return result }
            result += buffer[..<count]
            guard result.count <= Darkroom.mostBytes else { throw Fault.unreadable }
        }
    }
}
