// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import NIOCore
import Synchronization

/// Collects what the connections of one event loop read in one pass and hands it to the floor as one delivery.
///
/// Confined to its loop but for `post`: that is why it may call itself Sendable. It also holds the connections back while
/// the floor is full, and brings acknowledgements home: all of a connection's PUBACKs in one write.
final class Inbox: @unchecked Sendable {
    /// A pass that reads more than this delivers in between.
    static let flushAt = 8_192

    let loop: any EventLoop
    let clock: Clock
    let statistics: FieldStatistics
    private let box: DirectoryBox
    private let inlet: any Inlet
    private let ear: Ear?

    /// The directory of this pass.
    private(set) var directory: Directory
    private var scanner = ReadingScanner()
    private var readings = ReadingBatch()
    private var refusals = RefusalCounts()
    private var links: [LinkEvent] = []
    private var receipts: [Receipt] = []
    private var marks = Marks()
    private var messages = 0
    private var isFlushScheduled = false
    /// The gateways that spoke in this pass.
    private var heard: Set<UInt32> = []
    private var lastGateway = UInt32.max

    /// Not taken by the floor; offered again when an earlier delivery is acknowledged, or a moment later.
    private var held: Delivery?
    private var waiting: [Wire] = []
    private(set) var wires: [ObjectIdentifier: Wire] = [:]
    private var lastTick = NIODeadline.now()
    private var graceUntil = NIODeadline.now()

    /// Acknowledged deliveries on their way back to the loop.
    private let returned = Mutex<[Marks]>([])

    init(loop: any EventLoop, box: DirectoryBox, inlet: any Inlet, clock: Clock, statistics: FieldStatistics, ear: Ear? = nil) {
        (self.loop, self.box, self.inlet, self.clock, self.statistics, self.ear) = (loop, box, inlet, clock, statistics, ear)
        directory = box.current
    }

    /// Whose messages a delivery holds, in the order in which they were read.
    final class Marks: @unchecked Sendable {
        /// Packet identifier, and the reason in the bits above 16.
        var entries: ContiguousArray<UInt32> = []
        var runs: ContiguousArray<(wire: Wire, end: Int)> = []
    }

    /// While it is true, connections do not read.
    var isHeld: Bool { held != nil }

    // MARK: in

    /// Scans one payload. The reason is for MQTT 5: success, or what the standard calls the fault of a payload of which nothing was taken.
    /// - Parameter isFresh: false for what a broker kept: it says nothing about the gateway's way now.
    @inline(__always)
    func take(_ payload: UnsafeRawBufferPointer, _ route: Route, isFresh: Bool = true) -> MQTTReason {
        messages &+= 1
        schedule()
        if isFresh, route.what != .link { hear(route.gateway) }
        switch route.what {
        case .readings:
            let before = refusals[.notJSON]
            let taken = scanner.scan(
                payload, directory: directory, gateway: route.gateway, asset: route.asset, into: &readings, refusals: &refusals)
            if taken == 0, refusals[.notJSON] != before { return .payloadFormatInvalid }
        case .packed:
            let before = refusals[.notPacked]
            let taken = PackedReadings.scan(
                payload, directory: directory, gateway: route.gateway, into: &readings, refusals: &refusals)
            if taken == 0, refusals[.notPacked] != before { return .payloadFormatInvalid }
        case .receipts:
            let before = refusals[.notJSON]
            ReceiptScanner.scan(payload, directory: directory, gateway: route.gateway, into: &receipts, refusals: &refusals)
            if refusals[.notJSON] != before { return .payloadFormatInvalid }
        case .link:
            guard let isUp = LinkScanner.scan(payload, refusals: &refusals) else { return .payloadFormatInvalid }
            // 'Down' is the will, which a broker speaks.
            if isFresh, isUp { hear(route.gateway) }
            note(LinkEvent(gateway: route.gateway, isUp: isUp, at: clock.now()))
        }
        return .success
    }

    /// The packet is to be acknowledged when all that was read so far is on disk.
    @inline(__always)
    func mark(_ wire: Wire, packetID: UInt16, _ reason: MQTTReason) {
        schedule()
        marks.entries.append(UInt32(packetID) | UInt32(reason.rawValue) << 16)
        let last = marks.runs.count - 1
        if last >= 0, marks.runs[last].wire === wire {
            marks.runs[last].end = marks.entries.count
        } else {
            marks.runs.append((wire, marks.entries.count))
        }
    }

    func refuse(_ refusal: Refusal) {
        refusals[refusal] += 1
        schedule()
    }

    func link(_ event: LinkEvent) {
        if event.isUp { hear(event.gateway) }
        note(event)
        schedule()
    }

    /// The end of a link by which the gateway does not speak any more is no news of it.
    private func note(_ event: LinkEvent) {
        if !event.isUp, !heard.contains(event.gateway.value), ear?.isWay(of: event.gateway) == false { return }
        links.append(event)
    }

    @inline(__always)
    private func hear(_ gateway: Asset.Number) {
        guard gateway.value != lastGateway else { return }
        lastGateway = gateway.value
        heard.insert(gateway.value)
    }

    // MARK: to the floor

    @inline(__always)
    private func schedule() {
        if !isFlushScheduled {
            isFlushScheduled = true
            directory = box.current
            loop.execute { self.flush() }
        } else if readings.count >= Inbox.flushAt, held == nil {
            deliver()
        }
    }

    private func flush() {
        isFlushScheduled = false
        if held == nil { deliver() }
    }

    private func deliver() {
        if !heard.isEmpty { tellHeard() }
        var delivery = Delivery()
        swap(&delivery.readings, &readings)
        swap(&delivery.links, &links)
        swap(&delivery.receipts, &receipts)
        swap(&delivery.refusals, &refusals)
        readings.reserve(min(delivery.readings.count, Inbox.flushAt))
        guard !delivery.isEmpty || !marks.runs.isEmpty else { return }
        let marks = self.marks
        self.marks = Marks()
        self.marks.entries.reserveCapacity(min(marks.entries.count, Inbox.flushAt))
        delivery.acknowledge = { self.post(marks) }
        statistics.messages.add(messages)
        statistics.deliveries.add()
        messages = 0
        offer(delivery)
    }

    /// Whoever is heard by another way than before is linked by this one, though its former link ended or it says nothing of a link.
    private func tellHeard() {
        let moved = ear?.heard(heard) ?? []
        heard.removeAll(keepingCapacity: true)
        lastGateway = .max
        guard !moved.isEmpty else { return }
        let known = Set(links.map(\.gateway))
        let now = clock.now()
        links.insert(contentsOf: moved.filter { !known.contains($0) }.map { LinkEvent(gateway: $0, isUp: true, at: now) }, at: 0)
    }

    private func offer(_ delivery: Delivery) {
        if inlet.take(delivery) {
            held = nil
        } else {
            held = delivery
            statistics.held.add()
            // The floor may have nothing of ours left to acknowledge; then nobody else would wake us.
            loop.scheduleTask(in: .milliseconds(20)) { self.offerAgain() }
        }
    }

    private func offerAgain() {
        guard let delivery = held else { return }
        held = nil
        if inlet.take(delivery) {
            if !readings.isEmpty || !links.isEmpty || !marks.runs.isEmpty || !receipts.isEmpty || !refusals.isEmpty { deliver() }
            if held == nil { readOn() }
        } else {
            held = delivery
            loop.scheduleTask(in: .milliseconds(20)) { self.offerAgain() }
        }
    }

    private func readOn() {
        let wires = waiting
        waiting.removeAll(keepingCapacity: true)
        for wire in wires { wire.readOn() }
    }

    /// The wire wants to read when the floor has room again.
    func wait(_ wire: Wire) { waiting.append(wire) }

    // MARK: and back

    /// From any thread: the delivery is on disk.
    private func post(_ marks: Marks) {
        let isFirst = returned.withLock { list in
            list.append(marks)
            return list.count == 1
        }
        if isFirst { loop.execute { self.acknowledge() } }
    }

    private func acknowledge() {
        let groups = returned.withLock { list in
            defer { list = [] }
            return list
        }
        var touched: [Wire] = []
        for marks in groups {
            var start = 0
            for run in marks.runs {
                if run.wire.acknowledge(marks.entries[start..<run.end]) { touched.append(run.wire) }
                start = run.end
            }
            statistics.acknowledged.add(start)
        }
        for wire in touched { wire.flushAcknowledgements() }
        if held != nil { offerAgain() }
    }

    // MARK: the connections

    func join(_ wire: Wire) { wires[ObjectIdentifier(wire)] = wire }
    func leave(_ wire: Wire) { wires[ObjectIdentifier(wire)] = nil }

    /// Keep-alive and time-outs of all connections, once a second.
    func tick() {
        let now = NIODeadline.now()
        if hasStoodStill(now) {
            startGrace(now)
            // What they said meanwhile is still in their sockets.
            for wire in wires.values { wire.listenAnew() }
        }
        lastTick = now
        for wire in Array(wires.values) { wire.tick(now) }
    }

    /// The loop stood still, for instance because the process was suspended: connections of the time before end together, and their gateways
    /// are about to come back. Until then the end of a connection says nothing about its gateway. Nil in ordinary times.
    var grace: NIODeadline? {
        let now = NIODeadline.now()
        if hasStoodStill(now) { startGrace(now) }
        return now < graceUntil ? graceUntil : nil
    }

    private func hasStoodStill(_ now: NIODeadline) -> Bool { now - lastTick > .seconds(10) }
    private func startGrace(_ now: NIODeadline) { graceUntil = now + .seconds(20) }
}
