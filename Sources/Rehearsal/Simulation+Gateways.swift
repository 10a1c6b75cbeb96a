// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

// Gateways: power, link, and what they keep while the link is down.
extension Simulation {
    /// Messages that a gateway keeps for later; the memory of a small device.
    private static let backlogLimit = 200

    /// The mains of a gateway came or went. Without a battery its capacitors hold it for a moment, in which it may still pass on last gasps.
    func powerChanged(_ g: Int, isFed: Bool, within window: Double) {
        switch (gateways.life[g], isFed) {
        case (.running, false) where !gateways.hasBattery[g]:
            gateways.life[g] = .dying
            // Some networks tear the session down at once; others let it starve until the keep-alive runs out.
            agenda.note(.gatewayDies, at: after(window + chance.between(0.4, 4)), g, chance.chance(0.3) ? 1 : 0)
        case (.dying, true):
            gateways.life[g] = .running
        case (.dead, true):
            agenda.note(.gatewayConnects, at: after(chance.between(20, 70)), g)
        default:
            break
        }
    }

    func die(_ g: Int, silently: Bool) {
        guard gateways.life[g] == .dying else { return }
        gateways.life[g] = .dead
        drop(g, silently: silently)
    }

    /// The link is cut (a digger, a SIM card): the gateway goes on working through its programme.
    func cut(_ g: Int, silently: Bool) {
        guard gateways.life[g] == .running else { return }
        gateways.life[g] = .cut
        truth.begin(roster.gateways[g], "linkCut", at: wallNow)
        drop(g, silently: silently)
    }

    func mend(_ g: Int) {
        guard gateways.life[g] == .cut else { return }
        gateways.life[g] = .running
        truth.end(roster.gateways[g], "linkCut", at: wallNow)
        agenda.note(.gatewayConnects, at: after(chance.between(0.5, 8)), g)
    }

    private func drop(_ g: Int, silently: Bool) {
        flush(g)
        gateways.isLinked[g] = false
        outbox(.vanish(gateway: g, silently: silently))
    }

    /// Breaks the link and takes it up again, as after a hand-over of the mobile network.
    func reconnect(_ g: Int, within seconds: Double) {
        guard gateways.life[g] == .running else { return }
        drop(g, silently: false)
        agenda.note(.gatewayConnects, at: after(chance.between(0.1, max(0.2, seconds))), g)
    }

    func connect(_ g: Int) {
        if gateways.life[g] == .dead {
            let cabinet = Int(roster.cabinetOfGateway[g])
            guard cabinet < 0 || supply.feeds(cabinet: cabinet, roster) else { return }
            gateways.life[g] = .running
            gateways.bootedAt[g] = now
            // It missed what its programme had for its lamps meanwhile.
            gateways.programmeLevel[g] = programme(g, at: now)
            for lamp in roster.lamps(ofGateway: g) where fleet.ordered[lamp] == 255 && !fleet.isCut[lamp] {
                agenda.note(.ramp, at: after(chance.between(1, 20)), lamp)
            }
            // It asks the cabinets that it speaks for: what they said meanwhile reached nobody.
            for cabinet in roster.gatewayOfCabinet.indices where roster.gatewayOfCabinet[cabinet] == Int32(g) {
                agenda.note(.cabinetReport, at: after(chance.between(1, 15)), cabinet)
            }
        }
        guard gateways.life[g] == .running, !gateways.isLinked[g] else { return }
        outbox(.connect(gateway: g))
    }

    /// The wire says that a gateway's MQTT session is up or down. Called by whoever owns the sockets.
    package func linkChanged(_ g: Int, isUp: Bool) {
        gateways.isLinked[g] = isUp
        guard isUp else {
            if gateways.life[g] == .running { agenda.note(.gatewayConnects, at: after(chance.between(1, 20) * Double(pace.speed)), g) }
            return
        }
        publish(g, .link, Array("{\"up\":true}".utf8))
        reportGateway(g)
        for payload in gateways.backlog[g] { publish(g, .readings, payload) }
        gateways.backlog[g] = []
    }

    func publish(_ g: Int, _ topic: Outgoing.Topic, _ payload: [UInt8]) {
        counts.messages += 1
        outbox(.publish(gateway: g, topic: topic, payload: payload))
    }

    /// Sends what has gathered in this tick: one message a gateway.
    func flush() {
        for g in dirty { flush(g) }
        dirty.removeAll(keepingCapacity: true)
    }

    func flush(_ g: Int) {
        guard gateways.pendingCount[g] > 0 else { return }
        var payload = gateways.pending[g]
        if gateways.pendingCount[g] > 1 {
            payload.insert(UInt8(ascii: "["), at: 0)
            payload.append(UInt8(ascii: "]"))
        }
        gateways.pending[g].removeAll(keepingCapacity: true)
        gateways.pendingCount[g] = 0
        if gateways.isLinked[g] {
            publish(g, .readings, payload)
        } else if gateways.life[g] != .dead {
            if gateways.backlog[g].count >= Simulation.backlogLimit {
                gateways.backlog[g].removeFirst()
                counts.dropped += 1
            }
            gateways.backlog[g].append(payload)
        }
    }

    /// Puts one reading into its gateway's next message.
    func collect(_ g: Int, _ write: (inout [UInt8]) -> Void) {
        guard gateways.life[g] != .dead else { return }
        if gateways.pendingCount[g] == 0 { dirty.append(g) } else { gateways.pending[g].append(UInt8(ascii: ",")) }
        write(&gateways.pending[g])
        gateways.pendingCount[g] += 1
        counts.readings += 1
        // A message stays well below the limits of a listener.
        if gateways.pending[g].count > 30_000 { flush(g) }
    }

    func reportGateway(_ g: Int) {
        guard gateways.life[g] != .dead else { return }
        let uptime = Double((now - gateways.bootedAt[g]).seconds)
        let at = stamp(g)
        let rssi = -78 + 6 * radio.normal()
        let queue = gateways.backlog[g].count
        collect(g) { out in
            ReadingText.head(roster.gateways[utf8: g], at: at, sequence: UInt32(truncatingIfNeeded: at.seconds), &out)
            ReadingText.field("rssi", rssi, decimals: 0, &out)
            ReadingText.field("queue", Double(queue), decimals: 0, &out)
            ReadingText.field("uptime", uptime, decimals: 0, &out)
            out.append(UInt8(ascii: "}"))
        }
    }
}
