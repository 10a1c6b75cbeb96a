// SPDX-License-Identifier: EUPL-1.2

import NIOCore
import NIOHTTP1

/// The end of one stream, on its connection's event loop. Behind the HTTP head the connection belongs to it: it writes events that were
/// framed once for all streams straight to the socket side of the pipeline, without a task or a copy for each. Where the peer does not read, the
/// channel is not writable and the events wait in the listener's queue, which has its own limit.
final class LiveOutlet: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundOut = ByteBuffer

    static let heartbeat: TimeAmount = .seconds(15)
    /// A stream ends after this many, an hour; the browser opens it again by itself and the session is looked at anew.
    static let heartbeats = 240

    private let listener: Listener
    private var context: ChannelHandlerContext?
    private var pulse: RepeatedTask?
    private var beats = 0
    private var hasWritten = false

    private init(_ listener: Listener) { self.listener = listener }

    /// Writes what the listener is offered until it is closed or the peer is gone. The HTTP head must have been written.
    static func serve(_ listener: Listener, on channel: any Channel) async throws {
        let outlet = try await channel.eventLoop.submit {
            let outlet = LiveOutlet(listener)
            let bound = NIOLoopBound(outlet, eventLoop: channel.eventLoop)
            // Beside the encoder on the socket's side: what it would do to each part, framing, is done already.
            let encoder = try channel.pipeline.syncOperations.handler(type: HTTPResponseEncoder.self)
            try channel.pipeline.syncOperations.addHandler(outlet, position: .before(encoder))
            outlet.begin(bound)
            return bound
        }.get()
        await withTaskCancellationHandler {
            await listener.closed()
        } onCancel: {
            listener.close()
        }
        try await channel.eventLoop.submit { outlet.value.end() }.get()
    }

    private func begin(_ bound: NIOLoopBound<LiveOutlet>) {
        listener.attach(bound)
        pulse = bound.eventLoop.scheduleRepeatedTask(initialDelay: Self.heartbeat, delay: Self.heartbeat) { _ in bound.value.beat() }
        drain()
    }

    private func end() {
        pulse?.cancel()
        pulse = nil
        guard let context else { return }
        write(listener.take(), context)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// Writes all that waits, unless the peer does not keep up.
    func drain() {
        guard let context, context.channel.isWritable else { return }
        write(listener.take(), context)
    }

    private func write(_ events: [LiveEvent], _ context: ChannelHandlerContext) {
        guard !events.isEmpty else { return }
        for event in events { context.write(wrapOutboundOut(event.chunk), promise: nil) }
        context.flush()
        hasWritten = true
    }

    /// Keeps proxies from closing a quiet stream, and finds out whether the peer is still there.
    private func beat() {
        beats += 1
        if beats >= Self.heartbeats { return listener.close() }
        if !hasWritten, listener.offer(.heartbeat).asleep != nil { drain() }
        hasWritten = false
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        drain()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        pulse?.cancel()
        pulse = nil
        listener.close()
        context.fireChannelInactive()
    }
}
