// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOSSL

/// One client at the door: an `SMTPSession` on a socket. Reading stops while a mail is being kept.
final class SMTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let house: SMTPHouse
    private let tls: NIOSSLContext?
    private let peer: String
    private let longest: TimeAmount
    private var session: SMTPSession
    private var isClosing = false
    private var curfew: Scheduled<Void>?

    init(house: SMTPHouse, tls: NIOSSLContext?, peer: String, longest: TimeAmount) {
        (self.house, self.tls, self.peer, self.longest) = (house, tls, peer, longest)
        session = SMTPSession(limits: house.limits, offersTLS: tls != nil, accepts: house.accepts, reserve: house.reserve)
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }
    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard curfew == nil else { return }
        write(session.welcome, context)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let me = NIOLoopBound(self, eventLoop: context.eventLoop)
        curfew = context.eventLoop.scheduleTask(in: longest) { me.value.end("421 4.4.2 That was too long\r\n", bound.value) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        session.take(Self.unwrapInboundIn(data).readableBytesView)
        go(context)
    }

    private func go(_ context: ChannelHandlerContext) {
        while !isClosing, let step = session.next() { act(step, context) }
    }

    private func act(_ step: SMTPSession.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .reply(let text): write(text, context)
        case .close(let text): end(text, context)
        case .startTLS(let text):
            write(text, context)
            guard let tls else { return }
            do {
                try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
                session.tlsStarted()
            } catch { end("", context) }
        case .deliver(let envelope, let bytes): deliver(envelope, bytes, context)
        }
    }

    private func deliver(_ envelope: SMTPSession.Envelope, _ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        let (house, loop) = (house, context.eventLoop)
        let me = NIOLoopBound(self, eventLoop: loop)
        let bound = NIOLoopBound(context, eventLoop: loop)
        let arrival = SMTPListener.Arrival(sender: envelope.sender, recipients: envelope.recipients, bytes: bytes)
        // One for each mail that is being kept; their number is bounded by that of the connections.
        Task {
            let verdict = await house.deliver(arrival)
            house.count(verdict)
            loop.execute { me.value.answered(verdict, bound.value) }
        }
    }

    private func answered(_ verdict: SMTPVerdict, _ context: ChannelHandlerContext) {
        house.release(session.freed())
        guard !isClosing, context.channel.isActive else { return }
        act(session.answered(verdict.reply), context)
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in }
        go(context)
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        // A mail that was refused holds its reservation no longer.
        if !session.isWaiting { house.release(session.freedUnlessReceiving()) }
    }

    private func end(_ text: String, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in channel.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // While a mail is being kept nothing is read, which is not the client's fault.
        if event is IdleStateHandler.IdleStateEvent {
            if !session.isWaiting { end("421 4.4.2 Nothing came for too long\r\n", context) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        curfew?.cancel()
        house.leave(peer)
        if !session.isWaiting { house.release(session.freed()) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isClosing = true
        context.close(promise: nil)
    }
}
