// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Fieldbus
import Inventory
import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// The keys of gateways as the listener asks for them: the one row of the journal for each CONNECT that it does not remember. While the
/// journal is away the keys last seen do, so that gateways whose readings can still be taken are not locked out.
final class GatewayKeys: Sendable {
    private struct Known {
        var hashes: [Asset.Number: [UInt8]] = [:]
        var lastChange: Int64 = 0
        var isAway = false
    }

    private let journal: Journal
    private let directory: DirectoryBox
    private let known: Mutex<Known>

    /// Reads all keys once. Blocks.
    init(journal: Journal, directory: DirectoryBox) throws {
        (self.journal, self.directory) = (journal, directory)
        let (hashes, last) = try journal.readHere { (try GatewayKeyStore.all(in: $0), try GatewayKeyStore.lastChange(in: $0)) }
        known = Mutex(Known(hashes: hashes, lastChange: last))
    }

    /// Is this the key of the gateway with this identity? The journal is asked on a thread of its own.
    func check(_ user: String, _ password: [UInt8]) async -> Bool {
        var hash: [UInt8]?
        if let gateway = directory.current.find(user) { hash = await self.hash(of: gateway) }
        // A comparison is made in any case, so that the time tells nothing about who exists.
        let matches = GatewayKeyStore.matches(String(decoding: password, as: UTF8.self), hash ?? [UInt8](repeating: 0, count: 32))
        return matches && hash != nil
    }

    private func hash(of gateway: Asset.Number) async -> [UInt8]? {
        let (isAway, last) = known.withLock { ($0.isAway, $0.hashes[gateway]) }
        if isAway { return last }
        do {
            let hash = try await journal.read { try GatewayKeyStore.hash(of: gateway, in: $0) }
            known.withLock { $0.hashes[gateway] = hash }
            return hash
        } catch {
            known.withLock { $0.isAway = true }
            return last
        }
    }

    /// The gateways whose keys another process changed since the last look.
    func look() async throws -> [Asset.Number] {
        let before = known.withLock { $0.lastChange }
        do {
            let (last, changed) = try await journal.read { transaction in
                let last = try GatewayKeyStore.lastChange(in: transaction)
                guard last != before else { return (last, [(Asset.Number, [UInt8]?)]()) }
                let changed = try GatewayKeyStore.changed(after: before, in: transaction)
                return (last, try changed.map { ($0, try GatewayKeyStore.hash(of: $0, in: transaction)) })
            }
            known.withLock { known in
                (known.lastChange, known.isAway) = (last, false)
                for (gateway, hash) in changed { known.hashes[gateway] = hash }
            }
            return changed.map(\.0)
        } catch {
            known.withLock { $0.isAway = true }
            throw error
        }
    }
}

/// Once a second: a key that `vigie gateway` made or took back reaches the listener, which forgets the old one and ends its connections.
struct KeyWatching: Service {
    let keys: GatewayKeys
    let listener: MQTTListener
    let directory: DirectoryBox
    let log: Logger

    func run() async throws {
        await untilClosed(every: .seconds(1)) {
            // A journal that is away is the floor's to tell; the next look finds what changed meanwhile.
            for gateway in (try? await keys.look()) ?? [] {
                guard let id = directory.current.id(of: gateway) else { continue }
                listener.forgetPassword(of: id.text)
                log.notice("the key of a gateway changed", metadata: ["gateway": "\(id)"])
            }
        }
    }
}
