// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOPosix
import NIOSSL

/// Gives mails to the relay: one connection for as many as wait (RFC 5321; AUTH PLAIN RFC 4954 and 4616; STARTTLS RFC 3207).
struct SMTPClient {
    let relay: SMTPRelay
    /// How this house calls itself.
    let name: String
    let group: any EventLoopGroup
    var patience: TimeAmount = .seconds(60)

    /// What became of a mail, or of the whole visit.
    enum Fault: Error, Equatable {
        /// The server did not answer, or not as a mail server does: try all again.
        case away(String)
        /// 4xx: try this one again.
        case later(String)
        /// 5xx: never.
        case refused(String)
    }

    struct Reply: Equatable {
        var code: Int
        var lines: [String]
        var text: String { "\(code) " + lines.joined(separator: " ").prefix(300) }
        var isFine: Bool { (200..<400).contains(code) }
    }

    /// Connects, sends each mail, says goodbye.
    /// - Parameter next: the mail to send now; nil ends the visit. It is told of each what became of it before the next is asked for.
    /// - Throws: `Fault.away` where the visit itself failed.
    func visit(
        next: () async throws -> (sender: String, recipient: String, bytes: [UInt8])?,
        told: (Result<Void, Fault>) async throws -> Void
    ) async throws {
        guard let mail = try await next() else { return }
        let wire = try await connect()
        // The house that closes does not wait for a relay that says nothing.
        try await withTaskCancellationHandler {
            try await talk(wire, first: mail, next: next, told: told)
        } onCancel: {
            wire.channel.close(promise: nil)
        }
    }

    private func talk(
        _ wire: SMTPWire, first: (sender: String, recipient: String, bytes: [UInt8]),
        next: () async throws -> (sender: String, recipient: String, bytes: [UInt8])?,
        told: (Result<Void, Fault>) async throws -> Void
    ) async throws {
        var mail = first
        do {
            let features = try await hello(wire)
            while true {
                do {
                    try await send(mail, wire, features)
                    try await told(.success(()))
                } catch Fault.later(let why) {
                    try await told(.failure(.later(why)))
                    _ = try await wire.ask("RSET")
                } catch Fault.refused(let why) {
                    try await told(.failure(.refused(why)))
                    _ = try await wire.ask("RSET")
                } catch Fault.away(let why) {
                    // It may be this very mail at which the relay hangs up: the others must not wait behind it for ever.
                    try await told(.failure(.away(why)))
                    throw Fault.away(why)
                }
                guard let one = try await next() else { break }
                mail = one
            }
            _ = try? await wire.ask("QUIT")
            await wire.close()
        } catch {
            await wire.close()
            throw error
        }
    }

    private func connect() async throws -> SMTPWire {
        let (loop, patience) = (group.next(), patience)
        let implicit = relay.tls == .implicit ? try tls() : nil
        let serverName = relay.serverName
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(.seconds(20)).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let implicit {
                        try channel.pipeline.syncOperations.addHandler(
                            try NIOSSLClientHandler(context: implicit, serverHostname: serverName))
                    }
                    try channel.pipeline.syncOperations.addHandler(SMTPAnswers())
                }
            }.connect(host: relay.host, port: relay.port).get()
            let wire = SMTPWire(channel: channel, patience: patience)
            let welcome = try await wire.hear()
            guard welcome.code == 220 else {
                await wire.close()
                throw Fault.away(welcome.text)
            }
            return wire
        } catch let fault as Fault {
            throw fault
        } catch { throw Fault.away("\(error)") }
    }

    private func tls() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !relay.ca.isEmpty { configuration.trustRoots = .file(relay.ca) }
        configuration.minimumTLSVersion = .tlsv12
        do { return try NIOSSLContext(configuration: configuration) } catch { throw Fault.away("\(error)") }
    }

    /// - Returns: what the server can do, in capitals, by the first word.
    private func hello(_ wire: SMTPWire) async throws -> [String: String] {
        var features = try await greet(wire)
        if relay.tls == .required {
            guard features["STARTTLS"] != nil else { throw Fault.away("the relay offers no STARTTLS") }
            let reply = try await wire.ask("STARTTLS")
            guard reply.code == 220 else { throw Fault.away(reply.text) }
            do { try await wire.startTLS(try tls(), host: relay.serverName) } catch { throw Fault.away("\(error)") }
            features = try await greet(wire)
        }
        guard !relay.user.isEmpty else { return features }
        guard features["AUTH"]?.uppercased().split(separator: " ").contains("PLAIN") == true else {
            throw Fault.away("the relay offers no AUTH PLAIN")
        }
        let secret = [0] + Array(relay.user.utf8) + [0] + Array(relay.password.utf8)
        let reply = try await wire.ask("AUTH PLAIN " + TransferCoding.base64(of: secret))
        guard reply.code == 235 else { throw Fault.away("sign-in: " + reply.text) }
        return features
    }

    private func greet(_ wire: SMTPWire) async throws -> [String: String] {
        let reply = try await wire.ask("EHLO " + name)
        guard reply.code == 250 else { throw Fault.away(reply.text) }
        let pairs = reply.lines.dropFirst().map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return (parts.first.map { $0.uppercased() } ?? "", parts.count > 1 ? String(parts[1]) : "")
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func send(_ mail: (sender: String, recipient: String, bytes: [UInt8]), _ wire: SMTPWire, _ features: [String: String])
        async throws
    {
        var parameters = ""
        if features["SIZE"] != nil { parameters += " SIZE=\(mail.bytes.count)" }
        if !(mail.sender + mail.recipient).utf8.allSatisfy({ $0 < 0x80 }) {
            guard features["SMTPUTF8"] != nil else { throw Fault.refused("550 5.6.7 the relay takes no addresses beyond ASCII") }
            parameters += " SMTPUTF8"
            if features["8BITMIME"] != nil { parameters += " BODY=8BITMIME" }
        }
        try check(await wire.ask("MAIL FROM:<\(mail.sender)>" + parameters))
        try check(await wire.ask("RCPT TO:<\(mail.recipient)>"))
        try check(await wire.ask("DATA"))
        try check(await wire.ask(mail: SMTPClient.stuffed(mail.bytes)))
    }

    private func check(_ reply: Reply) throws {
        if reply.isFine { return }
        // 421 ends the connection (RFC 5321 §3.8).
        if reply.code == 421 { throw Fault.away(reply.text) }
        throw (500..<600).contains(reply.code) ? Fault.refused(reply.text) : Fault.later(reply.text)
    }

    /// With a second point before each line that begins with one, and the end (RFC 5321 §4.5.2).
    static func stuffed(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 16)
        var isStart = true
        for byte in bytes {
            if isStart, byte == 0x2E { out.append(0x2E) }
            out.append(byte)
            isStart = byte == 0x0A
        }
        if !isStart { out += [0x0D, 0x0A] }
        return out + [0x2E, 0x0D, 0x0A]
    }
}

extension SMTPRelay {
    /// For the certificate; nil for an IP address, which TLS does not name.
    var serverName: String? { (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil }
}

/// A connection to a mail server: one question, one answer.
struct SMTPWire: Sendable {
    let channel: any Channel
    let patience: TimeAmount

    func ask(_ command: String) async throws -> SMTPClient.Reply {
        // Whatever stands in an address was checked; a line end here would be a command of somebody else's.
        guard !command.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else {
            throw SMTPClient.Fault.refused("500 bad command")
        }
        return try await ask(bytes: Array(command.utf8) + [0x0D, 0x0A])
    }

    func ask(mail bytes: [UInt8]) async throws -> SMTPClient.Reply { try await ask(bytes: bytes, patience: .minutes(10)) }

    private func ask(bytes: [UInt8], patience longer: TimeAmount? = nil) async throws -> SMTPClient.Reply {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        return try await hear(longer)
    }

    func hear(_ longer: TimeAmount? = nil) async throws -> SMTPClient.Reply {
        let (channel, patience) = (channel, longer ?? patience)
        do {
            return try await channel.eventLoop.flatSubmit {
                let promise = channel.eventLoop.makePromise(of: SMTPClient.Reply.self)
                let late = channel.eventLoop.scheduleTask(in: patience) { promise.fail(SMTPClient.Fault.away("the relay says nothing")) }
                promise.futureResult.whenComplete { _ in late.cancel() }
                do { try channel.pipeline.syncOperations.handler(type: SMTPAnswers.self).expect(promise) } catch { promise.fail(error) }
                return promise.futureResult
            }.get()
        } catch let fault as SMTPClient.Fault {
            throw fault
        } catch { throw SMTPClient.Fault.away("\(error)") }
    }

    func startTLS(_ context: NIOSSLContext, host: String?) async throws {
        let channel = channel
        try await channel.eventLoop.submit {
            // An answer that came in clear behind the 220 would pass for one that came through TLS.
            guard try channel.pipeline.syncOperations.handler(type: SMTPAnswers.self).isEmpty else {
                throw SMTPClient.Fault.away("the relay said more in clear after STARTTLS")
            }
            try channel.pipeline.syncOperations.addHandler(
                try NIOSSLClientHandler(context: context, serverHostname: host), position: .first)
        }.get()
    }

    func close() async { try? await channel.close().get() }
}

/// Lines of answers, gathered until one ends (`250-…` goes on, `250 …` ends).
final class SMTPAnswers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var buffer: [UInt8] = []
    private var lines: [String] = []
    private var ready: [SMTPClient.Reply] = []
    private var waiting: EventLoopPromise<SMTPClient.Reply>?
    private var end: SMTPClient.Fault?

    var isEmpty: Bool { buffer.isEmpty && lines.isEmpty && ready.isEmpty }

    func expect(_ promise: EventLoopPromise<SMTPClient.Reply>) {
        if !ready.isEmpty { return promise.succeed(ready.removeFirst()) }
        if let end { return promise.fail(end) }
        waiting = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        buffer += Self.unwrapInboundIn(data).readableBytesView
        while let at = buffer.firstIndex(of: 0x0A) {
            var line = buffer[..<at]
            if line.last == 0x0D { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            buffer.removeFirst(at + 1)
            guard let code = Int(text.prefix(3)), text.prefix(3).utf8.count == 3, (200..<600).contains(code) else {
                return fail(.away("the relay does not speak SMTP"), context)
            }
            lines.append(String(text.dropFirst(4)))
            if text.dropFirst(3).first != "-" {
                let reply = SMTPClient.Reply(code: code, lines: lines)
                lines = []
                if let promise = waiting {
                    waiting = nil
                    promise.succeed(reply)
                } else {
                    ready.append(reply)
                }
            }
            if lines.count > 100 || ready.count > 10 { return fail(.away("the relay says too much"), context) }
        }
        if buffer.count > 4096 { fail(.away("the relay says too much"), context) }
    }

    private func fail(_ fault: SMTPClient.Fault, _ context: ChannelHandlerContext) {
        end = fault
        waiting?.fail(fault)
        waiting = nil
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(end ?? .away("the relay closed the connection"), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(.away("\(error)"), context) }
}
