// SPDX-License-Identifier: EUPL-1.2

import ControlRoom
import Foundation

/// An order as it comes down the wire: `{"order":812,"until":"…Z"|null,"commands":[{"id":"L-…","level":60},{"id":"L-…","programme":true}]}`.
struct OrderMessage: Decodable {
    struct Item: Decodable {
        var id: String
        var level: Double?
        var programme: Bool?
    }
    var order: UInt64
    var until: Moment?
    var commands: [Item]

    /// ISO 8601 in UTC, or milliseconds or seconds since 1970.
    enum Moment: Decodable {
        case at(Instant)
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Double.self) {
                guard number >= 0, number < 1e14 else { throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a time") }
                self = .at(Instant(milliseconds: Int64(number < 1e11 ? number * 1000 : number)))
            } else {
                let text = try value.decode(String.self)
                guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))) else {
                    throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a time: \(text)")
                }
                self = .at(Instant(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())))
            }
        }
    }
}

/// A receipt on its way up, and the lamps that will move once it is told.
struct Answer {
    var order: UInt64
    var results: [(id: String, why: String?)]
}

// Orders: taken or refused, then done, then seen in the lamps' own readings.
extension Simulation {
    /// An order reached gateway `g`. What is not an order is ignored, as a device would.
    package func take(order payload: [UInt8], gateway g: Int) {
        guard gateways.life[g] == .running, let message = try? JSONDecoder().decode(OrderMessage.self, from: Data(payload)) else { return }
        counts.orders += 1
        var answer = Answer(order: message.order, results: [])
        for item in message.commands {
            counts.commands += 1
            let why = obey(item, until: message.until, order: message.order, gateway: g)
            if why != nil { counts.refused += 1 }
            answer.results.append((item.id, why))
        }
        let number = number()
        answers[number] = answer
        if settings.isInstant {
            sendAnswer(number, gateway: g)
            flush(g)
        } else {
            agenda.note(.answer, at: after(chance.between(0.2, 1.6)), g, number)
        }
    }

    /// Nil where the command is taken, or why it is refused.
    private func obey(_ item: OrderMessage.Item, until: OrderMessage.Moment?, order: UInt64, gateway g: Int) -> String? {
        guard let lamp = roster.lamps.find(item.id, in: roster.lamps(ofGateway: g)) else { return "unknown device" }
        if fleet.fault[lamp] == .refuses { return "local mode" }
        if fleet.fault[lamp].isSilent { return "no answer over radio" }
        if fleet.isCut[lamp] { return "no supply" }
        if item.programme == true {
            fleet.ordered[lamp] = 255
        } else if let level = item.level, level >= 0, level <= 100 {
            fleet.ordered[lamp] = UInt8(level.rounded())
            if case .at(let end)? = until, end > wallNow, end < wallNow + .days(400) {
                agenda.note(.overrideEnds, at: pace.city(at: end), lamp, UInt32(truncatingIfNeeded: order))
                lastOrder[lamp] = UInt32(truncatingIfNeeded: order)
            } else {
                lastOrder[lamp] = nil
            }
        } else {
            return "a command has a level from 0 to 100, or programme"
        }
        if settings.isInstant { settle(lamp) } else { agenda.note(.ramp, at: after(chance.between(0.4, 4)), lamp) }
        return nil
    }

    /// The lamp goes back to its programme, unless a later order holds it.
    func endOverride(_ lamp: Int, order: UInt32) {
        guard lastOrder[lamp] == order else { return }
        lastOrder[lamp] = nil
        fleet.ordered[lamp] = 255
        agenda.note(.ramp, at: after(chance.between(0, 5)), lamp)
    }

    /// `{"order":812,"results":[{"id":"L-…","ok":true},{"id":"…","ok":false,"why":"…"}]}`
    func sendAnswer(_ number: UInt32, gateway g: Int) {
        guard let answer = answers.removeValue(forKey: number), gateways.isLinked[g] else { return }
        var out = Array("{\"order\":\(answer.order),\"results\":[".utf8)
        for (i, result) in answer.results.enumerated() {
            // The identity came from outside: only what may stand in one is echoed.
            let id = result.id.utf8.filter { Asset.ID.allows($0) }.prefix(64)
            out.append(contentsOf: (i == 0 ? "{\"id\":\"" : ",{\"id\":\"").utf8)
            out.append(contentsOf: id)
            out.append(contentsOf: (result.why.map { "\",\"ok\":false,\"why\":\"\($0)\"}" } ?? "\",\"ok\":true}").utf8)
        }
        out.append(contentsOf: "]}".utf8)
        publish(g, .receipts, out)
    }
}
