// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

// Scripts: noted in the agenda, performed when their time comes.
extension Simulation {
    /// Notes every line of a script; `at +…` counts from now. Throws where a line names a device that this city has not.
    package func rehearse(_ script: Script) throws(ScriptError) {
        for line in script.lines { try check(line) }
        for line in script.lines { note(line) }
    }

    /// One line said while running. Answers what is told back.
    package func hear(_ text: String) -> String {
        do throws(ScriptError) {
            let line = try Script.action(said: text)
            try check(line)
            if line.action == .status { return status }
            note(line)
            return "ok"
        } catch {
            return "error: found '\(error.found)'; expected \(error.expected)"
        }
    }

    package var status: String {
        let linked = gateways.isLinked.count { $0 }
        let dark = fleet.isCut.count { $0 }
        return "ok \(now.iso8601) city time; \(linked) of \(gateways.count) gateways linked; \(fleet.count) lamps, \(dark) without supply, "
            + "\(truth.standing.count) faults standing; \(counts.readings) readings in \(counts.messages) messages, \(counts.lost) lost, "
            + "\(counts.doubled) doubled, \(counts.overtaken) overtaken, \(counts.dropped) dropped; \(counts.orders) orders, "
            + "\(counts.commands) commands, \(counts.refused) refused"
    }

    private func note(_ line: Script.Line) {
        let at: Instant
        switch line.when {
        case .now: return perform(line.action)
        case .after(let seconds): at = after(seconds)
        case .daily(let second):
            let local = now.seconds + Int64(ReferenceCity.wall.offset(at: now)) * 60
            let today = floorDivide(local, 86_400) * 86_400 + Int64(second)
            at = Instant(seconds: now.seconds + (today >= local ? today - local : today + 86_400 - local))
        }
        scripted.append(line.action)
        agenda.note(.scripted, at: at, 0, UInt32(scripted.count - 1))
    }

    private func check(_ line: Script.Line) throws(ScriptError) {
        func known(_ kind: Script.Kind, _ id: String) throws(ScriptError) {
            guard find(kind, id) != nil else {
                let first = identities(kind).count > 0 ? identities(kind)[0] : "none here"
                throw ScriptError(line: line.number, found: id, expected: "a \(kind.rawValue) of this city, such as \(first), or any")
            }
        }
        switch line.action {
        case .trip(let kind, let id, _), .restore(let kind, let id): try known(kind, id)
        case .cut(let id, _, _), .jumpClock(let id, _), .hostile(let id, _): try known(.gateway, id)
        case .door(let id, _): try known(.cabinet, id)
        case .flap(let id, _, _), .breakLamp(let id, _): try known(.lamp, id)
        default: break
        }
    }

    private func identities(_ kind: Script.Kind) -> Identities {
        switch kind {
        case .substation: roster.substations
        case .feeder: roster.feeders
        case .cabinet: roster.cabinets
        case .gateway: roster.gateways
        case .lamp: roster.lamps
        }
    }

    /// The index of a device by its identity; `any` lets the seed choose.
    private func find(_ kind: Script.Kind, _ id: String) -> Int? {
        let all = identities(kind)
        guard all.count > 0 else { return nil }
        return id.lowercased() == "any" ? chance.whole(0...all.count - 1) : all.find(id)
    }

    func perform(_ action: Script.Action) {
        switch action {
        case .trip(let kind, let id, let seconds): if let i = find(kind, id) { trip(kind, i, seconds: seconds) }
        case .restore(let kind, let id): if let i = find(kind, id) { restore(kind, i) }
        case .restoreAll: restoreAll()
        case .cut(let id, let seconds, let silently): if let g = find(.gateway, id) { cutFor(g, seconds, silently: silently) }
        case .cutSome(let count, let seconds):
            for _ in 0..<min(count, gateways.count) { cutFor(chance.whole(0...gateways.count - 1), seconds, silently: false) }
        case .reconnectAll(let within): for g in 0..<gateways.count { reconnect(g, within: within) }
        case .storm(let count, let seconds): storm(count, seconds: seconds)
        case .door(let id, let isOpen): if let c = find(.cabinet, id) { door(c, isOpen: isOpen) }
        case .flap(let id, let every, let seconds):
            guard let lamp = find(.lamp, id), flapping.updateValue(after(seconds), forKey: lamp) == nil else { return }
            truth.begin(roster.lamps[lamp], "flapping", at: wallNow)
            agenda.note(.flap, at: now, lamp, UInt32(every))
        case .breakLamp(let id, let fault): if let lamp = find(.lamp, id) { beginFault(lamp, fault, mends: false) }
        case .breakSome(let count, let fault):
            for _ in 0..<count { beginFault(chance.whole(0...fleet.count - 1), fault, mends: false) }
        case .jumpClock(let id, let seconds): if let g = find(.gateway, id) { gateways.clockOffset[g] += Int64(seconds * 1000) }
        case .hostile(let id, let frames): if let g = find(.gateway, id) { hostile(g, frames: frames) }
        case .faults(let scale):
            faultScale = scale
            noteNextFault()
        case .status: break
        }
    }

    private func trip(_ kind: Script.Kind, _ i: Int, seconds: Double?, window: Double? = nil) {
        let (name, cabinets): (String, [Int])
        switch kind {
        case .substation:
            guard !supply.isSubstationOff[i] else { return }
            supply.isSubstationOff[i] = true
            (name, cabinets) = (roster.substations[i], self.cabinets(ofSubstation: i))
        case .feeder:
            guard !supply.isFeederOff[i] else { return }
            supply.isFeederOff[i] = true
            (name, cabinets) = (roster.feeders[i], self.cabinets(ofFeeder: i))
        default:
            guard !supply.isBreakerOpen[i] else { return }
            supply.isBreakerOpen[i] = true
            (name, cabinets) = (roster.cabinets[i], [i])
        }
        truth.begin(name, "trip", at: wallNow)
        supplyChanged(cabinets, window: window)
        guard let seconds else { return }
        scripted.append(.restore(kind, name))
        agenda.note(.scripted, at: after(seconds), 0, UInt32(scripted.count - 1))
    }

    private func restore(_ kind: Script.Kind, _ i: Int) {
        switch kind {
        case .substation:
            supply.isSubstationOff[i] = false
            truth.end(roster.substations[i], "trip", at: wallNow)
            supplyChanged(cabinets(ofSubstation: i))
        case .feeder:
            supply.isFeederOff[i] = false
            truth.end(roster.feeders[i], "trip", at: wallNow)
            supplyChanged(cabinets(ofFeeder: i))
        case .cabinet:
            supply.isBreakerOpen[i] = false
            truth.end(roster.cabinets[i], "trip", at: wallNow)
            supplyChanged([i])
        case .gateway: mend(i)
        case .lamp:
            if flapping[i] != nil { flapping[i] = now }
            fixLamp(i)
        }
    }

    private func restoreAll() {
        for i in supply.isSubstationOff.indices where supply.isSubstationOff[i] { restore(.substation, i) }
        for i in supply.isFeederOff.indices where supply.isFeederOff[i] { restore(.feeder, i) }
        for i in supply.isBreakerOpen.indices where supply.isBreakerOpen[i] { restore(.cabinet, i) }
        for i in supply.isDoorOpen.indices where supply.isDoorOpen[i] { door(i, isOpen: false) }
        for g in 0..<gateways.count { mend(g) }
        for lamp in flapping.keys.sorted() { flapping[lamp] = now }
    }

    private func cutFor(_ g: Int, _ seconds: Double?, silently: Bool) {
        cut(g, silently: silently)
        guard let seconds else { return }
        scripted.append(.restore(.gateway, roster.gateways[g]))
        agenda.note(.scripted, at: after(seconds), 0, UInt32(scripted.count - 1))
    }

    /// Feeders trip, one after another as the seed draws them, until so many lamps have lost their supply; each lamp says so once.
    private func storm(_ count: Int, seconds: Double) {
        var order = Array(supply.isFeederOff.indices.filter { !supply.isFeederOff[$0] })
        var lost = 0
        while lost < count, !order.isEmpty {
            let f = order.remove(at: chance.whole(0...order.count - 1))
            lost += cabinets(ofFeeder: f).reduce(0) { $0 + roster.lamps(ofCabinet: $1).count }
            trip(.feeder, f, seconds: nil, window: seconds)
        }
    }

    private func door(_ c: Int, isOpen: Bool) {
        guard supply.isDoorOpen[c] != isOpen else { return }
        supply.isDoorOpen[c] = isOpen
        if isOpen {
            truth.begin(roster.cabinets[c], "doorOpen", at: wallNow)
        } else {
            truth.end(roster.cabinets[c], "doorOpen", at: wallNow)
        }
        reportCabinet(c)
    }

    /// What broken or malicious firmware might send: each of these must be counted by Vigie and hurt nobody.
    private func hostile(_ g: Int, frames: Int) {
        flush(g)
        let own = roster.lamps(ofGateway: g).first.map { roster.lamps[$0] } ?? "L-0"
        for i in 0..<frames {
            let payload: [UInt8]
            switch i % 8 {
            case 0: payload = (0..<chance.whole(1...300)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
            case 1: payload = Array("{\"id\":\"\(own)\",\"t\":".utf8)
            case 2: payload = Array("{\"id\":\"\(own)\",\"t\":4102444800,\"seq\":1,\"level\":50}".utf8)
            case 3: payload = Array("{\"id\":\"\(own)\",\"t\":86400,\"seq\":1,\"level\":50}".utf8)
            case 4: payload = Array("{\"id\":\"\(own)\",\"t\":\(wallNow.milliseconds),\"level\":\"much\"}".utf8)
            case 5: payload = Array("{\"id\":\"\(own)\",\"t\":\(wallNow.milliseconds),\"level\":1e99}".utf8)
            case 6: payload = Array("{\"id\":\"L-99999-\(i)\",\"t\":\(wallNow.milliseconds),\"level\":10}".utf8)
            default: payload = [UInt8](repeating: UInt8(ascii: "["), count: 2000)
            }
            publish(g, .readings, payload)
        }
    }
}
