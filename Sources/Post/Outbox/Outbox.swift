// SPDX-License-Identifier: EUPL-1.2

package import ControlRoom
package import Journal
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Sends what waits in the outbox: mails through the relay, push messages to their services. What was taken by the other side is removed; a
/// crash between the two sends it once more with the same Message-ID, by which mail programs know it again.
package final class Outbox: Sendable {
    package struct Standing: Sendable, Hashable {
        /// When the relay last took something, and what is wrong with it now.
        package var lastSentAt: Instant?
        package var trouble: String?
    }

    private let journal: Journal
    private let clock: Clock
    private let log: Logger
    private let relay: SMTPRelay?
    private let name: String
    private let push: PushClient?
    private let gone: @Sendable (String) async -> Void
    private let group: any EventLoopGroup
    private let state = Mutex((standing: Standing(), tries: 0, nextVisit: Instant.distantPast))
    /// One for each way: neither waits for the other.
    private let bells = OutboxStore.Way.allCases.map { ($0, AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))) }

    /// - Parameters:
    ///   - relay: nil where no mail goes out: what is put in waits until it lapses.
    ///   - name: how this house calls itself to the relay.
    ///   - gone: is told of an endpoint whose subscription has ended.
    package init(
        journal: Journal, clock: Clock, log: Logger, relay: SMTPRelay?, name: String, push: PushClient?,
        gone: @escaping @Sendable (String) async -> Void
    ) {
        (self.journal, self.clock, self.log, self.relay) = (journal, clock, log, relay)
        (self.name, self.push, self.gone) = (name, push, gone)
        group = MultiThreadedEventLoopGroup.singleton
    }

    package var standing: Standing { state.withLock { $0.standing } }
    package var sendsMail: Bool { relay != nil }

    /// There is something new: called once it is committed.
    package func wake() { for (_, bell) in bells { bell.continuation.yield() } }

    /// Runs until the task is cancelled: at each call of `wake`, and every ten seconds.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while !Task.isCancelled {
                    wake()
                    try? await Task.sleep(for: .seconds(10))
                }
            }
            for (way, bell) in bells {
                group.addTask { [self] in
                    await withTaskCancellationHandler {
                        for await _ in bell.stream {
                            if Task.isCancelled { break }
                            await sendDue(way)
                        }
                    } onCancel: {
                        bell.continuation.finish()
                    }
                }
            }
        }
    }

    /// Sends what is due now, both ways beside each other.
    package func sendDue() async {
        async let mails: Void = sendDue(.mail)
        await sendDue(.push)
        await mails
    }

    private func sendDue(_ way: OutboxStore.Way) async {
        do {
            let now = clock.now()
            try await journal.write { try OutboxStore.lapse(way, at: now, in: $0) }
            switch way {
            case .mail: try await sendMails()
            case .push: try await sendPushes()
            }
        } catch { log.error("the outbox could not be read or written", metadata: ["error": "\(error)"]) }
    }

    /// Lets the relay be asked again at once.
    package func hurry() async throws {
        let now = clock.now()
        try await journal.write { try OutboxStore.hurry(at: now, in: $0) }
        state.withLock { $0.nextVisit = .distantPast }
        wake()
    }

    // MARK: Mail

    private func sendMails() async throws {
        guard let relay, state.withLock({ $0.nextVisit }) <= clock.now() else { return }
        let client = SMTPClient(relay: relay, name: name, group: group)
        let current = Mutex<OutboxStore.Entry?>(nil)
        do {
            try await client.visit {
                let last = current.withLock { $0?.number ?? 0 }
                let entry = try await self.next(.mail, after: last)
                guard let entry else { return nil }
                current.withLock { $0 = entry }
                return (entry.message.sender, entry.message.recipient, entry.message.body)
            } told: { result in
                guard let entry = current.withLock({ $0 }) else { return }
                try await self.note(entry, result)
            }
        } catch SMTPClient.Fault.away(let why) {
            away(why)
        }
    }

    private func next(_ way: OutboxStore.Way, after number: Int64) async throws -> OutboxStore.Entry? {
        let now = clock.now()
        return try await journal.read { try OutboxStore.due(way, at: now, after: number, limit: 1, in: $0).first }
    }

    private func note(_ entry: OutboxStore.Entry, _ result: Result<Void, SMTPClient.Fault>) async throws {
        let now = clock.now()
        try await journal.write { transaction in
            switch result {
            case .success: try OutboxStore.sent(entry, at: now, in: transaction)
            case .failure(.away(let why)), .failure(.later(let why)): try OutboxStore.postpone(entry, why, at: now, in: transaction)
            case .failure(.refused(let why)): try OutboxStore.fail(entry, why, at: now, in: transaction)
            }
        }
        if case .success = result { state.withLock { $0 = (Standing(lastSentAt: now, trouble: nil), 0, .distantPast) } }
    }

    /// The relay itself is away: it is left alone for a while, and what waits keeps its place.
    private func away(_ why: String) {
        let now = clock.now()
        let isNew = state.withLock { state in
            state.tries += 1
            state.nextVisit = now + min(OutboxRules.pause(after: state.tries), .minutes(30))
            defer { state.standing.trouble = why }
            return state.standing.trouble == nil
        }
        if isNew { log.warning("mail does not go out", metadata: ["relay": "\(relay?.host ?? "")", "error": "\(why)"]) }
    }

    // MARK: Push

    private func sendPushes() async throws {
        guard let push else { return }
        let now = clock.now()
        while true {
            let batch = try await journal.read { try OutboxStore.due(.push, at: now, limit: 20, in: $0) }
            if batch.isEmpty { return }
            let outcomes = await withTaskGroup { tasks in
                for entry in batch { tasks.addTask { (entry, await push.send(entry.message, at: now)) } }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            try await journal.write { transaction in
                for (entry, outcome) in outcomes {
                    switch outcome {
                    case .sent: try OutboxStore.sent(entry, at: now, in: transaction)
                    case .gone: try OutboxStore.sent(entry, at: now, as: "gone", in: transaction)
                    case .later(let why, let pause): try OutboxStore.postpone(entry, why, pause: pause, at: now, in: transaction)
                    case .refused(let why): try OutboxStore.fail(entry, why, at: now, in: transaction)
                    }
                }
            }
            for (entry, outcome) in outcomes where outcome == .gone { await gone(entry.message.recipient) }
        }
    }
}
