// SPDX-License-Identifier: EUPL-1.2

import Console
import ControlRoom
import Errand
import Foundation
import Inventory
import Journal
import Logging
import Post
import Reports
import ServiceLifecycle
import Synchronization

/// Mail and push messages as this house is configured: the door for mail, the outbox, and what citizens are sent.
final class PostHouse: Sendable {
    let post: CitizenPost?
    let outbox: Outbox
    let push: PushClient?
    private let configuration: Configuration.Mail
    private let journal: Journal
    private let listener = Mutex<SMTPListener?>(nil)

    init(_ configuration: Configuration, journal: Journal, clock: Clock, log: Logger) throws {
        let mail = configuration.mail
        (self.configuration, self.journal) = (mail, journal)
        let publicURL = configuration.http.publicURL
        let contact = mail.from.isEmpty ? publicURL : "mailto:" + mail.from
        push =
            mail.isPushOn
            ? try PushClient(
                journal: journal, contact: contact, errands: Errands(roots: mail.pushRoots, allowsInside: mail.isPushInside)) : nil
        let outbox = Outbox(
            journal: journal, clock: clock, log: log, relay: mail.relay, name: mail.name, push: push,
            gone: { endpoint in
                do { try await CitizenPost.forget(endpoint: endpoint, in: journal) } catch {
                    log.error("a device that is gone could not be forgotten", metadata: ["error": "\(error)"])
                }
            })
        self.outbox = outbox
        let mailbox = mail.takesMail ? mail.recipients[0] : ""
        let from = mail.from.isEmpty ? mailbox : mail.from
        post = CitizenPost(
            publicURL: publicURL, from: MailAddress(name: mail.sender, from.isEmpty ? "vigie@" + mail.name : from), mailbox: mailbox,
            sendsMail: mail.relay != nil, pushKey: push?.identity.publicKey ?? "",
            zone: TimeZone(identifier: configuration.timezone) ?? Audience.paris,
            wake: { outbox.wake() })
    }

    /// Adds the pages, and makes the door where mail is taken.
    func open(_ reports: Reports, addresses: AddressShelf, site: Site, log: Logger) {
        guard let post else { return }
        let mail = ReportMail(reports: reports, post: post, addresses: addresses, log: log)
        if configuration.takesMail {
            let configuration = configuration
            let door = SMTPListener(
                .init(
                    bind: configuration.bind, port: configuration.port,
                    limits: SMTPLimits(name: configuration.name, size: configuration.bytes, connections: configuration.connections),
                    certificate: configuration.certificate, key: configuration.key), log: log, accepts: { configuration.accepts($0) },
                deliver: { await mail.take($0) })
            listener.withLock { $0 = door }
        }
        let door = listener.withLock { $0 }
        ReportPost(reports: reports, mail: mail, outbox: outbox, door: door).add(to: site)
    }

    func run(_ log: Logger) async throws {
        let door = listener.withLock { $0 }
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { [outbox] in await outbox.run() }
            if let door { tasks.addTask { try await door.run() } }
            try await tasks.waitForAll()
        }
    }
}

/// Runs the outbox and the door for mail until the house closes.
struct PostKeeping: Service {
    let house: PostHouse
    let log: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await house.run(log) }
    }
}
