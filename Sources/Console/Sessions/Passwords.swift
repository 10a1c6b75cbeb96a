// SPDX-License-Identifier: EUPL-1.2

import CArgon2
import Dispatch
import Foundation
import Synchronization

/// argon2id (RFC 9106) with 19 MiB, two passes and one lane, as OWASP's password cheat sheet advises. Each hash costs about 40 ms of a
/// core, so at most `width` run at once, on threads of their own, and a waiting line beyond `line` is refused.
package final class Passwords: Sendable {
    static let memoryKiB: UInt32 = 19_456
    static let passes: UInt32 = 2
    static let lanes: UInt32 = 1

    private let queue = DispatchQueue(label: "vigie.passwords", attributes: .concurrent)
    private let places: DispatchSemaphore
    private let line: Int
    private let waiting = Mutex(0)

    package init(width: Int = 2, line: Int = 64) {
        places = DispatchSemaphore(value: max(1, width))
        self.line = line
    }

    /// The encoded hash to keep, with a fresh salt of 16 bytes. Blocks for about 40 ms; for the command line and for tests.
    package static func hash(_ password: String) throws -> String {
        var salt = [UInt8](repeating: 0, count: 16)
        var generator = SystemRandomNumberGenerator()
        for index in salt.indices { salt[index] = UInt8.random(in: .min ... .max, using: &generator) }
        var encoded = [CChar](repeating: 0, count: 128)
        let bytes = Array(password.utf8)
        let code = argon2id_hash_encoded(passes, memoryKiB, lanes, bytes, bytes.count, salt, salt.count, 32, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw PasswordError(reason: String(cString: argon2_error_message(code))) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Does the password fit the encoded hash? Takes as long for a wrong password as for a right one.
    package static func verify(_ password: String, _ encoded: String) -> Bool {
        let bytes = Array(password.utf8)
        return argon2id_verify(encoded, bytes, bytes.count) == ARGON2_OK.rawValue
    }

    /// What is verified for a login that does not exist, so that the answer takes as long.
    static let decoy = (try? hash("no such account")) ?? ""

    /// `verify` off the event loop.
    package func fits(_ password: String, _ encoded: String) async throws -> Bool {
        try await away { Self.verify(password, encoded) }
    }

    /// `hash` off the event loop.
    package func hash(_ password: String) async throws -> String {
        try await away { Result { try Self.hash(password) } }.get()
    }

    private func away<T: Sendable>(_ work: @escaping @Sendable () -> T) async throws -> T {
        let hasPlace = waiting.withLock { count in
            guard count < line else { return false }
            count += 1
            return true
        }
        guard hasPlace else { throw Refused.tooMany(retryAfter: 5) }
        return await withCheckedContinuation { continuation in
            queue.async { [self] in
                places.wait()
                let result = work()
                places.signal()
                waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
    }
}

package struct PasswordError: Error, CustomStringConvertible {
    package var reason: String
    package var description: String { "argon2id: \(reason)" }
}
