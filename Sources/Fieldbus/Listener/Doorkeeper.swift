// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Crypto
import Foundation
import Synchronization

/// Decides who may come in and as which gateway. Passwords go through the injected memory-hard check, a few at a time, off the loops;
/// one that was right is known again by a keyed hash for a while, so that a mass reconnect does not cost hours of hashing.
final class Doorkeeper: Sendable {
    struct Credentials: Sendable {
        var clientID: String
        var user: String?
        var password: [UInt8]?
        /// Names in a certificate that TLS has verified.
        var certificateNames: [String]
    }

    enum Answer: Sendable, Equatable {
        case gateway(Asset.Number)
        case refused(MQTTReason)
    }

    private struct Known {
        var seal: [UInt8]
        var until: Instant
    }

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var known: [String: Known] = [:]
        var epoch: UInt64 = 0
    }

    private let configuration: MQTTListenerConfiguration
    private let box: DirectoryBox
    private let clock: Clock
    private let key = SymmetricKey(size: .bits256)
    private let state = Mutex(State())
    /// More waiting checks than this are answered 'server busy'.
    private static let maximumWaiting = 20_000

    init(configuration: MQTTListenerConfiguration, box: DirectoryBox, clock: Clock) {
        (self.configuration, self.box, self.clock) = (configuration, box, clock)
    }

    /// Grows with each password that is forgotten: who was checked under one epoch and opens under another is checked again.
    var epoch: UInt64 { state.withLock { $0.epoch } }

    /// The answer where no password must be hashed, or nil.
    func answerAtOnce(_ credentials: Credentials) -> Answer? {
        let directory = box.current
        if !credentials.certificateNames.isEmpty {
            return gateway(credentials.certificateNames.lazy.compactMap { directory.find($0) }.first)
        }
        if let user = credentials.user, configuration.checkPassword != nil {
            guard let password = credentials.password else { return .refused(.badUserNameOrPassword) }
            guard isKnown(user, password) else { return nil }
            return gateway(directory.find(user))
        }
        guard configuration.acceptsAnonymous else { return .refused(.notAuthorized) }
        return gateway(directory.find(credentials.clientID))
    }

    /// Asks the injected check.
    func answer(_ credentials: Credentials) async -> Answer {
        guard let user = credentials.user, let password = credentials.password, let check = configuration.checkPassword else {
            return .refused(.badUserNameOrPassword)
        }
        guard await enter() else { return .refused(.serverBusy) }
        let before = epoch
        let isRight = await check(user, password)
        leave()
        guard isRight else { return .refused(.badUserNameOrPassword) }
        remember(user, password, ifStill: before)
        return gateway(box.current.find(user))
    }

    /// A password was changed or a gateway locked out: its next sign-in goes through the hash again.
    func forget(_ user: String) {
        state.withLock { state in
            state.known[user] = nil
            state.epoch += 1
        }
    }

    private func gateway(_ number: Asset.Number?) -> Answer { number.map { .gateway($0) } ?? .refused(.notAuthorized) }

    private func seal(_ user: String, _ password: [UInt8]) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Data(user.utf8))
        code.update(data: Data([0]))
        code.update(data: Data(password))
        return Array(code.finalize())
    }

    private func isKnown(_ user: String, _ password: [UInt8]) -> Bool {
        guard let known = state.withLock({ $0.known[user] }), known.until > clock.now() else { return false }
        return zip(known.seal, seal(user, password)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func remember(_ user: String, _ password: [UInt8], ifStill epoch: UInt64) {
        let known = Known(seal: seal(user, password), until: clock.now() + configuration.passwordMemory)
        state.withLock { state in
            guard state.epoch == epoch else { return }
            if state.known.count >= 100_000 { state.known.removeAll() }
            state.known[user] = known
        }
    }

    private func enter() async -> Bool {
        let isFull = state.withLock { $0.waiting.count >= Doorkeeper.maximumWaiting }
        if isFull { return false }
        await withCheckedContinuation { continuation in
            let runsNow = state.withLock { state in
                if state.running < configuration.maximumPasswordChecks {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if runsNow { continuation.resume() }
        }
        return true
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
